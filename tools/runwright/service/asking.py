"""Asks models on behalf of the pipeline: never the same question twice for money, never beyond the budget.

The one owner of tries. A question is noted before it is asked, and its answer stored before it is used: a process that
ends in between repeats one call, and the count shows it. It never sleeps: who should wait is told for how long. What
is asked and what an answer means is left to `learn`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from runwright.errors import EdgeError
from runwright.fault import point
from runwright.model.asking import Call, Held, Later, ModelSettings, Noted, Spending
from runwright.model.question import Answer, Question
from runwright.service.budget import LONGEST_PAUSE, MAX_TRIES, objection, pause
from runwright.service.ports import Clock, Model

__all__ = ["Asker", "Asking", "Held", "KeptAnswers", "Ledger"]


class Asking(Protocol):
    """Whoever gives answers: a model behind a budget, or what was kept of one."""

    @property
    def settings(self) -> ModelSettings:
        """Which models there are."""

    def ask(self, question: Question, *, runbook_id: str, site_id: str) -> Answer | Held:
        """Give the answer, or say why there is none; raises EdgeError where it is worth coming back."""


class Ledger(Protocol):
    """Where answers are kept and calls are counted."""

    def stored(self, digest: str) -> Answer | None:
        """The answer to a question that was asked before."""

    def begin(self, call: Call, judge: Callable[[Spending], Held | Later | None]) -> Noted | Held | Later:
        """Note a call unless `judge` objects to it, in one transaction that no other call gets between."""

    def answered(self, number: int, answer: Answer) -> None:
        """Store what came back, and what it took, durably."""

    def failed(self, number: int, ended_at: datetime, reason: str, not_before: datetime) -> None:
        """Note that nothing came back."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A model, the ledger of what it was asked, and the limits."""

    model: Model
    ledger: Ledger
    settings: ModelSettings
    clock: Clock

    def ask(self, question: Question, *, runbook_id: str, site_id: str) -> Answer | Held:
        """The stored answer, else the model's; `Held` says why neither is to be had.

        Raises EdgeError with `retry_after` when it should be asked again then.
        """
        name = self.settings.model_for(question)
        digest = question.digest(name)
        known = self.ledger.stored(digest)
        if known is not None:
            return known
        now, most = self.clock(), self.settings.most(question)
        call = Call(digest, name, question.purpose, site_id, runbook_id, now, most)
        begun = self.ledger.begin(call, lambda spent: objection(self.settings.budget, spent, most, now))
        if isinstance(begun, Later):
            raise EdgeError(begun.reason, retry_after=begun.seconds)
        return begun if isinstance(begun, Held) else self._ask(question, begun)

    def _ask(self, question: Question, noted: Noted) -> Answer | Held:
        point("question_noted")
        try:
            answer = self.model.ask(question)
        except EdgeError as error:
            return self._failed(noted, error)
        point("question_answered")
        self.ledger.answered(noted.number, answer)
        point("answer_stored")
        return answer

    def _failed(self, noted: Noted, error: EdgeError) -> Held:
        """Note it; raises EdgeError where another try may help, and gives up where none is left."""
        now, tries = self.clock(), noted.failed_before + 1
        wait = pause(tries, error.retry_after)
        self.ledger.failed(noted.number, now, error.message, now + timedelta(seconds=wait))
        if not error.retryable:
            return Held(error.message)
        if tries >= MAX_TRIES:
            return Held(f"the model was asked {tries} times in vain: {error.message}")
        if wait > LONGEST_PAUSE:
            return Held(f"the model wants to be left alone for {wait:.0f} s: {error.message}")
        raise EdgeError(error.message, retry_after=wait)


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """The answers that were kept of a model, by digest; nobody is asked."""

    answers: Mapping[str, Answer]
    settings: ModelSettings

    def ask(self, question: Question, *, runbook_id: str, site_id: str) -> Answer | Held:
        """The answer that was kept; `Held` where this very question was never answered."""
        del runbook_id, site_id
        name = self.settings.model_for(question)
        return self.answers.get(question.digest(name)) or Held(f"no answer of {name} to this question was kept")
