"""Puts foreign text into a prompt: cut, without what nobody sees, behind a fence that it cannot forge.

It is redacted before it comes here, as what a cut leaves of a secret is not known for one any more. What a fence keeps
in is data by our word only; nothing relies on a model believing it. How a question is worded is left to `prompting`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from runwright.checks.hidden_text import HIDDEN
from runwright.redact.redact import redact_text

MAX_STRING = 300
"""Characters of one text among many."""
MAX_LOOKED = 8_000
"""Characters of a text that are looked at, from its end."""
MAX_ITEMS = 20
"""Items of a list, and entries of a mapping inside another one."""
_COLOURS = re.compile(r"\x1b(?:\[[0-9;?]{0,40}[A-Za-z]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\))")
_ESCAPED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
_PLAIN = re.compile(r"[^A-Za-z0-9 ,.;()'%-]+")
_NONCE_BITS = 128


def cleaned(text: str, limit: int = MAX_STRING) -> str:
    """A text as a prompt may hold it; of a long one the end, where errors stand."""
    seen = HIDDEN.sub("", _COLOURS.sub("", text[-MAX_LOOKED:]).replace("\t", " "))
    left = len(seen) - limit
    return seen if left <= 0 else f"[{left} characters left out] {seen[left:]}"


def last_lines(text: str, lines: int, limit: int = MAX_STRING) -> str:
    """The last lines of an output, where its outcome stands."""
    return cleaned("\n".join(text.rstrip().split("\n")[-lines:]), limit)


def cleaned_data(value: Any, limit: int = MAX_STRING, depth: int = 4) -> Any:
    """Plain data with every text in it cleaned and nothing in it long."""
    if isinstance(value, str):
        return cleaned(value, limit)
    if isinstance(value, Mapping) and depth:
        some = list(value.items())[:MAX_ITEMS]
        return {cleaned(str(key), limit): cleaned_data(item, limit, depth - 1) for key, item in some}
    if isinstance(value, Sequence) and depth:
        return [cleaned_data(item, limit, depth - 1) for item in value[:MAX_ITEMS]]
    return value if isinstance(value, (bool, int, float)) or value is None else cleaned(str(value), limit)


def as_json(value: Any) -> str:
    """Data as JSON in ASCII, in which no bracket of a fence and no character of another direction can stand."""
    return json.dumps(value, ensure_ascii=True, indent=1).translate(_ESCAPED)


def fence_for(*texts: str) -> str:
    """The name of a fence around texts, made of them: always the same for the same, and in none of them."""
    number = 0
    while True:
        name = hashlib.sha256("\x00".join((str(number), *texts)).encode("utf-8", "replace")).hexdigest()
        name = name[: _NONCE_BITS // 4]
        if not any(name in text for text in texts):
            return name
        number += 1


def sentence(text: str, limit: int = 150) -> str:
    """What a model gives as its reason, as plain words: no mark-up, no address, nothing that a shell would take."""
    words = " ".join(_PLAIN.sub(" ", redact_text(text)[0].replace("[erased:", "(").replace("]", ")")).split())
    # A dot inside of a word makes an address out of it.
    words = re.sub(r"(?<=\w)\.(?=\w)", " ", words)
    return words if len(words) <= limit else words[:limit].rsplit(" ", 1)[0] + " ..."
