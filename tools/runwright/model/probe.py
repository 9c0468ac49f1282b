"""Requests for facts: what somebody would have to know of a failure, as fact paths and nothing else.

They go from the service to an agent, so both ends check them by the rules here: few, short, of families that the
dictionary knows, without a wildcard. What an agent reads of them is its own decision.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from runwright.model.facts import spec_of
from runwright.model.fields import RunbookId
from runwright.model.frozen import Authored
from runwright.model.path import concrete_path, str_path

MAX_FACTS = 32
"""Facts of one request."""
MAX_REQUESTS = 8
"""Requests that an agent is handed at a time, and keeps."""
MAX_PATH = 200
"""Characters of a fact path."""


def _asked(text: str) -> str:
    if plain_fact(text) is None:
        raise ValueError("expected the plain path of a well-known fact, such as services.web.state")
    return text


AskedFact = Annotated[str, StringConstraints(min_length=1, max_length=MAX_PATH), AfterValidator(_asked)]


class ProbeRequest(Authored):
    """What an agent should look at when a runbook fails again."""

    request_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    runbook_id: RunbookId
    facts: Annotated[tuple[AskedFact, ...], Field(min_length=1, max_length=MAX_FACTS)]


def plain_fact(text: str) -> str | None:
    """The canonical form of a path that may be asked for; None for every other text."""
    if len(text) > MAX_PATH or not text.isprintable() or not text.isascii():
        return None
    try:
        path = concrete_path(text)
    except ValueError:
        return None
    if any("*" in part or "${" in part or not part for part in path) or spec_of(path) is None:
        return None
    return str_path(path)


def plain_facts(missing: Iterable[str]) -> tuple[str, ...]:
    """Of what is missing, the facts that may be asked for, each once, in their order."""
    found = (plain_fact(text) for text in missing)
    return tuple(dict.fromkeys(path for path in found if path is not None))[:MAX_FACTS]


def request_of(runbook_id: str, fingerprint: str, missing: Iterable[str]) -> ProbeRequest | None:
    """The request that a failure makes; None where nothing that is missing can be asked for."""
    facts = plain_facts(missing)
    name = hashlib.sha256("\n".join((runbook_id, fingerprint, *facts)).encode()).hexdigest()[:16]
    try:
        return ProbeRequest(request_id=name, runbook_id=runbook_id, facts=facts) if facts else None
    except ValidationError:
        return None  # a runbook of the field whose name is none of ours


def read_requests(data: Any) -> tuple[ProbeRequest, ...]:
    """The requests in an answer of the service; what is not exactly one is left out."""
    found: list[ProbeRequest] = []
    for item in data[:MAX_REQUESTS] if isinstance(data, list) else []:
        try:
            given = {**item, "facts": tuple(item.get("facts", ()))} if isinstance(item, dict) else item
            found.append(ProbeRequest.model_validate(given))
        except (ValidationError, TypeError):
            continue
    return tuple(found)
