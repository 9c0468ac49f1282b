"""Check `secrets`: a secret is named, never written, and its value goes only where it stays out of sight.

`secret://NAME` stands alone as a value in `with`; the agent replaces it right before the action. The words of a command
line are seen by every account of a host, so no secret goes there. What looks like a secret is known to `redact`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from runwright.actions.action import Exec
from runwright.actions.catalogue import ACTIONS
from runwright.checks.nearest import nearest
from runwright.checks.texts import field_of, texts
from runwright.corpus.corpus import Entry
from runwright.model.fields import SCRIPT
from runwright.model.finding import Finding
from runwright.model.insertion import insertions
from runwright.model.runbook import Runbook
from runwright.model.step import Step
from runwright.model.walk import Pointer, nested

MARK = "secret://"
_REFERENCE = re.compile(r"secret://([a-z][a-z0-9_-]{0,63})")
_EXPLAINS = frozenset({"description", "status_reason"})


def check(entry: Entry[Runbook]) -> Iterator[Finding]:
    """Find references to secrets that cannot be followed, or that would show the secret."""
    declared = entry.value.secrets
    if not declared and MARK.encode() not in entry.document.content:
        return
    steps = {placed.pointer: placed.step for placed in nested(entry.value)}
    used: set[str] = set()
    for pointer, text in texts(entry.document.data):
        if MARK in text and field_of(pointer) not in _EXPLAINS:
            used |= set(_REFERENCE.findall(text))
            problem = _problem(text, pointer, steps) or _undeclared(text, declared)
            if problem:
                yield entry.finding("secrets", problem[0], pointer, suggestion=problem[1])
    for name in declared.keys() - used:
        message = f"secret {name!r} is declared and never used"
        yield entry.finding("secrets", message, ("secrets", name), severity="warning", suggestion="remove it")


def _problem(text: str, pointer: Pointer, steps: dict[Pointer, Step]) -> tuple[str, str | None] | None:
    at = pointer.index("with") if "with" in pointer else len(pointer)
    inside = pointer[:at] if pointer[at - 1 : at] != ("rollback",) else pointer[: at - 1]
    step = steps.get(inside)
    if step is None or len(pointer) < at + 2 or text == pointer[-1]:
        return f"{MARK} is read only in the values of a step's `with`", None
    if step.call is not None:
        return "a called runbook gets no secret from its caller", "let it declare and use its own"
    if _REFERENCE.fullmatch(text) is None and pointer[at + 1] != SCRIPT:
        advice = "a secret stands alone, as secret://name; let its value be the whole text, such as a header line"
        return f"{text!r:.80} is no reference", advice
    action = step.action if inside == pointer[:at] or step.rollback is None else step.rollback.action
    return _shown(str(action), str(pointer[at + 1]))


def _shown(action: str, param: str) -> tuple[str, str] | None:
    if param == SCRIPT:
        return "a script's text is not searched for secrets", "give it through `env`"
    if param in _on_the_command_line(action):
        message = f"{action} puts {param!r} on a command line, where every account of the host can read it"
        return message, "give it through `env`, or use an action that takes it another way"
    return None


def _undeclared(text: str, declared: dict[str, Any]) -> tuple[str, str] | None:
    name = text.removeprefix(MARK)
    if name in declared:
        return None
    near = nearest(name, declared)
    return f"no secret {name!r} is declared", f"did you mean {near}?" if near else "declare it under `secrets`"


@lru_cache(maxsize=512)
def _on_the_command_line(name: str) -> frozenset[str]:
    """The parameters of an action that become words of a command line, on any platform."""
    action = ACTIONS.get(name)
    operations = [variant.operation for variant in action.variants.values()] if action is not None else []
    words = [word for operation in operations if isinstance(operation, Exec) for word in operation.argv]
    return frozenset(found.path[1] for found in insertions(words) if found.path[0] == "params")
