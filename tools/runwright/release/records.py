"""Signed records of pull requests: to bytes and back, with the writer derived from the signature."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import ValidationError

from runwright.errors import TrustError
from runwright.model.proposal import (
    CheckRun,
    CloseReason,
    Comment,
    Decision,
    MergeRecord,
    PullRecord,
    PullRequest,
    Record,
    Withdrawal,
)
from runwright.release.objects import object_id
from runwright.release.signers import CHECK, DECISION, PROPOSAL, AllowedSigners
from runwright.release.sshkeys import SigningKey
from runwright.release.sshsig import sign, verify

R = TypeVar("R", bound=Record)
DERIVED = {"by", "key_id", "oid"}
LATER = frozenset({"close_as"})
"""Fields that older records do not have: unsaid, they are not written, so that those still read byte for byte."""
OPENERS = (PROPOSAL, DECISION)
COMMENTERS = (PROPOSAL, DECISION)


@dataclass(frozen=True)
class Reader:
    """By whose keys, and as of when, records are read; without a moment each counts at its own time."""

    signers: AllowedSigners
    moment: datetime | None = None


def encode(record: Record) -> bytes:
    """Write a record as JSON: sorted, indented, without what is derived."""
    said = record.model_dump(mode="json", by_alias=True, exclude=DERIVED)
    data = {name: value for name, value in said.items() if value is not None or name not in LATER}
    return (json.dumps(data, sort_keys=True, indent=2) + "\n").encode("ascii")


def signed_files(path: str, record: Record, key: SigningKey, namespace: str) -> dict[str, bytes]:
    """Give the two files of a record: the JSON and its signature."""
    data = encode(record)
    return {path: data, f"{path}.sig": sign(key, data, namespace).encode("ascii")}


def decode(kind: type[R], data: bytes, signature: bytes, namespaces: tuple[str, ...], reader: Reader) -> R:
    """Read a record and derive its writer; raises TrustError record.malformed.

    A signature that does not fit leaves `by` and `key_id` empty; a key that may not say this leaves `by` empty.
    """
    try:
        record = kind.model_validate_json(data)
    except ValidationError as error:
        raise TrustError(
            "record.malformed", f"a {kind.__name__} record cannot be read: {error.errors()[0]['msg']}"
        ) from error
    if encode(record) != data:
        raise TrustError("record.malformed", f"a {kind.__name__} record is not in the form that Runwright writes")
    by, key_id = writer_of(data, signature, namespaces, Reader(reader.signers, reader.moment or moment_of(record)))
    derived: dict[str, object] = {"by": by, "key_id": key_id}
    if isinstance(record, Decision):
        derived["oid"] = object_id("blob", data)
    return record.model_copy(update=derived)


def moment_of(record: Record) -> datetime:
    """Give the time that a record states for itself."""
    moment = getattr(record, "at", None) or getattr(record, "updated_at", None)
    if not isinstance(moment, datetime):
        raise RuntimeError(f"{type(record).__name__} has no time")
    return moment


def writer_of(data: bytes, signature: bytes, namespaces: tuple[str, ...], reader: Reader) -> tuple[str, str]:
    """Give the principal and the key that signed; empty strings for what cannot be trusted."""
    assert reader.moment is not None
    key_id = ""
    for namespace in namespaces:
        try:
            key = verify(data, signature.decode("ascii", "replace"), namespace)
            key_id = key.key_id
            return reader.signers.identify(key, namespace, reader.moment), key_id
        except TrustError:
            continue
    return "", key_id


def numbers(files: Mapping[str, bytes]) -> tuple[int, ...]:
    """List the numbers of all pull requests, in order."""
    heads = (path.split("/") for path in files)
    return tuple(
        sorted(int(head[0]) for head in heads if len(head) == 2 and head[1] == "pull.json" and head[0].isdecimal())
    )


def read_pull(files: Mapping[str, bytes], number: int, reader: Reader) -> PullRequest:
    """Put a pull request together from its records; raises TrustError record.missing or record.malformed."""
    path = f"{number}/pull.json"
    if path not in files:
        raise TrustError("record.missing", f"there is no pull request #{number}")
    record = read(PullRecord, files, path, OPENERS, reader)
    if record.number != number:
        raise TrustError("record.malformed", f"{path} is the record of pull request #{record.number}")
    pull = PullRequest.model_validate(
        {**record.model_dump(by_alias=True)}
        | {
            "comments": read_all(Comment, files, f"{number}/comments/", COMMENTERS, reader),
            "checks": read_all(CheckRun, files, f"{number}/checks/", (CHECK,), reader),
            "decisions": read_all(Decision, files, f"{number}/decisions/", (DECISION,), reader),
        }
    )
    return with_state(pull, files, reader)


def read(kind: type[R], files: Mapping[str, bytes], path: str, namespaces: tuple[str, ...], reader: Reader) -> R:
    """Read the record at a path."""
    return decode(kind, files[path], files.get(f"{path}.sig", b""), namespaces, reader)


def read_all(
    kind: type[R], files: Mapping[str, bytes], folder: str, namespaces: tuple[str, ...], reader: Reader
) -> tuple[R, ...]:
    """Read the records in a folder, in order; one that belongs to another pull request is refused."""
    paths = sorted(path for path in files if path.startswith(folder) and path.endswith(".json"))
    records = tuple(read(kind, files, path, namespaces, reader) for path in paths)
    for record in records:
        if f"{getattr(record, 'number', 0)}/" != folder[: folder.index("/") + 1]:
            raise TrustError("record.malformed", f"a record in {folder} belongs to another pull request")
    return records


def with_state(pull: PullRequest, files: Mapping[str, bytes], reader: Reader) -> PullRequest:
    """Derive whether a pull request is open; only what an allowed key signed can close it."""
    path = f"{pull.number}/merge.json"
    if path in files:
        merge = read(MergeRecord, files, path, (DECISION,), reader)
        if merge.by and merge.number == pull.number:
            return pull.model_copy(update={"state": "merged", "merge_commit": merge.commit, "ended_at": merge.at})
    rejected = [decision for decision in pull.decisions if decision.verdict == "reject" and decision.by]
    if rejected:
        last = rejected[-1]
        return closed(pull, last.close_as or "rejected", last.notes, last)
    return withdrawn(pull, files, reader)


def withdrawn(pull: PullRequest, files: Mapping[str, bytes], reader: Reader) -> PullRequest:
    """Derive whether the opener took a pull request back."""
    path = f"{pull.number}/withdrawn.json"
    if path not in files:
        return pull
    record = read(Withdrawal, files, path, OPENERS, reader)
    if not record.by or record.by != pull.by or record.number != pull.number:
        return pull
    return closed(pull, record.reason, record.note, record)


def closed(pull: PullRequest, reason: CloseReason, note: str, record: Decision | Withdrawal) -> PullRequest:
    """Give a pull request as it is once somebody has closed it."""
    told = {"closed_as": reason, "closed_reason": note, "closed_by": record.by, "ended_at": record.at}
    return pull.model_copy(update={"state": "closed", **told})
