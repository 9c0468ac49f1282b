"""What goes only in a document about somebody: resources of FHIR, and documents of HL7 as XML (CDA)."""

from __future__ import annotations

import re
from functools import lru_cache

from runwright.redact import persons
from runwright.redact.rule import Part

_RESOURCE = re.compile(
    r"(?i)resourceType\W{1,8}(?:Patient|RelatedPerson|Person|Coverage|Appointment|Encounter|Observation|Condition)\b"
    r"|<(?:\w{1,8}:)?(?:Patient(?:Role)?|recordTarget|RelatedPerson|Person)\b"
)


@lru_cache(maxsize=4)
def _about_people(text: str) -> bool:
    return _RESOURCE.search(text) is not None


def fhir(text: str, start: int, end: int) -> Part | None:
    """Only in what is about a person."""
    return (start, end) if not text.startswith(("http://", "urn:"), start) and _about_people(text) else None


@lru_cache(maxsize=4)
def _about_somebody(text: str) -> bool:
    return "<given" in text or "patient" in text.lower() or _about_people(text)


def tagged(text: str, start: int, end: int) -> Part | None:
    """A name in a document about somebody; families of letters are called so too."""
    return persons.people(text, start, end) if _about_somebody(text) else persons.single(text, start, end)
