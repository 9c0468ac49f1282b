"""Consults a model about one failure: why it failed, and drafts of a better runbook, with at most one repair each.

Where a model gives nothing (none is set up, the budget is used up, it is broken, its answer is of no use), the fixed
rules and the built-in author have the word alone, and why is told. Asked again after a crash, nothing is paid twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from runwright.learn.asking import (
    Unusable,
    agreed,
    draft_questions,
    drafts_of,
    is_unsure,
    repair_question,
    triage_of,
    triage_question,
)
from runwright.learn.background import Background
from runwright.learn.drafts import Candidate, Failure
from runwright.learn.triage import triage
from runwright.model.execution import Execution
from runwright.model.question import Answer, Question, Usage
from runwright.model.triage import Triage
from runwright.service.asking import Asking, Held

Found = TypeVar("Found")
_NOTHING = Usage()


@dataclass(frozen=True, slots=True)
class Asked(Generic[Found]):
    """What came of a question: what was read out of the answer, or why there is nothing; and all that it took."""

    found: Found | None
    reason: str = ""
    usage: Usage = _NOTHING
    answers: tuple[Answer, ...] = ()
    """Every answer, those of no use as well, in the order in which they came."""


@dataclass(frozen=True, slots=True)
class ModelDrafts:
    """What a model drafted, and in our own words why it is not more."""

    candidates: tuple[Candidate, ...] = ()
    tried: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    """What the model answered, so that the same can be drafted again without it."""


def triaged(asking: Asking | None, execution: Execution, *, site_id: str) -> Triage:
    """Why a run failed: by fixed rules, and where these are unsure, by a model as well.

    Raises EdgeError where it is worth coming back later.
    """
    built_in = triage(execution)
    if asking is None or not is_unsure(built_in):
        return built_in
    found = ask_triage(asking, execution, built_in, site_id=site_id).found
    return built_in if found is None else agreed(built_in, found)


def ask_triage(asking: Asking, execution: Execution, built_in: Triage, *, site_id: str) -> Asked[Triage]:
    """A model's own triage, whatever fixed rules say; raises EdgeError where it is worth coming back later."""
    question = triage_question(execution, built_in)
    about = (execution.runbook_id, site_id)
    return _asked(asking, question, lambda answer: triage_of(answer, execution), about)


def model_drafts(asking: Asking | None, failure: Failure, background: Background, *, site_id: str) -> ModelDrafts:
    """A model's drafts; raises EdgeError where it is worth coming back later."""
    if asking is None:
        return ModelDrafts()
    questions = draft_questions(failure, background, asking.settings.drafts)
    if not questions:
        return ModelDrafts(tried=("a model was not asked: the runbook is too long for a prompt",))
    candidates, tried, answers = list[Candidate](), list[str](), list[Answer]()
    for question in questions:
        about = (failure.parent.value.id, site_id)
        asked = _asked(asking, question, lambda answer: drafts_of(answer, failure), about)
        name = asking.settings.model_for(question)
        answers += asked.answers
        candidates += [_with_usage(one, asked.usage) for one in asked.found or ()]
        if not asked.found:
            tried.append(f"{name} drafted nothing: {asked.reason or 'it sees nothing that would help'}")
    return ModelDrafts(tuple(candidates), tuple(tried), tuple(answers))


def _with_usage(candidate: Candidate, usage: Usage) -> Candidate:
    """All that was paid for it, a refused answer before it included."""
    return replace(candidate, provenance=candidate.provenance.model_copy(update={"usage": usage}))


def _asked(
    asking: Asking, question: Question, read: Callable[[Answer], Found | Unusable], about: tuple[str, str]
) -> Asked[Found]:
    """Ask, and once more where the answer is of no use and it may help to say why."""
    answer = asking.ask(question, runbook_id=about[0], site_id=about[1])
    if isinstance(answer, Held):
        return Asked(None, answer.reason)
    found = read(answer)
    if not isinstance(found, Unusable):
        return Asked(found, usage=answer.usage, answers=(answer,))
    if not found.again:
        return Asked(None, found.reason, answer.usage, (answer,))
    refused: Asked[Found] = Asked(None, found.reason, answer.usage, (answer,))
    return _repaired(asking, repair_question(question, answer, found), read, about, refused)


def _repaired(
    asking: Asking,
    question: Question,
    read: Callable[[Answer], Found | Unusable],
    about: tuple[str, str],
    before: Asked[Found],
) -> Asked[Found]:
    answer = asking.ask(question, runbook_id=about[0], site_id=about[1])
    if isinstance(answer, Held):
        return replace(before, reason=f"{before.reason}; {answer.reason}")
    usage, found, answers = _sum(before.usage, answer.usage), read(answer), (*before.answers, answer)
    if isinstance(found, Unusable):
        return Asked(None, found.reason, usage, answers)
    return Asked(found, usage=usage, answers=answers)


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(
        input_tokens=one.input_tokens + other.input_tokens,
        output_tokens=one.output_tokens + other.output_tokens,
        cost_usd=round(one.cost_usd + other.cost_usd, 8),
    )
