"""An agent that is killed or stopped in the middle of a run goes on with that run, and loses nothing."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.agent_site import (
    call,
    command,
    environment,
    running_agent,
    script,
)
from tests.support.clinic import free_port
from tests.support.page_site import PageSite, page_site
from tests.support.service_player import Answer
from tests.support.until import until


@pytest.fixture
def site(tmp_path: Path) -> Iterator[PageSite]:
    with page_site(tmp_path) as site:
        yield site


def waits(port: int) -> dict[str, Any]:
    """A step that waits for a port, for as long as the test wants."""
    return {"id": "wait", "action": "wait.for_port", "with": {"port": port}, "timeout": "60s"}


def test_a_killed_agent_goes_on_with_the_same_run_and_repeats_no_finished_step(site: PageSite) -> None:
    port = free_port()
    config = site.config(script("first", site.mark("first")), waits(port), site.fix())
    with running_agent(config) as agent:
        started = agent.wait_for("run_started")
        agent.wait_for("step_started", step="wait")
        agent.kill()
    assert site.marks() == ["first"]
    with socket.create_server(("127.0.0.1", port)), running_agent(config) as agent:
        agent.wait_for("run_resumed", execution_id=started["execution_id"])
        agent.wait_for("run_finished", status="success")
        agent.wait_for("pushed", execution_id=started["execution_id"])
        assert agent.stop() == 0
    assert site.marks() == ["first", "fix"]
    steps = site.execution()["executed_steps"]
    assert [(step["step"], step["outcome"]) for step in steps] == [
        ("first", "success"),
        ("wait", "success"),
        ("fix", "success"),
    ]


def test_a_step_that_must_not_be_repeated_counts_as_failed_after_a_kill(site: PageSite) -> None:
    config = site.config(site.blocking("risky"), site.fix())
    with running_agent(config) as agent:
        agent.wait_for("step_started", step="risky")
        until(lambda: site.blocks("risky"), what="the step runs")
        agent.kill()
    site.end_orphan("risky")
    with running_agent(config) as agent:
        agent.wait_for("step", step="risky", outcome="failed")
        agent.wait_for("run_finished", status="failure")
        agent.wait_for("pushed")
        assert agent.stop() == 0
    assert site.marks() == ["risky"]
    execution = site.execution()
    assert execution["executed_steps"][0]["error"].startswith("interrupted: ")
    assert execution["error_step"] == "risky"


def test_a_step_that_may_be_repeated_is_carried_out_again_after_a_kill(site: PageSite) -> None:
    tool = site.folder / "apt-get"
    words = str(site.blocking("clean")["with"]["script"])
    tool.write_text(f"#!/bin/sh\n[ -e {site.folder}/go ] && {{ {site.mark('clean')}; exit; }}\n{words}\n")
    tool.chmod(0o755)
    step = {"id": "clean", "action": "disk.clean_package_cache"}
    config = site.config(step, site.fix(), host={"programs": {"apt-get": [str(tool)]}})
    with running_agent(config) as agent:
        agent.wait_for("step_started", step="clean")
        until(lambda: site.blocks("clean"), what="the step runs")
        agent.kill()
    site.end_orphan("clean")
    (site.folder / "go").touch()
    with running_agent(config) as agent:
        agent.wait_for("run_finished", status="success")
        assert agent.stop() == 0
    assert site.marks() == ["clean", "clean", "fix"]


def test_an_agent_that_is_asked_to_stop_leaves_at_once_and_goes_on_later(site: PageSite) -> None:
    port = free_port()
    config = site.config(waits(port), site.fix())
    with running_agent(config) as agent:
        agent.wait_for("step_started", step="wait")
        assert agent.stop() == 0
        assert agent.rest()[-1]["event"] == "stopped"
    with socket.create_server(("127.0.0.1", port)), running_agent(config) as agent:
        agent.wait_for("run_resumed")
        agent.wait_for("run_finished", status="success")


def test_an_idle_agent_stops_at_once(site: PageSite) -> None:
    config = site.config(site.fix())
    site.page.script.clear()
    with running_agent(config) as agent:
        agent.wait_for("sent")
        agent.process.send_signal(signal.SIGINT)
        assert agent.process.wait(10) == 130


def test_what_the_service_did_not_get_waits_for_the_next_agent(site: PageSite) -> None:
    config = site.config(site.fix())
    site.service.script.append(Answer(503, b"{}"))
    with running_agent(config) as agent:
        agent.wait_for("run_finished", status="success")
        agent.wait_for("push_failed")
        agent.kill()
    assert site.service.executions() == []
    told = call(config, "status", "--format", "json").stdout
    assert '"depth": 3' in told


def test_a_second_agent_with_the_same_folder_is_refused(site: PageSite) -> None:
    config = site.config(site.fix())
    with running_agent(config) as agent:
        agent.wait_for("started")
        second = call(config, "run", "--once")
        assert second.returncode == 1
        assert "another agent runs with the state folder" in second.stderr
        assert "Traceback" not in second.stderr


def test_a_reader_of_the_events_that_goes_away_does_not_end_the_agent(site: PageSite) -> None:
    config = site.config(site.fix())
    site.page.script.clear()
    words = command(config, "run", "--format", "json")
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment())
    try:
        assert process.stdout
        assert b"started" in process.stdout.readline()
        process.stdout.close()
        site.page.script.append(Answer(503))
        until(site.fixed.exists, what="the agent goes on")
        process.terminate()
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
