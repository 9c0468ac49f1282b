"""What reviewers are shown by the service, and that it decides nothing where a person's own key does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.forge import later, proposal
from tests.support.service_site import RUNBOOK, RUNBOOK_PATH, Service, failed_run

NAME = "RB-LIN-SERVICE-001-v2"


def look(service: Service, path: str, status: int = 200, **more: Any) -> Any:
    answer = service.ask("GET", f"/api/review/{path}", token=service.token(None), **more)
    assert answer.status == status, answer.data
    return answer.data


def post(service: Service, path: str, body: Any, status: int, **headers: str) -> Any:
    answer = service.ask("POST", f"/api/review/{path}", body, service.token(None), **headers)
    assert answer.status == status, answer.data
    return answer.data


@pytest.fixture
def proposed(fresh: Service) -> Service:
    """A service that proposed a better runbook for one failed run."""
    fresh.post(failed_run())
    fresh.settled()
    assert len(fresh.pulls()) == 1
    return fresh


def hand_made(service: Service, settle: str, fingerprint: str, minutes: float = 1) -> int:
    text = RUNBOOK.replace("version: 1", "version: 2").replace("settle: 1s", f"settle: {settle}")
    wanted = proposal({RUNBOOK_PATH: text}, fingerprint * 8)
    return service.forge.bot().open(wanted, later(minutes)).number


def test_a_reviewer_sees_the_version_its_parent_the_failure_and_the_history(proposed: Service) -> None:
    data = look(proposed, f"runbook/{NAME}")
    assert data["runbook_id"] == NAME
    assert (data["runbook"]["version"], data["parent_runbook"]["version"]) == (2, 1)
    assert data["runbook"]["metadata"]["parent_runbook"] == "RB-LIN-SERVICE-001-v1"
    assert data["head_sha"] == proposed.pulls()[0].head_sha
    context = data["failure_context"]
    assert (context["execution_id"], context["error_step"]) == ("exec-0001", "start")
    assert context["error_message"] == "appointments-web: ERROR (spawn error)"
    assert context["state_before"]["services.records-db.state"] == "stopped"
    (run,) = data["parent_execution_history"]
    assert (run["execution_id"], run["runbook_version"], run["success"]) == ("exec-0001", 1, False)
    assert run["error_step"] == "start"
    assert data["test_results"] == []


def test_a_comparison_says_what_differs_in_meaning(proposed: Service) -> None:
    data = look(proposed, f"comparison/{NAME}")
    assert (data["parent"]["version"], data["improved"]["version"]) == (1, 2)
    assert data["parent"]["text"] == RUNBOOK
    (difference,) = data["differences"]
    assert difference["runbook"] == "RB-LIN-SERVICE-001"
    assert difference["risk"] in {"low", "medium", "high"}
    assert any("records-db" in change for change in difference["changes"])


def test_the_plain_name_means_the_newest_open_proposal_and_a_number_names_one(fresh: Service) -> None:
    first, second, third = (hand_made(fresh, f"{n}s", f"a{n}", n) for n in (2, 3, 4))
    fresh.forge.reviews().reject(third, "not now", later(9))
    assert look(fresh, f"runbook/{NAME}")["pull_request"] == second
    assert look(fresh, f"runbook/{NAME}@{first}")["runbook"]["verify"]["settle"] == "2s"
    assert look(fresh, f"comparison/{NAME}@{third}")["improved"]["runbook"]["verify"]["settle"] == "4s"


@pytest.mark.parametrize(
    "name",
    [
        "RB-LIN-SERVICE-001-v3",
        "RB-LIN-SERVICE-001-v2@99",
        "RB-LIN-OTHER-001-v2@1",
        "RB-LIN-SERVICE-001-v3@1",
        "RB-LIN-SERVICE-001-v0",
        "RB-LIN-SERVICE-001-v2@",
        "rb-lin-service-001-v2",
        "RB-LIN-SERVICE-001-v2%00",
        "RB-LIN-SERVICE-001-v%D9%A2",
        "..%2f..%2fetc",
        "RB-" + "A-" * 60 + "1-v2",
    ],
)
def test_what_nobody_proposed_is_not_there(service: Service, name: str) -> None:
    if not service.pulls():
        hand_made(service, "2s", "ab")
    for path in ("runbook", "comparison"):
        assert set(look(service, f"{path}/{name}", 404)) == {"error"}


def test_a_forged_start_hides_nothing_from_a_reviewer(fresh: Service) -> None:
    """What is compared starts where the branch left the base, whatever the record says."""
    from tests.support.forge import smuggled

    text = RUNBOOK.replace("version: 1", "version: 2").replace("settle: 1s", "settle: 0s").encode()
    start = fresh.forge.push({RUNBOOK_PATH: text}, by="mallory", ref="refs/heads/x", on=fresh.forge.main)
    head = fresh.forge.push({RUNBOOK_PATH: text + b"# more\n"}, by="mallory", ref="refs/heads/x")
    smuggled(fresh.forge, {}, head, by="mallory", start=start)
    data = look(fresh, f"comparison/{NAME}@1")
    assert data["parent"]["version"] == 1
    assert any("settle" in change for each in data["differences"] for change in each["changes"])


def test_stats_count_every_status(fresh: Service) -> None:
    zero = dict.fromkeys(["pending_review", "in_review", "needs_changes", "approved", "rejected"], 0)
    assert look(fresh, "stats") == {"queue_stats": {**zero, "high_priority_pending": 0}}
    numbers = [hand_made(fresh, f"{n}s", f"b{n}", n) for n in range(2, 6)]
    fresh.forge.reviews().reject(numbers[0], "no", later(9))
    fresh.forge.reviews().request_changes(numbers[1], "longer", later(9))
    fresh.forge.green(fresh.pulls()[2])
    fresh.forge.reviews().approve(numbers[2], later(10))
    counted = {"pending_review": 1, "needs_changes": 1, "approved": 1, "rejected": 1}
    assert look(fresh, "stats")["queue_stats"] == {**zero, **counted, "high_priority_pending": 0}


def test_history_tells_what_was_decided_the_newest_first(fresh: Service) -> None:
    first, second, third = (hand_made(fresh, f"{n}s", f"c{n}", n) for n in (2, 3, 4))
    fresh.forge.reviews().reject(second, "start the cache, too", later(20), "needs-work")
    fresh.forge.reviews("alex").reject(first, "never", later(21))
    data = look(fresh, "history")
    assert (data["count"], [entry["pull_request"] for entry in data["reviews"]]) == (2, [first, second])
    newest, older = data["reviews"]
    assert (newest["status"], newest["reviewed_by"], newest["closed_reason"]) == ("rejected", "alex", "never")
    assert (older["status"], older["closed_as"]) == ("needs_changes", "needs-work")
    assert look(fresh, "history?status=needs_changes&limit=1")["count"] == 1
    assert look(fresh, "history?status=approved") == {"count": 0, "reviews": []}
    assert third in {entry["pull_request"] for entry in look(fresh, "pending")["pending_reviews"]}


@pytest.mark.parametrize("query", ["history?limit=0", "history?status=open", "history?limit=501"])
def test_an_odd_question_is_refused(service: Service, query: str) -> None:
    assert look(service, query, 400)["error"].startswith("$.query.")


PATHS = [f"runbook/{NAME}", f"comparison/{NAME}", "stats", "history"]


@pytest.mark.parametrize("path", PATHS)
def test_an_agent_sees_nothing_of_the_reviews(service: Service, path: str) -> None:
    assert service.ask("GET", f"/api/review/{path}").status == 403
    assert service.ask("GET", f"/api/review/{path}", token="rw_reviewer_" + "x" * 43).status == 401


@pytest.mark.parametrize("verb", ["approve", "reject", "changes"])
def test_an_agent_decides_nothing(service: Service, verb: str) -> None:
    headers = {"X-GitHub-Token": "ghp_mine"}
    assert service.ask("POST", f"/api/review/{verb}/{NAME}", {"reason": "x"}, **headers).status == 403
    assert service.ask("POST", f"/api/review/{verb}/{NAME}", {"reason": "x"}, token="", **headers).status == 401


@pytest.mark.parametrize("verb", ["approve", "reject", "changes"])
def test_where_a_persons_key_decides_the_service_says_how_and_does_nothing(proposed: Service, verb: str) -> None:
    body = {"reviewer": "dana", "notes": "fine", "reason": "no", "requested_changes": "more"}
    for headers in ({}, {"X-GitHub-Token": "ghp_mine"}):
        said = post(proposed, f"{verb}/{NAME}", body, 403, **headers)["error"]
        assert "[reviewer.key]" in said
        assert "`runwright review show 1`" in said
    assert proposed.pulls()[0].state == "open"
    assert proposed.pulls()[0].decisions == ()
    assert "ghp_mine" not in (proposed.folder / "service.log").read_text()


@pytest.mark.parametrize("token", ["a b", "x" * 5000, "gho_é"])
def test_what_cannot_be_a_token_is_refused_and_not_repeated(service: Service, token: str) -> None:
    said = post(service, f"approve/{NAME}", {}, 400, **{"X-GitHub-Token": token})["error"]
    assert said.startswith("X-GitHub-Token: expected one token")
    assert token not in said


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"a": NaN}', b'{"a": 1, "a": 2}'])
def test_a_decision_that_is_no_object_is_refused(service: Service, body: bytes) -> None:
    assert set(post(service, f"approve/{NAME}", body, 400)) == {"error"}


def test_the_interface_names_the_header_with_the_persons_token(service: Service) -> None:
    paths = service.client.request("GET", service.url + "/openapi.json").json()["paths"]
    for verb in ("approve", "reject", "changes"):
        described = paths[f"/api/review/{verb}/{{name}}"]["post"]
        assert "X-GitHub-Token" in [parameter["name"] for parameter in described["parameters"]]
        assert "reviewer" in described["requestBody"]["content"]["application/json"]["schema"]["properties"]
