"""Reads Executions as agents in the field write them: minimal ones, older ones, newer ones.

What is said here: `status: failed`, steps with `duration` and `success`, steps known by number, other shapes
of `state_diff`, nested facts, a verification that was never run. Unknown fields stay as they came.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from runwright.errors import ContentError
from runwright.model.execution import NOT_RUN, SCHEMA, Execution
from runwright.model.path import str_path

MAX_DEPTH = 32
_STATUS = {"failed": "failure", "error": "failure", "ok": "success", "succeeded": "success", "timed_out": "timeout"}
_MAJOR = "runwright.execution/"
SYNTHETIC = "synthetic"
"""The `provenance` of a recording that no host has made."""


class UnknownSchema(ContentError):
    """An Execution of a major version that this Runwright does not know; it is put aside, not lost."""


def parse_execution(raw: Any) -> Execution:
    """Read one Execution from JSON data; raises `ContentError` with the JSON path of what is wrong."""
    if not isinstance(raw, Mapping):
        raise ContentError(f"$: expected an Execution as a JSON object, not {type(raw).__name__}")
    schema = raw.get("schema", SCHEMA)
    if not isinstance(schema, str) or not schema.startswith(_MAJOR) or schema != SCHEMA:
        raise UnknownSchema(f"$.schema: {schema!r} is not known here; this version reads {SCHEMA}")
    if "execution_id" not in raw or "runbook_id" not in raw:
        missing = "execution_id" if "execution_id" not in raw else "runbook_id"
        raise ContentError(f"$.{missing}: missing; every Execution needs execution_id and runbook_id")
    try:
        # `json` refuses NaN and infinity, and writes half characters in a form that pydantic refuses.
        return Execution.model_validate_json(json.dumps(normalise(raw), allow_nan=False))
    except ValidationError as error:
        raise ContentError(first_error(error)) from error
    except (ValueError, RecursionError):
        raise ContentError("$: holds a number that JSON cannot carry, or is nested too deep") from None


def read_again(content: bytes) -> Execution:
    """Read the bytes of an Execution that were read strictly before; raises `ContentError` as `parse_execution` does.

    What is written in the fields' own words needs no bringing there, which is most of the work. That no key stands
    twice and that no number is endless was seen at the first reading.
    """
    try:
        found = Execution.model_validate_json(content)
    except ValidationError:
        found = None
    if found is not None and _in_own_words(found):
        return found
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        raise ContentError("$: not valid JSON, or nested too deep") from None
    return parse_execution(data)


def _in_own_words(found: Execution) -> bool:
    """Whether `normalise` would leave it as it is."""
    if found.schema_ != SCHEMA or found.verification_method in (NOT_RUN, ""):
        return False
    # What has a word that no field names may be written in a dialect; most has none.
    if "verification_method" not in found.__pydantic_fields_set__ or found.state_diff.__pydantic_extra__:
        return False
    if dict in map(type, found.state_before.values()) or dict in map(type, found.state_after.values()):
        return False
    foreign = [one.__pydantic_extra__ for one in (found, *found.executed_steps) if one.__pydantic_extra__]
    return not foreign or not any(None in extra.values() or "duration" in extra for extra in foreign)


def first_error(error: ValidationError) -> str:
    """Say the first of pydantic's errors in one line, with its JSON path."""
    first = error.errors(include_url=False)[0]
    return f"{json_path(first['loc'])}: {first['msg']}"


def json_path(location: tuple[str | int, ...]) -> str:
    """Write a location the way JSON path does: $.executed_steps[2].outcome."""
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)


def normalise(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Bring the field's dialects to the fields' own names; what is not understood stays as it is."""
    data = dict(raw)
    data["status"] = _status(data)
    data["success"] = data["success"] if isinstance(data.get("success"), bool) else data["status"] == "success"
    for key in ("state_before", "state_after", "verification_facts"):
        if isinstance(data.get(key), Mapping):
            data[key] = flatten(data[key])
    data["state_diff"] = _diff(data.get("state_diff"))
    if isinstance(data.get("executed_steps"), list):
        data["executed_steps"] = [_step(item) for item in data["executed_steps"]]
    if data.get("verification_method") in (NOT_RUN, None, ""):
        data["verification_passed"] = None
        data.setdefault("verification_method", NOT_RUN)
        data["verification_method"] = data["verification_method"] or NOT_RUN
    if _counted(data.get("error_step")):
        data["error_step"] = str(data["error_step"])
    return {key: value for key, value in data.items() if value is not None}


def flatten(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Write nested facts by the canonical form of their path; dotted keys are taken as they are."""
    return dict(_leaves(facts, ()))


def _leaves(facts: Mapping[str, Any], at: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for key, value in facts.items():
        if isinstance(value, Mapping) and value and len(at) < MAX_DEPTH:
            yield from _leaves(value, (*at, str(key)))
        else:
            yield (str_path((*at, str(key))) if at else str(key)), value


def _counted(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _status(data: Mapping[str, Any]) -> Any:
    status = data.get("status")
    if status is None:
        return "success" if data.get("success") is True else "failure"
    return _STATUS.get(status, status) if isinstance(status, str) else status


def _diff(raw: Any) -> Any:
    if not isinstance(raw, Mapping) or "changed" not in raw or "changed_keys" in raw:
        return raw
    changed = raw["changed"] if isinstance(raw["changed"], Mapping) else {}
    # Each change is a list of two: the value before and the value after.
    pairs = {key: pair for key, pair in changed.items() if isinstance(pair, list) and len(pair) == 2}
    return {
        **raw,
        "changed_keys": sorted(changed),
        "before": {key: pair[0] for key, pair in pairs.items()},
        "after": {key: pair[1] for key, pair in pairs.items()},
    }


def _step(raw: Any) -> Any:
    if not isinstance(raw, Mapping):
        return raw
    step = {key: value for key, value in raw.items() if value is not None}
    if _counted(step.get("step")):
        step["step"] = str(step["step"])
    if "duration_seconds" not in step and "duration" in step:
        step["duration_seconds"] = step.pop("duration")
    if "outcome" not in step and isinstance(step.get("success"), bool):
        step["outcome"] = "success" if step["success"] else "failed"
    return step


def is_synthetic(execution: Execution) -> bool:
    """Whether a recording says that it was written after a vendor's pages and not taken from a host."""
    return (execution.model_extra or {}).get("provenance") == SYNTHETIC


def execution_data(execution: Execution) -> dict[str, Any]:
    """Write an Execution as JSON data under the fields' own names, leaving out what was never known."""
    data: dict[str, Any] = json.loads(execution_text(execution))
    return data


def execution_text(execution: Execution) -> str:
    """Write an Execution as `execution_data` does, as JSON text on one line."""
    text = execution.model_dump_json(by_alias=True, exclude_none=True)
    # Not known is an answer of its own here, so it is always written.
    return text if execution.verification_passed is not None else f'{text[:-1]},"verification_passed":null}}'


def canonical(data: Any) -> bytes:
    """The one way a JSON value is written where bytes are compared: sorted keys, two spaces, a final newline."""
    return (json.dumps(data, sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()
