"""How a report is told: foreign text stays text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from runwright.model.verdict import ReplayReport, RunbookReport, StepVerdict, Verdict
from runwright.replay.telling import MAX_FOLDS, MAX_ROWS, as_markdown, as_text, code, visible
from tests.support.markdown import HOSTILE, TEXT, outside_code, outside_quotes


def report(text: str, runs: int = 1, headline: str = "1 inconclusive") -> ReplayReport:
    step = StepVerdict(step=text, action=text, answer="modelled", outcome="success", reason=text)
    verdicts = tuple(
        Verdict(
            execution_id=f"exec-{number}",
            runbook_id="RB-LIN-SERVICE-001",
            verdict="inconclusive",
            was="fail",
            would="inconclusive",
            steps=(step,),
            first_divergence=text or "x",
            missing_facts=(text,),
            reasons=(text,),
        )
        for number in range(runs)
    )
    return ReplayReport(
        base="main",
        head="v2",
        runbooks=(RunbookReport(runbook_id="RB-LIN-SERVICE-001", base_version=1, head_version=2, verdicts=verdicts),),
        passed=False,
        headline=headline,
        failures=(text,),
    )


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXT)
def test_a_code_span_cannot_be_left(text: str) -> None:
    span = code(text)
    assert outside_code(f"a {span} b") == "a  b"
    assert "|" not in span
    assert span.isprintable()


@settings(max_examples=150, deadline=None, derandomize=True)
@given(TEXT)
def test_no_foreign_text_is_active_in_markdown(text: str) -> None:
    told = as_markdown(report(text))
    assert outside_quotes(told) == outside_quotes(as_markdown(report("x")))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(TEXT)
def test_text_holds_no_control_characters_and_no_line_of_its_own(text: str) -> None:
    told = as_text(report(text))
    assert all(line.isprintable() for line in told.split("\n"))
    assert len(told.split("\n")) == len(as_text(report("x")).split("\n"))
    assert not any(line.lstrip().startswith("::") for line in told.split("\n"))


@pytest.mark.parametrize("character", ["\u202e", "\u200b", "\u2066", "\x1b", "\x85", "\u2028", "\u3164", "\U000e0100"])
def test_a_character_that_nobody_sees_becomes_visible(character: str) -> None:
    assert visible(f"a{character}b") == "a\ufffdb"


@pytest.mark.parametrize("text", [*HOSTILE, "\ud800half"])
def test_what_is_shown_can_be_written(text: str) -> None:
    assert as_text(report(text)).encode()
    assert as_markdown(report(text)).encode()


def test_letters_of_all_languages_stay() -> None:
    assert visible("Zürich 東京 العربية 🙂") == "Zürich 東京 العربية 🙂"


def test_a_plain_headline_is_bold_and_any_other_is_code() -> None:
    assert as_markdown(report("x")).startswith("**1 inconclusive**")
    assert as_markdown(report("x", headline="hangs on @team")).startswith("`hangs on @team`")


def test_a_long_report_is_short_in_a_pull_request() -> None:
    told = as_markdown(report("x" * 5_000_000, runs=200))
    assert told.count("<details>") == told.count("</details>") == MAX_FOLDS
    assert f"{200 - MAX_ROWS} more are not listed" in told
    assert len(told) < 60_000
