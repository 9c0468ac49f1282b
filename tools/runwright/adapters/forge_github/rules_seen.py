"""Reads rulesets: those in force for a branch, of whatever source, and all that concern the repository.

What they mean together is left to `checks.hosting.rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.refusals import Refused
from runwright.checks.hosting.facts import Actor, NotTold, Ruleset


def in_force(connection: Connection, branch: str) -> tuple[Ruleset, ...]:
    """The rulesets that hold for a branch now; raises Missing where this GitHub has no rulesets."""
    rules = list(connection.pages(f"rules/branches/{quote(branch, safe='')}"))
    found: dict[int, list[Mapping[str, Any]]] = {}
    for rule in rules:
        found.setdefault(int(rule.get("ruleset_id") or 0), []).append(rule)
    return tuple(_in_force(connection, number, mine) for number, mine in found.items())


def _in_force(connection: Connection, number: int, rules: list[Mapping[str, Any]]) -> Ruleset:
    """One of them; what holds is what the branch says, who may bypass it is what the ruleset says."""
    source = str(rules[0].get("ruleset_source") or "")
    detail = _detail(connection, number)
    seen = ruleset_of(detail) if detail else Ruleset(number, f"ruleset {number}", "branch", "active", ())
    return Ruleset(
        number,
        seen.name,
        "branch",
        "active",
        tuple(rules),
        include=seen.include,
        exclude=seen.exclude,
        bypass=seen.bypass,
        mine=seen.mine,
        source=source or seen.source,
    )


def rulesets(connection: Connection) -> tuple[Ruleset, ...]:
    """Every ruleset of the repository and of what it belongs to."""
    found = list(connection.pages("rulesets", includes_parents="true"))
    return tuple(ruleset_of(_detail(connection, int(one["id"])) or one) for one in found)


def _detail(connection: Connection, number: int) -> Mapping[str, Any] | None:
    try:
        found: Mapping[str, Any] = connection.get(f"rulesets/{number}", includes_parents="true")
    except Refused:
        return None
    return found


def ruleset_of(data: Mapping[str, Any]) -> Ruleset:
    """Read one as `GET /repos/{owner}/{repo}/rulesets/{id}` gives it."""
    names = (data.get("conditions") or {}).get("ref_name") or {}
    return Ruleset(
        int(data["id"]),
        str(data.get("name") or ""),
        str(data.get("target") or "branch"),
        str(data.get("enforcement") or ""),
        tuple(data.get("rules") or ()),
        include=tuple(names.get("include") or ()),
        exclude=tuple(names.get("exclude") or ()),
        bypass=_bypass(data),
        mine=str(data.get("current_user_can_bypass") or ""),
        source=str(data.get("source") or ""),
    )


def _bypass(data: Mapping[str, Any]) -> tuple[Actor, ...] | NotTold:
    """Who may bypass it; the list is left out of the answer for who may not change the ruleset."""
    if data.get("bypass_actors") is None:
        return NotTold("only an admin of the repository sees who may bypass it")
    return tuple(
        Actor(str(one["actor_type"]), one.get("actor_id"), str(one.get("bypass_mode") or "always"))
        for one in data["bypass_actors"]
    )
