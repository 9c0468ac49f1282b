"""Merges a pull request as a person, exactly as it was approved; a machine has no business here.

Source: GitHub's REST reference, "Merge a pull request": 405 when it cannot be merged, 409 when the head moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.people import refused_token
from runwright.adapters.forge_github.reading import all_of
from runwright.adapters.forge_github.refusals import Conflict, Forbidden, Missing, Refused, Unclear
from runwright.errors import EdgeError, TrustError

METHODS = ("squash", "merge", "rebase")
"""What is tried, in this order, of what the repository and its rules allow."""
SWITCHES = {"squash": "allow_squash_merge", "merge": "allow_merge_commit", "rebase": "allow_rebase_merge"}
NOT_HERE = ("not allowed on this repository", "not allowed for this repository")
"""How GitHub says that a method is switched off."""
BASE_MOVED, HEAD_MOVED = "base branch was modified", "head branch was modified"
Pause = Callable[[float], object]


@dataclass(frozen=True)
class Terms:
    """What the repository asks of a merge into a branch."""

    methods: tuple[str, ...]
    approvals: int = 0
    queue: bool = False
    """Merges go through a queue, which somebody puts them into at GitHub."""


def terms_of(connection: Connection, branch: str) -> Terms:
    """Read what the repository and all rules for a branch ask; what this token may not see is left to the merge."""
    rules = rules_of(connection, branch)
    asked = [rule.get("parameters") or {} for rule in rules if rule.get("type") == "pull_request"]
    allowed = [set(one["allowed_merge_methods"]) for one in asked if one.get("allowed_merge_methods")]
    linear = any(rule.get("type") == "required_linear_history" for rule in rules)
    repository = connection.get("")
    methods = tuple(
        method
        for method in METHODS
        if repository.get(SWITCHES[method]) is not False
        and all(method in one for one in allowed)
        and not (linear and method == "merge")
    )
    approvals = max((int(one.get("required_approving_review_count") or 0) for one in asked), default=0)
    return Terms(methods, approvals, any(rule.get("type") == "merge_queue" for rule in rules))


def rules_of(connection: Connection, branch: str) -> list[Any]:
    """Read the active rules for a branch; none where the plan has none or the token may not see them."""
    try:
        return all_of(connection, f"rules/branches/{quote(branch, safe='')}")
    except (Missing, Forbidden):
        return []


class Merger:
    """Merges with the connection of one person."""

    def __init__(self, connection: Connection, pause: Pause, patience: Sequence[float]) -> None:
        """`patience` says how many seconds to wait before each further look while GitHub works out a merge."""
        self.connection, self.pause, self.patience = connection, pause, patience

    def merge(self, number: int, head: str, methods: Iterable[str]) -> None:
        """Merge exactly a head.

        Raises TrustError pull.head_moved, pull.draft, merge.conflict or merge.refused; EdgeError where it is worth
        another try, for the approval is kept.
        """
        self.settle(number)
        tried = ""
        for method in methods:
            try:
                return self.send(number, head, method)
            except Refused as refused:
                if not any(refused.says(words) for words in NOT_HERE):
                    raise translated(refused, number) from refused
                tried = refused.reason
        raise TrustError("merge.refused", f"GitHub allows no way to merge #{number} that is left: {tried or 'none'}")

    def settle(self, number: int) -> None:
        """Wait until GitHub knows whether it can be merged; raises TrustError or EdgeError where it cannot be yet."""
        for wait in (*self.patience, None):
            data = self.connection.get(f"pulls/{number}")
            if data.get("draft"):
                raise TrustError("pull.draft", f"#{number} is a draft; mark it as ready for review at GitHub first")
            if data.get("mergeable") is False:
                raise TrustError(
                    "merge.conflict", f"#{number} conflicts with its base; update the branch, review again"
                )
            if data.get("mergeable") or data.get("merged"):
                return
            if wait is not None:
                self.pause(wait)
        text = f"GitHub is still working out whether #{number} can be merged; your approval is kept, approve again soon"
        raise EdgeError(text, retry_after=10)

    def send(self, number: int, head: str, method: str) -> None:
        """Merge with one method; where the answer is lost, look whether it happened."""
        try:
            self.connection.write("PUT", f"pulls/{number}/merge", {"sha": head, "merge_method": method})
        except Unclear as unclear:
            if not self.connection.get(f"pulls/{number}").get("merged"):
                raise EdgeError(f"{unclear.message}; your approval is kept, approve again to merge") from unclear
        except Refused:
            # A merge that was done by somebody at the same moment is refused, and yet it is what was wanted.
            if not self.connection.get(f"pulls/{number}").get("merged"):
                raise


def translated(refused: Refused, number: int) -> Exception:
    """Say what a refused merge means."""
    if refused.says(HEAD_MOVED):
        return TrustError("pull.head_moved", f"the head of #{number} moved; look at it again")
    if isinstance(refused, Conflict) or refused.says(BASE_MOVED):
        text = f"GitHub was at something else: {refused.reason}; your approval is kept, approve again to merge"
        return EdgeError(text, retry_after=5)
    if refused.status == 401:
        return refused_token(refused)
    if isinstance(refused, Forbidden | Missing):
        return TrustError("reviewer.permission", f"GitHub does not let you merge #{number}: {refused.reason}")
    return TrustError(
        "merge.refused", f"your approval of #{number} is kept; GitHub does not merge it: {refused.reason}"
    )
