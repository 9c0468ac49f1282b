"""Joins the verbs with GitHub: addresses and who speaks are read from the environment, tokens from nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from runwright.errors import ContentError

if TYPE_CHECKING:
    from runwright.adapters.forge_github import Connection, Pace, Place

API, WEB = "RUNWRIGHT_GITHUB_API", "RUNWRIGHT_GITHUB_WEB"
APP_ID, APP_KEY = "RUNWRIGHT_GITHUB_APP_ID", "RUNWRIGHT_GITHUB_APP_KEY"
INSTALLATION, TOKEN = "RUNWRIGHT_GITHUB_INSTALLATION", "RUNWRIGHT_GITHUB_TOKEN"
GAP = "RUNWRIGHT_GITHUB_GAP"
"""Seconds between two writes; GitHub asks for at least one."""
DEFAULT_API, DEFAULT_WEB = "https://api.github.com", "https://github.com"
ENTERPRISE = re.compile(r"(https?://[^/]+)/api/v3/?")
_APP_ID = re.compile(r"[A-Za-z0-9.]{1,64}")


def place_of(repository: str, environ: Mapping[str, str]) -> Place:
    """The repository at the GitHub that the environment names; raises ContentError for an address that is none."""
    from runwright.adapters.forge_github import Place

    api = environ.get(API) or DEFAULT_API
    for name in (API, WEB):
        _check_address(name, environ.get(name))
    return Place(repository, api.rstrip("/"), (environ.get(WEB) or web_of(api)).rstrip("/"))


def _check_address(name: str, address: str | None) -> None:
    """Refuse (ContentError) what is no address at all, by the variable that holds it."""
    if address and not re.match(r"https?://[^/?#@]", address):
        expected = f"{DEFAULT_API} or https://HOST/api/v3" if name == API else f"{DEFAULT_WEB} or https://HOST"
        # What was given is not shown: it may be a token that was put into the wrong variable.
        raise ContentError(f"{name} holds no address; expected one such as {expected}")


def web_of(api: str) -> str:
    """The address of the pages that belong to an API: GitHub's own, or an Enterprise Server's."""
    if api.rstrip("/") == DEFAULT_API:
        return DEFAULT_WEB
    found = ENTERPRISE.fullmatch(api)
    if found is None:
        raise ContentError(f"{WEB} is missing: {API} is neither github.com's nor an Enterprise Server's /api/v3")
    return found[1]


def connect(repository: str, environ: Mapping[str, str], permissions: Mapping[str, str] | None = None) -> Connection:
    """Speak as the App or by the token that the environment names; raises ContentError when there is neither.

    `permissions` are those that an App's token is asked with; the bot's, where nothing is said.
    """
    from runwright.adapters.forge_github import App, AppCredentials, Connection, TokenCredentials

    place, pace = place_of(repository, environ), pace_of(environ)
    if environ.get(APP_ID) or environ.get(APP_KEY):
        app = App(_app_id(environ), _key(environ), _installation(environ))
        credentials = AppCredentials(place, app, permissions) if permissions else AppCredentials(place, app)
        return Connection(place, credentials, pace=pace)
    if not environ.get(TOKEN):
        raise ContentError(f"nobody speaks to GitHub: set {APP_ID} and {APP_KEY}, or {TOKEN}")
    return Connection(place, TokenCredentials(environ[TOKEN].strip()), pace=pace)


def pace_of(environ: Mapping[str, str]) -> Pace:
    """How fast writes may follow each other; raises ContentError for a gap that is no number of seconds."""
    from runwright.adapters.forge_github import Gaps, Pace

    text = environ.get(GAP) or "1"
    if not re.fullmatch(r"\d{1,4}(\.\d{1,3})?", text, re.ASCII):
        raise ContentError(f"{GAP} is {text!a}; expected seconds such as 1 or 0.5")
    return Pace(Gaps(seconds=float(text)))


def _app_id(environ: Mapping[str, str]) -> str:
    text = environ.get(APP_ID, "").strip()
    if not _APP_ID.fullmatch(text):
        raise ContentError(f"{APP_ID} must hold the App's id, as its settings page shows it")
    return text


def _key(environ: Mapping[str, str]) -> str:
    path = environ.get(APP_KEY)
    if not path:
        raise ContentError(f"{APP_KEY} must name the file with the App's private key")
    try:
        return Path(path).read_text("ascii")
    except (OSError, UnicodeError) as error:
        raise ContentError(f"{APP_KEY}: {path} cannot be read ({type(error).__name__})") from error


def _installation(environ: Mapping[str, str]) -> int | None:
    text = environ.get(INSTALLATION, "").strip()
    if text and not re.fullmatch(r"[1-9]\d{0,17}", text, re.ASCII):
        raise ContentError(f"{INSTALLATION} is {text!a}; expected a number, or leave it out")
    return int(text) if text else None
