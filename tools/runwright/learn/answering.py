"""What a model's answer is good for: a triage, drafts of a better runbook, or nothing, and then why.

A model is treated as if somebody else spoke through it: its answer is read into a narrow form, and nothing else of it
is used. It can open a failure that fixed rules left open, and close none; it names no risk and approves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from runwright.corpus.strict_json import read_json
from runwright.errors import ContentError
from runwright.learn.amending import amended
from runwright.learn.drafts import Candidate, Failure
from runwright.learn.hedging import sentence
from runwright.learn.said import ActSaid, DraftSaid, DraftsSaid, EditSaid, TriageSaid, WaitSaid
from runwright.learn.templates import draft_1
from runwright.learn.vouching import all_facts, vouched
from runwright.model.execution import Execution
from runwright.model.fields import IMPROVABLE
from runwright.model.question import Answer, Provenance
from runwright.model.triage import Triage

MAX_ANSWER = 64 * 1024
"""Characters of an answer that are read."""
Form = TypeVar("Form", bound=BaseModel)
_FORMS = (TriageSaid, DraftsSaid, DraftSaid, ActSaid, WaitSaid, *get_args(EditSaid))
_NAMES = frozenset(name for form in _FORMS for name in form.model_fields)
_WHY = {
    "length": "it was cut off; answer more briefly, with fewer drafts",
    "garbled": "it was no answer in the form of the protocol",
    "refusal": "the model refused to answer",
    "filtered": "the provider's filter held it back",
}


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why an answer is of no use, in our own words."""

    reason: str
    again: bool = True
    """Whether it may help to say so and to ask once more."""


def triage_of(answer: Answer, execution: Execution) -> Triage | Unusable:
    """The triage that an answer holds; whether it is improvable follows from the failure type alone."""
    said = _read(answer, TriageSaid)
    if isinstance(said, Unusable):
        return said
    known: dict[str, Any] = {}
    for facts in all_facts(execution):
        known.update(facts)
    return Triage(
        execution_id=execution.execution_id,
        failure_type=said.failure_type,
        improvable=said.failure_type in IMPROVABLE,
        confidence=said.confidence,
        rationale=sentence(said.rationale, 300) or "no reason was given",
        facts={name: known[name] for name in said.facts if name in known},
        by=answer.model,
    )


def agreed(built_in: Triage, asked: Triage) -> Triage:
    """The triage that counts: a model's, but it never closes what fixed rules hold improvable.

    A text that talks a model into "all is well" so hides nothing: the failure is worked on, and judged by evidence.
    """
    if asked.failure_type == "unknown" or (built_in.improvable and not asked.improvable):
        return built_in
    return asked


def drafts_of(answer: Answer, failure: Failure) -> tuple[Candidate, ...] | Unusable:
    """The better versions that an answer holds, as texts; empty where it says that nothing would help."""
    said = _read(answer, DraftsSaid)
    if isinstance(said, Unusable):
        return said
    names, made, refused = vouched(failure), dict[str, Candidate](), list[str]()
    origin = Provenance(by=answer.model, template=draft_1.NAME, input_digest=answer.question, usage=answer.usage)
    for number, draft in enumerate(said.drafts, 1):
        try:
            text, summary = amended(failure, draft, names, answer.model)
        except ContentError as error:
            refused.append(f"draft {number}: {error.message}")
        else:
            made.setdefault(text, Candidate(text, summary, origin))
    return Unusable("; ".join(refused)[:600]) if refused and not made else tuple(made.values())


def _read(answer: Answer, form: type[Form]) -> Form | Unusable:
    if answer.finish != "stop":
        return Unusable(_WHY[answer.finish], again=answer.finish in ("length", "garbled"))
    content = answer.text.encode("utf-8", "replace")
    if len(content) > MAX_ANSWER:
        return Unusable(f"it has more than {MAX_ANSWER} bytes")
    try:
        read_json(content)
        return form.model_validate_json(content)
    except ContentError:
        return Unusable("it is not one JSON object, or holds a key twice or a number that is none")
    except ValidationError as error:
        return Unusable(f"it does not meet the schema: {_first(error)}")


def _first(error: ValidationError) -> str:
    """What is wrong first; of the path only names of our own, as a key may be any text."""
    wrong = error.errors(include_url=False, include_input=False, include_context=False)[0]
    parts = (str(part) if isinstance(part, int) or part in _NAMES else "?" for part in wrong["loc"])
    return f"{'.'.join(parts) or 'the whole'}: {wrong['msg']}"
