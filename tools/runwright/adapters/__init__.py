"""Adapters: one outside library or system a file; each meets a port by its shape."""
