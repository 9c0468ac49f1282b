"""Writes findings and replay reports for machines: JSON, JUnit and SARIF; text and Markdown for people.

JUnit: the schema that Jenkins and GitHub readers share. SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from runwright import __version__

if TYPE_CHECKING:
    # A report on a tree without findings needs none of these, and starts without them.
    from xml.etree.ElementTree import Element

    from runwright.model.finding import Finding
    from runwright.model.verdict import ReplayReport

_SARIF_LEVEL = {"error": "error", "warning": "warning"}


def findings_report(findings: tuple[Finding, ...], form: str, looked_at: int) -> str:
    """Write findings in one of the formats; always text that can be encoded."""
    written = {
        "text": _findings_text,
        "json": _findings_json,
        "junit": _findings_junit,
        "sarif": _findings_sarif,
        "markdown": _findings_markdown,
    }[form](findings, looked_at)
    return written.encode("utf-8", "backslashreplace").decode()


def replay_report(report: ReplayReport, form: str) -> str:
    """Write a replay report in one of the formats."""
    from runwright.cli import replay_reports
    from runwright.replay.telling import as_page, as_text

    if form == "json":
        return report.model_dump_json(indent=2) + "\n"
    if form == "junit":
        return replay_reports.junit(report)
    if form == "sarif":
        count = sum(len(runbook.verdicts) for runbook in report.runbooks)
        return findings_report(tuple(replay_reports.findings(report)), form, count)
    return as_text(report) if form == "text" else as_page(report)


def _summary(findings: tuple[Finding, ...], looked_at: int) -> str:
    errors = sum(finding.severity == "error" for finding in findings)
    counted = ((looked_at, "file"), (errors, "error"), (len(findings) - errors, "warning"))
    return ", ".join(f"{number} {word}{'' if number == 1 else 's'}" for number, word in counted)


def _findings_text(findings: tuple[Finding, ...], looked_at: int) -> str:
    return "".join(f"{_one_line(_marked(finding))}\n" for finding in findings) + _summary(findings, looked_at) + "\n"


def _marked(finding: Finding) -> str:
    """The finding as it reads elsewhere, with a word where it is only a warning."""
    if finding.severity == "error":
        return str(finding)
    return str(finding.model_copy(update={"message": f"warning: {finding.message}"}))


def _one_line(text: str) -> str:
    """Show what a terminal or a CI log could take for a command of its own: line ends and control characters."""
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    # A runner of GitHub takes this for the start of a command wherever it stands in a line.
    return plain.replace("##[", "## [")


def _findings_json(findings: tuple[Finding, ...], looked_at: int) -> str:
    data = {"files": looked_at, "findings": [finding.model_dump(exclude_none=True) for finding in findings]}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _findings_markdown(findings: tuple[Finding, ...], looked_at: int) -> str:
    if not findings:
        return f"**{_summary(findings, looked_at)}**\n"
    from runwright.replay.telling import code

    rows = [f"- {code(_marked(finding))}\n" for finding in findings]
    return f"**{_summary(findings, looked_at)}**\n\n" + "".join(rows)


def _findings_junit(findings: tuple[Finding, ...], looked_at: int) -> str:
    """One test case a finding, of which an error is a failure; and one that passes, when there is no error."""
    from xml.etree import ElementTree

    errors = [finding for finding in findings if finding.severity == "error"]
    count = {"tests": str(len(findings) + (not errors)), "failures": str(len(errors)), "errors": "0", "skipped": "0"}
    suites = ElementTree.Element("testsuites", {"name": "runwright", **count})
    suite = ElementTree.SubElement(suites, "testsuite", {"name": "runwright", **count})
    if not errors:
        words = {"classname": "runwright", "name": f"{looked_at} files have no error", "time": "0"}
        ElementTree.SubElement(suite, "testcase", words)
    for finding in findings:
        _junit_case(suite, finding)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _junit_case(suite: Element, finding: Finding) -> None:
    from xml.etree import ElementTree

    words = {"classname": finding.rule, "name": legal(finding.path), "file": legal(finding.path)}
    case = ElementTree.SubElement(suite, "testcase", words, line=str(finding.line), time="0")
    if finding.severity == "error":
        failure = {"message": legal(finding.message), "type": finding.rule}
        ElementTree.SubElement(case, "failure", failure).text = legal(str(finding))
    else:
        ElementTree.SubElement(case, "system-out").text = legal(str(finding))


def legal(text: str) -> str:
    """Only characters that XML 1.0 accepts."""
    return "".join(
        c if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff") else "?"
        for c in text
    )


def _findings_sarif(findings: tuple[Finding, ...], looked_at: int) -> str:
    from runwright.checks.rule_ids import RULES

    del looked_at
    rules = sorted({finding.rule for finding in findings})
    described = [{"id": rule, "shortDescription": {"text": RULES.get(rule, rule)}} for rule in rules]
    driver = {"name": "runwright", "version": __version__, "rules": described}
    results = [_sarif_result(finding, rules.index(finding.rule)) for finding in findings]
    # Columns are counted in characters, not in UTF-16 units (SARIF 2.1.0, 3.14.17).
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _sarif_result(finding: Finding, rule_index: int) -> dict[str, Any]:
    from urllib.parse import quote

    uri = quote(finding.path.encode("utf-8", "backslashreplace"))
    place: dict[str, Any] = {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}}
    if finding.line > 0:
        place["region"] = {"startLine": finding.line, "startColumn": max(1, finding.column)}
    advice = f"; {finding.suggestion}" if finding.suggestion else ""
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": _SARIF_LEVEL[finding.severity],
        "message": {"text": _without_links(f"{finding.message}{advice}")},
        "locations": [{"physicalLocation": place}],
    }


def _without_links(text: str) -> str:
    """What a file says must not become a link: `[words](address)` is one in a message (SARIF 2.1.0, 3.11.6)."""
    return text.replace("[", "\\[").replace("]", "\\]") if "](" in text else text
