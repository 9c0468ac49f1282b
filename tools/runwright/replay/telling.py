"""Tells a replay report as text for a terminal and as Markdown for a pull request.

What happened stands in `model.verdict`; nothing is decided here. Values from recordings are foreign text: in
Markdown they stand in code spans that they cannot leave, and nowhere do they bring control characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from runwright.model.verdict import ReplayReport, RunbookReport, StepVerdict, Verdict

MARKS = {"fixed": "+", "regressed": "!", "unchanged": "=", "still failing": "-", "inconclusive": "?"}
MAX_ROWS = 40
"""Recorded runs that a pull request lists a runbook."""
MAX_FOLDS = 8
"""Recorded runs whose steps a pull request shows a runbook."""
MAX_CODE = 500
"""Characters of one code span."""
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters by Unicode's word, and nothing to the eye (UTS #39)."""
_VARIATION = range(0xE0100, 0xE01F0)
_HARMLESS = re.compile(r"[A-Za-z0-9 ,;()]*")


def as_text(report: ReplayReport) -> str:
    """The report for a terminal."""
    return "\n".join(visible(line) for line in _text_lines(report)) + "\n"


def as_markdown(report: ReplayReport) -> str:
    """The report for a pull request; every value from a recording stands in code."""
    return "\n".join(_markdown_lines(report)) + "\n"


def visible(text: str, instead: str = "\ufffd") -> str:
    """The same text on one line, with every character that a person cannot see replaced."""
    return "".join(c if _is_seen(c) else " " if c in "\t\r\n" else instead for c in text)


def code(text: str) -> str:
    """Put foreign text into a Markdown code span that it cannot leave, also inside a table."""
    cut = text if len(text) <= MAX_CODE else f"{text[:MAX_CODE]}…"
    clean = visible(cut).replace("|", "¦").strip() or " "
    ticks = "`" * (max((len(run) for run in re.findall("`+", clean)), default=0) + 1)
    pad = " " if clean.startswith("`") or clean.endswith("`") else ""
    return f"{ticks}{pad}{clean}{pad}{ticks}"


def _is_seen(character: str) -> bool:
    return character.isprintable() and character not in _BLANK_LETTERS and ord(character) not in _VARIATION


def _text_lines(report: ReplayReport) -> Iterator[str]:
    yield f"replay {report.base} → {report.head}: {report.headline}"
    for runbook in report.runbooks:
        yield f"  {_named(runbook)}"
        for verdict in runbook.verdicts:
            yield f"  {MARKS[verdict.verdict]} {verdict.execution_id}{_made(verdict)}: {_said(verdict)}"
            yield from (f"      {_step(step)}" for step in verdict.steps)
            yield from (f"      because {reason}" for reason in verdict.reasons)
            if verdict.missing_facts:
                yield f"      hangs on: {', '.join(verdict.missing_facts)}"
    yield from (f"  does not pass: {failure}" for failure in report.failures)


def _markdown_lines(report: ReplayReport) -> Iterator[str]:
    yield f"**{report.headline}**" if _HARMLESS.fullmatch(report.headline) else code(report.headline)
    for runbook in report.runbooks:
        yield from ("", f"### {_named(runbook)}", "", "| recorded run | was | would | verdict |", "|---|---|---|---|")
        # What needs a look comes first; the sort keeps the order within each kind.
        telling = sorted(runbook.verdicts, key=lambda verdict: verdict.verdict == "unchanged")
        for verdict in telling[:MAX_ROWS]:
            run = f"{code(verdict.execution_id)}{_made(verdict)}"
            yield f"| {run} | {verdict.was} | {verdict.would} | {_graded(verdict)} |"
        if len(telling) > MAX_ROWS:
            yield from ("", f"{len(telling) - MAX_ROWS} more are not listed.")
        for verdict in telling[:MAX_FOLDS]:
            yield from _fold(verdict)
    for failure in report.failures:
        yield from ("", f"- does not pass: {code(failure)}")


def _fold(verdict: Verdict) -> Iterator[str]:
    # In `code` an id is not taken for a reference to an issue or a commit.
    shown = escape(visible(verdict.execution_id))
    yield from ("", f"<details><summary>How <code>{shown}</code> was answered</summary>", "")
    yield from ("| step | action | answer | outcome | why |", "|---|---|---|---|---|")
    for step in verdict.steps:
        yield f"| {code(step.step)} | {code(step.action)} | {step.answer} | {step.outcome} | {code(step.reason)} |"
    if verdict.first_divergence:
        yield from ("", f"First difference from what was recorded: {code(verdict.first_divergence)}.")
    if verdict.missing_facts:
        yield from ("", f"Hangs on: {', '.join(code(name) for name in verdict.missing_facts)}.")
    for reason in verdict.reasons:
        yield from ("", f"Because {code(reason)}.")
    yield from ("", "</details>")


def _named(runbook: RunbookReport) -> str:
    before = f"version {runbook.base_version} → " if runbook.base_version else "new, version "
    return f"{runbook.runbook_id} {before}{runbook.head_version}"


def _graded(verdict: Verdict) -> str:
    return f"{verdict.verdict} ({verdict.grade})" if verdict.grade else verdict.verdict


def _made(verdict: Verdict) -> str:
    return " (synthetic)" if verdict.synthetic else ""


def _said(verdict: Verdict) -> str:
    return f"{_graded(verdict)}; was {verdict.was}, would {verdict.would}"


def _step(step: StepVerdict) -> str:
    return f"{step.step} ({step.action}): {step.outcome}, {step.answer}: {step.reason}"
