"""`runwright run`: one runbook by hand, with its steps live on a terminal and nothing but the outcome in a pipe."""

from __future__ import annotations

import getpass
import json
import signal
from pathlib import Path
from typing import Any

import pytest

from runwright.model.execution import Execution
from tests.support.by_hand import exists, on_terminal, run, shell, written
from tests.support.until import until


def fix(folder: Path) -> dict[str, Any]:
    return shell("fix", f"touch {folder}/fixed")


def ask(**more: Any) -> dict[str, Any]:
    return {"id": "ask", "approve": {"message": "Delete the old files?", **more}}


def test_a_run_that_is_verified_ends_with_0_and_tells_each_step(tmp_path: Path) -> None:
    done = run(written(tmp_path, shell("look", "true"), fix(tmp_path)))
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "RB-LIN-FLOW-001 version 1: success, verification passed"
    assert "fix (script.sh): success" in done.stdout
    assert done.stderr == ""


def test_a_host_that_was_right_already_is_told_that_there_was_nothing_to_do(tmp_path: Path) -> None:
    path = written(tmp_path, fix(tmp_path), precheck={"healthy": {exists(tmp_path): True}})
    (tmp_path / "fixed").touch()
    done = run(path)
    said = "RB-LIN-FLOW-001 version 1: success, nothing to do: it was healthy already, verification passed"
    assert (done.returncode, done.stdout.splitlines()) == (0, [said])
    (tmp_path / "fixed").unlink()
    assert "nothing to do" not in run(path).stdout


def test_a_run_that_is_not_verified_ends_with_1(tmp_path: Path) -> None:
    done = run(written(tmp_path, shell("look", "true")))
    assert done.returncode == 1
    assert "verification failed" in done.stdout


def test_in_json_the_whole_execution_is_written(tmp_path: Path) -> None:
    done = run(written(tmp_path, fix(tmp_path)), "--format", "json")
    execution = Execution.model_validate_json(done.stdout)
    assert (execution.status, execution.resolution_level) == ("success", "L3")


def test_a_list_is_given_as_json_and_each_item_arrives_as_one_argument(tmp_path: Path) -> None:
    touch = {"argv": ["touch", "${{ each.item }}"]}
    step = {"id": "each", "action": "command.run", "foreach": "${{ params.names }}", "with": touch}
    path = written(tmp_path, step, fix(tmp_path), params={"names": {"type": "strings"}})
    assert run(path, "--param", f'names=["{tmp_path}/a b", "{tmp_path}/$(id)"]').returncode == 0
    assert {"a b", "$(id)"} <= {one.name for one in tmp_path.iterdir()}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--param", "name=a", "--param", "name=b"], 2, "name is given twice"),
        (["--param", "name"], 2, "is not NAME=VALUE"),
        (["--param", "names=a,b"], 2, "expected a list of texts in JSON"),
        (["--param", "name=a", "--param", "other=b"], 1, "has no parameter 'other'"),
        ([], 1, "parameter 'name' is missing"),
    ],
)
def test_a_wrong_parameter_is_told_and_nothing_runs(tmp_path: Path, words: list[str], code: int, said: str) -> None:
    params = {"name": {"type": "string"}, "names": {"type": "strings", "default": ["a"]}}
    done = run(written(tmp_path, fix(tmp_path), params=params), *words)
    assert done.returncode == code
    assert said in done.stderr
    assert not (tmp_path / "fixed").exists()


def test_a_runbook_that_is_called_is_found_in_the_library_that_the_file_stands_in(tmp_path: Path) -> None:
    check = {"method": "file_check", "checks": [{"when": {exists(tmp_path): True}, "confidence": 1.0}]}
    written(tmp_path, shell("inner", f"touch {tmp_path}/fixed"), name="RB-LIN-SUB-001", verify=check)
    done = run(written(tmp_path, {"id": "sub", "call": "RB-LIN-SUB-001"}))
    assert done.returncode == 0
    assert "sub/inner (script.sh): success" in done.stdout


def test_another_library_can_be_named_and_an_absent_runbook_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "one", {"id": "sub", "call": "RB-LIN-SUB-001"})
    done = run(path)
    assert done.returncode == 1
    assert "calls RB-LIN-SUB-001, and there is no such runbook" in done.stderr
    written(
        tmp_path / "two",
        fix(tmp_path / "one"),
        name="RB-LIN-SUB-001",
        verify={"method": "file_check", "checks": [{"when": {exists(tmp_path): True}, "confidence": 1.0}]},
    )
    assert run(path, "--library", tmp_path / "two").returncode == 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"status": "failed", "status_reason": "It broke."}, "is marked as failed: It broke."),
        ({"targets": {"hosts": ["some-other-host"]}}, "running on another host is not possible yet"),
        ({"platform": "windows"}, "is written for windows"),
    ],
)
def test_a_runbook_that_is_not_for_this_host_does_not_run(tmp_path: Path, more: dict[str, Any], said: str) -> None:
    done = run(written(tmp_path, {"id": "wait", "action": "wait.for", "with": {"duration": "1s"}}, **more))
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stdout == ""


def test_a_deprecated_runbook_runs_and_says_so(tmp_path: Path) -> None:
    done = run(written(tmp_path, fix(tmp_path), status="deprecated", status_reason="There is a better one."))
    assert done.returncode == 0
    assert "is deprecated: There is a better one." in done.stderr


def test_a_secret_comes_from_the_configuration_and_is_shown_nowhere(tmp_path: Path) -> None:
    step = shell("use", 'printf %s "$GIVEN" | base64; printf %s "$GIVEN" >&2; [ "$GIVEN" = canary-value ]')
    step["with"]["env"] = {"GIVEN": "secret://db-password"}
    path = written(tmp_path, step, fix(tmp_path), secrets={"db-password": {}})
    config = tmp_path / "agent.yaml"
    config.write_text("site_id: a\nchecks: [{id: d, type: disk}]\nsecrets: {db-password: {env: PLANTED}}\n")
    done = run(path, "--config", config, "--format", "json", PLANTED="canary-value")
    assert done.returncode == 0, done.stdout
    assert not any(form in done.stdout + done.stderr for form in ("canary-value", "Y2FuYXJ5LXZhbHVl"))
    alone = run(path)
    assert alone.returncode == 1
    assert "secret 'db-password' is not known here" in alone.stdout


def test_a_restart_of_the_host_is_not_asked_for_by_hand(tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    tool.write_text(f"#!/bin/sh\ntouch {tmp_path}/restarted\n")
    tool.chmod(0o755)
    config = tmp_path / "agent.json"
    programs = {name: [str(tool)] for name in ("systemctl", "shutdown", "supervisorctl")}
    host = {"service_manager": "supervisor", "programs": programs}
    config.write_text(json.dumps({"site_id": "a", "checks": [{"id": "d", "type": "disk"}], "host": host}))
    done = run(written(tmp_path, {"id": "restart", "action": "host.reboot"}), "--config", config)
    assert done.returncode == 1
    assert not (tmp_path / "restarted").exists()


# Asking.


def test_without_a_terminal_a_question_is_denied_at_once(tmp_path: Path) -> None:
    done = run(written(tmp_path, ask(), fix(tmp_path)))
    assert done.returncode == 1
    assert "there is no terminal to ask on; give --approve ask to say yes" in done.stdout
    assert not (tmp_path / "fixed").exists()


def test_what_is_approved_beforehand_is_not_asked(tmp_path: Path) -> None:
    done = run(written(tmp_path, ask(who=[getpass.getuser()]), fix(tmp_path)), "--approve", "ask")
    assert done.returncode == 0
    assert f"approved by {getpass.getuser()}: given with --approve" in done.stdout


def test_whoever_is_not_named_may_not_approve_beforehand_either(tmp_path: Path) -> None:
    done = run(written(tmp_path, ask(who=["somebody-else"]), fix(tmp_path)), "--approve", "ask")
    assert done.returncode == 1
    assert "may not answer this; somebody-else may" in done.stdout


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 1), ("\n", 1), ("yes\n", 0)])
def test_on_a_terminal_the_person_is_asked(tmp_path: Path, typed: str, code: int) -> None:
    with on_terminal(written(tmp_path, ask(timeout="5m"), fix(tmp_path))) as terminal:
        until(lambda: "Go on? [y/N] (5:00 left)" in terminal.seen, what="the question")
        assert "Delete the old files?" in terminal.seen
        terminal.type(typed)
        assert terminal.end() == code


def test_on_a_terminal_silence_counts_as_the_runbook_says(tmp_path: Path) -> None:
    with on_terminal(written(tmp_path, ask(timeout="1s", default="approve"), fix(tmp_path))) as terminal:
        assert terminal.end() == 0
        assert "the time is over" in terminal.seen


def test_on_a_terminal_the_steps_are_shown_while_they_run(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    waits = shell("slow", f"until [ -e {gate} ]; do :; done", timeout="50s")
    with on_terminal(written(tmp_path, shell("quick", "true"), waits, fix(tmp_path))) as terminal:
        until(lambda: "… slow" in terminal.seen, what="the step that runs")
        assert "✓ quick" in terminal.seen
        assert "✓ slow" not in terminal.seen
        gate.touch()
        assert terminal.end() == 0
    assert "✓ slow" in terminal.seen
    assert "success, verification passed" in terminal.seen


@pytest.mark.parametrize("parallel", [False, True])
def test_an_interrupt_ends_the_run_and_the_commands_that_are_under_way(tmp_path: Path, parallel: bool) -> None:
    def sleeping(step: str) -> dict[str, Any]:
        words = f"echo $$ > {tmp_path}/{step}.new; mv {tmp_path}/{step}.new {tmp_path}/{step}.pid; sleep 50; sleep 51"
        return shell(step, words)

    names = ("one", "two") if parallel else ("one",)
    steps = [{"id": "both", "parallel": [sleeping(name) for name in names]}] if parallel else [sleeping("one")]
    with on_terminal(written(tmp_path, *steps)) as terminal:
        until(lambda: all((tmp_path / f"{name}.pid").exists() for name in names), what="they run")
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.end() == 130
    for name in names:
        pid = int((tmp_path / f"{name}.pid").read_text())
        until(lambda pid=pid: not Path(f"/proc/{pid}").exists(), what="the command is gone")  # type: ignore[misc]  # bound


def test_a_deprecated_runbook_runs_where_the_one_to_use_instead_is_not_at_hand(tmp_path: Path) -> None:
    more = {"status": "deprecated", "status_reason": "Old.", "replaced_by": "RB-LIN-OTHER-001"}
    done = run(written(tmp_path, shell("look", "true"), fix(tmp_path), **more))
    assert done.returncode == 0, done.stderr
    assert "use RB-LIN-OTHER-001 instead" in done.stderr
