"""Asking a person: the question is kept, the run is set aside, and it goes on when there is an answer or no time left.

A question is asked once, whatever is restarted; its time runs from the first asking. Who answers is found out by
`cli`; who may answer is decided here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from runwright.agent.ports import Clock, Emit
from runwright.agent.store_ports import ApprovalsPort, Question
from runwright.engine.exchange import Answered, Ask


class Parked(Exception):
    """A run waits for a person; meanwhile the agent does other work."""


@dataclass(frozen=True)
class KeptQuestions:
    """Asks by way of the agent's file; `runwright agent approve` answers there."""

    store: ApprovalsPort
    clock: Clock
    emit: Emit

    def ask(self, execution_id: str, runbook: str, asked: Ask) -> Answered:
        """Give the answer, or none when the time is over; raises `Parked` while there is neither."""
        now = self.clock.now()
        question, new = self.store.ask(execution_id, runbook, asked, now)
        if new:
            self.emit("approval_wanted", told(question))
        answered = self.store.answer_of(execution_id, asked.step)
        if answered is None and execution_id not in self.store.due(now):
            raise Parked
        answered = answered or self.store.close(execution_id, asked.step, now)
        lasted = round(max(0.0, (now - question.asked_at).total_seconds()), 3)
        return answered or Answered(value=None, duration=min(lasted, asked.timeout_seconds))


def told(question: Question) -> Mapping[str, object]:
    """A question as plain data."""
    return {
        "execution_id": question.execution_id,
        "step": question.asked.step,
        "runbook": question.runbook,
        "message": question.asked.message,
        "who": list(question.asked.who),
        "asked_at": question.asked_at.isoformat().replace("+00:00", "Z"),
        "expires_at": question.expires_at.isoformat().replace("+00:00", "Z"),
        "default": question.asked.default,
    }


def may_answer(who: Collection[str], account: str, groups: Collection[str]) -> bool:
    """Whether an account may answer: it or a group of its is named; no name means whoever operates the agent."""
    return not who or account in who or bool(set(who) & set(groups))
