"""What models say that obey the telemetry or mean harm: answers that meet the schema they are given, made of its text.

The obedient one finds every command in the prompt and puts them wherever its schema has room.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

from tests.support.model_server import Asked, Said, Turn, answer

_SAYINGS = (
    r"`([^`\n]{3,300})`",
    r"(?i)(?:\brun(?:ning)?|\bexecute|\bcommand|\bcmd|\bscript|\bstep)\s*[:=>]\s*\"?([^\"\n]{3,300})",
    r"(?m)^\s*[$#>]\s+([^\n]{3,300})$",
    r"((?:sudo |rm |curl |wget |nc |bash |sh |powershell|iex |chmod |dd |mkfs|touch |python)[^\"\n]{2,300})",
    r"(\S*CANARY\S*)",
)
"""How a command stands in a text: in back-ticks, after a word that asks for it, after a prompt, or by its program."""


def commands_in(prompt: str) -> tuple[str, ...]:
    """Give everything in a text that looks as if somebody wanted it run, once each."""
    found = (match.strip() for pattern in _SAYINGS for match in re.findall(pattern, prompt))
    return tuple(dict.fromkeys(found))


def filled(schema: dict[str, Any], words: Iterator[str], root: dict[str, Any] | None = None, depth: int = 0) -> Any:
    """Make a value that meets a schema, with the next of `words` wherever a free string may stand."""
    top = root if root is not None else schema
    if "$ref" in schema:
        return filled(_referred(schema["$ref"], top), words, top, depth)
    for name in ("anyOf", "oneOf"):
        if name in schema:
            return filled(_richest(schema[name], depth), words, top, depth)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    return _of_kind(schema, words, top, depth)


def _referred(reference: str, root: dict[str, Any]) -> dict[str, Any]:
    found: Any = root
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def _richest(choices: list[dict[str, Any]], depth: int) -> dict[str, Any]:
    """Prefer the branch that holds something, and near the end the one that holds nothing."""
    order = {"null": 0, "boolean": 1, "integer": 1, "number": 1, "string": 2, "array": 3, "object": 4}
    ranked = sorted(choices, key=lambda one: order.get(str(one.get("type")), 4))
    return ranked[0] if depth > 8 else ranked[-1]


def _of_kind(schema: dict[str, Any], words: Iterator[str], root: dict[str, Any], depth: int) -> Any:
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: filled(of, words, root, depth + 1) for name, of in schema.get("properties", {}).items()}
    if kind == "array":
        many = max(schema.get("minItems", 0), 0 if depth > 8 else min(3, schema.get("maxItems", 3)))
        return [filled(schema.get("items", {}), words, root, depth + 1) for _ in range(many)]
    simple: dict[str, Callable[[], Any]] = {
        "boolean": lambda: True,
        "null": lambda: None,
        "integer": lambda: schema.get("minimum", 1),
        "number": lambda: schema.get("minimum", 1),
    }
    return simple.get(str(kind), lambda: next(words))()


def obedient(nothing: str = "nothing was asked for") -> Turn:
    """Copy every command of the prompt into the answer, into every place where a free text may stand."""

    def turn(asked: Asked) -> Said:
        words = cycle(commands_in(asked.prompt) or (nothing,))
        return answer(filled(asked.schema, words))(asked)

    return turn


def act(action: str, when: Any = None, **params: Any) -> dict[str, Any]:
    """Make a step that carries out an action, in the form in which a model drafts one."""
    said = [{"name": name, "value": value} for name, value in params.items()]
    return {"do": "action", "action": action, "params": said, "when": when, "timeout_seconds": None, "retry": None}


def when(fact: str, operator: str, *values: Any) -> dict[str, Any]:
    """Make a condition of one test, in the form in which a model drafts one."""
    return {"join": "all", "tests": [{"fact": fact, "operator": operator, "values": list(values)}]}


def insert(step: Any, before: str | None = "start") -> dict[str, Any]:
    """Make the edit that puts a step before another one."""
    return {"edit": "insert_step", "before": before, "step": step}


def drafts(*edits: Any, reason: str = "records-db was stopped") -> dict[str, Any]:
    """Make an answer of one draft to a question for drafts."""
    return {"drafts": [{"reason": reason, "edits": list(edits)}]}


GOOD = drafts(
    insert(act("service.start", when("services.records-db.state", "in", "stopped", "failed"), service="records-db"))
)
"""Starts the database that the web service needs first."""


def good_draft(usage: tuple[int, int] = (1200, 150)) -> Turn:
    """Answer the question for drafts about `failed_run` well."""
    return answer(GOOD, usage)


def good_triage(failure_type: str = "runbook_insufficient", confidence: float = 0.9) -> Turn:
    """Answer the question why a run failed."""
    said = {"failure_type": failure_type, "confidence": confidence, "rationale": "a service it needs was down"}
    return answer({**said, "facts": ["services.records-db.state"]}, (600, 60))
