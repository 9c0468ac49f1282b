"""`/api/review/stats` and `/api/review/history`: how full the queue is, and what was decided (SOURCES A.6)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from runwright.model.proposal import PullRequest
from runwright.model.queue import WAITING, ReviewStatus, priority_of, status_of
from runwright.service.access import admitted, parts_of
from runwright.service.ports import Parts
from runwright.service.review import entry_of
from runwright.service.rules import moment_text

routes = APIRouter(prefix="/api/review", tags=["reviewers"])
STATUSES: tuple[ReviewStatus, ...] = ("pending_review", "in_review", "needs_changes", "approved", "rejected")


@routes.get("/stats")
async def stats(request: Request) -> JSONResponse:
    """How many proposals stand where."""
    await admitted(request, "reviewer")
    return JSONResponse({"queue_stats": await run_in_threadpool(_stats, parts_of(request))})


@routes.get("/history")
async def history(
    request: Request, status: ReviewStatus | None = None, limit: int = Query(50, ge=1, le=500)
) -> JSONResponse:
    """What people decided, the newest first."""
    await admitted(request, "reviewer")
    count, entries = await run_in_threadpool(_history, parts_of(request), status, limit)
    return JSONResponse({"count": count, "reviews": entries})


def _stats(parts: Parts) -> dict[str, int]:
    pulls = parts.pulls.pulls()
    found = Counter(status_of(pull) for pull in pulls)
    urgent = sum(status_of(pull) in WAITING and priority_of(pull) == "high" for pull in pulls)
    return {**{status: found[status] for status in STATUSES}, "high_priority_pending": urgent}


def _history(parts: Parts, status: ReviewStatus | None, limit: int) -> tuple[int, list[dict[str, Any]]]:
    """What is over, or was answered: open ones that nobody said anything about are no history."""
    pulls = [pull for pull in parts.pulls.pulls() if pull.state != "open" or pull.decisions]
    chosen = [pull for pull in pulls if status in (None, status_of(pull))]
    newest = sorted(chosen, key=lambda pull: (_moment(pull), pull.number), reverse=True)
    return len(chosen), [_entry(pull, parts) for pull in newest[:limit]]


def _moment(pull: PullRequest) -> datetime:
    return pull.ended_at or (pull.decisions[-1].at if pull.decisions else pull.updated_at)


def _entry(pull: PullRequest, parts: Parts) -> dict[str, Any]:
    return {
        **entry_of(pull, parts.repository),
        "ended_at": moment_text(pull.ended_at) if pull.ended_at else None,
        "closed_as": pull.closed_as,
        "closed_reason": pull.closed_reason or None,
        "merge_commit": pull.merge_commit or None,
    }
