"""Adds what was read after a failure to the Execution, as a failure probe.

The facts stand behind the step that failed; where none did, they are taken for what was so behind the last step as well
as when the run was verified, since the file does not tell the moments apart. Only facts of the dictionary are taken.
Reading a file of them is left to `cli`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runwright.errors import ContentError
from runwright.learn.fingerprint import failed_step
from runwright.model.execution import Execution
from runwright.model.facts import spec_of
from runwright.model.path import concrete_path, str_path

MAX_FACTS = 256
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "array": (list, tuple),
}


def probed(execution: Execution, facts: Mapping[str, Any]) -> Execution:
    """The same run with these facts as its failure probe; raises `ContentError` for what is no well-known fact."""
    if len(facts) > MAX_FACTS:
        raise ContentError(f"a probe of {len(facts)} facts; at most {MAX_FACTS} are taken")
    read = {_named(key): _fitting(key, value) for key, value in facts.items()}
    steps, failed = list(execution.executed_steps), failed_step(execution)
    at = next((number for number, step in enumerate(steps) if step is failed), len(steps) - 1)
    if steps:
        steps[at] = steps[at].model_copy(update={"state_after": {**steps[at].state_after, **read}})
    verified = {} if failed is not None else read
    return execution.model_copy(
        update={
            "executed_steps": tuple(steps),
            "verification_facts": {**execution.verification_facts, **verified},
        }
    )


def _named(key: str) -> str:
    try:
        path = concrete_path(key)
    except ValueError as error:
        raise ContentError(f"{key!r:.200} is no path of a fact: {error}") from None
    if spec_of(path) is None:
        raise ContentError(f"{key!r:.200} is no well-known fact; schemas/facts.schema.json lists them")
    return str_path(path)


def _fitting(key: str, value: Any) -> Any:
    spec = spec_of(concrete_path(key))
    wanted = spec.type if spec is not None else ""
    good = isinstance(value, _TYPES.get(wanted, ())) and (wanted == "boolean" or not isinstance(value, bool))
    if not good or (spec is not None and spec.values and value not in spec.values):
        among = f" among {', '.join(spec.values)}" if spec is not None and spec.values else ""
        raise ContentError(f"{key!r:.200} is {value!r:.80}; expected {wanted}{among}")
    return value
