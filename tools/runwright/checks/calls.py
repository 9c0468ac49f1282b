"""Check `calls`: what a runbook calls exists, fits, takes what it is given, and never leads back to the caller.

How calls are carried out is the engine's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runwright.checks.references import absent, absent_runbook, literal_problems, literals
from runwright.checks.status import status_of
from runwright.checks.tree import Summary, Tree
from runwright.checks.uses import uses
from runwright.corpus.corpus import Entry
from runwright.engine.calling import MAX_DEPTH
from runwright.model.finding import Finding
from runwright.model.runbook import Runbook
from runwright.model.walk import nested

Call = Mapping[str, Any]
"""One call as it is noted: its place, whom it calls, what it gives, which outputs are used where."""


def note(entry: Entry[Any]) -> dict[str, Any] | None:
    """What a runbook is to its callers, and its own calls."""
    runbook = entry.value
    if not isinstance(runbook, Runbook):
        return None
    found: dict[str, Any] = {"platform": runbook.platform, "outputs": list(runbook.outputs)}
    calls = _calls(runbook) if b"call" in entry.document.content else []
    return {**found, "calls": calls} if calls else found


def check_tree(tree: Tree) -> Iterator[Finding]:
    """Find calls that cannot be carried out."""
    callers = [summary for summary in tree.of("runbook") if "calls" in summary.notes["calls"]]
    for caller in callers:
        for call in caller.notes["calls"]["calls"]:
            yield from _call(tree, caller, call)
    yield from _chains(tree, callers)


def _calls(runbook: Runbook) -> list[dict[str, Any]]:
    placed = [place for place in nested(runbook) if place.step.call is not None]
    if not placed:
        return []
    used: dict[str, list[list[Any]]] = {}
    for use in uses(runbook):
        if use.path[0] == "steps" and use.path[2:3] == ("outputs",) and len(use.path) == 4:
            used.setdefault(str(use.path[1]), []).append([list(use.pointer), use.said, str(use.path[3])])
    return [
        {
            "at": list(place.pointer),
            "to": place.step.call,
            "gives": literals(place.step.params),
            "used": used.get(place.step.id, []),
            "when": place.step.when is not None,
        }
        for place in placed
    ]


def _call(tree: Tree, caller: Summary, call: Call) -> Iterator[Finding]:
    at = tuple(call["at"])
    target = tree.find("runbook", call["to"])
    if target is None:
        yield absent_runbook(tree, caller.path, call["to"], (*at, "call"))
        return
    yield from _platform(tree, caller, target, call)
    yield from _params(tree, caller, target, call)
    yield from status_of(tree, target, caller.path, (*at, "call"))
    for place, said, name in call["used"]:
        gives = target.notes["calls"]["outputs"]
        if name not in gives:
            message, advice = absent(f"output of {target.id}", name, gives)
            yield tree.finding(caller.path, "calls", f"{said}: {message}", tuple(place), suggestion=advice)


def _platform(tree: Tree, caller: Summary, target: Summary, call: Call) -> Iterator[Finding]:
    own, other = caller.notes["calls"]["platform"], target.notes["calls"]["platform"]
    if other in ("any", own):
        return
    at = (*call["at"], "call")
    if own != "any":
        yield tree.finding(caller.path, "calls", f"{target.id} is for {other}, and this runbook for {own}", at)
    elif not call["when"]:
        message = f"{target.id} is for {other} alone, and this runbook for any platform"
        advice = f"add `when: {{platform.os: {other}}}`"
        yield tree.finding(caller.path, "calls", message, at, severity="warning", suggestion=advice)


def _params(tree: Tree, caller: Summary, target: Summary, call: Call) -> Iterator[Finding]:
    gives, takes = call["gives"], target.notes["references"]["takes"]
    at = tuple(call["at"])
    for name in gives:
        if name not in takes:
            message, advice = absent(f"parameter of {target.id}", name, takes)
            yield tree.finding(caller.path, "calls", message, (*at, "with", name), suggestion=advice)
    for name, taken in takes.items():
        if taken["needed"] and name not in gives:
            message = f"the call gives no {name!r}, and {target.id} has no default for it"
            yield tree.finding(caller.path, "calls", message, (*at, "call"))
    for name, problem in literal_problems(target, gives):
        message = f"parameter {name!r} of {target.id} {problem}"
        yield tree.finding(caller.path, "calls", message, (*at, "with", name))


def _chains(tree: Tree, callers: list[Summary]) -> Iterator[Finding]:
    """Circles, and chains that are too long, each told where it begins to be wrong."""
    edges = {
        caller.id: {call["to"]: tuple(call["at"]) for call in caller.notes["calls"]["calls"]} for caller in callers
    }
    longest: dict[str, tuple[str, ...]] = {}
    for circle in _circles(edges, longest):
        yield _chain_finding(tree, edges, circle, "runbooks call one another in a circle")
    for chain in longest.values():
        if len(chain) == MAX_DEPTH + 1:
            yield _chain_finding(tree, edges, chain, f"more than {MAX_DEPTH} runbooks call one another")


def _chain_finding(
    tree: Tree, edges: Mapping[str, Mapping[str, tuple[Any, ...]]], chain: tuple[str, ...], said: str
) -> Finding:
    caller = tree.find("runbook", chain[0])
    path = caller.path if caller is not None else ""
    return tree.finding(path, "calls", f"{said}: {' → '.join(chain)}", (*edges[chain[0]][chain[1]], "call"))


def _circles(edges: Mapping[str, Mapping[str, Any]], longest: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Walk all calls once, without recursion; `longest` is filled with the longest chain from each runbook."""
    for start in sorted(edges):
        trail: dict[str, None] = {}  # in order, and quick to ask
        todo: list[tuple[str, bool]] = [(start, False)]
        while todo:
            name, done = todo.pop()
            if done:
                del trail[name]
                longest[name] = _longest(name, edges, longest)
            elif name in trail:
                yield (*list(trail)[list(trail).index(name) :], name)
            elif name not in longest:
                trail[name] = None
                todo.append((name, True))
                todo += [(other, False) for other in edges.get(name, ())]


def _longest(
    name: str, edges: Mapping[str, Mapping[str, Any]], longest: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """The longest chain from a runbook on, cut where it is too long already; a circle counts once."""
    below = [longest[other] for other in edges.get(name, ()) if other in longest]
    return (name, *max(below, key=len, default=()))[: MAX_DEPTH + 2]
