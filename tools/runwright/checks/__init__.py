"""Checks on a corpus, one file each, and the meaning and risk of a change; values in, findings out."""
