"""Whose approvals count at a hosting service such as GitHub, and whether its checks allow the merge.

The service vouches for who said what, nobody signed it. The policy is read from the base, never from the change. Used
before a merge, and before a release for what was true when it was merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from runwright.errors import TrustError
from runwright.model.fields import Risk
from runwright.model.hosted import Account, HostedCheck, HostedPull, HostedReview, Permission
from runwright.model.hosting import HostingSettings
from runwright.model.policy import DEFAULT, Policy, read_hosting, read_policy
from runwright.model.policy import FILE as POLICY_FILE
from runwright.release.approval import OWNERS_FILE, check_bot_paths
from runwright.release.change import Change
from runwright.release.codeowners import CodeOwners, parse_codeowners
from runwright.release.history import History
from runwright.release.provenance import GUARDED

NOTHING_SAID = HostingSettings()
WRITERS = frozenset({"admin", "write"})
PRIVATE = "@users.noreply.github.com"
"""The end of the addresses that GitHub itself gives out; each names an account."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account is in the repository now."""

    permission: Permission
    teams: frozenset[str] = frozenset()
    """The teams it is in, as organisation/team, in lower case."""


Standings = Mapping[str, Standing]
"""By login, case folded; an account that is not there may do nothing."""


@dataclass(frozen=True, slots=True)
class HostedPolicy:
    """Who owns what, what each risk needs, and which checks must be green."""

    owners: CodeOwners
    asked: Policy = DEFAULT
    hosting: HostingSettings = NOTHING_SAID


@dataclass(frozen=True, slots=True)
class Case:
    """A pull request to be judged: what the service says of it, and what its commits and trees say."""

    pull: HostedPull
    change: Change
    risk: Risk
    """How risky it is, worked out from the trees; labels and texts are never asked."""
    standings: Standings


@dataclass(frozen=True, slots=True)
class HostedVote:
    """One approval that counts."""

    by: Account
    review: int
    """The service's number for it."""


def hosted_policy(history: History, commit: str) -> HostedPolicy:
    """Read the policy that a commit holds; raises TrustError policy.missing, or ContentError for a wrong line."""
    owners = history.read_file(commit, OWNERS_FILE)
    if owners is None:
        raise TrustError("policy.missing", f"{OWNERS_FILE} is not on the base branch; nobody can approve without it")
    settings = history.read_file(commit, POLICY_FILE)
    text = owners.decode("utf-8", "replace")
    return HostedPolicy(parse_codeowners(text, OWNERS_FILE), read_policy(settings), read_hosting(settings))


# People


def check_approver(policy: HostedPolicy, case: Case, account: Account) -> None:
    """Refuse an account that may not approve this change.

    Raises TrustError: reviewer.bot, reviewer.permission, reviewer.opener, reviewer.author, reviewer.pusher,
    reviewer.not_owner.
    """
    pull, login = case.pull, account.login
    if account.kind != "user" or login.endswith("[bot]"):
        raise TrustError("reviewer.bot", f"{login} is no person; a person must approve #{pull.number}")
    standing = case.standings.get(login.casefold(), Standing("none"))
    if standing.permission not in WRITERS:
        raise TrustError("reviewer.permission", f"{login} has no write access, so the approval does not count")
    if same(pull.by, account):
        raise TrustError("reviewer.opener", f"{login} opened #{pull.number}; somebody else must approve it")
    if wrote(case, account):
        raise TrustError("reviewer.author", f"{login} wrote a commit of #{pull.number}; somebody else must approve it")
    if any(same(one, account) for one in (pull.pushed_by, *pull.pushers)):
        raise TrustError(
            "reviewer.pusher", f"{login} pushed to the branch of #{pull.number}; somebody else must approve it"
        )
    check_owns(policy.owners, {login, *standing.teams}, login, case.change.paths)


def same(one: Account | None, other: Account) -> bool:
    """Say whether two accounts are one; logins can be changed, numbers cannot."""
    return one is not None and one.id == other.id


def wrote(case: Case, account: Account) -> bool:
    """Say whether an account is author or committer of a commit, by the service's word or by its own address."""
    named = {name.removesuffix(PRIVATE).split("+", 1)[-1] for name in case.change.authors if name.endswith(PRIVATE)}
    accounts = (person for commit in case.pull.commits for person in (commit.author, commit.committer))
    return account.login.casefold() in named or any(same(person, account) for person in accounts)


def check_owns(owners: CodeOwners, names: Iterable[str], login: str, paths: Iterable[str]) -> None:
    """Refuse (reviewer.not_owner) a person who owns some changed path neither alone nor through a team."""
    known = tuple(names)
    for path in paths:
        if not any(owners.owns(name, path) for name in known):
            listed = ", ".join(owners.owners(path)) or "nobody"
            team = "; whoever asks must be able to see the team's members" if "/" in listed else ""
            raise TrustError("reviewer.not_owner", f"{login} does not own {path!a}; its owners are: {listed}{team}")


def check_bot(policy: HostedPolicy, case: Case) -> None:
    """Refuse (proposal.path) a bot's change of what decides; bots that the base lists may, when a person approves."""
    by = case.pull.by
    if by is None or by.kind == "user" or by.login in policy.hosting.other_bots:
        return
    check_bot_paths(path for path in case.change.paths if path.startswith(GUARDED))


# Reviews


def opinions(pull: HostedPull) -> tuple[HostedReview, ...]:
    """Give the last review of each account that is more than a comment, as of the merge."""
    said = [review for review in pull.reviews if review.by and review.verdict not in ("comment", "pending")]
    ordered = sorted(said, key=lambda review: (review.at, review.id))
    latest = {review.by.id: review for review in ordered if review.by and in_time(pull, review.at)}
    return tuple(latest.values())


def in_time(pull: HostedPull, moment: datetime | None) -> bool:
    """Say whether something was there when the pull request ended; of an open one everything is."""
    return moment is not None and (pull.ended_at is None or not_after(moment, pull.ended_at))


def not_after(moment: datetime, other: datetime) -> bool:
    """Compare two of GitHub's times, which count whole seconds."""
    return moment.replace(microsecond=0) <= other


def vote_of(policy: HostedPolicy, case: Case, review: HostedReview) -> HostedVote:
    """Give the vote that an approval is.

    Raises TrustError: approval.dismissed, approval.stale (another head or base), the codes of `check_approver`.
    """
    number, by = case.pull.number, review.by
    if by is None or review.verdict == "dismissed":
        raise TrustError("approval.dismissed", f"an approval of #{number} was dismissed, or its account is gone")
    check_approver(policy, case, by)
    if case.pull.base_changed_at and not_after(review.at, case.pull.base_changed_at):
        raise TrustError("approval.stale", f"{by.login} approved #{number} before it was pointed at another base")
    if review.head_sha != case.change.head_sha:
        raise TrustError(
            "approval.stale",
            f"{by.login} approved #{number} at {review.head_sha[:12] or 'a commit that is gone'}, not what came after",
        )
    return HostedVote(by, review.id)


def standing_votes(policy: HostedPolicy, case: Case) -> tuple[HostedVote, ...]:
    """Give the approvals that count: of people who may approve this head and have not changed their mind."""
    return tuple(vote for vote in judged(policy, case) if isinstance(vote, HostedVote))


def judged(policy: HostedPolicy, case: Case) -> tuple[HostedVote | TrustError, ...]:
    """Give each approval as a vote, or as the reason why it does not count."""
    found: list[HostedVote | TrustError] = []
    for review in opinions(case.pull):
        try:
            if review.verdict != "changes":
                found.append(vote_of(policy, case, review))
        except TrustError as error:
            found.append(error)
    return tuple(found)


def needed(policy: HostedPolicy, case: Case) -> int:
    """Say how many people must approve; where nobody knows who pushed last, it may be one of them: then one more."""
    return policy.asked.approvals(case.risk) + (case.pull.pushed_by is None)


def check_enough(policy: HostedPolicy, case: Case) -> tuple[HostedVote, ...]:
    """Give the approvals that count.

    Raises TrustError: approval.missing where nobody approved, the reason of the first one where none counts, and
    approval.too_few.
    """
    found = judged(policy, case)
    votes = tuple(vote for vote in found if isinstance(vote, HostedVote))
    refusals = [error for error in found if isinstance(error, TrustError)]
    number, asked = case.pull.number, needed(policy, case)
    if not found:
        raise TrustError("approval.missing", f"nobody approved #{number} at {case.change.head_sha[:12]}")
    if not votes:
        raise refusals[0]
    if len(votes) < asked:
        names = ", ".join(vote.by.login for vote in votes)
        unknown = "" if case.pull.pushed_by else ", one of them because GitHub does not say who pushed last"
        left_out = "".join(f"; not counted: {error.message}" for error in refusals)
        text = f"#{number} has risk {case.risk} and needs {asked} people{unknown}; approved by {names}{left_out}"
        raise TrustError("approval.too_few", text)
    return votes


def check_outstanding(case: Case) -> None:
    """Refuse (changes.outstanding) while somebody with write access wants changes."""
    for review in opinions(case.pull):
        login = review.by.login if review.by else ""
        standing = case.standings.get(login.casefold(), Standing("none"))
        if review.verdict == "changes" and standing.permission in WRITERS:
            raise TrustError(
                "changes.outstanding", f"{login} asked for changes to #{case.pull.number}; they come first"
            )


# Checks


def check_green(policy: HostedPolicy, pull: HostedPull) -> tuple[HostedCheck, ...]:
    """Give the required checks, all green for exactly this head.

    Raises TrustError: check.missing, check.other_app, check.pending, check.red.
    """
    return tuple(green(pull, name, app) for name, app in sorted(policy.hosting.required.items()))


def green(pull: HostedPull, name: str, app: int) -> HostedCheck:
    """Give the newest result of a check if it is a success that the right App set before the end."""
    at_head = [check for check in pull.checks if (check.name, check.head_sha) == (name, pull.head_sha)]
    ours = [check for check in at_head if check.app_id == app]
    if not at_head:
        told = f"no check {name!r} has run on the head {pull.head_sha[:12]} of #{pull.number}"
        asked = f"expected one that the App {app} sets; see whether its workflow is there and enabled, and run it"
        raise TrustError("check.missing", f"{told}; {asked}")
    if not ours:
        told = f"the check {name!r} of #{pull.number} was set by somebody else than the App {app}"
        raise TrustError("check.other_app", f"{told}; run it on that head")
    done = [check for check in ours if in_time(pull, check.at)]
    if not done:
        raise TrustError("check.pending", f"the check {name!r} of #{pull.number} had not ended; wait for it")
    newest = max(done, key=lambda check: check.id)
    if newest.conclusion != "success":
        said = newest.conclusion or "running"
        raise TrustError("check.red", f"the check {name!r} of #{pull.number} is {said}, not success")
    return newest
