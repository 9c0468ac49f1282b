"""`runwright triage`."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runwright.cli.triage import triage
from tests.support.commands import ENVIRONMENT
from tests.support.model_answers import good_triage
from tests.support.model_server import ModelServer, model_server, status

RUN: dict[str, Any] = {
    "execution_id": "exec-1",
    "runbook_id": "anything-at-all",
    "status": "failed",
    "executed_steps": [{"step": 1, "action": "own_action", "success": False, "duration": 1, "error": "rate limit"}],
}
KEYS = ["execution_id", "failure_type", "improvable", "confidence", "rationale", "by"]


def answers(text: str | bytes, *arguments: str) -> list[dict[str, Any]]:
    done = CliRunner().invoke(triage, list(arguments) or ["-"], input=text)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.output.splitlines()]


def test_each_run_has_its_answer_in_order_bare_or_nested() -> None:
    other = {**RUN, "execution_id": "exec-2"}
    first, second = answers(f"{json.dumps(RUN)}\n{json.dumps({'execution': other, 'label': 'x'})}\n")
    assert list(first) == KEYS
    assert (first["execution_id"], second["execution_id"]) == ("exec-1", "exec-2")
    assert (first["failure_type"], first["improvable"], first["by"]) == ("external_dependency", False, "built-in")


@pytest.mark.parametrize(
    "line",
    [
        "no json", "", "[1]", "7", "null", '{"execution_id": "x"}', '{"execution": 3}', '{"a": 1, "a": 2}', "{", "[",
        '{"schema": "runwright.execution/9", "execution_id": "x", "runbook_id": "y"}', "\ufeff", '{"x": NaN}',
        '{"execution_id": "../../x", "runbook_id": "y"}', "[" * 3000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("first", [True, False])
def test_a_line_that_cannot_be_read_is_told_and_the_others_are_answered(line: str, first: bool) -> None:
    lines = [line, json.dumps(RUN)] if first else [json.dumps(RUN), line]
    found = answers("\n".join(lines) + "\n")
    if line == "[1]" and first:  # a document that lists runs, with more behind it: no document at all
        assert [list(answer) for answer in found] == [["error"], KEYS]
    assert [list(answer) for answer in found] == ([["error"], KEYS] if first else [KEYS, ["error"]])


def test_what_cannot_be_read_is_told_with_its_number_in_the_input() -> None:
    found = answers(f"{json.dumps(RUN)}\n\n{{oops\n")
    assert [answer.get("error", "").split(":")[0] for answer in found] == ["", "line 2", "line 3"]
    assert "line 1" not in found[2]["error"]
    assert answers(json.dumps([RUN, 3]))[1]["error"].startswith("run 2: $: expected an Execution")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_that_windows_wrote_is_read(end: str) -> None:
    lines = json.dumps(RUN) + end + json.dumps(RUN) + end
    assert [list(answer) for answer in answers(b"\xef\xbb\xbf" + lines.encode())] == [KEYS, KEYS]
    assert [list(answer) for answer in answers(b"\xef\xbb\xbf" + json.dumps([RUN]).encode())] == [KEYS]


def test_bytes_that_are_no_text_are_told() -> None:
    broken, good = answers(b"\xff\xfe\n" + json.dumps(RUN).encode())
    assert "UTF-8" in broken["error"]
    assert good["execution_id"] == "exec-1"


@pytest.mark.parametrize("indent", [None, 2])
def test_one_document_may_hold_one_run_or_list_many(tmp_path: Path, indent: int | None) -> None:
    file = tmp_path / "run.json"
    for data, count in ((RUN, 1), ({"execution": RUN}, 1), ([RUN, {"execution": RUN}, 3], 3)):
        file.write_text(json.dumps(data, indent=indent), encoding="utf-8")
        found = answers("", str(file))
        assert [list(answer) for answer in found][: min(count, 2)] == [KEYS] * min(count, 2)
        assert len(found) == count


def test_nothing_in_is_nothing_out() -> None:
    assert answers("") == []


def test_at_a_terminal_it_says_what_it_waits_for() -> None:
    typed, terminal = pty.openpty()
    try:
        os.write(typed, json.dumps(RUN).encode() + b"\n\x04")
        words = [sys.executable, "-m", "runwright.cli.main", "triage"]
        done = subprocess.run(
            words, stdin=terminal, capture_output=True, text=True, timeout=60, check=False, env=ENVIRONMENT
        )
    finally:
        os.close(typed)
        os.close(terminal)
    assert "reading runs from this terminal, one line of JSON each, up to Ctrl-D" in done.stderr
    assert json.loads(done.stdout)["execution_id"] == "exec-1"


def test_a_person_is_told_in_words() -> None:
    done = CliRunner().invoke(triage, ["--format", "text"], input=json.dumps(RUN) + "\nno json\n")
    assert done.exit_code == 0
    assert "exec-1: external_dependency" in done.output
    assert "a better version of its runbook would not have handled it" in done.output
    assert "not read: line 2: $: not valid JSON" in done.output


def test_a_secret_in_a_fact_or_an_error_is_not_repeated() -> None:
    secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
    step = {**RUN["executed_steps"][0], "error": f"401 for {secret}"}
    run = {**RUN, "state_before": {f"dns {secret}": "healthy"}, "incident_type": "dns", "executed_steps": [step]}
    done = CliRunner().invoke(triage, ["-"], input=json.dumps(run))
    assert secret not in done.output


def test_an_answer_comes_before_the_next_line_is_asked() -> None:
    command = [sys.executable, "-m", "runwright.cli.main", "triage", "-"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in ("exec-1", "exec-2"):
            process.stdin.write(json.dumps({**RUN, "execution_id": number}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["execution_id"] == number
        process.stdin.close()
        assert process.wait(30) == 0


UNCLEAR = {**RUN, "executed_steps": [{**RUN["executed_steps"][0], "error": "it went wrong, key=AKIAIOSFODNN7EXAMPLE"}]}


def asked(monkeypatch: pytest.MonkeyPatch, server: ModelServer, *runs: dict[str, Any]) -> list[dict[str, Any]]:
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(triage, ["--model"], input="".join(f"{json.dumps(run)}\n" for run in runs))
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_model_is_asked_where_that_is_wished(monkeypatch: pytest.MonkeyPatch) -> None:
    with model_server(good_triage("runbook_insufficient")) as server:
        (found,) = asked(monkeypatch, server, RUN)
        assert server.calls == 1
    assert (found["failure_type"], found["improvable"], found["by"]) == ("runbook_insufficient", True, "gpt-4o-mini")


def test_a_model_cannot_close_what_fixed_rules_hold_improvable(monkeypatch: pytest.MonkeyPatch) -> None:
    step = {**RUN["executed_steps"][0], "error": "dpkg was interrupted, you must manually run 'dpkg --configure -a'"}
    with model_server(good_triage("external_dependency")) as server:
        (found,) = asked(monkeypatch, server, {**RUN, "executed_steps": [step]})
    assert (found["failure_type"], found["improvable"], found["by"]) == ("runbook_insufficient", True, "built-in")


def test_a_model_that_gives_nothing_leaves_the_word_to_the_fixed_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    with model_server(otherwise=status(400)) as server:
        first, second = asked(monkeypatch, server, RUN, UNCLEAR)
    assert (first["failure_type"], first["by"]) == ("external_dependency", "built-in")
    assert second["by"] == "built-in"


def test_a_prompt_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    with model_server(good_triage()) as server:
        asked(monkeypatch, server, UNCLEAR)
        assert "it went wrong" in server.asked[0].prompt
        assert "AKIAIOSFODNN7EXAMPLE" not in server.asked[0].prompt


def test_without_a_model_to_ask_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    done = CliRunner().invoke(triage, ["--model"], input=json.dumps(RUN))
    assert done.exit_code == 2
    assert "OPENAI_BASE_URL" in done.output
