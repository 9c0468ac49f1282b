"""The ledger of one process: what was asked and answered while it runs, for verbs that keep no store.

The budget holds within the process alone; the answers are gone with it, unless whoever asked keeps them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from runwright.model.asking import Call, Held, Later, Noted, Spending, Try
from runwright.model.question import Answer

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass
class OnceLedger:
    """Calls in the order in which they were noted, each with its try."""

    calls: list[tuple[Call, Try]] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    usd: list[float] = field(default_factory=list)
    """What each call took, or can take at most."""

    def stored(self, digest: str) -> Answer | None:
        """The answer to a question that was asked before."""
        return self.answers.get(digest)

    def begin(self, call: Call, judge: Callable[[Spending], Held | Later | None]) -> Noted | Held | Later:
        """Note a call unless `judge` objects to it."""
        spending = self._spending(call)
        objection = judge(spending)
        if objection is not None:
            return objection
        self.calls.append((call, Try(call.asked_at)))
        self.usd.append(call.most_usd)
        return Noted(len(self.calls) - 1, sum(one.failed for one in spending.tries))

    def answered(self, number: int, answer: Answer) -> None:
        """Keep what came back, and what it took."""
        call, tried = self.calls[number]
        self.calls[number] = call, replace(tried, ended_at=answer.answered_at or call.asked_at)
        self.usd[number] = answer.usage.cost_usd
        self.answers.setdefault(answer.question, answer)

    def failed(self, number: int, ended_at: datetime, reason: str, not_before: datetime) -> None:
        """Note that nothing came back."""
        call, tried = self.calls[number]
        self.calls[number] = call, replace(tried, ended_at=ended_at, failed=True, reason=reason, not_before=not_before)
        self.usd[number] = 0.0

    def _spending(self, asked: Call) -> Spending:
        day, hour = asked.asked_at - DAY, asked.asked_at - HOUR
        last_day = [(call, usd) for (call, _), usd in zip(self.calls, self.usd, strict=True) if call.asked_at > day]
        return Spending(
            calls_last_day=len(last_day),
            calls_last_hour_of_site=sum(c.site_id == asked.site_id and c.asked_at > hour for c, _ in last_day),
            calls_last_day_of_site=sum(call.site_id == asked.site_id for call, _ in last_day),
            calls_last_day_of_runbook=sum(call.runbook_id == asked.runbook_id for call, _ in last_day),
            usd_last_day=sum(usd for _, usd in last_day),
            tries=tuple(one for call, one in self.calls if call.digest == asked.digest and call.asked_at > hour),
            latest=tuple(one for call, one in reversed(self.calls) if call.model == asked.model),
        )
