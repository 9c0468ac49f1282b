"""A release that another process pulled is used for the next run; a run under way ends with its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.agent_site import (
    AgentProcess,
    call,
    content,
    release_again,
    released,
    releases_of,
    runbook_text,
    running_agent,
    write_config,
)
from tests.support.forge import Forge


class Site:
    """A service whose state is a file, behind a program that speaks like supervisorctl."""

    def __init__(self, folder: Path) -> None:
        self.state, self.go = folder / "state", folder / "go"
        self.says("RUNNING")
        tool = folder / "supervisorctl"
        tool.write_text(
            f'#!/bin/sh\n[ "$1" = start ] && until [ -e {self.go} ]; do sleep 0.02; done\n'
            f'printf "%s %s\\n" "$2" "$(cat {self.state})"\n'
        )
        tool.chmod(0o755)
        self.forge: Forge = released(folder, content())
        self.config = write_config(
            folder,
            checks=[{"id": "web", "type": "service", "service": "web", "every": "100ms"}],
            host={"service_manager": "supervisor", "programs": {"supervisorctl": [str(tool)]}},
            releases=releases_of(self.forge),
        )

    def says(self, state: str) -> None:
        self.state.with_suffix(".new").write_text(state)
        self.state.with_suffix(".new").rename(self.state)

    def pull_version_2(self) -> None:
        release_again(self.forge, runbook_text(2))
        assert call(self.config, "pull").stdout.startswith("rules-v2 is active now")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def agent(site: Site) -> Iterator[AgentProcess]:
    with running_agent(site.config) as agent:
        agent.wait_for("pulled", seq=1)
        yield agent


def test_the_next_run_uses_what_another_process_pulled(site: Site, agent: AgentProcess) -> None:
    site.go.touch()
    site.pull_version_2()
    site.says("EXITED")
    agent.wait_for("run_started", version=2)


def test_a_run_under_way_ends_with_its_version(site: Site, agent: AgentProcess) -> None:
    site.says("EXITED")
    agent.wait_for("step_started")
    site.pull_version_2()
    site.says("RUNNING")
    site.go.touch()
    agent.wait_for("run_finished", status="success")
    assert [told["version"] for told in agent.events if told["event"] == "run_started"] == [1]
    agent.wait_for("cleared")
    site.says("EXITED")
    agent.wait_for("run_started", version=2)


def test_a_run_that_was_cut_off_ends_with_its_version_after_a_restart(site: Site, agent: AgentProcess) -> None:
    site.says("EXITED")
    agent.wait_for("step_started")
    agent.kill()
    site.pull_version_2()
    site.says("RUNNING")
    site.go.touch()
    with running_agent(site.config) as again:
        again.wait_for("run_resumed", version=1)
        again.wait_for("run_finished", status="success")
