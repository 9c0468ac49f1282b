"""Which repository at which GitHub: github.com, or an Enterprise Server under addresses of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from runwright.errors import ContentError
from runwright.model.hosted import REPOSITORY

API, WEB = "https://api.github.com", "https://github.com"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
PLAIN = re.compile(r"[!-\[\]-~]+")
"""ASCII that can be seen, without the backslash, which some take for a slash."""


@dataclass(frozen=True)
class Place:
    """A repository and the addresses of its GitHub; an Enterprise Server has https://host/api/v3 and https://host."""

    repository: str
    api: str = API
    web: str = WEB

    def __post_init__(self) -> None:
        """Refuse what is no repository or no safe address; raises ContentError."""
        if not REPOSITORY.fullmatch(self.repository):
            raise ContentError(f"{self.repository!a} is no repository at GitHub; expected OWNER/NAME")
        for name, address in (("API", self.api), ("web", self.web)):
            check_address(name, address)
        check_together(self.api, self.web)

    @property
    def owner(self) -> str:
        """The account that the repository belongs to."""
        return self.repository.partition("/")[0]

    @property
    def git_url(self) -> str:
        """Where git fetches from and pushes to; no name and no token is part of it."""
        return f"{self.web.rstrip('/')}/{self.repository}.git"

    def route(self, path: str) -> str:
        """Give a path from the root of the API; one without a slash in front is one of the repository."""
        return path if path.startswith("/") else f"/repos/{self.repository}/{path}".rstrip("/")


def check_address(name: str, address: str) -> None:
    """Refuse (ContentError) an address that a token must not travel to: only https, and http to this machine alone."""
    try:
        parts = urlsplit(address)
        known = parts.port is None or parts.port > 0
    except ValueError:
        known = False
    if not known or not PLAIN.fullmatch(address):
        raise ContentError(f"the {name} address of GitHub is none; expected one such as https://github.example.com")
    near = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not (near or parts.scheme == "https"):
        raise ContentError(f"the {name} address of GitHub, {parts.hostname or ''!a}, must begin with https://")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ContentError(f"the {name} address of GitHub must be a plain one, without a name, a password or a query")


def check_together(api: str, web: str) -> None:
    """Refuse (ContentError) addresses of two GitHubs: what one of them is told would be believed of the other.

    The API of an Enterprise Server is at its own host, that of github.com and ghe.com at `api.` before it.
    """
    asked, shown = (urlsplit(address).hostname or "" for address in (api, web))
    if asked in {shown, f"api.{shown}"} or {asked, shown} <= LOOPBACK:
        return
    raise ContentError(
        f"the API at {asked} and the pages at {shown} do not belong to one GitHub; set both addresses, for an "
        f"Enterprise Server https://HOST/api/v3 and https://HOST"
    )
