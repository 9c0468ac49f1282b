"""Puts what validate and replay said of a commit into one page for a hosting service: outcome, text, notes on lines.

All of it is foreign text: in Markdown it stands in code spans, elsewhere on one line without what cannot be seen.
Sending it is left to `adapters`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from runwright.checks.separate import RULE, SAID
from runwright.cli.saved_reports import FindingsReport, Saved
from runwright.model.check_page import Annotation, CheckPage, Level, Outcome, Part
from runwright.model.finding import Finding
from runwright.model.verdict import ReplayReport, Verdict
from runwright.replay.telling import as_page, code, visible

NAMES = ("validate", "replay")
MAX_TEXT = 60_000
"""Bytes of a text; GitHub takes 65,535 characters."""
MAX_TITLE, MAX_MESSAGE, MAX_TOLD = 200, 2_000, 140
"""Characters of a title, of one note, and of what a part says in a line (GitHub's limit of a status)."""
MAX_NOTES = 500
"""Notes on lines: ten requests' worth; nobody reads more, and the report in the run has them all."""
MAX_LISTED = 100
MAX_HEADLINE, MAX_UNSHOWN = 300, 20
"""Characters of a headline, and lines of what replay cannot show; ours have fewer."""
TELLING = ("regressed", "still failing", "inconclusive")
"""Verdicts that get a note on a line."""
_ORDER: Mapping[Level, int] = {"failure": 0, "warning": 1, "notice": 2}


@dataclass(frozen=True)
class Head:
    """What is known of the commit itself, from Git and never from a report."""

    sha: str
    paths: frozenset[str] = frozenset()
    """Its files; a note stands on one of them."""
    places: Mapping[tuple[str, str], tuple[str, int, int]] = field(default_factory=dict)
    """Path, line and column of each step, by runbook id and step id; the step "" is the runbook itself."""
    mixed: tuple[str, ...] = ()
    """Judges that it changes together with runbooks or rules."""
    own_judges: tuple[str, ...] = ()
    """The workflows of validate and replay that it changes: their reports are then its own word."""


def page_of(head: Head, saved: Saved, ended: Mapping[str, str] | None = None) -> CheckPage:
    """Compose the page; `ended` names the parts that ended without a report, each with how."""
    parts: tuple[Part, ...] = (_validated(saved.validate, ended or {}), _replayed(saved.replay, ended or {}))
    outcome = outcome_of(head, parts)
    if head.own_judges:
        parts, saved = tuple(map(_not_believed, parts)), Saved()
    notes = tuple(sorted(_notes(head, saved), key=lambda note: _ORDER[note.level]))
    shown = notes[:MAX_NOTES]
    return CheckPage(
        head_sha=head.sha,
        outcome=outcome,
        title=_title(head, parts, outcome),
        summary="\n".join(_summary(head, parts, len(notes) - len(shown))) + "\n",
        text=_text(saved),
        annotations=shown,
        parts=parts,
    )


def outcome_of(head: Head, parts: Sequence[Part]) -> Outcome | None:
    """What the check says: no part is passed over, and a word of the change about itself is none."""
    states = {part.state for part in parts}
    if head.mixed or "failure" in states:
        return "failure"
    if head.own_judges:
        return "neutral"
    if "error" in states:
        return "action_required"
    return None if "pending" in states else "success"


def comment_of(report: ReplayReport, address: str, limit: int = MAX_TEXT) -> str:
    """The comment on a pull request: the replay, and where all of it is."""
    more = f"\nAll of it, with what validate found: {address}\n" if address else ""
    return f"## Replay\n\n{_page(report, limit)}{more}".rstrip()


def _validated(report: FindingsReport | None, ended: Mapping[str, str]) -> Part:
    if report is None:
        return _missing("validate", ended)
    wrong = sum(finding.severity == "error" for finding in report.findings)
    counted = ((report.files, "file"), (wrong, "error"), (len(report.findings) - wrong, "warning"))
    told = ", ".join(_count(number, word) for number, word in counted)
    return Part("validate", "success" if report.passed else "failure", told)


def _replayed(report: ReplayReport | None, ended: Mapping[str, str]) -> Part:
    if report is None:
        return _missing("replay", ended)
    return Part("replay", "success" if report.passed else "failure", _cut(visible(report.headline), MAX_TOLD))


def _missing(name: str, ended: Mapping[str, str]) -> Part:
    if name not in ended:
        return Part(name, "pending", "has not ended yet")
    return Part(name, "error", _cut(f"ended without a report ({visible(ended[name])}); run it again", MAX_TOLD))


def _not_believed(part: Part) -> Part:
    return replace(part, state="error", told="is not believed: the change edits the workflow that says it")


def _title(head: Head, parts: Sequence[Part], outcome: Outcome | None) -> str:
    if head.mixed:
        return "It changes who or what decides together with runbooks or rules"
    if outcome == "neutral":
        return "It changes the workflows that judge it; their owners decide"
    return _cut("; ".join(f"{part.name}: {part.told}" for part in parts), MAX_TITLE)


def _summary(head: Head, parts: Sequence[Part], left_out: int) -> Iterator[str]:
    if head.mixed:
        named = ", ".join(code(path) for path in head.mixed[:10])
        yield f"**Make two pull requests:** {named} says who or what decides, and runbooks or rules change with it.\n"
    if head.own_judges:
        named = ", ".join(code(path) for path in head.own_judges)
        yield f"**Not believed:** {named} is changed here, so what it reports is the word of the change about itself.\n"
    yield from ("| | | |", "|---|---|---|")
    yield from (f"| {part.name} | {part.state} | {code(part.told)} |" for part in parts)
    if left_out:
        yield f"\n{left_out} more notes on lines are left out; the reports in the runs have them all."


def _text(saved: Saved) -> str:
    """Both reports, the findings first, as long as there is room; cut at a line."""
    listed = "\n".join(_listed(saved.validate.findings if saved.validate else ()))
    return listed + (_page(saved.replay, MAX_TEXT - len(listed.encode())) if saved.replay else "")


def _page(report: ReplayReport, limit: int) -> str:
    """The replay within a limit, also where somebody else than replay wrote the report."""
    short = {"headline": _cut(report.headline, MAX_HEADLINE), "cannot_show": report.cannot_show[:MAX_UNSHOWN]}
    return as_page(report.model_copy(update=short), limit)


def _listed(findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        return
    yield from ("### Findings", "")
    room = MAX_TEXT // 2
    for number, finding in enumerate(findings):
        line = f"- {finding.severity}: {code(str(finding))}"
        room -= len(line.encode()) + 1
        if room < 0 or number >= MAX_LISTED:
            yield f"- {len(findings) - number} more"
            break
        yield line
    yield from ("", "")


def _notes(head: Head, saved: Saved) -> Iterator[Annotation]:
    yield from (Annotation(path, 1, 0, "failure", RULE, SAID) for path in head.mixed if path in head.paths)
    findings = (*(saved.validate.findings if saved.validate else ()), *(saved.replay.findings if saved.replay else ()))
    for finding in dict.fromkeys(findings):
        if finding.path in head.paths:
            yield _note(finding)
    for runbook in saved.replay.runbooks if saved.replay else ():
        yield from (_verdict(head, verdict) for verdict in runbook.verdicts if _is_placed(head, verdict))


def _note(finding: Finding) -> Annotation:
    advice = f"; {finding.suggestion}" if finding.suggestion else ""
    level: Level = "failure" if finding.severity == "error" else "warning"
    line, column = max(1, finding.line), max(0, finding.column) if finding.line > 0 else 0
    return Annotation(finding.path, line, column, level, *_words(finding.rule, f"{finding.message}{advice}"))


def _words(title: str, message: str) -> tuple[str, str]:
    """Title and text of a note; GitHub takes no empty ones."""
    return _cut(visible(title).strip(), MAX_TITLE) or "-", _cut(visible(message).strip(), MAX_MESSAGE) or "-"


def _is_placed(head: Head, verdict: Verdict) -> bool:
    return verdict.verdict in TELLING and (verdict.runbook_id, "") in head.places


def _verdict(head: Head, verdict: Verdict) -> Annotation:
    """A note on the step at which the run leaves what was recorded, or at which it fails."""
    steps = (verdict.first_divergence or "", *(step.step for step in verdict.steps if step.outcome == "failed"), "")
    at = next(head.places[(verdict.runbook_id, step)] for step in steps if (verdict.runbook_id, step) in head.places)
    hangs = f"it hangs on {', '.join(verdict.missing_facts)}" if verdict.missing_facts else ""
    why = "; ".join((*verdict.reasons, *([hangs] if hangs else [])))
    told = f"was {verdict.was}, would {verdict.would}{f': {why}' if why else ''}"
    title = f"{verdict.verdict}: {verdict.execution_id}"
    level: Level = "failure" if verdict.verdict == "regressed" else "warning"
    return Annotation(*at, level, *_words(title, told))


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
