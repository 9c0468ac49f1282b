"""A release in memory, good as it is made, to be spoilt in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from runwright.model.release import ChannelDocument
from runwright.release.document import encode, sign_document
from runwright.release.manifest import Entry, check_entries, content_digest
from runwright.release.objects import Identity, commit_bytes, object_id, signed_tag
from runwright.release.signers import CHANNEL, GIT, allowed_signers_line, parse_allowed_signers
from runwright.release.sshkeys import SigningKey
from runwright.release.verify import Accepted, Release, Trust, check_commit, check_content, check_document, check_tag
from tests.support.forge import NOW, key_of

OLD, NEXT, OTHER = key_of("release-current"), key_of("release-next"), key_of("somebody-else")
PINS = "".join(allowed_signers_line("runwright-release", key.public, (CHANNEL, GIT)) for key in (OLD, NEXT))
TREE = "5" * 40
FILES = {"runbooks/linux/RB-LIN-SERVICE-001.yaml": b"version: 1\n", "rules/promoted/L1-SERVICE-DOWN.yaml": b"x\n"}


@dataclass(frozen=True)
class Bundle:
    """What an agent would have fetched."""

    document: bytes
    signatures: bytes
    tag_oid: str
    tag_kind: str
    tag: bytes
    commit: bytes
    entries: tuple[Entry, ...]
    files: dict[str, bytes]

    def with_(self, **changes: object) -> Bundle:
        """Give a copy that differs."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def check(self, trust: Trust, now: datetime = NOW) -> Release:
        """Verify it in the order of the agent."""
        accepted = check_document(self.document, self.signatures, trust, now)
        check_tag(accepted, self.tag_oid, self.tag_kind, self.tag, trust, now=now)
        check_commit(accepted, self.commit)
        check_entries(self.entries)
        return check_content(accepted, self.files)


def trust(held: Accepted | None = None, revoked: frozenset[str] = frozenset(), version: str = "0.1.0") -> Trust:
    """Give what an agent believes."""
    return Trust("stable", parse_allowed_signers(PINS), version, revoked, held.held if held else None)


def tag_of(commit: bytes, name: str, key: SigningKey = OLD) -> bytes:
    """Make a signed tag of a commit."""
    return signed_tag(
        object_id("commit", commit), name, Identity.of("runwright-release"), NOW, f"Release {name}", key=key
    )


def bundle(
    seq: int = 1,
    keys: tuple[SigningKey, ...] = (OLD,),
    files: dict[str, bytes] | None = None,
    tag_key: SigningKey | None = None,
    make_tag: Callable[[bytes], bytes] | None = None,
    **changes: object,
) -> Bundle:
    """Make a release; `changes` are fields of the document that its signer states otherwise."""
    content = FILES if files is None else files
    commit = commit_bytes(TREE, (), Identity.of("dana"), NOW, f"Release {seq}")
    tag = make_tag(commit) if make_tag else tag_of(commit, f"rules-v{seq}", tag_key or keys[0])
    values = {
        "schema": "runwright.channel/1",
        "channel": "stable",
        "seq": seq,
        "tag": f"rules-v{seq}",
        "tag_oid": object_id("tag", tag),
        "commit": object_id("commit", commit),
        "tree": TREE,
        "content": content_digest(content),
        "issued": NOW - timedelta(hours=1),
        "expires": NOW + timedelta(days=7),
        "min_agent": "0.1.0",
        "key_ids": tuple(key.public.key_id for key in keys),
        "merged_by": "dana",
    }
    data = encode(ChannelDocument.model_validate(values | changes))
    entries = tuple(Entry(path, "100644", len(text)) for path, text in content.items())
    return Bundle(data, sign_document(data, keys), object_id("tag", tag), "tag", tag, commit, entries, content)
