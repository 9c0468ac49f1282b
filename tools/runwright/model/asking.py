"""How a repository lets models be asked: `[model]` in `runwright.toml`, and what was asked and spent, as values.

The file names models, limits and prices. It names no address and no key: those come from the environment of the service
alone, so that no pull request can send what the service knows to another host.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from runwright.model.frozen import Authored
from runwright.model.question import Purpose, Question, Usage

ModelName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}$"),
    Field(description="The name of a model as the server knows it.", examples=["gpt-4o", "qwen3:14b"]),
]
_TOKENS = 1_000_000
CHARACTERS_A_TOKEN = 2
"""Fewer than a token of English or of code has, so that what is reckoned with it is never too little."""


class Price(Authored):
    """What a model costs, in US dollars a million tokens."""

    input: Annotated[float, Field(ge=0, le=10_000)] = 0.0
    """What is sent."""
    output: Annotated[float, Field(ge=0, le=10_000)] = 0.0
    """What is answered."""

    def cost(self, input_tokens: int, output_tokens: int) -> float:
        """US dollars for so many tokens."""
        return round((input_tokens * self.input + output_tokens * self.output) / _TOKENS, 8)


class Budget(Authored):
    """How much may be asked; whatever is used up first ends it, and the built-in author works on alone."""

    calls_per_day: Annotated[int, Field(ge=0, le=100_000)] = 200
    """Questions in any 24 hours, over all sites."""
    calls_per_hour_per_site: Annotated[int, Field(ge=0, le=10_000)] = 20
    """Questions in any hour about one site's failures."""
    calls_per_day_per_site: Annotated[int, Field(ge=0, le=100_000)] = 100
    """Questions in any 24 hours about one site's failures; fewer than in all, so that no site leaves nothing."""
    calls_per_day_per_runbook: Annotated[int, Field(ge=0, le=10_000)] = 20
    """Questions in any 24 hours about one runbook."""
    usd_per_day: Annotated[float, Field(ge=0, le=10_000)] = 10.0
    """US dollars in any 24 hours, by the prices below; without a price nothing is counted."""


class ModelSettings(Authored):
    """The table `[model]`."""

    triage: ModelName = "gpt-4o-mini"
    """The small model, which says why a run failed."""
    draft: ModelName = "gpt-4o"
    """The strong model, which drafts better versions."""
    drafts: Annotated[int, Field(ge=1, le=5)] = 3
    """How many drafts one question asks for."""
    budget: Budget = Budget()
    """How much may be asked."""
    prices: dict[ModelName, Price] = Field(default_factory=dict, max_length=50)
    """What each model costs."""

    def model_for(self, question: Question) -> str:
        """The model that a question goes to: the small one for triage, its repair included, else the strong one."""
        return self.triage if question.template.startswith("triage/") else self.draft

    def usage(self, model: str, input_tokens: int, output_tokens: int) -> Usage:
        """What an answer took, with its cost."""
        cost = self.prices.get(model, Price()).cost(input_tokens, output_tokens)
        return Usage(input_tokens=input_tokens, output_tokens=output_tokens, cost_usd=cost)

    def most(self, question: Question) -> float:
        """US dollars that a question can cost at most."""
        sent = (len(question.system) + len(question.user) + len(str(question.answer_schema))) // CHARACTERS_A_TOKEN
        return self.usage(self.model_for(question), sent, question.max_output_tokens).cost_usd

    @model_validator(mode="after")
    def _money_can_be_counted(self) -> Self:
        unpriced = sorted({self.triage, self.draft} - self.prices.keys()) if self.prices else []
        if unpriced:
            raise PydanticCustomError(
                "prices",
                "{name} has no price, so what it costs would not be counted; add it, or leave all prices out",
                {"name": unpriced[0]},
            )
        return self


@dataclass(frozen=True, slots=True)
class Call:
    """A question that is about to be asked; it is noted before it is, so that no call goes uncounted."""

    digest: str
    model: str
    purpose: Purpose
    site_id: str
    runbook_id: str
    asked_at: datetime
    most_usd: float = 0.0
    """What it is counted with until its answer is stored."""


@dataclass(frozen=True, slots=True)
class Try:
    """One try to ask, as it was noted."""

    asked_at: datetime
    ended_at: datetime | None = None
    """None while it is under way, and for good where the process ended under it."""
    failed: bool = False
    """Whether the model could not be reached, or refused to be asked."""
    reason: str = ""
    not_before: datetime | None = None
    """When it may be tried again, where the model said so."""


@dataclass(frozen=True, slots=True)
class Spending:
    """What was asked and spent so far, as far as it bears on one more call."""

    calls_last_day: int = 0
    calls_last_hour_of_site: int = 0
    calls_last_day_of_site: int = 0
    calls_last_day_of_runbook: int = 0
    usd_last_day: float = 0.0
    tries: tuple[Try, ...] = ()
    """The tries of this very question in the last hour, oldest first."""
    latest: tuple[Try, ...] = ()
    """The latest tries of any question that goes to the same model, newest first."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A call that is noted and may be made."""

    number: int
    failed_before: int = 0
    """How many tries of the same question have failed in the last hour."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What was asked of models in all, for people."""

    calls: int = 0
    failed: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """Why a model is not asked: the built-in author works alone."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """Why a question waits, and for how many seconds."""

    reason: str
    seconds: float
