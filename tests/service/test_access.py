"""A token opens its own site's doors and nothing else, and no answer tells what exists behind a closed one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runwright.service.tokens import bearer, hash_token, same
from tests.support.service_site import SITE, Answer, Service, failed_run, good_run
from tests.support.until import until

OTHER = "south-hill-clinic"
EXECUTIONS, STATS, STATUS = "/api/agent/executions", "/api/agent/sync/pattern-stats", "/api/agent/status"
RULES, COMMANDS, PENDING = "/api/agent/sync/promoted-rules", "/api/agent/commands", "/api/review/pending"
LOOKALIKES = (
    SITE.upper(),
    SITE.title(),
    f" {SITE}",
    f"{SITE} ",
    f"{SITE}\u200b",
    SITE.replace("o", "\u043e", 1),
    SITE.replace("-", "\u2010"),
    f"{SITE}/../{OTHER}",
    f"{SITE}\x00",
    f"%2e{SITE}",
    "*",
    "",
)


def stats(site: str) -> dict[str, Any]:
    return {"site_id": site, "appliance_id": "a", "synced_at": "2026-01-27T04:00:00Z", "pattern_stats": []}


CROSSING: dict[str, tuple[str, str, Any]] = {
    "an execution": ("POST", EXECUTIONS, {"site_id": OTHER, "execution": good_run("cross-1")}),
    "several executions": ("POST", EXECUTIONS, {"site_id": OTHER, "executions": [good_run("cross-1")]}),
    "an execution of another site inside": (
        "POST",
        EXECUTIONS,
        {"site_id": SITE, "execution": {**good_run("cross-1"), "site_id": OTHER}},
    ),
    "one of another site among several": (
        "POST",
        EXECUTIONS,
        {"site_id": SITE, "executions": [good_run("cross-2"), {**good_run("cross-1"), "site_id": OTHER}]},
    ),
    "an execution of a site that is nowhere": (
        "POST",
        EXECUTIONS,
        {"site_id": "nowhere", "execution": good_run("cross-1")},
    ),
    "pattern statistics": ("POST", STATS, stats(OTHER)),
    "a status": ("POST", STATUS, {"site_id": OTHER, "seq": 1}),
    "promoted rules": ("GET", f"{RULES}?site_id={OTHER}", None),
    "promoted rules of two sites": ("GET", f"{RULES}?site_id={SITE}&site_id={OTHER}", None),
    "commands": ("GET", f"{COMMANDS}?site_id={OTHER}", None),
    "the review queue": ("GET", PENDING, None),
    "the review queue with a site": ("GET", f"{PENDING}?site_id={SITE}", None),
    **{f"a look-alike {name!r}": ("POST", STATUS, {"site_id": name, "seq": 1}) for name in LOOKALIKES},
}


@pytest.mark.parametrize("name", CROSSING)
def test_a_request_across_sites_is_refused_and_leaves_no_row(service: Service, name: str) -> None:
    service.token(OTHER)
    method, path, body = CROSSING[name]
    answer = service.ask(method, path, body)
    assert (answer.status, answer.data) == (
        403,
        {"error": "this token does not open that: an agent's opens its own site_id alone"},
    )
    assert service.rows("select count(*) from executions where execution_id like 'cross%'") == [(0,)]
    assert [site for (site,) in service.rows("select site_id from agents") if site != SITE] == []


def test_there_are_at_least_24_crossings() -> None:
    assert len(CROSSING) >= 24


def test_a_header_does_not_choose_the_site(service: Service) -> None:
    answer = service.ask("POST", EXECUTIONS, {"site_id": SITE, "execution": good_run("head-1")}, **{"X-Site-Id": OTHER})
    assert answer.status == 202
    assert service.rows("select site_id from executions where execution_id = 'head-1'") == [(SITE,)]


def test_a_reviewers_token_sends_no_telemetry(service: Service) -> None:
    answer = service.ask("POST", EXECUTIONS, {"site_id": SITE, "execution": failed_run()}, service.token(None))
    assert answer.status == 403


BAD_HEADERS = {
    "nothing": "",
    "no scheme": "x",
    "another scheme": "Basic cnc6cnc=",
    "an empty token": "Bearer ",
    "a token of another form": "Bearer hello",
    "an unknown token": "Bearer rw_agent_" + "A" * 43,
    "a token in quotes": 'Bearer "rw_agent_' + "A" * 43 + '"',
    "a token with SQL": "Bearer ' or 1=1 --",
    "not ASCII": "Bearer é",
    "two tokens": f"Bearer rw_agent_{'A' * 43} rw_agent_{'B' * 43}",
    "a very long one": "Bearer " + "A" * 8000,
}


@pytest.mark.parametrize("name", BAD_HEADERS)
def test_without_a_known_token_every_door_is_closed_in_the_same_way(service: Service, name: str) -> None:
    def asked(method: str, path: str) -> Answer:
        sent = {"Authorization": BAD_HEADERS[name].encode().decode("latin-1")} if BAD_HEADERS[name] else {}
        got = service.client.request(method, service.url + path, headers=sent)
        return Answer(got.status, got.json(), got.headers)

    doors = [
        ("POST", EXECUTIONS),
        ("POST", STATS),
        ("POST", STATUS),
        ("GET", RULES),
        ("GET", COMMANDS),
        ("GET", PENDING),
    ]
    answers = [asked(*door) for door in doors]
    assert {answer.status for answer in answers} == {401}
    assert {json.dumps(answer.data) for answer in answers} == {
        '{"error": "a valid token is needed: Authorization: Bearer <token>"}'
    }


def test_a_revoked_token_is_refused_in_a_moment_and_like_an_unknown_one(fresh: Service) -> None:
    token = fresh.token()
    assert fresh.post(good_run("before-1")).status == 202
    assert fresh.run("access", "revoke", "1").stdout == "token 1 is revoked\n"

    def refused() -> Answer | None:
        answer = fresh.ask("GET", COMMANDS, token=token)
        return answer if answer.status != 200 else None  # what was looked up a moment ago is still believed

    revoked = until(refused, what="the revoked token to be refused")
    unknown = fresh.ask("GET", COMMANDS, token="rw_agent_" + "A" * 43)
    assert (revoked.status, revoked.data) == (unknown.status, unknown.data) == (401, revoked.data)


def test_only_the_hash_of_a_token_is_stored_and_no_log_holds_it(fresh: Service) -> None:
    token = fresh.token()
    fresh.post(good_run("hash-1"))
    fresh.end()
    files = [path for path in fresh.folder.rglob("*") if path.is_file()]
    assert [path for path in files if token.encode() in path.read_bytes()] == []
    assert fresh.rows("select token_hash from tokens") == [(hash_token(token),)]


def test_the_list_of_tokens_shows_roles_and_sites_and_no_token(fresh: Service) -> None:
    token, _ = fresh.token(), fresh.token(None)
    listed = fresh.run("access", "list").stdout
    assert SITE in listed
    assert "reviewer" in listed
    assert token not in listed
    rows = json.loads(fresh.run("access", "list", "--format", "json").stdout)
    assert [(row["role"], row["site_id"]) for row in rows] == [("agent", SITE), ("reviewer", None)]


def test_a_token_is_printed_once_and_opens_its_site(fresh: Service) -> None:
    token = fresh.run("access", "grant", "--site", "west-wing").stdout.strip()
    assert fresh.ask("GET", f"{COMMANDS}?site_id=west-wing", token=token).status == 200
    assert fresh.ask("GET", f"{COMMANDS}?site_id={SITE}", token=token).status == 403


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("grant",), "--site: expected the site of the agent"),
        (("grant", "--site", "../x"), "--site: expected the site of the agent"),
        (("grant", "--role", "reviewer", "--site", "a"), "--site: a reviewer's token is for no site"),
        (("revoke", "7"), "there is no token 7"),
    ],
)
def test_a_mistake_with_a_token_is_one_clear_line(service: Service, words: tuple[str, ...], said: str) -> None:
    done = service.run("access", *words)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_bearer_header_is_read_whatever_bytes_it_holds() -> None:
    token = "rw_agent_" + "a" * 43
    assert bearer(f"bearer {token}") == token
    assert bearer(f"Bearer {token}\udc80") is None
    assert bearer(None) is None
    assert same("é", "e") is False
