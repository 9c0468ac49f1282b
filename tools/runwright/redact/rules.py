"""The rules: all tables together, and the names that announce a secret. How they are applied is left to `finding`.

Vendors' tokens are in `vendors`, places of secrets in `places`, personal data in `labels`, `personal`, `people`
and `clinical`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runwright.redact import (
    abroad,
    addresses,
    beside,
    calls,
    clinical,
    commands,
    contacts,
    courtesy,
    devices,
    health,
    identities,
    kin,
    mentions,
    national,
    people,
    personal,
    places,
    positional,
    prose,
    requests,
    symptoms,
    told,
    vendors,
)
from runwright.redact.label import Label, text_rules
from runwright.redact.labels import LABELS
from runwright.redact.rule import Rule, Table, table_of

RULE_VERSION = 7
"""Raised whenever a rule is added or changed; stands beside everything that was erased."""

# Names that announce a secret, by what they announce; a name counts when it ends in one of these.
NAMES: dict[str, str] = {
    "password": r"pass(?:word|wd|[ -]?phrase|code)s?|(?:user|smb|ldap|smtp|ftp|ssh|root|admin|sql|pg|mail|key|store"
    r"|bind|auth|login|svc|client|proxy|web|wifi)pass|_pwd|-pwd|[a-z]Pwd|\bpwd|[_-]pass|\bpass|db_?pass|authtok"
    r"|key_?material|kennwort|passwort|mot[ _]de[ _]passe|contrasena|senha|wachtwoord|losenord",
    "api_key": r"api[_-]?keys?|app[_-]?key|subscription[_-]key|functions[_-]key",
    "secret": r"secrets?|credentials?|(?:secret|private|access|account|signing|encryption|master"
    r"|shared|validation|hmac|aes|cipher|unseal|webhook|storage|sas|integration|ingest|crypto?)[_-]?key",
    "token": r"(?:^|[^a-z]|[a-z][_-]|access|refresh|auth|id|bearer|bot|session)tokens?|session[_-]?id"
    r"|(?:[a-xz]|[^e]y|[^k]ey)token",
}
_ABROAD = (
    r"passord|adgangskode|salasana|has[lx]o|heslo|jelszo|parola|lozinka|sifre|palavra-?passe|(?:^|[^a-z])clave"
    r"|[_-]pw|\bpw"
    r"|[a-z]PW|[A-Z]{2}PW|(?:security|secret)[ _]?answer"
)
"""What a password is called elsewhere, and for short."""
_MISSPELT = r"p[a@4][s$5]{1,2}[ -]?w[o0]?rd|passwrod|passowrd|p a s s w o r d"
_ABROAD_HINTS = (
    "passord", "adgangs", "salasana", "haslo", "has\u0142o", "heslo", "jelszo", "parola", "lozinka",
    "sifre", "palavra", "clave",
    "pw", "answer",
)  # fmt: skip
_MISSPELT_HINTS = (
    "@ss", "4ss", "pa$", "pas$", "p@$", "pas5", "pa5", "pasw", "w0rd", "sswrd", "swrd", "ss word",
    "ss-word", "passwrod",
    "passowrd", "p a s s",
)  # fmt: skip
_HINTS: dict[str, tuple[str, ...]] = {
    "password": ("pass", "pwd", "authtok", "material", "kennwort", "contrasena", "senha", "wachtwoord", "losenord"),
    "api_key": ("key",),
    "secret": ("secret", "credential", "key"),
    "token": ("token", "session"),
}

# A value behind a name: in quotes that are themselves escaped, in quotes (N'…' in SQL, b'…' in Python), or bare up to
# what ends a word.
_QUOTED = (  # also as a debugger writes one: Some("…")
    r"""(?:[A-Z][a-z]{2,8}\()?(?:\\+"([^"\\\n]+)"""
    r"""|[@bBEfLNrRu]?"((?:[^"\\\n]|\\.)+)|[@bBEfLNrRu]?\\*'((?:[^'\\\n]|\\.)+))"""
)
_BARE = r"""([^\s"'\\,;<>|]*[^\s"'\\,;<>|)\]}.:])"""
_NAME_END = r"""\\*["']?\]?[ \t]{0,8}"""
_SIGN = r"(?::=|=>|==?|:)[ \t]{0,8}"
_GAP = r"(?:\s|\\+[nrt])*"


def _named() -> Iterator[Rule]:
    """`name = value`, `name: value`, `"name": "value"` (also on the next line), `--name value`, for each kind."""
    known = [(kind, names, _HINTS[kind]) for kind, names in NAMES.items()]
    other = [("password", _ABROAD, _ABROAD_HINTS), ("password", _MISSPELT, _MISSPELT_HINTS)]
    for kind, names, hints in (*known, *other):
        name = f"(?i:{names}){_NAME_END}"
        yield Rule(kind, f"{name}{_SIGN}{_QUOTED}", hints, "place")
        # Only a name in quotes: behind a bare one, the next line of YAML is the next name.
        yield Rule(kind, rf"""(?i:{names})\\*["']{_GAP}:{_GAP}{_QUOTED}""", hints, "place", (":",))
        yield Rule(kind, rf"{name}(?::=|=>|==?)[ \t]{{0,8}}{_BARE}", hints, "place", ("=",))
        yield Rule(kind, rf"{name}:[ \t]{{0,8}}{_BARE}", hints, "prose", (":",))
        yield Rule(
            kind, rf"{name}:[ \t]{{0,8}}[|>][+-]?[ \t]*\r?\n[ \t]+(\S[^\r\n]*)", hints, "place", (":", "\n")
        )  # a block of YAML
        # Alone on the next line, further in, and made up: what it is in notes.
        yield Rule(
            kind, rf"(?m){name}:[ \t]*\r?\n[ \t]+[\"']?([^\s\"']{{6,}})[\"']?[ \t]*\r?$", hints, "strong", (":", "\n")
        )
        flag = rf"(?:^|[\s\"'])(?:--?|/)(?:[\w-]*[_-])?(?i:{names})[ \t]+"
        yield Rule(kind, f"{flag}(?:{_QUOTED}|{_BARE})", hints, "option")


SECRETS: tuple[Rule, ...] = (
    *vendors.KEYS,
    *vendors.VENDORS,
    *places.HEADERS,
    *commands.COMMANDS,
    *calls.BY_PLACE,
    *positional.POSITIONAL,
    *devices.DEVICES,
    *places.PLACES,
    *prose.PROSE,
    *told.TOLD,
    *abroad.ABROAD,
    *_named(),
    *places.RANDOM,
)
"""What opens something."""

_LABELS = (*LABELS, *identities.IDENTITIES, *contacts.CONTACTS)

PERSONAL: tuple[Rule, ...] = (
    *clinical.CLINICAL,
    *text_rules(_LABELS),
    *personal.FORMS,
    *requests.REQUESTS,
    *national.FORMS,
    *kin.ADDRESSED,
    *people.PEOPLE,
    *courtesy.COURTESY,
    *mentions.MENTIONS,
    *beside.BESIDE,
    *addresses.ADDRESSES,
    *health.HEALTH,
    *symptoms.SYMPTOMS,
)
"""What belongs to a person."""

RULES: tuple[Rule, ...] = (*SECRETS, *PERSONAL)
"""All rules; where several meet, the first one names what was erased."""

SECRET_KEYS: dict[str, str] = {
    "authorization": r"(?i)(?:.*[^a-z])?(?:proxy-?)?authorization",
    "cookie": r"(?i)(?:.*[^a-z])?(?:set-)?cookies?",
    "connection_string": r"(?i).*(?:connection_?string|database_url|dsn)",
    **{
        kind: rf"(?:.*[^A-Za-z0-9])?(?:pass|PASS|pwd|PWD)|.*(?i:{names}|{_ABROAD})"
        for kind, names in NAMES.items()
        if kind == "password"
    },
    **{kind: f".*(?i:{names})" for kind, names in NAMES.items() if kind != "password"},
}
"""Names of JSON objects' members whose text is a secret whatever it looks like."""

ALL: Table = table_of(RULES)
ONLY_SECRETS: Table = table_of(SECRETS)

PERSONAL_KEYS: tuple[tuple[Label, tuple[str, ...]], ...] = tuple((label, label.names) for label in _LABELS)
"""Names of JSON objects' members that announce personal data."""

SECRET_KINDS: frozenset[str] = frozenset({rule.kind for rule in SECRETS} | set(SECRET_KEYS))
"""Kinds that open something; nothing at all is said about their values."""

KINDS: tuple[str, ...] = tuple(sorted(SECRET_KINDS | {rule.kind for rule in PERSONAL}))
"""All that something erased can be called."""
