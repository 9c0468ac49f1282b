"""A hosted pull request as the one that the service works with; pure.

Only the bot's own count as proposals: its account opened them, from a branch of this repository below `runwright/`.
Everybody else's are shown with neither a failure nor a runbook, since anybody can copy a name or a hidden line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from runwright.adapters.forge_github.marking import CLOSING, Hidden, key_of, without_hidden
from runwright.model.hosted import Account, HostedCheck, HostedComment, HostedPull, HostedReview
from runwright.model.proposal import (
    CheckRun,
    CloseReason,
    Comment,
    Conclusion,
    Decision,
    PullRequest,
    ReviewVerdict,
)

BRANCH = re.compile(r"runwright/improve/(RB(?:-[A-Z0-9]+){2,6})/([0-9a-f]{12})")
TRAILER = re.compile(r"^Fingerprint: ([0-9a-f]{12,64})$", re.MULTILINE)
LABEL = re.compile(r"[a-z][a-z0-9_.:-]{0,63}")
CLOSED, NEEDS_WORK = "closed:", "needs-work"
REASONS: tuple[CloseReason, ...] = get_args(CloseReason)
LONGEST_TEXT, LONGEST_LINE = 65_536, 256
UNKNOWN_TREE = "0" * 40
"""Of a review whose commit is not in the pull request any more."""
TRIAGED = "closed by somebody who may triage and not write, which is no answer to what was proposed"
FINAL: dict[str, Conclusion] = {"success": "success", "": "pending"}
"""What GitHub's conclusions are here; `skipped` and `neutral` are no success of ours."""


@dataclass(frozen=True)
class View:
    """From where a pull request is looked at."""

    login: str
    """The bot's account."""
    repository: str
    merged_on: str = ""
    """The commit of the base that a merged one was merged on, where it is known."""
    unheard: frozenset[str] = frozenset()
    """Accounts, in small letters, whose reviews and closing are no decision here."""

    def hears(self, account: Account | None) -> bool:
        """Say whether what an account decides counts."""
        return name_of(account).casefold() not in self.unheard


@dataclass(frozen=True)
class Closing:
    """How one was closed; nothing where it was not."""

    sense: CloseReason | None = None
    said: str = ""
    by: str = ""


def is_own(pull: HostedPull, view: View) -> bool:
    """Say whether it is a proposal of the bot's."""
    return is_by(pull.by, view.login) and is_here(pull, view) and bool(BRANCH.fullmatch(pull.head_ref))


def is_here(pull: HostedPull, view: View) -> bool:
    """Say whether its branch is one of this repository; a fork's is not."""
    return pull.head_repository.casefold() == view.repository.casefold()


def is_by(account: Account | None, login: str) -> bool:
    """Say whether it is the account of that name; GitHub's names do not differ by case alone."""
    return account is not None and account.login.casefold() == login.casefold()


def is_untouched(pull: HostedPull, login: str) -> bool:
    """Say whether an open one holds the bot's work alone: no commit of anybody else."""
    whole = any(one.sha == pull.head_sha for one in pull.commits)  # GitHub lists 250 at most, and may be behind
    ours = whole and all(is_by(one.author, login) and is_by(one.committer, login) for one in pull.commits)
    return pull.state == "open" and is_by(pull.by, login) and ours


def approvers(pull: HostedPull) -> tuple[Account, ...]:
    """Give whose approval stands: the last verdict of each, whichever commit it was given for."""
    return tuple(review.by for review in standing(pull.reviews) if review.by and review.verdict == "approve")


def standing(reviews: Iterable[HostedReview]) -> tuple[HostedReview, ...]:
    """Give the last word of each account that said more than a comment; a dismissed one is none."""
    last = {review.by.id: review for review in reviews if review.by and review.verdict not in {"comment", "pending"}}
    return tuple(review for review in last.values() if review.verdict != "dismissed")


def pull_of(pull: HostedPull, view: View) -> PullRequest:
    """Give a pull request as the service works with it; `by` is the account, and nobody signed anything."""
    own = is_own(pull, view)
    body, hidden = without_hidden(pull.body)
    branch = BRANCH.fullmatch(pull.head_ref)
    closing = closing_of(pull, view) if pull.state == "closed" else Closing()
    return PullRequest(
        number=pull.number,
        title=line(pull.title),
        body=body[:LONGEST_TEXT],
        labels=tuple(label for label in pull.labels if LABEL.fullmatch(label)),
        branch=pull.head_ref if is_here(pull, view) else f"{pull.head_repository or 'gone'}:{pull.head_ref}",
        base_ref=f"refs/heads/{pull.base_ref}",
        base_sha=base_of(pull) if own else pull.base_sha,
        head_sha=pull.head_sha,
        fingerprint=fingerprint_of(pull, hidden) if own else None,
        runbook_id=branch[1] if own and branch else None,
        evidence=hidden.evidence if own and hidden else (),
        opened_at=pull.opened_at,
        updated_at=pull.updated_at,
        by=name_of(pull.by),
        state=pull.state,
        ended_at=pull.ended_at,
        merge_commit=pull.merge_sha,
        comments=tuple(comment_of(one, pull.number, view.login) for one in pull.comments),
        checks=tuple(check_of(one, pull) for one in pull.checks),
        decisions=(*decisions_of(pull, view), *refusal_of(pull, closing)),
        closed_as=closing.sense,
        closed_reason=closing.said,
        closed_by=closing.by,
    )


def base_of(pull: HostedPull) -> str:
    """Give where a proposal left the base: the newest parent of its commits that is no commit of its own."""
    mine = {commit.sha for commit in pull.commits}
    outside = [parent for commit in pull.commits for parent in commit.parents if parent not in mine]
    return outside[-1] if outside else pull.base_sha


def fingerprint_of(pull: HostedPull, hidden: Hidden | None) -> str | None:
    """Give the failure: as the bot's commit says, else as the hidden line does; both must fit the branch's name."""
    branch = BRANCH.fullmatch(pull.head_ref)
    start = branch[2] if branch else ""
    told = [found for commit in pull.commits for found in TRAILER.findall(commit.message)]
    found = [one for one in (*told, hidden.fingerprint if hidden else "") if one.startswith(start)]
    return found[0] if found and start else start or None


def closing_of(pull: HostedPull, view: View) -> Closing:
    """Give by whom, in which sense and for what reason one was closed; a person's close without a label is a no."""
    named = [label.removeprefix(CLOSED) for label in pull.labels if label.startswith(CLOSED)]
    found = [reason for reason in REASONS if reason in named]
    by_bot = is_by(pull.closed_by, view.login)
    if not view.hears(pull.closed_by):
        return Closing("stale", TRIAGED, name_of(pull.closed_by))
    person: CloseReason | None = None if by_bot else "needs-work" if NEEDS_WORK in pull.labels else "rejected"
    return Closing(found[0] if found else person, said_at_close(pull, view), name_of(pull.closed_by))


def said_at_close(pull: HostedPull, view: View) -> str:
    """Give what whoever closed it said last, in a comment or a review."""
    if is_by(pull.closed_by, view.login):
        ours = [key_of(one.text) for one in pull.comments if is_by(one.by, view.login)]
        return next((text for key, text in reversed(ours) if key == CLOSING), "")[:LONGEST_TEXT]
    login = name_of(pull.closed_by)
    # Of one second, which is all that GitHub tells, the comment counts: `review reject` says its reason in one.
    spoken: tuple[HostedReview | HostedComment, ...] = (*pull.reviews, *pull.comments)
    said = sorted((one for one in spoken if login and is_by(one.by, login)), key=lambda one: one.at)
    texts = [text for text in (key_of(one.text)[1] for one in said) if text.strip()]
    return texts[-1][:LONGEST_TEXT] if texts else ""


def decisions_of(pull: HostedPull, view: View) -> tuple[Decision, ...]:
    """Give the approvals and the requests for changes that were not dismissed, oldest first."""
    verdicts: dict[str, ReviewVerdict] = {"approve": "approve", "changes": "changes"}
    return tuple(
        decision(pull, review, verdicts[review.verdict], view.merged_on or pull.base_sha)
        for review in pull.reviews
        if review.verdict in verdicts and review.head_sha and view.hears(review.by)
    )


def decision(pull: HostedPull, review: HostedReview, verdict: ReviewVerdict, base: str) -> Decision:
    """Give a review as a decision."""
    trees = {commit.sha: commit.tree for commit in pull.commits}
    return Decision(
        number=pull.number,
        verdict=verdict,
        head_sha=review.head_sha,
        head_tree=trees.get(review.head_sha, UNKNOWN_TREE),
        base_sha=base,
        notes=review.text[:LONGEST_TEXT],
        at=review.at,
        by=name_of(review.by),
    )


def refusal_of(pull: HostedPull, closing: Closing) -> tuple[Decision, ...]:
    """Give a person's close as the decision that it is; the bot's own is none."""
    if pull.state != "closed" or is_by(pull.closed_by, name_of(pull.by)):
        return ()
    review = HostedReview(0, pull.closed_by, "comment", pull.head_sha, closing.said, ended(pull))
    made = decision(pull, review, "reject", pull.base_sha)
    sense = None if closing.sense == "rejected" else closing.sense
    return (made.model_copy(update={"close_as": sense}),)


def comment_of(comment: HostedComment, number: int, login: str) -> Comment:
    """Give a comment with what it is about; one that is not ours is about itself."""
    key, text = key_of(comment.text) if is_by(comment.by, login) else ("", comment.text)
    return Comment(
        number=number,
        key=key or f"comment-{comment.id}",
        text=text[:LONGEST_TEXT],
        at=comment.at,
        by=name_of(comment.by),
    )


def check_of(check: HostedCheck, pull: HostedPull) -> CheckRun:
    """Give a check under a name as ours are."""
    name = re.sub(r"[^a-z0-9]+", "-", check.name.lower()).strip("-")[:60]
    return CheckRun(
        number=pull.number,
        head_sha=check.head_sha,
        name=name if name[:1].isalpha() else f"check-{name}"[:60].rstrip("-"),
        conclusion=FINAL.get(check.conclusion, "failure"),
        summary=line(f"{check.name}: {check.conclusion or 'under way'}"),
        at=check.at or pull.updated_at,
        by=name_of(check.by),
    )


def ended(pull: HostedPull) -> datetime:
    """Give when it ended; where the service does not say, when it changed last."""
    return pull.ended_at or pull.updated_at


def name_of(account: Account | None) -> str:
    """Give an account's name; empty where it is gone."""
    return account.login if account else ""


def line(text: str) -> str:
    """Give one line that can be shown."""
    shown = "".join(character if character.isprintable() else " " for character in text)
    return shown[:LONGEST_LINE] or "-"
