"""A person's side of the local forge: look, approve (which merges), reject, ask for changes.

Who decides is derived from the key that signs; there is no parameter to be somebody else.
"""

from __future__ import annotations

from datetime import datetime

from runwright.adapters.forge_local.book import BASE, Book, Event, Snapshot, changes_of, head_ref
from runwright.adapters.git_repository import GitRepository, RefChange
from runwright.errors import ContentError, TrustError
from runwright.model.fields import Risk
from runwright.model.proposal import CloseReason, Decision, FileChange, MergeRecord, PullRequest, ReviewVerdict
from runwright.release.approval import (
    Policy,
    check_approver,
    check_base,
    check_opener,
    check_outstanding,
    check_owner,
    check_results,
    check_separate,
    person,
)
from runwright.release.change import Change, change_of, merged_tree
from runwright.release.objects import Identity, commit_bytes, object_id, signed_commit
from runwright.release.records import encode, signed_files
from runwright.release.signers import DECISION
from runwright.release.sshkeys import SigningKey
from runwright.release.votes import Vote, approvers, people, risk_at, standing


class LocalReviews:
    """Decides with the key of one person."""

    def __init__(self, repository: GitRepository, key: SigningKey, base_ref: str = BASE) -> None:
        self.repository, self.key = repository, key
        self.book = Book(repository, base_ref)

    def list(self, state: str = "open") -> tuple[PullRequest, ...]:
        """List the pull requests in a state (`open`, `merged`, `closed`), oldest first."""
        return tuple(pull for pull in self.book.snapshot().pulls() if pull.state == state)

    def show(self, number: int) -> PullRequest:
        """Give one pull request; raises TrustError record.missing."""
        return self.book.snapshot().pull(number)

    def changes(self, number: int) -> tuple[FileChange, ...]:
        """Give the files that a pull request changes, before (where it left the base branch) and after."""
        return changes_of(self.repository, self.show(number), self.book.base_ref)

    def approve(self, number: int, now: datetime, notes: str = "", head_sha: str | None = None) -> PullRequest:
        """Approve exactly the head (`head_sha` is the one that was looked at) and merge it.

        Where its risk asks for two people, the first approval is recorded and the pull request stays open.

        Raises TrustError when the person may not approve, a check is not green, or the merge would not be what was
        reviewed; the codes are those of `release.approval`, `release.votes` and `release.change`, pull.closed,
        pull.head_moved and reviewer.already.
        """

        def decide(snapshot: Snapshot) -> Event:
            pull = self.current(snapshot, number, now)
            if head_sha not in {None, pull.head_sha}:
                raise TrustError("pull.head_moved", f"the head is {pull.head_sha[:12]} now; look at it again")
            change = change_of(self.repository, snapshot.base, pull.head_sha)
            principal = self.check(snapshot.policy, pull, change, now)
            decision, risk = self.decision(pull, change, "approve", notes, now), risk_at(pull, change.head_sha)
            mine = self.vote(snapshot.policy, principal, decision)
            before = people(standing(snapshot.policy, pull, change, now))
            others = tuple(vote for vote in before if not vote.names & mine.names)
            if len(others) + 1 >= snapshot.policy.asked.approvals(risk):
                return self.merge(pull, change, decision, (*others, mine))
            if before:
                left = ", ".join(sorted(approvers(snapshot.policy, pull, change, now) - mine.names)) or "nobody"
                raise TrustError("reviewer.already", f"{principal} has approved this head; others who may: {left}")
            return self.first(snapshot.policy, pull, decision, mine, risk)

        self.book.add(decide)
        return self.show(number)

    def check(self, policy: Policy, pull: PullRequest, change: Change, now: datetime) -> str:
        """Give the person whose key it is; refuse what this person may not approve, or nobody may."""
        principal = check_approver(policy, self.key.public, pull, change, now)
        check_opener(policy, pull, change)
        check_base(self.repository, pull, change)
        check_separate(change.paths)
        check_results(pull, change.head_sha)
        check_outstanding(pull, principal)
        merged_tree(self.repository, change)
        return principal

    def vote(self, policy: Policy, principal: str, decision: Decision) -> Vote:
        """Give the vote that a decision of this person will be once it is written."""
        key, oid = self.key.public, object_id("blob", encode(decision))
        return Vote(principal, key.key_id, oid, frozenset(policy.signers.names_of(key)))

    def first(self, policy: Policy, pull: PullRequest, decision: Decision, vote: Vote, risk: Risk) -> Event:
        """Give the event of an approval that does not suffice yet."""
        subject = f"approved by {vote.principal}; risk {risk} asks for {policy.asked.approvals(risk)} people"
        return Event(pull.number, subject, vote.principal, decision.at, self.files(pull, decision))

    def reject(self, number: int, reason: str, now: datetime, close_as: CloseReason | None = None) -> PullRequest:
        """Close a pull request for a reason that later drafts are shown; raises TrustError like `approve`.

        `close_as` says in which sense; without it, it is rejected for good.
        """
        return self.answer(number, "reject", reason, now, close_as)

    def request_changes(self, number: int, text: str, now: datetime) -> PullRequest:
        """Ask for changes; nobody else can approve this head until they are made."""
        return self.answer(number, "changes", text, now)

    def answer(
        self, number: int, verdict: ReviewVerdict, text: str, now: datetime, close_as: CloseReason | None = None
    ) -> PullRequest:
        """Record a decision that does not merge; any person who owns the changed paths may, the author too."""
        if not text.strip():
            raise ContentError("say why: the reason is kept, and the next draft is shown it")

        def decide(snapshot: Snapshot) -> Event:
            pull = self.current(snapshot, number, now)
            principal = person(snapshot.policy, self.key.public, now)
            change = change_of(self.repository, snapshot.base, pull.head_sha)
            check_owner(snapshot.policy, principal, change.paths)
            made = self.decision(pull, change, verdict, text, now)
            decision = made.model_copy(update={"close_as": None if close_as == "rejected" else close_as})
            subject = f"{'rejected' if verdict == 'reject' else 'changes requested'} by {principal}"
            return Event(number, subject, principal, now, self.files(pull, decision))

        self.book.add(decide)
        return self.show(number)

    def current(self, snapshot: Snapshot, number: int, now: datetime) -> PullRequest:
        """Give an open pull request whose head is what its record says."""
        pull = snapshot.pull(number, now)
        if pull.state != "open":
            raise TrustError("pull.closed", f"pull request #{number} is {pull.state}; nothing is left to decide")
        if self.repository.resolve(head_ref(number)) != pull.head_sha:
            raise TrustError("pull.head_moved", f"{head_ref(number)} is not the head that the opener signed; close it")
        return pull

    def decision(
        self, pull: PullRequest, change: Change, verdict: ReviewVerdict, notes: str, now: datetime
    ) -> Decision:
        """Write down what is decided about which tree on which base."""
        return Decision(
            number=pull.number,
            verdict=verdict,
            head_sha=change.head_sha,
            head_tree=change.head_tree,
            base_sha=change.base_sha,
            notes=notes,
            at=now,
        )

    def files(self, pull: PullRequest, decision: Decision) -> dict[str, bytes]:
        """Give the record files of a decision."""
        path = f"{pull.number}/decisions/{len(pull.decisions) + 1:04d}.json"
        return signed_files(path, decision, self.key, DECISION)

    def merge(self, pull: PullRequest, change: Change, decision: Decision, votes: tuple[Vote, ...]) -> Event:
        """Write the merge commit, signed by the last approver, and give the event that moves the base to it."""
        tree, principal = merged_tree(self.repository, change), votes[-1].principal
        message = merge_message(pull, votes)
        payload = commit_bytes(tree, (change.base_sha, change.head_sha), Identity.of(principal), decision.at, message)
        commit = self.repository.write_object("commit", signed_commit(payload, self.key))
        record = MergeRecord(number=pull.number, commit=commit, decision=votes[-1].decision, at=decision.at)
        files = self.files(pull, decision) | signed_files(f"{pull.number}/merge.json", record, self.key, DECISION)
        base = RefChange(self.book.base_ref, commit, change.base_sha)
        return Event(pull.number, f"approved and merged by {principal}", principal, decision.at, files, (base,))


def merge_message(pull: PullRequest, votes: tuple[Vote, ...]) -> str:
    """Write the message of a merge, with the trailers that the release reads; the last vote is the merger's."""
    trailers = [f"Pull-request: #{pull.number}"]
    for vote in votes:
        trailers += [f"Approved-by: {vote.principal} {vote.key_id}", f"Decision: {vote.decision}"]
    return "\n".join([f"Merge pull request #{pull.number}: {pull.title}", "", *trailers, ""])
