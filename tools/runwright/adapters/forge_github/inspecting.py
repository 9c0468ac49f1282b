"""Finds out how a repository at GitHub is set up: facts for the setup and the doctor. Reads, and changes nothing.

Two tokens may look: the bot's, and an admin's that sees more; the first that is told something is believed. What a
token may not see is `NotTold`, never no. What the facts mean is left to `checks.hosting`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import quote

from runwright.adapters.forge_github.connection import Asked, Connection, content
from runwright.adapters.forge_github.hooks_seen import hooks_of
from runwright.adapters.forge_github.refusals import Answer, Missing, Refused
from runwright.adapters.forge_github.rules_seen import in_force, rulesets
from runwright.adapters.forge_github.speaking import speaker_of
from runwright.checks.hosting.facts import (
    PROTECTED,
    ActionsRights,
    Environment,
    GitHubFacts,
    NotTold,
    OwnersError,
    Protection,
    Ruleset,
    Speaker,
)
from runwright.checks.hosting.wanted import CHANNELS, ENVIRONMENT

T = TypeVar("T")
MOST_TEXT = 1024 * 1024
DOCUMENTS = (".json", ".json.sig")
"""What a channel is made of: its document and the signatures."""
NOBODY = Speaker(
    "other",
    "",
    permissions=NotTold("the bot's permissions are not known without its App"),
    role=NotTold("whether the bot administers the repository is not known without its token"),
)
"""The bot, where none of the tokens is its own."""


def facts_of(
    connections: Sequence[Connection], paths: Iterable[str], now: datetime, *, with_bot: bool = True
) -> GitHubFacts:
    """Everything that can be found out; the first connection is the bot's, unless only others look.

    Raises EdgeError when the repository itself cannot be read.
    """
    bot = connections[0]
    first = _first(connections)
    repository = content(first, bot.place.repository)
    branch = str(repository["default_branch"])
    look = Look(connections, branch)
    speakers = [speaker_of(one) for one in connections]
    rules = look.in_force()
    return GitHubFacts(
        repository=str(repository["full_name"]),
        at=now,
        branch=branch,
        speaker=speakers[-1],
        bot=speakers[0] if with_bot else NOBODY,
        in_force=() if rules is None else rules,
        rulesets=look.rulesets(),
        protection=look.protection(),
        actions=look.at(_actions),
        workflows=look.at(_workflows),
        owners_errors=look.owners_errors(),
        labels=look.at(_labels),
        hooks=hooks_of(connections),
        environment=look.environment(),
        files=look.files(paths),
        channels=look.channels(),
        offers_rulesets=rules is not None,
        clock=_clock(first.headers),
    )


def _first(connections: Sequence[Connection]) -> Answer:
    """The answer about the repository itself; the bot's, or the other's where the bot may not see it."""
    last: Refused | None = None
    for connection in connections:
        try:
            return connection.read(Asked("GET", connection.place.route("")))
        except Refused as refused:
            last = refused
    if last is None:
        raise RuntimeError("nobody looks")
    raise last


def _clock(headers: Mapping[str, str]) -> datetime | None:
    try:
        return parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return None


class NotHere:
    """GitHub has no such thing."""


class Look:
    """Asks one thing after the other, with the token that may."""

    def __init__(self, connections: Sequence[Connection], branch: str) -> None:
        # Who sees more is asked first; what one is not told, the next one may be.
        self.connections, self.branch = tuple(reversed(connections)), branch

    def at(self, read: Callable[[Connection], T]) -> T | NotTold:
        """What a reader gives by the first token that may see it."""
        why = ""
        for connection in self.connections:
            try:
                return read(connection)
            except Refused as refused:
                why = why or f"GitHub does not show it to this token ({refused.status}: {refused.reason})"
        return NotTold(why)

    def in_force(self) -> tuple[Ruleset, ...] | NotTold | None:
        """The rulesets that hold for the branch; None where this GitHub has no rulesets."""
        found = self.at(self._of_branch)
        return None if isinstance(found, NotHere) else found

    def _of_branch(self, connection: Connection) -> tuple[Ruleset, ...] | NotHere:
        try:
            return in_force(connection, self.branch)
        except Missing:
            # The repository was read, so what is missing is the route.
            return NotHere()

    def rulesets(self) -> tuple[Ruleset, ...] | NotTold:
        """Every ruleset, with who may bypass it as far as any token is told."""
        return self.at(rulesets)

    def protection(self) -> Protection | NotTold | None:
        """The older branch protection; None only where GitHub says so in words, since 404 may mean "not for you"."""
        why = ""
        for connection in self.connections:
            try:
                return Protection(connection.get(f"branches/{quote(self.branch, safe='')}/protection"))
            except Missing as missing:
                if missing.says("not protected"):
                    return None
                why = "GitHub answered 404 to the question about branch protection, which says nothing"
            except Refused as refused:
                why = f"GitHub does not show branch protection to this token ({refused.status})"
        return NotTold(why)

    def owners_errors(self) -> tuple[OwnersError, ...] | NotTold:
        """What GitHub finds wrong in CODEOWNERS; nothing where there is none."""
        try:
            found = self.connections[0].get("codeowners/errors")["errors"]
        except Missing:
            return ()
        except Refused as refused:
            return NotTold(f"GitHub does not check CODEOWNERS for this token ({refused.status})")
        return tuple(OwnersError(int(one["line"]), str(one["path"]), str(one["message"])) for one in found)

    def environment(self) -> Environment | NotTold | None:
        """The environment of the release; None where there is none."""
        try:
            return _environment(self.connections[0])
        except Missing:
            return None
        except Refused as refused:
            return NotTold(f"GitHub does not show environments to this token ({refused.status})")

    def files(self, paths: Iterable[str]) -> dict[str, str] | NotTold:
        """The text of files on the default branch; what is not there is left out."""
        try:
            there = self._names(self.branch)
            texts = ((path, self._content(path, self.branch)) for path in paths if there is None or path in there)
            return {path: text for path, text in texts if text is not None}
        except Refused as refused:
            return NotTold(f"GitHub does not show files to this token ({refused.status})")

    def channels(self) -> dict[str, bytes] | NotTold:
        """The documents of the channels; none where there is no such branch."""
        try:
            names = [name for name in self._names(CHANNELS) or () if name.endswith(DOCUMENTS) and "/" not in name]
            return {name: (self._content(name, CHANNELS) or "").encode() for name in names}
        except Missing:
            return {}
        except Refused as refused:
            return NotTold(f"GitHub does not show the branch {CHANNELS} to this token ({refused.status})")

    def _names(self, branch: str) -> frozenset[str] | None:
        """Every path of a branch; None where there are too many for one answer."""
        found = self.connections[0].get(f"git/trees/{quote(branch, safe='')}", recursive="1")
        return None if found.get("truncated") else frozenset(str(one["path"]) for one in found["tree"])

    def _content(self, path: str, branch: str) -> str | None:
        try:
            return text_of(self.connections[0].get(f"contents/{quote(path)}", ref=branch))
        except Missing:
            return None


def text_of(found: Any) -> str | None:
    """Read a file of the contents API; None for a folder, or what is no text."""
    if not isinstance(found, dict) or found.get("type") != "file" or int(found.get("size") or 0) > MOST_TEXT:
        return None
    return base64.b64decode(str(found.get("content") or "")).decode("utf-8", "replace")


def _actions(connection: Connection) -> ActionsRights:
    enabled = bool(connection.get("actions/permissions")["enabled"])
    rights = connection.get("actions/permissions/workflow")
    write = rights.get("default_workflow_permissions") == "write"
    return ActionsRights(enabled, write, bool(rights.get("can_approve_pull_request_reviews")))


def _workflows(connection: Connection) -> dict[str, str]:
    found = connection.pages("actions/workflows", key="workflows")
    return {str(one["path"]).rpartition("/")[2]: str(one["state"]) for one in found}


def _labels(connection: Connection) -> frozenset[str]:
    return frozenset(str(one["name"]) for one in connection.pages("labels"))


def _environment(connection: Connection) -> Environment:
    data = connection.get(f"environments/{ENVIRONMENT}")
    asked = [rule for rule in data.get("protection_rules") or () if rule.get("type") == "required_reviewers"]
    names = [_name(one["reviewer"]) for rule in asked for one in rule.get("reviewers") or ()]
    self_review = not any(rule.get("prevent_self_review") for rule in asked)
    return Environment(tuple(names), self_review, _branches(connection, data.get("deployment_branch_policy")))


def _name(reviewer: Mapping[str, Any]) -> str:
    return f"@{reviewer.get('login') or reviewer.get('slug')}"


def _branches(connection: Connection, policy: Mapping[str, Any] | None) -> tuple[str, ...] | None:
    if not policy:
        return None
    if policy.get("protected_branches"):
        return (PROTECTED,)
    path = f"environments/{ENVIRONMENT}/deployment-branch-policies"
    return tuple(str(one["name"]) for one in connection.pages(path, key="branch_policies"))
