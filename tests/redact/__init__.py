"""The redaction."""
