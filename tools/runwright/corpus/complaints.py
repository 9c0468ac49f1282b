"""Turns what pydantic says about a file into findings: one a place, in words for the author, with what was meant.

Works on any model: a new field, or a new value of one, is suggested as soon as it is in the model.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from runwright.corpus.strict_yaml import Document, Pointer
from runwright.model.examples import EXAMPLES
from runwright.model.fields import Name, RuleId, RunbookId
from runwright.model.finding import Finding
from runwright.model.step import Account, ActionName, Id, Person

MAX_COMPLAINTS = 100
"""Findings told of one file; with more mistakes than that, something else is wrong with it."""
_SAID = {"missing": "is missing", "extra_forbidden": "is not a field here"}
_EXPECTED = "expected "
_TYPES = {
    "an object": "a mapping",
    "a valid dictionary": "a mapping",
    "a valid array": "a list",
    "a valid string": "a text",
    "a valid integer": "a whole number",
    "a valid number": "a number",
    "a valid boolean": "true or false",
}
"""What YAML calls the types of JSON."""
_FORMS = {
    get_args(form)[1].pattern: get_args(form)[2].description
    for form in (ActionName, Id, Account, Person, Name, RuleId, RunbookId)
}
"""In words what a name must look like, by the expression that holds it to that."""
_CHOICE = re.compile(r"'([^']*)'")


def complaints(path: str, document: Document, noun: type[BaseModel], errors: Sequence[Any]) -> list[Finding]:
    """Findings for the errors of one file; where a value may be of several types, pydantic says an error for each."""
    said: dict[Pointer, list[Any]] = {}
    for item in _telling(errors):
        said.setdefault(_pointer(document, item), []).append(item)
    told = [_complaint(path, document, noun, *each) for each in islice(said.items(), MAX_COMPLAINTS)]
    left = len(said) - len(told)
    if left:
        more = f"{left} more mistakes of the same kind are not told; mend these first"
        told.append(Finding(path=path, line=1, column=1, rule="schema", message=more))
    return told


def _complaint(path: str, document: Document, noun: type[BaseModel], pointer: Pointer, items: list[Any]) -> Finding:
    line, column = document.place(pointer)
    words = list(dict.fromkeys(map(_words, items)))
    said = " or ".join([words[0], *(word.removeprefix(_EXPECTED) for word in words[1:])])
    subject = _subject(pointer)
    message = f"{subject} {said}" if said in _SAID.values() else f"{subject}: {said}"
    meant = _meant(noun, pointer, items[0])
    return Finding(path=path, line=line, column=column, rule="schema", message=message, suggestion=meant)


def _subject(pointer: Pointer) -> str:
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in pointer).lstrip(".")
    if not where:
        return "the file"
    return f"`{where}`" if where.isprintable() else f"{where!r:.200}"


def _words(item: Any) -> str:
    if item["type"] == "string_pattern_mismatch":
        return _form(item["input"], item["ctx"]["pattern"])
    said = _SAID.get(item["type"]) or item["msg"].removeprefix("Value error, ")
    said = str(said).replace("Tuple should", "the list should").replace(" after validation", "")
    if not said.startswith("Input should be "):
        return said
    wanted = said.removeprefix("Input should be ")
    return _EXPECTED + _TYPES.get(wanted, wanted)


def _form(given: Any, pattern: str) -> str:
    words = _FORMS.get(pattern)
    if words is None:
        return f"{str(given)!r:.80} has not the right form: {pattern}"
    return f"{str(given)!r:.80} has not the right form: {words[0].lower()}{words[1:].rstrip('.')}"


def _telling(errors: Sequence[Any]) -> list[Any]:
    """Leave out "too short" for a list whose items are themselves refused."""
    places = {item["loc"][:length] for item in errors for length in range(len(item["loc"]))}
    return [item for item in errors if item["type"] != "too_short" or item["loc"] not in places]


def _pointer(document: Document, item: Any) -> Pointer:
    """The place that an error speaks of, without pydantic's own words behind it, such as a member of a union."""
    pointer: Pointer = (*item["loc"], *item.get("ctx", {}).get("at", ()))
    known = next(n for n in range(len(pointer), -1, -1) if n == 0 or pointer[:n] in document.values)
    return pointer[: known + 1] if item["type"] == "missing" else pointer[:known]


# What was meant


def _meant(noun: type[BaseModel], pointer: Pointer, item: Any) -> str | None:
    if item["type"] == "extra_forbidden" and pointer:
        return did_you_mean(str(pointer[-1]), sorted(field_names(noun, pointer[:-1])))
    if item["type"] == "literal_error" and isinstance(item["input"], str):
        return did_you_mean(item["input"], _CHOICE.findall(item["ctx"]["expected"]))
    if item["type"] in ("model_type", "model_attributes_type", "dict_type") and pointer:
        return _example(noun, pointer)
    return None


def _example(noun: type[BaseModel], pointer: Pointer) -> str | None:
    """How the mapping that belongs in a place begins."""
    models: set[type[BaseModel]] = {noun}
    for part in pointer:
        models = {found for model in models for found in _below(model, part)}
    shown = (next(iter(EXAMPLES.get(model.__name__, {}).items()), None) for model in models)
    key, value = next((one for one in shown if one is not None), (None, None))
    return f"write {{{key}: …}}, such as {{{key}: {json.dumps(value, ensure_ascii=False)}}}" if key else None


def did_you_mean(written: str, known: Sequence[str]) -> str | None:
    """The nearest of the known words, as a question."""
    near = get_close_matches(written[:100].lower(), known, n=1)
    return f"did you mean {near[0]}?" if near else None


def field_names(noun: type[BaseModel], pointer: Pointer) -> set[str]:
    """The names of the fields that a mapping at a place may have."""
    models: set[type[BaseModel]] = {noun}
    for part in pointer:
        models = {found for model in models for found in _below(model, part)}
    return {field.alias or name for model in models for name, field in model.model_fields.items()}


def _below(model: type[BaseModel], part: str | int) -> Iterator[type[BaseModel]]:
    """The models that a field may hold; a list and a mapping of models are passed through with the next part."""
    if isinstance(part, int):
        yield model
        return
    fields = [field for name, field in model.model_fields.items() if part in (field.alias or name, name)]
    for field in fields:
        yield from _models(field.annotation)
    if not fields:
        # The part is a name inside a mapping of models, which was passed through.
        yield model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Annotated, Union, types.UnionType, tuple, list, dict, Mapping):
        for inner in get_args(annotation):
            yield from _models(inner)
