"""A person's pull request: a branch that was pushed with plain git, and a signed record that proposes its tip.

A person may propose any path; who must approve it is CODEOWNERS' to say. Deciding is left to `reviews`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from runwright.adapters.forge_local.book import BASE, Book, Event, Snapshot, head_ref
from runwright.adapters.git_repository import GitRepository, RefChange
from runwright.errors import ContentError, TrustError
from runwright.model.proposal import PullRecord, PullRequest
from runwright.release.approval import Policy, person
from runwright.release.change import Change, change_of, key_of, names_of
from runwright.release.names import checked_path, checked_ref
from runwright.release.objects import CommitObject
from runwright.release.records import numbers, signed_files
from runwright.release.signers import DECISION
from runwright.release.sshkeys import SigningKey

BOT_BRANCHES, CHANNELS = "refs/heads/runwright/", "refs/heads/channels"
"""Branches that the bot and the release write."""
RUNBOOK_FILE = re.compile(r"runbooks/[a-z]+/(RB(?:-[A-Z0-9]+){2,6})\.ya?ml")
LONGEST_TITLE, LONGEST_BODY = 256, 65_536


@dataclass(frozen=True)
class BranchRequest:
    """What to propose: the tip of a branch; without a title and a body those of before, or the commit's subject."""

    branch: str
    title: str = ""
    body: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be shown as it is; raises ContentError."""
        if not self.title.isprintable() or len(self.title) > LONGEST_TITLE:
            raise ContentError(f"the title must be one line of at most {LONGEST_TITLE} printable characters")
        if len(self.body) > LONGEST_BODY:
            raise ContentError(f"the body has {len(self.body)} characters; at most {LONGEST_BODY} are kept")


@dataclass(frozen=True)
class Opener:
    """The person who opens, and every name that the key is listed under."""

    principal: str
    names: frozenset[str]


class LocalBranches:
    """Opens pull requests for pushed branches with the key of one person."""

    def __init__(self, repository: GitRepository, key: SigningKey, base_ref: str = BASE) -> None:
        self.repository, self.key = repository, key
        self.book = Book(repository, base_ref)

    def open(self, request: BranchRequest, now: datetime) -> PullRequest:
        """Open a pull request for the tip of a branch, or bring the open one of this branch to it.

        Raises TrustError: proposal.not_allowed, pull.reserved, pull.no_branch, pull.merged, pull.empty, pull.rejected,
        pull.not_yours, the codes of `change_of`; ContentError for names that are not plain.
        """
        seen: list[int] = []

        def decide(snapshot: Snapshot) -> Event | None:
            opener = self.opener(snapshot.policy, now)
            change = self.change(snapshot, request.branch, opener)
            existing = self.existing(snapshot, request.branch, change.head_sha, opener)
            record = self.record(snapshot, request, change, existing, now)
            seen.append(record.number)
            return None if existing and same(existing, record) else self.event(record, existing, opener, now)

        self.book.add(decide)
        return self.book.snapshot().pull(seen[-1])

    def opener(self, policy: Policy, now: datetime) -> Opener:
        """Give the person whose key it is; a machine's key opens nothing here."""
        try:
            principal = person(policy, self.key.public, now)
        except TrustError as error:
            raise TrustError("proposal.not_allowed", f"{error.message}, so it opens no pull request") from error
        return Opener(principal, frozenset(name.casefold() for name in policy.signers.names_of(self.key.public)))

    def change(self, snapshot: Snapshot, branch: str, opener: Opener) -> Change:
        """Sum up what a branch would bring, and refuse one that brings nothing or is not the opener's."""
        head = self.tip(branch)
        if head == snapshot.base:
            raise TrustError("pull.empty", f"{branch} is the same commit as the base; commit something and push it")
        if self.repository.is_ancestor(head, snapshot.base):
            raise TrustError("pull.merged", f"everything on {branch} has been merged already; push new commits first")
        change = change_of(self.repository, snapshot.base, head)
        for path in change.paths:
            checked_path(path)
        self.check_tip(snapshot.policy, branch, self.repository.commit(head), opener)
        return change

    def tip(self, branch: str) -> str:
        """Give the commit at the tip of a branch that a person may propose."""
        ref = checked_ref(f"refs/heads/{branch}")
        if ref.startswith(BOT_BRANCHES) or ref in {CHANNELS, self.book.base_ref}:
            raise TrustError(
                "pull.reserved", f"{branch} is not a person's branch; push your commits to one of your own"
            )
        head = self.repository.resolve(ref)
        if head is None:
            raise TrustError(
                "pull.no_branch",
                f"there is no branch {branch}; push it first: git push {self.repository.path} HEAD:{ref}",
            )
        return head

    def check_tip(self, policy: Policy, branch: str, commit: CommitObject, opener: Opener) -> None:
        """Refuse (pull.not_yours) a branch whose last commit is somebody else's, by its signature or its committer.

        A bare repository does not know who pushed; the commit is all that says so.
        """
        signer = policy.signers.key_of(key_of(commit))
        names = policy.signers.names_of(signer) if signer else names_of(commit.committer)
        if not opener.names & {name.casefold() for name in names}:
            raise TrustError(
                "pull.not_yours",
                f"the last commit on {branch} is by {commit.committer.name!a}, not by {opener.principal}; whoever made "
                "it opens it, or you add a commit of your own, signed with your key or with that name",
            )

    def existing(self, snapshot: Snapshot, branch: str, head: str, opener: Opener) -> PullRequest | None:
        """Find the open pull request of a branch; refuses somebody else's, and a head that was rejected."""
        pulls = [pull for pull in snapshot.pulls() if pull.branch == branch]
        for pull in pulls:
            if pull.state == "closed" and pull.head_sha == head:
                raise TrustError(
                    "pull.rejected", f"#{pull.number} proposed this very commit and was rejected; push a better one"
                )
        found = next((pull for pull in pulls if pull.state == "open"), None)
        if found and found.by.casefold() not in opener.names:
            who = found.by or "a key that does not count any more"
            raise TrustError("pull.not_yours", f"{branch} is open as #{found.number} by {who}; push to another branch")
        return found

    def record(
        self, snapshot: Snapshot, request: BranchRequest, change: Change, existing: PullRequest | None, now: datetime
    ) -> PullRecord:
        """Give the record of a pull request as the branch is now."""
        runbook = runbook_of(change)
        title = request.title or (existing.title if existing else "")
        return PullRecord(
            number=existing.number if existing else max(numbers(snapshot.files), default=0) + 1,
            title=title or title_of(self.repository.commit(change.head_sha), runbook, request.branch),
            body=request.body or (existing.body if existing else ""),
            branch=request.branch,
            base_ref=self.book.base_ref,
            base_sha=change.fork_sha,
            head_sha=change.head_sha,
            runbook_id=runbook,
            opened_at=existing.opened_at if existing else now,
            updated_at=now,
        )

    def event(self, record: PullRecord, existing: PullRequest | None, opener: Opener, now: datetime) -> Event:
        """Give the event of opening or updating; the head moves with it, the branch is the person's."""
        files = signed_files(f"{record.number}/pull.json", record, self.key, DECISION)
        subject = f"{'updated' if existing else 'opened'} by {opener.principal}"
        name = head_ref(record.number)
        head = RefChange(name, record.head_sha, self.repository.resolve(name))
        return Event(record.number, subject, opener.principal, now, files, (head,))


def runbook_of(change: Change) -> str | None:
    """Name the runbook that a change touches, where it is exactly one."""
    found = {match[1] for path in change.paths if (match := RUNBOOK_FILE.fullmatch(path))}
    return found.pop() if len(found) == 1 else None


def title_of(commit: CommitObject, runbook: str | None, branch: str) -> str:
    """Make a title from the subject of a commit, with nothing in it that does not show."""
    subject = commit.message.strip().split("\n", 1)[0]
    plain = " ".join("".join(c if c.isprintable() else " " for c in subject).split())
    start = f"runbook({runbook}): " if runbook and not plain.startswith("runbook(") else ""
    return f"{start}{plain or branch}"[:200]


def same(pull: PullRequest, record: PullRecord) -> bool:
    """Say whether opening again would change nothing."""
    return all(getattr(pull, name) == getattr(record, name) for name in ("title", "body", "base_sha", "head_sha"))
