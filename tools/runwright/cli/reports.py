"""Writes findings and replay reports for machines: JSON, JUnit and SARIF; text and Markdown for people.

JUnit: the schema that Jenkins and GitHub readers share. SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from urllib.parse import quote
from xml.etree import ElementTree

from runwright import __version__
from runwright.model.finding import Finding
from runwright.model.verdict import ReplayReport
from runwright.replay.telling import as_markdown, as_text, code

_SARIF_LEVEL = {"error": "error", "warning": "warning"}


def findings_report(findings: tuple[Finding, ...], form: str, looked_at: int) -> str:
    """Write findings in one of the formats."""
    return {
        "text": _findings_text,
        "json": _findings_json,
        "junit": _findings_junit,
        "sarif": _findings_sarif,
        "markdown": _findings_markdown,
    }[form](findings, looked_at)


def replay_report(report: ReplayReport, form: str) -> str:
    """Write a replay report in one of the formats."""
    if form == "json":
        return report.model_dump_json(indent=2) + "\n"
    if form in ("junit", "sarif"):
        findings = tuple(_replay_findings(report))
        count = sum(len(runbook.verdicts) for runbook in report.runbooks)
        return findings_report(findings, form, count)
    return as_text(report) if form == "text" else as_markdown(report)


def _replay_findings(report: ReplayReport) -> Iterable[Finding]:
    for runbook in report.runbooks:
        for verdict in runbook.verdicts:
            bad = verdict.verdict == "regressed"
            path = f"tests/recordings/{verdict.runbook_id}/{verdict.execution_id}.json"
            message = f"{verdict.verdict}: was {verdict.was}, would {verdict.would}"
            if bad:
                yield Finding(path=path, rule="replay", message=message)
    for failure in report.failures:
        yield Finding(path="tests/recordings", rule="replay", message=failure)


def _summary(findings: tuple[Finding, ...], looked_at: int) -> str:
    errors = sum(finding.severity == "error" for finding in findings)
    return f"{looked_at} files, {errors} errors, {len(findings) - errors} warnings"


def _findings_text(findings: tuple[Finding, ...], looked_at: int) -> str:
    return "".join(f"{_one_line(str(finding))}\n" for finding in findings) + _summary(findings, looked_at) + "\n"


def _one_line(text: str) -> str:
    """Show what a terminal or a CI log could take for a command of its own: line ends and control characters."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _findings_json(findings: tuple[Finding, ...], looked_at: int) -> str:
    data = {"files": looked_at, "findings": [finding.model_dump(exclude_none=True) for finding in findings]}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _findings_markdown(findings: tuple[Finding, ...], looked_at: int) -> str:
    rows = [f"- {code(str(finding))}\n" for finding in findings]
    return f"**{_summary(findings, looked_at)}**\n" + ("\n" if rows else "") + "".join(rows)


def _findings_junit(findings: tuple[Finding, ...], looked_at: int) -> str:
    errors = [finding for finding in findings if finding.severity == "error"]
    suite = ElementTree.Element(
        "testsuite", name="runwright", tests=str(max(looked_at, len(errors))), failures=str(len(errors))
    )
    for finding in errors:
        case = ElementTree.SubElement(suite, "testcase", classname=finding.rule, name=_legal(finding.path))
        ElementTree.SubElement(case, "failure", message=_legal(finding.message)).text = _legal(str(finding))
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _legal(text: str) -> str:
    """Only characters that XML 1.0 accepts."""
    return "".join(
        c if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff") else "?"
        for c in text
    )


def _findings_sarif(findings: tuple[Finding, ...], looked_at: int) -> str:
    del looked_at
    rules = sorted({finding.rule for finding in findings})
    driver = {"name": "runwright", "version": __version__, "rules": [{"id": rule} for rule in rules]}
    run = {"tool": {"driver": driver}, "results": [_sarif_result(finding) for finding in findings]}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _sarif_result(finding: Finding) -> dict[str, object]:
    region = {"startLine": max(1, finding.line), "startColumn": max(1, finding.column)}
    place = {"physicalLocation": {"artifactLocation": {"uri": quote(finding.path)}, "region": region}}
    return {
        "ruleId": finding.rule,
        "level": _SARIF_LEVEL[finding.severity],
        "message": {"text": finding.message},
        "locations": [place],
    }
