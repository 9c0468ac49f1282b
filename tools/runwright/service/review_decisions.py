"""`/api/review/approve|reject|changes|test/{id}`: a person decides with a token of their own (SOURCES A.6).

The token comes in the header `X-GitHub-Token` beside the reviewer's own bearer token, is used for this one request, and
is neither stored nor logged. There is no other identity to fall back to: the service's own cannot decide.
"""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from runwright.errors import ContentError, EdgeError, TrustError
from runwright.model.decided import Decided
from runwright.model.proposal import CloseReason, PullRequest
from runwright.model.queue import status_of
from runwright.model.review import Tried
from runwright.service.access import admitted, parts_of
from runwright.service.answers import RETRY_SECONDS, answer
from runwright.service.body import read_body, read_object
from runwright.service.ports import Parts
from runwright.service.review_names import proposal_named
from runwright.service.review_ports import Reviewer
from runwright.service.shown import ShownHeads

log = logging.getLogger("runwright.service")
routes = APIRouter(prefix="/api/review", tags=["reviewers"])
TOKEN = "X-GitHub-Token"  # noqa: S105  # the header's name
LONGEST_TOKEN, LONGEST_TEXT = 4096, 60_000
TEST_NAME = re.compile(r"[a-z][a-z0-9_-]{0,49}")
OID = re.compile(r"[0-9a-f]{40}")
NO_PERSON = ("reviewer.", "access.")
"""How the codes begin that speak of who asks; all others speak of the state of the proposal."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants decided."""

    name: str
    token: str
    body: dict[str, Any]
    shown: Callable[[int], str | None]
    """Which commit of a pull request they were shown last."""


Decide = Callable[[Reviewer, PullRequest, Wish, Parts], Decided]


def _body(**texts: str) -> dict[str, Any]:
    fields = {
        "reviewer": "your login; nobody can be somebody else",
        "head_sha": "the commit that was looked at; without it, the one that you were shown last",
        **texts,
    }
    named = {name: {"type": "string", "description": said} for name, said in fields.items()}
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object", "properties": named}}},
        },
        "parameters": [
            {
                "name": TOKEN,
                "in": "header",
                "required": True,
                "schema": {"type": "string"},
                "description": "a GitHub token of your own; never stored",
            }
        ],
    }


@routes.post("/approve/{name}", openapi_extra=_body(notes="what the record should say besides yes"))
async def approve(request: Request, name: str) -> JSONResponse:
    """Approve a proposed version as yourself; when that is enough, it is merged."""
    return await _decided(request, name, _approve)


@routes.post("/reject/{name}", openapi_extra=_body(reason="why not; later drafts are shown it", close_as="its sense"))
async def reject(request: Request, name: str) -> JSONResponse:
    """Close a proposed version for a reason."""
    return await _decided(request, name, _reject)


@routes.post("/changes/{name}", openapi_extra=_body(requested_changes="what should be different"))
async def changes(request: Request, name: str) -> JSONResponse:
    """Ask for changes of a proposed version."""
    return await _decided(request, name, _changes)


@routes.post("/test/{name}", openapi_extra=_body(test_name="what was tried", details="what came of it, as you like"))
async def tested(request: Request, name: str) -> JSONResponse:
    """Report what came of a test of a proposed version, such as on a staging host; it stands beside the checks."""
    return await _decided(request, name, _tested)


async def _decided(request: Request, name: str, decide: Decide) -> JSONResponse:
    access = await admitted(request, "reviewer")
    body = read_object(await read_body(request))
    token = _token(request)
    try:
        shown: ShownHeads = request.app.state.shown
        wish = Wish(name, token, body, partial(shown.of, access.id))
        done = await run_in_threadpool(_decide, parts_of(request), wish, decide)
    except TrustError as error:
        log.info("refused path=%s code=%s by=token %s", ascii(request.url.path), error.code, access.id)
        return answer(403 if error.code.startswith(NO_PERSON) else 409, str(error))
    except EdgeError as error:
        log.warning("not decided path=%s reason=%s", ascii(request.url.path), ascii(error.message))
        wait = str(math.ceil(error.retry_after or RETRY_SECONDS))
        return answer(503, f"{error.message}; asking again is safe", **{"Retry-After": wait})
    log.info("decided path=%s by=token %s status=%s", ascii(request.url.path), access.id, done["status"])
    return JSONResponse(done)


def _decide(parts: Parts, wish: Wish, decide: Decide) -> dict[str, Any]:
    if parts.reviewers is None:
        pull = proposal_named(parts, wish.name)
        raise TrustError(
            "reviewer.key",
            f"people decide here with an SSH key of their own, which the service must not have: look at it with "
            f"`runwright review show {pull.number}`, whose last line is the command that approves it",
        )
    if not wish.token:
        raise TrustError("reviewer.token", f"a person must decide: send a GitHub token of your own as {TOKEN}")
    pull = proposal_named(parts, wish.name)
    reviewer = parts.reviewers.with_token(wish.token)
    _check_name(reviewer, wish.body)
    try:
        return _told(wish.name, decide(reviewer, pull, wish, parts), reviewer)
    finally:
        parts.reviewers.decided(pull.number)


def _approve(reviewer: Reviewer, pull: PullRequest, wish: Wish, parts: Parts) -> Decided:
    notes = _text(wish.body, "notes", needed=False)
    return reviewer.approve(pull.number, parts.clock(), notes, _looked_at(pull, wish))


def _tested(reviewer: Reviewer, pull: PullRequest, wish: Wish, parts: Parts) -> Decided:
    del parts
    name, passed, details = (wish.body.get(key) for key in ("test_name", "passed", "details"))
    if not isinstance(name, str) or not TEST_NAME.fullmatch(name):
        raise ContentError("$.test_name: expected a name such as staging_deployment, of at most 50 characters")
    if not isinstance(passed, bool):
        raise ContentError("$.passed: expected true or false")
    text = details if isinstance(details, str) else json.dumps(details, sort_keys=True) if details else ""
    tried = Tried(name, passed, " ".join(text.split()))
    return Decided(reviewer.report(pull.number, tried, _looked_at(pull, wish)))


def _looked_at(pull: PullRequest, wish: Wish) -> str:
    """The commit that a word is about; raises TrustError where nobody knows which one was looked at."""
    head = _head(wish.body) or wish.shown(pull.number)
    if head:
        return head
    raise TrustError(
        "pull.not_seen",
        f"you were not shown #{pull.number} here: look at /api/review/runbook/{pull.runbook_id}@{pull.number}, or "
        f'say which commit you looked at; now it would be "head_sha": "{pull.head_sha}"',
    )


def _reject(reviewer: Reviewer, pull: PullRequest, wish: Wish, parts: Parts) -> Decided:
    close_as = wish.body.get("close_as")
    if close_as is not None and close_as not in get_args(CloseReason):
        raise ContentError(f"$.close_as: expected one of {', '.join(get_args(CloseReason))}")
    return Decided(reviewer.reject(pull.number, _text(wish.body, "reason"), parts.clock(), close_as))


def _changes(reviewer: Reviewer, pull: PullRequest, wish: Wish, parts: Parts) -> Decided:
    return Decided(reviewer.request_changes(pull.number, _text(wish.body, "requested_changes"), parts.clock()))


def _told(name: str, decided: Decided, reviewer: Reviewer) -> dict[str, Any]:
    pull = decided.pull
    return {
        "runbook_id": name.partition("@")[0],
        "status": status_of(pull),
        "pull_request": pull.number,
        "reviewed_by": reviewer.name,
        "head_sha": pull.head_sha,
        "merge_commit": pull.merge_commit or None,
        "waits_for": decided.waits_for or None,
    }


def _token(request: Request) -> str:
    """The token as it was sent; raises ContentError for what cannot be one, without a word of it."""
    token = request.headers.get(TOKEN, "").strip()
    if len(token) > LONGEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        raise ContentError(f"{TOKEN}: expected one token, in printable characters without blanks")
    return token


def _check_name(reviewer: Reviewer, body: dict[str, Any]) -> None:
    given, name = body.get("reviewer"), reviewer.name  # who it is comes first: a machine decides nothing
    if given is not None and (not isinstance(given, str) or given.casefold() != name.casefold()):
        raise TrustError("reviewer.other", f"the token is {name}'s; leave `reviewer` out, or say {name}")


def _text(body: dict[str, Any], name: str, *, needed: bool = True) -> str:
    text = body.get(name, "" if not needed else None)
    if not isinstance(text, str) or (needed and not text.strip()) or len(text) > LONGEST_TEXT:
        raise ContentError(f"$.{name}: expected text of at most {LONGEST_TEXT} characters")
    return text.strip()


def _head(body: dict[str, Any]) -> str:
    head = body.get("head_sha", "")
    if not isinstance(head, str) or (head and not OID.fullmatch(head)):
        raise ContentError("$.head_sha: expected the whole id of a commit, as /api/review/runbook gives it")
    return head
