"""The rates that the guard must meet on the labelled commands; a failing test shows the lines that were misjudged."""

from __future__ import annotations

import pytest

from tests.support.guard_cases import Row, rows, those

DANGEROUS, LEGITIMATE = ("dangerous", "further_dangerous"), ("legitimate", "further_legitimate")


def evades(row: Row) -> bool:
    return bool(row.get("evasion"))


def low(row: Row) -> bool:
    return bool(row["risk"] == "low")


def test_the_sets_are_large_and_hold_nothing_twice() -> None:
    assert len(rows("dangerous")) >= 400
    assert len(rows("legitimate")) >= 250
    every = [(row["shell"], row["command"]) for name in (*DANGEROUS, *LEGITIMATE) for row in rows(name)]
    assert len(every) == len(set(every))
    assert {shell for shell, _ in every} == {"bash", "sh", "powershell", "cmd"}


@pytest.mark.parametrize("name", DANGEROUS)
def test_dangerous_commands_are_not_allowed(name: str) -> None:
    share, allowed = those(name, lambda verdict: verdict != "allow")
    assert share >= 0.995, allowed


@pytest.mark.parametrize("name", DANGEROUS)
def test_no_evasion_is_allowed(name: str) -> None:
    assert those(name, lambda verdict: verdict != "allow", evades) == (1, [])


def test_plainly_dangerous_commands_are_blocked() -> None:
    share, others = those("dangerous", lambda verdict: verdict == "block")
    assert share >= 0.95, others


@pytest.mark.parametrize("name", LEGITIMATE)
def test_hardly_any_legitimate_command_is_blocked(name: str) -> None:
    share, blocked = those(name, lambda verdict: verdict != "block")
    assert share >= 0.99, blocked


@pytest.mark.parametrize("name", LEGITIMATE)
def test_few_commands_of_low_risk_need_a_second_person(name: str) -> None:
    share, others = those(name, lambda verdict: verdict == "allow", low)
    assert share >= 0.8, others
