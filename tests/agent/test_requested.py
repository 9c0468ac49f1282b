"""Facts that the service asks for: read at the next failure, within what the release reads anyhow, and never more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runwright.actions.binding import ANY
from runwright.agent.requested import HERE, MAX_READ, NOTE, Requested, within
from runwright.model.path import concrete_path, str_path
from runwright.model.probe import MAX_FACTS, MAX_REQUESTS, plain_facts, read_requests, request_of
from tests.support.agent_inside import Inside, inside
from tests.support.agent_site import FLOW, content, flow_text, released, releases_of, rule_text, write_config
from tests.support.run_inside import fact, mode
from tests.support.service_player import Answer, ServicePlayer, playing_service

ASKED = "0123456789abcdef"


def request(*facts: str, runbook: str = FLOW, name: str = ASKED) -> dict[str, Any]:
    return {"request_id": name, "runbook_id": runbook, "facts": list(facts)}


@pytest.fixture
def service() -> Iterator[ServicePlayer]:
    with playing_service() as player:
        yield player


def agent_of(folder: Path, service: ServicePlayer, page: ServicePlayer) -> Path:
    """An agent whose runbook sets the mode of a file that is not there, and so fails."""
    steps = [mode("set", str(folder / "missing"))]
    text = flow_text(steps, folder / "fixed")
    return write_config(
        folder,
        checks=[{"id": "page", "type": "http", "url": f"{page.url}/page", "every": "1s"}],
        releases=releases_of(released(folder, content(text, rule=rule_text("http", FLOW)))),
        service={"url": service.url, "token_file": "agent.token"},
    )


def asked_and_failed(folder: Path, service: ServicePlayer, *requests: Any) -> tuple[dict[str, Any], Inside]:
    """Report the status, hear the requests, then fail once; gives the failed step."""
    with playing_service() as page:
        page.script.append(Answer(500, b"down"))
        with inside(agent_of(folder, service, page)) as agent:
            agent.agent.pull()
            body = json.dumps({"received": True, "probe_requests": list(requests)}).encode()
            service.script.append(Answer(200, body))
            assert agent.agent.pusher is not None
            agent.agent.pusher.push()
            agent.look()
            (execution,) = agent.executions()
            (step,) = execution["executed_steps"]
            assert step["outcome"] == "failed"
            return step, agent


def test_what_was_asked_for_is_read_when_the_runbook_fails_again(tmp_path: Path, service: ServicePlayer) -> None:
    (tmp_path / "other").write_text("x")
    wanted = fact(str(tmp_path / "other"))
    step, _ = asked_and_failed(tmp_path, service, request(wanted))
    assert step["state_after"][wanted] is True
    assert (tmp_path / "other").read_text() == "x"


def test_another_runbooks_request_is_not_read(tmp_path: Path, service: ServicePlayer) -> None:
    wanted = fact(str(tmp_path / "other"))
    step, _ = asked_and_failed(tmp_path, service, request(wanted, runbook="RB-LIN-OTHER-001"))
    assert wanted not in {*step["state_after"], *step["unread"]}


def test_nothing_outside_of_what_the_release_reads_is_looked_at(tmp_path: Path, service: ServicePlayer) -> None:
    foreign = ("packages.consistent", "services.sshd.state", "firewall.rules", "mounts./home.mounted")
    step, _ = asked_and_failed(tmp_path, service, request(*plain_facts(foreign)))
    assert not set(foreign) & {*step["state_after"], *step["unread"]}


@pytest.mark.parametrize(
    "hostile",
    [
        "files.*.exists",
        'files["${{ secrets.key }}"].exists',
        "secrets.database_password",
        "files",
        "",
        "services.web.state; rm -rf /",
        "services.\u202eweb.state",
        "services.web.state\n",
        "x" * 5_000,
        "__class__.__mro__",
        None,
        7,
        ["services.web.state"],
        {"path": "services.web.state"},
    ],
)
def test_a_hostile_path_is_refused_with_its_whole_request(hostile: Any) -> None:
    assert read_requests([request("services.web.state", hostile)]) == ()
    assert plain_facts([hostile] if isinstance(hostile, str) else []) == ()


@pytest.mark.parametrize("answer", [None, "probe", 7, {"a": 1}, [None, 1, "x", {}, {"facts": 3}], [[]]])
def test_an_answer_in_another_form_asks_for_nothing(answer: Any) -> None:
    assert read_requests(answer) == ()


def test_a_request_is_few_facts_and_requests_are_few() -> None:
    many = [f"services.s{number}.state" for number in range(200)]
    made = request_of(FLOW, "ab" * 32, many)
    assert made is not None
    assert len(made.facts) == MAX_FACTS
    assert read_requests([request(*many)]) == ()
    assert len(read_requests([request("services.web.state") for _ in range(100)])) == MAX_REQUESTS


def test_a_field_runbook_whose_name_is_none_of_ours_asks_for_nothing() -> None:
    assert request_of("restart the thing", "ab" * 32, ["services.web.state"]) is None
    assert request_of(FLOW, "ab" * 32, ["odd", "*"]) is None


def test_the_newest_answer_counts_and_an_older_service_says_nothing(tmp_path: Path, service: ServicePlayer) -> None:
    with playing_service() as page, inside(agent_of(tmp_path, service, page)) as agent:
        agent.agent.pull()
        handler = agent.agent.handler
        requested = Requested(agent.agent.reporter.notes, handler.contents, handler.here.host)
        files = [fact(f"/asked/{number}") for number in range(MAX_FACTS)]
        requested.hear({"probe_requests": [request(*files)]})
        assert [str_path(path) for path in requested.paths(FLOW, {})] == files[:MAX_READ]
        requested.hear({"received": True})
        assert len(requested.paths(FLOW, {})) == MAX_READ
        requested.hear({"probe_requests": []})
        assert requested.paths(FLOW, {}) == ()
        agent.agent.reporter.notes.set_note(NOTE, "{broken")
        assert requested.paths(FLOW, {}) == ()


HOSTS = ("127.0.0.1", "10.9.9.9", "db.clinic.example")


@pytest.mark.parametrize("path", ["endpoints[{!r}].22.open", "tls[{!r}].443.days_left", "dns[{!r}].resolves"])
def test_a_host_that_neither_the_release_nor_the_run_names_is_not_spoken_to(path: str) -> None:
    reads = [("endpoints", ANY, ANY, "open"), ("tls", ANY, ANY, "days_left"), ("dns", ANY, "resolves")]
    asked = [concrete_path(path.format(host).replace("'", '"')) for host in HOSTS]
    assert [within(one, reads, HERE) for one in asked] == [True, False, False]
    assert [within(one, reads, HERE | {"db.clinic.example"}) for one in asked] == [True, False, True]
    written = [(*family[:1], "10.9.9.9", *family[2:]) for family in reads]
    assert [within(one, written, HERE) for one in asked] == [False, True, False], "the release itself names it"
