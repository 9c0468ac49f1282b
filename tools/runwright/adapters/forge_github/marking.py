"""The hidden lines that Runwright writes into pull requests and comments, and finds its own by; pure.

Anybody may copy them: they count only in what our own account wrote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from runwright.errors import ContentError

LONGEST = 65_000
"""Characters of a text that is sent; GitHub refuses over 65,536 of a body, and counts a comment in bytes, four each."""
LONGEST_COMMENT_BYTES = 260_000
MOST_EVIDENCE = 50
"""The newest executions that the hidden line names; the text has those that tell most."""
CLOSING = "closed"
"""The key of the comment that says why the bot took a proposal back."""
_KEY = re.compile(r"<!-- runwright:([A-Za-z0-9][A-Za-z0-9._:-]{0,127}) -->\n?")
_HIDDEN = re.compile(r"<!-- runwright-proposal fingerprint=([0-9a-f]{12,64}) evidence=([A-Za-z0-9._:,-]*) -->")
_START = "<!-- runwright-proposal "
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")


@dataclass(frozen=True)
class Hidden:
    """What the hidden line of a body says."""

    fingerprint: str
    evidence: tuple[str, ...]


def with_hidden(body: str, hidden: Hidden) -> str:
    """Give a body as it is sent; raises ContentError for one that GitHub would refuse.

    Where there is little room the line names the first execution and the newest ones.
    """
    named = fitting_evidence(hidden.evidence, LONGEST - len(body) - 200)
    line = f"{_START}fingerprint={hidden.fingerprint} evidence={','.join(named)} -->"
    return fitting(f"{body}\n\n{line}\n", "description")


def fitting_evidence(evidence: tuple[str, ...], room: int) -> tuple[str, ...]:
    """Give the first name and as many of the newest as there is room for."""
    kept: list[str] = []
    left = room - len(evidence[0]) if evidence else 0
    for name in reversed(evidence[1:]):
        left -= len(name) + 1
        if left < 0 or len(kept) >= MOST_EVIDENCE - 1:
            break
        kept.append(name)
    return (*evidence[:1], *reversed(kept))


def without_hidden(body: str) -> tuple[str, Hidden | None]:
    """Give a body as it was before `with_hidden`, and what the line says; a person may have removed it."""
    start = body.rfind(_START)
    found = _HIDDEN.fullmatch(body[start:].rstrip()) if start >= 0 else None
    if found is None:
        return body, None
    evidence = tuple(name for name in found[2].split(",") if _NAME.fullmatch(name))
    return body[:start].removesuffix("\n\n"), Hidden(found[1], evidence)


def with_key(key: str, text: str) -> str:
    """Give a comment about `key` as it is sent; raises ContentError for one that is too long."""
    return fitting(f"<!-- runwright:{key} -->\n{text}", "comment")


def key_of(text: str) -> tuple[str, str]:
    """Give what a comment is about and its text; an empty key where it is none of ours."""
    found = _KEY.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def fitting(text: str, what: str) -> str:
    """Give a text back that GitHub takes; raises ContentError for a longer one, which is never sent."""
    if len(text) > LONGEST or len(text.encode()) > LONGEST_COMMENT_BYTES:
        raise ContentError(f"the {what} has {len(text)} characters; GitHub takes {LONGEST} of them, so cut it")
    return text
