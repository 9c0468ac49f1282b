"""What was thought of each run can be read, and what people say of it is kept, every word with who said it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from runwright.model.probe import read_requests
from tests.support.service_site import COMMAND, SITE, Service, environment, failed_run
from tests.support.until import until

ANALYSES, FEEDBACK, STATUS = "/api/review/analyses", "/api/review/feedback/", "/api/agent/status"


@pytest.fixture(scope="module")
def thought(service: Service) -> Service:
    """A service that has thought one failure through, and one that nobody could."""
    service.post(failed_run("exec-1"))
    service.post(failed_run("lost-1", runbook_id="RB-LIN-NOWHERE-001"))
    service.settled()
    return service


def analyses(service: Service, query: str = "") -> list[dict[str, Any]]:
    answer = service.ask("GET", ANALYSES + query, token=service.token(None))
    assert answer.status == 200, answer.data
    assert answer.data["count"] == len(answer.data["analyses"])
    return list(answer.data["analyses"])


def say(service: Service, execution_id: str, status: int = 201, **body: Any) -> Any:
    answer = service.ask("POST", FEEDBACK + execution_id, body, service.token(None))
    assert answer.status == status, answer.data
    return answer.data


def test_an_analysis_has_the_fields_that_were_agreed(thought: Service) -> None:
    (told,) = analyses(thought, "?execution_id=exec-1")
    assert told["analyzed_at"].endswith("Z")
    assert told["failure_analysis"] == {
        "failure_type": "runbook_insufficient",
        "improved_runbook_generated": True,
        "improved_runbook_id": "RB-LIN-SERVICE-001-v2",
    }
    assert (told["site_id"], told["stage"]) == (SITE, "proposed")
    assert (told["was_correct_runbook"], told["human_feedback"]) == (None, None)


def test_analyses_are_found_by_their_type_the_newest_first(thought: Service) -> None:
    assert {one["execution_id"] for one in analyses(thought, "?failure_type=runbook_insufficient")} >= {"exec-1"}
    assert analyses(thought, "?failure_type=permission_denied") == []
    assert len(analyses(thought, "?limit=1")) == 1


def test_what_people_say_is_kept_and_the_last_word_stands_first(thought: Service) -> None:
    first = say(thought, "exec-1", reviewer="dana", was_correct_runbook=True)
    assert first["by"].startswith("dana (token ")
    say(thought, "exec-1", was_correct_runbook=False, human_feedback="the disk was full; password=hunter2-hunter2")
    (told,) = analyses(thought, "?execution_id=exec-1")
    assert told["was_correct_runbook"] is False
    assert told["human_feedback"].startswith("the disk was full; password=")
    assert "hunter2" not in json.dumps(told)
    assert [one["was_correct_runbook"] for one in told["opinions"]] == [True, False]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "expected was_correct_runbook, or human_feedback, or both"),
        ({"was_correct_runbook": "yes"}, "expected true, false or null"),
        ({"human_feedback": 7}, "expected text"),
        ({"human_feedback": "x" * 5000}, "at most 4000"),
        ({"was_correct_runbook": True, "reviewer": "dana\nadmin"}, "expected a name"),
        ({"was_correct_runbook": True, "site_id": "elsewhere"}, "no site"),
    ],
)
def test_what_cannot_be_understood_is_told(thought: Service, body: dict[str, Any], said: str) -> None:
    assert said in say(thought, "exec-1", 400, **body)["error"]


def test_an_opinion_about_no_run_is_refused(thought: Service) -> None:
    assert "no execution 'nowhere' was received" in say(thought, "nowhere", 400, was_correct_runbook=True)["error"]


@pytest.mark.parametrize("path", [ANALYSES, FEEDBACK + "exec-1"])
def test_an_agents_token_opens_neither(thought: Service, path: str) -> None:
    method = "GET" if path == ANALYSES else "POST"
    assert thought.ask(method, path, {"was_correct_runbook": True}, thought.token()).status == 403
    assert thought.ask(method, path, {"was_correct_runbook": True}, "rw_nobody").status == 401


def test_the_command_line_shows_and_takes_the_same(thought: Service) -> None:
    shown = thought.run("feedback", "exec-1", "--format", "json")
    assert json.loads(shown.stdout)[0]["failure_analysis"]["failure_type"] == "runbook_insufficient"
    kept = thought.run("feedback", "exec-1", "--right", "--text", "it was INC-7")
    assert "(command line) of exec-1: the right runbook; it was INC-7" in kept.stdout
    assert "it was INC-7" in thought.run("feedback").stdout
    assert "exec-1" not in thought.run("feedback", "--site", "elsewhere").stdout
    assert "nothing was thought of 'exec-9' yet" in thought.run("feedback", "exec-9").stdout


def test_the_command_line_says_how_it_ended_once(thought: Service) -> None:
    assert "\n  proposed: service.start records-db\n" in thought.run("feedback", "exec-1").stdout


def test_without_a_service_there_is_nothing_to_say_and_nothing_is_made(tmp_path: Path) -> None:
    words = [*COMMAND, "feedback", "--state", str(tmp_path / "none")]
    done = subprocess.run(words, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "name the service's folder with --state" in done.stderr) == (1, True)
    assert not (tmp_path / "none").exists()


# Requests for facts


def test_what_a_failure_lacks_is_asked_of_its_site_alone(fresh: Service) -> None:
    """Here the service is down, and nobody recorded what it requires."""
    bare = {"platform.os": "linux", "platform.service_manager": "supervisor", "services.web.state": "stopped"}
    run = failed_run("exec-1", web="web", state_before=bare, state_after=bare)
    run["executed_steps"][0] |= {"state_before": bare, "state_after": bare, "error": "web: ERROR (spawn error)"}
    fresh.post(run)
    assert fresh.settled() == {"exec-1": "needs_person"}
    answer = fresh.ask("POST", STATUS, {"site_id": SITE}, fresh.token())
    assert "\n  missing facts:\n    - services.web." in fresh.run("feedback", "exec-1").stdout
    (request,) = answer.data["probe_requests"]
    assert request["runbook_id"] == "RB-LIN-SERVICE-001"
    assert "services.web.requires" in request["facts"]
    assert read_requests(answer.data["probe_requests"])[0].model_dump(mode="json") == request, "an agent understands it"
    other = fresh.token("south-valley")
    assert fresh.ask("POST", STATUS, {"site_id": "south-valley"}, other).data["probe_requests"] == []


# Turns


def test_over_the_limit_a_failure_stays_open_and_says_why(fresh: Service) -> None:
    fresh.forge.push({"runwright.toml": b"[proposals]\nper_hour = 1\n"})
    fresh.post(failed_run("exec-1", web="appointments-web"))
    fresh.settled()
    fresh.post(failed_run("exec-2", web="billing-web"))
    until(
        lambda: fresh.rows("select count(*) from failures where reason like 'rate-limited: %'") == [(1,)], what="told"
    )
    assert fresh.stages() == {"exec-1": "proposed", "exec-2": "received"}
    assert len(fresh.pulls()) == 1
