"""`GET /api/review/pending`: the open pull requests as a queue, by priority, then age (SOURCES A.6)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from runwright.model.fields import Priority
from runwright.model.proposal import PullRequest
from runwright.model.queue import WAITING, in_order, priority_of, status_of
from runwright.service.access import admitted, parts_of
from runwright.service.ports import Parts, Repository
from runwright.service.rules import moment_text
from runwright.service.versions import proposed_version

routes = APIRouter(prefix="/api/review", tags=["reviewers"])


@routes.get("/pending")
async def pending(
    request: Request, priority: Priority | None = None, limit: int = Query(50, ge=1, le=500)
) -> JSONResponse:
    """What waits for a person's decision."""
    await admitted(request, "reviewer")
    entries = await run_in_threadpool(_pending, parts_of(request), priority)
    return JSONResponse({"count": len(entries), "pending_reviews": entries[:limit]})


def _pending(parts: Parts, priority: Priority | None) -> list[dict[str, Any]]:
    waiting = [pull for pull in parts.pulls.open_pulls() if status_of(pull) in WAITING]
    chosen = [pull for pull in waiting if priority in (None, priority_of(pull))]
    return [entry_of(pull, parts.repository) for pull in in_order(chosen)]


def entry_of(pull: PullRequest, repository: Repository) -> dict[str, Any]:
    """One entry of the queue."""
    last = pull.decisions[-1] if pull.decisions else None
    return {
        "runbook_id": proposed_version(pull, repository),
        "status": status_of(pull),
        "priority": priority_of(pull),
        "reason": pull.title,
        "failure_execution_id": pull.evidence[0] if pull.evidence else None,
        "created_at": moment_text(pull.opened_at),
        "reviewed_by": last.by if last else None,
        "reviewed_at": moment_text(last.at) if last else None,
        "approval_notes": last.notes if last else None,
        "test_results": test_results(pull),
        "pull_request": pull.number,
    }


def test_results(pull: PullRequest) -> list[dict[str, Any]]:
    """What the checks said about exactly what is proposed now; passed is null while one is under way."""
    passed = {"success": True, "failure": False, "pending": None}
    return [
        {"test_name": check.name, "passed": passed[check.conclusion], "details": {"summary": check.summary}}
        for check in pull.checks
        if check.head_sha == pull.head_sha
    ]
