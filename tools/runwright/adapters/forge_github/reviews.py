"""A person's side of GitHub: look, approve (which merges when that is enough), reject, ask for changes.

Everything is done with the person's own token, and said beforehand as the local forge says it: what the release would
refuse is refused here, before GitHub is asked. GitHub's own rules come on top. What is released is judged again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from runwright.adapters.change_risk import risk_of
from runwright.adapters.forge_github.closing import close
from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.looking import BASE, Bring, GitHubLooks
from runwright.adapters.forge_github.merging import Merger, Terms, terms_of
from runwright.adapters.forge_github.people import person_of, refused_token
from runwright.adapters.forge_github.provenance import read_judged, standings_of
from runwright.adapters.forge_github.reading import all_of, understood
from runwright.adapters.forge_github.refusals import Forbidden, Missing, Unclear, Unprocessable
from runwright.adapters.forge_github.translating import review_from
from runwright.adapters.forge_github.trying import report
from runwright.adapters.git_repository import GitRepository
from runwright.errors import ContentError, TrustError
from runwright.model.decided import Decided
from runwright.model.hosted import Account, HostedPull, HostedReview
from runwright.model.proposal import CloseReason, PullRequest
from runwright.model.review import Tried
from runwright.release.approval import check_separate
from runwright.release.change import Change, change_of, merged_tree
from runwright.release.hosted import (
    WRITERS,
    Case,
    HostedPolicy,
    Standing,
    Standings,
    check_approver,
    check_bot,
    check_green,
    check_outstanding,
    check_owns,
    hosted_policy,
    needed,
    opinions,
    same,
    standing_votes,
)

BRANCH_OF_BASE = "main"
PATIENCE = (1.0, 2.0, 4.0, 8.0)


class GitHubReviews(GitHubLooks):
    """Decides as one person."""

    def __init__(
        self,
        connection: Connection,
        repository: GitRepository,
        bring: Bring,
        *,
        pause: Callable[[float], object] = time.sleep,
        patience: Sequence[float] = PATIENCE,
    ) -> None:
        """Get ready; `repository` is a copy of the Git data that `bring` keeps up with GitHub."""
        super().__init__(connection, repository, bring)
        self.merger = Merger(connection, pause, patience)

    @cached_property
    def me(self) -> Account:
        """The person; raises TrustError for a token that is no person's."""
        return person_of(self.connection)

    @property
    def name(self) -> str:
        """The person's login."""
        return self.me.login

    # Deciding

    def needs(self, number: int) -> tuple[str, int]:
        """Give how risky an open one is by its trees, and how many people must approve it."""
        pull = self.current(number, None)
        policy, case = self.case(pull)
        return case.risk, max(needed(policy, case), terms_of(self.connection, pull.base_ref).approvals)

    def approve(self, number: int, now: datetime, notes: str = "", head_sha: str | None = None) -> Decided:
        """Approve exactly the head (`head_sha` is the one that was looked at), and merge it when that is enough.

        Raises TrustError when the person may not approve, a check is not green, or the merge would not be what was
        reviewed; the codes are those of the local forge, and merge.refused where GitHub does not merge.
        """
        del now  # GitHub has a clock of its own
        me, pull = self.me, self.current(number, head_sha)
        policy, case = self.case(pull)
        self.check(policy, case)
        new = not has_said(pull, me, "approve", "")
        if new:
            self.review(pull, "APPROVE", notes)
            pull = self.current(number, pull.head_sha)
            policy, case = self.case(pull)
        waits = self.missing(policy, case, terms := terms_of(self.connection, pull.base_ref))
        if waits and not new:
            raise TrustError("reviewer.already", f"{self.name} has approved this head; {waits}")
        if waits:
            return Decided(self.shown(pull), waits)
        self.merger.merge(number, pull.head_sha, terms.methods)
        return Decided(self.show(number))

    def reject(self, number: int, reason: str, now: datetime, close_as: CloseReason | None = None) -> PullRequest:
        """Close a pull request for a reason that later drafts are shown; raises TrustError like `approve`.

        `close_as` says in which sense; without it, it is rejected for good.
        """
        del now
        pull = self.answerable(number, reason)
        # Labels of an earlier close would say in another sense than this one.
        bare = [label for label in pull.labels if label != "needs-work" and not label.startswith("closed:")]
        try:
            close(self.connection, replace(pull, labels=tuple(bare)), "", close_as or "rejected", reason.strip())
        except (Forbidden, Missing) as refused:
            raise self.refused(refused, number) from refused
        return self.show(number)

    def request_changes(self, number: int, text: str, now: datetime) -> PullRequest:
        """Ask for changes; nobody can merge until they are made, or the person approves."""
        del now
        pull = self.answerable(number, text)
        if same(pull.by, self.me):
            said = "GitHub lets nobody ask for changes of what they opened; reject it with --as needs-work"
            raise TrustError("reviewer.opener", said)
        if not has_said(pull, self.me, "changes", text.strip()):
            self.review(pull, "REQUEST_CHANGES", text.strip())
        return self.show(number)

    def report(self, number: int, tried: Tried, head_sha: str) -> PullRequest:
        """Write down what came of a test of exactly a head; raises TrustError like `approve`."""
        me, pull = self.me, self.current(number, head_sha)
        report(self.connection, me, pull.head_sha, tried)
        return self.show(number)

    # What decisions rest on

    def current(self, number: int, head_sha: str | None) -> HostedPull:
        """Give an open pull request whose head is the one that was looked at, with its commits here."""
        pull = self.read(number, read_judged)
        if pull.state != "open":
            raise TrustError("pull.closed", f"pull request #{number} is {pull.state}; nothing is left to decide")
        if pull.base_ref != BRANCH_OF_BASE:
            raise TrustError(
                "pull.base", f"#{number} goes to {pull.base_ref!a}; what goes to main alone is decided here"
            )
        if head_sha not in {None, pull.head_sha}:
            raise TrustError("pull.head_moved", f"the head is {pull.head_sha[:12]} now; look at it again")
        self.bring(number)
        if self.repository.resolve(f"refs/pull/{number}/head") != pull.head_sha:
            raise TrustError("pull.head_moved", f"the head of #{number} moved just now; look at it again")
        return pull

    def case(self, pull: HostedPull) -> tuple[HostedPolicy, Case]:
        """Work out what the change really is, and who the people are that spoke about it."""
        base = self.repository.resolve(BASE)
        if base is None:
            raise TrustError("pull.base", f"{BASE} does not exist at GitHub; push the first commit")
        change, policy = change_of(self.repository, base, pull.head_sha), hosted_policy(self.repository, base)
        risk = risk_of(self.repository, base, merged_tree(self.repository, change), change.paths)
        return policy, Case(pull, change, risk, self.standings(pull, policy))

    def standings(self, pull: HostedPull, policy: HostedPolicy) -> Standings:
        """Ask what the person, and everybody whose word stands, may do here."""
        logins = [self.name, *(review.by.login for review in opinions(pull) if review.by)]
        try:
            return standings_of(self.connection, logins, policy.owners)
        except Forbidden as refused:
            # Who may not write may not ask who may.
            raise self.refused(refused, pull.number) from refused

    def check(self, policy: HostedPolicy, case: Case) -> None:
        """Refuse what this person may not approve, or nobody may."""
        check_approver(policy, case, self.me)
        check_bot(policy, case)
        check_separate(case.change.paths)
        if case.pull.draft:
            raise TrustError("pull.draft", f"#{case.pull.number} is a draft; mark it as ready for review first")
        check_green(policy, case.pull)
        others = tuple(one for one in case.pull.reviews if one.by is None or not same(one.by, self.me))
        check_outstanding(replace(case, pull=replace(case.pull, reviews=others)))

    def missing(self, policy: HostedPolicy, case: Case, terms: Terms) -> str:
        """Say what else must happen before it can be merged; empty where nothing must."""
        asked = max(needed(policy, case), terms.approvals)
        votes = standing_votes(policy, case)
        if len(votes) < asked:
            names = ", ".join(vote.by.login for vote in votes) or "nobody"
            unknown = "" if case.pull.pushed_by else " (one more, since GitHub does not say who pushed last)"
            head = case.change.head_sha[:12]
            return f"its risk is {case.risk}, so {asked} people must approve {head}{unknown}; so far {names}"
        return "its merge goes through GitHub's merge queue: put it there" if terms.queue else ""

    def answerable(self, number: int, text: str) -> HostedPull:
        """Give an open pull request that this person may answer; the author may, too."""
        if not text.strip():
            raise ContentError("say why: the reason is kept, and the next draft is shown it")
        _, pull = self.me, self.current(number, None)  # who it is comes first
        base = self.repository.resolve(BASE) or ""
        change, policy = change_of(self.repository, base, pull.head_sha), hosted_policy(self.repository, base)
        self.check_owner(policy, change, self.standings(replace(pull, reviews=()), policy))
        return pull

    def check_owner(self, policy: HostedPolicy, change: Change, standings: Standings) -> None:
        """Refuse who may not write here, or does not own every changed path."""
        mine = standings.get(self.name.casefold(), Standing("none"))
        if mine.permission not in WRITERS:
            raise TrustError("reviewer.permission", f"{self.name} has no write access to the repository")
        check_owns(policy.owners, {self.name, *mine.teams}, self.name, change.paths)

    def review(self, pull: HostedPull, event: str, text: str) -> None:
        """Send one review, bound to the head; where the answer is lost, look whether it is there."""
        body = {"event": event, "commit_id": pull.head_sha, **({"body": text} if text else {})}
        verdict = "approve" if event == "APPROVE" else "changes"
        try:
            self.connection.write("POST", f"pulls/{pull.number}/reviews", body)
        except Unclear:
            data = all_of(self.connection, f"pulls/{pull.number}/reviews")
            reviews = understood(lambda: tuple(map(review_from, data)))
            if not has_said(replace(pull, reviews=reviews), self.me, verdict, text):
                raise
        except (Unprocessable, Forbidden, Missing) as refused:
            raise self.refused(refused, pull.number) from refused

    def refused(self, refused: Unprocessable | Forbidden | Missing, number: int) -> TrustError:
        """Say what GitHub's refusal of a review means."""
        if refused.says("your own pull request"):
            return TrustError("reviewer.opener", f"{self.name} opened #{number}; somebody else must approve it")
        if refused.says("pending review"):
            return TrustError("reviewer.draft", f"a review of yours on #{number} is not sent yet; send or discard it")
        if isinstance(refused, Unprocessable):
            return TrustError("review.refused", f"GitHub does not take the review of #{number}: {refused.message}")
        if refused.status == 401:
            return refused_token(refused)
        return TrustError("reviewer.permission", f"GitHub does not let {self.name} answer #{number}: {refused.reason}")


def has_said(pull: HostedPull, account: Account, verdict: str, text: str) -> bool:
    """Say whether an account's last word is this verdict on exactly this head (with exactly this text, if any)."""
    mine: list[HostedReview] = [one for one in opinions(pull) if one.by and same(one.by, account)]
    return any(
        one.verdict == verdict and one.head_sha == pull.head_sha and text in ("", one.text.strip()) for one in mine
    )
