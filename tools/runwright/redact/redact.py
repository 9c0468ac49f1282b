"""What others use of the redaction: text in, text without secrets and personal data out; the same for JSON."""

from __future__ import annotations

from runwright.redact.data import MAX_DEPTH, redact_data
from runwright.redact.finding import Span
from runwright.redact.pseudonyms import PLAIN, Marks, site_key
from runwright.redact.text import MAX_TEXT, redact_text, scan, secrets_in, withheld

__all__ = [
    "MAX_DEPTH",
    "MAX_TEXT",
    "PLAIN",
    "Marks",
    "Span",
    "redact_data",
    "redact_text",
    "scan",
    "secrets_in",
    "site_key",
    "withheld",
]
