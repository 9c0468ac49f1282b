"""Tells a replay report as text for a terminal and as Markdown for a pull request.

What happened stands in `model.verdict`; nothing is decided here. Values from recordings are foreign text: in
Markdown they stand in code spans that they cannot leave, and nowhere do they bring control characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape

from runwright.corpus.letters import is_seen
from runwright.model.verdict import ModelRecord, ReplayReport, RuleTrial, RunbookReport, StepVerdict, Verdict
from runwright.replay.beside import Row, reasons_of, rows_of, source_of

MARKS = {"fixed": "+", "regressed": "!", "unchanged": "=", "still failing": "-", "inconclusive": "?"}
_FIRST = ("regressed", "fixed", "still failing", "inconclusive", "unchanged")
MAX_ROWS = 40
"""Recorded runs that a pull request lists a runbook."""
MAX_FOLDS = 8
"""Recorded runs whose steps a pull request shows a runbook."""
MAX_STEPS = 100
"""Steps that a pull request shows of one run."""
MAX_LINES = 30
"""Findings, failures and firings of a rule that a pull request lists."""
MAX_CODE = 500
"""Characters of one code span."""
MAX_MARKDOWN = 1_000_000
"""Bytes of a report: a job's summary on GitHub takes 1 MiB."""
LEGEND = (
    "How an answer was found: *observed*, the recorded run did the same in the same state; *seen elsewhere*, another "
    "recorded run did; *modelled*, it follows from what the action is declared to need; *unknown*, both ways were "
    "followed; *not run*, its condition was not met. A success is *shown* when every answer was observed, else "
    "*predicted*."
)
_PLAIN_ID = re.compile(r"[A-Z0-9-]+")
_HARMLESS = re.compile(r"[A-Za-z0-9 ,;()]*")


def as_text(report: ReplayReport) -> str:
    """The report for a terminal."""
    return "\n".join(visible(line) for line in _text_lines(report)) + "\n"


def as_markdown(report: ReplayReport, limit: int = MAX_MARKDOWN) -> str:
    """The report for a pull request in so many bytes at most; every value from a recording stands in code."""
    told, room = [_headline(report)], limit - len(LEGEND) - MAX_CODE
    sections = [section for section in map("\n".join, _sections(report)) if section]
    for number, section in enumerate(sections):
        room -= len(section.encode("utf-8", "replace")) + 1
        if room < 0:
            told.append(f"\n{len(sections) - number} more parts of this report do not fit here.")
            break
        told.append(section)
    return "\n".join((*told, "", LEGEND)) + "\n"


def as_page(report: ReplayReport, limit: int = MAX_MARKDOWN) -> str:
    """The report for a page of its own: as in a pull request, and what replay cannot show."""
    unshown = "".join(f"- {code(line)}\n" for line in report.cannot_show)
    told = as_markdown(report, limit - len(unshown.encode()))
    return f"{told}\nWhat replay cannot show:\n\n{unshown}" if unshown else told


def visible(text: str, instead: str = "\ufffd") -> str:
    """The same text on one line, with every character that a person cannot see replaced.

    A runner of GitHub takes `##[command]` for a command wherever it stands in a log's line, so it is broken.
    """
    seen = "".join(c if is_seen(c) else " " if c in "\t\r\n" else instead for c in text)
    return seen.replace("##[", "## [")


def code(text: str, most: int = MAX_CODE) -> str:
    """Put foreign text into a Markdown code span that it cannot leave, also inside a table."""
    cut = text if len(text) <= most else f"{text[:most]}…"
    clean = visible(cut).replace("|", "¦").strip() or " "
    ticks = "`" * (max((len(run) for run in re.findall("`+", clean)), default=0) + 1)
    pad = " " if clean.startswith("`") or clean.endswith("`") else ""
    return f"{ticks}{pad}{clean}{pad}{ticks}"


# Text


def _text_lines(report: ReplayReport) -> Iterator[str]:
    yield f"replay {report.base} → {report.head}: {report.headline}"
    for runbook in report.runbooks:
        yield f"  {_named(runbook)}"
        yield from (f"  left with a reason: {left}" for left in runbook.left)
        yield from (f"  altered, and replayed as it stood before: {altered}" for altered in runbook.altered)
        for verdict in runbook.verdicts:
            yield from _text_verdict(verdict)
        if more := _untold(runbook):
            yield f"  {more} more are only counted"
    yield from (f"  {line}" for trial in report.rules for line in _text_trial(trial))
    for model in report.models:
        counts = f"was {model.right} × right, {model.wrong} × wrong, {model.silent} × silent"
        yield f"  the model of {model.action} {counts if _tried(model) else 'was never tried on a recorded run'}"
    yield from (f"  cannot be read: {finding}" for finding in report.findings)
    yield from (f"  cannot show: {line}" for line in report.cannot_show)
    yield from (f"  does not pass: {failure}" for failure in report.failures)


def _text_verdict(verdict: Verdict) -> Iterator[str]:
    yield f"  {MARKS[verdict.verdict]} {verdict.execution_id}{_made(verdict)}: {_said(verdict)}"
    steps = zip(verdict.steps, reasons_of(verdict), strict=True)
    yield from (f"      {_step(step, verdict, why)}" for step, why in steps)
    yield from (f"      before: {_step(step, verdict, step.reason)}" for step in verdict.base_steps)
    if verdict.first_divergence:
        yield f"      first difference: {verdict.first_divergence}"
    yield from (f"      because {reason}" for reason in verdict.reasons)
    if verdict.missing_facts:
        yield f"      hangs on: {', '.join(verdict.missing_facts)}"


def _text_trial(trial: RuleTrial) -> Iterator[str]:
    yield f"{_trial(trial)}: {_counts(trial)}"
    for firing in trial.firings:
        yield f"    {firing.firing}: {firing.recording}: {firing.reason}"


def _said(verdict: Verdict) -> str:
    before = f", before the change {verdict.base}" if verdict.base else ""
    share = "" if verdict.coverage is None else f"; {verdict.coverage:.0%} observed"
    return f"{_graded(verdict)}; was {verdict.was}{before}, would {verdict.would}{share}"


def _step(step: StepVerdict, verdict: Verdict, why: str) -> str:
    return f"{step.step} ({step.action}): {step.outcome}, {source_of(step, verdict.execution_id)}: {why}"


# Markdown


def _headline(report: ReplayReport) -> str:
    return f"**{report.headline}**" if _HARMLESS.fullmatch(report.headline) else code(report.headline)


def _sections(report: ReplayReport) -> Iterator[Iterator[str]]:
    """What the gate says first, then the runbooks, each with its runs."""
    yield _listed("does not pass", report.failures)
    yield _listed("cannot be read", tuple(map(str, report.findings)))
    for runbook in report.runbooks:
        # What needs a look comes first; the sort keeps the order within each kind.
        telling = tuple(sorted(runbook.verdicts, key=lambda verdict: _FIRST.index(verdict.verdict)))
        yield _table(runbook, telling)
        yield from (_fold(verdict) for verdict in telling[:MAX_FOLDS])
    yield from (_rule(trial) for trial in report.rules)
    yield _records(report)


def _listed(what: str, lines: tuple[str, ...]) -> Iterator[str]:
    yield from (f"\n- {what}: {code(line)}" for line in lines[:MAX_LINES])
    if len(lines) > MAX_LINES:
        yield f"\n- {what}: {len(lines) - MAX_LINES} more"


def _table(runbook: RunbookReport, telling: tuple[Verdict, ...]) -> Iterator[str]:
    yield from ("", f"### {_named(runbook, code)}", "")
    if telling:
        yield from (
            "| recorded run | was | before | with the change | verdict | observed |",
            "|---|---|---|---|---|---|",
        )
    for verdict in telling[:MAX_ROWS]:
        run, before = f"{code(verdict.execution_id)}{_made(verdict)}", verdict.base or ""
        share = "" if verdict.coverage is None else f"{verdict.coverage:.0%}"
        yield f"| {run} | {verdict.was} | {before} | {verdict.would} | {_graded(verdict)} | {share} |"
    if more := len(telling[MAX_ROWS:]) + _untold(runbook):
        yield from ("", f"{more} more are not listed.")
    yield from _listed("left with a reason", runbook.left)
    yield from _listed("altered, and replayed as it stood before", runbook.altered)


def _fold(verdict: Verdict) -> Iterator[str]:
    # In `code` an id is not taken for a reference to an issue or a commit.
    shown = escape(visible(verdict.execution_id))
    yield from ("", f"<details><summary>How <code>{shown}</code> was answered</summary>", "")
    yield from (
        "| step | command | before the change | with the change | taken from | why |",
        "|---|---|---|---|---|---|",
    )
    rows = rows_of(verdict)
    told = {id(step): reason for step, reason in zip(verdict.steps, reasons_of(verdict), strict=True)}
    yield from (_row(row, verdict, told.get(id(row.head), row.either.reason)) for row in rows[:MAX_STEPS])
    if len(rows) > MAX_STEPS:
        yield from ("", f"{len(rows) - MAX_STEPS} more steps are not listed.")
    if verdict.first_divergence:
        yield from ("", f"First difference from what was recorded: {code(verdict.first_divergence)}.")
    if verdict.paths > 1:
        yield from ("", f"{verdict.paths} ways were followed, because something was not known; one is shown.")
    if verdict.missing_facts:
        yield from ("", f"Hangs on: {', '.join(code(name) for name in verdict.missing_facts[:MAX_LINES])}.")
    for reason in verdict.reasons:
        yield from ("", f"Because {code(reason)}.")
    yield from ("", "</details>")


def _row(row: Row, verdict: Verdict, why: str) -> str:
    step = row.either
    before = "not there" if row.base is None else f"{row.base.outcome} ({row.base.answer})"
    # Without the version before beside it, nothing is said of it.
    before = before if verdict.base_steps else ""
    now = "not there" if row.head is None else f"{row.head.outcome} ({row.head.answer})"
    command = code(" ".join((step.action, *(f"{name}={value}" for name, value in step.params.items()))), 200)
    return f"| {code(step.step)} | {command} | {before} | {now} | {code(row.source(verdict))} | {code(why)} |"


def _rule(trial: RuleTrial) -> Iterator[str]:
    yield from ("", f"### {_trial(trial, code)}", "", f"Of {trial.incidents} recorded incidents: {_counts(trial)}.", "")
    if trial.firings:
        yield from ("| incident | the rule fires | together with | answered by | why |", "|---|---|---|---|---|")
    for firing in trial.firings[:MAX_LINES]:
        together = ", ".join(code(other) for other in firing.together)
        winner = code(firing.winner) if firing.winner else ""
        yield f"| {code(firing.recording)} | {firing.firing} | {together} | {winner} | {code(firing.reason)} |"


def _records(report: ReplayReport) -> Iterator[str]:
    tried = [one for one in report.models if _tried(one)]
    if tried:
        yield from ("", "How often each model that answered was right about what was recorded:", "")
        yield from ("| action | right | wrong | silent |", "|---|---|---|---|")
        yield from (f"| {code(one.action)} | {one.right} | {one.wrong} | {one.silent} |" for one in tried)
    others = ", ".join(code(one.action) for one in report.models if not _tried(one))
    if others:
        yield from ("", f"Never tried on a run that was recorded before this change: the models of {others}.")


# Both


def _tried(model: ModelRecord) -> bool:
    return bool(model.right or model.wrong or model.silent)


def _named(runbook: RunbookReport, quote: Callable[[str], str] = str) -> str:
    name = runbook.runbook_id if _PLAIN_ID.fullmatch(runbook.runbook_id) else quote(runbook.runbook_id)
    rules = ", ".join(map(quote, runbook.rules))
    return f"{name} {_versions(runbook)}{f', run by {rules}' if rules else ''}"


def _versions(runbook: RunbookReport) -> str:
    before, now = runbook.base_version, runbook.head_version
    if now is None:
        return f"removed, was version {before}" if before else "not there any more"
    if before is None:
        return f"new, version {now}"
    return f"version {now}, as before" if before == now else f"version {before} → {now}"


def _untold(runbook: RunbookReport) -> int:
    return max(0, runbook.tally.runs - len(runbook.verdicts)) if runbook.tally else 0


def _trial(trial: RuleTrial, quote: Callable[[str], str] = str) -> str:
    return f"Rule {quote(trial.rule_id)} ({trial.change}), which runs {quote(trial.runbook_id)}"


def _counts(trial: RuleTrial) -> str:
    return ", ".join(f"{number} {word}" for word, number in trial.counts.items()) or "it fires nowhere"


def _graded(verdict: Verdict) -> str:
    return f"{verdict.verdict} ({verdict.grade})" if verdict.grade else verdict.verdict


def _made(verdict: Verdict) -> str:
    return " (synthetic)" if verdict.synthetic else " (brought by this change)" if verdict.brought else ""
