"""Whether words are a name of a person, an address or an ailment: by the words themselves and those around them."""

from __future__ import annotations

import re

from runwright.redact.rule import Check, Part
from runwright.redact.views import NEUTRAL
from runwright.redact.vocabulary import VOCABULARY
from runwright.redact.words import GIVEN, NO_NAMES

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_IN_STREETS = frozenset(
    """
main state center centre high first second third front back market bridge station union college commerce canal garden
school spring court hospital clinic power water mill mission country club field forge frame house link point post
private public ridge
""".split()  # noqa: SIM905 -- a list of words is read as words
)
"""Words of programs that streets are named after too."""
_STREETS = frozenset(
    """
street st avenue ave road rd boulevard blvd lane ln drive dr court ct way place pl terrace circle cir highway hwy
parkway pkwy square sq trail close crescent
""".split()  # noqa: SIM905 -- a list of words is read as words
)
"""What ends the name of a street."""
_NEAR = 80
"""Characters around a name in which the words are looked at."""
_CARE = re.compile(
    r"(?i)\b(?:patients?|phi|pt|chart|clinic|ward|appointments?|admitted|discharged?|diagnos\w+|prescri\w+|medications?"
    r"|nurse|doctor|physician|dob|mrn|ssn|insur\w+|births?|born|labs?|lab report|allerg\w+|surgery|referral|guarantor"
    r"|vaccin\w+|checked in|no-show|encounter|radiology|x-?ray|hospital|next of kin|he|she|her|his)\b|\ufffc"
)
"""Words of care."""
_PERSONAL = re.compile(
    r"(?i)\b(?:patient'?s?|patient(?:name|cache|record|list|index|search|lookup|match|merge)\w*|chart|mri|ct|x-?ray|ultrasound"
    r"|mammogra\w+|ecg|biopsy|wristband|discharge summary|lab (?:order|report|results?)|mrn|dob|rn"
    r"|appointment|consent|referral|prescription|next of kin|guarantor|insured|subscriber|ward|bed|room|nurse|born"
    r"|his (?:son|wife)|her (?:son|husband)|daughter|mother|father|patientnotfoundexception|admitted|discharged)\b"
)
"""Words that stand beside a person's name."""
_ALIVE = re.compile(r"(?i)\b(?:fell|cough|sex|male|female|year|bed|room)\b")
_AUTHOR = re.compile(
    r"(?i)author|commit|copyright|\(c\)|signed-off|maintain|reviewed|merged|licen[cs]e|contributor|\bby $"
)
_TIME = re.compile(r"[ T,]{1,2}[0-9]{1,2}:[0-9]{2}")


def _words(text: str, start: int, end: int) -> list[re.Match[str]]:
    return list(_WORD.finditer(text, start, end))


_NO_NAMES = NO_NAMES | VOCABULARY


def _is_name(word: str) -> bool:
    parts = [word, *(part for part in word.split("-") if len(part) > 2)]
    return not any(part.lower() in _NO_NAMES for part in parts)


def person_of(least: int) -> Check:
    """A proof that takes the first words as long as they can be a name; at least so many must be."""

    def check(text: str, start: int, end: int) -> Part | None:
        words = _words(text, start, end)
        good = next((place for place, word in enumerate(words) if not _is_name(word.group())), len(words))
        long = [word for word in words[:good] if len(word.group()) > 1]
        if len(long) < least or NEUTRAL in text[start:end]:
            return None
        return start, end if good == len(words) else words[good - 1].end()

    return check


person, people = person_of(2), person_of(1)


def titled(text: str, start: int, end: int) -> Part | None:
    """A name behind a title: with its stop, or with two words; Mr and Mrs need neither."""
    found = people(text, start, end)
    before = text[max(0, start - 5) : start].lower().rstrip()
    sure = before.endswith((".", "mr", "mrs"))
    return found if found and (sure or len(_words(text, *found)) > 1) else None


def given(text: str, start: int, end: int) -> Part | None:
    """A known given name and another word, near words of care where they are small."""
    words = _words(text, start, end)
    place = next((place for place, word in enumerate(words) if word.group().lower() in GIVEN), None)
    if place is None:
        return near_care(text, start, end)
    last_first = place == 1 and text[words[0].end() : words[1].start()].strip() in ("", ",", "_")
    found = person(text, words[0 if last_first else place].start(), end)
    small = text[start:end].islower() and not _cared(text, start, end)
    return found if found and not small and not _wrote(text, start) else None


def near_care(text: str, start: int, end: int) -> Part | None:
    """Words that nobody knows as words of programs, where a person is spoken of."""
    found = person(text, start, end)
    whole = found is not None and found == (start, end) and not text[start:end].islower()
    return found if whole and _spoken_of(text, start, end) and not _wrote(text, start) else None


def _spoken_of(text: str, start: int, end: int) -> bool:
    first = max(0, start - _NEAR)
    first = max(first, text.rfind("\n", first, start) + 1)
    return bool(_PERSONAL.search(text, first, start) or _PERSONAL.search(text, end, end + _NEAR // 2))


def _wrote(text: str, start: int) -> bool:
    """Whether somebody who wrote the program is named."""
    return bool(_AUTHOR.search(text, max(0, start - 40), start))


def _cared(text: str, start: int, end: int) -> bool:
    first = max(0, start - _NEAR)
    first = max(first, text.rfind("\n", first, start) + 1)
    last = min(end + _NEAR, len(text))
    stop = text.find("\n", end, last)
    last = last if stop < 0 else stop
    return bool(_CARE.search(text, first, start) or _CARE.search(text, end, last))


def beside(text: str, start: int, end: int) -> Part | None:
    """A day without a time, near a name and a word of care."""
    first = max(0, start - _NEAR)
    near = _words(text, max(first, text.rfind("\n", first, start) + 1), start)
    named = any(word.group()[0].isupper() and word.group().lower() in GIVEN for word in near)
    named = named or _spoken_of(text, start, end)
    timed = _TIME.match(text, end) is not None
    return (start, end) if named and not timed else None


def salute(text: str, start: int, end: int) -> Part | None:
    """Whoever is addressed: a name of two words, or a known given name, or one behind a title."""
    found = people(text, start, end)
    words = _words(text, *found) if found else []
    known = bool(words) and words[0].group().lower() in GIVEN
    return found if len(words) > 1 or known or text[max(0, start - 2) : start] == ". " else None


def caret(text: str, start: int, end: int) -> Part | None:
    """A name as HL7 and DICOM write it: no type of a message."""
    first, second = text[start:end].split("^")[:2]
    return (start, end) if _is_name(first) and _is_name(second) and not (first.isupper() and len(first) < 3) else None


def address(text: str, start: int, end: int) -> Part | None:
    """A number and words that are no words of programs, but for those that streets are named after."""
    words = _words(text, start, end)
    names = [word.group().lower() for word in words[: max(1, len(words) - 1)]]
    ends = next((place for place, name in enumerate(names) if place and name in _STREETS), len(names))
    named = names[:ends]
    return (start, end) if named and not any(word in NO_NAMES - _IN_STREETS for word in named[:3]) else None


def old(text: str, start: int, end: int) -> Part | None:
    """An age of 90 and more (Safe Harbor) of a person, and of no file."""
    after, value = text[end : end + 2], text[start:end]
    ends = (
        not after.strip() or after[0] in ",;).'\"" or "old" in text[start : end + 12] or value.endswith(("y/o", "yo"))
    )
    alive = _cared(text, start, end) or _ALIVE.search(text, max(0, start - _NEAR), end + _NEAR)
    return (start, end) if ends and alive else None


def health(text: str, start: int, end: int) -> Part | None:
    """No word of programs in what ails somebody."""
    words = [word.group().lower() for word in _words(text, start, end)]
    told = any(word not in NO_NAMES for word in words) and NEUTRAL not in text[start:end]
    return (start, end) if told else None


def ailment(text: str, start: int, end: int) -> Part | None:
    """What stands behind "allergies:", when it is said of somebody or is no word of programs."""
    words = [word.group().lower() for word in _words(text, start, end)]
    before = text[max(0, start - 16) : start].lower()
    if "condition" in before and not _cared(text, start - 16, end):
        return None
    return (start, end) if words and not any(word in NO_NAMES for word in words[:2]) else None


def care(text: str, start: int, end: int) -> Part | None:
    """Only near words of care."""
    return (start, end) if _cared(text, start, end) else None
