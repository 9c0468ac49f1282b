"""What a parameter of an action accepts, said once: the checks ask it of files, the agent of the values of a run.

A value that an insertion brings may be a number where a file would have to write a text; `inserted` says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from runwright.actions.action import Param
from runwright.model.duration import parse_duration
from runwright.model.insertion import as_text
from runwright.model.pattern import full_match

TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "text": (str,),
    "duration": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "strings": (list, tuple),
    "environment": (dict,),
}
_EXPECTED = {"strings": "a list of texts", "environment": "a mapping of names to values", "text": "a text"}
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


def problem_with(spec: Param, value: Any, *, inserted: bool = False) -> str | None:
    """Say why a parameter does not accept a value, or None when it does."""
    if not _is_of_type(spec, value, inserted):
        return f"is {value!r:.80}; expected {_EXPECTED.get(spec.type, spec.type)}"
    if isinstance(value, Mapping):
        return _problem_with_names(value)
    if isinstance(value, (list, tuple)):
        return "is empty; expected at least one text" if not value else _problem_with_items(value)
    return _problem_with_scalar(spec, as_text(value))


def _is_of_type(spec: Param, value: Any, inserted: bool) -> bool:
    if isinstance(value, bool):
        return spec.type == "boolean"
    accepted = TYPES[spec.type]
    return isinstance(value, (*accepted, int, float) if inserted and spec.type == "string" else accepted)


def _problem_with_names(values: Mapping[Any, Any]) -> str | None:
    wrong = next((name for name in values if not isinstance(name, str) or not _VARIABLE.fullmatch(name)), None)
    if wrong is not None:
        return f"names {wrong!r:.80}; expected letters, digits and _, such as LOG_FOLDER"
    return _problem_with_items(tuple(values.values()))


def _problem_with_items(values: list[Any] | tuple[Any, ...]) -> str | None:
    nested = [item for item in values if item is None or isinstance(item, (list, tuple, dict))]
    return f"holds {nested[0]!r:.80}; expected texts and numbers" if nested else None


def _problem_with_scalar(spec: Param, text: str) -> str | None:
    if spec.type == "duration":
        return _not_a_duration(text)
    if spec.enum and text not in spec.enum:
        return f"is {text!r:.80}; expected one of {', '.join(spec.enum)}"
    if text.lower() in spec.refused:
        return f"is {text!r}, which is a word of its own there and no name; write the name of one"
    if spec.pattern and not full_match(spec.pattern, text):
        said = f"{spec.description[:1].lower()}{spec.description[1:].rstrip('.')}"
        return f"is {text!r:.80}; expected text that matches {spec.pattern}: {said}"
    return None


def _not_a_duration(text: str) -> str | None:
    try:
        parse_duration(text)
    except ValueError as error:
        return f": {error}"
    return None
