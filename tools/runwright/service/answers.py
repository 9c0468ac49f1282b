"""Errors as HTTP answers: `{"error": "<what was expected>"}` and a status that says who must act."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from runwright.errors import ContentError, EdgeError, RunwrightError, TrustError
from runwright.model.telemetry import json_path

log = logging.getLogger("runwright.service")

RETRY_SECONDS = 5
MISSING, REFUSED = "access.missing", "access.refused"


class Unfit(ContentError):
    """A request that cannot be taken, with a status of its own."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


def install(app: FastAPI) -> None:
    """Let every error of the three trees, and the framework's own, be answered in one form."""
    app.add_exception_handler(ContentError, _content)
    app.add_exception_handler(TrustError, _trust)
    app.add_exception_handler(EdgeError, _edge)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(Exception, _bug)


def told(request: Request, error: RunwrightError) -> JSONResponse:
    """An error of the three trees as an answer."""
    kinds = {ContentError: _content, TrustError: _trust, EdgeError: _edge}
    return next(say for kind, say in kinds.items() if isinstance(error, kind))(request, error)


def answer(status: int, message: str, **headers: str) -> JSONResponse:
    """One error as an answer."""
    return JSONResponse({"error": message}, status_code=status, headers=headers)


def _content(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ContentError)
    status = error.status if isinstance(error, Unfit) else 400
    # What was left unread must not be taken for the next request.
    return answer(status, error.message, **({"Connection": "close"} if status in {408, 413, 415} else {}))


def _trust(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TrustError)
    if error.code == MISSING:
        return answer(401, error.message, **{"WWW-Authenticate": "Bearer"})
    if error.code == REFUSED:
        return answer(403, error.message)
    # Something of ours is not trusted, such as a record in the repository; the asker did nothing wrong.
    log.error("not trusted path=%s code=%s", ascii(request.url.path), error.code)
    return answer(503, f"something in the repository is not trusted: {error}")


def _edge(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, EdgeError)
    log.warning("not ready path=%s reason=%s", ascii(request.url.path), error.message)
    return answer(503, f"not ready just now, nothing was kept: {error.message}", **{"Retry-After": str(RETRY_SECONDS)})


def _validation(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    return answer(400, f"{json_path(tuple(first['loc']))}: {first['msg']}")


_SAID = {
    404: "there is nothing here; /openapi.json lists what there is",
    405: "this method is not allowed here; /openapi.json lists what is",
}


def _framework(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    said = _SAID.get(error.status_code, str(error.detail))
    return answer(error.status_code, said, **dict(error.headers or {}))


def _bug(request: Request, error: Exception) -> JSONResponse:
    log.error("our bug path=%s kind=%s", ascii(request.url.path), type(error).__name__)
    return answer(500, "a bug of ours; nothing of the request was kept. The service's log names its place")
