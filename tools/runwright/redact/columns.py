"""Tables in a text (CSV, psql, mysql, Markdown): a line of names, and lines that have a value below each name.

The names are those of `labels` and of the secrets; a value goes when it has the shape that its name asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from runwright.model.pattern import full_match
from runwright.redact.harmless import harmless
from runwright.redact.label import PERSON, WORD, Label
from runwright.redact.proofs import CHECKS
from runwright.redact.rules import PERSONAL_KEYS, SECRET_KEYS
from runwright.redact.views import NEUTRAL

_SEPARATORS = (",", ";", "\t", "|")
_NAME = re.compile(r"""[ \t]*["'\[]?(?:[A-Za-z][\w .#-]{0,40})?["'\]]?[ \t]*""")
_RULE = re.compile(r"[-+=|: \t]{3,}")
"""The line between the names and the values."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MAX_LINE = 4096
_MAX_VALUE = 200
_PROVED = ("likely", "long", "handle", "people")
"""Proofs that need no words around a value."""
_BLANK = " \t\r\"'"
_MAX_PLACE = 40
"""Characters of the longest note before a line that says where it stood."""
_WEAK = frozenset(
    """
first last given family middle name surname forename fname lname patient person member subscriber guarantor contact
insured resident client caller who vorname nachname nombre apellido nom prenom cognome naam pt pt_name nok
""".split()  # noqa: SIM905 -- a list of words is read as words
)
"""Names of columns that hold a person where the columns beside them do."""
_NAME_LABEL = Label("name", tuple(_WEAK), rf"{PERSON}|{WORD}", ("name",), "people")

Cell = tuple[int, int]
Asked = tuple[str, tuple[Label, ...]]
"""The kind of a secret or nothing, and the labels that a name is one of."""


def cells(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of every value that a name above it announces."""
    if "\n" not in text:
        return
    names: list[Asked] = []
    separator = ""
    for start, end in _lines(text):
        line = text[start:end]
        if names and _RULE.fullmatch(line):
            continue
        parts = _parts(text, start, end, separator) if names else []
        if len(parts) == len(names) and names:
            yield from _announced(text, names, parts)
        else:
            separator, names = _header(_behind_place(line))


def labels_of(name: str) -> tuple[Label, ...]:
    """What personal data a name announces."""
    words = _CAMEL.sub("_", name)
    small = f"{name}\n{words}\n{words.replace('_', ' ')}".lower()
    return tuple(
        label
        for label, names in PERSONAL_KEYS
        if any(hint in small for hint in label.hints)
        and any(full_match(rf"(?i:(?:.*[^a-z])?(?:{one}))", words) for one in names)
    )


def fits(label: Label, written: str) -> bool:
    """Whether a value has the shape that its name asks for."""
    if not written or harmless(label.kind, written):
        return False
    if len(written) > _MAX_VALUE:  # a second look may see a shorter one, and must say the same
        return label.whole and any(char.isalnum() for char in written)
    if label.proof in _PROVED and CHECKS[label.proof](written, 0, len(written)) is None:
        return False
    return full_match(label.value, written) or (label.whole and any(char.isalnum() for char in written))


def kind_of(name: Asked, value: str) -> str:
    """The kind of a value below or behind a name; empty where it is none."""
    secret, labels = name
    if not value.strip(NEUTRAL):
        return ""
    kind = secret if secret and not harmless(secret, value) else ""
    return kind or next((label.kind for label in labels if fits(label, value)), "")


def _lines(text: str) -> Iterator[Cell]:
    ends = [-1, *(match.start() for match in re.finditer("\n", text)), len(text)]
    return ((before + 1, end) for before, end in pairwise(ends))


def _header(line: str) -> tuple[str, list[Asked]]:
    """What separates the names, and what each announces; nothing where no name does."""
    separator = max(_SEPARATORS, key=line.count)
    if len(line) > _MAX_LINE or separator not in line:
        return "", []
    names = line.split(separator)
    if not all(_NAME.fullmatch(name.rstrip("\r")) for name in names):
        return "", []
    told = _with_people([name.strip(_BLANK + "[]") for name in names])
    return (separator, told) if any(kind or labels for kind, labels in told) else ("", [])


def _behind_place(line: str) -> str:
    """A line without what says where it stood ("Row 118: …")."""
    place, sign, rest = line.partition(": ")
    return rest if sign and len(place) <= _MAX_PLACE and not any(one in place for one in _SEPARATORS) else line


def _with_people(names: Sequence[str]) -> list[Asked]:
    """What the names of columns announce; a weak name ("Last") does so where another column tells of a person."""
    told = [asked(name) for name in names]
    about = any(labels for _, labels in told) or {"first", "last"} <= {name.lower() for name in names}
    return [
        ("", (*one[1], _NAME_LABEL)) if about and not one[0] and name.lower() in _WEAK else one
        for name, one in zip(names, told, strict=True)
    ]


@lru_cache(maxsize=2048)
def asked(name: str) -> Asked:
    """What a name above or before a value announces."""
    secret = next((kind for kind, pattern in SECRET_KEYS.items() if full_match(pattern, name)), "")
    return (secret, ()) if secret else ("", labels_of(name))


def _parts(text: str, start: int, end: int, separator: str) -> list[Cell]:
    """The values of a line; what stands in double quotes is one value."""
    found: list[Cell] = []
    at, quoted = start, False
    for place in range(start, min(end, start + _MAX_LINE)):
        if text[place] == '"':
            quoted = not quoted
        elif text[place] == separator and not quoted:
            found.append((at, place))
            at = place + 1
    return [*found, (at, end)]


def _announced(text: str, names: Sequence[Asked], parts: Sequence[Cell]) -> Iterator[tuple[int, int, str]]:
    for (secret, labels), (begin, end) in zip(names, parts, strict=True):
        start = end - len(_behind_place(text[begin:end]))
        value = text[start:end].strip(_BLANK)
        first = start + text[start:end].find(value)
        kind = kind_of((secret, labels), value)
        if kind:
            yield first, first + len(value), kind
