"""`POST /api/agent/status`: what an agent says about itself; a change of its release enters the audit.

The answer carries what is wanted of the agent in turn: facts to look at when a runbook fails again, as paths alone; and
the key of the marks that redaction leaves at this site, so that all its agents mark the same value alike.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from runwright.errors import ContentError
from runwright.model.intake import Access, AgentReport
from runwright.redact.redact import redact_data
from runwright.service.access import admitted, own_site, parts_of
from runwright.service.body import read_body, read_object
from runwright.service.ports import Parts

routes = APIRouter(prefix="/api/agent", tags=["agents"])
MAX_SEQ = 2_000_000_000


@routes.post("/status", openapi_extra={"requestBody": {"required": True, "content": {"application/json": {}}}})
async def report(request: Request) -> JSONResponse:
    """Take an agent's report on itself; the newest replaces the one before."""
    access = await admitted(request, "agent")
    body = await read_body(request)
    return await run_in_threadpool(_report, parts_of(request), access, body)


def _report(parts: Parts, access: Access, body: bytes) -> JSONResponse:
    data = read_object(body)
    site_id = own_site(access, data.get("site_id"))
    marks = parts.marks(site_id)
    clean, _ = redact_data(data, marks)
    now = parts.clock()
    parts.agents.report(AgentReport(site_id, appliance_of(clean), _seq(clean), clean), now)
    wanted = [request.model_dump(mode="json") for request in parts.probes.hand(site_id, now)]
    told: dict[str, Any] = {"received": True, "probe_requests": wanted}
    return JSONResponse({**told, "redaction_key": marks.key.hex()} if marks.key else told)


def appliance_of(data: dict[str, Any]) -> str:
    """The appliance that speaks; a site with a single one need not name it."""
    name = data.get("appliance_id", "")
    if not isinstance(name, str) or len(name) > 256:
        raise ContentError("$.appliance_id: expected text of at most 256 characters")
    return name


def _seq(data: dict[str, Any]) -> int | None:
    seq = data.get("seq")
    if seq is None:
        return None
    if isinstance(seq, bool) or not isinstance(seq, int) or not 1 <= seq <= MAX_SEQ:
        raise ContentError(f"$.seq: expected the sequence number of a release, 1 to {MAX_SEQ}, or null")
    return seq
