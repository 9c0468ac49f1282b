"""Who approved what is on the main line, by a hosting service's word: each merge since the last release, judged anew.

A merge commit, a squash and a rebase look different in Git, so what each pull request left on the line is found by its
tree: it must be exactly what merging the reviewed head yields. Everything else that changes what is guarded is refused.
Asking the service is left to `adapters`; the risk is handed in, for the checks stand above this room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from runwright.errors import TrustError
from runwright.model.fields import Risk
from runwright.model.hosted import HostedCheck, HostedPull
from runwright.release.approval import check_separate
from runwright.release.change import Change, change_of, merged_tree
from runwright.release.history import History
from runwright.release.hosted import (
    Case,
    HostedVote,
    Standings,
    check_bot,
    check_enough,
    check_green,
    check_outstanding,
    hosted_policy,
)
from runwright.release.provenance import fresh, guarded

RiskOf = Callable[[str, str, tuple[str, ...]], Risk]
"""Works out the risk of a change from two commits, before and after, and the paths that differ."""


@dataclass(frozen=True)
class Hosting:
    """What a service says of the pull requests that ended on a stretch of the main line."""

    pulls: Mapping[str, tuple[HostedPull, ...]]
    """By the commit that the service says each merge left on the base."""
    standings: Standings
    base_ref: str = "main"


@dataclass(frozen=True)
class Landing:
    """How a pull request came onto the main line."""

    base: str
    commits: tuple[str, ...]
    """What it left there, newest first: one commit, or as many as it has when it was rebased."""
    change: Change


@dataclass(frozen=True)
class HostedApproval:
    """One merge that was found in order."""

    number: int
    merge_commit: str
    head_sha: str
    head_tree: str
    votes: tuple[HostedVote, ...]
    risk: Risk
    checks: tuple[HostedCheck, ...]

    @property
    def approvers(self) -> tuple[str, ...]:
        """Name who approved."""
        return tuple(vote.by.login for vote in self.votes)

    @property
    def line(self) -> str:
        """Write the approval on one line, for the message of the tag; numbers stay when somebody is renamed."""
        parts = [
            f"approved-by={','.join(self.approvers)}",
            f"accounts={','.join(str(vote.by.id) for vote in self.votes)}",
            f"reviews={','.join(str(vote.review) for vote in self.votes)}",
            f"risk={self.risk}",
            f"head={self.head_sha}",
            f"tree={self.head_tree}",
            f"merge={self.merge_commit}",
            f"checks={','.join(f'{check.name}@{check.app_id}:{check.id}' for check in self.checks)}",
        ]
        return f"Pull-request: #{self.number} {' '.join(parts)}"


def hosted_approvals(
    history: History, hosting: Hosting, since: str, until: str, risk_of: RiskOf
) -> tuple[HostedApproval, ...]:
    """Judge every commit of the main line after `since` up to `until`; the approvals are given oldest first.

    Raises TrustError: history.rewritten, history.direct_push, history.hidden_change, pull.* (base, commits, empty,
    unrelated), approval.* (missing, dismissed, stale, too_few), merge.* (evil, base_moved, conflict), reviewer.*,
    check.*, proposal.path, change.mixed, changes.outstanding, policy.missing.
    """
    line, found, at = fresh(history, since, until), list[HostedApproval](), 0
    while at < len(line):
        approval, length = judge_from(history, hosting, line[at:], risk_of)
        found += [approval] if approval else []
        at += length
    return tuple(reversed(found))


def judge_from(
    history: History, hosting: Hosting, line: tuple[str, ...], risk_of: RiskOf
) -> tuple[HostedApproval | None, int]:
    """Judge what the newest commit of a line is part of, and say how many commits that was.

    Of several pull requests that ended in the same commit, one that is in order is enough.
    """
    oid, refusals = line[0], list[TrustError]()
    touches = guarded(history.changed_paths(history.commit(oid).parents[0], oid))
    for pull in hosting.pulls.get(oid, ()):
        try:
            landing = landing_of(history, hosting, pull, line)
            if touches or guarded(landing.change.paths):
                return judge(history, hosting, pull, landing, risk_of), len(landing.commits)
        except TrustError as error:
            refusals.append(TrustError(error.code, f"{error.message} (commit {oid[:12]}, pull request #{pull.number})"))
    if touches:
        raise refusals[0] if refusals else direct(oid)
    return None, 1


def direct(oid: str) -> TrustError:
    """Say that a commit came past every pull request."""
    return TrustError(
        "history.direct_push",
        f"commit {oid[:12]} changes guarded files and no pull request was merged as it; move main back to the commit "
        "before it, and open a pull request",
    )


def landing_of(history: History, hosting: Hosting, pull: HostedPull, line: tuple[str, ...]) -> Landing:
    """Find what a pull request left on the line, by the tree that merging it yields.

    Raises TrustError: pull.base, merge.* and the codes of `change_of`.
    """
    if (pull.state, pull.base_ref) != ("merged", hosting.base_ref):
        raise TrustError("pull.base", f"#{pull.number} is {pull.state} into {pull.base_ref!a}, not into the main line")
    refusals = []
    for length in lengths(history, pull, line):
        try:
            return landing_in(history, pull, line[:length])
        except TrustError as error:
            refusals.append(error)
    raise refusals[-1]


def lengths(history: History, pull: HostedPull, line: tuple[str, ...]) -> tuple[int, ...]:
    """Say how many commits a pull request can have left: one when merged or squashed, as many as it has by a rebase."""
    own = originals(history, pull.head_sha, line[0])
    count = len(own)
    return (1, count) if count > 1 and told(history, own) == told(history, line[:count]) else (1,)


def told(history: History, oids: tuple[str, ...]) -> list[tuple[str, str]]:
    """Give what a rebase keeps of commits."""
    commits = [history.commit(oid) for oid in oids]
    return sorted((commit.author.email, commit.message.strip()) for commit in commits)


def originals(history: History, head: str, base: str) -> tuple[str, ...]:
    """List the commits of a head that are no merges, newest first."""
    return tuple(oid for oid in history.log(head, base) if len(history.commit(oid).parents) == 1)


def landing_in(history: History, pull: HostedPull, commits: tuple[str, ...]) -> Landing:
    """Explain commits of the line, newest first, by a pull request.

    Raises TrustError: merge.evil, the codes of `change_of` and `merged_tree`.
    """
    landed = [history.commit(oid) for oid in commits]
    landing = Landing(landed[-1].parents[0], commits, change_of(history, landed[-1].parents[0], pull.head_sha))
    merged = len(commits) == 1 and landed[0].parents[1:] == (pull.head_sha,)
    straight = all(len(commit.parents) == 1 for commit in landed)
    if landed[0].tree != merged_tree(history, landing.change) or not (merged or straight):
        raise TrustError("merge.evil", f"what is there is not the merge of {pull.head_sha[:12]}, which was reviewed")
    if len(commits) > 1:
        check_rebased(history, landing)
    return landing


def check_rebased(history: History, landing: Landing) -> None:
    """Refuse (merge.evil) commits that touch, and restore, what the pull request does not."""
    touched = {path for oid in landing.commits for path in history.touched_paths(oid)}
    if not touched <= set(landing.change.paths):
        raise TrustError("merge.evil", f"the commits before {landing.commits[0][:12]} are not those that were reviewed")


def judge(history: History, hosting: Hosting, pull: HostedPull, landing: Landing, risk_of: RiskOf) -> HostedApproval:
    """Judge one pull request by the policy of the commit that it came onto."""
    change, merge = landing.change, landing.commits[0]
    policy = hosted_policy(history, landing.base)
    case = Case(pull, change, risk_of(landing.base, merge, change.paths), hosting.standings)
    check_listed(history, case)
    check_bot(policy, case)
    check_separate(change.paths)
    checks = check_green(policy, pull)
    votes = check_enough(policy, case)
    check_outstanding(case)
    return HostedApproval(pull.number, merge, change.head_sha, change.head_tree, votes, case.risk, checks)


def check_listed(history: History, case: Case) -> None:
    """Refuse (pull.commits) a pull request of which the service lists not every commit: who wrote it is not known."""
    listed = {commit.sha for commit in case.pull.commits}
    if not set(history.log(case.change.head_sha, case.change.base_sha)) <= listed:
        raise TrustError(
            "pull.commits", f"GitHub does not list every commit of #{case.pull.number}; squash it to fewer than 250"
        )
