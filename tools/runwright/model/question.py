"""What is asked of a language model and what came back: plain values, with what they cost.

How a question is worded is left to `learn`; who asks, how often and at what price to the service and its adapter.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import Field

from runwright.model.fields import Moment
from runwright.model.frozen import Authored

Purpose = Literal["triage", "draft", "repair"]
Finish = Literal["stop", "length", "refusal", "filtered", "garbled"]
"""How an answer ended; all but `stop` are of no use, and were paid for all the same."""


class Question(Authored):
    """One question, complete: the same question has the same digest, and is never paid for twice."""

    purpose: Purpose
    template: str
    """The name and the version of the template, such as draft/1."""
    system: str
    """Our own words."""
    user: str
    """Our own words around fenced evidence."""
    schema_name: str
    answer_schema: dict[str, Any]
    """The JSON Schema that the answer must meet, in the form that strict structured output takes."""
    max_output_tokens: Annotated[int, Field(ge=1, le=16_384)] = 2_000
    variant: Annotated[int, Field(ge=0, le=15)] = 0
    """Which of several drafts of the same input this is."""

    def digest(self, model: str) -> str:
        """Name the question to one model: SHA-256 over all of it, in hexadecimal."""
        said = json.dumps([model, self.model_dump(mode="json")], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()


class Usage(Authored):
    """What an answer took."""

    input_tokens: Annotated[int, Field(ge=0)] = 0
    output_tokens: Annotated[int, Field(ge=0)] = 0
    cost_usd: Annotated[float, Field(ge=0)] = 0.0
    """US dollars by the prices in `runwright.toml`; 0 where no price is set."""


class Answer(Authored):
    """What a model said to one question, whether or not it can be used."""

    question: str
    """The question's digest."""
    model: str
    """The model's name as it was asked for."""
    text: str = ""
    finish: Finish = "stop"
    reason: str = ""
    """Why it is of no use, in our own words."""
    usage: Usage = Usage()
    seconds: Annotated[float, Field(ge=0)] = 0.0
    answered_at: Moment | None = None


class Provenance(Authored):
    """Where a draft comes from, as the pull request tells it."""

    by: str = "built-in"
    """built-in, or the model's name."""
    template: str = ""
    input_digest: str = ""
    """The digest of the question; of several answers the last one's."""
    usage: Usage = Usage()
    """All that was paid for this draft, refused and repaired answers included."""
