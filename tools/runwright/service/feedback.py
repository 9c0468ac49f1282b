"""`/api/review/analyses` and `/api/review/feedback/{id}`: what was thought of each run, and what people say of it.

Every opinion is kept with who gave it and when; none is overwritten.
"""

from __future__ import annotations

import logging
from typing import Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from runwright.model.fields import FailureType
from runwright.model.intake import Access
from runwright.service.access import admitted, parts_of
from runwright.service.analyses import analysis_data, kept_opinion, opinion_data
from runwright.service.body import read_body, read_object
from runwright.service.ports import Parts

log = logging.getLogger("runwright.service")
routes = APIRouter(prefix="/api/review", tags=["reviewers"])
_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {
                    "reviewer": {"type": "string"},
                    "site_id": {"type": "string"},
                    "was_correct_runbook": {"type": ["boolean", "null"]},
                    "human_feedback": {"type": "string"},
                },
            }
        }
    },
}


@routes.get("/analyses")
async def analyses(
    request: Request,
    execution_id: str | None = Query(None, max_length=128),
    failure_type: FailureType | None = None,
    limit: int = Query(50, ge=1, le=500),
) -> JSONResponse:
    """What was thought of the newest runs, all or those of one execution or failure type."""
    await admitted(request, "reviewer")
    parts = parts_of(request)
    found = await run_in_threadpool(_analyses, parts, execution_id, failure_type, limit)
    return JSONResponse({"count": len(found), "analyses": found})


@routes.post("/feedback/{execution_id}", status_code=201, openapi_extra={"requestBody": _BODY})
async def feedback(request: Request, execution_id: str) -> JSONResponse:
    """Keep what a person says of a run: whether the runbook was the right one, and why."""
    access = await admitted(request, "reviewer")
    body = await read_body(request)
    return await run_in_threadpool(_feedback, parts_of(request), access, execution_id, body)


def _analyses(parts: Parts, execution_id: str | None, failure_type: str | None, limit: int) -> list[dict[str, Any]]:
    return [analysis_data(one) for one in parts.opinions.analyses(execution_id, failure_type, limit)]


def _feedback(parts: Parts, access: Access, execution_id: str, body: bytes) -> JSONResponse:
    by = f"token {access.id}"
    opinion = kept_opinion(parts.opinions, execution_id, read_object(body), by, parts.clock())
    log.info("feedback site=%s execution=%s by=%s", opinion.site_id, opinion.execution_id, by)
    return JSONResponse(opinion_data(opinion), status_code=201)
