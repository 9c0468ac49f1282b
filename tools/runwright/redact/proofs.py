"""What must hold besides a match, where no pattern can say it: one check a proof.

A check answers with the part of the match that goes, or with nothing. The patterns are in the tables of rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from runwright.redact import hosts, numbers, persons
from runwright.redact.harmless import harmless
from runwright.redact.rule import Check, Part
from runwright.redact.views import NEUTRAL

_METHOD = re.compile(
    r"(?i)(?:scram[-_])?(?:sha|md|scram|aes|rsa|ed|tls|ssl|v|rfc|kb|utf|https?)[-_.v]{0,2}[0-9]{0,7}[a-z]{0,4}"
    r"(?:[-_.][0-9a-z]{1,8}){0,4}|\S+\.[a-z]{2,4}|[\w.-]+:[0-9]+"
)
"""Names of methods, files and ports, which have digits too."""
_DIGEST = re.compile(
    r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|fingerprint|public|sha-?[0-9]|md5|digest|checksum|commit|\bhash"
    r"|thumbprint|key ?id|etag|request|trace|span|correlation|cert|serial|\bfile\b|path|image|ssh-|version|class"
)
"""What looks random and is known to everybody, or the words before it."""
_BEFORE = 48
"""Characters before a text that looks random that are looked at."""
_TOLD = re.compile(
    r"(?i)verification|login|sign-?in|security|access|your|one-?time|sms|2fa|mfa|auth|door|alarm|gate|confirm|use|enter|recovery"
    r"|pass|unlock|(?:^|\b)the code"
)
_ERROR = re.compile(
    r"(?i)error|exit|status|return|response|area|zip|event|result|reason|http|fault|stop|country|language|page"
)
_RESOURCE = re.compile(
    r"(?i)resourceType\W{1,8}(?:Patient|RelatedPerson|Person|Coverage|Appointment|Encounter|Observation|Condition)\b"
    r"|<(?:Patient|RelatedPerson|Person)\b"
)


def _all(text: str, start: int, end: int) -> Part | None:
    return start, end


def _strong(text: str, start: int, end: int) -> Part | None:
    """What looks made up: letters with digits or signs between them, and no word, name of a method or address."""
    value = text[start:end].strip("\"'`")
    signs = any(char.isdigit() or char in "!@#$%^&*+?~" for char in value)
    plain = len(value) < 6 or not signs or not any(char.isalpha() for char in value) or NEUTRAL in value
    if plain or _METHOD.fullmatch(value) or harmless("password", value, prose=True):
        return None
    return start, end


def _mixed(text: str, start: int, end: int) -> Part | None:
    """What looks made up and has small letters, capitals and digits or signs."""
    value = text[start:end]
    both = any(char.isupper() for char in value) and any(char.islower() for char in value)
    return _strong(text, start, end) if both and any(char.isdigit() for char in value) else None


def _signed(text: str, start: int, end: int) -> Part | None:
    """The same with a sign that names have not, behind the name of an account."""
    return _mixed(text, start, end) if any(char in "!#$%^&*?" for char in text[start:end]) else None


def _phrase(text: str, start: int, end: int) -> Part | None:
    """Words that make no sentence about themselves."""
    words = text[start:end].split()
    return None if sum(harmless("password", word, prose=True) for word in words) > 1 else (start, end)


def _random(text: str, start: int, end: int) -> Part | None:
    """What nobody would think of: letters of both sizes and digits, or many hexadecimal digits; no digest, no path."""
    value = text[start:end].rstrip("=.")
    known = _DIGEST.search(text, max(0, start - _BEFORE), start) or _DIGEST.match(value)
    if known or value.count("/") > 3 or value.count(".") > 2 or harmless("token", value):
        return None
    mixed = any(c.isupper() for c in value) and any(c.islower() for c in value) and sum(c.isdigit() for c in value) >= 3
    digits = value.removeprefix("0x")
    hexadecimal = len(digits) >= 32 and not digits.strip("0123456789abcdef") and not digits.isdigit()
    return (start, end) if mixed or hexadecimal else None


def _code(text: str, start: int, end: int) -> Part | None:
    """A code that somebody is told to use, and none of an error."""
    before = text[max(0, start - _BEFORE) : start]
    return (start, end) if _TOLD.search(before) and not _ERROR.search(before) else None


@lru_cache(maxsize=4)
def _about_people(text: str) -> bool:
    return _RESOURCE.search(text) is not None


def _fhir(text: str, start: int, end: int) -> Part | None:
    """Only in what is about a person."""
    return (start, end) if not text.startswith(("http://", "urn:"), start) and _about_people(text) else None


CHECKS: Mapping[str, Check] = {
    "form": _all,
    "strong": _strong,
    "random": _random,
    "fhir": _fhir,
    "host": hosts.guarded_host,
    "public": hosts.public,
    "email": hosts.email,
    "card": numbers.card,
    "iban": numbers.iban,
    "phone": numbers.phone,
    "digits": numbers.at_least(12),
    "id": numbers.at_least(4),
    "person": persons.person,
    "people": persons.people,
    "titled": persons.titled,
    "given": persons.given,
    "beside": persons.beside,
    "caret": persons.caret,
    "address": persons.address,
    "old": persons.old,
    "health": persons.health,
    "care": persons.care,
    "ailment": persons.ailment,
    "salute": persons.salute,
    "code": _code,
    "mixed": _mixed,
    "signed": _signed,
    "phrase": _phrase,
}
"""What each proof of a rule asks; `place` and `prose` are asked with the kind (`harmless`)."""
