"""A plan of the setup as values: items with their state, and the steps that would be done.

Making a plan is left to `plan`, doing its steps to `adapters`, telling it to `cli`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["there", "missing", "different", "waits", "yours", "impossible", "left"]
"""`waits` for another item, `yours` is for a person to mend, `impossible` says why, `left` is left alone on request."""

ITEMS = (
    "files",
    "owners",
    "source",
    "labels",
    "main",
    "checks",
    "bot-branches",
    "tags",
    "tag-makers",
    "channels",
    "channel-writers",
    "environment",
    "actions",
)
"""Every item by its key; beside them `checks-later` only tells what waits."""


@dataclass(frozen=True, slots=True)
class Request:
    """One change by the API; the path is below the repository's."""

    verb: str
    path: str
    body: Any


@dataclass(frozen=True, slots=True)
class PullOfFiles:
    """New files, brought by a pull request of the person."""

    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is wanted."""

    key: str
    state: State
    what: str
    why: str
    steps: tuple[Request | PullOfFiles, ...] = ()
    """What `--apply` does about it, in this order."""


@dataclass(frozen=True, slots=True)
class Reviewers:
    """Who is asked before the release key is used: kind (User or Team), id, name."""

    people: tuple[tuple[str, int, str], ...] = ()
