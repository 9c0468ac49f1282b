"""How a report is told: foreign text stays text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from runwright.model.finding import Finding
from runwright.model.verdict import (
    ModelRecord,
    ReplayReport,
    RuleFiring,
    RuleTrial,
    RunbookReport,
    StepVerdict,
    Verdict,
)
from runwright.replay.beside import rows_of
from runwright.replay.telling import LEGEND, MAX_FOLDS, MAX_ROWS, as_markdown, as_page, as_text, code, visible
from tests.support.markdown import HOSTILE, TEXT, outside_code, outside_quotes


def report(text: str, runs: int = 1, headline: str = "1 inconclusive") -> ReplayReport:
    said = {text: text}
    step = StepVerdict(
        step=text, action=text, params=said, answer="seen elsewhere", outcome="success", reason=text, source=text
    )
    modelled = step.model_copy(update={"answer": "modelled"})
    firing = RuleFiring(recording=text, firing="wrongly", reason=text, together=(text, text), winner=text or None)
    trial = RuleTrial(
        rule_id=text, runbook_id=text, change="new", incidents=1, counts={"wrongly": 1}, firings=(firing,)
    )
    verdicts = tuple(
        Verdict(
            execution_id=f"exec-{number}",
            runbook_id="RB-LIN-SERVICE-001",
            verdict="inconclusive",
            was="fail",
            would="inconclusive",
            steps=(step, modelled),
            base="fail",
            base_steps=(step,),
            coverage=0.5,
            paths=2,
            first_divergence=text or "x",
            missing_facts=(text,),
            reasons=(text,),
        )
        for number in range(runs)
    )
    return ReplayReport(
        base="main",
        head="v2",
        runbooks=(
            RunbookReport(
                runbook_id="RB-LIN-SERVICE-001",
                base_version=1,
                head_version=2,
                verdicts=verdicts,
                left=(text,),
                altered=(text,),
                rules=(text, text),
            ),
            RunbookReport(runbook_id=text, base_version=1),
        ),
        passed=False,
        headline=headline,
        failures=(text,),
        cannot_show=(text,),
        models=(ModelRecord(action=text, right=1),),
        rules=(trial,),
        findings=(Finding(path=text, rule="json", message=text),),
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
    told = as_page(report(text))
    # A plain id needs no quotes.
    plain = re.fullmatch("[A-Z0-9-]+", text) is not None
    assert outside_quotes(told) == outside_quotes(as_page(report("X" if plain else "x"))).replace(
        "### X ", f"### {text} "
    )


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


@pytest.mark.parametrize("limit", [2_000, 20_000, 100_000])
def test_a_report_that_does_not_fit_ends_with_whole_parts_and_says_so(limit: int) -> None:
    told = as_page(report("é" * 400, runs=60), limit)
    assert len(told.encode()) <= limit
    assert told.count("<details>") == told.count("</details>")
    assert re.search(r"^\d+ more parts of this report do not fit here\.$", told, re.MULTILINE) or limit == 100_000
    outside_quotes(told)


def test_what_each_word_means_stands_below_the_report() -> None:
    assert as_markdown(report("x")).rstrip().endswith(LEGEND)


def test_a_step_that_only_one_version_has_stands_in_its_place() -> None:
    def step(name: str) -> StepVerdict:
        return StepVerdict(step=name, action="a.b", answer="observed", outcome="success", reason=name)

    base, head = tuple(map(step, "acd")), tuple(map(step, "abd"))
    verdict = report("x").runbooks[0].verdicts[0].model_copy(update={"steps": head, "base_steps": base})
    rows = [(row.base and row.base.step, row.head and row.head.step) for row in rows_of(verdict)]
    assert rows == [("a", "a"), ("c", None), (None, "b"), ("d", "d")]


def test_very_many_steps_are_told_one_version_after_the_other() -> None:
    step = StepVerdict(step="x", action="a.b", answer="observed", outcome="success", reason="x")
    verdict = report("x").runbooks[0].verdicts[0].model_copy(update={"steps": (step,) * 5_000, "base_steps": (step,)})
    assert len(rows_of(verdict)) == 5_001
    told = report("x").model_copy(update={"runbooks": (RunbookReport(runbook_id="RB-X", verdicts=(verdict,)),)})
    assert "4901 more steps are not listed." in as_markdown(told)
