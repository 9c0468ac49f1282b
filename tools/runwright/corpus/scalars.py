"""What a plain scalar stands for: the YAML 1.2 core schema (https://yaml.org/spec/1.2.2/#103-core-schema).

So `no` is a text and `012` is the number 12. A number that would not stay what is written is refused.
"""

from __future__ import annotations

import math
import re
from typing import Any

MAX_DIGITS = 18
"""Digits of a whole number; a longer one would not be the same number in every program that reads the file."""
_INT = re.compile(r"[-+]?[0-9]+|0x[0-9A-Fa-f]+|0o[0-7]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
UNSURE = frozenset(["", *"0123456789+-.~nNtTfF"])
"""The first characters (or none) of plain scalars that may be something else than a text; all others are texts."""
_NUMERIC = frozenset("0123456789+-.")
_BASES = {"0x": 16, "0o": 8}
_WORDS = {
    "null": None,
    "Null": None,
    "NULL": None,
    "~": None,
    "": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


def plain_value(text: str) -> Any:
    """The value of a plain scalar; raises `ValueError` for a number that cannot be kept as it is written."""
    if text in _WORDS:
        return _WORDS[text]
    if text[:1] not in _NUMERIC:
        return text
    if _INT.fullmatch(text):
        return _integer(text)
    if _NO_NUMBER.fullmatch(text):
        raise ValueError(f"{text} is not a number that can be kept; put it in quotes if it is a text")
    if _FLOAT.fullmatch(text):
        return _finite(text)
    return text


def is_text(plain: str) -> bool:
    """Whether a text stays a text when it is written without quotes."""
    if plain[:1] not in _NUMERIC:
        return plain not in _WORDS
    return not any(form.fullmatch(plain) for form in (_INT, _FLOAT, _NO_NUMBER))


def _integer(text: str) -> int:
    if len(text.lstrip("+-")) > MAX_DIGITS:
        raise ValueError(f"a whole number has at most {MAX_DIGITS} digits; put it in quotes if it is a text")
    return int(text[2:], _BASES[text[:2]]) if text[:2] in _BASES else int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text:.40} is too large a number; put it in quotes if it is a text")
    return number
