"""Reports for machines and for people: what GitHub, Jenkins and a reader need is in them."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support import cases
from tests.support.commands import runwright, spoil, tree

WINDOWS = "runbooks/windows/RB-WIN-CASE-002.yaml"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """The accepted cases in a folder."""
    return tree(tmp_path / "repo")


@pytest.fixture
def wrong(repo: Path) -> Path:
    """A folder with an error, a warning and a name that a report must not stumble over."""
    spoil(repo, WINDOWS, b"service.restart", b"service.restrat")
    (case,) = [case for case in cases.refused() if case.name == "destructive-and-unguarded"]
    return tree(repo, {case.path: case.content, "runbooks/linux/a b#<&é>.yaml": b"a: ["})


def test_json_says_everything_that_text_says(wrong: Path) -> None:
    told = runwright("validate", "--format", "json", cwd=wrong)
    data = json.loads(told.out)
    assert told.code == 1
    assert data["files"] == 6
    assert [(f["path"], f["rule"], f["severity"]) for f in data["findings"]] == [
        ("runbooks/linux/RB-LIN-CASE-009.yaml", "guarded", "warning"),
        ("runbooks/linux/a b#<&é>.yaml", "yaml", "error"),
        (WINDOWS, "actions", "error"),
    ]
    assert all({"path", "line", "column", "rule", "severity", "message"} <= f.keys() for f in data["findings"])


def test_junit_is_xml_that_counts_its_failures(wrong: Path) -> None:
    told = runwright("validate", "--format", "junit", cwd=wrong)
    suite = ElementTree.fromstring(told.out)  # noqa: S314  # our own report
    assert told.code == 1
    assert (suite.tag, suite.get("tests"), suite.get("failures")) == ("testsuite", "6", "2")
    assert [case.get("name") for case in suite.findall("testcase")] == ["runbooks/linux/a b#<&é>.yaml", WINDOWS]
    for case in suite.findall("testcase"):
        failure = case.find("failure")
        assert failure is not None
        assert failure.get("message")
        assert str(case.get("name")) in str(failure.text)


def test_sarif_has_what_github_reads(wrong: Path) -> None:
    log = json.loads(runwright("validate", "--format", "sarif", cwd=wrong).out)
    assert (log["version"], log["$schema"].endswith("sarif-2.1.0.json")) == ("2.1.0", True)
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "runwright"
    assert {rule["id"] for rule in driver["rules"]} == {result["ruleId"] for result in run["results"]}
    assert [result["level"] for result in run["results"]] == ["warning", "error", "error"]
    for result in run["results"]:
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["region"]["startLine"] >= 1
        assert place["region"]["startColumn"] >= 1
        assert set(place["artifactLocation"]["uri"]) <= set(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/%"
        )


def test_markdown_holds_every_finding_in_code(wrong: Path) -> None:
    told = runwright("validate", "--format", "markdown", cwd=wrong).out.splitlines()
    assert told[0] == "**6 files, 2 errors, 1 warnings**"
    assert [line.startswith("- `") and line.endswith("`") for line in told[2:]] == [True, True, True]


@pytest.mark.parametrize("form", ["text", "json", "junit", "sarif", "markdown"])
def test_a_good_tree_has_a_good_report_in_every_form(repo: Path, form: str) -> None:
    told = runwright("validate", "--format", form, cwd=repo)
    assert told.code == 0
    if form in ("json", "sarif"):
        json.loads(told.out)
    if form == "junit":
        assert ElementTree.fromstring(told.out).get("failures") == "0"  # noqa: S314
