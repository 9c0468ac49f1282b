"""What validate and replay said becomes one page: an outcome that passes nothing over, and text that does nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from runwright.cli.check_pages import MAX_NOTES, MAX_TITLE, Head, comment_of, page_of
from runwright.cli.saved_reports import FindingsReport, Saved
from runwright.model.check_page import Outcome
from runwright.model.finding import Finding
from runwright.model.verdict import ReplayReport, RunbookReport, Verdict
from tests.support.gfm import active
from tests.support.markdown import HOSTILE, TEXT

PATH = "runbooks/linux/RB-LIN-X-001.yaml"
HEAD = Head("a" * 40, frozenset({PATH}), {("RB-LIN-X-001", ""): (PATH, 2, 1), ("RB-LIN-X-001", "start"): (PATH, 9, 7)})
ERROR = Finding(path=PATH, line=4, column=3, rule="schema", message="is not known")
FINE = FindingsReport(files=1, findings=())
BAD = FindingsReport(files=1, findings=(ERROR,))
WARNED = FindingsReport(files=1, findings=(ERROR.model_copy(update={"severity": "warning"}),))
SHOWN = ReplayReport(base="b", head="h", passed=True, headline="1 unchanged")
REGRESSED = ReplayReport(base="b", head="h", passed=False, headline="1 regressed")


@pytest.mark.parametrize(
    ("saved", "ended", "outcome"),
    [
        (Saved(FINE, SHOWN), {}, "success"),
        (Saved(WARNED, SHOWN), {}, "success"),
        (Saved(BAD, SHOWN), {}, "failure"),
        (Saved(FINE, REGRESSED), {}, "failure"),
        (Saved(BAD, None), {}, "failure"),
        (Saved(FINE, None), {}, None),
        (Saved(None, None), {}, None),
        (Saved(FINE, None), {"replay": "cancelled"}, "action_required"),
        (Saved(None, REGRESSED), {"validate": "failure"}, "failure"),
    ],
)
def test_the_outcome_passes_no_part_over(saved: Saved, ended: dict[str, str], outcome: Outcome | None) -> None:
    assert page_of(HEAD, saved, ended).outcome == outcome


def test_a_change_of_its_own_workflow_is_not_believed() -> None:
    page = page_of(replace(HEAD, own_judges=(".github/workflows/validate.yml",)), Saved(FINE, SHOWN))
    assert (page.outcome, page.text, page.annotations) == ("neutral", "", ())
    assert {part.state for part in page.parts} == {"error"}
    assert "`.github/workflows/validate.yml`" in page.summary


def test_a_change_of_its_own_workflow_cannot_hide_a_failure_it_reports() -> None:
    assert page_of(replace(HEAD, own_judges=("x",)), Saved(BAD, SHOWN)).outcome == "failure"


def test_a_change_of_judges_and_runbooks_fails_whatever_it_reports() -> None:
    mixed = replace(HEAD, mixed=("runwright.toml",), own_judges=("x",), paths=frozenset({"runwright.toml"}))
    page = page_of(mixed, Saved(FINE, SHOWN))
    assert page.outcome == "failure"
    assert [note.path for note in page.annotations] == ["runwright.toml"]


def test_a_finding_stands_at_its_line_and_column() -> None:
    (note,) = page_of(HEAD, Saved(BAD, SHOWN)).annotations
    assert (note.path, note.line, note.column, note.level, note.title) == (PATH, 4, 3, "failure", "schema")


def test_a_finding_in_a_file_that_the_commit_has_not_gets_no_note_and_is_listed() -> None:
    elsewhere = FindingsReport(files=1, findings=(ERROR.model_copy(update={"path": "/etc/passwd"}),))
    page = page_of(HEAD, Saved(elsewhere, SHOWN))
    assert page.annotations == ()
    assert "/etc/passwd" in page.text


def verdict(**more: object) -> Verdict:
    fields: dict[str, object] = {
        "execution_id": "exec-1",
        "runbook_id": "RB-LIN-X-001",
        "was": "succeed",
        "would": "fail",
    }
    return Verdict.model_validate({"verdict": "regressed", "reasons": ("the disk is full",), **fields, **more})


def replayed(*verdicts: Verdict) -> ReplayReport:
    runbooks = (RunbookReport(runbook_id="RB-LIN-X-001", verdicts=verdicts),)
    return REGRESSED.model_copy(update={"runbooks": runbooks})


def test_a_regression_stands_at_the_step_where_it_leaves_the_recording() -> None:
    (note,) = page_of(HEAD, Saved(FINE, replayed(verdict(first_divergence="start")))).annotations
    assert (note.path, note.line, note.level, note.title) == (PATH, 9, "failure", "regressed: exec-1")
    assert note.message == "was succeed, would fail: the disk is full"


def test_a_regression_at_a_step_that_is_gone_stands_at_the_runbook() -> None:
    (note,) = page_of(HEAD, Saved(FINE, replayed(verdict(first_divergence="gone")))).annotations
    assert note.line == 2


def test_what_is_unchanged_or_about_no_runbook_of_the_commit_gets_no_note() -> None:
    told = replayed(verdict(verdict="unchanged"), verdict(runbook_id="RB-LIN-Y-001"))
    assert page_of(HEAD, Saved(FINE, told)).annotations == ()


def test_of_very_many_notes_the_rest_is_counted_and_failures_come_first() -> None:
    warnings = [ERROR.model_copy(update={"line": n, "severity": "warning"}) for n in range(1, MAX_NOTES + 1)]
    page = page_of(HEAD, Saved(FindingsReport(files=1, findings=(*warnings, ERROR)), SHOWN))
    assert len(page.annotations) == MAX_NOTES
    assert page.annotations[0].level == "failure"
    assert "1 more notes on lines are left out" in page.summary


def hostile(text: str) -> Saved:
    """Both reports with a text in every place that takes one."""
    finding = Finding(path=text, line=1, rule=text, message=text, suggestion=text)
    told = verdict(execution_id=text, first_divergence=text, missing_facts=(text,), reasons=(text,))
    runbook = RunbookReport(runbook_id=text, verdicts=(told,), shrunken=(text,), left=(text,), rules=(text,))
    more = {"headline": text, "failures": (text,), "cannot_show": (text,), "findings": (finding,), "base": text}
    return Saved(
        FindingsReport(files=1, findings=(finding,)), REGRESSED.model_copy(update={"runbooks": (runbook,), **more})
    )


@given(TEXT)
def test_nothing_in_a_report_becomes_markup(text: str) -> None:
    page = page_of(replace(HEAD, paths=frozenset({PATH, text}), mixed=(text,)), hostile(text))
    saved = hostile(text)
    assert saved.replay
    for shown in (page.summary, page.text, comment_of(saved.replay, "https://github.example/run/1")):
        assert [found for found in active(shown) if "github.example" not in found and found != "link_open"] == []
    for note in page.annotations:
        assert note.title.isprintable()
        assert note.message.isprintable()
        assert note.title.strip()
        assert note.message.strip()


@pytest.mark.parametrize("text", [*HOSTILE, "x" * 100_000, "é|`" * 50_000])
def test_everything_fits_what_github_takes(text: str) -> None:
    saved = hostile(text)
    assert saved.replay
    page = page_of(replace(HEAD, paths=frozenset({PATH, text})), saved)
    assert len(page.title) <= MAX_TITLE
    assert max(map(len, (page.summary, page.text, comment_of(saved.replay, "")))) <= 65_000
    assert all(len(part.told) <= 140 for part in page.parts)
    assert all(len(note.message) <= 2_000 and len(note.title) <= 255 for note in page.annotations)


def test_a_report_with_very_much_in_every_list_fits_too() -> None:
    many = tuple(f"{n} " + "é" * 500 for n in range(5_000))
    finding = ERROR.model_copy(update={"message": many[0]})
    told = replayed(*(verdict(execution_id=f"exec-{n}", reasons=many[:50]) for n in range(500)))
    told = told.model_copy(update={"failures": many, "cannot_show": many, "findings": (finding,) * 5_000})
    page = page_of(HEAD, Saved(FindingsReport(files=1, findings=(finding,) * 5_000), told))
    assert max(map(len, (page.summary, page.text, comment_of(told, "")))) <= 65_000


def test_the_same_page_has_the_same_name_and_another_one_another() -> None:
    names = {page_of(HEAD, saved).digest for saved in (Saved(FINE, SHOWN), Saved(BAD, SHOWN), Saved(FINE, SHOWN))}
    assert len(names) == 2
