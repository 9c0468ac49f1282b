"""GitHub's page of a release, for people: made once a tag, whatever happens in between."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.refusals import Missing, Unclear, Unprocessable
from runwright.errors import EdgeError

TRIES = 3
"""How often it is asked for when nobody knows whether it was made, and it was not."""


def ensure_page(connection: Connection, tag: str, text: str) -> bool:
    """Make the page of a tag that is there already, unless it has one; says whether it was made now.

    Raises Refused, Limited and EdgeError.
    """
    for _ in range(TRIES):
        if page_of(connection, tag) is not None:
            return False
        try:
            connection.write("POST", "releases", page(tag, text))
        except Unclear:
            continue  # whether it was made is what the next round looks at
        except Unprocessable as refused:
            if not refused.says("already_exists"):
                raise
            return False
        return True
    if page_of(connection, tag) is not None:
        return True
    raise EdgeError(f"GitHub does not take the page of {tag}; the release is published without it, run this again")


def page_of(connection: Connection, tag: str) -> Any | None:
    """Find the page of a tag."""
    try:
        return connection.get(f"releases/tags/{quote(tag, safe='')}")
    except Missing:
        return None


def page(tag: str, text: str) -> dict[str, object]:
    """Write the request; a draft would be found by no tag."""
    return {"tag_name": tag, "name": tag, "body": text, "draft": False, "prerelease": False}
