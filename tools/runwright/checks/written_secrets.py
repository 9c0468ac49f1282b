"""Check `written-secrets`: no value or comment looks like a password, a key or a token.

A secret in Git is a secret that everybody has. What one looks like is known to `redact`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from runwright.checks.texts import ESCAPE, texts
from runwright.corpus.corpus import Entry
from runwright.model.finding import Finding
from runwright.model.runbook import Runbook
from runwright.model.walk import Pointer
from runwright.redact.redact import redact_data, redact_text
from runwright.redact.rules import RULES

_RULE = "written-secrets"
_ANNOUNCING = ("pass", "pwd", "key", "secret", "credential", "token", "session", "auth", "cookie", "dsn", "_url")
STRONGER: Mapping[str, tuple[str, ...]] = {
    "$": ("$1$", "$2", "$5$", "$6$", "$7$", "$y$", "$gy$", "$apr1$", "$argon2"),
    "://": (),  # an address with a password has an @ as well: `hinted` asks for both
    "gh": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    "gl": ("glpat-", "gldt-", "glrt-", "glptt-", "glcbt-"),
    "sk": tuple(f"sk{digit}" for digit in "0123456789abcdef"),
    "net": ("net ", "net\t", "net.exe"),
}
"""Hints of the redaction that stand in nearly every file, and what must stand there as well."""
HINTS = tuple({strong: None for rule in RULES for hint in rule.hints for strong in STRONGER.get(hint, (hint,))})
_REFERENCE = re.compile(r"secret://[a-z][a-z0-9_-]*")
_ADVICE = "declare it under `secrets`, refer to it as secret://name, and replace the one that was written here"


def check(entry: Entry[Any]) -> Iterator[Finding]:
    """Find what looks like a secret anywhere in a file."""
    content = entry.document.content
    text = _REFERENCE.sub("", content.decode())
    folded = text.casefold()
    # One search over the whole file is cheap; where it finds something, or could be misled, each text is looked at.
    found = hinted(folded) and redact_text(text)[1]
    if found or ESCAPE.search(content) is not None:
        yield from _texts(entry)
        yield from _in_comments(entry, text)
    if any(word in folded for word in _ANNOUNCING):
        yield from _announced(entry, entry.document.data, ())
    if isinstance(entry.value, Runbook):
        yield from _defaults(entry, entry.value)


def hinted(folded: str) -> bool:
    """Whether a text in small letters holds what stands in every secret that the redaction finds."""
    return ("://" in folded and "@" in folded) or any(hint in folded for hint in HINTS)


def _defaults(entry: Entry[Any], runbook: Runbook) -> Iterator[Finding]:
    for name, spec in runbook.params.items():
        if isinstance(spec.default, str) and redact_data({name: spec.default})[1]:
            message = f"parameter {name!r} announces a secret, and its default is one"
            yield entry.finding(_RULE, message, ("params", name, "default"), suggestion=_ADVICE)


def _texts(entry: Entry[Any]) -> Iterator[Finding]:
    for pointer, text in texts(entry.document.data):
        for span in redact_text(_REFERENCE.sub("", text))[1][:1]:
            yield entry.finding(_RULE, f"holds what looks like a secret ({span.kind})", pointer, suggestion=_ADVICE)


def _in_comments(entry: Entry[Any], content: str) -> Iterator[Finding]:
    for line, text in _comments(content):
        for span in redact_text(text)[1][:1]:
            message = f"the comment holds what looks like a secret ({span.kind})"
            yield Finding(path=entry.path, line=line, column=1, rule=_RULE, message=message, suggestion=_ADVICE)


def _announced(entry: Entry[Any], data: Any, at: Pointer) -> Iterator[Finding]:
    """Texts that stand right behind a name that announces a secret, such as PGPASSWORD in an `env`."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in pairs:
        if isinstance(value, str) and _may_announce(data, key):
            kinds = [erased.kind for erased in redact_data({_name(data, key): value})[1]]
            if kinds and not redact_text(value)[1]:
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
