"""Reads a tree of files: `{path: bytes}` in, runbooks, rules and recordings out, with every finding in one pass."""
