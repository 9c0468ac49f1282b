"""The library of runbooks, run against real faults."""
