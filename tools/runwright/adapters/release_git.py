"""Cuts releases in a Git repository: who approved what is checked, then the tag and the channel document are signed.

The only code that is handed the release key. Nothing on disk is believed: the last tag and the documents that are there
must be signed by this key, or by an earlier one that the caller names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from runwright.adapters.git_repository import GitRepository, NewCommit, RefChange
from runwright.adapters.release_published import CHANNELS, Keys, LastTag, last_tag, published
from runwright.errors import ContentError, TrustError
from runwright.model.release import ChannelDocument, Hold, tag_name
from runwright.release.document import encode, sign_document
from runwright.release.manifest import FOLDERS, Entry, check_entries, content_digest
from runwright.release.objects import Identity, signed_tag
from runwright.release.provenance import approvals_between
from runwright.release.sshkeys import SigningKey

PULLS = "refs/runwright/pulls"
SIGNER = Identity.of("runwright-release")
WEEK = timedelta(days=7)


class NothingNew(ContentError):
    """The release that was asked for is there already."""


class Attested(Protocol):
    """A merge that was found in order."""

    @property
    def approvers(self) -> tuple[str, ...]:
        """Name who approved."""

    @property
    def line(self) -> str:
        """Write what stands for the merge on one line."""


Judge = Callable[[str, str], tuple[Attested, ...]]
"""Judges the main line after the last release's commit up to the tip; raises TrustError for what was not approved."""


CUT_FOR = "Channel: "
"""How the line of a tag begins that names the channel it was cut for."""


@dataclass(frozen=True)
class CutRequest:
    """What to release: the tip of a branch, to a channel."""

    now: datetime
    channel: str = "stable"
    first: bool = False
    """The repository has no release yet; what is on the branch is taken as it is."""
    holds: tuple[Hold, ...] = ()
    min_agent: str = "0.1.0"
    valid_for: timedelta = WEEK
    base_ref: str = "refs/heads/main"


@dataclass(frozen=True)
class CutRelease:
    """What was published."""

    document: ChannelDocument
    tag: str
    tag_oid: str
    channel_commit: str


@dataclass(frozen=True)
class Draft:
    """A release before it is signed."""

    seq: int
    commit: str
    content: str
    approvals: tuple[Attested, ...]

    def signed(self, key: SigningKey, request: CutRequest) -> bytes:
        """Write and sign the tag; it attests each merge, so that `git show` tells who stands for it."""
        tag = tag_name(self.seq)
        lines = [approval.line for approval in self.approvals] or [
            "Merged: nothing that was reviewed as a pull request"
        ]
        ends = [f"{CUT_FOR}{request.channel}", f"Content: sha256 {self.content}", ""]
        message = "\n".join([f"Release {tag}", "", *lines, *ends])
        return signed_tag(self.commit, tag, SIGNER, request.now, message, key=key)

    def document(self, request: CutRequest, tag_oid: str, tree: str, keys: Keys) -> ChannelDocument:
        """Write the document that brings a channel to this release."""
        return ChannelDocument(
            schema="runwright.channel/1",
            channel=request.channel,
            seq=self.seq,
            tag=tag_name(self.seq),
            tag_oid=tag_oid,
            commit=self.commit,
            tree=tree,
            content=self.content,
            issued=request.now,
            expires=request.now + request.valid_for,
            min_agent=request.min_agent,
            key_ids=key_ids(keys),
            holds=request.holds,
            merged_by="initial import" if request.first else merged_by(self.approvals),
        )


def cut_release(
    repository: GitRepository, key: SigningKey | Keys, request: CutRequest, judge: Judge | None = None
) -> CutRelease:
    """Release the tip of the base branch: a signed tag and a signed channel document, published together or not at all.

    Without a judge the records of the local forge say who approved what. Raises TrustError with the codes of
    `release.provenance` or of the judge, and release.* (no_earlier, not_first, tag_untrusted, tag_missing), NothingNew,
    RefMoved (EdgeError) when another release was cut meanwhile.
    """
    keys = key if isinstance(key, Keys) else Keys(key)
    last = last_tag(repository, keys)
    documents = published(repository, keys)
    check_first(request, last, documents)
    commit = tip_of(repository, request.base_ref)
    if last and last.tag.target == commit and same_holds(documents.get(request.channel), request):
        told = f"nothing was merged since {tag_name(last.seq)}"
        raise NothingNew(f"{told}; issue it again with `release reissue` instead")
    draft = Draft(
        seq=last.seq + 1 if last else 1,
        commit=commit,
        content=content_of(repository, commit),
        approvals=(judge or records_of(repository))(last.tag.target, commit) if last else (),
    )
    tag_oid = repository.write_object("tag", draft.signed(keys.signing, request))
    document = draft.document(request, tag_oid, repository.tree_of(commit), keys)
    return publish(repository, keys, document, (RefChange(f"refs/tags/{tag_name(draft.seq)}", tag_oid, None),))


def check_newest(last: LastTag | None, document: ChannelDocument | None, channel: str) -> None:
    """Refuse (release.document_old) to go on from a document that is older than the newest release of its channel.

    Whoever may push can bring an old one back, signed as it is: its holds are not those that agents were told.
    """
    cut = last is not None and f"{CUT_FOR}{channel}" in last.tag.message.split("\n")
    if last and cut and (document is None or document.seq < last.seq):
        there = document.tag if document else "gone"
        raise TrustError(
            "release.document_old",
            f"{tag_name(last.seq)} was released to {channel}, and its document is {there}: somebody moved the branch "
            "channels back; move it forward again, or cut a release with the holds that are wanted",
        )


def reissue(
    repository: GitRepository,
    key: SigningKey | Keys,
    channel: str,
    now: datetime,
    valid_for: timedelta = WEEK,
) -> CutRelease:
    """Issue the document of a channel again with a new expiry; the release stays the same.

    Raises TrustError (release.no_document, release.document_untrusted).
    """
    return promote(repository, key, channel, channel, now, valid_for)


def promote(
    repository: GitRepository,
    key: SigningKey | Keys,
    source: str,
    target: str,
    now: datetime,
    valid_for: timedelta = WEEK,
) -> CutRelease:
    """Bring a channel to the release that another one is at, such as canary to stable.

    Raises TrustError: release.no_document, release.document_untrusted, document.older.
    """
    keys = key if isinstance(key, Keys) else Keys(key)
    documents = published(repository, keys)
    document = documents.get(source)
    if document is None:
        raise TrustError("release.no_document", f"the channel {source!a} has no release yet; cut one")
    if target in documents and documents[target].seq > document.seq:
        raise TrustError(
            "document.older", f"{target} is at {documents[target].tag} already; cut a new release to go back"
        )
    again = {"channel": target, "issued": now, "expires": now + valid_for, "key_ids": key_ids(keys)}
    return publish(repository, keys, ChannelDocument.model_validate(document.model_dump(by_alias=True) | again), ())


def publish(
    repository: GitRepository, keys: Keys, document: ChannelDocument, refs: tuple[RefChange, ...]
) -> CutRelease:
    """Sign a document, commit it to the branch `channels` and move that branch together with other references."""
    data = encode(document)
    tip = repository.resolve(CHANNELS)
    name = f"{document.channel}.json"
    files = {name: data, f"{name}.sig": sign_document(data, (keys.signing, *keys.also))}
    message = f"{document.channel}: {document.tag}, valid until {document.expires:%Y-%m-%d %H:%M} UTC\n"
    commit = repository.write_commit(NewCommit(message, SIGNER, document.issued, files, (tip,) if tip else ()))
    repository.update_refs([*refs, RefChange(CHANNELS, commit, tip)])
    return CutRelease(document, document.tag, document.tag_oid, commit)


def check_first(request: CutRequest, last: LastTag | None, documents: Mapping[str, ChannelDocument]) -> None:
    """Refuse a first release where there is one, another where there is none, and any where tags went missing."""
    newest = max((document.seq for document in documents.values()), default=0)
    if newest > (last.seq if last else 0):
        raise TrustError("release.tag_missing", f"{tag_name(newest)} was published, but its tag is gone; restore it")
    if last and request.first:
        raise TrustError(
            "release.not_first", f"the repository is at {tag_name(last.seq)}; this is not its first release"
        )
    if not last and not request.first:
        raise TrustError(
            "release.no_earlier",
            "there is no release yet; say with --first that this is the first one, which takes main as it is",
        )


def tip_of(repository: GitRepository, ref: str) -> str:
    """Give the commit to release."""
    tip = repository.resolve(ref)
    if tip is None:
        raise ContentError(f"{ref} does not exist; commit runbooks to it first")
    return tip


def same_holds(document: ChannelDocument | None, request: CutRequest) -> bool:
    """Say whether a release of the same commit would say nothing new."""
    return document is not None and document.holds == request.holds


def records_of(repository: GitRepository) -> Judge:
    """Judge by the signed records of the local forge."""

    def judge(since: str, until: str) -> tuple[Attested, ...]:
        records = repository.resolve(PULLS)
        files = repository.read_files(records) if records else {}
        return approvals_between(repository, files, since, until)

    return judge


def content_of(repository: GitRepository, commit: str) -> str:
    """Give the digest of what agents will get, after checking that they would take it."""
    entries = repository.list_tree(commit, *FOLDERS)
    check_entries(Entry(entry.path, entry.mode, entry.size) for entry in entries)
    return content_digest(repository.read_files(commit, *FOLDERS))


def key_ids(keys: Keys) -> tuple[str, ...]:
    """Name the keys that sign."""
    return tuple(key.public.key_id for key in (keys.signing, *keys.also))


def merged_by(approvals: tuple[Attested, ...]) -> str:
    """Name who approved what is new."""
    names = dict.fromkeys(name for approval in approvals for name in approval.approvers)
    return ", ".join(names) or "nothing guarded was merged"
