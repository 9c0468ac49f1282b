"""Which checks must be required of main, and which Apps may set each: those that the release counts, and the report.

What the release asks for stands in `runwright.toml` on the default branch: an Enterprise Server's Actions are another
App.
"""

from __future__ import annotations

from collections.abc import Mapping

from runwright.checks.hosting.facts import NotTold
from runwright.checks.hosting.wanted import CHECKS
from runwright.errors import ContentError
from runwright.model.hosting import REQUIRED
from runwright.model.policy import FILE, read_hosting


def counted(files: Mapping[str, str] | NotTold) -> dict[str, int]:
    """The checks that the release counts, with the App of each; a file that cannot be read changes nothing."""
    text = None if isinstance(files, NotTold) else files.get(FILE)
    try:
        return read_hosting(text.encode() if text is not None else None).required
    except ContentError:
        return dict(REQUIRED)


def actions_app(files: Mapping[str, str] | NotTold) -> int:
    """The App of GitHub Actions here: who sets validate."""
    return counted(files)["validate"]


def setters(files: Mapping[str, str] | NotTold, bot: int | None) -> dict[str, frozenset[int]]:
    """Every check that must be green, and the Apps that may set it; the report may also be the bot's."""
    apps = counted(files)
    report = {apps["validate"], *((bot,) if bot else ())}
    return {name: frozenset({apps[name]} if name in apps else report) for name in dict.fromkeys((*CHECKS, *apps))}
