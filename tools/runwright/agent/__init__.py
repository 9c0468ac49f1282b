"""Detects, matches, runs, verifies, records and pushes; pulls, verifies, switches and reports."""
