"""`POST /api/agent/executions`: kept durably before it is acknowledged, worked on later (SOURCES A.2)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from runwright.model.intake import Access, Kept
from runwright.redact.redact import Marks
from runwright.service.access import admitted, parts_of
from runwright.service.body import read_body, read_object
from runwright.service.intake import Intake, read_intake

log = logging.getLogger("runwright.service")
routes = APIRouter(prefix="/api/agent", tags=["agents"])
SMALL = 8_192
"""Bytes of a body that is read on the spot: a few milliseconds' work at most."""
_READERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="read")
"""Large bodies are read two at a time: it is computing, and more threads would only wait for each other."""
_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["site_id"],
                "properties": {
                    "site_id": {"type": "string"},
                    "execution": {"type": "object"},
                    "executions": {"type": "array", "items": {"type": "object"}},
                },
            }
        }
    },
}


@routes.post("/executions", status_code=202, openapi_extra={"requestBody": _BODY})
async def receive(request: Request) -> JSONResponse:
    """Take one Execution, or several; the same one again changes nothing."""
    parts = parts_of(request)
    access = await admitted(request, "agent")
    body = await read_body(request)
    # A small body is read sooner than a thread is found for it; a large one must not hold up the others.
    small = len(body) <= SMALL
    marks = parts.marks(access.site_id)
    intake = _read(access, body, marks) if small else await _in_turn(partial(_read, access, body, marks))
    now = parts.clock()
    if intake.misfits:
        await run_in_threadpool(parts.inbox.put_aside, intake.misfits, now)
    kept = await parts.inbox.keep(intake.incoming, now) if intake.incoming else ()
    if _more_to_do(intake, kept):
        parts.worker.wake()
    return _answer(intake, kept)


async def _in_turn(read: Callable[[], Intake]) -> Intake:
    return await asyncio.get_running_loop().run_in_executor(_READERS, read)


def _read(access: Access, body: bytes, marks: Marks) -> Intake:
    return read_intake(access, read_object(body), body, marks)


def _more_to_do(intake: Intake, kept: tuple[Kept, ...]) -> bool:
    """Whether something new has yet to be looked at."""
    both = zip(intake.incoming, kept, strict=True)
    return any(how == "accepted" and item.finished is None for item, how in both)


def _answer(intake: Intake, kept: tuple[Kept, ...]) -> JSONResponse:
    counts: dict[str, Any] = {"accepted": kept.count("accepted"), "duplicates": kept.count("duplicate")}
    if intake.misfits:
        counts["quarantined"] = len(intake.misfits)
    conflicts = [item.execution_id for item, how in zip(intake.incoming, kept, strict=True) if how == "conflict"]
    if not conflicts:
        return JSONResponse(counts, status_code=202)
    log.warning("conflict site=%s execution=%s", intake.incoming[0].site_id, conflicts[0])
    error = f"{conflicts[0]} was sent before with another body; the first one is kept"
    return JSONResponse({"error": error, "conflicts": conflicts, **counts}, status_code=409)
