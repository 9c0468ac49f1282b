"""Jobs and channels of the agent's configuration: read strictly, reached by name, and nothing else is reached."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runwright.actions.action import Native, Result
from runwright.adapters.shell_local import LocalHost
from runwright.agent.config import read_config
from runwright.cli.agent_natives import site_natives
from runwright.cli.agent_wiring import read_settings
from runwright.errors import ContentError
from tests.support.web_receiver import Receiver, receiver

BASE = "site_id: s\nchecks: [{id: root, type: disk}]\n"


@pytest.fixture
def server() -> Iterator[Receiver]:
    with receiver() as running:
        running.answers["/hook"] = 200
        yield running


def host(folder: Path, more: dict[str, object]) -> LocalHost:
    """Give a host with the natives of a configuration."""
    path = folder / "agent.yaml"
    path.write_text(BASE + "\n".join(f"{key}: {json.dumps(value)}" for key, value in more.items()))
    return LocalHost(lambda _seconds: False, own=site_natives(read_settings(path)))


def send(port: LocalHost, channel: str = "operations") -> Result:
    return port.run(Native("notify.send", {"channel": channel, "message": "m", "severity": "info"}), 5.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("jobs: {Back: [x]}\n", "`jobs.Back.[key]`"),
        ("jobs: {back: []}\n", "is empty; give at least one"),
        ("jobs: {back: one line}\n", "`jobs.back`"),
        ("notify: {ops: {}}\n", "`notify.ops.url` is missing"),
        ("notify: {ops: {url: 'ftp://x'}}\n", "`notify.ops.url`"),
        ("notify: {ops: {url: 'http://x', password: y}}\n", "`notify.ops.password` is not a field here"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ContentError) as refused:
        read_config((BASE + text).encode(), "agent.yaml")
    assert refused.value.line == 3
    assert said in refused.value.message


def test_a_job_gets_its_values_by_the_environment_and_never_as_words(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "import os; print(os.environ['RUNWRIGHT_FOLDER'])"]
    hostile = "/x; touch marker $(reboot)"
    result = host(tmp_path, {"jobs": {"back-up": words}}).run(
        Native("job.run", {"job": "back-up", "folder": hostile, "pattern": "*"}), 20.0
    )
    assert (result.exit_code, result.output) == (0, f"{hostile}\n")


def test_a_job_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    words = [sys.executable, "-c", "import time; time.sleep(60)"]
    result = host(tmp_path, {"jobs": {"slow": words}}).run(Native("job.run", {"job": "slow"}), 0.5)
    assert result.timed_out


def test_the_token_stands_beside_the_configuration_and_is_read_anew(tmp_path: Path, server: Receiver) -> None:
    port = host(tmp_path, {"notify": {"operations": {"url": server.url("/hook"), "token_file": "token"}}})
    assert "token file" in send(port).error
    for token in ("first", "second"):
        (tmp_path / "token").write_text(f"{token}\n")
        assert send(port).exit_code == 0
    assert [one.headers["Authorization"] for one in server.received] == ["Bearer first", "Bearer second"]


def test_without_a_configuration_there_is_neither_job_nor_channel() -> None:
    port = LocalHost(lambda _seconds: False, own=site_natives(None))
    assert "it has: none" in send(port).error
    assert "it has: none" in port.run(Native("job.run", {"job": "x"}), 5.0).error
