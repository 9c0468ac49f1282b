"""The labelled texts of the redaction, and how much of what must go is gone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runwright.redact.redact import Span, redact_text

CASES = Path(__file__).resolve().parents[1] / "cases" / "redact"


@dataclass(frozen=True, slots=True)
class Case:
    """A text, what must go from it (kind and value), and what must stay."""

    text: str
    erase: tuple[tuple[str, str], ...] = ()
    keep: tuple[str, ...] = ()


def cases(name: str) -> list[Case]:
    """The cases of one file."""
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    return [_case(json.loads(line.replace("~~", ""))) for line in lines]


def _case(data: dict[str, Any]) -> Case:
    pairs = data.get("erase") or ([[data["kind"], data["secret"]]] if "secret" in data else [])
    return Case(data["text"], tuple((kind, value) for kind, value in pairs), tuple(data.get("keep", ())))


def is_gone(text: str, value: str, spans: Sequence[Span]) -> bool:
    """Whether no letter and no digit of the value is left, wherever it stands in the text."""
    at, seen = text.find(value), False
    while at >= 0:
        seen = True
        if any(text[i].isalnum() and not any(s.start <= i < s.end for s in spans) for i in range(at, at + len(value))):
            return False
        at = text.find(value, at + 1)
    return seen


def recall(some: Iterable[Case]) -> tuple[int, int, list[str]]:
    """How many values are gone, of how many, and what is left of the others."""
    gone, all_of_them, left = 0, 0, []
    for case in some:
        clean, spans = redact_text(case.text)
        for kind, value in case.erase:
            all_of_them += 1
            if is_gone(case.text, value, spans):
                gone += 1
            else:
                left.append(f"{kind} {value!r} in {clean!r}")
    return gone, all_of_them, left
