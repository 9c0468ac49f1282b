"""Whether what stands in a text ails somebody, and whether an age is one of a person."""

from __future__ import annotations

import re

from runwright.redact.persons import KNOWN_WORDS, NEAR, cared, words_of
from runwright.redact.rule import Part
from runwright.redact.views import NEUTRAL
from runwright.redact.words import NO_NAMES

_ALIVE = re.compile(
    r"(?i)\b(?:fell|fall|cough|sex|male|female|year|bed|room|lives?|living|alone|walker|wheelchair|widow(?:er)?"
    r"|pensioner|resident|elderly|mom|mum|dad|gran\w*|retired|man|woman|lady|gentleman|frail|deaf|hearing"
    r"|confused|carer"
    r"|aged|gender|turned|turns|ambulance)\b"
)
_YEARS = re.compile(r"(?i)[ -]?(?:years?|yrs?|y/?o|jahre|ans|anos)\b")
_PLACE = re.compile(
    r"(?i)[ -](?:clinics?|wards?|units?|cent(?:er|re)s?|dep(?:artmen)?ts?\.?|registr(?:y|ies)|dashboards?|apps?"
    r"|services?|portals?"
    r"|printers?|kiosks?|modules?|forms?|templates?|stud(?:y|ies)|research|pathways?|servers?|programs?"
    r"|screenings?|alerts?"
    r"|systems?|teams?|boards?|lab(?:oratory)?|exports?|imports?|interface|feed|team|queue|calculator|hotline"
    r"|app pool)\b"
)
"""Behind the name of an ailment: a part of a clinic, or of a program, is named after it."""
_NO_AILMENTS = frozenset(
    """
diagnosis prognosis osmosis hypnosis symbiosis metamorphosis aroma axioma diploma idioma coma roma genoma automa chroma
reason person season lesson unison comparison poison mason jason nelson apostrophe trophy atrophy april pril schema
""".split()  # noqa: SIM905 -- a list of words is read as words
)
"""Words that end like an ailment or a medicine."""
_TOLD_OF = re.compile(
    r"(?i)\b(?:history of|treated|suffers?|suffering|presents?|test(?:ed)?|positive|negative|man|woman|girl|boy"
    r"|baby|has|had|after|on"
    r"|s/p|hx|pmh|impression|mother|father|[0-9]{1,3} ?(?:m|f|yo|y/o)|note|bed|refills?|rx|e-?prescri\w+"
    r"|dose of|takes|taking|flag|missed|result|status)\b"
)
"""Words near an ailment that say that somebody has it."""


def old(text: str, start: int, end: int) -> Part | None:
    """An age of 90 and more (Safe Harbor) of a person, and of no file."""
    after, value = text[end : end + 2], text[start:end]
    years = _YEARS.match(text, end) is not None
    ends = (
        years
        or not after.strip()
        or after[0] in ",;).'\"}]"
        or "old" in text[start : end + 12]
        or _ALIVE.match(text, end + 1) is not None
        or value.endswith(("y/o", "yo"))
    )
    alive = cared(text, start, end) or _ALIVE.search(text, max(0, start - NEAR), end + NEAR)
    return (start, end) if ends and alive else None


def health(text: str, start: int, end: int) -> Part | None:
    """No word of programs in what ails somebody."""
    words = [word.group().lower() for word in words_of(text, start, end)]
    told = any(word not in NO_NAMES for word in words) and NEUTRAL not in text[start:end]
    return (start, end) if told else None


def ailment(text: str, start: int, end: int) -> Part | None:
    """What stands behind "allergies:", when it is said of somebody or is no word of programs."""
    words = [word.group().lower() for word in words_of(text, start, end)]
    before = text[max(0, start - 16) : start].lower()
    if "condition" in before and not cared(text, start - 16, end):
        return None
    return (start, end) if words and not any(word in NO_NAMES for word in words[:2]) else None


_WHOSE = re.compile(
    r"(?i)\b(?:your|his|her|their|my) (?:[a-z]+ ){0,2}(?:appointments?|visits?|sessions?|refills?|results?|treatment)\b"
)
"""Whoever is spoken to goes to that part of a clinic."""


_OF_THINGS_TOO = frozenset(("depression", "stroke", "seizure", "seizures", "recovery", "detox", "radiation"))
"""Ailments whose names are said of things too."""


def care(text: str, start: int, end: int) -> Part | None:
    """Only near words of care, and no part of a clinic or of a program that is named after it."""
    if _PLACE.match(text, end) and not _WHOSE.search(text, max(0, start - NEAR), start):
        return None
    alone = text[start:end].lower() in _OF_THINGS_TOO
    told = not alone and _TOLD_OF.search(text, max(0, start - NEAR // 2), end + NEAR // 2)
    return (start, end) if told or cared(text, start, end) else None


def sure(text: str, start: int, end: int) -> Part | None:
    """What only people are, unless a part of a clinic is named after it."""
    return None if _PLACE.match(text, end) else (start, end)


def illness(text: str, start: int, end: int) -> Part | None:
    """What stands behind "diagnosis:", unless programs speak so of themselves."""
    words = [word.group().lower() for word in words_of(text, start, end)]
    told = words and not any(word in NO_NAMES for word in words[:2]) and any(word not in KNOWN_WORDS for word in words)
    return (start, end) if told else None


def ill(text: str, start: int, end: int) -> Part | None:
    """What is named like an ailment, near words of care, and is no word of programs."""
    words = {word.group().lower() for word in words_of(text, start, end)}
    return None if words & _NO_AILMENTS or words <= KNOWN_WORDS else care(text, start, end)


_SOMEBODY = re.compile(
    r"(?i)\b(?:patient(?:in|en|e|s)?|pt|pacient[ea]|pazient[ea]|pacjent\w*|hasta|she|he|her|his|frau|herrn?|mme|ambulance"
    r"|notarzt|rettung|admitted|bed|triage|emergency room)\b|\ufffc"
)
"""Somebody, or whom it was told of."""


def stricken(text: str, start: int, end: int) -> Part | None:
    """What ails somebody who is spoken of in the same line."""
    first = max(text.rfind("\n", 0, start) + 1, start - NEAR)
    told = _SOMEBODY.search(text, first, start) or _SOMEBODY.search(text, end, end + NEAR // 2)
    return (start, end) if told and not _PLACE.match(text, end) and NEUTRAL not in text[start:end] else None
