"""`POST /webhooks/github`: a signed hint that something changed, answered at once and heeded later.

Nothing of a payload is believed but that it is worth a look: whoever can forge one makes the service look, no more. A
hint that is lost changes nothing in the end either, since the service looks by itself from time to time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from runwright.errors import ContentError
from runwright.model.delivery import Delivery
from runwright.service.access import parts_of
from runwright.service.answers import Unfit
from runwright.service.body import read_body, read_object
from runwright.service.hosting import Hosting
from runwright.service.ports import Parts
from runwright.service.webhook_events import delivery_of
from runwright.service.webhook_signature import claimed, is_signed

routes = APIRouter(tags=["github"])
MAX_BODY = 25_000_000
"""Bytes; GitHub sends no larger ones."""
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_EVENT = re.compile(r"[a-z0-9_]{1,64}")
_LOCAL = "this service works on a local forge, which sends no webhooks"
_CLOSED = (
    "no secret for webhooks is configured, so none is taken; set RUNWRIGHT_GITHUB_WEBHOOK_SECRET, the same at GitHub"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """What the headers of a delivery say."""

    id: str
    event: str


@routes.post(
    "/webhooks/github",
    status_code=202,
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {}}}},
)
async def github(request: Request) -> JSONResponse:
    """Take a delivery: check its signature, note it, and answer; what it hints at is looked at later."""
    parts = parts_of(request)
    hosting = _open(parts)
    _check_type(request)
    claim = claimed(request.scope["headers"])
    if claim is None:
        raise _unsigned()
    body = await read_body(request, MAX_BODY, hosting.room)
    if not is_signed(hosting.secret, body, claim):
        hosting.alarm.sound("webhooks are refused for their signature; compare the secret here with the one at GitHub")
        raise _unsigned()
    heading = _heading(request)
    return await run_in_threadpool(_taken, parts, hosting, heading, body)


def _taken(parts: Parts, hosting: Hosting, heading: Heading, body: bytes) -> JSONResponse:
    delivery = delivery_of(heading.id, heading.event, read_object(body), hosting.repository)
    status = "ignored" if delivery is None else _kept(parts, hosting, delivery)
    return JSONResponse({"status": status}, status_code=202)


def _kept(parts: Parts, hosting: Hosting, delivery: Delivery) -> str:
    said = hosting.deliveries.take(delivery, parts.clock())
    if said == "accepted":
        hosting.hints.note(delivery)
    return said


def _open(parts: Parts) -> Hosting:
    """What takes webhooks; raises `Unfit` with 503 where they are not configured."""
    if parts.hosting is None:
        raise Unfit(503, _LOCAL)
    if not parts.hosting.secret:
        raise Unfit(503, _CLOSED)
    return parts.hosting


def _check_type(request: Request) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != "application/json":
        raise Unfit(415, "$: expected application/json; choose this content type for the webhook at GitHub")


def _heading(request: Request) -> Heading:
    """The id and the event; raises ContentError where they are missing or not plain."""
    id_, event = request.headers.get("x-github-delivery", ""), request.headers.get("x-github-event", "")
    if not _ID.fullmatch(id_) or not _EVENT.fullmatch(event):
        raise ContentError("expected the headers X-GitHub-Delivery and X-GitHub-Event of a delivery")
    return Heading(id_, event)


def _unsigned() -> Unfit:
    return Unfit(401, "expected X-Hub-Signature-256: the HMAC-SHA256 of the body, made with this service's secret")
