"""Git commits and annotated tags as bytes: built, signed and taken apart, with their ids.

Formats: git `Documentation/gitformat-signature` (a tag carries its signature at the end of its body, a commit in the
header `gpgsig`). Nothing here is trusted because it parses; `verify` and `provenance` judge.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from runwright.errors import ContentError, TrustError
from runwright.release.names import checked_oid
from runwright.release.signers import GIT
from runwright.release.sshkeys import SigningKey
from runwright.release.sshsig import BEGIN, sign

Kind = Literal["blob", "tree", "commit", "tag"]
PERSON = re.compile(r"[^<>\x00-\x1f\x7f]{1,100}")
STAMP = re.compile(r"(.*) <([^<>]*)> ([0-9]{1,12}) ([+-][0-9]{4})")


def object_id(kind: Kind, data: bytes) -> str:
    """Compute the id that git gives an object."""
    return hashlib.sha1(f"{kind} {len(data)}\0".encode("ascii") + data, usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Identity:
    """The name and address in a commit or a tag; they prove nothing, signatures do."""

    name: str
    email: str

    def __post_init__(self) -> None:
        """Refuse what would break the header; raises ContentError."""
        for text in (self.name, self.email):
            if not PERSON.fullmatch(text):
                raise ContentError(f"{text!r} is no name for a commit; leave out <, > and control characters")

    @classmethod
    def of(cls, principal: str) -> Identity:
        """Make an identity of a principal; an address is kept, a handle gets one that reaches nobody."""
        return cls(principal, principal if "@" in principal else f"{principal.replace('/', '.')}@runwright.invalid")

    def at(self, when: datetime) -> str:
        """Write the identity with a moment, in UTC, as headers have it."""
        return f"{self.name} <{self.email}> {int(when.astimezone(UTC).timestamp())} +0000"


@dataclass(frozen=True)
class CommitObject:
    """A commit taken apart; `payload` is what its signature signs."""

    tree: str
    parents: tuple[str, ...]
    author: Identity
    committer: Identity
    committed_at: datetime
    message: str
    signature: str
    payload: bytes

    def trailer(self, name: str) -> str:
        """Give the value of a trailer in the last paragraph of the message; empty when it is absent or doubled."""
        found = self.trailers(name)
        return found[0] if len(found) == 1 else ""

    def trailers(self, name: str) -> tuple[str, ...]:
        """Give every value of a trailer in the last paragraph of the message, in order."""
        last = self.message.rstrip("\n").rsplit("\n\n", 1)[-1]
        return tuple(line.removeprefix(f"{name}: ") for line in last.split("\n") if line.startswith(f"{name}: "))


@dataclass(frozen=True)
class TagObject:
    """An annotated tag taken apart; `payload` is what its signature signs."""

    target: str
    target_kind: str
    name: str
    message: str
    signature: str
    payload: bytes


def commit_bytes(tree: str, parents: tuple[str, ...], person: Identity, when: datetime, message: str) -> bytes:
    """Write an unsigned commit whose author is its committer."""
    lines = [f"tree {checked_oid(tree)}", *(f"parent {checked_oid(parent)}" for parent in parents)]
    lines += [f"author {person.at(when)}", f"committer {person.at(when)}", "", message.rstrip("\n") + "\n"]
    return "\n".join(lines).encode()


def signed_commit(payload: bytes, key: SigningKey) -> bytes:
    """Add a signature to a commit, the way `git commit -S` does with an SSH key."""
    head, body = payload.split(b"\n\n", 1)
    signature = sign(key, payload, GIT).rstrip("\n").replace("\n", "\n ").encode("ascii")
    return head + b"\ngpgsig " + signature + b"\n\n" + body


def signed_tag(commit: str, name: str, person: Identity, when: datetime, message: str, *, key: SigningKey) -> bytes:
    """Write an annotated tag of a commit and sign it, the way `git tag -s` does with an SSH key."""
    lines = [f"object {checked_oid(commit)}", "type commit", f"tag {name}", f"tagger {person.at(when)}", ""]
    payload = "\n".join([*lines, message.rstrip("\n") + "\n"]).encode()
    return payload + sign(key, payload, GIT).encode("ascii")


def parse_commit(data: bytes) -> CommitObject:
    """Take a commit apart; raises TrustError object.malformed."""
    head, separator, body = data.partition(b"\n\n")
    headers = header_lines(head)
    names = [name for name, _ in headers]
    first = dict(reversed(headers))
    if (
        not separator
        or names[:1] != ["tree"]
        or any(names.count(name) != 1 for name in ("tree", "author", "committer"))
    ):
        raise malformed("commit")
    author, committer = STAMP.fullmatch(first["author"]), STAMP.fullmatch(first["committer"])
    if not author or not committer or names.count("gpgsig") > 1:
        raise malformed("commit")
    return CommitObject(
        tree=first["tree"],
        parents=tuple(value for name, value in headers if name == "parent"),
        author=person_of(author),
        committer=person_of(committer),
        committed_at=datetime.fromtimestamp(int(committer[3]), UTC),
        message=body.decode("utf-8", "replace"),
        signature=first.get("gpgsig", ""),
        payload=without_signature(head) + b"\n\n" + body,
    )


def person_of(stamp: re.Match[str]) -> Identity:
    """Give the identity of a header that was read; characters that could mislead are replaced."""
    name, email = (re.sub(r"[<>\x00-\x1f\x7f]", "?", text)[:100] or "?" for text in (stamp[1], stamp[2]))
    return Identity(name, email)


def header_lines(head: bytes) -> list[tuple[str, str]]:
    """Split the header of a commit; a line that starts with a blank continues the one above."""
    joined = head.decode("utf-8", "replace").replace("\n ", "\0")
    pairs = (line.partition(" ") for line in joined.split("\n"))
    return [(name, value.replace("\0", "\n")) for name, _, value in pairs]


def without_signature(head: bytes) -> bytes:
    """Give the header of a commit without its signature."""
    return re.sub(rb"\ngpgsig [^\n]*(\n [^\n]*)*", b"", head)


def parse_tag(data: bytes) -> TagObject:
    """Take an annotated tag apart; raises TrustError object.malformed."""
    head, separator, _ = data.partition(b"\n\n")
    headers = header_lines(head)
    if not separator or [name for name, _ in headers] != ["object", "type", "tag", "tagger"]:
        raise malformed("tag")
    start = data.find(b"\n" + BEGIN.encode("ascii")) + 1
    payload, signature = (data[:start], data[start:]) if start else (data, b"")
    values = dict(headers)
    return TagObject(
        target=values["object"],
        target_kind=values["type"],
        name=values["tag"],
        message=payload[len(head) + 2 :].decode("utf-8", "replace"),
        signature=signature.decode("ascii", "replace"),
        payload=payload,
    )


def malformed(kind: str) -> TrustError:
    """Say that an object is not what git writes."""
    return TrustError("object.malformed", f"the {kind} object is not one that git writes; fetch it again or report it")
