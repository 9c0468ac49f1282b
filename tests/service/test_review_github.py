"""The review API at GitHub: it acts with the person's own token, and with no other."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runwright.cli.access_wiring import granted
from tests.support.github import faults
from tests.support.github.open_site import github_site as open_site
from tests.support.github.site import GitHubSite
from tests.support.hosted_service import HostedService, make_hosted
from tests.support.service_site import RUNBOOK_PATH, Answer, failed_run
from tests.support.until import until

pytestmark = pytest.mark.needs("github-server")
NAME = "RB-LIN-SERVICE-001-v2"
ACTIONS = 816
"""The installation of GitHub Actions at the test's GitHub."""


@pytest.fixture
def service(github_site: GitHubSite, tmp_path: Path) -> Iterator[HostedService]:
    made = proposed(github_site, tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def refusing(github_server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostedService]:
    """One for all that is refused: it stays as it is."""
    del github_server
    with open_site(tmp_path_factory.mktemp("github")) as site:
        made = proposed(site, tmp_path_factory.mktemp("service"))
        yield made
        made.close()


def proposed(site: GitHubSite, folder: Path) -> HostedService:
    """A service that proposed a better runbook."""
    made = make_hosted(site, folder)
    made.start()
    made.post(failed_run("exec-1"))
    made.wait_for_pull()
    return made


def ask(service: HostedService, path: str, body: Any = None, by: str = "", status: int = 200, **headers: str) -> Any:
    """Ask as a reviewer; what changes something brings the token of a person."""
    token = {"X-GitHub-Token": service.site.tokens[by]} if by else {}
    method = "GET" if body is None else "POST"
    got = service.ask(method, f"/api/review/{path}", body, service.token(None), **token, **headers)
    assert got.status == status, got.data
    return got.data


def green(service: HostedService) -> str:
    """Let CI say yes; gives the head."""
    head = service.site.pulls[1].head_sha
    token = service.site.token_for({"checks": "write", "metadata": "read"}, ACTIONS)
    done = {"status": "completed", "conclusion": "success", "completed_at": "2026-03-02T09:02:00Z"}
    for name in ("validate", "replay"):
        url = f"{service.site.api}/repos/{service.site.repository}/check-runs"
        body = {"name": name, "head_sha": head, **done}
        got = service.client.request("POST", url, json=body, headers={"Authorization": f"Bearer {token}"})
        assert got.status == 201, got.data
    return head


def used(service: HostedService, login: str) -> list[str]:
    """What somebody's token was used to change."""
    token = service.site.tokens[login]
    return [f"{one.method} {one.path}" for one in service.site.requests if one.token == token and one.method != "GET"]


def test_a_reviewer_looks_approves_and_it_is_merged_in_their_name(service: HostedService) -> None:
    head = green(service)
    looked = ask(service, f"runbook/{NAME}")
    assert (looked["head_sha"], looked["pull_request"]) == (head, 1)
    assert looked["failure_context"]["execution_id"] == "exec-1"
    assert ask(service, f"comparison/{NAME}@1")["improved"]["version"] == 2
    body = {"reviewer": "Erin", "notes": "fine", "head_sha": head}
    told = ask(service, f"approve/{NAME}", body, by="erin")
    merged = service.site.pulls[1].merge_sha
    assert told == {
        "runbook_id": NAME,
        "status": "approved",
        "pull_request": 1,
        "reviewed_by": "erin",
        "head_sha": head,
        "merge_commit": merged,
        "waits_for": None,
    }
    changes = [one.partition("/pulls/")[2] for one in used(service, "erin")]
    assert changes == ["1/reviews", "1/merge"]
    until(lambda: ask(service, "stats")["queue_stats"]["approved"] == 1, what="the queue has it as approved")
    (entry,) = ask(service, "history?status=approved")["reviews"]
    assert (entry["runbook_id"], entry["reviewed_by"], entry["merge_commit"]) == (NAME, "erin", merged)
    for login in ("erin", "bot"):
        assert service.site.tokens[login] not in service.log.read_text()
    stored = (path for path in (service.folder / "state").rglob("*") if path.is_file())
    assert not [path for path in stored if service.site.tokens["erin"].encode() in path.read_bytes()]


def test_without_a_persons_token_nothing_is_decided(refusing: HostedService) -> None:
    service = refusing
    before = len(service.writes())
    for verb, body in (("approve", {}), ("reject", {"reason": "no"}), ("changes", {"requested_changes": "more"})):
        said = ask(service, f"{verb}/{NAME}", body, status=403)["error"]
        assert "[reviewer.token]" in said
        app = {"X-GitHub-Token": service.site.token_for({"metadata": "read", "contents": "write"})}
        assert "[reviewer.bot]" in ask(service, f"{verb}/{NAME}", body, status=403, **app)["error"]
        wrong = {"X-GitHub-Token": "ghp_wrong"}
        assert "[reviewer.token]" in ask(service, f"{verb}/{NAME}", body, status=403, **wrong)["error"]
    assert len(service.writes()) == before
    assert service.site.pull_json(1)["state"] == "open"


def test_nobody_is_somebody_else(refusing: HostedService) -> None:
    said = ask(refusing, f"approve/{NAME}", {"reviewer": "dana"}, by="erin", status=403)["error"]
    assert "[reviewer.other]" in said
    assert used(refusing, "erin") == []


def test_what_the_command_line_refuses_is_refused_here(refusing: HostedService) -> None:
    service = refusing
    ask(service, f"runbook/{NAME}")
    said = ask(service, f"approve/{NAME}", {}, by="erin", status=409)["error"]
    assert "[check.missing]" in said
    green(service)
    assert "[reviewer.not_owner]" in ask(service, f"approve/{NAME}", {}, by="frank", status=403)["error"]
    assert "[reviewer.permission]" in ask(service, f"reject/{NAME}", {"reason": "x"}, by="gina", status=403)["error"]
    moved = {"head_sha": "a" * 40}
    assert "[pull.head_moved]" in ask(service, f"approve/{NAME}", moved, by="erin", status=409)["error"]
    for verb, body in (
        ("reject", {}),
        ("reject", {"reason": " "}),
        ("reject", {"reason": "x", "close_as": "because"}),
        ("changes", {"requested_changes": 5}),
        ("approve", {"notes": ["x"]}),
        ("approve", {"head_sha": "main"}),
    ):
        assert ask(service, f"{verb}/{NAME}", body, by="erin", status=400)["error"].startswith("$.")
    assert used(service, "erin") == []


def test_a_no_and_a_wish_are_said_in_the_persons_name(service: HostedService) -> None:
    told = ask(service, f"changes/{NAME}", {"requested_changes": "start the cache"}, by="erin")
    assert (told["status"], told["reviewed_by"]) == ("needs_changes", "erin")
    assert ask(service, "pending")["count"] == 0
    told = ask(service, f"reject/{NAME}@1", {"reason": "never", "reviewer": "dana"}, by="dana")
    assert (told["status"], told["runbook_id"]) == ("rejected", NAME)
    assert [(one["user"]["login"], one["body"]) for one in service.comments(1)][-1] == ("dana", "never")
    (entry,) = ask(service, "history")["reviews"]
    assert (entry["closed_as"], entry["closed_reason"]) == ("rejected", "never")


def test_githubs_limit_is_told_with_its_time_and_asking_again_does_it_once(service: HostedService) -> None:
    head = green(service)
    service.site.faults.add(faults.secondary_limit(retry_after=7), "POST", r"/pulls/1/reviews$")
    token = {"X-GitHub-Token": service.site.tokens["erin"]}
    got = service.ask("POST", f"/api/review/approve/{NAME}", {"head_sha": head}, service.token(None), **token)
    assert (got.status, got.headers["Retry-After"]) == (503, "7")
    assert "asking again is safe" in got.data["error"]
    service.site.faults.add(faults.bad_gateway(after=True), "PUT", r"/pulls/1/merge$")
    assert ask(service, f"approve/{NAME}", {"head_sha": head}, by="erin")["status"] == "approved"
    found = service.site.told("GET", f"/repos/{service.site.repository}/pulls/1/reviews")
    assert [(one["user"]["login"], one["state"]) for one in found] == [("erin", "APPROVED")]


# Which commit is approved.


def pushed_on(service: HostedService) -> str:
    """Somebody changes the proposed runbook after the look; gives the new head."""
    branch, bare = service.site.pulls[1].head_ref, service.site.bare
    tip = bare.resolve(f"refs/heads/{branch}")
    old = service.site.git.read_file(str(tip), RUNBOOK_PATH) or b""
    new = {"message": "mine", "content": base64.b64encode(old + b"# mine\n").decode(), "branch": branch}
    service.act("frank", "PUT", f"contents/{RUNBOOK_PATH}", {**new, "sha": bare.resolve(f"{tip}:{RUNBOOK_PATH}")})
    return str(service.site.pulls[1].head_sha)


def test_who_was_shown_nothing_approves_nothing_and_is_told_what_to_send(service: HostedService) -> None:
    head = green(service)
    said = ask(service, f"approve/{NAME}", {"notes": "fine"}, by="erin", status=409)["error"]
    assert "[pull.not_seen]" in said
    assert f'"head_sha": "{head}"' in said
    assert used(service, "erin") == []
    assert ask(service, f"approve/{NAME}", {"head_sha": head}, by="erin")["status"] == "approved"


@pytest.mark.parametrize("look", ["runbook", "comparison"])
def test_the_payload_without_a_commit_approves_what_this_reviewer_was_shown(service: HostedService, look: str) -> None:
    head = green(service)
    another, _ = granted(service.folder / "state", service.database_url, "reviewer", None)
    other = service.ask("GET", f"/api/review/{look}/{NAME}", None, another)
    assert other.data["head_sha"] == head
    said = ask(service, f"approve/{NAME}", {"notes": "fine"}, by="erin", status=409)["error"]
    assert "[pull.not_seen]" in said, "somebody else's look is not theirs"
    ask(service, f"{look}/{NAME}")
    told = ask(service, f"approve/{NAME}", {"reviewer": "erin", "notes": "fine"}, by="erin")
    assert (told["status"], told["head_sha"]) == ("approved", head)


def test_what_was_pushed_after_the_look_is_not_approved(service: HostedService) -> None:
    green(service)
    seen = ask(service, f"runbook/{NAME}")["head_sha"]
    assert pushed_on(service) != seen
    green(service)

    def answered() -> Answer | None:
        token = {"X-GitHub-Token": service.site.tokens["erin"]}
        said = service.ask("POST", f"/api/review/approve/{NAME}", {"notes": "fine"}, service.token(None), **token)
        return said if said.status != 503 else None  # until the service has the new commit

    said = until(answered, what="an answer about the new head")
    assert (said.status, "[pull.head_moved]" in said.data["error"]) == (409, True)
    assert used(service, "erin") == []


# Reporting a test.

STAGED: dict[str, Any] = {
    "test_name": "staging_deployment",
    "passed": True,
    "details": {"host": "staging-3", "seconds": 41},
}


def results(service: HostedService) -> list[tuple[str, bool | None]]:
    """What the queue says of checks and tests."""
    found = ask(service, f"runbook/{NAME}")["test_results"]
    return [(one["test_name"], one["passed"]) for one in found]


def test_what_came_of_a_test_stands_on_exactly_that_commit_in_the_persons_name(service: HostedService) -> None:
    said = ask(service, f"test/{NAME}", STAGED, by="erin", status=409)["error"]
    assert "[pull.not_seen]" in said
    head = ask(service, f"runbook/{NAME}")["head_sha"]
    told = ask(service, f"test/{NAME}", STAGED, by="erin")
    assert (told["status"], told["reviewed_by"], told["head_sha"]) == ("pending_review", "erin", head)
    ask(service, f"test/{NAME}", STAGED, by="erin")
    (status,) = service.site.statuses
    assert (status["sha"], status["creator"]["login"], status["state"]) == (head, "erin", "success")
    assert (status["context"], status["description"]) == (
        "test/staging_deployment",
        '{"host": "staging-3", "seconds": 41}',
    )
    until(lambda: results(service) == [("test-staging-deployment", True)], what="the queue tells of the test")
    assert service.site.pull_json(1)["state"] == "open"
    ask(service, f"test/{NAME}", {**STAGED, "passed": False, "head_sha": head}, by="erin")
    until(lambda: results(service) == [("test-staging-deployment", False)], what="the last word counts")


def test_a_test_is_no_check_that_a_merge_asks_for_and_no_machine_reports_one(service: HostedService) -> None:
    head = ask(service, f"runbook/{NAME}")["head_sha"]
    for name in ("validate", "replay"):
        ask(service, f"test/{NAME}", {"test_name": name, "passed": True, "head_sha": head}, by="erin")
    assert {one["context"] for one in service.site.statuses} == {"test/validate", "test/replay"}
    assert "[check.missing]" in ask(service, f"approve/{NAME}", {}, by="erin", status=409)["error"]
    app = {"X-GitHub-Token": service.site.token_for({"metadata": "read", "statuses": "write"})}
    assert "[reviewer.bot]" in ask(service, f"test/{NAME}", STAGED, status=403, **app)["error"]
    assert "[reviewer.token]" in ask(service, f"test/{NAME}", STAGED, status=403)["error"]
    assert "[reviewer.permission]" in ask(service, f"test/{NAME}", STAGED, by="gina", status=403)["error"]
    for body in (
        {**STAGED, "test_name": "a b"},
        {**STAGED, "test_name": None},
        {**STAGED, "passed": "yes"},
        {**STAGED, "passed": None},
    ):
        assert ask(service, f"test/{NAME}", body, by="erin", status=400)["error"].startswith("$.")


def test_a_result_whose_answer_was_lost_is_there_once(service: HostedService) -> None:
    ask(service, f"runbook/{NAME}")
    service.site.faults.add(faults.dropped(after=True), "POST", "/statuses/")
    assert ask(service, f"test/{NAME}", STAGED, by="erin")["reviewed_by"] == "erin"
    assert len(service.site.statuses) == 1
