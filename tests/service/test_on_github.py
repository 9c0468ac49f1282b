"""The service on a repository at GitHub: from a failure to a pull request, and whatever becomes of it there."""

from __future__ import annotations

import json
import re
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runwright.learn.body_boxes import BOXES, DRAFT_AGAIN, STOP
from tests.support.github import faults
from tests.support.github.hooks import all_examples, examples, signature
from tests.support.github.site import GitHubSite
from tests.support.hosted_service import HostedService, make_hosted
from tests.support.service_site import RUNBOOK_PATH, failed_run
from tests.support.until import until

pytestmark = pytest.mark.needs("github-server")
RECORDINGS = "tests/recordings/RB-LIN-SERVICE-001"


@pytest.fixture
def service(github_site: GitHubSite, tmp_path: Path) -> Iterator[HostedService]:
    made = make_hosted(github_site, tmp_path)
    yield made
    made.close()


def proposed(service: HostedService) -> dict[str, Any]:
    """Start, fail once, and give the pull request."""
    service.start()
    service.post(failed_run("exec-1"))
    return service.wait_for_pull()


def labels(pull: dict[str, Any]) -> set[str]:
    return {label["name"] for label in pull["labels"]}


def test_a_failure_becomes_a_pull_request_with_its_recording_and_the_next_ones_are_added_to_it(
    service: HostedService,
) -> None:
    pull = proposed(service)
    assert service.stages() == {"exec-1": "proposed"}
    assert pull["user"]["login"] == "runwright[bot]"
    assert {"runwright", "priority:high", "risk:low", "failure:runbook_insufficient"} <= labels(pull)
    assert {one["login"] for one in pull["requested_reviewers"]} == {"dana", "erin"}
    files = service.act("dana", "GET", f"pulls/{pull['number']}/files")
    recording = f"{RECORDINGS}/exec-1.json"
    assert {one["filename"] for one in files} - {RUNBOOK_PATH, recording} <= {f"{RECORDINGS}/MANIFEST"}
    for number in range(2, 5):
        service.post(failed_run(f"exec-{number}"))
    service.settled()
    until(lambda: "Seen 4 times" in "".join(one["body"] for one in service.comments()), what="it is told")
    until(lambda: "| seen | 4× |" in service.pull()["body"], what="the table says so, too")
    assert len(service.comments()) == len(service.site.pulls) == 1
    assert sum("POST" in one and one.endswith("/pulls") for one in service.writes()) == 1


def test_a_token_without_an_app_does_as_well(github_site: GitHubSite, tmp_path: Path) -> None:
    service = make_hosted(github_site, tmp_path, as_app=False)
    try:
        assert proposed(service)["user"]["login"] == "runwright-bot"
    finally:
        service.close()


def test_a_merge_whose_webhooks_are_all_lost_is_seen_all_the_same(github_site: GitHubSite, tmp_path: Path) -> None:
    service = make_hosted(github_site, tmp_path, reconcile=2)
    try:
        pull = proposed(service)
        github_site.hooks.settle()
        for name in ("pull_request_review", "pull_request.closed", "push", "push", "push"):
            github_site.hooks.lose(name)
        assert_merged(service, service.merge(pull["number"]))
    finally:
        service.close()


def test_webhooks_that_come_twice_under_one_id_or_two_and_the_last_one_first_come_to_the_same(
    service: HostedService,
) -> None:
    pull = proposed(service)
    hooks = service.site.hooks
    hooks.settle()
    before = service.writes()
    hooks.double("pull_request.closed")
    hooks.twin("push")
    hooks.twin("pull_request_review")
    hooks.hold()
    merged = service.merge(pull["number"])
    people = ["POST /repos/acme/runbooks/pulls/1/reviews", "PUT /repos/acme/runbooks/pulls/1/merge"]
    hooks.release(lambda held: [*reversed(held), *held])
    assert_merged(service, merged)
    hooks.settle()
    assert {one.status for one in hooks.sent} == {202}
    assert [one for one in service.writes()[len(before) :] if not one.endswith("/access_tokens")] == people


def assert_merged(service: HostedService, merged: str) -> None:
    """The service has seen a merge, and nothing else has come of it."""
    until(lambda: service.mirrored() == merged, timeout=60, what="the mirror has the merge")
    until(lambda: service.is_done_with(1), timeout=60, what="it is noted")
    assert (len(service.site.pulls), service.pull()["state"], service.comments()) == (1, "closed", [])


def test_draft_it_again_closes_it_as_needs_work_once_and_its_failure_is_thought_about_anew(
    service: HostedService,
) -> None:
    pull = proposed(service)
    tick(service, pull, DRAFT_AGAIN)
    until(lambda: service.pull()["state"] == "closed", timeout=60, what="it is closed")
    until(lambda: service.stages() == {"exec-1": "needs_person"}, timeout=60, what="its failure was thought about")
    assert "closed:needs-work" in labels(service.pull())
    (said,) = service.comments()
    assert "a person ticked that it should be drafted again" in said["body"]
    ((reason,),) = service.rows("select reason from executions where execution_id = 'exec-1'")
    assert "the same change was closed as needs-work in #1" in reason
    assert len(service.site.pulls) == 1


def test_a_person_who_closes_it_as_needs_work_has_it_thought_about_at_once_with_what_they_said(
    service: HostedService,
) -> None:
    pull = proposed(service)
    service.act("erin", "POST", f"issues/{pull['number']}/labels", {"labels": ["needs-work"]})
    service.act("erin", "POST", f"issues/{pull['number']}/comments", {"body": "start the cache, too"})
    service.act("erin", "PATCH", f"pulls/{pull['number']}", {"state": "closed"})
    until(lambda: service.stages() == {"exec-1": "needs_person"}, timeout=60, what="it was thought about anew")
    ((reason,),) = service.rows("select reason from executions where execution_id = 'exec-1'")
    assert "the same change was closed as needs-work in #1: start the cache, too" in reason


def test_a_person_who_closes_it_says_no_and_the_same_is_not_proposed_again(service: HostedService) -> None:
    pull = proposed(service)
    service.act("erin", "POST", f"issues/{pull['number']}/comments", {"body": "that service is going away"})
    service.act("erin", "PATCH", f"pulls/{pull['number']}", {"state": "closed"})
    service.site.hooks.settle()
    service.post(failed_run("exec-2"))
    assert service.settled(60) == {"exec-1": "proposed", "exec-2": "refused_before"}
    assert len(service.site.pulls) == 1


def test_stop_updating_leaves_the_text_and_the_branch_as_they_are(service: HostedService) -> None:
    pull = proposed(service)
    tick(service, pull, STOP)
    before = service.pull()
    for number in range(2, 5):
        service.post(failed_run(f"exec-{number}"))
    service.settled()
    until(lambda: service.rows("select count from evidence_told") == [(4,)], timeout=60, what="all is counted")
    after = service.pull()
    assert (after["body"], after["head"]["sha"], labels(after)) == (
        before["body"],
        before["head"]["sha"],
        labels(before),
    )


def tick(service: HostedService, pull: dict[str, Any], box: Any) -> None:
    """Tick a box as a person does on the page, which ends lines its own way."""
    text = pull["body"].replace(f"- [ ] {BOXES[box]}", f"- [x] {BOXES[box]}").replace("\n", "\r\n")
    assert text.count("- [x] ") == 1
    service.act("erin", "PATCH", f"pulls/{pull['number']}", {"body": text})
    service.site.hooks.settle()


def test_a_token_that_is_refused_in_the_middle_is_renewed_and_nothing_is_done_twice(service: HostedService) -> None:
    service.site.faults.add(faults.bad_credentials(), "POST", "/pulls$")
    service.site.faults.add(faults.bad_credentials(), "POST", "/git/commits$")
    pull = proposed(service)
    tokens = [one for one in service.writes() if one.endswith("/access_tokens")]
    assert len(tokens) == 3
    assert (len(service.site.pulls), pull["state"]) == (1, "open")


POINTS = ["references_moved", "hosted_written/pull", "hosted_written/reviewers"]


@pytest.mark.parametrize("point", POINTS)
def test_a_service_that_is_killed_between_two_writes_goes_on_with_the_next_life(
    service: HostedService, point: str
) -> None:
    service.start(f"kill@{point}")
    service.post(failed_run("exec-1"))
    until(lambda: not service.alive(), timeout=60, what="it is killed")
    service.end()
    assert service.faults() == [point]
    service.start()
    pull = service.wait_for_pull()
    assert "runwright" in labels(pull)
    assert {one["login"] for one in pull["requested_reviewers"]} == {"dana", "erin"}
    assert len(service.site.pulls) == 1
    assert [ref for ref in service.site.bare.refs() if ref.startswith("refs/heads/runwright/")] == [
        f"refs/heads/{pull['head']['ref']}"
    ]


def test_a_gateway_that_fails_after_the_write_leaves_one_pull_request(service: HostedService) -> None:
    service.site.faults.add(faults.bad_gateway(after=True), "POST", "/pulls$")
    service.site.faults.add(faults.dropped(after=True), "POST", "/git/refs$")
    service.site.faults.add(faults.dropped(after=True), "POST", "/labels$")
    pull = proposed(service)
    assert (len(service.site.pulls), pull["state"]) == (1, "open")
    assert "runwright" in labels(pull)


def test_a_pause_that_github_asks_for_outlives_the_process_and_nothing_is_asked_meanwhile(
    service: HostedService,
) -> None:
    service.site.faults.add(faults.secondary_limit(retry_after=3600), "POST", "/pulls$")
    service.start()
    service.post(failed_run("exec-1"))
    until(lambda: service.rows("select name from pauses") == [("github",)], timeout=60, what="the pause is kept")
    until(lambda: service.rows("select due_at from failures where delays > 0"), timeout=60, what="it is put off")
    service.kill()
    asked = len(service.site.requests)
    service.start()
    assert service.post(failed_run("exec-2")).status == 202, "agents are heard all the same"
    said = service.ask("GET", "/api/review/pending", token=service.token(None))
    assert (said.status, said.headers["retry-after"] != "") == (503, True)
    until(lambda: service.ask("GET", "/readyz").data["status"] == "degraded", what="it says so")
    service.kill()
    assert [f"{one.method} {one.path}" for one in service.site.requests[asked:]] == []
    assert not service.site.pulls


def test_a_github_that_is_away_is_waited_for_and_meanwhile_agents_are_told_yes(service: HostedService) -> None:
    service.start()
    service.site.faults.add(faults.bad_gateway(), times=100_000)
    assert service.post(failed_run("exec-1")).status == 202
    until(lambda: service.rows("select delays from failures where delays > 0"), timeout=60, what="it is put off")
    service.site.faults.planted.clear()
    pull = service.wait_for_pull()
    assert (len(service.site.pulls), pull["state"]) == (1, "open")


def test_every_example_of_githubs_own_payloads_is_taken(service: HostedService) -> None:
    service.start()
    for event in all_examples():
        for payload in examples(event):
            assert hook(service, event, payload) in {"ignored", "accepted", "duplicate"}, event
    assert service.rows("select repository from deliveries where repository <> 'acme/runbooks'") == []


def hook(service: HostedService, event: str, payload: Any) -> str:
    """Deliver one payload past the site."""
    body = json.dumps(payload).encode()
    answer = service.ask(
        "POST",
        "/webhooks/github",
        body,
        "",
        **{
            "Content-Type": "application/json",
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": str(uuid.uuid4()),
            "X-Hub-Signature-256": signature(service.site.webhook_secret, body),
        },
    )
    assert answer.status == 202, (event, answer.data)
    return str(answer.data["status"])


def test_no_secret_of_the_service_stands_in_its_state_its_log_or_at_github(service: HostedService) -> None:
    proposed(service)
    state = service.folder / "state"
    key = (state / "redaction.key").read_text()
    assert stat.S_IMODE((state / "redaction.key").stat().st_mode) == 0o600
    tokens = [*service.site.accounts.installations, service.site.webhook_secret]
    assert tokens
    kept = [path for path in state.rglob("*") if path.is_file() and path.name != "redaction.key"]
    for secret in (*tokens, key):
        assert secret not in service.log.read_text()
        assert not [path for path in kept if secret.encode() in path.read_bytes()]
        assert secret not in str(service.pull())
    service.end()
    service.start()
    assert (state / "redaction.key").read_text() == key, "marks stay the same over a restart"


def test_a_forks_pull_request_that_edits_workflows_opens_nothing_and_learns_nothing(service: HostedService) -> None:
    pull = proposed(service)
    fork, before = service.site.fork("gina"), service.writes()
    evil = {".github/workflows/validate.yml": b"on: pull_request_target\n", ".github/CODEOWNERS": b"* @gina\n"}
    service.site.bares[fork].commit_files(pull["head"]["ref"], evil, "Please merge\n")
    body = {"title": pull["title"], "body": pull["body"], "head": f"gina:{pull['head']['ref']}", "base": "main"}
    theirs = service.act("gina", "POST", "pulls", body)
    service.site.hooks.settle()
    until(lambda: f"pull={theirs['number']}\n" in service.log.read_text(), what="the hint is taken")
    service.post(failed_run("exec-2"))
    service.settled()
    until(lambda: service.rows("select count from evidence_told") == [(2,)], timeout=60, what="it is told")
    on_theirs = re.compile(rf"/(pulls|issues)/{theirs['number']}(/|$)")
    assert not [one for one in service.writes()[len(before) :] if on_theirs.search(one)]
    assert service.comments(theirs["number"]) == []
    assert service.stages()["exec-2"] == "evidence_added", "to our own, though theirs looks just like it"
    assert service.rows("select distinct pull_number from proposal_links") == [(pull["number"],)]
