"""A label: names that announce one kind of personal data and the shape of the data; and the rules made of labels.

The tables of labels are in `labels`, `identities` and `contacts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from runwright.model.pattern import MAX_LENGTH
from runwright.redact.rule import Proof, Rule

_MONTH = r"[A-Z][a-z]{2,8}\.?"
_ANY_MONTH = r"[A-Za-z][a-z]{2,9}\.?"
"""Many languages write it small."""
DATE = (
    r"(?:[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{2,4}|(?:1[89]|20)[0-9]{6}\b"
    rf"|(?:the )?[0-9]{{1,2}}(?:[a-z]{{2}}|\.)?(?: of| de)? {_ANY_MONTH}(?: de)?,? [0-9]{{4}}"
    rf"|{_MONTH} [0-9]{{1,2}}(?:[a-z]{{2}})?,?"
    rf" [0-9]{{4}}"
    r"|[0-9]{1,2}-[A-Za-z]{3}-[0-9]{2,4})"
)
"""A day, as people and programs write one."""
WORD = r"[A-Z](?:[A-Za-z'-]*[A-Za-z])?"
"""A word that begins with a capital."""
PERSON = rf"{WORD}(?: [A-Z]\.?)?(?:(?:, ?| {{1,3}}|_|\^){WORD}){{1,3}}"
"""Two to four such words, also the last name first."""


@dataclass(frozen=True, slots=True)
class Label:
    """Names that announce one kind of data, and the shape of the data."""

    kind: str
    names: tuple[str, ...]
    value: str
    hints: tuple[str, ...]
    """In small letters, one of them is in every name."""
    proof: Proof = "place"
    far: bool = False
    """Whether a word or two may stand between the name and the data ("DOB on file: …")."""
    camel: str = ""
    """The names as they end a longer one without a sign between: `renderingNPI`, `patientLastName`."""
    whole: bool = False
    """Whether the text of a JSON member of this name goes whatever its shape."""


_START = r"(?:^|[^A-Za-z]|(?i:patient|member|subscriber|person))(?i:"
_TAIL = r"""(?:\\*["']|\])?"""
_END = rf"){_TAIL}"
_BETWEEN = r"(?:[ \t]{0,8}(?:(?::=|=>|==?|:|#)[ \t]*<?|>)[ \t]*|[ \t]+(?:(?:is|was|of|no\.?|named|called)[ \t]+)?<?)"
"""Behind a tag comes the data, or another tag, which is none."""
_WORDS = r"(?:[ :]{1,2}[a-z]{1,8}){0,3}"
_OPEN = r"""(?:\\*["'(\[])?"""


def text_rules(labels: tuple[Label, ...]) -> Iterator[Rule]:
    """The name, a sign or a blank, and the data in its shape; a long list of names makes several rules."""
    for label in labels:
        room = MAX_LENGTH - len(_pattern("", label.value, far=label.far))
        for names in _parcels(label.names, room):
            yield Rule(label.kind, _pattern(names, label.value, far=label.far), label.hints, label.proof)
        if label.camel:
            yield Rule(label.kind, _camel(label), _camel_hints(label.camel), label.proof)


def _pattern(names: str, value: str, *, far: bool) -> str:
    return f"{_START}{names}{_END}{_WORDS if far else ''}{_BETWEEN}{_OPEN}({value})"


def _camel(label: Label) -> str:
    return rf"[a-z](?:{label.camel}){_TAIL}{_BETWEEN}{_OPEN}({label.value})"


def _camel_hints(camel: str) -> tuple[str, ...]:
    """The names themselves: an optional end is left away, and of alternatives in front each is one."""
    plain = re.sub(r"\([^()]*\)\??$|\([^()]*\)\?", "", re.sub(r"^\(\?:[^()]*\)", "", camel))
    return tuple(dict.fromkeys(name.lower() for name in plain.split("|")))


def _parcels(names: tuple[str, ...], room: int) -> Iterator[str]:
    parcel = ""
    for name in names:
        if parcel and len(parcel) + 1 + len(name) > room:
            yield parcel
            parcel = ""
        parcel = f"{parcel}|{name}" if parcel else name
    yield parcel
