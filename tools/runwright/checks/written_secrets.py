"""Check `written-secrets`: no value or comment looks like a password, a key or a token.

A secret in Git is a secret that everybody has. What one looks like is known to `redact`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from runwright.checks.texts import ESCAPE, texts
from runwright.corpus.corpus import Entry
from runwright.model.finding import Finding
from runwright.model.pattern import Words, found_in
from runwright.model.runbook import Runbook
from runwright.model.walk import Pointer
from runwright.redact.redact import redact_data, secrets_in
from runwright.redact.rules import SECRET_KINDS, SECRETS

_RULE = "written-secrets"
_ANNOUNCING = ("pass", "pwd", "key", "secret", "credential", "token", "session", "auth", "cookie", "dsn", "_url")
_ANNOUNCED = "|".join(_ANNOUNCING)
STRONGER: Mapping[str, tuple[str, ...]] = {
    "$": ("$1$", "$2", "$5$", "$6$", "$7$", "$y$", "$gy$", "$apr1$", "$argon2"),
    **dict.fromkeys(("://", "*", "%", "!", "#", "^", "&", "?", "@", "pat", "key-", "-us"), ()),  # left to the forms
    "gh": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    "gl": ("glpat-", "gldt-", "glrt-", "glptt-", "glcbt-"),
    "sk": (),
    "net": ("net ", "net\t", "net.exe"),
}
"""Hints of the redaction that stand in nearly every file, and what must stand there as well."""
HINTS = tuple({strong: None for rule in SECRETS for hint in rule.hints for strong in STRONGER.get(hint, (hint,))})
_FORMS = (
    re.compile(r"://[^\s/\"'<>]*@"),
    re.compile(r":[^\s:@/\"'<>]{4,}@[a-z0-9]"),
    re.compile(r"(?:sk|key-|:)[0-9a-f]{32}|[0-9a-f]{32}-us|pat[a-z0-9]{14}\.[0-9a-f]"),
    re.compile(r"[0-9]{6}-[0-9]{6}-|[mno][a-z0-9_-]{23,27}\.[a-z0-9_-]{6}\.|:(?:[0-9]{3,5}|\*):[\w.*-]+:[\w.*-]+:"),
    re.compile(r":(?=[^\s:@/\"']{6})[^\s:@/\"']*[!#$%^&*?]"),
    re.compile(r"[?&](?:code|key|auth|ticket|sid|otp|jwt|assertion)="),
)
"""What stands in a secret whose hint alone stands in nearly every file."""
_REFERENCE = re.compile(r"secret://[a-z][a-z0-9_-]*")
_ADVICE = "declare it under `secrets`, refer to it as secret://name, and replace the one that was written here"


def check(entry: Entry[Any]) -> Iterator[Finding]:
    """Find what looks like a secret anywhere in a file."""
    content = entry.document.content
    text = content.decode()
    # One search over the whole file is cheap; only where it finds something, each text is looked at.
    if _found(text) or (ESCAPE.search(content) is not None and _found(_joined(entry))):
        yield from _texts(entry)
        yield from _in_comments(entry, _REFERENCE.sub("", text))
    if found_in(_ANNOUNCED, text.casefold()):
        yield from _announced(entry, entry.document.data, ())
    if isinstance(entry.value, Runbook):
        yield from _defaults(entry, entry.value)


def _found(text: str) -> bool:
    shown = _REFERENCE.sub("", text)
    return hinted(shown.casefold()) and bool(secrets_in(shown))


def _joined(entry: Entry[Any]) -> str:
    """What stands in the file once its escapes are read."""
    return "\n".join(text for _, text in texts(entry.document.data))


def hinted(folded: str) -> bool:
    """Whether a text in small letters holds what stands in every secret that the redaction finds."""
    return any(form.search(folded) for form in _FORMS) or bool(_look().of(folded))


@lru_cache(maxsize=1)
def _look() -> Words:
    """The look for all hints at once."""
    return Words(HINTS)


def _defaults(entry: Entry[Any], runbook: Runbook) -> Iterator[Finding]:
    for name, spec in runbook.params.items():
        if (
            isinstance(spec.default, str)
            and _may_announce(runbook.params, name)
            and redact_data({name: spec.default})[1]
        ):
            message = f"parameter {name!r} announces a secret, and its default is one"
            yield entry.finding(_RULE, message, ("params", name, "default"), suggestion=_ADVICE)


def _texts(entry: Entry[Any]) -> Iterator[Finding]:
    for pointer, text in texts(entry.document.data):
        for span in secrets_in(_REFERENCE.sub("", text))[:1]:
            yield entry.finding(_RULE, f"holds what looks like a secret ({span.kind})", pointer, suggestion=_ADVICE)


def _in_comments(entry: Entry[Any], content: str) -> Iterator[Finding]:
    for line, text in _comments(content):
        for span in secrets_in(text)[:1]:
            message = f"the comment holds what looks like a secret ({span.kind})"
            yield Finding(path=entry.path, line=line, column=1, rule=_RULE, message=message, suggestion=_ADVICE)


def _announced(entry: Entry[Any], data: Any, at: Pointer) -> Iterator[Finding]:
    """Texts that stand right behind a name that announces a secret, such as PGPASSWORD in an `env`."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in pairs:
        if isinstance(value, str) and _may_announce(data, key):
            kinds = [erased.kind for erased in redact_data({_name(data, key): value})[1] if erased.kind in SECRET_KINDS]
            if kinds and not secrets_in(value):
                message = f"{_name(data, key)!r:.80} announces a secret, and one is written here ({kinds[0]})"
                yield entry.finding(_RULE, message, (*at, key), suggestion=_ADVICE)
        elif not isinstance(value, str):
            yield from _announced(entry, value, (*at, key))


def _name(data: Any, key: Any) -> str:
    """The name that stands before a value: its key, or the flag before it in a list of arguments."""
    if isinstance(key, str):
        return key
    before = data[key - 1] if key else ""
    return before.lstrip("-/") if isinstance(before, str) and before.startswith(("-", "/")) else ""


def _may_announce(data: Any, key: Any) -> bool:
    name = _name(data, key).lower()
    return any(word in name for word in _ANNOUNCING)


def _comments(content: str) -> Iterator[tuple[int, str]]:
    """Lines that are nothing but a comment, and what may be one behind a value."""
    for number, line in enumerate(content.split("\n"), start=1):
        start = line.find("# ") if not line.lstrip().startswith("#") else line.index("#")
        if start >= 0:
            yield number, line[start:]
