"""What is no secret although it stands where one would: references, masks, markers, paths and plain words."""

from __future__ import annotations

from runwright.model.pattern import full_match
from runwright.redact.marker import markers
from runwright.redact.rules import KINDS

_REFERENCE = (
    r"(?:os|self|this|process|settings|config|cfg|env|ctx|request|args|options|secrets|System|Environment)(?:\.\w+)+[\[(]?.*|"
    r"\$\{\{.*|\$\{.*|\$\(.*|\$[A-Za-z_][A-Za-z0-9_:]*|%[A-Za-z_][A-Za-z0-9_]*%|\{\{.*|<[^<>]*>?|@[A-Za-z_]+"
    r"|%[-+#0-9.*]{0,6}[hlqzjt]{0,2}[diouxXeEfgGscp]|\{[0-9]?\}|(?:vault|secret|secretref|env|file|ssm|arn|op|keyring):.*"
)
_MASK = (
    r"[*•x.#_-]{2,}|[*•]|\(?(?i:redacted|masked|hidden|removed|filtered|sensitive)\)?"
    r"|\[(?i:redacted|filtered|masked|hidden)\]?|\[erased(?::[a-z0-9_]*){0,2}(?:\x{2026}|\.\.\.)"
)
_PATH = r"(?:~|\.{1,2})?/(?:[A-Za-z0-9._@+-]+/)+[A-Za-z0-9._@+-]*|/[a-z]+|[A-Za-z]:\\.*|[A-Za-z]:"
_VERSION = (
    r"\(?(?:[0-9]{1,3}:)?[0-9]{1,6}(?:\.[0-9]{1,8}){1,4}(?:[-+~.][a-z0-9]{1,16}){0,6}\)?"
    r"|amd64|arm64|armhf|i[36]86|x86_64"
)
"""The version of a package, and what machine it is for: some are called passwd and login."""
_TALLY = r"[0-9]{1,3}"
"""A count, as in "pass=14 fail=2": nothing opens with so few digits."""
_COUNT = r"[0-9]{1,6}|0x[0-9a-f]{1,16}|[a-z.$]*[{@][0-9a-f]{4,8}\}?"
_NAME = r"[a-z]{1,12}|[A-Z_]{1,12}"
_NOTHING = """
blank denied disabled empty enabled expired false invalid missing never nil no none null off on optional
prompt required true undefined unknown unset valid yes
"""
_PROSE = """
a accepted access account admin age aging allowed an and any are as at attempt attempts auth authentication
bad be been being by can cannot change changed changes check common compat complexity configured correct could
credentials db default deleted does doesn't enter entry error exists expected expire expires expiry failed
failure field file files for found from generated had has hash have help if in incorrect is it key ldap length
lockout login management manager may mechanism method minimum mismatch must name needed new not of ok old only
option or pam parameter password passwords permanent policy provided quality read rejected removed requires
reset rotated rotation secret service session set shall should sss stored strength string success successful
successfully systemd text that the these this to token tokens too type unchanged unexpected update updated use
used user username value verification verified verify was weak were will with without wrong you your
"""
_ITSELF = frozenset(
    """
adgangskode clave contrasena haslo heslo jelszo kennwort kodeord lozinka losenord losenordet mot parola passord passwort
salasana senha sifre sifreyi synthematiko valor valeur waarde wachtwoord wert wartosc
    """.split()  # noqa: SIM905 -- a list of words is read as words
)
"""What a secret is called in other languages: in its own place it is what a help text has for it."""
_SCHEMES = frozenset({"anonymous", "basic", "bearer", "digest", "kerberos", "negotiate", "ntlm"})
"""Ways to sign in (RFC 9110, 11.1), which are no secrets by themselves."""
_NO_VALUES = frozenset(_NOTHING.split())
_SENTENCE = frozenset(_PROSE.split())


_PROGRAM = (
    r"(?s).*(?:^|[\s\]:])(?:passwd|chpasswd|sudo|su|login|pass|secret-tool|vault|kinit|gpg)(?:\[[0-9]{1,10}\])?:[ \t]*"
)
_WORDS = r"(?s)[a-z']+(?: [a-z']+){2,}.*"
_VERB = (
    r"(?is).*\b(?:not|n't|does|did|must|should|to|will|can|may|could|would|first|second|last|each|every|one|next)"
    r" pass[a-z]*:[ \t]*"
)
_RESULT = r"(?s).*\bX?PASS:[ \t]*"
_NAMED_TEST = r"(?s)[A-Za-z0-9][\w./:-]* .*|[a-z0-9_-]+(?:[./][A-Za-z0-9_.-]+)+.*"
"""The result of a test and its name."""
_NEAR = 48


def is_sentence(text: str, start: int) -> bool:
    """Whether a sentence goes on behind a colon: a program speaks ("passwd: all tokens updated"), or it is a verb."""
    before, after = text[max(0, start - _NEAR) : start], text[start : start + _NEAR]
    spoken = full_match(_PROGRAM, before) and full_match(_WORDS, after)
    return spoken or full_match(_VERB, before) or (full_match(_RESULT, before) and full_match(_NAMED_TEST, after))


def harmless(kind: str, value: str, *, prose: bool = False) -> bool:
    """Whether a text in the place of a secret is none; in prose ("password: must be changed") a sentence may go on."""
    word = value.strip("\"'`.,:;!?()[]{}").lower()
    if not word or word in _NO_VALUES or word in _ITSELF or (prose and word in _SENTENCE):
        return True
    if kind == "authorization" and word in _SCHEMES:
        return True
    if any(full_match(pattern, value) for pattern in (_REFERENCE, _MASK, _PATH)) or _is_mark(value):
        return True
    if kind == "password" and (full_match(_TALLY, value) or full_match(_VERSION, value)):
        return True
    # A short number or a short plain word is no token or key; as a password it may well be one.
    plain = kind in {"token", "secret", "api_key", "authorization", "bearer"}
    return plain and (full_match(_COUNT, word) or full_match(_NAME, value))


def _is_mark(value: str) -> bool:
    return value.startswith("[") and (0, len(value)) in markers(value, KINDS)
