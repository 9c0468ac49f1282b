"""A dry run shows what would happen, word for word, says how sure that is, and changes nothing."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path
from typing import Any

import pytest

from runwright.agent import foresee, plan, rehearse
from runwright.model.execution import Execution
from tests.support.agent_site import runbook_text
from tests.support.by_hand import exists, run, shell, written
from tests.support.clinic import running_clinic


def tree(folder: Path) -> dict[str, tuple[int, float]]:
    """Everything below a folder with its mode and the time of its last change."""
    return {str(path): (path.lstat().st_mode, path.lstat().st_mtime) for path in folder.rglob("*")}


def dry(path: Path, *words: str | Path) -> tuple[int, str]:
    """Run it dry; nothing below its folder may be another one afterwards."""
    folder = path.parents[2]
    before = tree(folder)
    done = run(path, "--dry-run", *words)
    assert done.stderr == ""
    assert tree(folder) == before
    return done.returncode, done.stdout


def plan_of(path: Path, *words: str | Path) -> dict[str, Any]:
    """The dry run as data."""
    _, told = dry(path, "--format", "json", *words)
    execution = Execution.model_validate_json(told)
    assert (execution.status, execution.success, execution.verification_passed) == ("dry_run", False, None)
    assert execution.verification_method == "not_run"
    found: dict[str, Any] = json.loads(told)["dry_run"]
    return found


def set_mode(step: str, path: Path, bits: str, **more: Any) -> dict[str, Any]:
    return {"id": step, "action": "file.set_mode", "with": {"path": str(path), "mode": bits}, **more}


def mode_is(path: Path, bits: str) -> dict[str, Any]:
    return {f"files[{json.dumps(str(path))}].mode": bits}


def verified(condition: dict[str, Any]) -> dict[str, Any]:
    return {"verify": {"method": "file_check", "checks": [{"when": condition, "confidence": 0.9}]}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a file"
    path.touch(0o644)
    path.chmod(0o644)
    return path


def test_what_would_go_through_ends_with_0_and_the_file_is_as_it_was(tmp_path: Path, file: Path) -> None:
    path = written(tmp_path, set_mode("tighten", file, "0600"), **verified(mode_is(file, "0600")))
    code, told = dry(path)
    assert code == 0
    assert "tighten: file.set_mode (risk medium)" in told
    assert '.mode = "0600" (predicted)' in told
    assert told.endswith("  would go through: yes\n")


def test_later_conditions_see_what_earlier_steps_would_change(tmp_path: Path, file: Path) -> None:
    second = set_mode("second", file, "0400", when=mode_is(file, "0600"))
    path = written(tmp_path, set_mode("first", file, "0600"), second, **verified(mode_is(file, "0400")))
    code, told = dry(path)
    assert code == 0
    assert 'second: only when files["' in told
    assert ".mode is 0600: yes" in told


def test_a_need_that_is_not_met_is_a_predicted_failure(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    code, told = dry(written(tmp_path, set_mode("tighten", tmp_path / "pipe", "0600")))
    assert code == 1
    assert ".kind is one of file, folder, and that is not so" in told
    assert "would go through: no" in told


def test_a_need_that_is_not_known_leaves_it_open(tmp_path: Path) -> None:
    needs = {"printers.hall.state": "ready"}
    step = {"id": "say", "action": "command.run", "with": {"argv": ["true"]}, "needs": needs, "changes": {}}
    path = written(tmp_path, step, **verified({"platform.os": "linux"}))
    assert plan_of(path)["would_go_through"] is None


def test_a_need_that_is_known_not_to_hold_keeps_it_from_going_through(tmp_path: Path) -> None:
    absent = tmp_path / "absent"
    path = written(tmp_path, set_mode("tighten", absent, "0600"), **verified(mode_is(absent, "0600")))
    assert plan_of(path)["would_go_through"] is False


def test_the_command_is_shown_as_it_would_be_quoted_for_reading(tmp_path: Path) -> None:
    step = {"id": "say", "action": "command.run", "with": {"argv": ["echo", "a b", "$(id)", "${{ params.name }}"]}}
    path = written(tmp_path, step, params={"name": {"type": "string"}})
    _, told = dry(path, "--param", "name=it's")
    assert "$ echo 'a b' '$(id)' 'it'\"'\"'s'" in told
    (carried,) = [entry for entry in plan_of(path, "--param", "name=x;y")["plan"] if entry["kind"] == "carried"]
    assert carried["command"]["argv"] == ["echo", "a b", "$(id)", "x;y"]


def test_a_secret_is_shown_by_its_name_and_its_value_is_not_even_read(tmp_path: Path) -> None:
    step = shell("use", 'psql --command "select 1"', run_as="postgres")
    step["with"]["env"] = {"PGPASSWORD": "secret://db-password"}
    path = written(tmp_path, step, secrets={"db-password": {}})
    config = tmp_path / "agent.json"
    reads = ["touch", str(tmp_path / "was-read")]
    checks = [{"id": "d", "type": "disk"}]
    config.write_text(json.dumps({"site_id": "a", "checks": checks, "secrets": {"db-password": {"command": reads}}}))
    _, told = dry(path, "--config", config)
    assert "$ PGPASSWORD=secret://db-password sh -s" in told
    assert '| psql --command "select 1"' in told
    assert "use: script.sh (risk high, destructive) as postgres" in told
    _, without = dry(path)
    assert "would fail: secret 'db-password' is not known here" in without


def test_a_script_that_says_nothing_of_itself_leaves_it_open(tmp_path: Path) -> None:
    code, told = dry(written(tmp_path, shell("fix", f"touch {tmp_path}/fixed")))
    assert code == 1
    assert "would go through: not known" in told
    assert "fix: nothing says what it needs and changes; `needs` and `changes` in the step would" in told


def test_a_script_that_says_what_it_needs_and_changes_is_predicted(tmp_path: Path) -> None:
    fixed, here = tmp_path / "fixed", tmp_path
    said = {"needs": {exists(here): True}, "changes": {exists(fixed): True}}
    code, told = dry(written(tmp_path, shell("fix", f"touch {fixed}", **said)))
    assert code == 0
    assert f"{exists(fixed)} = true (predicted)" in told


def test_what_a_step_may_have_changed_is_not_relied_on(tmp_path: Path, file: Path) -> None:
    """The file has the right mode now; after an opaque script nobody knows."""
    path = written(tmp_path, shell("any", "true"), **verified(mode_is(file, "0644")))
    assert plan_of(path)["would_go_through"] is None


def test_a_verification_that_nothing_would_bring_about_is_a_no(tmp_path: Path, file: Path) -> None:
    path = written(tmp_path, set_mode("wrong", file, "0600"), **verified(mode_is(file, "0400")))
    found = plan_of(path)
    assert found["would_go_through"] is False
    assert found["reasons"] == ["the verification says that the incident is not over"]


def test_questions_pauses_and_rollbacks_are_told(tmp_path: Path, file: Path) -> None:
    undo = {"action": "command.run", "with": {"argv": ["chmod", "0644", str(file)]}}
    steps = [
        {"id": "ask", "approve": {"message": "Really?", "who": ["ops"], "timeout": "10m"}},
        set_mode("tighten", file, "0600", rollback=undo),
    ]
    check = verified(mode_is(file, "0600"))
    check["verify"]["settle"] = "30s"
    code, told = dry(written(tmp_path, *steps, **check))
    assert code == 0
    assert "ask: asks ops: Really? (600 s, then denied)" in told
    assert "waits 30 s (settle)" in told
    assert f"if it fails later, takes tighten back: command.run: $ chmod 0644 '{file}'" in told


def test_a_run_that_would_fail_shows_what_would_be_taken_back(tmp_path: Path, file: Path) -> None:
    undo = {"action": "file.set_mode", "with": {"path": str(file), "mode": "0644"}}
    path = written(tmp_path, set_mode("tighten", file, "0600", rollback=undo), {"id": "no", "fail": "enough"})
    found = plan_of(path)
    assert [entry["step"] for entry in found["plan"] if entry["kind"] == "carried"] == ["tighten", "tighten.rollback"]
    assert found["would_go_through"] is False
    assert "enough" in found["reasons"][0]


def test_called_runbooks_items_and_branches_are_followed(tmp_path: Path, file: Path) -> None:
    check = verified(mode_is(file, "0600"))
    written(tmp_path, set_mode("inner", file, "0600"), name="RB-LIN-SUB-001", **check)
    each = {**set_mode("each", file, "${{ each.item }}"), "foreach": ["0640", "0604"]}
    both = {"id": "both", "parallel": [set_mode("one", file, "0600"), set_mode("two", tmp_path, "0700")]}
    found = plan_of(written(tmp_path, each, both, {"id": "sub", "call": "RB-LIN-SUB-001"}, **check))
    carried = [entry["step"] for entry in found["plan"] if entry["kind"] == "carried"]
    assert carried == ["each[0]", "each[1]", "one", "two", "sub/inner"]
    assert found["would_go_through"] is True
    assert found["risk"] == "medium"


def test_what_only_a_real_run_says_stands_in_quotes_and_leaves_it_open(tmp_path: Path) -> None:
    first = shell("first", "echo size=3", extract={"size": {"regex": "size=([0-9]+)"}})
    second = {"id": "second", "action": "command.run", "with": {"argv": ["echo", "${{ steps.first.outputs.size }}"]}}
    third = {"id": "third", "fail": "too big", "when": {"steps.first.outputs.size": "100"}}
    code, told = dry(written(tmp_path, first, second, third))
    assert code == 1
    assert "$ echo '‹size of first›'" in told
    assert "would go through: not known" in told


def test_a_wait_is_not_waited_for(tmp_path: Path) -> None:
    waiting = {"id": "wait", "wait_until": {exists(tmp_path / "later"): True}, "timeout": "30m"}
    code, told = dry(written(tmp_path, waiting))
    assert code == 1
    assert "it is not so now, and the run would wait for it" in told


def test_a_host_that_is_well_already_needs_nothing(tmp_path: Path) -> None:
    (tmp_path / "fixed").touch()
    path = written(tmp_path, shell("fix", "true"), precheck={"healthy": {exists(tmp_path / "fixed"): True}})
    found = plan_of(path)
    assert found["would_go_through"] is True
    assert [entry["kind"] for entry in found["plan"]] == ["looked", "looked"]


def test_no_control_character_reaches_the_terminal(tmp_path: Path) -> None:
    step = {"id": "say", "action": "command.run", "with": {"argv": ["echo", "${{ params.text }}"]}}
    path = written(tmp_path, step, params={"text": {"type": "string"}})
    _, told = dry(path, "--param", "text=a\x1b[2Jb\u202ec")
    assert all(char.isprintable() or char == "\n" for char in told)


def test_the_dry_run_holds_no_way_to_change_anything() -> None:
    """It is another object with a reading port, not the real hands with a flag."""
    for module in (foresee, plan, rehearse):
        source = ast.parse(Path(str(module.__file__)).read_text())
        names = {alias.name for node in ast.walk(source) if isinstance(node, ast.ImportFrom) for alias in node.names}
        assert names.isdisjoint({"ActingPort", "HostPort", "Hands", "Vault", "SecretsPort", "LocalHost"})


def test_a_stopped_service_is_predicted_from_what_its_manager_says(tmp_path: Path) -> None:
    """Real processes below a real supervisor: alone the start would fail, after the database it would go through."""
    with running_clinic(tmp_path / "clinic") as clinic:
        clinic.kill("records-db", "appointments-web")
        config = tmp_path / "agent.json"
        requires = {"services.appointments-web.requires": ["records-db"], "services.records-db.requires": []}
        host = {"service_manager": "supervisor", "programs": {"supervisorctl": clinic.control}}
        told = {"site_id": "a", "checks": [{"id": "d", "type": "disk"}], "host": host, "facts": requires}
        config.write_text(json.dumps(told))
        first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
        first.write_text(runbook_text())
        second.write_text(runbook_text(2, database=True))
        words = ("--dry-run", "--config", config, "--param", "service=appointments-web")
        alone, after = run(first, *words), run(second, *words)
        assert clinic.state("appointments-web") != "RUNNING"
    assert alone.returncode == 1
    assert "it needs services.records-db.state is running, and that is not so" in alone.stdout
    assert after.returncode == 0, after.stdout
    assert 'services.appointments-web.state = "running" (predicted)' in after.stdout
