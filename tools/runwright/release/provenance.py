"""Who approved what is on the main branch: derived again from commits, records and keys, trusting no reference.

Anybody with access to the repository's files can move a branch. So before a release each merge since the last one is
judged anew, by the policy of the commit that it was merged into (SLSA source track: what is released is what was
reviewed, by somebody else than its author).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from runwright.errors import TrustError
from runwright.model.fields import Risk
from runwright.model.proposal import CheckRun, Decision, PullRequest
from runwright.release.approval import (
    CONTENT,
    JUDGES,
    check_base,
    check_opener,
    check_outstanding,
    check_results,
    check_separate,
    policy_at,
)
from runwright.release.change import Change, change_of, merged_tree
from runwright.release.history import History
from runwright.release.objects import CommitObject
from runwright.release.records import Reader, read_pull
from runwright.release.signers import GIT
from runwright.release.sshsig import verify
from runwright.release.votes import Vote, check_enough, risk_at, vote_of

GUARDED = (*CONTENT, "tests/recordings/", *JUDGES, "schemas/", "CODEOWNERS", "docs/CODEOWNERS")
"""What may only change by an approved pull request: the content, and every place that says who or what decides."""


@dataclass(frozen=True)
class Approval:
    """One merge that was found in order."""

    number: int
    merge_commit: str
    head_sha: str
    head_tree: str
    votes: tuple[Vote, ...]
    """Who approved, in order; the last one merged."""
    risk: Risk
    checks: tuple[CheckRun, ...]

    @property
    def approvers(self) -> tuple[str, ...]:
        """Name who approved."""
        return tuple(vote.principal for vote in self.votes)

    @property
    def line(self) -> str:
        """Write the approval on one line, for the message of the tag."""
        checks = ",".join(check.name for check in self.checks)
        keys = ",".join(vote.key_id for vote in self.votes)
        parts = [
            f"approved-by={','.join(self.approvers)}",
            f"key={keys}",
            f"risk={self.risk}",
            f"head={self.head_sha}",
            f"tree={self.head_tree}",
            f"merge={self.merge_commit}",
            f"checks={checks}",
        ]
        return f"Pull-request: #{self.number} {' '.join(parts)}"


def approvals_between(history: History, records: Mapping[str, bytes], since: str, until: str) -> tuple[Approval, ...]:
    """Judge every commit of the main line after `since` up to `until`, oldest first.

    Raises TrustError: history.rewritten, history.direct_push, record.*, approval.* (missing, unsigned, stale, too_few),
    merge.* (evil, signature, base_moved, conflict), reviewer.*, check.*, proposal.path, change.mixed,
    changes.outstanding, pull.base, pull.closed.
    """
    found = (judge(history, records, oid) for oid in reversed(fresh(history, since, until)))
    return tuple(approval for approval in found if approval)


def fresh(history: History, since: str, until: str) -> tuple[str, ...]:
    """List the commits of the main line after one, newest first; raises TrustError history.rewritten."""
    line = history.log(until, first_parent=True)
    if since not in line:
        raise TrustError("history.rewritten", f"the last release {since[:12]} is not on the main line any more")
    return line[: line.index(since)]


def guarded(paths: Iterable[str]) -> bool:
    """Say whether any of these paths may only change by an approved pull request."""
    return any(path.startswith(GUARDED) for path in paths)


def judge(history: History, records: Mapping[str, bytes], oid: str) -> Approval | None:
    """Judge one commit of the main line; None when it touches nothing that is guarded."""
    commit = history.commit(oid)
    touched = history.changed_paths(commit.parents[0], oid)
    if not guarded(touched):
        return None
    number, named = trailers(commit, oid)
    policy = policy_at(history, commit.parents[0])
    said = read_pull(records, number, Reader(policy.signers))
    decisions = [find_decision(said, decision_oid) for decision_oid in named]
    decision = decisions[-1]
    # Records count as of the decision: a check signed by a key that has expired since was good when it was relied on.
    pull = read_pull(records, number, Reader(policy.signers, decision.at))
    change = change_of(history, commit.parents[0], commit.parents[1])
    check_decision(decision, change)
    check_signature(commit, decision)
    votes = tuple(vote_of(policy, each, pull, change, decision.at) for each in decisions)
    check_opener(policy, pull, change)
    check_base(history, pull, change)
    check_separate(change.paths)
    checks, risk = check_results(pull, change.head_sha), risk_at(pull, change.head_sha)
    check_enough(votes, policy, risk, number)
    check_outstanding(before(pull, decision), votes[-1].principal)
    if commit.tree != merged_tree(history, change):
        raise TrustError("merge.evil", f"the merge {oid[:12]} is not the merge of what was reviewed in #{number}")
    return Approval(number, oid, change.head_sha, change.head_tree, votes, risk, checks)


def trailers(commit: CommitObject, oid: str) -> tuple[int, tuple[str, ...]]:
    """Give the pull request and the decisions that a merge names; refuses (history.direct_push) what is no merge."""
    number, decisions = commit.trailer("Pull-request").removeprefix("#"), commit.trailers("Decision")
    if len(commit.parents) != 2 or not (number.isascii() and number.isdecimal()) or not decisions:
        raise TrustError("history.direct_push", f"{oid[:12]} changes guarded files and is no merge of a pull request")
    return int(number), decisions


def find_decision(pull: PullRequest, oid: str) -> Decision:
    """Find the approval that a merge relies on."""
    found = [decision for decision in pull.decisions if decision.oid == oid]
    if not found or found[0].verdict != "approve":
        raise TrustError("approval.missing", f"pull request #{pull.number} has no approval {oid[:12]!a}")
    if not found[0].by:
        raise TrustError("approval.unsigned", f"the approval of #{pull.number} is not signed by a person of its base")
    return found[0]


def check_decision(decision: Decision, change: Change) -> None:
    """Refuse (approval.stale) an approval of another head, tree or base."""
    approved = (decision.head_sha, decision.head_tree, decision.base_sha)
    if approved != (change.head_sha, change.head_tree, change.base_sha):
        raise TrustError(
            "approval.stale",
            f"the approval of #{decision.number} is for {decision.head_sha[:12]}, not for what was merged",
        )


def check_signature(commit: CommitObject, decision: Decision) -> None:
    """Refuse (merge.signature) a merge that somebody else signed than its last approval."""
    try:
        key = verify(commit.payload, commit.signature, GIT)
    except TrustError as error:
        raise TrustError("merge.signature", f"the merge of #{decision.number}: {error.message}") from error
    if key.key_id != decision.key_id:
        raise TrustError("merge.signature", f"the merge of #{decision.number} and its approval have different signers")


def before(pull: PullRequest, decision: Decision) -> PullRequest:
    """Give a pull request as it was when a decision was made."""
    earlier = pull.decisions[: pull.decisions.index(decision)]
    return pull.model_copy(update={"decisions": earlier})
