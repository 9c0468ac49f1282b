"""How `runwright review` tells of pull requests: lines, a page, JSON. Foreign text moves no cursor."""

from __future__ import annotations

import re
from collections.abc import Iterable
from shlex import join
from typing import TYPE_CHECKING, Any

from runwright.cli.printable import printable

if TYPE_CHECKING:
    from runwright.model.proposal import CheckResult, FileChange, PullRequest

_MARK = re.compile(
    r"^<!-- runwright(?::[A-Za-z0-9][A-Za-z0-9._:-]{0,127}|(?: [a-z]+=[A-Za-z0-9-]+)+) -->\n?", re.MULTILINE
)
"""A comment's key, and what a body says of its draft; nothing else fits between the signs."""


def line(pull: PullRequest) -> str:
    """One pull request in a list."""
    from runwright.model.queue import priority_of, status_of

    where = f"priority {priority_of(pull)}, {status_of(pull)}"
    merged = f"merged as {pull.merge_commit[:12]}" if pull.state == "merged" and pull.merge_commit else ""
    return f"#{pull.number}  {safe(pull.title)}  ({where}; {_ended(pull) or merged or _checked(pull)})"


def short(pull: PullRequest) -> dict[str, Any]:
    """One pull request in a list, for machines."""
    from runwright.model.queue import priority_of, status_of

    keys = {"number", "title", "state", "labels", "branch", "head_sha", "runbook_id", "opened_at"}
    closing = {"closed_reason", "closed_as", "closed_by", "ended_at"}
    told = pull.model_dump(mode="json", include=keys | closing)
    return {**told, "status": status_of(pull), "priority": priority_of(pull)}


def page(pull: PullRequest, change: str, needs: str) -> str:
    """A pull request as a reviewer reads it."""
    checks = "\n".join(f"  {_result(check)}, set by {check.by}" for check in current(pull))
    said = "\n".join(
        f"  {item.by or 'an unknown key'}: {item.verdict} {item.head_sha[:12]} {item.notes}".rstrip()
        for item in pull.decisions
    )
    comments = "\n\n".join(f"{comment.by or 'an unknown key'}: {_read(comment.text)}" for comment in pull.comments)
    parts = (
        _head(pull, needs),
        _read(pull.body),
        f"Checks\n{checks or '  none yet'}",
        f"Change\n{change}",
        comments,
        f"Decisions\n{said}" if said else "",
    )
    return "\n\n".join(safe(part.rstrip()) for part in parts if part.strip())


def _read(text: str) -> str:
    """A text as a page shows it: without our own marks, which machines read. What anybody else hides is shown."""
    return _MARK.sub("", text)


def _result(check: CheckResult) -> str:
    """What a check came to; its summary where that says more."""
    plain = f"{check.name}: {check.conclusion}"
    return plain if check.summary in {"", plain} else f"{plain} ({check.summary})"


def how_to_approve(pull: PullRequest, words: tuple[str, ...]) -> str:
    """The command that approves this and nothing else; empty where nothing is left to approve."""
    if pull.state != "open":
        return ""
    command = join(("runwright", "review", "approve", str(pull.number), "--head", pull.head_sha, *words))
    return f"\n\nTo approve exactly this\n  {command}"


def diff_text(changes: Iterable[FileChange]) -> str:
    """What changes, a recording as the one line that it is worth."""
    from difflib import unified_diff

    text: list[str] = []
    for change in changes:
        path, before, after = change.path, _lines(change.before), _lines(change.after)
        if path.startswith("tests/recordings/") and path.endswith(".json"):
            text.append(f"{path}: a recording of {len(after)} lines\n")
        else:
            text.extend(unified_diff(before, after, f"a/{path}", f"b/{path}"))
    return "".join(text)


def current(pull: PullRequest) -> tuple[Any, ...]:
    """The newest result of each check of the head."""
    return tuple({check.name: check for check in pull.checks if check.head_sha == pull.head_sha}.values())


def safe(text: str) -> str:
    """Foreign text cannot move the cursor or ring the bell of a reviewer's terminal."""
    return printable(text, keep="\n", instead="�")


def json_text(data: Any) -> str:
    """JSON that any terminal can show."""
    import json

    return json.dumps(data, indent=2, ensure_ascii=True)


def _head(pull: PullRequest, needs: str) -> str:
    lines = [
        f"#{pull.number} {pull.title}",
        f"{pull.state}, by {pull.by or 'an unknown key'}, {pull.branch} at {pull.head_sha[:12]}",
        f"labels: {', '.join(pull.labels)}" if pull.labels else "",
        f"closed as {_ended(pull)}" if pull.state == "closed" else "",
        f"{needs}{_approved(pull)}" if needs else "",
    ]
    return "\n".join(line for line in lines if line)


def _approved(pull: PullRequest) -> str:
    latest = {item.by: item for item in pull.decisions if item.by and item.head_sha == pull.head_sha}
    names = [name for name, item in latest.items() if item.verdict == "approve"]
    return f", approved by {', '.join(names)}" if names else ""


def _checked(pull: PullRequest) -> str:
    checks = ", ".join(f"{check.name} {check.conclusion}" for check in current(pull)) or "no checks yet"
    return f"{checks}{_approved(pull)}"


def _ended(pull: PullRequest) -> str:
    """How it was closed, by whom and why."""
    if pull.state != "closed":
        return ""
    return safe(f"{pull.closed_as} by {pull.closed_by}: {pull.closed_reason}")


def _lines(data: bytes | None) -> list[str]:
    return (data or b"").decode(errors="replace").splitlines(keepends=True)
