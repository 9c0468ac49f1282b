"""The library's page: every runbook once, its risk and its tests told truly, and no text of a file becomes markup."""

from __future__ import annotations

import json
from typing import Any

from runwright.checks.library import has_way_back, library_page, plain, risk_of
from runwright.corpus.corpus import Corpus, read_corpus
from runwright.model.runbook import Runbook

START = {"id": "start", "action": "service.start", "with": {"service": "web"}}
STOP = {"id": "stop", "action": "service.stop", "with": {"service": "web"}}


def data(runbook_id: str = "RB-LIN-WEB-001", platform: str = "linux", **fields: Any) -> dict[str, Any]:
    verify = {
        "method": "look",
        "settle": "5s",
        "checks": [{"when": {"services.web.state": "running"}, "confidence": 0.9}],
    }
    return {
        "id": runbook_id,
        "name": "Start the web server",
        "version": 1,
        "platform": platform,
        "incident_types": ["service_stopped"],
        "steps": [START],
        "verify": verify,
        **fields,
    }


def book(**fields: Any) -> Runbook:
    return Runbook.model_validate_json(json.dumps(data(**fields)))


def tree(*books: dict[str, Any], **recordings: dict[str, Any]) -> Corpus:
    files = {f"runbooks/{one['platform']}/{one['id']}.yaml": json.dumps(one).encode() for one in books}
    for name, run in recordings.items():
        files[f"tests/recordings/{run['runbook_id']}/{name}.json"] = json.dumps({"execution_id": name, **run}).encode()
    corpus = read_corpus(files)
    assert not corpus.findings, corpus.findings
    return corpus


def row(page: str, runbook_id: str) -> list[str]:
    line = next(line for line in page.splitlines() if line.startswith(f"| [{runbook_id}]"))
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def test_each_runbook_has_one_row_under_its_platform_with_a_link_to_its_file() -> None:
    page = library_page(tree(data(), data("RB-WIN-WEB-001", "windows"), data("RB-ANY-WEB-001", "any")))
    assert page.count("\n| [RB-") == 3
    order = [
        page.index(word) for word in ("## Linux", "[RB-LIN", "## Windows", "[RB-WIN", "## Any platform", "[RB-ANY")
    ]
    assert order == sorted(order)
    assert "[RB-LIN-WEB-001](linux/RB-LIN-WEB-001.yaml)" in page
    assert "3 runbooks for 1 incident types" in page


def test_a_platform_without_runbooks_has_no_table() -> None:
    page = library_page(tree(data()))
    assert "## Windows" not in page
    assert "1 runbook for" in page


def test_a_row_tells_parameters_verification_and_references() -> None:
    params = {"service": {"type": "string", "pattern": "^[a-z]+$"}, "port": {"type": "integer"}}
    urls = ["https://example.org/a_(b)", "https://example.org/c"]
    cells = row(library_page(tree(data(params=params, references=urls))), "RB-LIN-WEB-001")
    assert cells[1:] == [
        "Start the web server",
        "`service_stopped`",
        "`service`, `port`",
        "low",
        "`look` after 5s",
        "no",
        "not yet",
        "[1](https://example.org/a_%28b%29) [2](https://example.org/c)",
    ]


def test_the_risk_is_that_of_the_riskiest_step_wherever_it_stands() -> None:
    assert risk_of(book()) == "low"
    assert risk_of(book(steps=[START, {**STOP, "when": {"services.web.state": "running"}}])) == "high"
    assert risk_of(book(steps=[{"id": "both", "block": [START, STOP]}])) == "high"
    assert (
        risk_of(book(steps=[{**START, "rollback": {"action": "service.stop", "with": {"service": "web"}}}])) == "high"
    )
    assert risk_of(book(steps=[{"id": "restart", "action": "service.restart", "with": {"service": "web"}}])) == "medium"
    assert risk_of(book(steps=[{"id": "x", "action": "nobody.knows"}])) == "high"


def test_a_way_back_is_a_rollback_or_a_rescue() -> None:
    assert not has_way_back(book())
    assert has_way_back(book(steps=[{**START, "rollback": {"action": "service.stop", "with": {"service": "web"}}}]))
    assert has_way_back(book(rescue=[{**START, "id": "again"}]))
    assert has_way_back(book(steps=[{"id": "both", "block": [START], "rescue": [{**START, "id": "again"}]}]))


def test_the_strongest_proof_is_told() -> None:
    real = {"runbook_id": "RB-LIN-WEB-001", "status": "success"}
    written = {**real, "provenance": "synthetic"}
    cases = [
        ("not yet", (), {}),
        ("synthetic", (), {"a": written}),
        ("recorded", (), {"a": written, "b": real}),
        ("real fault", ("RB-LIN-WEB-001",), {"a": written}),
        ("not yet", ("RB-LIN-OTHER-001",), {}),
    ]
    for expected, named, recordings in cases:
        assert row(library_page(tree(data(), **recordings), named), "RB-LIN-WEB-001")[7] == expected


def test_the_page_does_not_change_with_a_version_or_one_more_recording() -> None:
    real = {"runbook_id": "RB-LIN-WEB-001", "status": "success"}
    assert library_page(tree(data(), a=real)) == library_page(tree(data(version=7), a=real, b=real))


def test_the_index_names_every_runbook_of_an_incident_type() -> None:
    page = library_page(tree(data(), data("RB-LIN-WEB-002", incident_types=["service_stopped", "disk_full"])))
    one, two = "[RB-LIN-WEB-001](linux/RB-LIN-WEB-001.yaml)", "[RB-LIN-WEB-002](linux/RB-LIN-WEB-002.yaml)"
    assert page.endswith(f"- `disk_full`: {two}\n- `service_stopped`: {one}, {two}\n")


def test_a_name_never_becomes_markup() -> None:
    hostile = "a | b [c](d) <img src=x> `e` **f** \\"
    page = library_page(tree(data(name=hostile)))
    assert "<img" not in page.replace("\\<img", "")
    assert "[c](d)" not in page
    assert len(page.splitlines()) == len(library_page(tree(data())).splitlines())
    assert plain("a\n\nb") == "a b"
