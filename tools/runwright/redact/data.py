"""Erases what must go from JSON data and says where it stood; how a text is searched is left to `text`.

The name of a member may announce a secret (`password`) or personal data (`mrn`), and so may a name or a flag beside a
value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import Any

from runwright.model.execution import Erased
from runwright.model.pattern import full_match
from runwright.redact.columns import fits, labels_of
from runwright.redact.harmless import harmless
from runwright.redact.label import Label
from runwright.redact.pseudonyms import PLAIN, Marks
from runwright.redact.quick import all_clean, known_clean
from runwright.redact.rule import FAILURES
from runwright.redact.rules import RULE_VERSION, SECRET_KEYS
from runwright.redact.text import WITHHELD, mark, redact_text, withheld, without_surrogates

MAX_DEPTH = 100
"""Deepest nesting of JSON that is searched; what lies deeper is withheld."""
_MAX_NAME = 200
"""Longest name of a member that is asked what it announces."""
_LEAST = 10_000  # a number below is a count
_LONG_KINDS = frozenset({"password", "api_key", "secret"})
"""Kinds of secrets that may be numbers; tokens are counted too."""
_FLAG = r"(?:--?|/)[\w-]*"
_NAME = r"[A-Za-z][\w-]{2,40}"  # what names the second of two texts: ["password", …]
_KEY_HEAD = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")
_KEY_LINE = re.compile(r"[A-Za-z0-9+/=]*|[A-Za-z-]{3,20}: [!-~ ]*")
_FHIR = "fhir"
_PEOPLE = frozenset({"Patient", "RelatedPerson", "Person", "Coverage"})
_OF_PEOPLE = frozenset((
    "family", "given", "text", "line", "city", "district", "postalCode", "birthDate", "value", "id", "display", "div",
    "deceasedDateTime", "subscriberId",
))  # fmt: skip
"""Members of a FHIR resource about a person that tell who it is (https://hl7.org/fhir/patient.html)."""

_GREAT_AGES = range(90, 120)
_PERSONS = frozenset(("sex", "gender", "patient", "first", "last", "family", "given"))
Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Walk:
    """One way through the data: how values are marked, and what was erased so far."""

    marks: Marks
    erased: list[Erased] = field(default_factory=list)

    def note(self, at: Where, kind: str, shown: str) -> str:
        pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in at)
        self.erased.append(Erased(pointer=pointer, kind=kind, rule_version=RULE_VERSION))
        return shown

    def gone(self, at: Where, kind: str, value: str) -> str:
        return self.note(at, kind, mark(kind, value, self.marks))


def redact_data(value: Any, marks: Marks = PLAIN) -> tuple[Any, tuple[Erased, ...]]:
    """Erase what must go from JSON data and say where it stood; the same data where nothing must go.

    Numbers that no name announces stay, and so do truth values.
    """
    if _is_clean(value):
        return value, ()
    walk = _Walk(marks)
    return _data(value, (), walk, None), tuple(walk.erased)


def _is_clean(value: Any) -> bool:
    """Whether data holds nothing that must go, at one look; an unsure answer is no."""
    fresh: list[str] = []
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for item in level:
            if isinstance(item, str):
                if not known_clean(item):
                    fresh.append(item)
            elif not _open(item, below):
                return False
        if not below:
            return not fresh or all_clean(fresh)
        level = below
    return False


def _open(item: Any, below: list[Any]) -> bool:
    """Put what is inside with the rest, unless it must be looked at closely."""
    if isinstance(item, dict):
        below += item.values()
        return not any(_moves(item, key, value) for key, value in item.items() if tells(key))
    if isinstance(item, list):
        below += item
        pair = len(item) == 2 and isinstance(item[0], str) and tells(item[0])
        return not pair and not any(isinstance(one, str) and one[:1] in ("-", "/") and _is_sign(one) for one in item)
    return not isinstance(item, Mapping | tuple)


def _moves(owner: Mapping[Any, Any], key: Any, value: Any) -> bool:
    """Whether something must go because of a name that announces something; most are `group: root`."""
    if key == "resourceType":
        return value in _PEOPLE if isinstance(value, str) else True
    if _clean_name(key, PLAIN) != (key, ()):
        return True
    if _announced(owner, key):
        return not (value is None or isinstance(value, bool))
    return _personal(owner, key, value) is not None


def _is_sign(text: str) -> bool:
    """Whether a text of a list says something about the one behind it."""
    return bool(flag_name(text)) or text.startswith("-----BEGIN")


@lru_cache(maxsize=8192)
def tells(name: Any) -> bool:
    """Whether a member's name announces something, may do so for the member beside it, or must go itself."""
    if not isinstance(name, str):
        return False
    return name in ("value", "resourceType", "first", "last") or bool(
        _secret_name(name) or _labels(name) or _clean_name(name, PLAIN) != (name, ())
    )


def _data(value: Any, at: Where, walk: _Walk, kind: str | None) -> Any:
    """A value below a name that announces a secret or a person (kind), or does not (None)."""
    if isinstance(value, str):
        return _text(value, at, walk, kind)
    if not isinstance(value, Mapping | list | tuple):
        return value
    if len(at) >= MAX_DEPTH:
        return walk.note(at, WITHHELD, f"[withheld {_size(value)} bytes]")
    if isinstance(value, Mapping):
        return _object(value, at, walk, kind)
    lines = _key_lines(value)
    return [
        _data(item, (*at, index), walk, "private_key" if index in lines else kind or _flagged(value, index))
        for index, item in enumerate(value)
    ]


def _key_lines(items: Sequence[Any]) -> frozenset[int]:
    """Which texts of a list are lines of a private key."""
    inside, found = False, set()
    for index, item in enumerate(items):
        if not isinstance(item, str):
            inside = False
        elif _KEY_HEAD.fullmatch(item.strip()):
            inside = True
        elif inside := inside and _KEY_LINE.fullmatch(item.strip()) is not None:
            found.add(index)
    return frozenset(found)


def _text(value: str, at: Where, walk: _Walk, kind: str | None) -> str:
    if kind not in (None, _FHIR) and not harmless(str(kind), value):
        return walk.gone(at, str(kind), value)
    text, spans = redact_text(value, marks=walk.marks)
    for found in dict.fromkeys(span.kind for span in spans):
        walk.note(at, found, text)
    return text


def _object(owner: Mapping[Any, Any], at: Where, walk: _Walk, kind: str | None) -> dict[Any, Any]:
    resource = owner.get("resourceType")
    about = _FHIR if isinstance(resource, str) and resource in _PEOPLE else kind
    clean: dict[Any, Any] = {}
    for key, value in owner.items():
        name, kinds = _clean_name(key, walk.marks) if isinstance(key, str) else (key, ())
        name = _free(name, clean)
        below = (*at, str(name))
        for found in dict.fromkeys(kinds):
            walk.note(below, found, name)
        clean[name] = _member(owner, key, value, below, walk, about)
    return clean


def _member(owner: Mapping[Any, Any], key: Any, value: Any, at: Where, walk: _Walk, kind: str | None) -> Any:
    announced = kind if kind == "password" else _announced(owner, key) or kind
    if kind == _FHIR and key in _OF_PEOPLE and announced == _FHIR:
        return _of_person(value, at, walk)
    if announced in _LONG_KINDS and _is_long(value):
        return walk.gone(at, str(announced), str(value))
    personal = None if announced not in (None, _FHIR) else _personal(owner, key, value)
    if personal == WITHHELD:
        return walk.note(at, WITHHELD, withheld(str(value)))
    if personal is not None:
        return walk.gone(at, personal, str(value))
    return _data(value, at, walk, announced)


def _of_person(value: Any, at: Where, walk: _Walk) -> Any:
    """What a FHIR resource says about a person, also in a list."""
    if isinstance(value, str) and value and not harmless("password", value):
        return walk.gone(at, _FHIR, value)
    if isinstance(value, list | tuple):
        return [_of_person(item, (*at, index), walk) for index, item in enumerate(value)]
    return _data(value, at, walk, _FHIR)


def _free(name: Any, taken: Mapping[Any, Any]) -> Any:
    """A name that is not taken: two names may be the same without their secrets, and no member may be lost."""
    numbered = (f"{name} ({number})" for number in count(2))
    return name if name not in taken else next(free for free in numbered if free not in taken)


def _announced(owner: Mapping[Any, Any], key: Any) -> str | None:
    """What a member's name announces; `{"name": "DB_PASSWORD", "value": …}` names its secret beside it."""
    name = _name_of(owner, key)
    return _secret_name(name) if isinstance(name, str) else None


def _name_of(owner: Mapping[Any, Any], key: Any) -> Any:
    return owner.get("name", owner.get("key")) if key == "value" else key


def _is_long(value: Any) -> bool:
    """Whether a number is longer than a count; a whole one may be written as a fraction."""
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return whole and not isinstance(value, bool) and abs(value) >= _LEAST


def _personal(owner: Mapping[Any, Any], key: Any, value: Any) -> str | None:
    """What kind of personal data a member is, by its name and its shape."""
    name = _name_of(owner, key)
    if _is_great_age(owner, name, value):
        return "age"
    if not isinstance(name, str) or not (_is_long(value) or isinstance(value, str)):
        return None
    written = str(int(value) if isinstance(value, float) else value).strip()
    if name in ("first", "last") and {"first", "last"} <= owner.keys() and written[:1].isupper():
        return "name"
    try:
        return next((label.kind for label in _labels(name) if fits(label, written)), None)
    except FAILURES:
        return WITHHELD


def _is_great_age(owner: Mapping[Any, Any], name: Any, value: Any) -> bool:
    """Whether a number is a person's age of 90 and more (Safe Harbor): something beside it tells of a person."""
    if not isinstance(name, str) or not isinstance(value, int) or value not in _GREAT_AGES:
        return False
    if not any(label.kind == "age" for label in _labels(name)):
        return False
    beside = (key for key in owner if isinstance(key, str) and key != name)
    return any(key.lower() in _PERSONS or _labels(key) for key in beside)


@lru_cache(maxsize=4096)
def _labels(name: str) -> tuple[Label, ...]:
    if len(name) > _MAX_NAME:
        return ()
    return labels_of(without_surrogates(name))


def _flagged(items: Sequence[Any], index: int) -> str | None:
    """What the item before announces: in a list of arguments it may be a flag, ["--password", …]."""
    before = items[index - 1] if index else None
    if not isinstance(before, str):
        return None
    pair = len(items) == 2 and full_match(_NAME, before)
    return _secret_name(before) if pair else flag_name(before)


@lru_cache(maxsize=4096)
def flag_name(word: str) -> str | None:
    """The kind of secret that a command-line flag announces; None where it announces none."""
    named = len(word) <= 80 and full_match(_FLAG, word)  # no flag is longer
    return _secret_name(word) if named else None


@lru_cache(maxsize=4096)
def _clean_name(name: str, marks: Marks) -> tuple[str, tuple[str, ...]]:
    clean, spans = redact_text(name, marks=marks)
    return clean, tuple(span.kind for span in spans)


@lru_cache(maxsize=4096)
def _secret_name(name: str) -> str | None:
    if len(name) > _MAX_NAME:  # no name is longer, and this is asked of every member
        return None
    seen = (without_surrogates(name), _clean_name(name, PLAIN)[0])  # the second is what the next redaction sees
    return next((kind for kind, pattern in SECRET_KEYS.items() if any(full_match(pattern, one) for one in seen)), None)


def _size(value: Any) -> int:
    try:
        return len(json.dumps(value, default=str).encode())
    except (RecursionError, ValueError):
        return 0
