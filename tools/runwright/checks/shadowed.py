"""Check `shadowed`: each rule can win, and of two that answer the same incidents it is plain which one does.

The lowest priority number wins, then the more specific rule, then the lower id (`engine.matcher`). What conditions
admit is left to `boxes`, and which rules are worth comparing to `neighbours`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from runwright.checks.boxes import Box, boxes, contradicts, covers, joined, overlap, values_of
from runwright.checks.neighbours import Peers, Reach, Stronger, limit_for
from runwright.checks.tree import Summary, Tree
from runwright.corpus.corpus import Entry
from runwright.engine.matcher import rank
from runwright.model.condition import Test, condition_data, describe, parse_condition
from runwright.model.finding import Finding
from runwright.model.rule import Rule


def note(entry: Entry[Any]) -> dict[str, Any] | None:
    """What a rule answers, and how strong it is."""
    rule = entry.value
    if not isinstance(rule, Rule):
        return None
    return {
        "check_type": rule.check_type,
        "rank": list(rank(rule)[:2]),
        "status": list(rule.status),
        "partners": list(rule.scope.partners),
        "sites": list(rule.scope.sites),
        "conditions": condition_data(rule.conditions) if rule.conditions is not None else None,
        "does": [rule.action, dict(rule.params), rule.mode],
    }


def check_tree(tree: Tree) -> Iterator[Finding]:
    """Find rules that can never win, and rules that win by their id alone."""
    groups: dict[str, list[Summary]] = defaultdict(list)
    for rule in tree.of("rule"):
        groups[rule.notes["shadowed"]["check_type"]].append(rule)
    for check_type, rules in groups.items():
        if len(rules) > 1:
            reaches = [reach for reach in map(_reach, rules) if reach.boxes]
            reaches.sort(key=lambda reach: (reach.priority, reach.specificity, reach.id))
            yield from _group(tree, check_type, reaches)


def _group(tree: Tree, check_type: str, reaches: list[Reach]) -> Iterator[Finding]:
    limit = limit_for(len(reaches))
    stronger = Stronger(limit)
    peers: dict[tuple[int, int], list[Reach]] = defaultdict(list)
    for reach in reaches:
        hiding = _hiding(reach, stronger)
        if hiding:
            yield _never_wins(tree, check_type, reach, hiding)
        elif reach.known:
            peers[reach.priority, reach.specificity].append(reach)
        if reach.known:
            stronger.add(reach)
    for same in peers.values():
        yield from _ties(tree, check_type, same, limit)


def _reach(rule: Summary) -> Reach:
    noted = rule.notes["shadowed"]
    conditions = parse_condition(noted["conditions"]) if noted["conditions"] is not None else None
    demanded = boxes(conditions)
    scope = _scope(noted)
    found = (
        joined({"status": (Test(("status",), "eq", status),), **scope}, box)
        for box in demanded or ({},)
        for status in noted["status"]
    )
    admitted = tuple(box for box in found if contradicts(box) is None)
    priority, specificity = noted["rank"]
    return Reach(rule.path, rule.id, priority, specificity, noted["does"], admitted, demanded is not None)


def _scope(noted: Any) -> Box:
    named = {"site_id": noted["sites"], "client_id": noted["partners"]}
    return {path: (Test((path,), "in", values),) for path, values in named.items() if values}


def _hiding(reach: Reach, stronger: Stronger) -> dict[str, Reach]:
    """The stronger rules that together answer everything that a rule does; empty when it can win."""
    found: dict[str, Reach] = {}
    for box in reach.boxes:
        wider = next((one for one, wide in stronger.near(box) if covers(wide, box)), None)
        if wider is None:
            return {}
        found[wider.id] = wider
    return found


def _ties(tree: Tree, check_type: str, same: list[Reach], limit: int) -> Iterator[Finding]:
    """Of rules of the same strength that answer some of the same incidents otherwise, those with the higher id."""
    near = Peers(same, limit) if len(same) > 1 else None
    for reach in same if near is not None else ():
        tied = _tied(reach, near) if near is not None else None
        if tied is not None:
            yield _by_id_alone(tree, check_type, reach, *tied)


def _tied(reach: Reach, peers: Peers) -> tuple[Reach, Box] | None:
    for box in reach.boxes:
        for other, one in peers.near(box):
            if other.id < reach.id and other.does != reach.does and overlap(one, box):
                return other, joined(one, box)
    return None


def _never_wins(tree: Tree, check_type: str, reach: Reach, hiding: dict[str, Reach]) -> Finding:
    names = " and ".join(hiding)
    why = ", ".join(_stronger(reach, one) for one in hiding.values())
    answers = "answers" if len(hiding) == 1 else "answer"
    message = (
        f"{reach.id} can never win: {names} {answers} all that it answers ({why}), "
        f"which is {' or '.join(_told(check_type, box) for box in reach.boxes[:3])}"
    )
    advice = f"remove it, give it a lower priority number, or narrow {names}"
    return tree.finding(reach.path, "shadowed", message, ("check_type",), suggestion=advice)


def _stronger(reach: Reach, other: Reach) -> str:
    if other.priority != reach.priority:
        return f"priority {other.priority} < {reach.priority}"
    return "more specific" if other.specificity != reach.specificity else "the same priority, a lower id"


def _by_id_alone(tree: Tree, check_type: str, reach: Reach, other: Reach, box: Box) -> Finding:
    message = (
        f"{other.id} and {reach.id} both answer {_told(check_type, box)}, with the same priority {reach.priority}: "
        f"{other.id} wins by its id alone"
    )
    advice = "give one of them another priority"
    return tree.finding(reach.path, "shadowed", message, ("check_type",), severity="warning", suggestion=advice)


def _told(check_type: str, box: Box) -> str:
    """The incidents of a box, in words."""
    said = [f"check_type {check_type}"]
    for path, tests in box.items():
        values = values_of(tests)
        words = {"site_id": "site", "client_id": "partner"}.get(path, path)
        if values is not None:
            said.append(f"{words} {', '.join(map(str, values))}")
        else:
            said += dict.fromkeys(describe(test) for test in tests)
    everywhere = "" if "site_id" in box or "client_id" in box else " at every site"
    return f"{', '.join(said)}{everywhere}"
