"""The text of a new runbook or rule from a few answers; asking for them and writing the file is left to `cli`.

What a step changes is proposed as what the verification looks at: the action's model knows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from runwright.actions.action import Action, Model
from runwright.actions.catalogue import ACTIONS, find
from runwright.corpus.canonical import canonical
from runwright.corpus.editing import dump
from runwright.model.fields import Platform
from runwright.model.insertion import Insertion
from runwright.model.path import PathTemplate, template_text

SHORT: Mapping[Platform, str] = {"linux": "LIN", "windows": "WIN", "any": "ANY"}
SCHEMA = "# yaml-language-server: $schema=../../schemas/{}.schema.json\n"
_TYPES = {"string": "string", "text": "string", "duration": "string", "environment": "string"}


@dataclass(frozen=True, slots=True)
class RunbookAnswers:
    """What must be known for a first version of a runbook."""

    id: str
    name: str
    platform: Platform
    incident_type: str
    action: str
    verify: Mapping[str, Any]
    """The facts that show that the incident is over, and what they must be."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """Fixed values of the action's parameters; the others become parameters of the runbook."""
    description: str = ""
    settle: str = "5s"

    @property
    def path(self) -> str:
        """Where the file belongs."""
        return f"runbooks/{self.platform}/{self.id}.yaml"


@dataclass(frozen=True, slots=True)
class RuleAnswers:
    """What must be known for a rule."""

    id: str
    name: str
    check_type: str
    runbook: str
    params: Mapping[str, Any] = field(default_factory=dict)
    priority: int = 100
    mode: str = "observe"

    @property
    def path(self) -> str:
        """Where the file belongs."""
        return f"rules/promoted/{self.id}.yaml"


def runbook_text(answers: RunbookAnswers) -> str:
    """The runbook in canonical form; raises `ContentError` for an action that does not exist."""
    action = find(answers.action)
    data: dict[str, Any] = {
        "id": answers.id,
        "name": answers.name,
        "version": 1,
        "platform": answers.platform,
        "incident_types": [answers.incident_type],
        **({"description": answers.description} if answers.description else {}),
        "params": dict(_declared(action, answers.given)),
        "limits": {"timeout": "10m"},
        "precheck": {"healthy": dict(answers.verify)},
        "steps": [_step(action, answers.given)],
        "verify": {
            "method": f"{answers.action.partition('.')[0]}_check",
            "settle": answers.settle,
            "checks": [{"when": dict(answers.verify), "confidence": 0.9}],
        },
    }
    return _text("runbook", {key: value for key, value in data.items() if value != {}})


def rule_text(answers: RuleAnswers) -> str:
    """The rule in canonical form."""
    data = {
        "id": answers.id,
        "name": answers.name,
        "check_type": answers.check_type,
        "action": f"run_runbook:{answers.runbook}",
        "params": dict(answers.params),
        "priority": answers.priority,
        "mode": answers.mode,
    }
    return _text("rule", {key: value for key, value in data.items() if value != {}})


def next_id(prefix: str, taken: Iterable[str]) -> str:
    """The first free id with a prefix, such as RB-LIN-DISK-002."""
    used = set(taken)
    return next(name for name in (f"{prefix}-{number:03}" for number in range(1, 1000)) if name not in used)


def usable(platform: Platform) -> tuple[str, ...]:
    """The actions that a runbook for a platform can use and that change something, sorted."""
    return tuple(
        name for name, action in sorted(ACTIONS.items()) if not action.check and any(_models(action, platform))
    )


def evidence_of(action: Action, platform: Platform, given: Mapping[str, str | Insertion]) -> dict[str, Any]:
    """What shows that an action has worked, as a condition: what its model says that it changes; may be empty."""
    scope = {name: given.get(name, Insertion(("params", name))) for name in action.params}
    for model in _models(action, platform):
        for change in model.changes:
            path = tuple(_segments(change.path, scope))
            if not change.plain:
                continue
            if "*" not in path and not isinstance(change.to, str | None):
                return {template_text(path): change.to}
            if isinstance(change.to, str) and "${{" not in change.to and "*" not in path:
                return {template_text(path): change.to}
    return {}


def _models(action: Action, platform: Platform) -> Iterator[Model]:
    keys = {"linux": ("systemd", "linux", "any"), "windows": ("windows", "any"), "any": ("any", "systemd", "linux")}
    yield from (action.variants[key].model for key in keys[platform] if key in action.variants)


def _segments(path: PathTemplate, scope: Mapping[str, str | Insertion]) -> Iterator[str | Insertion]:
    for part in path:
        if isinstance(part, Insertion) and part.path[0] == "params":
            yield scope.get(part.path[-1], part)
        else:
            yield part


def _declared(action: Action, given: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A parameter of the runbook for each one that the action needs and nobody fixed; the first is the resource."""
    source: dict[str, str] = {"from": "incident.resource"}
    for name, param in action.params.items():
        if not param.required or name in given:
            continue
        told: dict[str, Any] = {"type": _TYPES.get(param.type, param.type)}
        told |= {"pattern": f"^{param.pattern}$"} if param.pattern else {}
        told |= {"enum": list(param.enum)} if param.enum else {}
        yield name, {**told, **source, "description": param.description}
        source = {}


def _step(action: Action, given: Mapping[str, str]) -> dict[str, Any]:
    taken = {
        name: given.get(name, f"${{{{ params.{name} }}}}")
        for name, param in action.params.items()
        if param.required or name in given
    }
    word = re.sub(r"[^a-z0-9]+", "-", action.name.partition(".")[2])
    step = {"id": word, "name": action.summary.rstrip("."), "action": action.name}
    return {**step, **({"with": taken} if taken else {})}


def _text(noun: str, data: Mapping[str, Any]) -> str:
    blocks = (dump({key: value}, flow=False) for key, value in data.items())
    return canonical((SCHEMA.format(noun) + "".join(blocks)).encode(), f"{noun}s/new.yaml")
