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
from runwright.model.intake import Access, Incoming, Misfit
from runwright.model.telemetry import UnknownSchema, execution_data, parse_execution
from runwright.redact.redact import redact_data
from runwright.service.access import own_site
from runwright.service.answers import Unfit

MAX_EXECUTIONS = 1000
MAX_BYTES = 1_048_576
"""Bytes of one Execution as JSON; work on it takes longer the larger it is, and all sites share one worker."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")


@dataclass(frozen=True, slots=True)
class Intake:
    """One post, read."""

    incoming: tuple[Incoming, ...]
    misfits: tuple[Misfit, ...]


def read_intake(access: Access, data: dict[str, Any]) -> Intake:
    """Read `{site_id, execution}` or `{site_id, executions: []}`; raises ContentError with the JSON path.

    An Execution that is too large raises `Unfit` with 413.
    """
    site_id = own_site(access, data.get("site_id"))
    read = [_read(access, site_id, raw, at) for at, raw in _posted(data)]
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


def _read(access: Access, site_id: str, raw: Any, at: str) -> Incoming | Misfit:
    if not isinstance(raw, dict):
        raise ContentError(f"{at}: expected an Execution as a JSON object")
    if raw.get("site_id") is not None:
        own_site(access, raw["site_id"], f"{at}.site_id")
    _check_size(raw, at)
    clean, erased = redact_data(raw)
    digest = _digest(clean)
    try:
        return Incoming(site_id, _execution_id(clean), digest, _body(clean, erased, site_id))
    except UnknownSchema as error:
        return Misfit(site_id, digest, error.message[:300], clean)
    except Unfit as error:
        raise Unfit(error.status, at + error.message.removeprefix("$")) from error
    except ContentError as error:
        raise ContentError(at + error.message.removeprefix("$")) from error


def _check_size(raw: dict[str, Any], at: str) -> None:
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


def _body(clean: dict[str, Any], erased: tuple[Erased, ...], site_id: str) -> dict[str, Any]:
    execution = parse_execution(clean)
    _check_counts(execution)
    if not 1 <= len(execution.runbook_id) <= 128:
        raise ContentError("$.runbook_id: expected 1 to 128 characters")
    known = {(item.pointer, item.kind): item for item in (*execution.erased, *erased)}
    return execution_data(execution.model_copy(update={"site_id": site_id, "erased": tuple(known.values())}))


def _digest(clean: Any) -> str:
    text = json.dumps(clean, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
