"""GitHub's answers as values: pure, and only from the fields that are needed, since fields come and go.

What an answer lacks is a KeyError or a TypeError here; `reading` wraps both. What the values mean to the service is
left to `as_proposal`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from runwright.model.hosted import (
    Account,
    AccountKind,
    HostedCheck,
    HostedComment,
    HostedCommit,
    HostedPull,
    HostedReview,
    Verdict,
)

KINDS: dict[str, AccountKind] = {"User": "user", "Bot": "bot"}
VERDICTS: dict[str, Verdict] = {
    "APPROVED": "approve",
    "CHANGES_REQUESTED": "changes",
    "COMMENTED": "comment",
    "DISMISSED": "dismissed",
    "PENDING": "pending",
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Around:
    """What was said about a pull request, as GitHub answered it."""

    reviews: Sequence[Any] = ()
    comments: Sequence[Any] = ()
    commits: Sequence[Any] = ()
    runs: Sequence[Any] = ()
    statuses: Sequence[Any] = ()
    issue: Any = None


def pull_from(data: Any, around: Around) -> HostedPull:
    """Translate a pull request, from a list or on its own, with what was said about it."""
    head, base = data["head"], data["base"]
    merged = bool(data.get("merged") or data.get("merged_at"))
    state: Literal["open", "merged", "closed"] = "merged" if merged else "open" if data["state"] == "open" else "closed"
    ended = data.get("merged_at") or data.get("closed_at")
    return HostedPull(
        number=int(data["number"]),
        title=str(data.get("title") or ""),
        body=text_of(data.get("body")),
        state=state,
        by=account_from(data.get("user")),
        head_ref=str(head["ref"]),
        head_sha=str(head["sha"]),
        head_repository=str((head.get("repo") or {}).get("full_name") or ""),
        base_ref=str(base["ref"]),
        base_sha=str(base["sha"]),
        labels=tuple(str(label["name"]) for label in data.get("labels") or ()),
        draft=bool(data.get("draft")),
        opened_at=moment(data["created_at"]),
        updated_at=moment(data["updated_at"]),
        ended_at=moment(ended) if ended and state != "open" else None,
        merged_by=account_from(data.get("merged_by")),
        merge_sha=str(data.get("merge_commit_sha") or "") if merged else "",
        reviews=tuple(sorted(map(review_from, around.reviews), key=lambda one: (one.at, one.id))),
        comments=tuple(sorted(map(comment_from, around.comments), key=lambda one: (one.at, one.id))),
        commits=tuple(map(commit_from, around.commits)),
        checks=checks_from(around.runs, around.statuses, str(head["sha"])),
        closed_by=account_from((around.issue or {}).get("closed_by")),
    )


def account_from(data: Any) -> Account | None:
    """Translate an account; None where it is gone."""
    if not data:
        return None
    return Account(str(data["login"]), int(data["id"]), KINDS.get(str(data.get("type") or "User"), "other"))


def review_from(data: Any) -> HostedReview:
    """Translate a review; one that is not submitted has no time yet."""
    at = data.get("submitted_at")
    return HostedReview(
        id=int(data["id"]),
        by=account_from(data.get("user")),
        verdict=VERDICTS.get(str(data.get("state")).upper(), "comment"),
        head_sha=str(data.get("commit_id") or ""),
        text=text_of(data.get("body")),
        at=moment(at) if at else EPOCH,
        association=str(data.get("author_association") or ""),
    )


def comment_from(data: Any) -> HostedComment:
    """Translate a comment; its time is that of its last change."""
    at = moment(data.get("updated_at") or data["created_at"])
    shown = str(data.get("author_association") or "")
    return HostedComment(int(data["id"]), account_from(data.get("user")), text_of(data.get("body")), at, shown)


def commit_from(data: Any) -> HostedCommit:
    """Translate a commit with the accounts that GitHub takes its names for."""
    return HostedCommit(
        sha=str(data["sha"]),
        tree=str(data["commit"]["tree"]["sha"]),
        parents=tuple(str(parent["sha"]) for parent in data.get("parents") or ()),
        author=account_from(data.get("author")),
        committer=account_from(data.get("committer")),
        message=text_of(data["commit"].get("message")),
    )


def checks_from(runs: Iterable[Any], statuses: Iterable[Any], head: str) -> tuple[HostedCheck, ...]:
    """Translate what was checked of a commit: the runs, and the last status of each name."""
    return (*map(run_from, runs), *newest(statuses_from(statuses, head)))


def run_from(data: Any) -> HostedCheck:
    """Translate a check run; who set it is its App's account."""
    app, ended = data.get("app") or {}, data.get("completed_at")
    return HostedCheck(
        id=int(data["id"]),
        name=str(data["name"]),
        head_sha=str(data["head_sha"]),
        conclusion=str(data.get("conclusion") or ""),
        app_id=int(app["id"]) if app.get("id") else None,
        by=Account(f"{app['slug']}[bot]", 0, "bot") if app.get("slug") else None,
        at=moment(ended) if ended else None,
    )


def statuses_from(data: Iterable[Any], head: str) -> list[HostedCheck]:
    """Translate commit statuses; `pending` is none of a check's ends."""
    return [
        HostedCheck(
            id=int(one["id"]),
            name=str(one["context"]),
            head_sha=head,
            conclusion={"pending": "", "error": "failure"}.get(str(one["state"]), str(one["state"])),
            app_id=None,
            by=account_from(one.get("creator")),
            at=moment(one.get("updated_at") or one["created_at"]),
        )
        for one in data
    ]


def newest(checks: Iterable[HostedCheck]) -> tuple[HostedCheck, ...]:
    """Keep the last status of each name: a later one takes the place of those before."""
    return tuple({check.name: check for check in sorted(checks, key=lambda one: (one.at or EPOCH, one.id))}.values())


def moment(text: Any) -> datetime:
    """Read a time; raises ValueError."""
    found = datetime.fromisoformat(str(text))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def text_of(value: Any) -> str:
    """Give a text with the ends of lines as we write them: an edit in the browser has others."""
    return str(value or "").replace("\r\n", "\n")
