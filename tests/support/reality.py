"""What an action's model foretells, and what a real host shows: a scenario, and the judge of it.

A scenario is a value: what is arranged, the action, and what the model must say. The facts come from `reality_hand`;
what the model foretells is what replay itself would believe after the action.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Template
from typing import IO, Any

from runwright.actions.action import Model
from runwright.actions.binding import changes_of, covers, demand_of, needs_of
from runwright.actions.bound import Bound
from runwright.actions.catalogue import Host, find, variant
from runwright.model.condition import Truth
from runwright.model.facts import kind_of
from runwright.model.path import Path as FactPath
from runwright.model.path import str_path
from runwright.replay.models import Ended, after_effects
from runwright.replay.world import Symbol, World, facts_by_path

TOOLS = Path(__file__).parents[2] / "tools"
HAND = Path(__file__).with_name("reality_hand.py")
SECONDS = 30.0


@dataclass(frozen=True)
class Scenario:
    """One action in one situation."""

    fact: str
    """What it shows, as a sentence."""
    action: str
    params: Mapping[str, Any] = field(default_factory=dict)
    arrange: str = ""
    """A bash script that makes the situation; each of its commands must go well."""
    unmet: str = ""
    """The fact that a need is about and that is planted wrong: the action must fail, and the model say so."""
    only_if: tuple[str, ...] = ()
    """What decides the conditional changes here, such as `state ne failed` or `not state ne failed`."""
    also: tuple[str, ...] = ()
    """Facts to look at besides those that the action names."""
    blind: str = ""
    """Why the model foretells something else than what happens; counted as wrong."""
    silent: str = ""
    """Why the model says nothing of the outcome."""
    seconds: float = SECONDS


@dataclass(frozen=True)
class Happened:
    """How an action went, and the facts around it."""

    action: str
    params: Mapping[str, Any]
    success: bool
    error: str
    timed_out: bool
    host: Host
    before: World
    after: Mapping[FactPath, Any]

    @property
    def model(self) -> Model:
        """The model of the action on this host."""
        return variant(find(self.action), self.host).model


@dataclass
class Place:
    """A host where actions are carried out: words that lead there, and the program that answers."""

    words: list[str]
    """What stands before a command to run it there."""
    send: IO[str]
    receive: IO[str]
    environment: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=dict)
    """What stands for a word with a dollar sign in a scenario."""

    def filled(self, scenario: Scenario) -> Scenario:
        """The scenario with the values of this place; its script finds them in its environment."""
        if not self.values:
            return scenario
        params = {name: self._value(value) for name, value in scenario.params.items()}
        also = tuple(map(self._text, scenario.also))
        return replace(scenario, params=params, unmet=self._text(scenario.unmet), also=also)

    def _text(self, text: str) -> str:
        return Template(text).safe_substitute(self.values)

    def _value(self, value: Any) -> Any:
        text = self._text(value) if isinstance(value, str) else value
        return int(text) if text != value and text.isdigit() else text

    def arrange(self, script: str) -> None:
        """Run a script there; each of its commands must go well."""
        if script:
            done = subprocess.run(
                [*self.words, "bash", "-euo", "pipefail", "-c", script],
                env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
            assert done.returncode == 0, f"{script}\nended with {done.returncode}: {done.stderr or done.stdout}"

    def carry_out(self, scenario: Scenario) -> Happened:
        """Carry a scenario's action out."""
        asked = {"action": scenario.action, "params": dict(scenario.params), "also": list(scenario.also)}
        self.send.write(json.dumps({**asked, "seconds": scenario.seconds}) + "\n")
        self.send.flush()
        line = self.receive.readline()
        assert line, "the program that carries actions out has ended; see its error output"
        return happened(scenario.action, json.loads(line))


@contextmanager
def place(
    words: list[str], site: Mapping[str, Any], environment: Mapping[str, str], values: Mapping[str, str] | None = None
) -> Iterator[Place]:
    """Start the program that carries actions out, behind the words that lead to a host."""
    python = "python3" if words else sys.executable
    argv = [*words, python, "-u", "-c", HAND.read_text()]
    if not words:
        environment = {**environment, "PYTHONPATH": str(TOOLS)}
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(site) + "\n")
        try:
            yield Place(words, process.stdin, process.stdout, environment, values or {})
        finally:
            process.kill()


def happened(action: str, told: Mapping[str, Any]) -> Happened:
    """Read an answer; a unit that the action names by its short name is the same as by its long one."""
    host = Host(*told["host"])
    before, after = facts_by_path(told["before"]), facts_by_path(told["after"])
    short = {path[1] for path in before if path[0] == "services" and "." not in path[1]}
    twice = {f"{name}.service" for name in short}
    kept = [{path: value for path, value in facts.items() if path[1] not in twice} for facts in (before, after)]
    outcome = told["success"], told["error"], told["timed_out"]
    return Happened(action, told["params"], *outcome, host, World(kept[0]), kept[1])


def foretold(run: Happened) -> Truth:
    """Whether the model says that the action succeeds; None where it says nothing."""
    holds = [need.holds(run.before.known) for need in needs_of(run.model, run.params, run.before.known)]
    return False if False in holds else None if None in holds or run.model.opaque else True


def unmet(run: Happened) -> tuple[str, ...]:
    """The facts of the needs that do not hold."""
    bound = needs_of(run.model, run.params, run.before.known)
    return tuple(name_of(need.test.path) for need in bound if need.holds(run.before.known) is False)


def decided(run: Happened) -> tuple[str, ...]:
    """What decided the conditional changes."""
    found = []
    for change in run.model.changes:
        for demand in demand_of(change, run.params):
            holds = demand.holds(run.before.known)
            said = f"{demand.test.path[-1]} {demand.test.operator} {demand.test.value}"
            found.append({True: "", False: "not ", None: "unknown "}[holds] + said)
    return tuple(dict.fromkeys(found))


def surprises(run: Happened) -> tuple[str, ...]:
    """Every fact that the host tells otherwise than replay would believe after this outcome."""
    bound = Bound(run.model, run.params)
    world = after_effects(run.before, bound, Ended(run.success, run.timed_out), "now")
    claimed = frozenset(path for path, _ in changes_of(run.model, run.params)) if run.success else frozenset()
    told = []
    for path, value in run.after.items():
        believed = world.get(path)
        if isinstance(believed, Symbol) or believed == value or not _promised(run, path, claimed):
            continue
        told.append(f"{str_path(path)}: the model says {believed!r}, the host says {value!r}")
    return tuple(told)


def _promised(run: Happened, path: FactPath, claimed: frozenset[FactPath]) -> bool:
    """Whether the model is bound by what it says of a fact: a state, what it claims, and a check of what derives."""
    kind = kind_of(path)
    written = any(covers(pattern, path) for pattern in claimed)
    changed = run.before.get(path) != run.after[path]
    return kind == "state" or written or (kind == "derived" and changed and find(run.action).check)


def name_of(path: Any) -> str:
    """A path as a person writes it."""
    return str_path(tuple(str(segment) for segment in path))


def judge(scenario: Scenario, run: Happened) -> None:
    """Compare a scenario with what happened; fails the test where the model is not as the scenario says."""
    said, wrong = foretold(run), surprises(run)
    shown = f"{scenario.fact}: {'success' if run.success else run.error}; the model said {said}; {wrong}"
    as_said = (said is None or said == run.success) and not wrong
    if scenario.blind:
        assert not as_said, f"the model sees it now; take `blind` away: {shown}"
    else:
        assert as_said, shown
        assert (said is None) == bool(scenario.silent), shown
        assert scenario.silent or run.success == (not scenario.unmet), shown
        assert scenario.unmet in ("", *unmet(run)), f"{shown}; unmet: {unmet(run)}"
    assert set(scenario.only_if) <= set(decided(run)), f"{shown}; decided: {decided(run)}"
