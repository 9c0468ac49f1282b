"""The bot's side of the local forge: find and open. It has no way to decide or to merge.

What it says afterwards on what it opened stands in `words`.
"""

from __future__ import annotations

from datetime import datetime

from runwright.adapters.forge_local.book import Event, Snapshot, head_ref
from runwright.adapters.forge_local.words import LocalWords, Opener, record_of
from runwright.adapters.git_repository import NewCommit, RefChange
from runwright.errors import ContentError
from runwright.model.proposal import Proposal, PullRecord, PullRequest
from runwright.release.objects import Identity
from runwright.release.proposed import check_proposed
from runwright.release.records import numbers, signed_files
from runwright.release.signers import PROPOSAL


class LocalProposals(LocalWords):
    """Opens pull requests with the key that it holds; a person's key may open them too."""

    def find(self, fingerprint: str, state: str = "open") -> PullRequest | None:
        """Find the newest pull request of a failure in a state (`open`, `merged`, `closed`)."""
        found = [pull for pull in self.earlier(fingerprint) if pull.state == state]
        return found[0] if found else None

    def earlier(self, fingerprint: str) -> tuple[PullRequest, ...]:
        """List all pull requests of a failure, newest first; a rejected one says why in `closed_reason`."""
        pulls = reversed(self.book.snapshot().pulls())
        return tuple(pull for pull in pulls if pull.fingerprint == fingerprint)

    def open(self, proposal: Proposal, now: datetime) -> PullRequest:
        """Open a pull request, or find the open one of this branch and bring it up to date.

        The head moves only when the content differs and nobody else pushed to it. Raises TrustError (proposal.path,
        proposal.scope, proposal.not_allowed) and ContentError for a proposal that changes nothing.
        """
        numbers_seen: list[int] = []

        def decide(snapshot: Snapshot) -> Event | None:
            opener = self.opener(snapshot, now)
            if opener.namespace == PROPOSAL:
                check_proposed(proposal)
            existing = open_pull(snapshot, proposal)
            record = self.renewed(existing, proposal, now) if existing else self.fresh(snapshot, proposal, opener, now)
            numbers_seen.append(record.number)
            if existing and same(existing, record):
                return None
            return self.event(record, opener, now, existing)

        self.book.add(decide)
        return self.book.snapshot().pull(numbers_seen[-1])

    def fresh(self, snapshot: Snapshot, proposal: Proposal, opener: Opener, now: datetime) -> PullRecord:
        """Write the commit of a new pull request and give its record."""
        head = self.commit(proposal, snapshot.base, opener.principal, now)
        return PullRecord(
            number=max(numbers(snapshot.files), default=0) + 1,
            title=proposal.title,
            body=proposal.body,
            labels=proposal.labels,
            branch=proposal.branch,
            base_ref=self.book.base_ref,
            base_sha=snapshot.base,
            head_sha=head,
            fingerprint=proposal.fingerprint,
            runbook_id=proposal.runbook_id,
            evidence=proposal.evidence,
            opened_at=now,
            updated_at=now,
        )

    def renewed(self, pull: PullRequest, proposal: Proposal, now: datetime) -> PullRecord:
        """Give the record of an open pull request as the proposal would have it now."""
        record = record_of(pull)
        evidence = tuple(dict.fromkeys((*record.evidence, *proposal.evidence)))
        record = record.model_copy(update={"evidence": evidence})
        same_content = self.has_content(pull, proposal)
        if not same_content and not self.may_move(pull):
            return record  # the text stays that of the head that people look at
        said = {name: getattr(proposal, name) for name in ("title", "body", "labels")}
        head = pull.head_sha if same_content else self.commit(proposal, pull.base_sha, pull.by, now)
        return record.model_copy(update={**said, "head_sha": head})

    def has_content(self, pull: PullRequest, proposal: Proposal) -> bool:
        """Say whether the head of a pull request holds byte for byte what a proposal asks for."""
        changed = self.repository.changed_paths(pull.base_sha, pull.head_sha)
        if not set(changed) <= set(proposal.files):
            return False
        wanted = {path: None if text is None else text.encode() for path, text in proposal.files.items()}
        return all(self.repository.read_file(pull.head_sha, path) == data for path, data in wanted.items())

    def commit(self, proposal: Proposal, base: str, principal: str, now: datetime) -> str:
        """Write the one commit of a proposal; raises ContentError when it changes nothing."""
        files = {path: None if text is None else text.encode() for path, text in proposal.files.items()}
        message = f"{proposal.title}\n\nRunbook: {proposal.runbook_id}\nFingerprint: {proposal.fingerprint}\n"
        oid = self.repository.write_commit(NewCommit(message, Identity.of(principal), now, files, (base,)))
        if self.repository.tree_of(oid) == self.repository.tree_of(base):
            raise ContentError("the proposal changes nothing: the base branch holds its content already")
        return oid

    def event(self, record: PullRecord, opener: Opener, now: datetime, existing: PullRequest | None) -> Event:
        """Give the event of opening or renewing, with the references that must move."""
        record = record.model_copy(update={"updated_at": now})
        files = signed_files(f"{record.number}/pull.json", record, self.key, opener.namespace)
        subject = f"{'updated' if existing else 'opened'} by {opener.principal}"
        moved = not existing or existing.head_sha != record.head_sha
        names = (f"refs/heads/{record.branch}", head_ref(record.number)) if moved else ()
        refs = tuple(RefChange(name, record.head_sha, self.repository.resolve(name)) for name in names)
        return Event(record.number, subject, opener.principal, now, files, refs)


def open_pull(snapshot: Snapshot, proposal: Proposal) -> PullRequest | None:
    """Find the open pull request of a proposal's branch."""
    return next((pull for pull in snapshot.pulls() if pull.branch == proposal.branch and pull.state == "open"), None)


def same(pull: PullRequest, record: PullRecord) -> bool:
    """Say whether renewing would change nothing."""
    names = ("title", "body", "labels", "evidence", "head_sha")
    return all(getattr(pull, name) == getattr(record, name) for name in names)
