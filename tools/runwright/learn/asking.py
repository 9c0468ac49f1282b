"""The questions to a model: why a run failed, and how its runbook would have handled it; and the one repair.

Pure: the same input gives the same question, to the byte. What an answer is good for is decided in `answering`, whose
names can be had here as well.
"""

from __future__ import annotations

from string import Template

from runwright.learn.answering import Unusable, agreed, drafts_of, triage_of
from runwright.learn.background import Background
from runwright.learn.drafts import Failure
from runwright.learn.hedging import as_json, cleaned, fence_for
from runwright.learn.prompting import (
    catalogue_text,
    draft_evidence,
    runbook_text,
    shown_actions,
    triage_evidence,
)
from runwright.learn.said import DraftsSaid, TriageSaid, schema_of
from runwright.learn.templates import draft_1, repair_1, triage_1
from runwright.model.execution import Execution
from runwright.model.question import Answer, Question
from runwright.model.triage import Triage
from runwright.model.walk import nested

__all__ = [
    "Unusable",
    "agreed",
    "draft_questions",
    "drafts_of",
    "is_unsure",
    "repair_question",
    "triage_of",
    "triage_question",
]
UNSURE_BELOW = 0.5
"""A built-in triage of less confidence than this is worth a question to a small model."""
MAX_REPAIRED = 2_400
"""Characters of an answer that are shown again."""
MAX_TRIAGE_TOKENS, MAX_DRAFT_TOKENS = 500, 2_000


def is_unsure(built_in: Triage) -> bool:
    """Whether fixed rules leave open why a run failed."""
    return built_in.failure_type == "unknown" or built_in.confidence < UNSURE_BELOW


def triage_question(execution: Execution, built_in: Triage) -> Question:
    """Ask why a run failed."""
    evidence = triage_evidence(execution, built_in)
    user = Template(triage_1.USER).substitute(fence=fence_for(evidence), evidence=evidence)
    return Question(
        purpose="triage",
        template=triage_1.NAME,
        system=triage_1.SYSTEM,
        user=user,
        schema_name="triage",
        answer_schema=schema_of(TriageSaid),
        max_output_tokens=MAX_TRIAGE_TOKENS,
    )


def draft_questions(failure: Failure, background: Background, n: int) -> tuple[Question, ...]:
    """Ask for up to `n` better versions, in one question; none where the runbook is too long to be shown."""
    runbook = runbook_text(failure)
    if runbook is None:
        return ()
    catalogue, evidence = catalogue_text(failure), draft_evidence(failure, background)
    fence = fence_for(runbook, catalogue, evidence)
    user = Template(draft_1.USER).substitute(
        fence=fence, runbook=runbook, catalogue=catalogue, evidence=evidence, drafts=n
    )
    steps = [placed.step.id for placed in nested(failure.parent.value)]
    return (
        Question(
            purpose="draft",
            template=draft_1.NAME,
            system=draft_1.SYSTEM,
            user=user,
            schema_name="drafts",
            answer_schema=schema_of(DraftsSaid, {"step": steps, "action": shown_actions(catalogue)}),
            max_output_tokens=MAX_DRAFT_TOKENS,
        ),
    )


def repair_question(question: Question, answer: Answer, unusable: Unusable) -> Question:
    """Ask once more, with what was answered and what is wrong with it."""
    said = as_json(cleaned(answer.text, MAX_REPAIRED))
    if len(said) > MAX_REPAIRED:  # full of what JSON writes in six characters
        said = as_json(cleaned(answer.text, MAX_REPAIRED // 12))
    fence = fence_for(question.user, said)
    told = Template(repair_1.USER).substitute(fence=fence, answer=said, reason=unusable.reason)
    return question.model_copy(update={"purpose": "repair", "user": question.user + told})
