"""`GET /api/agent/sync/promoted-rules`: a view of the latest release, never a way in (SOURCES A.3).

An agent activates what a verified release holds and nothing else; this tells people and older agents what that is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from runwright.errors import ContentError
from runwright.model.intake import PromotedRule, ReleaseView
from runwright.service.access import admitted, own_site, parts_of
from runwright.service.ports import Parts

routes = APIRouter(prefix="/api/agent", tags=["agents"])


@routes.get("/sync/promoted-rules")
async def promoted_rules(request: Request, site_id: str | None = None, since: str | None = None) -> JSONResponse:
    """The promoted rules of the latest release that apply to the site, those since a moment."""
    access = await admitted(request, "agent")
    site = own_site(access, site_id, "$.query.site_id")
    moment = stated_moment(since) if since is not None else None
    return await run_in_threadpool(_promoted_rules, parts_of(request), site, moment)


def _promoted_rules(parts: Parts, site_id: str, since: datetime | None) -> JSONResponse:
    rules = rules_for(site_id, parts.releases.latest())
    return JSONResponse({"rules": [rule_data(rule) for rule in rules if since is None or rule.promoted_at >= since]})


def rules_for(site_id: str, release: ReleaseView | None) -> tuple[PromotedRule, ...]:
    """The rules of a release that apply to a site; one for partners alone applies where its site is named."""
    if release is None:
        return ()
    return tuple(rule for rule in release.rules if site_id in rule.sites or not (rule.sites or rule.partners))


def rule_data(rule: PromotedRule) -> dict[str, Any]:
    """A rule as agents are told it."""
    return {
        "rule_id": rule.rule_id,
        "pattern_signature": rule.pattern_signature,
        "rule_yaml": rule.rule_yaml,
        "promoted_at": moment_text(rule.promoted_at),
        "promoted_by": rule.promoted_by,
    }


def moment_text(moment: datetime) -> str:
    """A moment as JSON carries it (RFC 3339, UTC)."""
    return moment.isoformat().replace("+00:00", "Z")


def stated_moment(text: str) -> datetime:
    """Read a moment with its offset (RFC 3339); raises ContentError."""
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))  # an unescaped + arrives as a blank
    except ValueError:
        raise ContentError("$.query.since: expected a moment such as 2026-01-26T00:00:00Z") from None
    if moment.tzinfo is None:
        raise ContentError("$.query.since: expected an offset, such as the Z in 2026-01-26T00:00:00Z")
    return moment
