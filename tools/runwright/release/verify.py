"""Whether a release may be activated: document, then tag, then commit, then content; each step needs the one before.

Pure, like the trusted metadata set of TUF's reference client: bytes and a time go in, an accepted value or a TrustError
comes out. Fetching, keeping and switching are an adapter's. What makes a release trusted is in the module's functions,
in this order:

    check_document   a pinned key signed it; it is for this channel, not older, not expired; this agent is new enough
    check_tag        the tag that it names is the very object that it names, signed by a pinned key under its own name
    check_commit     the tag's commit has the document's tree
    check_content    the files are plain, bounded, and exactly those of the document's digest
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from runwright.errors import TrustError
from runwright.model.release import ChannelDocument
from runwright.release.document import parse, split_signatures
from runwright.release.manifest import content_digest
from runwright.release.objects import object_id, parse_commit, parse_tag
from runwright.release.signers import CHANNEL, GIT, AllowedSigners
from runwright.release.sshkeys import PublicKey
from runwright.release.sshsig import verify

LARGEST_JUMP = 1000
"""How far a sequence number may jump: a signer that is stolen for a day cannot use them all up (TUF, fast-forward)."""
CLOCK_SLACK = timedelta(days=1)
REISSUED = {"issued", "expires", "key_ids"}
"""What may differ when the same release is issued again."""


@dataclass(frozen=True)
class Held:
    """What was accepted last: the document, its bytes, and the keys that later pins have replaced."""

    document: ChannelDocument
    data: bytes
    retired: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Trust:
    """What an agent was told by its operator, and what it already holds."""

    channel: str
    pins: AllowedSigners
    """The pinned keys, oldest first: a document signed by one retires those above it."""
    agent_version: str
    revoked: frozenset[str] = frozenset()
    held: Held | None = None


@dataclass(frozen=True)
class Accepted:
    """A document that is believed; `key_id` is the key that it is believed for."""

    document: ChannelDocument
    data: bytes
    key_id: str
    retired: frozenset[str]

    @property
    def held(self) -> Held:
        """Give what the agent holds from now on."""
        return Held(self.document, self.data, self.retired)


@dataclass(frozen=True)
class Release:
    """A release that may be activated."""

    accepted: Accepted
    files: Mapping[str, bytes]


def check_document(data: bytes, signatures: bytes, trust: Trust, now: datetime) -> Accepted:
    """Accept a channel document.

    Raises TrustError: signature.*, key.* (unknown, revoked, retired, expired, namespace), document.* (malformed,
    key_ids, channel, older, changed, jump, expired, future), agent.too_old.
    """
    keys = tuple(verify(data, signature, CHANNEL) for signature in split_signatures(signatures))
    key = newest_trusted(keys, trust, now)
    document = parse(data)
    if set(document.key_ids) != {signer.key_id for signer in keys}:
        raise TrustError("document.key_ids", "the document does not name the keys that signed it")
    if document.channel != trust.channel:
        raise TrustError("document.channel", f"the document is for {document.channel!r}, expected {trust.channel!r}")
    check_sequence(document, data, trust.held)
    check_time(document, trust.held, now)
    if version(document.min_agent) > version(trust.agent_version):
        raise TrustError(
            "agent.too_old", f"the release needs agent {document.min_agent}; this is {trust.agent_version}"
        )
    return Accepted(document, data, key.key_id, retired_by(key, trust))


def newest_trusted(keys: tuple[PublicKey, ...], trust: Trust, now: datetime) -> PublicKey:
    """Give the signer that is pinned last; raises the first refusal when none is trusted."""
    trusted, refusals = [], []
    for key in keys:
        try:
            check_key(key, CHANNEL, trust, now)
            trusted.append(key)
        except TrustError as error:
            refusals.append(error)
    if not trusted:
        raise refusals[0]
    return max(trusted, key=lambda key: place_of(key, trust.pins))


def check_key(key: PublicKey, namespace: str, trust: Trust, now: datetime) -> None:
    """Refuse a key that is revoked, replaced, not pinned, or pinned for something else."""
    if key.key_id in trust.revoked:
        raise TrustError("key.revoked", f"the key {key.key_id} is revoked")
    if namespace == CHANNEL and trust.held and key.key_id in trust.held.retired:
        raise TrustError("key.retired", f"the key {key.key_id} was replaced by a newer pinned key")
    try:
        trust.pins.identify(key, namespace, now)
    except TrustError as error:
        raise TrustError(error.code.replace("signer.", "key."), f"{error.message} that this agent pins") from error


def place_of(key: PublicKey, pins: AllowedSigners) -> int:
    """Give the place of a key among the pins."""
    return max(place for place, line in enumerate(pins.lines) if line.key == key)


def retired_by(key: PublicKey, trust: Trust) -> frozenset[str]:
    """Give the keys that count no more once a document by this key is accepted."""
    before = frozenset(line.key.key_id for line in trust.pins.lines[: place_of(key, trust.pins)]) - {key.key_id}
    return before | (trust.held.retired if trust.held else frozenset())


def check_sequence(document: ChannelDocument, data: bytes, held: Held | None) -> None:
    """Refuse to go back, and anything new under an old number."""
    if held is None or data == held.data:
        return
    before = held.document
    if document.seq < before.seq:
        raise TrustError("document.older", f"the document is at {document.tag}, this agent already holds {before.tag}")
    if document.seq - before.seq > LARGEST_JUMP:
        raise TrustError("document.jump", f"the document jumps from {before.tag} to {document.tag}")
    if document.seq > before.seq:
        return
    if document.model_dump(exclude=REISSUED) != before.model_dump(exclude=REISSUED):
        raise TrustError("document.changed", f"{document.tag} was issued again with other content")
    if document.issued <= before.issued:
        raise TrustError(
            "document.older",
            f"{document.tag} was issued at {document.issued}, this agent holds a newer issue",
        )


def check_time(document: ChannelDocument, held: Held | None, now: datetime) -> None:
    """Refuse a document that has expired or comes from the future; a clock that was set back helps nobody."""
    known = max(now, held.document.issued) if held else now
    if document.expires <= known:
        raise TrustError(
            "document.expired",
            f"the document of {document.tag} expired at {document.expires}; it must be issued again",
        )
    if document.issued > known + CLOCK_SLACK:
        raise TrustError(
            "document.future",
            f"the document was issued at {document.issued}, the clock says {now}; set the clock",
        )


def version(text: str) -> tuple[int, ...]:
    """Read a version for comparing."""
    return tuple(int(part) for part in text.split("."))


def check_tag(accepted: Accepted, oid: str, kind: str, data: bytes, trust: Trust, *, now: datetime) -> None:
    """Refuse a tag that is not the document's.

    `oid`, `kind` and `data` are what the reference of that name points at. Raises TrustError: tag.* (lightweight,
    unsigned, name, moved, commit), object.id, object.malformed, signature.*, key.*.
    """
    document = accepted.document
    if kind != "tag":
        raise TrustError("tag.lightweight", f"{document.tag} is a {kind}, not a signed tag")
    if object_id("tag", data) != oid:
        raise TrustError("object.id", f"the tag object of {document.tag} is not what its id says")
    tag = parse_tag(data)
    if not tag.signature:
        raise TrustError("tag.unsigned", f"{document.tag} is not signed")
    check_key(verify(tag.payload, tag.signature, GIT), GIT, trust, now)
    if tag.name != document.tag:
        raise TrustError("tag.name", f"the tag under the name {document.tag} calls itself {tag.name[:80]!a}")
    if oid != document.tag_oid:
        raise TrustError("tag.moved", f"{document.tag} is {oid[:12]}, the document says {document.tag_oid[:12]}")
    if (tag.target_kind, tag.target) != ("commit", document.commit):
        raise TrustError(
            "tag.commit",
            f"{document.tag} points at {tag.target[:12]}, the document says {document.commit[:12]}",
        )


def check_commit(accepted: Accepted, data: bytes) -> None:
    """Refuse (object.id, commit.tree) a commit that is not the document's or has another tree."""
    document = accepted.document
    if object_id("commit", data) != document.commit:
        raise TrustError("object.id", "the commit is not what its id says")
    if parse_commit(data).tree != document.tree:
        raise TrustError("commit.tree", f"the commit of {document.tag} has another tree than the document says")


def check_content(accepted: Accepted, files: Mapping[str, bytes]) -> Release:
    """Accept the files; raises TrustError content.mismatch when one is changed, missing or too many."""
    found = content_digest(files)
    if found != accepted.document.content:
        raise TrustError("content.mismatch", f"the files of {accepted.document.tag} are not those that were signed")
    return Release(accepted, files)
