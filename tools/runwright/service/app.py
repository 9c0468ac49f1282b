"""The web application: which routes there are, and that the worker lives as long as they do."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from runwright import __version__
from runwright.service import (
    answers,
    commands,
    docs,
    executions,
    feedback,
    health,
    metrics,
    patterns,
    review,
    review_decisions,
    review_looks,
    review_past,
    rules,
    status,
    webhooks,
)
from runwright.service.ports import Parts
from runwright.service.recent import RecentAccesses
from runwright.service.shown import ShownHeads

log = logging.getLogger("runwright.service")
STOP_SECONDS = 5.0
"""Seconds that the worker has to end the step under way; what it leaves is done after the next start."""
REVIEWING = (review, review_looks, review_past, review_decisions, feedback)
ROUTES = (executions, patterns, status, rules, commands, *REVIEWING, webhooks, health, metrics, docs)


def build_app(parts: Parts) -> FastAPI:
    """Make the application from its parts."""
    app = FastAPI(
        title="Runwright",
        version=__version__,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.parts = parts
    app.state.recent = RecentAccesses(parts.accesses)
    app.state.shown = ShownHeads()
    answers.install(app)
    for module in ROUTES:
        app.include_router(module.routes)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    parts: Parts = app.state.parts
    parts.worker.start()
    yield
    if not await run_in_threadpool(parts.worker.stop, STOP_SECONDS):
        log.warning("the worker did not end within %g s; its step is done again after the next start", STOP_SECONDS)
