"""What a hosting service such as GitHub says of a pull request: nobody signed it, the service itself vouches for it.

Who may approve what is judged in `release`; reading a service's answers is left to `adapters`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
"""An owner and a name, as GitHub lets them be."""
AccountKind = Literal["user", "bot", "other"]
Permission = Literal["admin", "write", "read", "none"]
"""What an account may do in the repository; `maintain` counts as write, `triage` as read."""
Verdict = Literal["approve", "changes", "comment", "dismissed", "pending"]


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody at the service; None stands where an account is gone."""

    login: str
    id: int
    kind: AccountKind


@dataclass(frozen=True, slots=True)
class HostedReview:
    """One review as it stands now."""

    id: int
    by: Account | None
    verdict: Verdict
    head_sha: str
    """The commit that was looked at; empty where the service does not know any more."""
    text: str
    at: datetime
    association: str = ""
    """What the service shows its author as beside it, such as MEMBER; who hides a membership is shown as a stranger."""


@dataclass(frozen=True, slots=True)
class HostedCheck:
    """A check run or a commit status for one commit."""

    id: int
    name: str
    head_sha: str
    conclusion: str
    """As GitHub calls it: success, failure, neutral, skipped, ...; empty while it runs."""
    app_id: int | None
    """The App that set it; None where a status was set by an account."""
    by: Account | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class HostedCommit:
    """One commit of a pull request, with the accounts that the service takes its names for."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Account | None
    committer: Account | None
    message: str = ""


@dataclass(frozen=True, slots=True)
class HostedComment:
    """A comment on the conversation."""

    id: int
    by: Account | None
    text: str
    at: datetime
    association: str = ""


@dataclass(frozen=True, slots=True)
class HostedPull:
    """A pull request with all that was said about it, oldest first."""

    number: int
    title: str
    body: str
    state: Literal["open", "merged", "closed"]
    by: Account | None
    head_ref: str
    """The branch without refs/heads/."""
    head_sha: str
    head_repository: str
    """owner/name of the repository that holds the branch; empty where it is gone. A fork's is another."""
    base_ref: str
    base_sha: str
    labels: tuple[str, ...]
    draft: bool
    opened_at: datetime
    updated_at: datetime
    ended_at: datetime | None = None
    merged_by: Account | None = None
    merge_sha: str = ""
    """What the merge left on the base; empty until it is merged (before that the service's value is a test merge)."""
    reviews: tuple[HostedReview, ...] = ()
    comments: tuple[HostedComment, ...] = ()
    commits: tuple[HostedCommit, ...] = ()
    checks: tuple[HostedCheck, ...] = ()
    closed_by: Account | None = None
    pushed_by: Account | None = None
    """Who pushed last, where the service says so."""
    pushers: tuple[Account, ...] = ()
    """Everybody who pushed to its branch: what a commit says of who wrote it, anybody can write into it."""
    base_changed_at: datetime | None = None
    """When it was last pointed at another base, where it was: who looked before saw another difference."""
