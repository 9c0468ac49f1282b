"""Which words a model's draft may use: those that people approved, or that a recorded fact confirms.

A name that only an error or an output told is hostile: it may explain something, and never gets into a step. So it does
not matter what a model was talked into. The built-in author needs no such check; it takes its names from facts alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.actions.action import Action, Param
from runwright.actions.catalogue import ACTIONS, Host, host_of, variant
from runwright.errors import ContentError
from runwright.learn.drafts import Failure
from runwright.model.duration import parse_duration
from runwright.model.execution import Execution
from runwright.model.facts import spec_of
from runwright.model.fields import Facts
from runwright.model.insertion import Insertion, parse_template
from runwright.model.path import Path, concrete_path
from runwright.model.walk import verbs

_NAME = re.compile(r"[A-Za-z0-9_@$.:+/\\-]{1,200}")
_FREE = frozenset({"text", "environment", "strings"})
"""Types of parameters that could hold anything; a model gets no action that has one."""
_TYPES: Mapping[str, tuple[type, ...]] = {"integer": (int,), "number": (int, float), "boolean": (bool,)}


def usable(host: Host) -> Mapping[str, Action]:
    """The actions that a draft may use on a host: none that destroys, none whose effect is not known, no free text."""
    return {name: action for name, action in sorted(ACTIONS.items()) if _is_tame(action) and _runs_on(action, host)}


def _is_tame(action: Action) -> bool:
    opaque = any(one.model.opaque for one in action.variants.values())
    return not (opaque or action.destructive or any(param.type in _FREE for param in action.params.values()))


def _runs_on(action: Action, host: Host) -> bool:
    try:
        variant(action, host)
    except ContentError:
        return False
    return True


Place = tuple[str, int, str]
"""A family of facts, a position in its paths, and the name that stands there."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """What may be named in a draft for one failure."""

    names: frozenset[str]
    """Confirmed by a recorded fact, the run's parameters, or the runbook: what a condition may name."""
    written: frozenset[str]
    """Texts of the runbook that people approved."""
    places: frozenset[Place]
    """The names in the paths of well-known facts, each with where it stands."""
    approved: frozenset[tuple[str, str, str]]
    """Action, parameter and value as a runbook of the library has them."""
    own: Mapping[str, str]
    """The run's parameters by value."""
    params: frozenset[str]
    """The parameters that the runbook declares."""
    facts: Mapping[Path, Any]
    """Everything that was recorded, by path."""
    actions: Mapping[str, Action]

    def knows(self, name: str) -> bool:
        """Whether a name may stand in a step; a number may."""
        return name in self.names or name.isdecimal()

    def value(self, action: Action, name: str, value: Any) -> Any:
        """A parameter's value as the runbook gets it; raises ContentError for one that nothing vouches for."""
        param = action.params.get(name)
        if param is None:
            raise ContentError(f"{action.name} has no such parameter; it has {', '.join(action.params) or 'none'}")
        if type(value) not in _TYPES.get(param.type, (str,)):
            raise ContentError(f"`{name}` of {action.name} is {param.type}, and another type was given")
        if not isinstance(value, str):
            return value
        if value in self.own and (action.name, name, value) not in self.approved:
            return f"${{{{ params.{self.own[value]} }}}}"
        if not self._may_say(action, name, param, value):
            raise ContentError(f"nothing confirms the value of `{name}` of {action.name}; no recorded fact names it")
        return value

    def _may_say(self, action: Action, name: str, param: Param, value: str) -> bool:
        if param.enum:
            return value in param.enum
        if "${{" in value:
            return self.inserted(value) is not None
        if param.type == "duration":
            return _is_duration(value)
        if value in self.written or (action.name, name, value) in self.approved:
            return True
        return is_plain(value) and any((*place, value) in self.places for place in _places_of(action, name))

    def inserted(self, text: str) -> Insertion | None:
        """The insertion of one of the runbook's parameters that a text is, and nothing else; None otherwise."""
        try:
            parts = parse_template(text)
        except ValueError:
            return None
        only = parts[0] if len(parts) == 1 else None
        fits = isinstance(only, Insertion) and not only.filters and only.path[:1] == ("params",)
        return only if fits and isinstance(only, Insertion) and set(only.path[1:]) <= self.params else None


def vouched(failure: Failure) -> Vouched:
    """What a draft for a failure may name."""
    run, parent = failure.execution, failure.parent.value
    facts = dict(_facts(run))
    told = {value: name for name, value in sorted(run.params.items()) if isinstance(value, str)}
    # What was put together from telemetry was approved by nobody.
    written = frozenset(() if failure.reconstructed else _written(failure.parent.document.data))
    names = {*told, *_written(failure.parent.document.data), *_named(facts)}
    approved = {
        (verb.action, name, value)
        for entry in (*failure.corpus.runbooks, failure.parent)
        if not (failure.reconstructed and entry is failure.parent)
        for verb in verbs(entry.value)
        for name, value in verb.params.items()
        if isinstance(value, str) and "${{" not in value
    }
    own = {value: name for value, name in told.items() if name in parent.params}
    tame = usable(host_of(run.state_before, run.platform))
    kept = frozenset(filter(is_plain, names))
    places = frozenset(_placed(facts))
    return Vouched(kept, written, places, frozenset(approved), own, frozenset(parent.params), facts, tame)


def is_plain(name: str) -> bool:
    """Whether a name is of the characters that names of services, files, hosts and accounts have."""
    return _NAME.fullmatch(name) is not None


def all_facts(run: Execution) -> Iterator[Facts]:
    """Everything that was recorded of a run, the latest looks last."""
    yield run.state_before
    for step in run.executed_steps:
        yield from (step.state_before, step.facts, step.state_after)
    yield from (run.verification_facts, run.state_after)


def _facts(run: Execution) -> Iterator[tuple[Path, Any]]:
    for facts in all_facts(run):
        for key, value in facts.items():
            try:
                yield concrete_path(key), value
            except ValueError:
                continue  # an older agent's key that is no path names nothing


def _places_of(action: Action, name: str) -> Iterator[tuple[str, int]]:
    """Where in the paths of facts an action inserts a parameter: there a fact that was looked at confirms a value.

    So a service that is called 0666 confirms no mode of a file.
    """
    for one in action.variants.values():
        needs = (*one.model.needs, *one.model.rare)
        templates = (*one.model.reads, *(need.test.path for need in needs), *(item.path for item in one.model.changes))
        for template in templates:
            for at, part in enumerate(template):
                if isinstance(part, Insertion) and part.path == ("params", name) and isinstance(template[0], str):
                    yield template[0], at


def _placed(facts: Mapping[Path, Any]) -> Iterator[Place]:
    for path in facts:
        spec = spec_of(path)
        if spec is not None:
            yield from ((path[0], at, part) for at, part in enumerate(path) if spec.path[at] == "*")


def _named(facts: Mapping[Path, Any]) -> Iterator[str]:
    """The names in the paths of well-known facts, and in the lists that such facts are."""
    for path, value in facts.items():
        spec = spec_of(path)
        if spec is None:
            continue
        yield from (segment for segment, place in zip(path, spec.path, strict=True) if place == "*")
        if spec.type == "array" and isinstance(value, (list, tuple)):
            yield from (item for item in value if isinstance(item, str))


def _written(data: Any) -> Iterator[str]:
    """Every text of the runbook that is a value."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from _written(value)
    elif isinstance(data, (list, tuple)):
        for item in data:
            yield from _written(item)


def _is_duration(text: str) -> bool:
    try:
        return bool(parse_duration(text))
    except ValueError:
        return False
