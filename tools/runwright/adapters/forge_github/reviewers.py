"""Asks the owners of what a proposal changes for their review; who cannot be asked is left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.refusals import Refused
from runwright.adapters.git_repository import GitRepository
from runwright.checks.hosting.wanted import CODEOWNERS_PLACES
from runwright.fault import point
from runwright.release.codeowners import CodeOwners, parse_codeowners

MOST = 15
"""GitHub takes no more reviewers of one pull request."""


def owners_at(mirror: GitRepository, commit: str) -> CodeOwners:
    """Read who owns what at a commit, from where GitHub looks; nobody where there is no such file.

    Raises ContentError for a line that is wrong.
    """
    for path in CODEOWNERS_PLACES:
        data = mirror.read_file(commit, path)
        if data is not None:
            return parse_codeowners(data.decode("utf-8", "replace"), path)
    return CodeOwners()


def reviewers_of(owners: CodeOwners, paths: Iterable[str], bot: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the accounts and the teams that own changed paths, never the bot; addresses are nobody's names here."""
    named = dict.fromkeys(owner[1:] for path in paths for owner in owners.owners(path) if owner.startswith("@"))
    people = [name for name in named if "/" not in name and name.casefold() != bot.casefold()]
    teams = [name.partition("/")[2] for name in named if "/" in name]
    return tuple(people[:MOST]), tuple(teams[:MOST])


def ask_reviewers(connection: Connection, number: int, people: tuple[str, ...], teams: tuple[str, ...]) -> None:
    """Ask all at once; where GitHub refuses one of them, each alone, and whoever is refused is left out."""
    if not people and not teams:
        return
    try:
        ask(connection, number, {"reviewers": list(people), "team_reviewers": list(teams)})
    except Refused:
        singly: list[dict[str, Any]] = [{"reviewers": [name]} for name in people]
        singly += [{"team_reviewers": [name]} for name in teams]
        for body in singly if len(singly) > 1 else []:
            ask_one(connection, number, body)


def ask(connection: Connection, number: int, body: dict[str, Any]) -> None:
    """Ask some for their review."""
    connection.write("POST", f"pulls/{number}/requested_reviewers", {name: who for name, who in body.items() if who})
    point("hosted_written", "reviewers")


def ask_one(connection: Connection, number: int, body: dict[str, Any]) -> None:
    """Ask one; somebody without access to the repository cannot be asked, and that is no error of the proposal."""
    try:
        ask(connection, number, body)
    except Refused:
        return
