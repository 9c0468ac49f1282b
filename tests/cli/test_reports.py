"""Reports for machines and for people: what GitHub, Jenkins and a reader need is in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from jsonschema import Draft7Validator

from runwright.cli.reports import findings_report
from runwright.model.finding import Finding
from tests.support import cases
from tests.support.commands import runwright, spoil, tree

WINDOWS = "runbooks/windows/RB-WIN-CASE-002.yaml"
COUNT = len(cases.library()) + 2


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
    assert data["files"] == COUNT
    assert [(f["path"], f["rule"], f["severity"]) for f in data["findings"]] == [
        ("runbooks/linux/RB-LIN-CASE-009.yaml", "guarded", "warning"),
        ("runbooks/linux/a b#<&é>.yaml", "yaml", "error"),
        (WINDOWS, "actions", "error"),
    ]
    assert all({"path", "line", "column", "rule", "severity", "message"} <= f.keys() for f in data["findings"])


def test_junit_is_xml_that_counts_its_failures(wrong: Path) -> None:
    told = runwright("validate", "--format", "junit", cwd=wrong)
    suites = ElementTree.fromstring(told.out)  # noqa: S314  # our own report
    (suite,) = suites
    assert told.code == 1
    assert (suites.tag, suite.tag, suite.get("tests"), suite.get("failures")) == ("testsuites", "testsuite", "3", "2")
    assert len(suite.findall("testcase")) == 3
    failed = [case for case in suite.findall("testcase") if case.find("failure") is not None]
    assert [case.get("name") for case in failed] == ["runbooks/linux/a b#<&é>.yaml", WINDOWS]
    for case in failed:
        failure = case.find("failure")
        assert failure is not None
        assert failure.get("message")
        assert str(case.get("name")) in str(failure.text)


def test_junit_of_a_good_tree_has_one_case_that_passes(repo: Path) -> None:
    suites = ElementTree.fromstring(runwright("validate", "--format", "junit", cwd=repo).out)  # noqa: S314
    (case,) = suites.iter("testcase")
    assert case.get("name") == f"{len(cases.library())} files have no error"
    assert list(case) == []


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
    assert told[0] == f"**{COUNT} files, 2 errors, 1 warning**"
    assert [line.startswith("- `") and line.endswith("`") for line in told[2:]] == [True, True, True]


@pytest.mark.parametrize("form", ["text", "json", "junit", "sarif", "markdown"])
def test_a_good_tree_has_a_good_report_in_every_form(repo: Path, form: str) -> None:
    told = runwright("validate", "--format", form, cwd=repo)
    assert told.code == 0
    if form in ("json", "sarif"):
        json.loads(told.out)
    if form == "junit":
        assert ElementTree.fromstring(told.out).get("failures") == "0"  # noqa: S314


# What a hostile file can make a report say

HOSTILE = (
    "]]></failure></testcase>", "<script>alert(1)</script>", "&amp;&lt;", "\x00\x08\x1b[2J\x7f\x9b",
    "\r\n::error::owned",
    "\u2028\u202e\ufeff", "\ud800\udfff", "\ufffe\uffff\U0001fffe", "```\n# owned\n", "`` ` ```", "@everyone closes #1",
    "[words](https://evil.example)",
    "![x](y)", "| a | b |", "%0A%0D", "\\u0000", "🙂" * 3, "a" * 5000, "{0}%s", "\t \n",
)  # fmt: skip


def hostile(text: str) -> Finding:
    return Finding(path=f"runbooks/{text}.yaml", line=3, column=4, rule="schema", message=text, suggestion=text)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("form", ["text", "json", "junit", "sarif", "markdown"])
def test_a_report_says_what_a_hostile_file_holds_and_stays_a_report(text: str, form: str) -> None:
    one = findings_report((hostile("plain"),), form, 1)
    report = findings_report((hostile(text),), form, 1)
    report.encode()
    if form == "text":
        assert all(line.isprintable() for line in report.splitlines())
        assert len(report.splitlines()) == 2
    elif form == "json":
        (found,) = json.loads(report)["findings"]
        # Two halves of a character, one after the other, are that character in JSON.
        assert found["message"] == text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    elif form == "junit":
        suites = ElementTree.fromstring(report)  # noqa: S314  # our own report
        assert [element.tag for element in suites.iter()] == [e.tag for e in ElementTree.fromstring(one).iter()]  # noqa: S314
    elif form == "sarif":
        (result,) = json.loads(report)["runs"][0]["results"]
        assert "](" not in result["message"]["text"].replace("\\](", "")
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.isascii()
        assert not set(uri) & set(' \n\r\t<>"{}|\\^`#?[]')
        assert unquote(uri).startswith("runbooks/")
    else:
        assert len(report.splitlines()) == 3
        assert_all_code(report.splitlines()[2])


def assert_all_code(line: str) -> None:
    """The whole line is one item with one code span."""
    assert line.isprintable()
    assert line.startswith("- `")
    ticks = len(line[2:]) - len(line[2:].lstrip("`"))
    inside = line[2 + ticks : -ticks]
    assert line.endswith("`" * ticks)
    assert "`" * ticks not in inside.replace("`" * (ticks + 1), "")


def test_sarif_keeps_to_the_published_schema(wrong: Path) -> None:
    log = json.loads(runwright("validate", "--format", "sarif", cwd=wrong).out)
    Draft7Validator(SARIF).validate(log)
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_finding_without_a_place_has_no_region(repo: Path) -> None:
    (repo / "runbooks/linux/RB-LIN-LINK-1.yaml").symlink_to("/etc/passwd")
    log = json.loads(runwright("validate", "--format", "sarif", cwd=repo).out)
    places = [r["locations"][0]["physicalLocation"] for r in log["runs"][0]["results"] if r["ruleId"] == "file"]
    assert [("region" in place, place["artifactLocation"]["uri"]) for place in places] == [
        (False, "runbooks/linux/RB-LIN-LINK-1.yaml")
    ]


# The part of the schema of SARIF 2.1.0 (OASIS, sarif-schema-2.1.0.json) that a report of ours can touch.
_INDEX = {"type": "integer", "minimum": 0}
_LINE = {"type": "integer", "minimum": 1}
_TEXT = {"text": {"type": "string"}}
_MESSAGE = {"type": "object", "required": ["text"], "properties": _TEXT, "additionalProperties": False}
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"enum": ["2.1.0"]},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "additionalProperties": False,
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "additionalProperties": False,
                                            "properties": {"id": {"type": "string"}, "shortDescription": _MESSAGE},
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": _INDEX,
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": _MESSAGE,
                                "locations": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "additionalProperties": False,
                                        "properties": {
                                            "physicalLocation": {
                                                "type": "object",
                                                "required": ["artifactLocation"],
                                                "additionalProperties": False,
                                                "properties": {
                                                    "artifactLocation": {
                                                        "type": "object",
                                                        "additionalProperties": False,
                                                        "properties": {
                                                            "uri": {"type": "string", "pattern": "^[!-~]+$"},
                                                            "uriBaseId": {"type": "string"},
                                                        },
                                                    },
                                                    "region": {
                                                        "type": "object",
                                                        "additionalProperties": False,
                                                        "properties": {"startLine": _LINE, "startColumn": _LINE},
                                                    },
                                                },
                                            }
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_finding_gives_no_command_to_the_runner_that_shows_it(form: str) -> None:
    found = Finding(path="runbooks/##[error]x.yaml", rule="file", message="###[add-mask]main")
    assert "##[" not in findings_report((found,), form, 1)
