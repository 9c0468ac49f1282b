"""Decides whether a model may be asked just now: by what was spent, by how it has done lately, by earlier tries.

All of it is worked out from what the store has noted, so it holds over restarts and over several replicas. Numbers and
the moment come in as values; noting and asking are left to `asking`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from runwright.model.asking import Budget, Held, Later, Spending, Try

MAX_TRIES = 3
"""Tries of one question."""
FIRST_PAUSE = 2.0
"""Seconds before the second try; each further pause is twice as long."""
LONGEST_PAUSE = 300.0
"""Seconds that a question waits for its next try at most; where the model wants longer, it is done without."""
FAILURES_TO_OPEN = 5
"""Failures one after another that open the breaker."""
REST = timedelta(minutes=5)
"""How long the breaker stays open; then one question is let through."""
LONGEST_CALL = timedelta(minutes=2)
"""What has been under way for longer ended with its process."""


def objection(budget: Budget, spending: Spending, most_usd: float, now: datetime) -> Held | Later | None:
    """What speaks against one more call that may cost so much, if anything does."""
    reason = _spent(budget, spending, most_usd) or _broken(spending.latest, now)
    return Held(reason) if reason else _tried(spending.tries, now)


def _spent(budget: Budget, spending: Spending, most_usd: float) -> str:
    counted = (
        (spending.calls_last_day, budget.calls_per_day, "calls of the last 24 hours"),
        (spending.calls_last_hour_of_site, budget.calls_per_hour_per_site, "calls of the last hour for this site"),
        (spending.calls_last_day_of_site, budget.calls_per_day_per_site, "calls of 24 hours for this site"),
        (spending.calls_last_day_of_runbook, budget.calls_per_day_per_runbook, "calls of 24 hours for this runbook"),
    )
    for used, limit, words in counted:
        if used >= limit:
            return f"the budget is used up: {used} of {limit} {words}"
    if most_usd and spending.usd_last_day + most_usd > budget.usd_per_day:
        return f"the budget is used up: {spending.usd_last_day:.2f} of {budget.usd_per_day:.2f} USD of 24 hours"
    return ""


def _broken(latest: tuple[Try, ...], now: datetime) -> str:
    """Whether the breaker is open, or half-open with its one question under way; `latest` has the newest first."""
    under_way = [one for one in latest if one.ended_at is None and now - one.asked_at < LONGEST_CALL]
    ended = [one for one in latest if one.ended_at is not None][:FAILURES_TO_OPEN]
    if len(ended) < FAILURES_TO_OPEN or not all(one.failed for one in ended):
        return ""
    again = max(one.ended_at for one in ended if one.ended_at) + REST
    if now < again or under_way:
        return f"the model failed {FAILURES_TO_OPEN} times in a row, so it is left alone for a while"
    return ""


def _tried(tries: tuple[Try, ...], now: datetime) -> Held | Later | None:
    failed = [one for one in tries if one.failed]
    if not failed:
        return None
    last = failed[-1]
    if len(failed) >= MAX_TRIES:
        return Held(f"the model was asked {len(failed)} times in vain: {last.reason}")
    wait = ((last.not_before or now) - now).total_seconds()
    if wait > LONGEST_PAUSE:
        return Held(f"the model wants to be left alone for {wait:.0f} s: {last.reason}")
    return Later(last.reason, wait) if wait > 0 else None


def pause(tries: int, asked_for: float | None) -> float:
    """Seconds from the failed try of that number to the next one; what the model asks for wins if it is longer."""
    # A server may ask for anything, so it is kept to what a moment can hold.
    return max(FIRST_PAUSE * 2.0 ** (tries - 1), min(asked_for or 0.0, 86_400.0))
