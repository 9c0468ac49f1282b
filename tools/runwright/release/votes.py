"""How many people a change needs, and whose approvals count towards it. Used before a merge and before a release.

The risk is what the signed checks say, never what a label or the text of a pull request says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from runwright.errors import TrustError
from runwright.model.fields import RISKS, Risk
from runwright.model.proposal import CheckRun, Decision, PullRequest
from runwright.release.approval import Policy, check_approver
from runwright.release.change import Change

RISK_CHECK = "validate"
"""The check that must say how risky the change is."""


@dataclass(frozen=True)
class Vote:
    """One approval that counts."""

    principal: str
    key_id: str
    decision: str
    """The id of the signed record as a Git blob."""
    names: frozenset[str]
    """Every principal that the key is listed under."""


def highest(checks: Iterable[CheckRun]) -> Risk | None:
    """Give the highest risk that signed checks say; None when none says one."""
    said = [check.risk for check in checks if check.by and check.risk]
    return max(said, key=RISKS.index, default=None)


def risk_at(pull: PullRequest, head: str) -> Risk:
    """Give the risk of a head; raises TrustError check.no_risk when the check that must say it does not."""
    checks = [check for check in pull.checks if check.head_sha == head and check.key_id != pull.key_id]
    risk = highest(checks)
    if risk is None or highest(check for check in checks if check.name == RISK_CHECK) is None:
        raise TrustError("check.no_risk", f"the check {RISK_CHECK!r} does not say how risky this is; run it again")
    return risk


def vote_of(policy: Policy, decision: Decision, pull: PullRequest, change: Change, moment: datetime) -> Vote:
    """Give the vote that a signed approval is.

    Raises TrustError: approval.unsigned, approval.stale (another head or tree), the codes of `check_approver`.
    """
    key = policy.signers.key_of(decision.key_id)
    if not decision.by or key is None:
        raise TrustError("approval.unsigned", f"an approval of #{pull.number} is not signed by a person of its base")
    if (decision.head_sha, decision.head_tree) != (change.head_sha, change.head_tree):
        raise TrustError(
            "approval.stale", f"an approval of #{pull.number} is for {decision.head_sha[:12]}, another head"
        )
    principal = check_approver(policy, key, pull, change, moment)
    return Vote(principal, key.key_id, decision.oid, frozenset(policy.signers.names_of(key)))


def standing(policy: Policy, pull: PullRequest, change: Change, moment: datetime) -> tuple[Vote, ...]:
    """Give the approvals of a head that count now: of people who may approve it and have not changed their mind."""
    latest = {decision.by: decision for decision in pull.decisions if decision.by}
    votes = []
    for decision in latest.values():
        try:
            if decision.verdict == "approve":
                votes.append(vote_of(policy, decision, pull, change, moment))
        except TrustError:
            continue  # an approval of an older head, or of somebody who may not approve any more
    return tuple(votes)


def approvers(policy: Policy, pull: PullRequest, change: Change, moment: datetime) -> frozenset[str]:
    """Name everybody who may approve a change."""
    found = set()
    for line in policy.signers.lines:
        try:
            found.add(check_approver(policy, line.key, pull, change, moment))
        except TrustError:
            continue  # a machine, the opener, an author, or no owner of what is changed
    return frozenset(found)


def people(votes: Iterable[Vote]) -> tuple[Vote, ...]:
    """Keep one vote a person; two keys that share a name are one person's."""
    kept: list[Vote] = []
    for vote in votes:
        if not any(vote.names & other.names for other in kept):
            kept.append(vote)
    return tuple(kept)


def check_enough(votes: Iterable[Vote], policy: Policy, risk: Risk, number: int) -> None:
    """Refuse (approval.too_few) a change that fewer people approved than its risk asks for."""
    found, needed = people(votes), policy.asked.approvals(risk)
    if len(found) < needed:
        names = ", ".join(vote.principal for vote in found) or "nobody"
        raise TrustError(
            "approval.too_few",
            f"#{number} has risk {risk} and needs {needed} people; approved by {names}",
        )
