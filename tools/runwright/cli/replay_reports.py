"""Writes a replay report for machines that read tests (JUnit) and findings (SARIF): each recorded run is one test."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from runwright.cli.reports import legal
from runwright.corpus.evidence import recording_path
from runwright.corpus.layout import RECORDINGS
from runwright.model.finding import Finding
from runwright.model.verdict import ReplayReport, RunbookReport, Verdict

RULE = "replay"
GATE = "runwright replay"


def junit(report: ReplayReport) -> str:
    """One test suite a runbook and one test a run, of which an undecided one is skipped; the gate itself is a test."""
    suites = ElementTree.Element("testsuites", {"name": GATE})
    for runbook in report.runbooks:
        _suite(suites, runbook, _failures_of(report))
    gate = ElementTree.SubElement(suites, "testsuite", {"name": "gate", "tests": "1"})
    case = ElementTree.SubElement(gate, "testcase", {"classname": "gate", "name": "the gate passes", "time": "0"})
    if not report.passed:
        said = "\n".join(report.failures)
        ElementTree.SubElement(case, "failure", {"message": legal(report.headline)}).text = legal(said)
    for suite in suites:
        _count(suite, (suite,))
    _count(suites, tuple(suites))
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def findings(report: ReplayReport) -> Iterator[Finding]:
    """Why the gate does not pass, each at the recording that it is about, and what could not be decided."""
    yield from report.findings
    unread = {finding.path for finding in report.findings}
    verdicts = {verdict.execution_id: verdict for runbook in report.runbooks for verdict in runbook.verdicts}
    for failure in report.failures:
        name = failure.partition(" ")[0]
        if name not in unread:
            path = _path(verdicts[name]) if name in verdicts else RECORDINGS.rstrip("/")
            yield Finding(path=path, rule=RULE, message=failure)
    for verdict in verdicts.values():
        if verdict.verdict == "inconclusive":
            said = f"replay cannot decide {verdict.execution_id}; it hangs on {', '.join(verdict.missing_facts)}"
            yield Finding(path=_path(verdict), rule=RULE, severity="warning", message=said)


def _suite(suites: ElementTree.Element, runbook: RunbookReport, failures: dict[str, str]) -> None:
    suite = ElementTree.SubElement(suites, "testsuite", {"name": legal(runbook.runbook_id)})
    for verdict in runbook.verdicts:
        words = {"classname": runbook.runbook_id, "name": verdict.execution_id, "file": _path(verdict), "time": "0"}
        case = ElementTree.SubElement(suite, "testcase", {key: legal(value) for key, value in words.items()})
        said = f"{verdict.verdict}: was {verdict.was}, would {verdict.would}"
        if verdict.execution_id in failures:
            told = ElementTree.SubElement(case, "failure", {"message": legal(failures[verdict.execution_id])})
            told.text = legal("\n".join((said, *verdict.reasons)))
        elif verdict.verdict == "inconclusive":
            ElementTree.SubElement(case, "skipped", {"message": legal(f"{said}: {', '.join(verdict.missing_facts)}")})
        else:
            ElementTree.SubElement(case, "system-out").text = legal(said)


def _failures_of(report: ReplayReport) -> dict[str, str]:
    """The failures that are about one run, by its id."""
    return {failure.partition(" ")[0]: failure for failure in report.failures}


def _count(element: ElementTree.Element, suites: tuple[ElementTree.Element, ...]) -> None:
    cases = [case for suite in suites for case in suite.iter("testcase")]
    counts = {word: sum(case.find(tag) is not None for case in cases) for word, tag in _TAGS.items()}
    element.attrib |= {"tests": str(len(cases)), "errors": "0", **{word: str(n) for word, n in counts.items()}}


def _path(verdict: Verdict) -> str:
    return recording_path(verdict.runbook_id, verdict.execution_id)


_TAGS = {"failures": "failure", "skipped": "skipped"}
