"""A secret is put in at the last moment, where nobody else can read it, and is found nowhere afterwards."""

from __future__ import annotations

import base64
import json
import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from runwright.adapters.agent_store import open_store
from runwright.agent.approve import Parked
from runwright.agent.run import Started
from runwright.agent.secrets import NoSecrets
from runwright.errors import EdgeError
from runwright.model.runbook import Runbook
from tests.support.agent_site import content, flow_text, released, releases_of, rule_text, running_agent, write_config
from tests.support.clinic import free_port
from tests.support.file_world import FileWorld
from tests.support.hand_clock import HandClock
from tests.support.run_inside import Inside, fix, program, runbook, runner_on, running_inside, steps_of
from tests.support.service_player import Answer, playing_service

CANARY = "cAn4ry-Pa55/w0rd"
FORMS = (CANARY, base64.b64encode(CANARY.encode()).decode(), CANARY.encode().hex(), "cAn4ry-Pa55%2Fw0rd")


def shell(step: str, text: str = "true", **env: str) -> dict[str, Any]:
    return {"id": step, "action": "script.sh", "with": {"script": text, "env": env}}


def asking(*steps: dict[str, Any], **more: Any) -> Runbook:
    return runbook(*steps, secrets={"db-password": {"description": "The database's."}}, **more)


def test_the_value_is_given_to_the_program_and_kept_nowhere(tmp_path: Path) -> None:
    world = FileWorld(secrets={"db-password": CANARY}, outputs={"sh": "said {PW}"})
    with running_inside(tmp_path, world) as inside:
        given: list[Any] = []
        world.on_run = lambda operation: given.append(getattr(operation, "env", {}))
        execution = inside.run(asking(shell("use", PW="secret://db-password"), fix()))
        kept = json.dumps([line.body for line in inside.records.journal("exec-20260302-000000000001")])
    assert {"PW": CANARY} in given
    assert execution.executed_steps[0].params["env"] == {"PW": "secret://db-password"}
    assert execution.executed_steps[0].output == "said [erased:secret]"
    told = execution.model_dump_json() + kept + repr(inside.events)
    assert not any(form in told for form in FORMS)


def test_a_text_that_only_reads_like_a_reference_stays_a_text(tmp_path: Path) -> None:
    """The value of a parameter comes from outside: it must not be able to ask for a secret."""
    world = FileWorld(secrets={"db-password": CANARY})
    given: list[Any] = []
    world.on_run = lambda operation: given.append(getattr(operation, "env", {}))
    with running_inside(tmp_path, world) as inside:
        chosen = asking(shell("use", PW="${{ params.text }}"), fix(), params={"text": {"type": "string"}})
        inside.run(chosen, text="secret://db-password")
    assert {"PW": "secret://db-password"} in given


def test_a_secret_as_an_argument_is_refused_and_nothing_is_run(tmp_path: Path) -> None:
    world = FileWorld(secrets={"db-password": CANARY})
    with running_inside(tmp_path, world) as inside:
        execution = inside.run(asking(program("use", "mysql", "secret://db-password")))
    assert "would be an argument of 'mysql'" in execution.executed_steps[0].error
    assert world.ran == []
    assert CANARY not in execution.model_dump_json()


def test_a_secret_that_is_not_there_fails_the_step_by_its_name(tmp_path: Path) -> None:
    with running_inside(tmp_path) as inside:
        execution = inside.run(asking(shell("use", PW="secret://db-password")))
    assert execution.executed_steps[0].error == "secret 'db-password' is not known"
    assert inside.world.ran == []


def test_a_secret_that_is_too_short_to_be_hidden_is_not_used(tmp_path: Path) -> None:
    with running_inside(tmp_path, FileWorld(secrets={"db-password": "abc"})) as inside:
        execution = inside.run(asking(shell("use", PW="secret://db-password")))
    assert "fewer than 4 characters" in execution.executed_steps[0].error
    assert inside.world.ran == []


def test_after_a_restart_a_later_step_still_cannot_show_the_value(tmp_path: Path) -> None:
    """The first process used the secret; the second one sees it in the output of a step that names none."""
    world, clock = FileWorld(secrets={"db-password": CANARY}), HandClock()
    world.outputs["cat"] = f"password = {CANARY}"
    chosen = asking(
        shell("use", PW="secret://db-password"),
        {"id": "ask", "approve": {"message": "Go on?", "timeout": "1m", "default": "approve"}},
        program("show", "cat", "/etc/app"),
        fix(),
    )
    with running_inside(tmp_path, world, clock) as first:
        started = first.started(chosen)
        with pytest.raises(Parked):
            first.runner.start(started)
    clock.move(minutes=2)
    records, _ = open_store(tmp_path, clock.now())
    with closing(records):
        (body,) = records.unfinished_runs()
        again = Inside(runner_on(world, clock, records, []), world, clock, records)
        execution = again.runner.resume(Started.model_validate_json(body))
    assert ("show", "success") in steps_of(execution)
    assert "password = [erased:secret]" in execution.model_dump_json()
    assert CANARY not in execution.model_dump_json()


def test_without_a_configuration_there_are_no_secrets() -> None:
    with pytest.raises(EdgeError, match="'db-password' is not known here"):
        NoSecrets().value("db-password")


def test_the_value_is_nowhere_in_what_a_real_agent_writes_and_tells(tmp_path: Path) -> None:
    """A real agent, a real shell: the database and its side files, standard output and error, what is sent, `ps`."""
    (tmp_path / "secret").write_text(CANARY + "\n")
    (tmp_path / "secret").chmod(0o600)
    words = f'ps axww -o args > {tmp_path}/ps; printf "%s" "$PW" | tee {tmp_path}/used | base64; echo "$PW" >&2; exit 3'
    port = free_port()
    steps = [
        {**shell("use", words, PW="secret://db-password"), "success_codes": [3], "on_failure": "continue"},
        {"id": "wait", "action": "wait.for_port", "with": {"port": port}, "timeout": "60s"},
    ]
    with playing_service() as page, playing_service() as service:
        text = flow_text(steps, tmp_path / "used", secrets={"db-password": {}})
        forge = released(tmp_path, content(text, rule=rule_text("http", "RB-LIN-FLOW-001")))
        config = write_config(
            tmp_path,
            checks=[{"id": "page", "type": "http", "url": page.url + "/", "every": "200ms"}],
            secrets={"db-password": {"file": "secret"}},
            service={"url": service.url, "token_file": "agent.token"},
            releases=releases_of(forge),
        )
        page.script.append(Answer(503))
        with running_agent(config) as agent:
            agent.wait_for("step_started", step="wait")
            journal = b"".join(path.read_bytes() for path in (tmp_path / "agent").glob("agent.sqlite3*"))
            assert b"db-password" in journal
            agent.kill()
        with socket.create_server(("127.0.0.1", port)), running_agent(config) as again:
            again.wait_for("run_finished", status="success")
            again.wait_for("pushed")
            assert again.stop() == 0
        told = json.dumps([agent.events, agent.errors, again.events, again.errors])
        (execution,) = service.executions()
    database = b"".join(path.read_bytes() for path in (tmp_path / "agent").glob("agent.sqlite3*"))
    assert (tmp_path / "used").read_text() == CANARY
    assert execution["executed_steps"][0]["output"] == "[erased:secret]\n"
    seen = ((journal + database).decode("latin-1"), told, (tmp_path / "ps").read_text(), json.dumps(execution))
    assert not any(form in text for form in FORMS for text in seen)
