"""Joins the `access` verbs with the store: makes tokens, and reads and ends them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from runwright.adapters.store.access import Accesses
from runwright.cli.service_wiring import clock, database_url, open_database
from runwright.errors import ContentError
from runwright.model.intake import ROLES, Access, Role
from runwright.service.tokens import hash_token, token_text

_SITE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def granted(state: Path, database: str | None, role_name: str, site: str | None) -> tuple[str, Access]:
    """Make a token; raises ContentError where an agent has no site or a reviewer has one."""
    role: Role = next(role for role in ROLES if role == role_name)
    if role == "agent" and (site is None or not _SITE.fullmatch(site)):
        raise ContentError(
            "--site: expected the site of the agent: letters, digits and . _ - such as north-valley-dental"
        )
    if role == "reviewer" and site is not None:
        raise ContentError("--site: a reviewer's token is for no site; leave it out")
    token = token_text(role, secrets.token_urlsafe(32))
    with _accesses(state, database) as accesses:
        return token, accesses.grant(hash_token(token), role, site, clock())


def all_of(state: Path, database: str | None) -> tuple[Access, ...]:
    """Every token that was granted."""
    with _accesses(state, database) as accesses:
        return accesses.all()


def revoked(state: Path, database: str | None, number: int) -> None:
    """End a token; raises ContentError when there is none of that id."""
    with _accesses(state, database) as accesses:
        if not accesses.revoke(number, clock()):
            raise ContentError(f"there is no token {number}; `runwright access list` shows them all")


def data_of(item: Access) -> dict[str, Any]:
    """A token as JSON."""
    times = {"created_at": item.created_at.isoformat(), "revoked_at": item.revoked_at and item.revoked_at.isoformat()}
    return {"id": item.id, "role": item.role, "site_id": item.site_id, **times}


def line_of(item: Access) -> str:
    """A token as a line for a person."""
    ended = f"revoked {item.revoked_at:%Y-%m-%d %H:%M}" if item.revoked_at else "active"
    return f"{item.id:>4}  {item.role:<8}  {item.site_id or '-':<32}  granted {item.created_at:%Y-%m-%d %H:%M}  {ended}"


@contextmanager
def _accesses(state: Path, database: str | None) -> Iterator[Accesses]:
    opened = open_database(database_url(state, database))
    try:
        yield Accesses(opened)
    finally:
        opened.close()
