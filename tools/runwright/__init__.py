"""Runwright: runbooks that get better every week, with Git as the only truth."""

__version__ = "0.1.0"
