"""Who may come in: the bearer token decides, never the body; a token opens its own site and its own role's doors."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from runwright.errors import ContentError, TrustError
from runwright.model.intake import Access, Role
from runwright.service.answers import MISSING, REFUSED
from runwright.service.ports import Parts
from runwright.service.recent import RecentAccesses
from runwright.service.tokens import bearer, hash_token, same


def parts_of(request: Request) -> Parts:
    """The parts that the application was built from."""
    parts = request.app.state.parts
    assert isinstance(parts, Parts)
    return parts


async def admitted(request: Request, role: Role) -> Access:
    """The access behind a request; raises TrustError when there is none or it is for something else."""
    token = bearer(request.headers.get("authorization"))
    digest = hash_token(token or "")
    recent: RecentAccesses = request.app.state.recent
    found = recent.at_hand(digest) or await run_in_threadpool(recent.find, digest)
    access = _granted(found, digest) if token is not None else None
    if access is None:
        raise TrustError(MISSING, "a valid token is needed: Authorization: Bearer <token>")
    if access.role != role:
        raise _refused()
    return access


def own_site(access: Access, given: Any, at: str = "$.site_id") -> str:
    """The site of the token; raises ContentError where none is given and TrustError where it is another one."""
    if not isinstance(given, str):
        raise ContentError(f"{at}: expected the id of the token's site, as text")
    if access.site_id is None or given != access.site_id:
        raise _refused()
    return access.site_id


def _granted(found: tuple[str, Access] | None, digest: str) -> Access | None:
    # Nothing tells an unknown token from a revoked one, and both look alike to a clock.
    stored, access = found if found is not None else (hash_token("nobody"), None)
    good = same(stored, digest) and access is not None and access.revoked_at is None
    return access if good else None


def _refused() -> TrustError:
    # One sentence for every case: it must not tell whether the other site exists.
    return TrustError(REFUSED, "this token does not open that: an agent's opens its own site_id alone")
