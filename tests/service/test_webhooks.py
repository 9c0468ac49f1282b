"""Webhooks at the door: who is let in, what is kept, what is heeded; over real HTTP, byte for byte."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from runwright.service.webhooks import MAX_BODY
from tests.support.git_site import GitSite, git_site
from tests.support.hooks import SECRET, HookService, make_hook_service, pull_payload, signature
from tests.support.service_site import make_service
from tests.support.until import until

BODY = json.dumps(pull_payload()).encode()
GOOD = signature(BODY)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitSite]:
    with git_site(tmp_path_factory.mktemp("hooked")) as made:
        yield made


@pytest.fixture(scope="module")
def service(site: GitSite) -> Iterator[HookService]:
    made = make_hook_service(site.root, site.address("forge.git"))
    made.start()
    yield made
    made.close()


def raw(service: HookService, headers: list[tuple[str, bytes]], body: bytes = BODY) -> tuple[int, Any]:
    """Send headers as bytes, as often as they are given."""
    connection = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=30)
    connection.putrequest("POST", "/webhooks/github", skip_accept_encoding=True)
    named = {name.lower() for name, _ in headers}
    plain = {
        "Content-Type": b"application/json",
        "X-GitHub-Event": b"pull_request",
        "X-GitHub-Delivery": b"vector-1",
        "Content-Length": str(len(body)).encode(),
    }
    for name, value in [*headers, *((k, v) for k, v in plain.items() if k.lower() not in named)]:
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    told = answer.status, json.loads(answer.read())
    connection.close()
    return told


def signed(value: str | bytes) -> list[tuple[str, bytes]]:
    """The one header."""
    return [("X-Hub-Signature-256", value if isinstance(value, bytes) else value.encode())]


TAMPERED = BODY.replace(b"opened", b"closed")
VECTORS: dict[str, tuple[list[tuple[str, bytes]], bytes, int]] = {
    "the right signature": (signed(GOOD), BODY, 202),
    "the right signature, the header's name in capitals": ([("X-HUB-SIGNATURE-256", GOOD.encode())], BODY, 202),
    "the right one, and SHA-1 beside it": (
        [*signed(GOOD), ("X-Hub-Signature", signature(BODY, algorithm="sha1").encode())],
        BODY,
        202,
    ),
    "none": ([], BODY, 401),
    "an empty one": (signed(""), BODY, 401),
    "SHA-1 alone": ([("X-Hub-Signature", signature(BODY, algorithm="sha1").encode())], BODY, 401),
    "SHA-1 in the place of SHA-256": (signed(signature(BODY, algorithm="sha1")), BODY, 401),
    "SHA-1 that says it is SHA-256": (signed("sha256=" + signature(BODY, algorithm="sha1")[5:]), BODY, 401),
    "SHA-512": (signed(signature(BODY, algorithm="sha512")), BODY, 401),
    "another secret's": (signed(signature(BODY, "another secret altogether")), BODY, 401),
    "an empty secret's": (signed(signature(BODY, "")), BODY, 401),
    "another body's": (signed(signature(TAMPERED)), BODY, 401),
    "of a body that was changed on the way": (signed(GOOD), TAMPERED, 401),
    "of a body that got a space more": (signed(GOOD), BODY + b" ", 401),
    "of a body that was written anew": (signed(GOOD), json.dumps(json.loads(BODY), indent=1).encode(), 401),
    "of no body": (signed(GOOD), b"", 401),
    "without its name": (signed(GOOD[7:]), BODY, 401),
    "cut by a digit": (signed(GOOD[:-1]), BODY, 401),
    "with a digit more": (signed(GOOD + "0"), BODY, 401),
    "in capitals": (signed("sha256=" + GOOD[7:].upper()), BODY, 401),
    "with one digit changed": (signed(GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1")), BODY, 401),
    "that is not ASCII": (signed("sha256=" + "é" * 64), BODY, 401),
    "of bytes that are no text": (signed(b"sha256=" + bytes(range(128, 192))), BODY, 401),
    "twice, the first one wrong": ([*signed(signature(TAMPERED)), *signed(GOOD)], BODY, 401),
    "twice, the second one wrong": ([*signed(GOOD), *signed(signature(TAMPERED))], BODY, 401),
    "two in one header": (signed(f"{GOOD},{GOOD}"), BODY, 401),
}


@pytest.mark.parametrize("name", VECTORS)
def test_the_signature_decides_who_is_let_in(service: HookService, name: str) -> None:
    headers, body, expected = VECTORS[name]
    status, said = raw(service, headers, body)
    assert status == expected, said
    assert SECRET not in json.dumps(said)


def test_there_are_as_many_vectors_as_were_promised() -> None:
    assert len(VECTORS) >= 24


def test_that_signatures_are_wrong_is_said_in_the_log_once_and_not_for_each(service: HookService) -> None:
    for _ in range(5):
        service.hook(headers={"X-Hub-Signature-256": signature(TAMPERED)})
    assert service.log().count("webhooks are refused for their signature; compare the secret") == 1


def test_a_request_without_a_signature_is_refused_before_its_body_is_read(service: HookService) -> None:
    host, port = urlsplit(service.url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(
            b"POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000000\r\n\r\n"
        )
        assert b" 401 " in line.recv(1000).split(b"\r\n")[0]


DEEP = b'{"a":' * 200 + b"1" + b"}" * 200
BAD: dict[str, tuple[bytes, int]] = {
    "no JSON": (b"payload", 400),
    "cut off": (BODY[:-5], 400),
    "an empty body": (b"", 400),
    "a list": (b"[1]", 400),
    "a number": (b"1", 400),
    "not UTF-8": (b'{"action": "\xff"}', 400),
    "a key twice": (b'{"action": "opened", "action": "closed"}', 400),
    "NaN": (b'{"action": NaN}', 400),
    "Infinity": (b'{"action": -Infinity}', 400),
    "half of a pair": (b'{"action": "\\ud800"}', 400),
    "too deep": (DEEP, 400),
    "deep enough to end a reader": (b"[" * 100_000 + b"]" * 100_000, 400),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_plain_json_object_is_refused_even_if_it_is_signed(service: HookService, name: str) -> None:
    body, expected = BAD[name]
    before = service.deliveries()
    answer = service.hook(body)
    assert (answer.status, set(answer.data)) == (expected, {"error"})
    assert service.deliveries() == before


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("kind", [FORM, "text/plain", "application/xml", "", None, "multipart/form-data; boundary=x"])
def test_any_other_content_type_is_refused(service: HookService, kind: str | None) -> None:
    answer = service.hook(b"payload=%7B%7D", headers={"Content-Type": kind})
    assert answer.status == 415
    assert "application/json" in answer.data["error"]


def test_the_charset_may_be_named(service: HookService) -> None:
    assert service.hook(headers={"Content-Type": "application/json; charset=utf-8"}).status == 202


@pytest.mark.parametrize("compressed", ["gzip", "deflate", "br"])
def test_a_compressed_body_is_refused(service: HookService, compressed: str) -> None:
    assert service.hook(headers={"Content-Encoding": compressed}).status == 415


def test_a_body_of_25_megabytes_is_refused_and_one_below_is_read(service: HookService) -> None:
    start, end = BODY[:-1] + b', "x": "', b'"}'
    room = MAX_BODY - len(start) - len(end)
    assert service.hook(start + b"y" * room + end).status == 413
    assert service.hook(start + b"y" * (room - 1) + end).status == 202


def chunked(service: HookService, size: int) -> int:
    """Stream a body without saying how long it is."""
    piece = b"x" * 1_000_000
    connection = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=60)
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": GOOD}
    connection.request(
        "POST", "/webhooks/github", body=(piece for _ in range(size)), headers=headers, encode_chunked=True
    )
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_body_that_does_not_say_how_long_it_is_is_refused_while_it_streams(service: HookService) -> None:
    assert chunked(service, 30) == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"X-GitHub-Delivery": None},
        {"X-GitHub-Delivery": "a b"},
        {"X-GitHub-Delivery": "x" * 65},
        {"X-GitHub-Delivery": "../../etc"},
        {"X-GitHub-Event": None},
        {"X-GitHub-Event": "Pull Request"},
        {"X-GitHub-Event": "x" * 65},
    ],
)
def test_a_delivery_that_does_not_say_plainly_what_it_is_is_refused(
    service: HookService, headers: dict[str, str | None]
) -> None:
    assert service.hook(headers=headers).status == 400


HERE: dict[str, Any] = {"repository": {"full_name": "acme/runbooks"}}
SHA = "5" * 40
EVENTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "merged": ("pull_request", pull_payload("closed", 101), "accepted"),
    "labelled": ("pull_request", pull_payload("labeled", 102), "accepted"),
    "text edited": ("pull_request", pull_payload("edited", 103), "accepted"),
    "queued": ("pull_request", pull_payload("enqueued", 104), "accepted"),
    "assigned": ("pull_request", pull_payload("assigned", 105), "ignored"),
    "an action of tomorrow": ("pull_request", pull_payload("teleported", 106), "ignored"),
    "no action": ("pull_request", {**pull_payload(number=107), "action": None}, "ignored"),
    "an action that is no text": ("pull_request", {**pull_payload(number=107), "action": ["opened"]}, "ignored"),
    "reviewed": ("pull_request_review", pull_payload("submitted", 108), "accepted"),
    "commented": (
        "issue_comment",
        {"action": "created", "issue": {"number": 109, "pull_request": {"url": "x"}}, **HERE},
        "accepted",
    ),
    "commented on an issue": ("issue_comment", {"action": "created", "issue": {"number": 110}, **HERE}, "ignored"),
    "pushed": ("push", {"ref": "refs/heads/main", "after": SHA, **HERE}, "accepted"),
    "checked": (
        "check_suite",
        {"action": "completed", "check_suite": {"head_sha": SHA, "pull_requests": [{"number": 111}]}, **HERE},
        "accepted",
    ),
    "run of a workflow": (
        "workflow_run",
        {"action": "completed", "workflow_run": {"head_sha": SHA, "pull_requests": []}, **HERE},
        "accepted",
    ),
    "check requested": ("check_suite", {"action": "requested", "check_suite": {"head_sha": SHA}, **HERE}, "ignored"),
    "merge queue": ("merge_group", {"action": "checks_requested", "merge_group": {}, **HERE}, "ignored"),
    "ping": ("ping", {"zen": "Keep it logically awesome.", "hook_id": 1, **HERE}, "ignored"),
    "installed": ("installation", {"action": "created", "installation": {"id": 1}}, "accepted"),
    "repository added": ("installation_repositories", {"action": "added", "installation": {"id": 1}}, "accepted"),
    "an event of tomorrow": ("telepathy", {"action": "thought", **HERE}, "ignored"),
    "another repository": (
        "pull_request",
        {**pull_payload(number=112), "repository": {"full_name": "mallory/runbooks"}},
        "ignored",
    ),
    "no repository": ("pull_request", {**pull_payload(number=113), "repository": None}, "ignored"),
    "written in other letters": (
        "pull_request",
        {**pull_payload(number=114), "repository": {"full_name": "Acme/Runbooks"}},
        "accepted",
    ),
}


@pytest.mark.parametrize("name", EVENTS)
def test_events_are_heeded_or_answered_and_ignored(service: HookService, name: str) -> None:
    event, payload, expected = EVENTS[name]
    hints = service.hints()
    answer = service.hook(payload, event, f"event-{list(EVENTS).index(name)}")
    assert (answer.status, answer.data) == (202, {"status": expected})
    if expected == "accepted":
        until(lambda: service.hints() > hints, what="it is looked at")


ODD: list[Any] = [None, True, 0, -1, 2**31, 1.5, "7", [], {}, {"number": {}}, {"number": True}]


@pytest.mark.parametrize("odd", ODD)
def test_a_field_of_another_kind_breaks_nothing(service: HookService, odd: Any) -> None:
    for payload in (
        {**pull_payload(), "pull_request": odd},
        {**pull_payload(), "repository": odd},
        {**pull_payload(), "pull_request": {"number": odd, "head": odd}},
        {**HERE, "action": "completed", "check_suite": {"pull_requests": odd, "head_sha": odd}},
    ):
        event = "check_suite" if "check_suite" in payload else "pull_request"
        assert service.hook(payload, event).status == 202


def test_a_thousand_replays_of_one_delivery_have_one_effect(service: HookService) -> None:
    service.heeded()
    hints = service.hints()
    body = pull_payload("edited", 900)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: service.hook(body, delivery="replayed").data["status"], range(1000)))
    assert (answers.count("accepted"), answers.count("duplicate")) == (1, 999)
    assert [row[2] for row in service.deliveries()].count(900) == 1
    until(lambda: service.log().count("forgets 900\n") == 2, what="it is read anew at once, and at the look")
    service.heeded()
    assert service.hints() == hints + 1
    assert service.log().count("forgets 900\n") == 2


def test_a_replay_with_another_body_under_the_old_id_has_no_effect(service: HookService) -> None:
    assert service.hook(pull_payload("edited", 901), delivery="taken").data == {"status": "accepted"}
    assert service.hook(pull_payload("closed", 902), delivery="taken").data == {"status": "duplicate"}
    assert 902 not in [row[2] for row in service.deliveries()]


def test_of_a_payload_nothing_is_kept_but_where_to_look(service: HookService) -> None:
    told = pull_payload("edited", 903, sender={"login": "CANARY-4711"})
    told["pull_request"]["body"] = "CANARY-4711"
    service.hook(told)
    state = service.folder / "state"
    kept = b"".join(path.read_bytes() for path in state.iterdir() if path.is_file())
    assert b"CANARY-4711" not in kept
    assert "CANARY-4711" not in service.log()


def test_without_a_secret_the_endpoint_is_closed_and_says_why(site: GitSite, tmp_path: Path) -> None:
    made = make_hook_service(tmp_path, site.address("forge.git"), secret="")
    made.start()
    try:
        answer = made.hook(headers={"X-Hub-Signature-256": signature(BODY, "")})
        assert answer.status == 503
        assert "RUNWRIGHT_GITHUB_WEBHOOK_SECRET" in answer.data["error"]
        assert made.deliveries() == []
    finally:
        made.close()


def hosting(service: HookService) -> str:
    """What the service says of its hosting service."""
    return str(service.ask("GET", "/readyz").data["checks"]["hosting"])


def test_the_answer_does_not_wait_for_a_look_that_cannot_be_taken_and_the_service_says_so(
    service: HookService, site: GitSite
) -> None:
    site.token = "another"
    try:
        assert service.hook(pull_payload("edited", 904)).status == 202
        until(lambda: "check the token" in hosting(service), what="it says that it cannot fetch")
        ready = service.ask("GET", "/readyz")
        assert (ready.status, ready.data["status"]) == (200, "degraded"), "what agents send is kept all the same"
    finally:
        site.token = ""
    service.hook(pull_payload("edited", 905))
    until(lambda: hosting(service) == "ok", what="it says that it can")


def test_a_delivery_that_came_before_a_restart_is_known_after_it(service: HookService) -> None:
    assert service.hook(pull_payload("edited", 906), delivery="before").data == {"status": "accepted"}
    service.end()
    service.start()
    assert service.hook(pull_payload("edited", 906), delivery="before").data == {"status": "duplicate"}
    service.heeded()


def test_a_service_on_a_forge_in_a_folder_takes_no_webhooks_and_says_why(tmp_path: Path) -> None:
    made = make_service(tmp_path)
    made.start()
    try:
        answer = made.ask("POST", "/webhooks/github", pull_payload())
        assert (answer.status, "local forge" in answer.data["error"]) == (503, True)
        assert "hosting" not in made.ask("GET", "/readyz").data["checks"]
    finally:
        made.close()
