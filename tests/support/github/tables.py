"""All routes that this server answers itself, in the order in which they are tried."""

from __future__ import annotations

from tests.support.github import (
    checks,
    contents,
    device,
    gitdata,
    history,
    installed,
    issues,
    merging,
    protection,
    pulls,
    releases,
    reviews,
    settings,
    workflow_runs,
)
from tests.support.github.routes import Route

ROUTES: tuple[Route, ...] = (
    *merging.ROUTES,
    *pulls.ROUTES,
    *reviews.ROUTES,
    *issues.ROUTES,
    *gitdata.ROUTES,
    *history.ROUTES,
    *contents.ROUTES,
    *releases.ROUTES,
    *workflow_runs.ROUTES,
    *checks.ROUTES,
    *protection.ROUTES,
    *settings.ROUTES,
    *installed.ROUTES,
    *device.ROUTES,
)
