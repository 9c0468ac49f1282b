"""The channel document as bytes: one form only, so that what is signed has one reading."""

from __future__ import annotations

import json

from pydantic import ValidationError

from runwright.errors import TrustError
from runwright.model.release import ChannelDocument
from runwright.release.signers import CHANNEL
from runwright.release.sshkeys import SigningKey
from runwright.release.sshsig import END, sign

LARGEST = 64 * 1024
"""Bytes that a document, or its signatures, may have."""


def encode(document: ChannelDocument) -> bytes:
    """Write a document: JSON, sorted, indented, ASCII, ended by a newline."""
    data = document.model_dump(mode="json", by_alias=True)
    return (json.dumps(data, sort_keys=True, indent=2) + "\n").encode("ascii")


def parse(data: bytes) -> ChannelDocument:
    """Read a document; raises TrustError document.malformed for anything that `encode` would not have written."""
    if len(data) > LARGEST:
        raise TrustError("document.malformed", f"the channel document is longer than {LARGEST} bytes")
    try:
        document = ChannelDocument.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise TrustError(
            "document.malformed", f"the channel document is wrong at {place or 'its top'}: {first['msg']}"
        ) from error
    if encode(document) != data:
        raise TrustError("document.malformed", "the channel document is not written in its one form")
    return document


def sign_document(data: bytes, keys: tuple[SigningKey, ...]) -> bytes:
    """Sign a document with each key; the signatures follow each other."""
    return "".join(sign(key, data, CHANNEL) for key in keys).encode("ascii")


def split_signatures(data: bytes) -> tuple[str, ...]:
    """Take a file of signatures apart; raises TrustError signature.malformed when it is too long or holds none."""
    if len(data) > LARGEST:
        raise TrustError("signature.malformed", f"the signatures are longer than {LARGEST} bytes")
    pieces = data.decode("ascii", "replace").split(END)
    signatures = tuple(f"{piece.strip()}\n{END}\n" for piece in pieces[:-1])
    if not signatures or pieces[-1].strip():
        raise TrustError("signature.malformed", "the channel document has no signature, or a cut one")
    return signatures
