"""What agents send is kept once, durably, redacted; everything else is refused with one clear sentence."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.service_site import SITE, Service, failed_run, good_run

EXECUTIONS = "/api/agent/executions"
STATUS = "/api/agent/status"
IN_EXECUTION = "$.execution"


def test_a_minimal_execution_is_accepted(service: Service) -> None:
    answer = service.post(good_run("minimal-1"))
    assert (answer.status, answer.data) == (202, {"accepted": 1, "duplicates": 0})


def test_an_accepted_execution_is_in_the_database_when_the_answer_arrives(service: Service) -> None:
    service.post(good_run("durable-1"))
    service_rows = service.rows("select site_id from executions where execution_id = 'durable-1'")
    assert service_rows == [(SITE,)]


def test_the_database_survives_a_power_cut() -> None:
    from runwright.adapters.store.database import _PRAGMAS

    assert {"journal_mode=WAL", "synchronous=FULL"} <= set(_PRAGMAS)


def test_several_executions_are_taken_at_once_and_known_ones_are_counted(service: Service) -> None:
    service.post(good_run("several-1"))
    many = {"site_id": SITE, "executions": [good_run(f"several-{n}") for n in (1, 2, 3)]}
    answer = service.ask("POST", EXECUTIONS, many)
    assert (answer.status, answer.data) == (202, {"accepted": 2, "duplicates": 1})


def test_the_same_execution_twice_in_one_post_is_kept_once(service: Service) -> None:
    twice = {"site_id": SITE, "executions": [good_run("twice-1"), good_run("twice-1")]}
    assert service.ask("POST", EXECUTIONS, twice).data == {"accepted": 1, "duplicates": 1}


def test_the_order_of_keys_does_not_make_another_execution(service: Service) -> None:
    service.post(good_run("order-1"))
    answer = service.post(dict(reversed(good_run("order-1").items())))
    assert answer.data == {"accepted": 0, "duplicates": 1}


def test_the_same_id_with_another_body_is_a_conflict_and_the_first_is_kept(service: Service) -> None:
    service.post(good_run("conflict-1"))
    answer = service.post({**good_run("conflict-1"), "hostname": "other"})
    assert answer.status == 409
    assert "conflict-1 was sent before with another body" in answer.data["error"]
    ((body,),) = service.rows("select body from executions where execution_id = 'conflict-1'")
    assert json.loads(body)["hostname"] == "nvdc01"


def test_a_conflict_loses_none_of_the_others(service: Service) -> None:
    service.post(good_run("among-1"))
    others = [{**good_run("among-1"), "hostname": "other"}, good_run("among-2")]
    answer = service.ask("POST", EXECUTIONS, {"site_id": SITE, "executions": others})
    assert (answer.status, answer.data["accepted"], answer.data["conflicts"]) == (409, 1, ["among-1"])


def test_two_sites_may_use_the_same_execution_id(service: Service) -> None:
    service.post(good_run("shared-1"))
    assert service.post({**good_run("shared-1"), "hostname": "b"}, "south").data["accepted"] == 1


def test_a_newer_agent_may_say_more(service: Service) -> None:
    service.post({**good_run("newer-1"), "mood": {"of": "the day"}})
    ((body,),) = service.rows("select body from executions where execution_id = 'newer-1'")
    assert json.loads(body)["mood"] == {"of": "the day"}


def test_an_older_agents_dialect_is_normalised(service: Service) -> None:
    older = {"status": "failed", "executed_steps": [{"step": 1, "action": "x", "duration": 1.5, "success": False}]}
    service.post({"execution_id": "older-1", "runbook_id": "RB-LIN-SERVICE-001", **older})
    ((body,),) = service.rows("select body from executions where execution_id = 'older-1'")
    read = json.loads(body)
    assert (read["status"], read["executed_steps"][0]["outcome"]) == ("failure", "failed")


def test_an_unknown_major_schema_is_put_aside_and_acknowledged(service: Service) -> None:
    unknown = {"schema": "runwright.execution/2", "execution_id": "future-1", "password": "hunter2"}
    first, again = service.post(unknown), service.post(unknown)
    assert (first.status, first.data) == (202, {"accepted": 0, "duplicates": 0, "quarantined": 1})
    assert again.status == 202
    ((reason, body),) = service.rows("select reason, body from quarantine where body like '%future-1%'")
    assert "runwright.execution/2" in reason
    assert "hunter2" not in body


def test_a_secret_is_erased_before_anything_is_stored(fresh: Service) -> None:
    secret = "kd83-PLANTED-71x"
    run = failed_run("secret-1", error_message=f"connect failed: postgres://app:{secret}@db/records")
    run["executed_steps"][0]["output"] = f"export DB_PASSWORD={secret}"
    run["params"]["api_key"] = secret
    assert fresh.post(run).status == 202
    fresh.settled()
    ((body,),) = fresh.rows("select body from executions")
    pointers = {item["pointer"] for item in json.loads(body)["erased"]}
    assert {"/error_message", "/executed_steps/0/output", "/params/api_key"} <= pointers
    files = [path for path in fresh.folder.rglob("*") if path.is_file()]
    assert [path for path in files if secret.encode() in path.read_bytes()] == []
    assert secret not in json.dumps([pull.model_dump(mode="json") for pull in fresh.pulls()])


def test_the_same_value_has_the_same_mark_at_a_site_and_another_one_elsewhere(service: Service) -> None:
    params = {"a": "203.0.113.9", "b": "from 203.0.113.9", "c": "198.51.100.4"}
    for site, name in (("north", "marks-1"), ("south", "marks-2")):
        service.post(failed_run(name, params=params), site)
    query = "select body from executions where execution_id = '{}'"
    (north, south) = (json.loads(service.rows(query.format(name))[0][0])["params"] for name in ("marks-1", "marks-2"))
    assert north["b"] == f"from {north['a']}"
    assert len({north["a"], north["c"], south["a"]}) == 3
    assert all(value.startswith("[erased:ip_address:") for value in (north["a"], north["c"], south["a"]))


def test_every_agent_of_a_site_is_told_the_same_key_of_marks(service: Service) -> None:
    def told(site: str, name: str) -> str:
        report = {"site_id": site, "appliance_id": name}
        return str(service.ask("POST", STATUS, report, service.token(site)).data["redaction_key"])

    assert told("north", "first") == told("north", "second")
    assert told("north", "first") != told("south", "first")


def test_a_thousand_deliveries_of_one_failure_have_one_effect(fresh: Service) -> None:
    fresh.token()
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: fresh.post(failed_run("again-1")), range(1000)))
    assert {answer.status for answer in answers} == {202}
    assert sum(answer.data["accepted"] for answer in answers) == 1
    assert fresh.settled() == {"again-1": "proposed"}
    assert len(fresh.pulls()) == 1


def test_concurrent_agents_lose_nothing(fresh: Service) -> None:
    fresh.token()
    names = [f"many-{number}" for number in range(200)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda name: fresh.post(good_run(name)), names))
    assert {answer.status for answer in answers} == {202}
    assert fresh.settled() == dict.fromkeys(names, "succeeded")


def raw(text: str) -> bytes:
    return text.encode()


def of(**changed: Any) -> dict[str, Any]:
    return {"site_id": SITE, "execution": {**good_run("bad-1"), **changed}}


MALFORMED: dict[str, tuple[Any, str]] = {
    "nothing": (b"", "$: expected a JSON object, not an empty body"),
    "no JSON": (b"hello", "$: not valid JSON"),
    "half an object": (b'{"site_id": ', "$: not valid JSON"),
    "an array": (b"[]", "$: expected a JSON object, not an array"),
    "a text": (b'"x"', "$: expected a JSON object, not text"),
    "null": (b"null", "$: expected a JSON object, not null"),
    "a number": (b"1", "$: expected a JSON object, not a number"),
    "not UTF-8": (b'{"site_id": "\xff"}', "$: byte 13 is not UTF-8"),
    "UTF-16": (json.dumps(of()).encode("utf-16"), "$: byte 0 is not UTF-8"),
    "a NUL byte": (b'{"site_id": "a\x00"}', "$: not valid JSON"),
    "a key twice": (b'{"site_id": "a", "site_id": "b"}', "key 'site_id' is given twice"),
    "NaN": (b'{"site_id": NaN}', "NaN is not a JSON value"),
    "infinity": (b'{"site_id": -Infinity}', "-Infinity is not a JSON value"),
    "a number beyond all": (raw(f'{{"site_id": "{SITE}", "x": 1e999}}'), "$: not valid JSON"),
    "a number of 5000 digits": (raw(f'{{"x": {"9" * 5000}}}'), "is a whole number beyond 64 bits"),
    "half a character": (raw(f'{{"site_id": "{SITE}", "x": "\\ud800"}}'), "$: expected Unicode text"),
    "100000 levels": (b'{"a":' * 100_000, "$: "),
    "65 levels": (raw('{"a":' * 65 + "1" + "}" * 65), "$: expected at most 64 levels"),
    "no site": ({"execution": good_run("bad-1")}, "$.site_id: expected"),
    "a site that is a number": ({"site_id": 7, "execution": good_run("bad-1")}, "$.site_id: expected"),
    "no execution": ({"site_id": SITE}, "$: expected either `execution` or `executions`"),
    "both": ({**of(), "executions": []}, "$: expected either `execution` or `executions`"),
    "an execution that is a text": ({"site_id": SITE, "execution": "x"}, "$.execution: expected an Execution"),
    "executions that are none": ({"site_id": SITE, "executions": []}, "$.executions: expected a list of 1 to 1000"),
    "executions that are an object": ({"site_id": SITE, "executions": {}}, "$.executions: expected a list"),
    "too many executions": ({"site_id": SITE, "executions": [{}] * 1001}, "$.executions: expected a list"),
    "a text among executions": (
        {"site_id": SITE, "executions": [good_run("bad-1"), "x"]},
        "$.executions[1]: expected an Execution",
    ),
    "no id": ({"site_id": SITE, "execution": {"runbook_id": "RB-X-Y"}}, f"{IN_EXECUTION}.execution_id: missing"),
    "no runbook": ({"site_id": SITE, "execution": {"execution_id": "bad-1"}}, f"{IN_EXECUTION}.runbook_id: missing"),
    "an id that is a path": (of(execution_id="../../etc/passwd"), f"{IN_EXECUTION}.execution_id: expected"),
    "an id that is Markdown": (of(execution_id="x`@team"), f"{IN_EXECUTION}.execution_id: expected"),
    "an id of 129 characters": (of(execution_id="x" * 129), f"{IN_EXECUTION}.execution_id: expected"),
    "an id that is a number": (of(execution_id=5), f"{IN_EXECUTION}.execution_id: expected"),
    "an empty runbook id": (of(runbook_id=""), f"{IN_EXECUTION}.runbook_id: "),
    "an unknown status": (of(status="splendid"), f"{IN_EXECUTION}.status"),
    "a moment without offset": (of(started_at="2026-03-02T09:00:00"), f"{IN_EXECUTION}.started_at"),
    "steps that are a text": (of(executed_steps="x"), f"{IN_EXECUTION}.executed_steps"),
    "a step without an action": (
        of(executed_steps=[{"step": "a", "outcome": "success"}]),
        f"{IN_EXECUTION}.executed_steps[0].action",
    ),
    "facts that are a list": (of(state_before=[1]), f"{IN_EXECUTION}.state_before"),
    "a confidence that is a text": (of(confidence="high"), f"{IN_EXECUTION}.confidence"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_body_is_refused_with_its_place_and_leaves_no_row(service: Service, name: str) -> None:
    body, expected = MALFORMED[name]
    answer = service.ask("POST", EXECUTIONS, body)
    assert answer.status == 400, answer.data
    assert answer.data.keys() == {"error"}
    assert expected in answer.data["error"]
    assert service.rows("select count(*) from executions where execution_id like 'bad%'") == [(0,)]


def test_one_unreadable_execution_among_several_keeps_none_of_them(service: Service) -> None:
    many = {"site_id": SITE, "executions": [good_run("bad-2"), {"execution_id": "bad-3"}]}
    assert service.ask("POST", EXECUTIONS, many).status == 400
    assert service.rows("select count(*) from executions where execution_id like 'bad%'") == [(0,)]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_20_mb_is_refused(service: Service, chunked: bool) -> None:
    body = b'{"x": "' + b"a" * 20_000_000
    url, token = service.url + EXECUTIONS, service.token()
    headers = {"Authorization": f"Bearer {token}"}
    sent = iter([body[:1_000_000]] * 21) if chunked else body
    answer = service.client.request("POST", url, body=sent, headers=headers, chunked=chunked)
    assert (answer.status, answer.json()["error"][:25]) == (413, "$: the body is too large;")


def many_facts(number: int) -> dict[str, str]:
    return {f"services.s{index}.state": "stopped" for index in range(number)}


STEP = {"step": "a", "action": "service.start", "outcome": "success"}
TOO_LARGE: dict[str, tuple[dict[str, Any], str]] = {
    "facts before and after": (
        {"state_before": many_facts(2501), "state_after": many_facts(2500)},
        "$.execution: expected at most 5000 facts in all states together, not 5001",
    ),
    "facts of steps": (
        {"executed_steps": [{**STEP, "state_before": many_facts(51), "facts": many_facts(50)}] * 50},
        "$.execution: expected at most 5000 facts in all states together, not 5050",
    ),
    "steps": ({"executed_steps": [STEP] * 501}, "$.execution.executed_steps: expected at most 500 steps, not 501"),
    "bytes": ({"mood": "x" * 1_048_576}, "$.execution: expected at most 1048576 bytes for one Execution, not "),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_one_execution_that_would_stall_the_worker_is_refused_with_its_place(service: Service, name: str) -> None:
    more, expected = TOO_LARGE[name]
    answer = service.post({**good_run("bad-large"), **more})
    assert answer.status == 413
    assert answer.data["error"].startswith(expected)
    assert service.rows("select count(*) from executions where execution_id = 'bad-large'") == [(0,)]


def test_an_execution_at_the_limits_is_taken(service: Service) -> None:
    more = {"state_before": many_facts(5000), "executed_steps": [STEP] * 500}
    assert service.post({**good_run("large-1"), **more}).status == 202


def test_a_compressed_body_is_refused_unopened(service: Service) -> None:
    answer = service.ask("POST", EXECUTIONS, b"\x1f\x8b", **{"Content-Encoding": "gzip"})
    assert answer.status == 415


def test_an_endpoint_that_is_not_there_says_so_in_json(service: Service) -> None:
    assert service.ask("GET", "/api/agent/nothing").data["error"].startswith("there is nothing here")
    assert service.ask("GET", EXECUTIONS).status == 405


def test_a_line_break_in_an_address_makes_no_line_in_the_log(fresh: Service) -> None:
    fresh.ask("GET", "/api/agent/%0aforged%20line")
    fresh.end()
    assert "\nforged line" not in (fresh.folder / "service.log").read_text()


def test_a_locked_database_is_answered_with_503_and_when_to_come_back(fresh: Service) -> None:
    import sqlite3

    fresh.token()
    writer = sqlite3.connect(fresh.database, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    try:
        answer = fresh.post(good_run("locked-1"))
    finally:
        writer.execute("ROLLBACK")
        writer.close()
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert "locked" in answer.data["error"]
    assert fresh.post(good_run("locked-1")).data == {"accepted": 1, "duplicates": 0}


def test_requests_wait_for_a_short_lock(fresh: Service) -> None:
    import sqlite3

    fresh.token()
    writer = sqlite3.connect(fresh.database, isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    threading.Timer(0.5, lambda: writer.execute("ROLLBACK")).start()
    assert fresh.post(good_run("waits-1")).status == 202
    writer.close()
