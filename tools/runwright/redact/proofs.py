"""What must hold besides a match, where no pattern can say it: one check a proof.

A check answers with the part of the match that goes, or with nothing. The patterns are in the tables of rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from runwright.redact import ailing, hosts, numbers, persons, placing, resources
from runwright.redact.harmless import harmless
from runwright.redact.rule import Check, Part
from runwright.redact.views import NEUTRAL

_METHOD = re.compile(
    r"(?i)(?:scram[-_])?(?:sha|md|scram|aes|rsa|ed|tls|ssl|v|rfc|kb|utf|https?|argon|bcrypt|scrypt|pbkdf|oauth|saml|oidc|ntlm|kerberos|gpo|gpl)[-_.v]{0,2}[0-9]{0,7}[a-z]{0,4}"
    r"(?:[-_.][0-9a-z]{1,8}){0,4}|\S+\.[a-z]{2,4}|[\w.-]+:[0-9]+"
)
"""Names of methods, files and ports, which have digits too."""
_DIGEST = re.compile(
    r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|fingerprint|public|sha-?[0-9]|md5|digest|checksum|commit|\bhash"
    r"|thumbprint|key ?id|etag|request|trace|span|correlation|cert|serial|\bfile\b|cache|idempot|partition"
    r"|object|dedup|routing|lookup|primary|foreign|index|bucket|host.?key|path|image|ssh-|version|class"
)
"""What looks random and is known to everybody, or the words before it."""
_SPOKEN = re.compile(r"(?:[A-Z]?[a-z]{2,}|[A-Z]{2,}|[0-9]{1,4})(?:[-_.](?:[A-Z]?[a-z]{2,}|[A-Z]{2,}|[0-9]{1,4}))+")
"""Words and short numbers with signs between, which somebody thought of."""
_LABELLED = re.compile(
    r"(?i)(?:user(?:name)?|account|host|server|node|version|release|build|from|at|by|file|on)[ :=\"'`]{1,3}$"
)
"""Before the name of an account, a machine or a release."""
_OTHER = re.compile(
    r"(?i)\b(?:users?|username|hosts?|hostname|server|accounts?|service|namespace|machine|node|realm|domain"
    r"|instance|id|name|version"
    r"|status|reason|error|code|file|path|on|at|from|by|policy|type|length|age|count|time|url|uri|endpoint"
    r"|address|port|cluster"
    r"|pod|vault|store|database|db|attempt|ticket|request|step|task|job|line|event|result|expires|expiry|until)[ \t]*"
    r"(?::|=|->|=>|:=)[ \t]*[\"'`]?$"
)
"""Before something else than what the sentence began with."""
_SENTENCE = re.compile(
    r"(?i)\b(?:the|a|an|of|your|my|his|her|this|that|failed|cannot|could|not|please|was|were|is|are|has|have"
    r"|error|invalid|missing"
    r"|unknown|wrong|expired|rotated|reset|change|changed|updated?|renew\w*|no|denied|requested?|rejected|using|with)\b"
)
"""What sentences have and lines of a configuration have not."""
_SIGNING = re.compile(
    r"(?i)pass|pwd|\bpw\b|cred|secret|log(?:ged)?[ -]?[io]n|auth|user|account|kennwort|clave|senha|rotate|unattend"
)
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}|\+[0-9.]+$|://|[&?]\w+$|[A-Za-z]\+[A-Z]|\*\*|&&|^[A-Z][a-z]+[#?][0-9]+")
"""What has signs and is an address, a version, an escape or a method."""
_UNIT = re.compile(
    r"(?i)[ ]?(?:ms|millis\w*|s|sec\w*|min\w*|hours?|days?|times|attempts?|retries|bytes|users?|entries|%"
    r"|[.:/-][0-9])(?:[^a-z]|$)"
)
"""Behind a length of time, a count or a part of a number."""
_COLUMNS = frozenset("email user username users login name token hash salt role string text password".split())  # noqa: SIM905
_MEMBER = re.compile(r':[ ]?\\*"([^"\\]{1,200})')
_BEFORE = 48
"""Characters before a text that looks random that are looked at."""
_FAR = 160
"""Characters around a text in which a mark is looked for."""
_NO_STREETS = frozenset(
    {"ring", "weg", "platz", "token", "string", "rendering", "spring", "monitoring", "wring", "bring"}
)
_TOLD = re.compile(
    r"(?i)verification|login|sign-?in|security|access|your|one-?time|sms|2fa|mfa|auth|door|alarm|gate|confirm"
    r"|use|enter|recovery"
    r"|pass|unlock|(?:^|\b)the code"
)
_ERROR = re.compile(
    r"(?i)error|exit|status|return|response|area|zip|event|result|reason|http|fault|stop|country|language|page"
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


def _words(text: str, start: int, end: int) -> Part | None:
    """Words none of which a sentence about a secret needs."""
    said = any(harmless("password", word, prose=True) for word in text[start:end].split())
    return None if said else (start, end)


def _made(text: str, start: int, end: int) -> Part | None:
    """What looks made up, with letters and digits, and names no account, host or release."""
    value = text[start:end]
    both = any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
    return _strong(text, start, end) if both and not _LABELLED.search(text[max(0, start - _BEFORE) : start]) else None


def _shaped(text: str, start: int, end: int) -> Part | None:
    """Both sizes of letters, digits and signs between them, in a line about signing in."""
    value = text[start:end]
    first, last = max(0, start - 2 * _BEFORE), end + 2 * _BEFORE
    if (
        len(value) < 8
        or _ESCAPED.search(value)
        or not (_SIGNING.search(text, first, start) or _SIGNING.search(text, end, last))
    ):
        return None
    return _signed(text, start, end)


def _told(text: str, start: int, end: int) -> Part | None:
    """What looks made up, unless the word before its sign names something else."""
    return None if _OTHER.search(text[max(0, start - _BEFORE) : start]) else _strong(text, start, end)


def _config(text: str, start: int, end: int) -> Part | None:
    """What looks made up at the end of a line that is no sentence."""
    first = text.rfind("\n", 0, start) + 1
    before = text[max(first, start - 200) : start]
    known = _SENTENCE.search(before) or _DIGEST.search(before) or _DIGEST.match(text, start)
    return None if known else _strong(text, start, end)


def _pin(text: str, start: int, end: int) -> Part | None:
    """Some digits, and no length of time."""
    return None if _UNIT.match(text, end) or _ERROR.search(text[max(0, start - _BEFORE) : start]) else (start, end)


def _pair(text: str, start: int, end: int) -> Part | None:
    """The second of two behind a name, unless it is a name too."""
    first = text.rfind("{", max(0, start - _BEFORE), start) > text.rfind("(", max(0, start - _BEFORE), start)
    return _quoted(text, start, end) if first else _strong(text, start, end)


def _identified(text: str, start: int, end: int) -> Part | None:
    """The word behind `identified by`, unless it says how."""
    value = text[start:end].lower()
    return (
        None
        if value in ("externally", "globally", "values", "id", "the", "its") or value[0] in "$&:%<"
        else (start, end)
    )


def _quoted(text: str, start: int, end: int) -> Part | None:
    """What stands in quotes, unless it is a reference or the name of a column."""
    value = text[start:end]
    column = value.islower() and value.replace("_", "").isalpha() and ("_" in value or value in _COLUMNS)
    return None if column or harmless("password", value, prose=True) else (start, end)


def _rare(text: str, start: int, end: int) -> Part | None:
    """A word that is none of programs."""
    value = text[start:end].lower()
    return None if value in persons.KNOWN_WORDS or harmless("password", value, prose=True) else (start, end)


def _object(text: str, start: int, end: int) -> Part | None:
    """Members of an object, unless they are names, numbers and references."""
    values = _MEMBER.findall(text, start, end)
    return (start, end) if any(not harmless("password", value, prose=True) for value in values) else None


def _random(text: str, start: int, end: int) -> Part | None:
    """What nobody would think of: letters of both sizes and digits, or many hexadecimal digits; no digest, no path."""
    value = text[start:end].rstrip("=.")
    known = _DIGEST.search(text, max(0, start - _BEFORE), start) or _DIGEST.match(value) or _SPOKEN.fullmatch(value)
    if known or value.count("/") > 3 or value.count(".") > 2 or harmless("token", value):
        return None
    mixed = any(c.isupper() for c in value) and any(c.islower() for c in value) and sum(c.isdigit() for c in value) >= 3
    digits = value.removeprefix("0x")
    hexadecimal = len(digits) >= 32 and not digits.lower().strip("0123456789abcdef") and not digits.isdigit()
    return (start, end) if mixed or hexadecimal else None


def _code(text: str, start: int, end: int) -> Part | None:
    """A code that somebody is told to use, and none of an error."""
    before = text[max(0, start - _BEFORE) : start]
    return (start, end) if _TOLD.search(before) and not _ERROR.search(before) else None


def _near(text: str, start: int, end: int) -> Part | None:
    """What tells something about a person only beside what was erased already, such as a town."""
    near = NEUTRAL in text[max(0, start - _FAR) : start] or NEUTRAL in text[end : end + _FAR]
    return (start, end) if near else None


def _handle(text: str, start: int, end: int) -> Part | None:
    """The name of an account, and no version, file or host."""
    return None if _METHOD.fullmatch(text[start:end]) or text[start:end].count(".") > 2 else (start, end)


def _lane(text: str, start: int, end: int) -> Part | None:
    """A street and a number, and no part of a ring or of a program with its number."""
    return None if text[start:end].split(maxsplit=1)[0].lower() in _NO_STREETS else (start, end)


CHECKS: Mapping[str, Check] = {
    "form": _all,
    "strong": _strong,
    "random": _random,
    "fhir": resources.fhir,
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
    "beside": placing.beside,
    "caret": placing.caret,
    "address": placing.address,
    "old": ailing.old,
    "health": ailing.health,
    "care": ailing.care,
    "ailment": ailing.ailment,
    "sure": ailing.sure,
    "ill": ailing.ill,
    "salute": persons.salute,
    "likely": persons.likely,
    "single": persons.single,
    "initial": persons.initial,
    "sought": placing.sought,
    "born": placing.born,
    "row": placing.row,
    "both": placing.both,
    "named": placing.named,
    "near": _near,
    "made": _made,
    "told": _told,
    "shaped": _shaped,
    "config": _config,
    "pin": _pin,
    "pair": _pair,
    "identified": _identified,
    "quoted": _quoted,
    "object": _object,
    "digits2": numbers.at_least(2),
    "caps": persons.people,
    "lane": _lane,
    "long": numbers.at_least(6),
    "nhs": numbers.nhs,
    "hetu": numbers.hetu,
    "said": numbers.said,
    "day": placing.born,
    "handle": _handle,
    "code": _code,
    "mixed": _mixed,
    "signed": _signed,
    "phrase": _phrase,
    "words": _words,
    "clan": placing.clan,
    "sole": placing.sole,
    "pnr": numbers.pnr,
    "tagged": resources.tagged,
    "part": placing.part,
    "stricken": ailing.stricken,
    "spelled": numbers.spelled,
    "rare": _rare,
    "illness": ailing.illness,
    "placed": persons.placed,
}
"""What each proof of a rule asks; `place` and `prose` are asked with the kind (`harmless`)."""
