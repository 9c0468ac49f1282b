"""What an agent posts, read: each Execution erased of secrets, then parsed, then ready to be kept. Pure.

Storing is the inbox's part; an Execution of an unknown major version becomes a misfit, not an error.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runwright.errors import ContentError
from runwright.model.bounds import excess
from runwright.model.execution import Erased, Execution
from runwright.model.intake import Access, Finished, Incoming, Misfit
from runwright.model.telemetry import UnknownSchema, execution_text, read_again
from runwright.redact.redact import PLAIN, Marks, redact_data
from runwright.redact.sight import clean_at_sight
from runwright.service.access import own_site
from runwright.service.answers import Unfit

MAX_EXECUTIONS = 1000
MAX_BYTES = 1_048_576
"""Bytes of one Execution as JSON; work on it takes longer the larger it is, and all sites share one worker."""
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")


@dataclass(frozen=True, slots=True)
class _Clean:
    """One of a post: where it stood, as it came, and without what had to go."""

    at: str
    raw: Any
    clean: Any
    erased: tuple[Erased, ...]


@dataclass(frozen=True, slots=True)
class Intake:
    """One post, read."""

    incoming: tuple[Incoming, ...]
    misfits: tuple[Misfit, ...]


def read_intake(access: Access, data: dict[str, Any], body: bytes | None = None, marks: Marks = PLAIN) -> Intake:
    """Read `{site_id, execution}` or `{site_id, executions: []}`; `body` is the text that it was read from.

    `marks` name what goes.

    Raises ContentError with the JSON path; an Execution that is too large raises `Unfit` with 413.
    """
    site_id = own_site(access, data.get("site_id"))
    posted = list(_posted(data))
    if body is None or len(body) > MAX_BYTES:  # no part of a small post is large
        for at, raw in posted:
            _check_size(raw, at)
    quiet = body is not None and clean_at_sight(body)
    clean = [_Clean(at, raw, raw, ()) if quiet else _Clean(at, raw, *redact_data(raw, marks)) for at, raw in posted]
    read = [_read(access, site_id, post) for post in clean]
    return Intake(
        tuple(item for item in read if isinstance(item, Incoming)),
        tuple(item for item in read if isinstance(item, Misfit)),
    )


def _posted(data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    if ("execution" in data) == ("executions" in data):
        raise ContentError("$: expected either `execution` or `executions`")
    if "execution" in data:
        yield "$.execution", data["execution"]
        return
    many = data["executions"]
    if not isinstance(many, list) or not 1 <= len(many) <= MAX_EXECUTIONS:
        raise ContentError(f"$.executions: expected a list of 1 to {MAX_EXECUTIONS} Executions")
    yield from ((f"$.executions[{index}]", raw) for index, raw in enumerate(many))


def _read(access: Access, site_id: str, post: _Clean) -> Incoming | Misfit:
    raw, clean, at = post.raw, post.clean, post.at
    if not isinstance(raw, dict):
        raise ContentError(f"{at}: expected an Execution as a JSON object")
    if raw.get("site_id") is not None:
        own_site(access, raw["site_id"], f"{at}.site_id")
    canonical = _canonical(clean)
    digest = hashlib.sha256(canonical).hexdigest()
    try:
        name = _execution_id(clean)
        execution = _execution(canonical, post.erased, site_id)
        return Incoming(site_id, name, digest, execution_text(execution), end_at_once(execution))
    except UnknownSchema as error:
        return Misfit(site_id, digest, error.message[:300], clean)
    except Unfit as error:
        raise Unfit(error.status, at + error.message.removeprefix("$")) from error
    except ContentError as error:
        raise ContentError(at + error.message.removeprefix("$")) from error


def _check_size(raw: Any, at: str) -> None:
    size = len(json.dumps(raw, separators=(",", ":"), ensure_ascii=False).encode())
    if size > MAX_BYTES:
        raise Unfit(413, f"{at}: expected at most {MAX_BYTES} bytes for one Execution, not {size}")


def _check_counts(execution: Execution) -> None:
    too_much = excess(execution)
    if too_much is not None:
        raise Unfit(413, too_much)


def _execution_id(clean: dict[str, Any]) -> str:
    found = clean.get("execution_id")
    if "execution_id" in clean and not (isinstance(found, str) and _ID.fullmatch(found)):
        raise ContentError(
            "$.execution_id: expected 1 to 128 letters, digits or . _ : - that begin with none of those signs"
        )
    return str(found)


def end_at_once(execution: Execution) -> Finished | None:
    """The end of what is no failure; None where there is something to think about."""
    if execution.success and execution.verification_passed is not False:
        return Finished("succeeded", "the run succeeded")
    if execution.status == "dry_run":
        return Finished("not_improvable", "a dry run: nothing was tried")
    return None


def _execution(canonical: bytes, erased: tuple[Erased, ...], site_id: str) -> Execution:
    execution = read_again(canonical)
    _check_counts(execution)
    if not 1 <= len(execution.runbook_id) <= 128:
        raise ContentError("$.runbook_id: expected 1 to 128 characters")
    known = {(item.pointer, item.kind): item for item in (*execution.erased, *erased)}
    return execution.model_copy(update={"site_id": site_id, "erased": tuple(known.values())})


def _canonical(clean: Any) -> bytes:
    return _ENCODER.encode(clean).encode()
