"""`GET /api/agent/commands`: tells an agent that is behind to pull now (SOURCES A.3).

A command carries nothing that an agent would activate: it pulls the release and verifies it. Our own agent does not
ask: it looks for a newer release each minute by itself, and hears what is wanted of it in the answer to its report.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from runwright.service.access import admitted, own_site, parts_of
from runwright.service.ports import Parts
from runwright.service.rules import rule_data, rules_for

routes = APIRouter(prefix="/api/agent", tags=["agents"])


@routes.get("/commands")
async def commands(
    request: Request, site_id: str | None = None, appliance_id: str | None = None, seq: int | None = None
) -> JSONResponse:
    """The commands for a site's agents; none while they have the latest release."""
    access = await admitted(request, "agent")
    site = own_site(access, site_id if site_id is not None else access.site_id, "$.query.site_id")
    told = await run_in_threadpool(_commands, parts_of(request), site, appliance_id, seq)
    return JSONResponse({"commands": told})


def _commands(parts: Parts, site_id: str, appliance_id: str | None, seq: int | None) -> list[dict[str, Any]]:
    release = parts.releases.latest()
    if release is None or _active(parts, site_id, appliance_id, seq) >= release.seq:
        return []
    return [_command(rule_data(rule)) for rule in rules_for(site_id, release)]


def _active(parts: Parts, site_id: str, appliance_id: str | None, seq: int | None) -> int:
    """The lowest sequence number among the agents asked about; 0 where none was reported."""
    if seq is not None:
        return seq
    reports = parts.agents.reports(site_id)
    known = [item.seq or 0 for item in reports if appliance_id in (None, item.appliance_id)]
    return min(known, default=0)


def _command(rule: dict[str, Any]) -> dict[str, Any]:
    params = {key: value for key, value in rule.items() if key != "pattern_signature"}
    return {"command_type": "sync_promoted_rule", "params": params}
