"""The API's routes for an App and for webhooks: where it is installed, what was delivered, and sending it again."""

from __future__ import annotations

from typing import Any

from tests.support.github.hooks import HOOK_ID, Delivery
from tests.support.github.messages import Answer, RefusalError, not_found
from tests.support.github.protection import must_be_admin
from tests.support.github.routes import Call, Route, page, route

ROUTES: list[Route] = []
DELIVERIES = r"/hooks/(?P<hook>\d+)/deliveries"


def must_be_app(call: Call) -> None:
    """Refuse whoever is not the App itself."""
    if call.actor.kind != "app":
        raise RefusalError(401, "A JSON web token could not be decoded")


@route(ROUTES, "GET", "/installation/repositories", top=True)
def list_repositories(call: Call) -> Answer:
    """List what an installation may see."""
    if call.actor.kind != "installation":
        raise RefusalError(403, "You must authenticate with an installation access token.")
    rows = [call.site.repository_json()]
    shape = page(
        call, rows, lambda items: {"total_count": len(rows), "repository_selection": "all", "repositories": items}
    )
    return Answer(200, shape.body, shape.headers, ours=False)


@route(ROUTES, "DELETE", "/installation/token", top=True)
def revoke(call: Call) -> Answer:
    """Make the token that asks worth nothing."""
    if call.actor.kind != "installation":
        raise RefusalError(403, "Resource not accessible by integration")
    call.site.accounts.revoked.add(call.request.token)
    return Answer(204)


@route(ROUTES, "GET", "/user", top=True)
def who_am_i(call: Call) -> Answer:
    """Tell a person who they are; an installation is nobody."""
    if call.actor.kind == "installation":
        raise RefusalError(403, "Resource not accessible by integration")
    return call.site.emulator.ask(call.request)


@route(ROUTES, "GET", "/app/hook/config", top=True)
def hook_config(call: Call) -> Answer:
    """Tell where the App's webhooks go."""
    must_be_app(call)
    return Answer(200, config(call))


def config(call: Call) -> dict[str, Any]:
    """A hook's settings; the secret is never told."""
    return {"content_type": "json", "insecure_ssl": "0", "secret": "********", "url": call.site.hooks.url}


@route(ROUTES, "PATCH", "/app/hook/config", top=True)
def change_config(call: Call) -> Answer:
    """Send the App's webhooks elsewhere."""
    must_be_app(call)
    if "url" in call.json:
        call.site.hooks.to(call.json["url"])
    return Answer(200, config(call))


@route(ROUTES, "GET", "/hooks", "administration:read")
def list_hooks(call: Call) -> Answer:
    """List the repository's hooks."""
    must_be_admin(call)
    url = f"{call.url}/hooks/{HOOK_ID}"
    links = {"url": url, "test_url": f"{url}/test", "ping_url": f"{url}/pings", "deliveries_url": f"{url}/deliveries"}
    at = "2026-01-01T00:00:00Z"
    hook = {"type": "Repository", "id": HOOK_ID, "name": "web", "active": True, "events": ["*"], "config": config(call)}
    last = {"code": None, "status": "unused", "message": None}
    return page(
        call,
        [{**hook, **links, "created_at": at, "updated_at": at, "last_response": last}] if call.site.hooks.url else [],
    )


@route(ROUTES, "GET", DELIVERIES, "administration:read")
def list_deliveries(call: Call) -> Answer:
    """List what was delivered, newest first."""
    must_be_admin(call)
    return page(call, delivered(call))


@route(ROUTES, "GET", "/app/hook/deliveries", top=True)
def list_app_deliveries(call: Call) -> Answer:
    """List what was delivered to the App, newest first."""
    must_be_app(call)
    return page(call, delivered(call))


def delivered(call: Call) -> list[dict[str, Any]]:
    """All deliveries in short."""
    sent = call.site.hooks.sent
    return [item(number, sent[number - 1], sent[: number - 1]) for number in range(len(sent), 0, -1)]


def item(number: int, delivery: Delivery, before: list[Delivery]) -> dict[str, Any]:
    """A delivery in short."""
    fine = 200 <= (delivery.status or 0) < 300
    return {
        "id": number,
        "guid": delivery.guid,
        "delivered_at": delivery.at,
        "redelivery": any(one.guid == delivery.guid for one in before),
        "duration": 0.1,
        "status": "OK" if fine else "Invalid HTTP Response: " + str(delivery.status),
        "status_code": delivery.status or 0,
        "event": delivery.event,
        "action": delivery.payload.get("action"),
        "installation_id": 815,
        "repository_id": 1,
        "throttled_at": None,
    }


@route(ROUTES, "POST", r"/app/hook/deliveries/(?P<delivery>\d+)/attempts", top=True)
def try_app_again(call: Call) -> Answer:
    """Deliver once more."""
    must_be_app(call)
    return again(call)


@route(ROUTES, "POST", DELIVERIES + r"/(?P<delivery>\d+)/attempts", "administration:write")
def try_again(call: Call) -> Answer:
    """Deliver once more."""
    must_be_admin(call)
    return again(call)


def again(call: Call) -> Answer:
    """Deliver the one in the path again, under its guid."""
    number = int(call.found["delivery"])
    if not 0 < number <= len(call.site.hooks.sent):
        raise not_found()
    call.site.hooks.redeliver(call.site.hooks.sent[number - 1])
    return Answer(202, {})
