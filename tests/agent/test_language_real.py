"""Every construct with real processes, killed in the middle with kill -9: what had finished is done exactly once."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.agent_site import call, flow_text, running_agent, script
from tests.support.clinic import free_port
from tests.support.page_site import PageSite, page_site
from tests.support.until import until


@pytest.fixture
def site(tmp_path: Path) -> Iterator[PageSite]:
    with page_site(tmp_path) as site:
        yield site


def waits(port: int, step: str = "wait") -> dict[str, Any]:
    """Give a step that waits for a port; it may be repeated, so a killed agent waits on."""
    return {"id": step, "action": "wait.for_port", "with": {"port": port}, "timeout": "60s"}


def killed_while_waiting(config: Path, step: str) -> None:
    """Let the agent come to the step that waits, and kill it."""
    with running_agent(config) as agent:
        agent.wait_for("step_started", step=step)
        agent.kill()


def finished(site: PageSite, config: Path, port: int | None, status: str = "success") -> None:
    """Open the port, start the agent again, and let the run come to its end."""
    listening = socket.create_server(("127.0.0.1", port)) if port else None
    try:
        with running_agent(config) as agent:
            agent.wait_for("run_resumed")
            agent.wait_for("run_finished", status=status)
            agent.wait_for("pushed")
            assert agent.stop() == 0
    finally:
        if listening:
            listening.close()


def test_killed_within_a_foreach_each_item_is_done_once(site: PageSite) -> None:
    port = free_port()
    items = script("each", 'echo "$ITEM" >> trace', foreach=["a", "b", "c"])
    items["with"] = {
        "script": f'echo "$ITEM$INDEX" >> {site.trace}',
        "env": {"ITEM": "${{ each.item }}", "INDEX": "${{ each.index }}"},
    }
    gate = {**waits(port), "foreach": ["one"]}
    config = site.config(items, gate, site.fix())
    killed_while_waiting(config, "wait[0]")
    finished(site, config, port)
    assert site.marks() == ["a0", "b1", "c2", "fix"]


def test_killed_within_parallel_steps_the_ended_ones_are_kept_and_the_others_judged_each(site: PageSite) -> None:
    """One has ended, one may be repeated, one was under way and may not be: it alone counts as failed."""
    port = free_port()
    branches = [site.marking("quick"), waits(port, "patient"), site.blocking("risky", on_failure="continue")]
    config = site.config({"id": "both", "parallel": branches}, site.fix())
    with running_agent(config) as agent:
        agent.wait_for("step_started", step="risky")
        until(lambda: site.blocks("risky") and "quick" in site.marks(), what="all three are under way")
        until(lambda: _kept(site), what="the answer of the quick one is kept")
        agent.kill()
    site.end_orphan("risky")
    finished(site, config, port)
    assert sorted(site.marks()) == ["fix", "quick", "risky"]
    outcomes = site.outcomes()
    assert (outcomes["quick"], outcomes["patient"], outcomes["risky"]) == ("success", "success", "failed")


def _kept(site: PageSite) -> bool:
    """Whether the journal holds the answer of one branch."""
    return any(b"branched" in path.read_bytes() for path in (site.folder / "agent").glob("agent.sqlite3*"))


def test_parallel_steps_run_at_the_same_time_up_to_their_limit(site: PageSite) -> None:
    """Each of the first two waits until the other one has come: alone, neither would end."""
    a, b = site.folder / "a", site.folder / "b"
    meet = "touch {0}; until [ -e {1} ]; do :; done"
    branches = [script("one", meet.format(a, b), timeout="30s"), script("two", meet.format(b, a), timeout="30s")]
    config = site.config({"id": "both", "limit": 2, "parallel": branches}, site.fix())
    with running_agent(config) as agent:
        agent.wait_for("run_finished", status="success")


def test_killed_within_a_called_runbook_it_goes_on_there_with_the_version_it_began_with(site: PageSite) -> None:
    port = free_port()
    sub = json.loads(flow_text([site.marking("inner"), waits(port)], site.trace))
    config = site.config({"id": "sub", "call": "RB-LIN-SUB-001"}, site.fix(), called={**sub, "id": "RB-LIN-SUB-001"})
    killed_while_waiting(config, "sub/wait")
    finished(site, config, port)
    assert site.marks() == ["inner", "fix"]
    assert site.outcomes()["sub"] == "success"


def test_killed_within_finally_the_rest_of_it_is_still_done(site: PageSite) -> None:
    port = free_port()
    ending = [site.marking("first-of-finally"), waits(port), site.marking("last-of-finally")]
    config = site.config(site.marking("work"), {"id": "no", "fail": "enough"}, top={"finally": ending})
    killed_while_waiting(config, "wait")
    finished(site, config, port, status="failure")
    assert site.marks() == ["work", "first-of-finally", "last-of-finally"]
    assert site.execution()["error_message"].startswith("enough")


def test_killed_within_a_rollback_what_was_taken_back_is_not_taken_back_again(site: PageSite) -> None:
    def undone(step: str, text: str) -> dict[str, Any]:
        return site.marking(step, rollback={"action": "script.sh", "with": {"script": text}})

    port = free_port()
    gate = {"action": "wait.for_port", "with": {"port": port}, "timeout": "60s"}
    steps = [
        undone("one", site.mark("undo-one")),
        site.marking("two", rollback=gate),
        undone("three", site.mark("undo-three")),
    ]
    config = site.config(*steps, {"id": "no", "fail": "enough"})
    killed_while_waiting(config, "two.rollback")
    finished(site, config, port, status="failure")
    assert site.marks() == ["one", "two", "three", "undo-three", "undo-one"]


def test_killed_while_a_person_is_asked_nothing_before_is_repeated(site: PageSite) -> None:
    config = site.config(site.marking("first"), {"id": "ask", "approve": {"message": "Go on?"}}, site.fix())
    with running_agent(config) as agent:
        execution = agent.wait_for("approval_wanted")["execution_id"]
        agent.kill()
    with running_agent(config) as agent:
        agent.wait_for("run_resumed")
        assert call(config, "approve", execution, "ask").returncode == 0
        agent.wait_for("run_finished", status="success")
    assert site.marks() == ["first", "fix"]


def test_a_rescue_mends_and_the_run_goes_on_to_its_verification(site: PageSite) -> None:
    group = {
        "id": "group",
        "block": [script("broken", "exit 4")],
        "rescue": [site.marking("mend")],
        "finally": [site.marking("tidy")],
    }
    config = site.config(group, site.fix())
    with running_agent(config) as agent:
        agent.wait_for("run_finished", status="success")
        agent.wait_for("pushed")
    assert site.marks() == ["mend", "tidy", "fix"]
    assert site.outcomes()["broken"] == "failed"


def test_a_wait_sees_what_another_process_does(site: PageSite) -> None:
    ready = site.folder / "ready"
    waiting = {
        "id": "wait",
        "wait_until": {f"files[{json.dumps(str(ready))}].exists": True},
        "every": "1s",
        "timeout": "60s",
    }
    config = site.config(site.marking("first"), waiting, site.fix())
    with running_agent(config) as agent:
        agent.wait_for("step", step="first")
        ready.touch()
        agent.wait_for("run_finished", status="success")


def test_values_of_steps_reach_later_steps_as_arguments_and_variables(site: PageSite) -> None:
    first = script("first", "echo 'size=12 MiB'; exit 7", success_codes=[0], changed_codes=[7])
    first["extract"] = {"size": {"regex": "size=([0-9]+)"}}
    second = script("second", f'echo "$SIZE-$CODE" >> {site.trace}', when={"steps.first.changed": True})
    second["with"]["env"] = {"SIZE": "${{ steps.first.outputs.size }}", "CODE": "${{ steps.first.exit_code }}"}
    config = site.config(first, second, site.fix(), top={"outputs": {"size": "${{ steps.first.outputs.size }}"}})
    with running_agent(config) as agent:
        agent.wait_for("run_finished", status="success")
        agent.wait_for("pushed")
    assert site.marks() == ["12-7", "fix"]
    assert site.execution()["outputs"] == {"size": "12"}


def test_an_agent_that_is_asked_to_stop_leaves_its_parallel_steps_at_once_and_goes_on_later(site: PageSite) -> None:
    one, two = free_port(), free_port()
    config = site.config({"id": "both", "parallel": [waits(one, "one"), waits(two, "two")]}, site.fix())
    with running_agent(config) as agent:
        agent.wait_for("step_started", step="two")
        assert agent.stop() == 0
    with socket.create_server(("127.0.0.1", two)):
        finished(site, config, one)
    assert site.marks() == ["fix"]
