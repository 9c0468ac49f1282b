"""Which proposals nobody has answered, so that they are closed as `stale`; pure.

An answer is whatever a person did: a review, a comment, a commit, a label of theirs, a ticked box, opening it again.
Closing is left to `cli`, and which closed proposals are thought about again to `service`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from runwright.learn.body_boxes import ticked
from runwright.model.hosted import Account, HostedPull
from runwright.model.proposal import PullRequest

AFTER = timedelta(days=7)
BRANCHES = "runwright/"
"""Where the bot's branches are, those of rollbacks included."""
UNANSWERED = "no answer in"
"""How the reason of such a closing begins."""
SERVICES = frozenset({"web-flow", "github-actions[bot]"})
"""Accounts of GitHub itself: it signs commits made through its API, and posts what CI found."""
SAID = ("needs-work", "closed:")
"""Labels that somebody set who looked at it, or that were left when it was opened again."""


def is_unanswered(pull: HostedPull, bot: str, repository: str, now: datetime, after: timedelta = AFTER) -> bool:
    """Say whether an open pull request is the bot's own, `after` old, and nobody has touched it."""
    own = pull.by is not None and pull.by.login.casefold() == bot.casefold()
    here = pull.head_repository.casefold() == repository.casefold() and pull.head_ref.startswith(BRANCHES)
    waiting = pull.state == "open" and now - pull.opened_at >= after
    return own and here and waiting and not is_touched(pull, bot)


def is_touched(pull: HostedPull, bot: str) -> bool:
    """Say whether anybody but the bot did something; an account that is gone counts as a person."""
    machines = SERVICES | {bot.casefold()}
    said = (*(review.by for review in pull.reviews), *(comment.by for comment in pull.comments))
    wrote = (account for commit in pull.commits for account in (commit.author, commit.committer))
    acted = (*said, *wrote, *([pull.pushed_by] if pull.pushed_by else []))
    marked = any(label.startswith(SAID) for label in pull.labels) or bool(ticked(pull.body))
    return marked or any(not _is_machine(one, machines) for one in acted)


def told(after: timedelta = AFTER) -> str:
    """Give the reason of such a closing."""
    return f"{UNANSWERED} {after.days} days"


def went_unanswered(pull: PullRequest) -> bool:
    """Say whether a pull request was closed because nobody had answered it."""
    return pull.closed_as == "stale" and pull.closed_reason.startswith(UNANSWERED)


def _is_machine(account: Account | None, machines: frozenset[str]) -> bool:
    return account is not None and account.login.casefold() in machines
