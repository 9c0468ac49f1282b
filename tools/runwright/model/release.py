"""A release: the signed statement of which tag a channel is at. Whether to believe it is `release.verify`'s part."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from runwright.model.fields import Moment, RunbookId
from runwright.model.frozen import Authored

SCHEMA: Literal["runwright.channel/1"] = "runwright.channel/1"

Oid = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$"), Field(description="A Git object id.")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(description="SHA-256 in hexadecimal.")]
KeyId = Annotated[
    str, StringConstraints(pattern=r"^SHA256:[A-Za-z0-9+/]{43}$"), Field(description="Fingerprint of a key.")
]
Channel = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$"), Field(examples=["canary", "stable"])]
Sequence = Annotated[int, Field(ge=1, le=2_000_000_000)]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,5}\.[0-9]{1,5}\.[0-9]{1,5}$"), Field(examples=["0.1.0"])]


class Hold(Authored):
    """A runbook version that agents stop using at once."""

    runbook_id: RunbookId
    version: int = Field(ge=1)
    reason: str = Field(min_length=1, max_length=500)


class ChannelDocument(Authored):
    """Which release a channel is at, until when that may be believed, and who stands for it."""

    schema_: Literal["runwright.channel/1"] = Field(SCHEMA, alias="schema")
    channel: Channel
    seq: Sequence
    """Grows with every release; the tag is `rules-v<seq>`."""
    tag: str
    tag_oid: Oid
    commit: Oid
    tree: Oid
    content: Digest
    """SHA-256 over lines of digest, two spaces and path, for every file of runbooks/ and rules/, sorted by path."""
    issued: Moment
    expires: Moment
    min_agent: Version
    key_ids: tuple[KeyId, ...] = Field(min_length=1, max_length=8)
    """The keys that signed this document."""
    holds: tuple[Hold, ...] = ()
    merged_by: str = Field(min_length=1, max_length=1000)
    """Who approved what came in since the release before, by name."""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> ChannelDocument:
        if self.tag != tag_name(self.seq):
            raise ValueError(f"the tag of release {self.seq} is {tag_name(self.seq)}, not {self.tag[:80]!r}")
        if self.expires <= self.issued:
            raise ValueError("a document expires after it is issued")
        return self


def tag_name(seq: int) -> str:
    """Name the tag of a release."""
    return f"rules-v{seq}"
