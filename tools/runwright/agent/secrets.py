"""Secrets: put in right before an action is carried out, and erased from everything that it says afterwards.

A secret stands only where the runbook's own file names it, and never where other accounts of the host can read it:
an argument of a program is refused. Where the values come from is left to the port.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from runwright.actions.action import Exec, Operation, Result
from runwright.actions.binding import bind_operation
from runwright.agent.ports import SecretsPort
from runwright.errors import ContentError, EdgeError
from runwright.model.execution import Execution
from runwright.model.fields import Facts
from runwright.model.secret import SCHEME, Pointer, reference
from runwright.redact.registered import MIN_LENGTH, Registered

Pointers = Sequence[Pointer]


@dataclass
class Vault:
    """The secrets that runs have used since the agent started; several threads may use it."""

    port: SecretsPort
    _known: Registered = field(default_factory=Registered)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def bound(self, operation: Operation, params: Mapping[str, Any], pointers: Pointers) -> Operation:
        """The command with the values of its secrets; raises `ContentError` and `EdgeError` that say what to do."""
        if not pointers:
            return bind_operation(operation, params)
        _refuse_arguments(operation, params, pointers)
        return bind_operation(operation, replaced(params, pointers, self._value))

    def recall(self, params: Mapping[str, Any], pointers: Pointers) -> None:
        """Know again what a run used before the agent was stopped; what cannot be read now is not put in either."""
        for pointer in pointers:
            try:
                self._value(name_at(params, pointer))
            except (ContentError, EdgeError):
                continue

    def hidden(self, result: Result) -> Result:
        """A result without the values."""
        mask = self._known.mask
        return Result(
            result.exit_code,
            mask(result.output),
            mask(result.error),
            timed_out=result.timed_out,
            never_started=result.never_started,
            values=self._known.mask_data(dict(result.values)),
        )

    def hidden_text(self, text: str) -> str:
        """A text without the values."""
        return self._known.mask(text)

    def hidden_facts(self, facts: Facts) -> Facts:
        """Facts without the values."""
        masked: Facts = self._known.mask_data(facts)
        return masked

    def hidden_execution(self, execution: Execution) -> Execution:
        """An Execution without the values, also where they stood before the agent knew them."""
        if not self._known.values:
            return execution
        masked = self._known.mask_data(execution.model_dump(mode="json", by_alias=True))
        return Execution.model_validate_json(json.dumps(masked))

    def _value(self, name: str) -> str:
        value = self.port.value(name)
        if len(value) < MIN_LENGTH:
            said = f"secret {name!r} has fewer than {MIN_LENGTH} characters and could not be kept out of the records"
            raise EdgeError(f"{said}; use a longer one", retryable=False)
        with self._lock:
            self._known = self._known.plus(value)
        return value


class NoSecrets:
    """Where no configuration names any secret."""

    def value(self, name: str) -> str:
        """Refuse; raises `EdgeError`."""
        said = f"secret {name!r} is not known here; name an agent's configuration that has it under `secrets`"
        raise EdgeError(said, retryable=False)


def replaced(params: Mapping[str, Any], pointers: Pointers, value_of: Callable[[str], str]) -> dict[str, Any]:
    """The parameters with the value of each secret in the place that names it."""
    changed: dict[str, Any] = dict(params)
    for pointer in pointers:
        changed = _with(changed, pointer, value_of(name_at(params, pointer)))
    return changed


def name_at(params: Mapping[str, Any], pointer: Pointer) -> str:
    """The name of the secret that stands at a place; raises `ContentError`."""
    found: Any = params
    for part in pointer:
        found = found[part]
    name = reference(found)
    if name is None:
        raise ContentError(f"{'.'.join(map(str, pointer))} names no secret; expected {SCHEME}NAME")
    return name


def _with(owner: Any, pointer: Pointer, value: str) -> Any:
    if not pointer:
        return value
    first, rest = pointer[0], pointer[1:]
    if isinstance(owner, Mapping):
        return {**owner, first: _with(owner[first], rest, value)}
    return [_with(item, rest, value) if index == first else item for index, item in enumerate(owner)]


def _refuse_arguments(operation: Operation, params: Mapping[str, Any], pointers: Pointers) -> None:
    """Raise `ContentError` where a secret would become an argument: everybody on the host can list those."""
    stand_ins: dict[str, str] = {}

    def stand_in(name: str) -> str:
        return stand_ins.setdefault(name, f"stand-in-{secrets.token_hex(16)}")

    bound = bind_operation(operation, replaced(params, pointers, stand_in))
    words = bound.argv if isinstance(bound, Exec) else ()
    shown = [name for name, text in stand_ins.items() if any(text in word for word in words)]
    if shown:
        said = f"secret {shown[0]!r} would be an argument of {words[0]!r}, which every account of the host can read"
        raise ContentError(f"{said}; give it in the environment (`env`) of a script")
