"""`runwright propose`: a proposal or the exact reason why there is none, for people and for programs."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runwright.adapters.store.answers import Answers
from runwright.cli.main import cli, exit_code
from runwright.cli.service_wiring import database_url, open_database
from runwright.errors import ContentError
from tests.support.model_answers import act, drafts, insert, when
from tests.support.model_server import answer as answered
from tests.support.model_server import model_server

CASES = Path(__file__).parents[1] / "cases" / "triage"
FAILURES, PROBES = CASES / "triage-dev.jsonl", CASES / "probes.jsonl"
DISABLED, COMPOSE, DELETED = "exec-6a03e213c0df", "exec-6e5ee6ca07d6", "exec-0d91c72ceeb5"


def propose(folder: Path, *words: str | Path, given: str | None = None) -> Result:
    return CliRunner().invoke(
        cli, ["propose", *map(str, words), "--repo", str(folder)], input=given, standalone_mode=False
    )


def failure(name: str) -> dict[str, Any]:
    lines = [json.loads(line) for line in FAILURES.read_text("utf-8").splitlines()]
    return next(case["execution"] for case in lines if case["execution"]["execution_id"] == name)


def answer(*words: str | Path, folder: Path) -> dict[str, Any]:
    told = propose(folder, FAILURES, "--format", "json", *words)
    return dict(json.loads(told.stdout))


def test_a_proposal_is_shown_as_a_diff_with_its_reason(tmp_path: Path) -> None:
    told = propose(tmp_path, FAILURES, "--execution", DISABLED, "--probes", PROBES)
    assert told.return_value == 0
    assert "proposed: service.enable RemoteAccess" in told.stdout
    assert "title: runbook(RB-WIN-FIELD-" in told.stdout
    assert "+++ b/runbooks/windows/RB-WIN-FIELD-" in told.stdout
    assert "+    action: service.enable" in told.stdout
    assert "why: runbook_insufficient: " in told.stdout
    assert re.search(r"tried:\n  - service.enable RemoteAccess: 1 fixed of 1 run .*predicted, not shown", told.stdout)


def test_where_there_is_no_library_it_says_so_beside_the_report(tmp_path: Path) -> None:
    told = propose(tmp_path, FAILURES, "--execution", DISABLED, "--probes", PROBES)
    assert f"{tmp_path}: there is no runbook here; name the library's repository with --repo" in told.stderr
    assert "there is no runbook here" not in told.stdout


def test_a_run_that_is_not_in_the_file_is_told_with_one_that_is(tmp_path: Path) -> None:
    told = propose(tmp_path, FAILURES, "--execution", "exec-other")
    assert isinstance(told.exception, ContentError)
    assert "there is no run 'exec-other' among the 60 of it, such as 'exec-4eee08c1771f'" in told.exception.message


def test_without_the_facts_a_person_is_needed_and_the_facts_are_named(tmp_path: Path) -> None:
    told = propose(tmp_path, FAILURES, "--execution", DISABLED)
    assert told.return_value == 1
    assert "needs a person" in told.stdout
    assert "  - services.RemoteAccess.start_type\n" in told.stdout


def test_programs_get_the_whole_of_it_as_json(tmp_path: Path) -> None:
    found = answer("--execution", DISABLED, "--probes", PROBES, folder=tmp_path)
    assert found["kind"] == "proposed"
    assert found["missing_facts"] == []
    path = next(name for name in found["files"] if name.endswith(".yaml"))
    assert found["runbook_id"] in path
    assert f"tests/recordings/{found['runbook_id']}/{DISABLED}.json" in found["files"]
    missing = answer("--execution", COMPOSE, folder=tmp_path)
    assert missing["kind"] == "needs_person"
    assert missing["probe_request"]["facts"] == missing["missing_facts"]


def test_what_a_service_would_leave_to_a_person_says_so(tmp_path: Path) -> None:
    told = propose(tmp_path, FAILURES, "--execution", DELETED, "--probes", PROBES)
    assert told.return_value == 0
    assert "a service would leave this to a person: what ran holds commands" in told.stdout
    assert answer("--execution", DISABLED, "--probes", PROBES, folder=tmp_path)["held_back"] == ""


def test_the_pull_request_can_be_read_as_it_would_be(tmp_path: Path) -> None:
    told = propose(tmp_path, FAILURES, "--execution", DISABLED, "--probes", PROBES, "--format", "markdown")
    assert told.return_value == 0
    assert told.stdout.startswith("# runbook(RB-WIN-FIELD-")


@pytest.mark.parametrize("wrap", [lambda run: run, lambda run: {"execution": run}], ids=["bare", "nested"])
def test_one_run_comes_by_standard_input_too(tmp_path: Path, wrap: Any) -> None:
    told = propose(tmp_path, "-", "--format", "json", given=json.dumps(wrap(failure(DISABLED))))
    assert told.return_value == 1
    assert json.loads(told.stdout)["execution_id"] == DISABLED


def test_several_runs_get_one_line_each_in_their_order(tmp_path: Path) -> None:
    runs = "\n".join(json.dumps(failure(name)) for name in (COMPOSE, DISABLED))
    told = propose(tmp_path, "-", "--format", "json", given=runs)
    assert [json.loads(line)["execution_id"] for line in told.stdout.splitlines()] == [COMPOSE, DISABLED]


def test_the_files_can_be_written_into_a_library_that_then_handles_the_failure(tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    told = propose(library, FAILURES, "--execution", DISABLED, "--probes", PROBES, "--write", library)
    assert told.return_value == 0
    assert list(library.glob("runbooks/windows/RB-WIN-FIELD-*.yaml"))
    assert CliRunner().invoke(cli, ["validate", "--repo", str(library)], standalone_mode=False).return_value == 0
    again = propose(library, FAILURES, "--execution", DISABLED, "--probes", PROBES)
    assert "which is released already, would have handled it" in again.stdout
    assert again.return_value == 1


def test_a_draft_is_made_again_from_its_evidence_byte_for_byte(tmp_path: Path) -> None:
    kept = tmp_path / "evidence.json"
    first = propose(tmp_path, FAILURES, "--execution", DISABLED, "--probes", PROBES, "--keep", kept, "--format", "json")
    again = propose(tmp_path, "--from", kept, "--format", "json")
    assert again.return_value == 0
    assert json.loads(again.stdout)["files"] == json.loads(first.stdout)["files"]
    assert json.loads(kept.read_text("utf-8"))["schema"] == "runwright.evidence/1"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "there is no run in it"),
        ("[]", "there is no run in it"),
        ("7", "expected an Execution as a JSON object"),
        ("{", "not valid JSON"),
        ('{"runbook_id": "x"}', "$.execution_id: missing"),
        ('{"execution": 7}', "expected an Execution"),
    ],
)
def test_what_is_no_run_is_told_with_its_place(tmp_path: Path, given: str, said: str) -> None:
    told = propose(tmp_path, "-", given=given)
    assert exit_code(lambda: cli.main(["propose", str(tmp_path / "none")], standalone_mode=False)) == 2
    assert said in str(told.exception)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"no.such.fact": 1}, "is no well-known fact"),
        ({"services.web.state": 7}, "expected string"),
        ({"services.web.state": "dancing"}, "expected string among"),
        ({"services.web.known": "yes"}, "expected boolean"),
        ({"services[": True}, "is no path of a fact"),
    ],
)
def test_a_probe_that_no_agent_reads_is_refused(tmp_path: Path, facts: dict[str, Any], said: str) -> None:
    probe = tmp_path / "probe.json"
    probe.write_text(json.dumps(facts))
    told = propose(tmp_path, FAILURES, "--execution", DISABLED, "--probes", probe)
    assert said in str(told.exception)


def test_an_outage_that_no_runbook_mends_is_told_as_such(tmp_path: Path) -> None:
    lines = [json.loads(line) for line in FAILURES.read_text("utf-8").splitlines()]
    outage = next(case["execution"] for case in lines if case["label"] == "external_dependency")
    told = propose(tmp_path, "-", given=json.dumps(outage))
    assert told.return_value == 1
    assert "a better version would not have helped" in told.stdout


def test_a_model_is_asked_only_where_the_environment_names_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    told = propose(tmp_path, FAILURES, "--execution", DISABLED, "--model")
    assert "--model needs OPENAI_BASE_URL or OPENAI_API_KEY" in str(told.exception)


def test_hostile_telemetry_moves_no_cursor(tmp_path: Path) -> None:
    run = {**failure(DISABLED), "error_message": "\x1b[2J\x07 @everyone closes #1"}
    told = propose(tmp_path, "-", given=json.dumps(run))
    assert "\x1b" not in told.stdout
    assert "\x07" not in told.stdout


ENABLE = drafts(
    insert(act("service.enable", when("services.RemoteAccess.start_type", "eq", "disabled"), service="RemoteAccess")),
    reason="the service is disabled",
)


def test_what_a_model_drafted_is_drafted_again_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, words = tmp_path / "evidence.json", ("--execution", DISABLED, "--probes", PROBES, "--format", "json")
    with model_server(otherwise=answered(ENABLE, (900, 80))) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        first = propose(tmp_path, FAILURES, *words, "--model", "--keep", kept)
        assert first.return_value == 0, first.exception
        calls = server.calls
        assert calls > 0
        monkeypatch.delenv("OPENAI_BASE_URL")
        monkeypatch.delenv("OPENAI_API_KEY")
        again = propose(tmp_path, "--from", kept, "--format", "json")
        assert server.calls == calls, "nobody was asked"
    evidence = json.loads(kept.read_text("utf-8"))
    assert evidence["answers"][0]["usage"]["input_tokens"] == 900
    assert json.loads(again.stdout)["files"] == json.loads(first.stdout)["files"]
    assert json.loads(again.stdout)["tried"] == json.loads(first.stdout)["tried"]
    told = json.loads(first.stdout)["body"]
    assert "No model wrote any of it; 980 tokens, 0.0000 US dollars, went into drafts that were no better." in told
    assert json.loads(again.stdout)["body"] == told


def test_what_the_service_kept_of_a_failure_is_drafted_again_by_its_fingerprint(tmp_path: Path) -> None:
    kept, state = tmp_path / "evidence.json", tmp_path / "state"
    first = propose(tmp_path, FAILURES, "--execution", DISABLED, "--probes", PROBES, "--keep", kept, "--format", "json")
    fingerprint = json.loads(first.stdout)["fingerprint"]
    database = open_database(database_url(state, None))
    Answers(database).keep_evidence(
        fingerprint, json.loads(kept.read_text("utf-8")), datetime(2026, 11, 21, tzinfo=UTC)
    )
    database.close()
    again = propose(tmp_path, "--stored", fingerprint[:12], "--state", state, "--format", "json")
    assert json.loads(again.stdout)["files"] == json.loads(first.stdout)["files"]
    none = propose(tmp_path, "--stored", "0" * 12, "--state", state)
    assert "nothing was kept of '000000000000'" in str(none.exception)


def test_evidence_puts_no_text_into_the_hidden_mark(tmp_path: Path) -> None:
    kept = tmp_path / "evidence.json"
    propose(tmp_path, FAILURES, "--execution", DISABLED, "--probes", PROBES, "--keep", kept)
    kept.write_text(json.dumps({**json.loads(kept.read_text("utf-8")), "fingerprint": "--> @everyone"}))
    told = propose(tmp_path, "--from", kept)
    assert isinstance(told.exception, ContentError)


@pytest.mark.parametrize(
    "evidence", ["{}", "[]", '{"schema": "runwright.evidence/2"}', '{"schema": "runwright.evidence/1"}', "{"]
)
def test_what_is_no_evidence_is_refused(tmp_path: Path, evidence: str) -> None:
    kept = tmp_path / "evidence.json"
    kept.write_text(evidence)
    told = propose(tmp_path, "--from", kept)
    assert isinstance(told.exception, ContentError)
