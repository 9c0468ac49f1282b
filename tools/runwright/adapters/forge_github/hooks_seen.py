"""Reads webhooks: the App's own, by the App's key, and those of the repository, where an admin looks.

What they should be like is left to `checks.hosting`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.credentials import AppCredentials
from runwright.adapters.forge_github.refusals import Refused
from runwright.checks.hosting.facts import Hook, NotTold

OURS = "/webhooks/github"
"""How the address of the service's endpoint ends."""
LOOKED_AT = 30
"""So many of the last deliveries are counted."""


def hooks_of(connections: Sequence[Connection]) -> tuple[Hook, ...] | NotTold:
    """Every webhook that could be seen; NotTold where nobody could look."""
    seen: list[Hook] = []
    told = False
    for read in (_of_apps, _of_repository):
        found = read(connections)
        told = told or found is not None
        seen += found or ()
    return tuple(seen) if told else NotTold("webhooks are shown to the App by its key, and to an admin")


def _of_apps(connections: Sequence[Connection]) -> list[Hook] | None:
    found: list[Hook] | None = None
    for connection in connections:
        credentials = connection.credentials
        if isinstance(credentials, AppCredentials):
            hook = _of_app(credentials)
            found = (found or []) + ([hook] if hook else [])
    return found


def _of_app(credentials: AppCredentials) -> Hook | None:
    try:
        config = credentials.ask("GET", "/app/hook/config")
    except Refused:
        return None
    if not config.get("url"):
        return None
    told = _deliveries(lambda: credentials.ask("GET", "/app/hook/deliveries"))
    return _hook(config, active=True, events=(), deliveries=told, of_app=True)


def _of_repository(connections: Sequence[Connection]) -> list[Hook] | None:
    for connection in connections:
        try:
            found = [one for one in connection.pages("hooks") if _is_ours(one)]
        except Refused:
            continue
        return [_of_one(connection, one) for one in found]
    return None


def _is_ours(hook: Mapping[str, Any]) -> bool:
    return str((hook.get("config") or {}).get("url") or "").endswith(OURS)


def _of_one(connection: Connection, hook: Mapping[str, Any]) -> Hook:
    path = f"hooks/{int(hook['id'])}/deliveries"
    told = _deliveries(lambda: connection.get(path, per_page=LOOKED_AT))
    events = tuple(str(name) for name in hook.get("events") or ())
    return _hook(hook["config"], active=bool(hook.get("active")), events=events, deliveries=told, of_app=False)


def _hook(
    config: Mapping[str, Any],
    *,
    active: bool,
    events: tuple[str, ...],
    deliveries: tuple[tuple[datetime, int], ...] | NotTold,
    of_app: bool,
) -> Hook:
    return Hook(
        url=str(config.get("url") or ""),
        active=active,
        events=events,
        content_type=str(config.get("content_type") or "form"),
        verified=str(config.get("insecure_ssl") or "0") == "0",
        has_secret=bool(config.get("secret")),
        of_app=of_app,
        deliveries=deliveries,
    )


def _deliveries(ask: Callable[[], Any]) -> tuple[tuple[datetime, int], ...] | NotTold:
    try:
        found = ask()
    except Refused as refused:
        return NotTold(f"GitHub does not show the deliveries to this token ({refused.status})")
    listed: Iterable[Any] = found if isinstance(found, list) else ()
    return tuple(sorted(_read(listed), reverse=True)[:LOOKED_AT])


def _read(found: Iterable[Mapping[str, Any]]) -> Iterator[tuple[datetime, int]]:
    for one in found:
        moment = datetime.fromisoformat(str(one["delivered_at"]))
        yield moment, int(one.get("status_code") or 0)
