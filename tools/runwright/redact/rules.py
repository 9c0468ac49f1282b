"""The rules: what a secret looks like, and where one stands. A table; how it is applied is left to `redact`.

A rule's secret is its first group that took part in the match, or the whole match where it has no group.
Every pattern runs in linear time (`model.pattern`). Hints are texts, in lower case, of which at least one is
in every match: they spare a search where no match can be. Forms of vendors' tokens follow the vendors' pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

RULE_VERSION = 2
"""Raised whenever a rule is added or changed; stands beside everything that was erased."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to recognise a secret."""

    kind: str
    pattern: str
    hints: tuple[str, ...]
    proof: Literal["form", "place", "prose"] = "form"
    """Whether its form alone proves it, or its place does, or a place where a sentence may go on as well."""


# Names that announce a secret, by what they announce; a name counts when it ends in one of these.
NAMES: dict[str, str] = {
    "password": r"pass(?:word|wd|phrase|code)s?|_pwd|-pwd|[a-z]Pwd|\bpwd|[_-]pass|\bpass|db_?pass",
    "api_key": r"api[_-]?keys?|app[_-]?key|subscription[_-]key|functions[_-]key",
    "secret": r"secrets?|credentials?|(?:secret|private|access|account|signing|encryption|master|shared)[_-]?key",
    "token": r"(?:^|[^a-z]|[a-z][_-]|access|refresh|auth|id|bearer|bot|session)tokens?|session[_-]?id|[a-z]Token",
}
_HINTS: dict[str, tuple[str, ...]] = {
    "password": ("pass", "pwd"),
    "api_key": ("key",),
    "secret": ("secret", "credential", "key"),
    "token": ("token", "session"),
}

# A value behind a name: in quotes that are themselves escaped, in quotes, or bare up to what ends a word.
_QUOTED = r"""(?:\\+"([^"\\\n]+)|"((?:[^"\\\n]|\\.)+)|\\*'((?:[^'\\\n]|\\.)+))"""
_BARE = r"""([^\s"'\\,;<>|]*[^\s"'\\,;<>|)\]}.:])"""
_NAME_END = r"""\\*["']?\]?[ \t]{0,8}"""
_SIGN = r"(?::=|=>|==?|:)[ \t]{0,8}"
_GAP = r"(?:\s|\\+[nrt])*"


def _named() -> Iterator[Rule]:
    """`name = value`, `name: value`, `"name": "value"` (also on the next line), `--name value`, for each kind."""
    for kind, names in NAMES.items():
        name, hints = f"(?i:{names}){_NAME_END}", _HINTS[kind]
        yield Rule(kind, f"{name}{_SIGN}{_QUOTED}", hints, "place")
        # Only a name in quotes: behind a bare one, the next line of YAML is the next name.
        yield Rule(kind, rf"""(?i:{names})\\*["']{_GAP}:{_GAP}{_QUOTED}""", hints, "place")
        yield Rule(kind, rf"{name}(?::=|=>|==?)[ \t]{{0,8}}{_BARE}", hints, "place")
        yield Rule(kind, rf"{name}:[ \t]{{0,8}}{_BARE}", hints, "prose")
        flag = rf"(?:^|[\s\"'])(?:--?|/)(?:[\w-]*[_-])?(?i:{names})[ \t]+"
        yield Rule(kind, f"{flag}(?:{_QUOTED}|{_BARE})", hints, "place")


VENDORS: tuple[Rule, ...] = (
    Rule(
        "private_key",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?s:.*?)-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----",
        ("private key",),
    ),
    Rule(
        "private_key",  # the end was cut off
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
        r"(?:[\s\\rn]*[A-Za-z0-9+/=]{20,})+(?:[\s\\rn]*[A-Za-z0-9+/=]{1,19})?",
        ("private key",),
    ),
    Rule("github_token", r"\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{22,255})", ("gh", "github_pat_")),
    Rule("gitlab_token", r"\bgl(?:pat|dt|rt|ptt|cbt)-[A-Za-z0-9_-]{20,}", ("gl",)),
    Rule("aws_key", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b", ("akia", "asia", "abia", "acca")),
    Rule("slack_token", r"\b(?:xox[abceoprs]-[A-Za-z0-9-]{10,}|xapp-[0-9]-[A-Za-z0-9-]{10,})", ("xox", "xapp-")),
    Rule("slack_webhook", r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{12,})", ("hooks.slack",)),
    Rule("openai_key", r"\bsk-(?:proj-|svcacct-|admin-|ant-|or-)?[A-Za-z0-9_-]{20,}", ("sk-",)),
    Rule(
        "google_key",
        r"\b(?:AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,})",
        ("aiza", "ya29.", "gocspx-"),
    ),
    Rule("azure_key", r"[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}", ("7q~", "8q~")),
    Rule("azure_sas", r"[?&;]sig=([A-Za-z0-9%/+=_-]{20,})", ("sig=",)),
    Rule(
        "stripe_key",
        r"\b(?:(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{20,})",
        ("_live_", "_test_", "whsec_"),
    ),
    Rule("jwt", r"\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,4}", ("eyj",)),
    Rule("sendgrid_key", r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}", ("sg.",)),
    Rule("twilio_key", r"\bSK[0-9a-f]{32}\b", ("sk",)),
    Rule(
        "registry_token",
        r"\b(?:npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{16,}|dckr_pat_[A-Za-z0-9_-]{20,})",
        ("npm_", "pypi-", "dckr_pat_"),
    ),
    Rule(
        "vendor_token",
        r"\b(?:hf_[A-Za-z0-9]{30,}|hv[sb]\.[A-Za-z0-9_-]{24,}|do[opr]_v1_[a-f0-9]{64}|shp(?:at|ss|ca)_[a-f0-9]{32})",
        ("hf_", "hvs.", "hvb.", "_v1_", "shp"),
    ),
    Rule("bot_token", r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}", (":aa",)),
    Rule("password_hash", r"\$(?:1|2[abxy]|5|6|7|y|gy|apr1|argon2id?)\$[./A-Za-z0-9$=,+-]{16,}", ("$",)),
)

HEADERS: tuple[Rule, ...] = (
    Rule(
        "authorization",
        r"""(?i)authorization\\*["']?[ \t]*[:=][ \t]*\\*["']?"""
        r"""((?:basic|bearer|token|digest|negotiate|ntlm|apikey|splunk|aws4-hmac-sha256)[ \t]+[^\r\n"'\\]+)""",
        ("authorization",),
    ),
    Rule(
        "authorization",
        r"""(?i)\bauthorization\\*["']?[ \t]*[:=][ \t]*\\*["']?([^\s"'\\]{8,})""",
        ("authorization",),
        proof="place",
    ),
    Rule(
        "bearer",
        r"(?i)\bbearer[ \t]+([A-Za-z0-9._~+/=-]{20,}|[A-Za-z._~+/=-]*[0-9][A-Za-z0-9._~+/=-]{7,})",
        ("bearer",),
        proof="place",
    ),
    Rule("cookie", r"""(?i)\b(?:set-)?cookie\\*["']?[ \t]*:[ \t]*\\*["']?([^\s"'\\=;]+=[^\r\n"'\\]+)""", ("cookie",)),
)

PLACES: tuple[Rule, ...] = (
    Rule("url_password", r"""(?i)[a-z][a-z0-9+.-]*://[^\s/:@"'<>]*:([^\s/"'<>]+)@""", ("://",), proof="place"),
    Rule("url_password", r"://([0-9a-f]{32})(?::[0-9a-f]{32})?@", ("://",)),
    Rule(
        "password",
        r"""(?i)\b(?:identified[ \t]+by|password)[ \t]+(?:'([^'\n]+)'|"([^"\n]+)")""",
        ("identified", "password"),
        proof="place",
    ),
    Rule("password", r"(?i)\blogin[ \t]+\S+[ \t]+password[ \t]+(\S+)", ("password",), proof="place"),
    Rule("password", r"(?i)<[a-z:_-]*(?:password|passwd|pwd|secret|token|apikey)>([^<\n]+)</", ("</",), proof="place"),
    Rule(
        "password",
        r"""(?i)(?:key|name)=["'][^"'\n]*(?:password|passwd|pwd|secret|token|apikey)["'][ \t]+value=["']([^"'\n]+)""",
        ("value=",),
        proof="place",
    ),
    Rule(
        "password",
        r"""(?i)\b(?:curl|wget)\b[^\n]*?[ \t](?:-u|--user)[ \t]*["']?[^\s:"']+:([^\s"'/][^\s"']*)""",
        ("curl", "wget"),
        proof="place",
    ),
    Rule(
        "password", r"""\bmysql(?:dump|admin|show|import)?\b[^\n]*?[ \t]-p["']?([^\s"']+)""", ("mysql",), proof="place"
    ),
    Rule("password", r"""\bsshpass[ \t]+-p[ \t]*["']?([^\s"']+)""", ("sshpass",), proof="place"),
    Rule(
        "password",
        r"""(?i)\bnet(?:\.exe)?[ \t]+user[ \t]+[^\s/]\S*[ \t]+"?([^\s/*"][^\s"]*)""",
        ("net",),
        proof="place",
    ),
    Rule(
        "password",
        r"""(?i)convertto-securestring[ \t]+(?:-string[ \t]+)?(?:"([^"\n]+)"|'([^'\n]+)')""",
        ("convertto-securestring",),
        proof="place",
    ),
)

RULES: tuple[Rule, ...] = (*VENDORS, *HEADERS, *PLACES, *_named())
"""All rules; where several meet, the first one names what was erased."""

SECRET_KEYS: dict[str, str] = {
    "authorization": r"(?i)(?:.*[^a-z])?(?:proxy-?)?authorization",
    "cookie": r"(?i)(?:.*[^a-z])?(?:set-)?cookies?",
    "connection_string": r"(?i).*(?:connection_?string|database_url|dsn)",
    **{
        kind: rf"(?:.*[^A-Za-z0-9])?(?:pass|PASS|pwd|PWD)|.*(?i:{names})"
        for kind, names in NAMES.items()
        if kind == "password"
    },
    **{kind: f".*(?i:{names})" for kind, names in NAMES.items() if kind != "password"},
}
"""Names of JSON objects' members whose text is a secret whatever it looks like."""

KINDS: tuple[str, ...] = tuple(sorted({rule.kind for rule in RULES} | set(SECRET_KEYS)))
"""All that something erased can be called."""
