"""The short way to the door that most requests knock at: past the layers that it does not need.

The door itself, its errors and its description are the application's; all other requests go there as they came.
"""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.types import Receive, Scope, Send

from runwright.errors import RunwrightError
from runwright.service.answers import told
from runwright.service.executions import receive as take

PATH = "/api/agent/executions"


class ShortWay:
    """The application, with one door nearer."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.door = ServerErrorMiddleware(_door, handler=app.exception_handlers[Exception])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST":
            scope["app"] = self.app
            await self.door(scope, receive, send)
        else:
            await self.app(scope, receive, send)


async def _door(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive)
    try:
        response = await take(request)
    except RunwrightError as error:
        response = told(request, error)
    await response(scope, receive, send)
