"""What a route of the API is: a method, a path below its repository, the right that it takes, and who answers."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.support.github.accounts import Actor
from tests.support.github.bare import Bare
from tests.support.github.messages import Answer, Request

if TYPE_CHECKING:
    from tests.support.github.site import GitHubSite

REPOSITORY = r"/repos/(?P<owner>[^/]+)/(?P<repository>[^/]+)"


@dataclass(frozen=True)
class Call:
    """A request on its way to who answers it."""

    site: GitHubSite
    request: Request
    actor: Actor
    found: Mapping[str, str]
    """What the path held."""

    @property
    def name(self) -> str:
        """owner/name of the repository."""
        return f"{self.found['owner']}/{self.found['repository']}"

    @property
    def bare(self) -> Bare:
        """The repository's Git data."""
        return self.site.bares[self.name]

    @property
    def url(self) -> str:
        """The repository's address in the API."""
        return f"{self.site.api}/repos/{self.name}"

    @property
    def html(self) -> str:
        """The repository's address on the web."""
        return f"{self.site.web}/{self.name}"

    @property
    def json(self) -> Any:
        """The body."""
        return self.request.json


Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """One route; `right` is area:level, empty where whoever answers looks for itself."""

    method: str
    path: re.Pattern[str]
    right: str
    answer: Handler


def route(
    table: list[Route], method: str, path: str, right: str = "", *, top: bool = False
) -> Callable[[Handler], Handler]:
    """Enter a function into a table; the path is below the repository's unless `top`."""

    def enter(function: Handler) -> Handler:
        table.append(Route(method, re.compile(("" if top else REPOSITORY) + path), right, function))
        return function

    return enter


def page(call: Call, items: Sequence[Any], wrap: Callable[[list[Any]], Any] = list) -> Answer:
    """Give one page of items with the links to the others."""
    query = call.request.query
    size = min(max(int(query.get("per_page", 30)), 1), 100)
    number = max(int(query.get("page", 1)), 1)
    last = max(-(-len(items) // size), 1)
    links = {"first": 1, "prev": number - 1} if number > 1 else {}
    links |= {"next": number + 1, "last": last} if number < last else {}
    address = f"{call.site.api}{call.request.path}?"
    told = [
        f'<{address}{urllib.parse.urlencode({**query, "per_page": size, "page": at})}>; rel="{rel}"'
        for rel, at in links.items()
    ]
    headers = {"Link": ", ".join(told)} if told else {}
    return Answer(200, wrap(list(items[(number - 1) * size : number * size])), headers)
