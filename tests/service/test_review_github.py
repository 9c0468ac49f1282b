"""The review API at GitHub: it acts with the person's own token, and with no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.github import faults
from tests.support.github.open_site import github_site as open_site
from tests.support.github.site import GitHubSite
from tests.support.hosted_service import HostedService, make_hosted
from tests.support.service_site import failed_run
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
