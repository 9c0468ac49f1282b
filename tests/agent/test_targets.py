"""A runbook runs only where it is meant to run, and only while it is not marked as failed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runwright.actions.catalogue import Host
from runwright.agent.called import called_by
from runwright.agent.targets import Here, not_here, notice
from runwright.errors import ContentError
from tests.support.agent_inside import Inside, inside
from tests.support.agent_site import FLOW, content, flow_text, released, releases_of, rule_text, script, write_config
from tests.support.run_inside import runbook
from tests.support.service_player import Answer, ServicePlayer, playing_service

HERE = Here(Host("linux", "systemd"), "nvdc01", frozenset({"web", "linux"}), {"site": "north", "tier": "prod"})
STEP = script("only", "true")


@pytest.mark.parametrize(
    ("targets", "meant"),
    [
        ({"hosts": ["nvdc01"]}, True),
        ({"hosts": ["NVDC01", "other"]}, True),
        ({"hosts": ["nvdc02"]}, False),
        ({"groups": ["web"]}, True),
        ({"groups": ["db", "web"]}, True),
        ({"groups": ["db"]}, False),
        ({"labels": {"site": "north"}}, True),
        ({"labels": {"site": "north", "tier": "test"}}, False),
        ({"labels": {"absent": "x"}}, False),
        ({"hosts": ["nvdc01"], "groups": ["db"]}, False),
        ({"hosts": ["nvdc01"], "groups": ["web"], "labels": {"tier": "prod"}}, True),
    ],
)
def test_all_that_is_given_must_hold(targets: dict[str, Any], meant: bool) -> None:
    reason = not_here(runbook(STEP, targets=targets), HERE)
    assert (reason == "") is meant
    assert meant or reason.startswith("nvdc01 is not a target of RB-LIN-FLOW-001-v1 (")
    assert meant or reason.endswith("; running on another host is not possible yet")


def test_without_targets_every_host_of_the_platform_is_meant() -> None:
    assert not_here(runbook(STEP), HERE) == ""
    assert not_here(runbook(STEP, platform="any"), HERE) == ""
    assert "written for windows; this host is linux" in not_here(runbook(STEP, platform="windows"), HERE)


def test_a_failed_runbook_is_not_run_and_a_deprecated_one_says_so() -> None:
    marked = {"status_reason": "It broke the print queue.", "replaced_by": "RB-LIN-FLOW-002"}
    failed = not_here(runbook(STEP, status="failed", **marked), HERE)
    assert failed == "RB-LIN-FLOW-001-v1 is marked as failed: It broke the print queue.; use RB-LIN-FLOW-002"
    deprecated = runbook(STEP, status="deprecated", **marked)
    assert not_here(deprecated, HERE) == ""
    assert notice(deprecated).startswith("RB-LIN-FLOW-001-v1 is deprecated: It broke")
    assert notice(runbook(STEP)) == ""


def test_everything_that_may_be_called_is_found_however_it_is_nested() -> None:
    last = runbook(STEP, id="RB-LIN-C-001")
    middle = runbook({"id": "c", "call": "RB-LIN-C-001"}, id="RB-LIN-B-001")
    first = runbook({"id": "g", "block": [STEP], "rescue": [{"id": "b", "call": "RB-LIN-B-001"}]})
    known = {one.id: one for one in (last, middle)}
    assert called_by(first, known.get) == known
    with pytest.raises(ContentError, match="step c of RB-LIN-B-001 calls RB-LIN-C-001, and there is no such"):
        called_by(first, {"RB-LIN-B-001": middle}.get)


@pytest.fixture
def page() -> Iterator[ServicePlayer]:
    with playing_service() as page:
        page.script.append(Answer(503))
        yield page


def dealt_with(folder: Path, page: ServicePlayer, *others: str, config: dict[str, Any], **more: Any) -> Inside:
    """Let an agent in this process meet the incident once."""
    steps = more.pop("steps", [STEP])
    files = content(flow_text(steps, folder, **more), rule=rule_text("http", FLOW))
    for text in others:
        files = {**files, f"runbooks/linux/{text.split(chr(34))[3]}.yaml": text.encode()}
    forge = released(folder, files)
    checks = [{"id": "page", "type": "http", "url": page.url + "/", "every": "1s"}]
    path = write_config(folder, checks=checks, releases=releases_of(forge), **config)
    with inside(path) as agent:
        agent.agent.pull()
        agent.look()
        return agent


def test_an_agent_that_is_no_target_escalates_and_runs_nothing(tmp_path: Path, page: ServicePlayer) -> None:
    agent = dealt_with(tmp_path, page, config={}, targets={"groups": ["db"]})
    (told,) = agent.told("escalated")
    assert "nvdc01 is not a target of RB-LIN-FLOW-001-v1 (groups db)" in told["reason"]
    assert agent.told("run_started") == []


def test_the_configuration_gives_the_host_its_groups_and_labels(tmp_path: Path, page: ServicePlayer) -> None:
    config = {"host": {"groups": ["db"], "labels": {"tier": "prod"}}}
    agent = dealt_with(tmp_path, page, config=config, targets={"groups": ["db"], "labels": {"tier": "prod"}})
    assert len(agent.told("run_finished")) == 1


def test_a_deprecated_runbook_runs_and_the_agent_says_so(tmp_path: Path, page: ServicePlayer) -> None:
    agent = dealt_with(tmp_path, page, config={}, status="deprecated", status_reason="There is a better one.")
    (told,) = agent.told("deprecated")
    assert "There is a better one." in told["message"]
    assert len(agent.told("run_finished")) == 1


@pytest.mark.parametrize(
    ("called", "said"),
    [
        ({"status": "failed", "status_reason": "It broke."}, "is marked as failed: It broke."),
        ({"targets": {"hosts": ["elsewhere"]}}, "is not a target of RB-LIN-SUB-001-v1"),
        ({"platform": "windows"}, "is written for windows"),
    ],
)
def test_a_runbook_whose_callee_cannot_run_here_is_not_started(
    tmp_path: Path, page: ServicePlayer, called: dict[str, Any], said: str
) -> None:
    sub = flow_text([STEP], tmp_path, **{"id": "RB-LIN-SUB-001", **called})
    steps = {"steps": [{"id": "sub", "call": "RB-LIN-SUB-001"}]}
    agent = dealt_with(tmp_path, page, sub, config={}, **steps)
    (told,) = agent.told("escalated")
    assert said in told["reason"]
    assert agent.told("run_started") == []
