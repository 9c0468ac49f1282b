"""What one use of an action asks for, as far as the file alone says: worked out once, however often it runs.

The values of a run are left to `acting`, which inserts them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.actions.catalogue import find
from runwright.model.fields import SCRIPT
from runwright.model.insertion import Scope, insert
from runwright.model.remembered import Remembered
from runwright.model.secret import Pointer, named, pointers
from runwright.model.step import Step, Undo

MAX_KNOWN = 4096
"""Uses that are remembered; beyond that it begins anew."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One use of an action by a step or by a rollback."""

    verb: str
    limit: float
    """Seconds that one try may take."""
    defaults: Mapping[str, Any]
    given: Mapping[str, Any]
    """The parameters as the file gives them."""
    fixed: Mapping[str, Any] | None
    """All parameters, where nothing has to be inserted into them, or taken apart."""
    codes: tuple[int, ...]
    """Exit codes that mean success, those that mean a change included."""
    secrets: tuple[Pointer, ...]
    """Where the file refers to secrets."""
    secret_names: frozenset[str]
    declares: bool

    def params(self, scope: Scope) -> dict[str, Any]:
        """The parameters with the values of a run; raises `MissingValue`."""
        if self.fixed is not None:
            return dict(self.fixed)
        values = {key: value if key == SCRIPT else insert(value, scope) for key, value in self.given.items()}
        return {**self.defaults, **values}


def _prepared(use: Step | Undo) -> Prepared:
    verb, step = (use.verb, use) if isinstance(use, Step) else (use.action, None)
    action = find(verb)
    defaults = {name: spec.default for name, spec in action.params.items() if spec.default is not None}
    fixed = not any(_moves(key, value) for key, value in use.params.items())
    return Prepared(
        verb=verb,
        limit=use.timeout.total_seconds() if use.timeout is not None else action.timeout_seconds,
        defaults=defaults,
        given=use.params,
        fixed={**defaults, **use.params} if fixed else None,
        codes=(*step.success_codes, *step.changed_codes) if step is not None else (0,),
        secrets=pointers(use.params),
        secret_names=named(use.params),
        declares=step is not None and step.declared,
    )


def _moves(key: str, value: Any) -> bool:
    """Whether a value has to be looked at in every run: it holds an insertion, or is one that could be changed."""
    return isinstance(value, (dict, list, tuple)) or (key != SCRIPT and isinstance(value, str) and "${{" in value)


prepared: Callable[[Step | Undo], Prepared] = Remembered(_prepared, MAX_KNOWN)
"""What a step or a rollback asks for; raises `ContentError` for an action that nobody knows."""
