"""What is released already: the newest tag and the documents of the channels, believed only by their signatures.

Who could move a reference could plant a tag or a document; what no believed key signed is refused, never skipped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from runwright.adapters.git_repository import GitRepository
from runwright.errors import TrustError
from runwright.model.release import ChannelDocument, tag_name
from runwright.release.document import parse, split_signatures
from runwright.release.objects import TagObject, parse_tag
from runwright.release.signers import CHANNEL, GIT
from runwright.release.sshkeys import PublicKey, SigningKey
from runwright.release.sshsig import verify

CHANNELS = "refs/heads/channels"
TAG = re.compile(r"refs/tags/rules-v([1-9][0-9]{0,9})")


@dataclass(frozen=True)
class Keys:
    """The key that signs, others that sign with it (a rotation), and earlier ones that are still believed."""

    signing: SigningKey
    also: tuple[SigningKey, ...] = ()
    earlier: tuple[PublicKey, ...] = ()

    @property
    def believed(self) -> frozenset[PublicKey]:
        """Give the keys whose tags and documents count."""
        return frozenset({self.signing.public, *(key.public for key in self.also), *self.earlier})


@dataclass(frozen=True)
class LastTag:
    """The newest release tag."""

    seq: int
    oid: str
    tag: TagObject


def last_tag(repository: GitRepository, keys: Keys) -> LastTag | None:
    """Find the newest release tag; raises TrustError release.tag_untrusted when it is not a believed key's."""
    found = {
        int(match[1]): oid for name, oid in repository.refs("refs/tags/").items() if (match := TAG.fullmatch(name))
    }
    if not found:
        return None
    seq = max(found)
    tagged = repository.read_object(found[seq])
    if tagged.kind != "tag":
        raise TrustError("release.tag_untrusted", f"{tag_name(seq)} is a {tagged.kind}, not a signed tag; delete it")
    tag = parse_tag(tagged.data)
    signer = verify(tag.payload, tag.signature, GIT) if tag.signature else None
    if signer is not None and signer not in keys.believed:
        raise TrustError("release.tag_untrusted", _another_key(tag_name(seq), {signer}, keys))
    if signer is None or tag.name != tag_name(seq):
        raise TrustError("release.tag_untrusted", f"{tag_name(seq)} is not signed under that name by the release key")
    return LastTag(seq, found[seq], tag)


def _another_key(what: str, signers: Collection[PublicKey], keys: Keys) -> str:
    """Say which key signed, and which one was given: mostly it is the wrong file."""
    others, mine = ", ".join(sorted(key.key_id for key in signers)), keys.signing.public.key_id
    return (
        f"{what} is signed by {others}, and the key that was given is {mine}; give the release key that signed it, "
        "and where nobody of yours has that key, find out who released"
    )


def published(repository: GitRepository, keys: Keys) -> Mapping[str, ChannelDocument]:
    """Read the documents of all channels; raises TrustError release.document_untrusted for one that is not ours."""
    tip = repository.resolve(CHANNELS)
    files = repository.read_files(tip) if tip else {}
    documents = [
        checked(data, files.get(f"{path}.sig", b""), keys) for path, data in files.items() if path.endswith(".json")
    ]
    return {document.channel: document for document in documents}


def checked(data: bytes, signatures: bytes, keys: Keys) -> ChannelDocument:
    """Give a document that a believed key signed; to issue another one again would be to vouch for it."""
    try:
        signers = {verify(data, signature, CHANNEL) for signature in split_signatures(signatures)}
    except TrustError as error:
        raise TrustError("release.document_untrusted", f"a channel document: {error.message}") from error
    if not signers & keys.believed:
        raise TrustError("release.document_untrusted", _another_key("a channel document", signers, keys))
    return parse(data)
