"""Planted faults, webhooks and the judge of requests in the tests' GitHub."""

from __future__ import annotations

import http.client
import json
import threading
import urllib.error
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.support.github import faults
from tests.support.github.description import check_answer, check_request, operations
from tests.support.github.hooks import all_examples, examples, signature
from tests.support.github.keys import jwt
from tests.support.github.messages import Answer, Request
from tests.support.github.open_site import github_site as opened_site
from tests.support.github.site import GitHubSite
from tests.support.github.talk import Voice, commit, opened, voice
from tests.support.until import until

pytestmark = pytest.mark.needs("github-server")
LABEL = {"name": "runbook", "color": "ff0000"}


class Receiver(ThreadingHTTPServer):
    """Takes webhooks and answers as it is told."""

    daemon_threads = True
    status = 202

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), Take)


class Take(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def receiver(github_site: GitHubSite) -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        github_site.hooks_to(f"http://127.0.0.1:{server.server_address[1]}/webhooks/github")
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def bot(github_site: GitHubSite) -> Voice:
    return voice(github_site, "bot")


def labels(bot: Voice) -> list[str]:
    return [one["name"] for one in bot.done("GET", "labels")]


@pytest.mark.parametrize("after", [False, True])
def test_a_bad_gateway_comes_before_or_after_the_work(github_site: GitHubSite, bot: Voice, after: bool) -> None:
    planted = github_site.faults.add(faults.bad_gateway(after=after), "POST", "/labels$")
    assert bot("POST", "labels", LABEL).status == 502
    assert ("runbook" in labels(bot)) == after
    assert planted.done == 1
    assert bot("POST", "labels", LABEL).status == (422 if after else 201)


@pytest.mark.parametrize("after", [False, True])
def test_a_connection_drops_before_or_after_the_work(github_site: GitHubSite, bot: Voice, after: bool) -> None:
    github_site.faults.add(faults.dropped(after=after), "POST", "/labels$")
    with pytest.raises((http.client.HTTPException, urllib.error.URLError, ConnectionError)):
        bot("POST", "labels", LABEL)
    assert ("runbook" in labels(bot)) == after


def test_limits_say_when_to_come_back_or_do_not(github_site: GitHubSite, bot: Voice) -> None:
    github_site.faults.add(faults.secondary_limit(retry_after=7), times=1)
    github_site.faults.add(faults.secondary_limit(status=429), times=1)
    github_site.faults.add(faults.primary_limit(reset=1_800_000_000), times=1)
    told = [bot("GET", "labels") for _ in range(4)]
    assert [one.status for one in told] == [403, 429, 403, 200]
    assert [one.headers.get("retry-after") for one in told] == ["7", None, None, None]
    assert (told[2].headers["x-ratelimit-remaining"], told[2].headers["x-ratelimit-reset"]) == ("0", "1800000000")


def test_a_fault_waits_for_its_request(github_site: GitHubSite, bot: Voice) -> None:
    github_site.faults.add(faults.bad_credentials(), "GET", "/labels$", nth=2)
    assert [bot("GET", "labels").status, bot("GET", "tags").status] == [200, 200]
    assert [bot("GET", "labels").status, bot("GET", "labels").status] == [401, 200]
    assert github_site.faults.all_met()


def test_refusals_nulls_and_garbage(github_site: GitHubSite, bot: Voice) -> None:
    number = opened(bot)["number"]
    for fault in (faults.conflict(), faults.unprocessable("No"), faults.not_yet_known()):
        github_site.faults.add(fault, "GET", f"/pulls/{number}$")
    told = [bot("GET", f"pulls/{number}") for _ in range(4)]
    assert [one.status for one in told] == [409, 422, 200, 200]
    assert [one.body.get("mergeable") for one in told[2:]] == [None, True]
    github_site.faults.add(faults.garbage())
    with pytest.raises(json.JSONDecodeError):
        bot("GET", "labels")


def test_a_slow_answer_comes_when_the_test_lets_it(github_site: GitHubSite, bot: Voice) -> None:
    gate = threading.Event()
    github_site.faults.add(faults.slow(gate), "POST", "/labels$")
    asking = threading.Thread(target=bot, args=("POST", "labels", LABEL))
    asking.start()
    until(lambda: "runbook" in labels(bot), what="the label is made")
    assert asking.is_alive()
    gate.set()
    asking.join(60)
    assert not asking.is_alive()


def test_webhooks_are_signed_and_named_as_githubs(github_site: GitHubSite, bot: Voice, receiver: Receiver) -> None:
    pull = opened(bot)
    github_site.hooks.settle()
    assert [one.name for one in github_site.hooks.sent] == ["push", "pull_request.opened"]
    headers, body = receiver.got[-1]
    assert headers["x-hub-signature-256"] == signature(github_site.webhook_secret, body)
    assert headers["user-agent"].startswith("GitHub-Hookshot/")
    assert headers["x-github-delivery"] == github_site.hooks.sent[-1].guid
    told = json.loads(body)
    assert (told["number"], told["pull_request"]["head"]["sha"]) == (pull["number"], pull["head"]["sha"])
    assert (told["installation"]["id"], told["sender"]["login"]) == (815, "runwright-bot")


def test_the_life_of_a_pull_request_is_told(github_site: GitHubSite, bot: Voice, receiver: Receiver) -> None:
    number, erin = opened(bot)["number"], voice(github_site, "erin")
    commit(bot, "runwright/a", {"b": "b"}, base="runwright/a")
    bot.done("POST", f"issues/{number}/comments", {"body": "Hello"})
    comment = bot.done("POST", f"issues/{number}/comments", {"body": "Again"})
    bot.done("DELETE", f"issues/comments/{comment['id']}")
    erin.done("POST", f"pulls/{number}/reviews", {"event": "APPROVE"})
    erin.done("PUT", f"pulls/{number}/merge", {})
    github_site.hooks.settle()
    told = [one.name for one in github_site.hooks.sent]
    assert told[2:] == [
        "push",
        "pull_request.synchronize",
        "issue_comment.created",
        "issue_comment.created",
        "issue_comment.deleted",
        "pull_request_review.submitted",
        "push",
        "pull_request.closed",
    ]
    assert github_site.hooks.sent[-1].payload["pull_request"]["merged"]


def test_what_is_told_has_what_githubs_own_examples_have(
    github_site: GitHubSite, bot: Voice, receiver: Receiver
) -> None:
    number, erin = opened(bot)["number"], voice(github_site, "erin")
    app = Voice(github_site, github_site.token_for())
    head = commit(bot, "runwright/a", {"b": "b"}, base="runwright/a")
    bot.done("POST", f"issues/{number}/comments", {"body": "Hello"})
    bot.done("POST", f"statuses/{head}", {"state": "success"})
    app.done("POST", "check-runs", {"name": "x", "head_sha": head, "status": "completed", "conclusion": "success"})
    erin.done("POST", f"pulls/{number}/reviews", {"event": "APPROVE"})
    erin.done("PUT", f"pulls/{number}/merge", {})
    github_site.hooks.settle()
    read = ("action", "number", "ref", "before", "after", "review", "comment", "issue", "check_run", "sha", "state")
    for one in github_site.hooks.sent:
        known = [set(example) for example in examples(one.event)]
        mine = {name for name in one.payload if name in read}
        assert any(mine <= names for names in known), (one.name, mine)


def test_deliveries_can_be_lost_doubled_held_and_turned_round(
    github_site: GitHubSite, bot: Voice, receiver: Receiver
) -> None:
    hooks = github_site.hooks
    hooks.lose("push")
    hooks.double("pull_request.opened")
    number = opened(bot)["number"]
    hooks.settle()
    assert [one.name for one in hooks.sent] == ["pull_request.opened"] * 2
    assert len({one.guid for one in hooks.sent}) == 1
    hooks.hold()
    for text in ("one", "two"):
        bot.done("POST", f"issues/{number}/comments", {"body": text})
    hooks.release(reversed)
    hooks.settle()
    assert [one.payload["comment"]["body"] for one in hooks.sent[2:]] == ["two", "one"]
    hooks.twin("issue_comment")
    bot.done("POST", f"issues/{number}/comments", {"body": "three"})
    hooks.settle()
    assert len({one.guid for one in hooks.sent[-2:]}) == 2


def test_a_failed_delivery_is_listed_and_tried_again_under_its_id(
    github_site: GitHubSite, bot: Voice, receiver: Receiver
) -> None:
    itself = Voice(github_site, jwt(github_site.app))
    receiver.status = 503
    bot.done("POST", "labels", LABEL)
    commit(bot, "runwright/a", {"a": "a"})
    github_site.hooks.settle()
    failed = itself.done("GET", "/app/hook/deliveries")[0]
    assert (failed["event"], failed["status_code"], failed["redelivery"]) == ("push", 503, False)
    receiver.status = 202
    assert itself("POST", f"/app/hook/deliveries/{failed['id']}/attempts").status == 202
    github_site.hooks.settle()
    again = itself.done("GET", "/app/hook/deliveries")[0]
    assert (again["guid"], again["status_code"], again["redelivery"]) == (failed["guid"], 202, True)
    assert itself.done("GET", "/app/hook/config")["secret"] == "********"


def test_githubs_examples_are_there() -> None:
    read = "pull_request pull_request_review issue_comment push check_suite workflow_run installation ping"
    assert set(read.split()) <= all_examples().keys()
    assert examples("pull_request")[0]["pull_request"]["number"]


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "trouble"),
    [
        ("GET", "/repos/acme/runbooks/pull", {}, None, "no such path"),
        ("PUT", "/repos/acme/runbooks/pulls", {}, None, "takes ['GET', 'POST']"),
        ("GET", "/repos/acme/runbooks/pulls", {"staet": "all"}, None, "query staet is not known"),
        ("GET", "/repos/acme/runbooks/pulls", {"state": "any"}, None, "query state"),
        ("GET", "/repos/acme/runbooks/pulls", {"per_page": "many"}, None, "query per_page"),
        ("POST", "/repos/acme/runbooks/pulls", {}, None, "the body is missing"),
        ("POST", "/repos/acme/runbooks/pulls", {}, {"title": "T", "head": "a"}, "'base' is a required property"),
        ("POST", "/repos/acme/runbooks/git/refs", {}, {"ref": "r", "sha": 1}, "1 is not of type 'string'"),
        ("POST", "/repos/acme/runbooks/git/refs", {}, {"ref": "r", "sha": "s", "forse": True}, "body has forse"),
        ("POST", "/repos/acme/runbooks/issues/1/labels", {}, ["x"], "is not valid under any"),
    ],
)
def test_a_wrong_request_is_found(method: str, path: str, query: dict[str, str], body: Any, trouble: str) -> None:
    data = b"" if body is None else json.dumps(body).encode()
    assert trouble in "\n".join(check_request(Request(method, path, query, {}, data)))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/v3/repos/acme/runbooks/branches/runwright/a", None),
        ("GET", "/repos/acme/runbooks/commits/runwright/a/check-runs", None),
        ("PATCH", "/repos/acme/runbooks/git/refs/heads/runwright/a", {"sha": "1", "force": False}),
        ("POST", "/graphql", {"query": "{}"}),
        ("DELETE", "/repos/acme/runbooks/git/refs/heads/a", None),
    ],
)
def test_a_right_request_is_not(method: str, path: str, body: Any) -> None:
    assert check_request(Request(method, path, {}, {}, b"" if body is None else json.dumps(body).encode())) == []


def test_a_made_up_answer_is_judged_too() -> None:
    asked = Request("GET", "/repos/acme/runbooks/git/ref/heads/main")
    assert "'object' is a required property" in "\n".join(check_answer(asked, Answer(200, {"ref": "refs/heads/main"})))
    assert "status 201 is not known" in "\n".join(check_answer(asked, Answer(201, {})))


def test_the_judge_knows_githubs_whole_api() -> None:
    assert len(operations()) > 1000


def test_a_wrong_request_fails_the_test_that_made_it(github_server: None, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="query staet is not known"), opened_site(tmp_path) as site:
        voice(site, "bot")("GET", "pulls?staet=all")
    other = tmp_path / "other"
    other.mkdir()
    with opened_site(other) as site:
        site.forgiven.append("staet")
        voice(site, "bot")("GET", "pulls?staet=all")


def stumbling(folder: Path) -> None:
    def stumble(answer: Answer | None) -> Answer | None:
        raise KeyError("planted")

    with opened_site(folder) as site:
        site.faults.add(faults.Fault(stumble))
        with pytest.raises((http.client.HTTPException, urllib.error.URLError, ConnectionError)):
            voice(site, "bot")("GET", "tags")


def test_a_mistake_of_the_server_fails_the_test(github_server: None, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="KeyError: 'planted'"):
        stumbling(tmp_path)
