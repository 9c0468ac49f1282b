"""`POST /api/agent/executions`: kept durably before it is acknowledged, worked on later (SOURCES A.2)."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from runwright.model.intake import Access, Kept
from runwright.service.access import admitted, parts_of
from runwright.service.body import read_body, read_object
from runwright.service.intake import Intake, read_intake
from runwright.service.ports import Parts

log = logging.getLogger("runwright.service")
routes = APIRouter(prefix="/api/agent", tags=["agents"])
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
    access = await admitted(request, "agent")
    body = await read_body(request)
    return await run_in_threadpool(_receive, parts_of(request), access, body)


def _receive(parts: Parts, access: Access, body: bytes) -> JSONResponse:
    intake = read_intake(access, read_object(body))
    now = parts.clock()
    if intake.misfits:
        parts.inbox.put_aside(intake.misfits, now)
    kept = parts.inbox.keep(intake.incoming, now) if intake.incoming else ()
    if "accepted" in kept:
        parts.worker.wake()
    return _answer(intake, kept)


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
