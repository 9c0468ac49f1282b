"""`/healthz` and `/readyz`: whether the process lives, and whether it can do its work, with what is wrong."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from runwright.errors import RunwrightError
from runwright.service.access import parts_of
from runwright.service.ports import Parts

routes = APIRouter(tags=["operations"])


@routes.get("/healthz")
async def healthz() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@routes.get("/readyz")
async def readyz(request: Request) -> JSONResponse:
    """Database, repository and worker; 503 and the reason where one is not ready.

    A hosting service that is away, or refuses what is asked of it, is told of and turns nobody away: what agents send
    is kept all the same.
    """
    parts = parts_of(request)
    checks = await run_in_threadpool(checks_of, parts)
    if any(said != "ok" for said in checks.values()):
        return JSONResponse({"status": "not ready", "checks": checks}, status_code=503)
    away = away_of(parts)
    told = {"hosting": away or "ok"} if parts.hosting is not None else {}
    return JSONResponse({"status": "ready" if away is None else "degraded", "checks": {**checks, **told}})


def away_of(parts: Parts) -> str | None:
    """What keeps the hosting service from doing its part; None where nothing does, or there is none."""
    if parts.hosting is None:
        return None
    return parts.hosting.hints.trouble() or parts.worker.status().trouble


def checks_of(parts: Parts) -> dict[str, str]:
    """Each thing that is needed, and `ok` or what is wrong with it."""
    return {
        "database": _said(parts.database.ping),
        "repository": _said(lambda: _look_at_base(parts)),
        "worker": "ok" if parts.worker.status().alive else "the worker is not running; restart the service",
    }


def _look_at_base(parts: Parts) -> str | None:
    commit = parts.repository.resolve(parts.base_ref)
    return None if commit is not None else f"{parts.base_ref} does not exist; push the first commit"


def _said(check: Callable[[], str | None]) -> str:
    try:
        return check() or "ok"
    except RunwrightError as error:
        return str(error)
