"""GitHub's own description of its API (OpenAPI 3.0, npm `@octokit/openapi`) as a judge of what was sent.

It judges every request of ours and every answer that this server makes up itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft4Validator, ValidationError
from jsonschema.exceptions import best_match
from jsonschema.validators import extend

from tests.support.github.messages import Answer, Request
from tests.support.github.node import DESCRIPTION, module

OUTSIDE = re.compile(r"/(graphql|api/graphql|login/.*|[^/]+/[^/]+\.git/.*|storage/.*|\w+/raw/.*)")
"""Paths that no description of the REST API has."""
WITH_SLASHES = {"ref", "path", "basehead", "branch", "name", "tag"}
"""Parameters whose value may hold a slash (it came as %2F)."""


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    path: re.Pattern[str]
    template: str
    method: str
    about: Mapping[str, Any]


@cache
def document() -> dict[str, Any]:
    """The description; 13 MB, read once."""
    read: dict[str, Any] = json.loads(module(DESCRIPTION).read_bytes())
    return read


@cache
def operations() -> list[Operation]:
    """All operations; those with more fixed letters come first, so that the most exact path wins."""
    found = [
        Operation(re.compile(pattern_of(template)), template, method.upper(), about)
        for template, item in document()["paths"].items()
        for method, about in item.items()
    ]
    return sorted(found, key=lambda one: -len(re.sub(r"\{.*?\}", "", one.template)))


def pattern_of(template: str) -> str:
    """A path with parameters as a pattern."""
    parts = re.split(r"\{(\w+)\}", template)
    named = [".*" if name == "path" else ".+" if name in WITH_SLASHES else "[^/]+" for name in parts[1::2]]
    return "".join(re.escape(fixed) + value for fixed, value in zip(parts[::2], [*named, ""], strict=True))


def resolve(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a `$ref` of the document."""
    while "$ref" in value:
        found: Any = document()
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        value = found
    return value


def lenient(keyword: Any) -> Any:
    """OpenAPI 3.0 says beside a type that null is fine: `nullable`."""

    def check(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
        if not (instance is None and schema.get("nullable")):
            yield from keyword(validator, value, instance, schema) or ()

    return check


def follow(validator: Any, ref: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """Check against what a `$ref` names."""
    yield from validator.descend(instance, resolve({"$ref": ref}))


@cache
def judge() -> Any:
    """A validator of OpenAPI 3.0's kind of schemas: JSON Schema draft 4, with `nullable`."""
    keywords = {name: lenient(check) for name, check in Draft4Validator.VALIDATORS.items()}
    # GitHub's alternatives overlap: an error of the simple kind is also one of the richer kinds, all of it optional.
    keywords["oneOf"] = keywords["anyOf"]
    return extend(Draft4Validator, {**keywords, "$ref": follow})  # type: ignore[no-untyped-call]  # of jsonschema


def wrong(schema: Mapping[str, Any], instance: Any) -> list[str]:
    """What a value breaks of a schema, the first few."""
    errors = sorted(judge()(schema).iter_errors(instance), key=lambda error: len(error.absolute_path))
    return [told(error) for error in errors[:4]]


def told(error: ValidationError) -> str:
    """Where and what; where several schemas were tried, also what the one that came closest misses."""
    inner = best_match(iter(error.context or ()))
    closest = f" (closest: {told(inner)})" if inner is not None else ""
    return f"{'/'.join(map(str, error.absolute_path)) or '(all)'}: {shortened(error.message)}{closest}"


def shortened(text: str) -> str:
    """A long message without its middle: the value comes first, what is wrong with it last."""
    return text if len(text) < 300 else f"{text[:140]} ... {text[-140:]}"


def operation_of(request: Request) -> Operation | str:
    """The operation that a request is, or why it is none."""
    fitting = [one for one in operations() if one.path.fullmatch(path_of(request))]
    exact = [one for one in fitting if one.method == request.method]
    if exact:
        return exact[0]
    return f"{path_of(request)} takes {sorted({one.method for one in fitting})}" if fitting else "no such path"


def path_of(request: Request) -> str:
    """The path as the description spells it: without the prefix of an Enterprise server."""
    return request.path.removeprefix("/api/v3")


def check_request(request: Request) -> list[str]:
    """What is wrong with a request."""
    if OUTSIDE.fullmatch(path_of(request)):
        return []
    operation = operation_of(request)
    if isinstance(operation, str):
        return [operation]
    return [*check_query(operation, request.query), *check_body(operation, request)]


def check_query(operation: Operation, query: Mapping[str, str]) -> Iterator[str]:
    """Unknown names, missing ones, and values of another type."""
    known = {one["name"]: one for one in map(resolve, operation.about.get("parameters", [])) if one["in"] == "query"}
    for name in query.keys() - known.keys():
        yield f"query {name} is not known; known are {sorted(known)}"
    for name, about in known.items():
        if about.get("required") and name not in query:
            yield f"query {name} is missing"
        if name in query:
            yield from (f"query {name}: {why}" for why in wrong(about["schema"], typed(query[name], about["schema"])))


def typed(text: str, schema: Mapping[str, Any]) -> Any:
    """A query's text as its schema means it."""
    kind = resolve(schema).get("type")
    if kind == "integer" and text.lstrip("-").isdigit():
        return int(text)
    if kind == "boolean" and text in {"true", "false"}:
        return text == "true"
    return text.split(",") if kind == "array" else text


def check_body(operation: Operation, request: Request) -> Iterator[str]:
    """A body that is missing, is none of JSON, breaks the schema, or has names that nobody reads."""
    asked = resolve(operation.about.get("requestBody", {}))
    schema = asked.get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        if request.body.strip() not in {b"", b"{}", b"null"} and not asked:
            yield "a body that is not asked for"
        return
    if not request.body.strip():
        if asked.get("required"):
            yield "the body is missing"
        return
    body = json.loads(request.body)
    yield from (f"body {why}" for why in wrong(schema, body))
    if isinstance(body, dict) and (names := names_of(schema)) is not None:
        yield from (f"body has {name}, which is not known" for name in sorted(body.keys() - names))


def names_of(schema: Mapping[str, Any]) -> set[str] | None:
    """The names that an object may have; None where it may have any."""
    schema = resolve(schema)
    if schema.get("additionalProperties"):
        return None
    parts = [*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())]
    found = [names_of(part) for part in parts]
    names = set(schema.get("properties", {}))
    return None if any(one is None for one in found) else names.union(*(one or set() for one in found))


def check_answer(request: Request, answer: Answer) -> list[str]:
    """What is wrong with an answer that this server made up."""
    operation = operation_of(request)
    if OUTSIDE.fullmatch(path_of(request)) or isinstance(operation, str):
        return []
    about = operation.about["responses"].get(str(answer.status))
    if about is None:
        known = sorted(operation.about["responses"])
        return [] if answer.status >= 400 else [f"status {answer.status} is not known; known are {known}"]
    content = resolve(about).get("content", {})
    schema = next((kind["schema"] for name, kind in content.items() if "json" in name and "schema" in kind), None)
    if schema is None or isinstance(answer.body, bytes):
        return []
    return [f"answer {answer.status} {why}" for why in wrong(schema, answer.body)]


def violations(exchanges: Iterable[tuple[Request, Answer | None]]) -> list[str]:
    """All that is wrong in a recording: our requests, and this server's own answers."""
    found = []
    for request, answer in exchanges:
        troubles = check_request(request)
        if answer is not None and answer.ours:
            troubles += check_answer(request, answer)
        found += [f"{request.number}. {request.method} {request.path}: {trouble}" for trouble in troubles]
    return found
