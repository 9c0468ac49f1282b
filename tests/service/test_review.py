"""The queue of reviews is a view of the open pull requests; health and the interface's description."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.model.proposal import Proposal
from tests.support.forge import RUNBOOK, later
from tests.support.service_site import Service, failed_run

PENDING = "/api/review/pending"


def pending(service: Service, query: str = "", status: int = 200) -> Any:
    answer = service.ask("GET", PENDING + query, token=service.token(None))
    assert answer.status == status, answer.data
    return answer


def opened(service: Service, fingerprint: str, minutes: float, *labels: str) -> int:
    proposal = Proposal(
        runbook_id="RB-LIN-SERVICE-001",
        fingerprint=fingerprint * 8,
        title=f"runbook(RB-LIN-SERVICE-001): change {fingerprint}",
        body="Why.",
        labels=("runwright", *labels),
        evidence=(f"exec-{fingerprint}",),
        files={RUNBOOK: f"id: RB-LIN-SERVICE-001\nversion: {len(fingerprint)}\n"},
    )
    return service.forge.bot().open(proposal, later(minutes)).number


def test_the_queue_has_the_fields_that_reviewers_know(fresh: Service) -> None:
    fresh.post(failed_run())
    fresh.settled()
    (entry,) = pending(fresh).data["pending_reviews"]
    created = entry.pop("created_at")
    assert created.endswith("Z")
    assert entry == {
        "runbook_id": "RB-LIN-SERVICE-001-v2",
        "status": "pending_review",
        "priority": "high",
        "reason": fresh.pulls()[0].title,
        "failure_execution_id": "exec-0001",
        "reviewed_by": None,
        "reviewed_at": None,
        "approval_notes": None,
        "test_results": [],
        "pull_request": 1,
    }


def test_the_queue_is_sorted_by_priority_then_age(fresh: Service) -> None:
    opened(fresh, "a1", 1, "priority:low")
    opened(fresh, "a2", 4, "priority:high")
    opened(fresh, "a3", 3, "priority:high")
    opened(fresh, "a4", 2)
    entries = pending(fresh).data["pending_reviews"]
    assert [entry["failure_execution_id"] for entry in entries] == ["exec-a3", "exec-a2", "exec-a4", "exec-a1"]
    assert [entry["priority"] for entry in entries] == ["high", "high", "medium", "low"]


def test_the_queue_is_filtered_and_cut_and_still_counts_all(fresh: Service) -> None:
    for number in range(3):
        opened(fresh, f"b{number}", number + 1, "priority:high")
    opened(fresh, "b9", 9, "priority:low")
    answer = pending(fresh, "?priority=high&limit=2")
    assert answer.data["count"] == 3
    assert [item["failure_execution_id"] for item in answer.data["pending_reviews"]] == ["exec-b0", "exec-b1"]
    assert pending(fresh, "?priority=medium").data == {"count": 0, "pending_reviews": []}


def test_what_a_person_answered_is_no_longer_pending(fresh: Service) -> None:
    first, second = opened(fresh, "c1", 1), opened(fresh, "c2", 2)
    fresh.forge.reviews().reject(first, "not now", later(5))
    fresh.forge.reviews().request_changes(second, "start it later", later(6))
    assert pending(fresh).data == {"count": 0, "pending_reviews": []}


def test_checks_are_shown_as_test_results(fresh: Service) -> None:
    opened(fresh, "d1", 1)
    fresh.forge.green(fresh.pulls()[0], "validate")
    (entry,) = pending(fresh).data["pending_reviews"]
    assert entry["test_results"] == [
        {"test_name": "validate", "passed": True, "details": {"summary": "validate: success"}}
    ]


@pytest.mark.parametrize("query", ["?limit=0", "?limit=x", "?limit=501", "?priority=urgent"])
def test_an_odd_question_is_refused_with_its_place(service: Service, query: str) -> None:
    answer = pending(service, query, 400)
    assert answer.data["error"].startswith("$.query.")


def test_health_and_readiness_need_no_token(service: Service) -> None:
    health = service.client.request("GET", service.url + "/healthz")
    ready = service.client.request("GET", service.url + "/readyz")
    assert (health.status, health.json()) == (200, {"status": "ok"})
    checks = {"database": "ok", "repository": "ok", "worker": "ok"}
    assert (ready.status, ready.json()) == (200, {"status": "ready", "checks": checks})


def test_the_page_about_the_interface_needs_no_network(service: Service) -> None:
    page = service.client.request("GET", service.url + "/docs")
    assert page.status == 200
    assert b"POST /api/agent/executions" in page.data
    assert b"//" not in page.data.replace(b"<!doctype", b"")
    assert b"<script" not in page.data


def test_the_interface_is_described_for_machines(service: Service) -> None:
    paths = service.client.request("GET", service.url + "/openapi.json").json()["paths"]
    assert {
        "/api/agent/executions",
        "/api/agent/sync/pattern-stats",
        "/api/agent/sync/promoted-rules",
        "/api/agent/commands",
        "/api/agent/status",
        "/api/review/pending",
        "/healthz",
        "/readyz",
    } <= set(paths)
