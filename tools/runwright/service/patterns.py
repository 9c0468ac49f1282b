"""`POST /api/agent/sync/pattern-stats`: the newest snapshot of each appliance is kept (SOURCES A.2)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import Field, StringConstraints, ValidationError
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool

from runwright.errors import ContentError
from runwright.model.fields import Moment
from runwright.model.frozen import Telemetry
from runwright.model.intake import Access
from runwright.model.pattern_stats import PatternStats
from runwright.model.telemetry import first_error
from runwright.redact.redact import redact_data
from runwright.service.access import admitted, own_site, parts_of
from runwright.service.body import read_body, read_object
from runwright.service.ports import Parts

routes = APIRouter(prefix="/api/agent", tags=["agents"])
MAX_COUNT = 2**53
"""Above it JSON's numbers are no longer exact everywhere."""
Named = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class PatternSync(Telemetry):
    """All patterns of one appliance at one moment."""

    site_id: str
    appliance_id: Named
    synced_at: Moment
    pattern_stats: Annotated[tuple[PatternStats, ...], Field(max_length=100_000)]


@routes.post(
    "/sync/pattern-stats", openapi_extra={"requestBody": {"required": True, "content": {"application/json": {}}}}
)
async def sync(request: Request) -> JSONResponse:
    """Take an appliance's pattern statistics; the same or an older snapshot changes nothing."""
    access = await admitted(request, "agent")
    body = await read_body(request)
    return await run_in_threadpool(_sync, parts_of(request), access, body)


def _sync(parts: Parts, access: Access, body: bytes) -> JSONResponse:
    data = read_object(body)
    site_id = own_site(access, data.get("site_id"))
    read = _read(data)
    stats = tuple(read.pattern_stats)
    applied = parts.agents.sync(site_id, read.appliance_id, read.synced_at, stats, parts.clock())
    return JSONResponse({"synced": len(stats) if applied else 0, "superseded": not applied})


def _read(data: dict[str, Any]) -> PatternSync:
    clean, _ = redact_data(data)
    try:
        read = PatternSync.model_validate_json(to_json(clean))
    except ValidationError as error:
        raise ContentError(first_error(error)) from error
    seen: set[str] = set()
    for index, item in enumerate(read.pattern_stats):
        _check(item, f"$.pattern_stats[{index}]", seen)
    return read


def _check(item: PatternStats, at: str, seen: set[str]) -> None:
    if not 1 <= len(item.pattern_signature) <= 256 or item.pattern_signature in seen:
        raise ContentError(f"{at}.pattern_signature: expected 1 to 256 characters, each signature once")
    seen.add(item.pattern_signature)
    counts = (item.total_occurrences, item.l1_resolutions, item.l2_resolutions, item.l3_resolutions, item.success_count)
    if max(counts) > MAX_COUNT:
        raise ContentError(f"{at}: expected counts up to {MAX_COUNT}")
    if item.success_count > item.total_occurrences:
        raise ContentError(f"{at}.success_count: expected at most total_occurrences")
