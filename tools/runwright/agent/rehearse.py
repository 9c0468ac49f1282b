"""A dry run: the same engine, answered from the facts of the host and from what each action's model says.

It holds a way to read this host and none to change it. Three values: it would go through, it would not, not known.
Values that only a real run gives, such as the output of a step, are shown in ‹quotes›.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from runwright.actions.action import Action, Model, Operation, Variant
from runwright.actions.binding import ANY, bind_operation, changes_of, needs_of
from runwright.actions.catalogue import find, variant
from runwright.actions.host import REBOOT
from runwright.agent import wanted
from runwright.agent.accept import refusal
from runwright.agent.foresee import Foreseen, Foresight, shown
from runwright.agent.plan import Carried, Entry, Looked, Questioned, Rested
from runwright.agent.secrets import name_at
from runwright.engine.exchange import (
    Act,
    Acted,
    ActedTogether,
    Answer,
    Answered,
    Ask,
    Decide,
    Decided,
    Finish,
    Pause,
    Paused,
    Request,
    Together,
)
from runwright.engine.state import Run, State, Undoing
from runwright.engine.stepper import advance, begin, request
from runwright.errors import ContentError
from runwright.model.condition import UNKNOWN, Condition, Truth, describe, evaluate, tests
from runwright.model.path import Path, concrete_path
from runwright.model.runbook import Runbook
from runwright.model.step import Step
from runwright.model.walk import conditions

OPEN, CLOSE = "‹", "›"
BY_HAND = "a run by hand ends with the restart of the host; an agent goes on after it"
OPAQUE = "nothing says what it needs and changes; `needs` and `changes` in the step would"


@dataclass
class Rehearsal:
    """Answers the engine's requests and notes them; it changes nothing."""

    foresight: Foresight
    secrets: frozenset[str]
    """The names of the secrets that the agent knows."""
    entries: list[Entry] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    """Why it is not known whether the run would go through."""

    def answer(self, asked: Request) -> Answer:
        """Answer one request."""
        if isinstance(asked, Decide):
            return self._decide(asked)
        if isinstance(asked, Act):
            return self._act(asked)
        if isinstance(asked, Together):
            return ActedTogether(answers=tuple(self._act(act) for act in asked.acts))
        if isinstance(asked, Ask):
            self.entries.append(Questioned(asked.step, asked.message, asked.who, asked.timeout_seconds, asked.default))
            return Answered(value=True, by="nobody, in a dry run")
        if isinstance(asked, Pause):
            self.entries.append(Rested(asked.step, asked.seconds, asked.reason))
            return Paused(duration=asked.seconds)
        raise RuntimeError(f"{type(asked).__name__} is not answered here")

    def _decide(self, asked: Decide) -> Decided:
        facts = self.foresight.facts(sorted(wanted.of_condition(asked.condition, {})))
        sure = evaluate(asked.condition, lambda path: _value(facts, path, certain=True))
        now = evaluate(asked.condition, lambda path: _value(facts, path, certain=False))
        doubtful = any(fact.doubtful for fact in facts.values())
        value, doubt = _settled(asked, sure, now, doubtful)
        if doubt:
            self.doubts.append(f"{asked.step or asked.purpose}: {doubt}: {describe(asked.condition)}")
        predicted = tuple(sorted(shown({path: fact for path, fact in facts.items() if fact.predicted})))
        self.entries.append(
            Looked(asked.step, asked.purpose, describe(asked.condition), value, shown(facts), predicted, doubt)
        )
        return Decided(value=value, facts=shown(facts))

    def _act(self, asked: Act) -> Acted:
        try:
            action = find(asked.action)
            chosen = variant(action, self.foresight.reader.host)
            problem = self._problem(action, asked)
            operation = bind_operation(chosen.operation, asked.params)
        except ContentError as unfit:
            return Acted(success=False, error=unfit.message)
        needs = self._needs(chosen, asked)
        unmet = next((text for text, truth in needs if truth is False), None)
        why = problem or (f"it needs {unmet}, and that is not so" if unmet else "")
        self._note(action, asked, operation, (needs, why))
        if why:
            return Acted(success=False, error=why)
        self._change(chosen.model, asked)
        self._doubt(action, chosen.model, asked, needs)
        return Acted(success=True, exit_code=0, output=unknown_output(asked.step))

    def _problem(self, action: Action, asked: Act) -> str:
        """Why the agent would not carry it out at all."""
        missing = [name_at(asked.params, at) for at in asked.secrets if name_at(asked.params, at) not in self.secrets]
        if missing:
            return f"secret {missing[0]!r} is not known here; name an agent's configuration with --config that has it"
        if action is REBOOT:
            return BY_HAND
        if OPEN in json.dumps(asked.params, ensure_ascii=False, default=str):
            return ""
        return refusal(action, asked.params) or ""

    def _needs(self, chosen: Variant, asked: Act) -> tuple[tuple[str, Truth], ...]:
        lookup = self.foresight.lookup
        found = [(describe(need.test), need.holds(lookup)) for need in needs_of(chosen.model, asked.params, lookup)]
        if asked.declared is not None and asked.declared.needs is not None:
            found.append((describe(asked.declared.needs), evaluate(asked.declared.needs, lookup)))
        return tuple(found)

    def _change(self, model: Model, asked: Act) -> None:
        if asked.declared is not None and asked.declared.changes is not None:
            for key, value in asked.declared.changes.items():
                self.foresight.change(concrete_path(key), value)
        elif model.opaque:
            self.foresight.anything()
        # A whole family first: what is said of one member is said more exactly.
        for path, value in sorted(changes_of(model, asked.params), key=lambda change: ANY not in change[0]):
            self.foresight.change(path, value)

    def _doubt(self, action: Action, model: Model, asked: Act, needs: Iterable[tuple[str, Truth]]) -> None:
        declared = asked.declared is not None and asked.declared.needs is not None
        if model.opaque and not declared:
            self.doubts.append(f"{asked.step}: {OPAQUE}")
        for text, truth in needs:
            if truth is None:
                self.doubts.append(f"{asked.step}: it is not known whether {text}, which {action.name} needs")

    def _note(
        self, action: Action, asked: Act, operation: Operation, said: tuple[tuple[tuple[str, Truth], ...], str]
    ) -> None:
        needs, why = said
        self.entries.append(
            Carried(asked.step, action.name, action.risk, action.destructive, operation, asked.run_as, needs, why)
        )


@dataclass(frozen=True)
class Rehearsed:
    """What a dry run came to."""

    state: State
    entries: tuple[Entry, ...]
    doubts: tuple[str, ...]
    undos: tuple[Undoing, ...]
    """What would be taken back if the run failed at its end, the latest first."""


def rehearse(run: Run, rehearsal: Rehearsal) -> Rehearsed:
    """Drive the engine to its end without touching anything."""
    prepared = replace(run, runbook=_answerable(run.runbook), called={k: _answerable(v) for k, v in run.called.items()})
    state = begin(prepared)
    while not isinstance(asked := request(state), Finish):
        state = advance(state, rehearsal.answer(asked))
    doubts = (*rehearsal.doubts, *_unknown_values((run.runbook, *run.called.values())))
    return Rehearsed(state, tuple(rehearsal.entries), tuple(dict.fromkeys(doubts)), tuple(reversed(state.undos)))


def unknown_output(step: str) -> str:
    """What stands for the output of a step that did not run."""
    return f"{OPEN}output of {step}{CLOSE}"


def _value(facts: Mapping[Path, Foreseen], path: Path, *, certain: bool) -> Any:
    fact = facts.get(path)
    if fact is None:
        return UNKNOWN
    return fact.certain if certain else fact.value


def _settled(asked: Decide, sure: Truth, now: Truth, doubtful: bool) -> tuple[Truth, str]:
    """The answer that the dry run goes on with, and why it may be another one in the real run.

    The verification of the run is never assumed. What an earlier step may bring about is taken for granted, so that
    the steps behind it are shown as well.
    """
    if sure is True or (asked.purpose == "verify" and not asked.nested):
        return sure, ""
    if asked.purpose == "wait":
        return True, "it is not so now, and the run would wait for it"
    if sure is not None or not doubtful:
        return sure, ""
    if asked.purpose in ("when", "healthy", "unsafe") and now is not None:
        return now, "an earlier step may change it"
    return asked.purpose not in ("healthy", "unsafe"), "it depends on what an earlier step does"


def _answerable(runbook: Runbook) -> Runbook:
    """The runbook with something to extract everywhere: there is no output that it could come from."""
    return runbook.model_copy(update={"steps": _with_defaults(runbook.steps), **_sections(runbook)})


def _with_defaults(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return tuple(_with_default(step) for step in steps)


def _with_default(step: Step) -> Step:
    extract = {
        name: one
        if one.default is not None
        else one.model_copy(update={"default": f"{OPEN}{name} of {step.id}{CLOSE}"})
        for name, one in step.extract.items()
    }
    inner = {name: _with_defaults(found) for name in ("block", "parallel") if (found := getattr(step, name))}
    return step.model_copy(update={"extract": extract, **inner, **_sections(step)})


def _sections(owner: Runbook | Step) -> dict[str, tuple[Step, ...]]:
    return {name: _with_defaults(found) for name in ("rescue", "always") if (found := getattr(owner, name))}


def _unknown_values(runbooks: Iterable[Runbook]) -> Iterable[str]:
    """Conditions that look at what a step said: the engine decides them, and here nothing was said."""
    for runbook in runbooks:
        for pointer, condition in conditions(runbook):
            if _depends_on_output(condition):
                place = ".".join(map(str, pointer))
                yield f"{runbook.id} {place}: it depends on the output of a step: {describe(condition)}"


def _depends_on_output(condition: Condition) -> bool:
    said = ("output", "outputs", "exit_code", "changed", "error")
    return any(test.path[0] == "steps" and any(part in said for part in test.path[1:]) for test in tests(condition))
