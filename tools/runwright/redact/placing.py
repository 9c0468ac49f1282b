"""Names, days and addresses where their place says what they are: rows, files, searches, streets.

Whether words are a name at all is asked of `persons`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from runwright.redact.persons import (
    GIVEN,
    KNOWN_WORDS,
    NEAR,
    PERSONAL,
    cared,
    is_likely,
    is_name,
    people,
    single,
    spoken_of,
    words_of,
    wrote,
)
from runwright.redact.rule import Part
from runwright.redact.views import NEUTRAL
from runwright.redact.words import NO_NAMES

_IN_STREETS = frozenset(
    """
main state center centre high first second third front back market bridge station union college commerce canal garden
school spring court hospital clinic power water mill mission country club field forge frame house link point post
private public ridge view harbor harbour light branch tower block edge run range rose pine valley
""".split()  # noqa: SIM905 -- a list of words is read as words
)
"""Words of programs that streets are named after too."""
_STREETS = frozenset(
    """
street st avenue ave road rd boulevard blvd lane ln drive dr court ct way place pl terrace circle cir highway hwy
parkway pkwy square sq trail close crescent row mews gardens grove rise wharf quay alley hollow crossing cove loop pike
""".split()  # noqa: SIM905 -- a list of words is read as words
)
"""What ends the name of a street."""
_PREFIXES = frozenset(
    ("mac", "de", "la", "le", "van", "von", "der", "ni", "al", "el", "st", "san", "santa", "del", "di", "da")
)
"""First parts of families' names."""
_PICTURE = re.compile(r"(?i)[_-]?[0-9]{0,8}\.(?:pdf|docx?|jpe?g|png|tiff?|dcm|txt|rtf|hl7|xml)\b")
_PORTAL = re.compile(r"(?i)portal|/p/")
_TIME = re.compile(r"[ T,]{1,2}[0-9]{1,2}:[0-9]{2}")


def born(text: str, start: int, end: int) -> Part | None:
    """A day without a time."""
    return None if _TIME.match(text, end) else (start, end)


def beside(text: str, start: int, end: int) -> Part | None:
    """A day without a time, near a name and a word of care."""
    first = max(0, start - NEAR)
    near = words_of(text, max(first, text.rfind("\n", first, start) + 1), start)
    named = any(word.group()[0].isupper() and word.group().lower() in GIVEN for word in near)
    named = named or spoken_of(text, start, end)
    timed = _TIME.match(text, end) is not None
    return (start, end) if named and not timed else None


def sought(text: str, start: int, end: int) -> Part | None:
    """Small words of a search, of which one is a known given name."""
    words = [word.group().lower() for word in words_of(text, start, end)]
    about = PERSONAL.search(text, max(0, start - NEAR), start) is not None
    known = any(word in GIVEN or (about and is_likely(word)) for word in words)
    return (start, end) if known and not any(word in KNOWN_WORDS for word in words) else None


@lru_cache(maxsize=4)
def _portal(text: str) -> int:
    """Where a portal is first spoken of; behind the text when it is not."""
    found = _PORTAL.search(text)
    return found.end() - 1 if found else len(text)


def both(text: str, start: int, end: int) -> Part | None:
    """A given name and a family's name, small, where a file or a person is spoken of."""
    words = re.split("[-_]", text[start:end].lower())
    named = any(word in GIVEN for word in words) and all(is_likely(word) for word in words)
    about = _PICTURE.match(text, end) is not None or cared(text, start, end) or _portal(text) < start
    return (start, end) if named and about and not any(word in KNOWN_WORDS for word in words) else None


def named(text: str, start: int, end: int) -> Part | None:
    """Words behind the name of a column of names, unless they are words of programs."""
    words = [word.group().lower() for word in words_of(text, start, end)]
    return (start, end) if not any(word in KNOWN_WORDS for word in words) else None


def row(text: str, start: int, end: int) -> Part | None:
    """A known name in quotes, in a line in which something was erased already."""
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    beside_mark = NEUTRAL in text[max(first, start - 2 * NEAR) : min(last if last >= 0 else len(text), end + 2 * NEAR)]
    return single(text, start, end) if beside_mark else None


def caret(text: str, start: int, end: int) -> Part | None:
    """A name as HL7 and DICOM write it: no type of a message."""
    parts = text[start:end].split("^")
    first, second = parts[1:3] if parts[0][-1:].isdigit() else parts[:2]
    return (start, end) if is_name(first) and is_name(second) and not (first.isupper() and len(first) < 3) else None


def address(text: str, start: int, end: int) -> Part | None:
    """A number and words that are no words of programs, but for those that streets are named after."""
    words = words_of(text, start, end)
    names = [word.group().lower() for word in words[: max(1, len(words) - 1)]]
    ends = next((place for place, name in enumerate(names) if place and name in _STREETS), len(names))
    named = names[:ends]
    return (start, end) if named and not any(word in NO_NAMES - _IN_STREETS for word in named[:3]) else None


def clan(text: str, start: int, end: int) -> Part | None:
    """A family's name by its beginning alone (O'…, Mc…), in a line about care."""
    found = people(text, start, end)
    return found if found and cared(text, start, end) and not wrote(text, start) else None


def sole(text: str, start: int, end: int) -> Part | None:
    """A known name that stands alone, in a line about care."""
    found = single(text, start, end)
    return found if found and cared(text, start, end) and not wrote(text, start) else None


def part(text: str, start: int, end: int) -> Part | None:
    """One or two words behind the name of a part of a name: one of them may sound like a word of programs."""
    found = people(text, start, end)
    words = words_of(text, start, end)
    odd = len(words) > 1 and words[0].group().lower() in _PREFIXES and is_name(words[1].group())
    return (start, end) if odd else found
