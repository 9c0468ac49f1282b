"""Checks of one file, beyond the cases in files."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from runwright.checks import (
    guarded,
    hidden_text,
    identity,
    impossible,
    known_actions,
    lookalikes,
    near_facts,
    parallel_steps,
    patterns,
    references,
    secret_use,
    unused,
    verification,
    written_secrets,
)
from runwright.checks.validation import tree_of
from runwright.corpus.corpus import Entry, read_corpus, read_entry
from runwright.corpus.editing import dump
from runwright.model.runbook import Runbook
from runwright.redact.redact import redact_text
from runwright.redact.rules import SECRETS

PATH = "runbooks/linux/RB-LIN-X-1.yaml"
START = {"id": "start", "action": "service.start", "with": {"service": "web"}}
STOP = {"id": "stop", "action": "service.stop", "with": {"service": "web"}}
SURE = {"id": "sure", "assert": {"services.web.known": True}}


def text_of(*steps: dict[str, Any], **fields: Any) -> str:
    return dump({
        "id": "RB-LIN-X-1", "name": "X", "version": 1, "platform": "linux", "incident_types": ["t"],
        "steps": list(steps),
        "verify": {"method": "m", "settle": "1s", "checks": [{"when": {"a": 1}, "confidence": 1}]}, **fields,
    })  # fmt: skip


def read(text: str) -> Entry[Runbook]:
    entry, findings = read_entry(PATH, text.encode(), Runbook)
    assert findings == []
    assert entry is not None
    return entry


def said(check: Any, *steps: dict[str, Any], **fields: Any) -> list[str]:
    return [finding.message for finding in check(read(text_of(*steps, **fields)))]


# Guarded.


@pytest.mark.parametrize(
    "steps",
    [
        [SURE, STOP],
        [{"id": "wait", "wait_until": {"a": 1}}, STOP],
        [{"id": "ask", "approve": {"message": "Go on?"}}, STOP],
        [{"id": "b", "block": [SURE]}, STOP],
        [{"id": "b", "block": [SURE, STOP]}],
        [{"id": "b", "block": [STOP], "when": {"a": 1}}],
        [{"id": "p", "parallel": [{"id": "look", "action": "net.port_open", "with": {"port": 1}}, START]}, STOP],
        [{**START, "when": {"a": 1}, "rollback": {"action": "service.stop", "with": {"service": "web"}}}],
    ],
)
def test_what_is_looked_at_before_guards_what_follows(steps: list[dict[str, Any]]) -> None:
    assert said(guarded.check, *steps) == []


@pytest.mark.parametrize(
    "steps",
    [
        [{**SURE, "on_failure": "continue"}, STOP],
        [{"id": "b", "block": [SURE], "rescue": [START]}, STOP],
        [{"id": "b", "block": [SURE], "on_failure": "continue"}, STOP],
        [{"id": "b", "block": [SURE], "finally": [STOP]}],
        [{"id": "b", "block": [SURE], "rescue": [STOP]}],
        [{"id": "p", "parallel": [{"id": "look", "action": "net.port_open", "with": {"port": 1}}, STOP]}],
    ],
)
def test_what_may_fail_without_ending_the_run_guards_nothing(steps: list[dict[str, Any]]) -> None:
    (message,) = said(guarded.check, *steps)
    assert "'stop' is destructive" in message


def test_a_check_among_the_steps_does_not_guard_the_rescue_of_the_run() -> None:
    assert len(said(guarded.check, SURE, rescue=[STOP])) == 1
    assert said(guarded.check, SURE, rescue=[{**SURE, "id": "again"}, STOP]) == []


# Actions and parameters.


@pytest.mark.parametrize(
    ("kind", "action", "params", "fits"),
    [
        ("integer", "net.port_open", {"port": "${{ params.x }}"}, True),
        ("string", "net.port_open", {"port": "${{ params.x }}"}, False),
        ("string", "net.port_open", {"port": "${{ params.x | int }}"}, True),
        ("integer", "service.start", {"service": "${{ params.x }}"}, True),
        ("boolean", "service.start", {"service": "${{ params.x }}"}, False),
        ("strings", "service.start", {"service": "${{ params.x }}"}, False),
        ("strings", "service.start", {"service": "a-${{ params.x }}"}, True),
        ("strings", "command.run", {"argv": "${{ params.x }}"}, True),
        ("string", "command.run", {"argv": "${{ params.x }}"}, False),
        ("strings", "command.run", {"argv": ["ls", "${{ params.x }}"]}, False),
        ("string", "wait.for", {"duration": "${{ params.x }}"}, True),
    ],
)
def test_what_is_inserted_must_be_able_to_fit(kind: str, action: str, params: dict[str, Any], fits: bool) -> None:
    step = {"id": "a", "action": action, "with": params}
    assert (said(known_actions.check, step, params={"x": {"type": kind}}) == []) is fits


@pytest.mark.parametrize(
    ("argv", "open_to_options"),
    [
        (["id", "${{ params.x }}"], True),
        (["id", "${{ params.x }}.conf"], True),
        (["id", "--user=${{ params.x }}"], False),
        (["id", "--", "${{ params.x }}"], False),
        (["${{ params.x }}"], False),
    ],
)
def test_a_text_that_begins_an_argument_may_be_an_option(argv: list[str], open_to_options: bool) -> None:
    step = {"id": "a", "action": "command.run", "with": {"argv": argv}}
    assert bool(said(patterns.check, step, params={"x": {}})) is open_to_options
    assert said(patterns.check, step, params={"x": {"pattern": "[a-z]+"}}) == []


# Values of the run.


@pytest.mark.parametrize(
    ("step", "named"),
    [
        ({"id": "b", "block": [{**START, "when": {"steps.b.outcome": "success"}}]}, "b"),
        ({**START, "when": {"steps.start.outcome": "success"}}, "start"),
        ({**START, "foreach": "${{ steps.start.output }}"}, "start"),
    ],
)
def test_a_step_does_not_come_before_itself(step: dict[str, Any], named: str) -> None:
    (message,) = said(references.check_runbook, step)
    assert f"there is no earlier step {named!r}" in message


@pytest.mark.parametrize("place", ["precheck", "limits"])
def test_before_the_first_step_there_is_no_value_of_a_step(place: str) -> None:
    fields: dict[str, Any] = {
        "precheck": {"unsafe": {"steps.start.changed": True}},
        "limits": {"lock": "${{ steps.start.output }}"},
    }
    assert len(said(references.check_runbook, START, **{place: fields[place]})) == 1


def test_the_steps_of_a_block_are_seen_after_it_and_in_the_rescue_of_the_run() -> None:
    block = {"id": "b", "block": [START], "rescue": [{**STOP, "when": {"steps.start.outcome": "failed"}}]}
    after = {"id": "after", "fail": "${{ steps.start.error }}", "when": {"steps.b.outcome": "failed"}}
    rescue = [{"id": "last", "fail": "${{ steps.stop.error }} ${{ steps.after.error }}"}]
    outputs = {"how": "${{ steps.start.outcome }}"}
    assert said(references.check_runbook, block, after, rescue=rescue, outputs=outputs) == []


def test_a_value_is_named_outright() -> None:
    step = {**START, "when": {"steps.${{ params.x }}.changed": True}}
    (message,) = said(references.check_runbook, step, params={"x": {}})
    assert "without an insertion in its name" in message


def test_a_parameter_that_only_a_condition_looks_at_is_used() -> None:
    step = {**START, "when": {'params["my-mode"]': "strict"}}
    assert said(unused.check, step, params={"my-mode": {}}) == []
    assert len(said(unused.check, START, params={"my": {}})) == 1


def test_what_follows_a_block_that_always_fails_never_runs() -> None:
    gives_up = {"id": "b", "block": [{"id": "no", "fail": "No."}]}
    assert len(said(unused.check, gives_up, START)) == 1
    assert said(unused.check, {**gives_up, "rescue": [STOP]}, START) == []
    assert said(unused.check, {**gives_up, "when": {"a": 1}}, START) == []


# Conditions.


@pytest.mark.parametrize(
    ("when", "wrong"),
    [
        ({"services.web.state": "running"}, False),
        ({"services.${{ params.x }}.state": "runing"}, True),
        ({"services.web.state": {"ne": "runing"}}, False),
        ({"services.web.colour": "green"}, False),
        ({'disks["/"].used_percent': "90"}, True),
        ({'disks["/"].used_percent': 90}, False),
        ({"services.web.state": "${{ params.x }}"}, False),
        ({"services.web.state": None}, False),
        ({"any": [{"a": {"gt": 5, "lt": 1}}, {"b": 1, "a": 1}]}, False),
        ({"any": [{"a": {"gt": 5, "lt": 1}}, {"b": {"eq": 1, "ne": 1}}]}, True),
    ],
)
def test_a_condition_that_cannot_be_true_is_told_and_no_other(when: dict[str, Any], wrong: bool) -> None:
    found = said(impossible.check_runbook, {**START, "when": when}, params={"x": {}})
    assert bool(found) is wrong


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("services.web.stat", "services.web.state"),
        ("services.${{ params.x }}.pidd", "services.*.pid"),
        ("disk.root.used_percent", "disks.root.used_percent"),
        ("services.web.state", None),
        ("services.web.colour", None),
        ("warehouse.gate", None),
        ("steps", None),
        ("params.stat", None),
    ],
)
def test_a_fact_that_is_nearly_well_known_is_told_and_others_are_allowed(path: str, meant: str | None) -> None:
    entry = read(text_of({**START, "when": {path: "x"}}, params={"x": {}}))
    assert [finding.suggestion for finding in near_facts.check(entry)] == ([f"did you mean {meant}?"] if meant else [])


# Verification.


def test_a_runbook_that_only_looks_needs_no_pause() -> None:
    look = {"id": "look", "action": "net.port_open", "with": {"port": 80}}
    verify = {"method": "m", "checks": [{"when": {"a": 1}, "confidence": 1}]}
    assert said(verification.check, look, verify=verify) == []
    assert len(said(verification.check, look, {"id": "c", "call": "RB-LIN-Y"}, verify=verify)) == 1


def test_a_verification_that_compares_the_host_with_the_run_looks_at_the_host() -> None:
    when = {"services.web.pid": {"ne": "${{ steps.start.output }}"}}
    verify = {"method": "m", "settle": "1s", "checks": [{"when": when, "confidence": 1}]}
    assert said(verification.check, START, verify=verify) == []


# At the same time.


@pytest.mark.parametrize(
    ("one", "other", "met"),
    [
        ("web", "worker", False),
        ("web", "web", True),
        ("${{ params.x }}", "${{ params.x }}", True),
        ("${{ params.x }}", "web", False),
    ],
)
def test_branches_meet_where_they_certainly_name_the_same_fact(one: str, other: str, met: bool) -> None:
    branches = [
        {"id": "a", "action": "service.start", "with": {"service": one}},
        {"id": "b", "action": "service.restart", "with": {"service": other}},
    ]
    assert bool(said(parallel_steps.check, {"id": "p", "parallel": branches}, params={"x": {}})) is met


def test_a_script_that_says_what_it_touches_meets_an_action() -> None:
    script = {
        "id": "s",
        "action": "script.sh",
        "with": {"script": "true"},
        "changes": {"services.web.state": "stopped"},
    }
    (message,) = said(parallel_steps.check, {"id": "p", "parallel": [START, script]})
    assert "meet at services.web.state" in message


# Characters.


def test_every_character_that_cannot_be_seen_is_known() -> None:
    # Signs of other scripts that Unicode calls formats, and that are seen; and the space of ideographic text.
    seen = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x3000, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}
    plain = {ord(char) for char in "\t\n\r "}
    for code in range(0x110000):
        kind = unicodedata.category(chr(code))
        if kind in ("Cf", "Cc", "Zl", "Zp", "Zs", "Co") and code not in seen | plain:
            assert hidden_text.HIDDEN.match(chr(code)), hex(code)


def test_text_in_the_scripts_of_the_world_is_fine() -> None:
    name = "Größe, naïve, Служба печати, 日本語　です, עברית, ελληνικά, 5 µs, 2 kΩ, 1ª"
    entry = read(text_of(START, name=name))
    assert list(hidden_text.check(entry)) == []
    assert list(lookalikes.check(entry)) == []


def test_a_hidden_character_is_found_at_its_line_and_column() -> None:
    text = text_of(START).replace("name: X\n", "name: X  # a\u200bb\n")
    (finding,) = hidden_text.check(read(text))
    lines = text.split("\n")
    assert lines[finding.line - 1][finding.column - 1] == "\u200b"


@pytest.mark.parametrize("word", ["ｗeb", "𝐰eb", "wеb", "wɑb"])
def test_a_name_with_a_letter_of_another_kind_is_refused(word: str) -> None:
    entry = read(text_of({"id": "a", "action": "file.exists", "with": {"path": f"/etc/{word}"}}))
    assert [finding.severity for finding in lookalikes.check(entry)] == ["error"]


def test_ids_that_are_the_same_file_on_windows_are_refused() -> None:
    files = {path: text_of(START).encode() for path in (PATH, PATH.replace("LIN-X", "lin-x"))}
    messages = [finding.message for finding in identity.check_tree(tree_of(read_corpus(files)))]
    assert any("is the same as" in message for message in messages)


# Secrets.


def test_a_secret_may_go_to_a_rollback_and_into_a_block() -> None:
    script = {"id": "s", "action": "script.sh", "with": {"script": "true", "env": {"KEY": "secret://key"}}}
    undo = {"action": "script.sh", "with": {"script": "true", "env": {"KEY": "secret://key"}}}
    steps = [{"id": "b", "block": [{**script, "rollback": undo}]}]
    assert said(secret_use.check, *steps, secrets={"key": {"description": "As in secret://key."}}) == []


@pytest.mark.parametrize(
    "reference", ["secret://key ", "secret://Key", "secret://${{ params.x }}", "x secret://key", "secret://"]
)
def test_a_reference_that_is_not_read_is_refused(reference: str) -> None:
    script = {"id": "s", "action": "script.sh", "with": {"script": "true", "env": {"KEY": reference}}}
    entry = read(text_of(script, secrets={"key": {}}, params={"x": {}}))
    assert any(finding.severity == "error" for finding in secret_use.check(entry))


@pytest.mark.parametrize(
    ("env", "kinds"),
    [
        ({"PASSWORD": "${{ params.x }}"}, 0),
        ({"PASSWORD": "secret://key"}, 0),
        ({"PASSWORD_FILE": "/run/secrets/password"}, 0),
        ({"DATABASE_URL": "postgres://app:Tulip-77@db/app"}, 1),
        ({"NOTE": "login with password: Tulip-77-Rose"}, 1),
        ({"API_TOKEN": "9f8e7d6c5b4a39281706f5e4d3c2b1a0"}, 1),
    ],
)
def test_what_is_written_behind_a_telling_name_is_a_secret_unless_it_is_a_reference(
    env: dict[str, str], kinds: int
) -> None:
    script = {"id": "s", "action": "script.sh", "with": {"script": "true", "env": env}}
    entry = read(text_of(script, secrets={"key": {}}, params={"x": {}}))
    assert len(list(written_secrets.check(entry))) == kinds


def test_the_quick_look_lets_nothing_pass_that_the_redaction_finds() -> None:
    hints = {hint for rule in SECRETS for hint in rule.hints}
    assert written_secrets.STRONGER.keys() <= hints
    samples = [
        "$6$rounds=5000$abcdefghijklmnop", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=65536,t=3,p=4$abc",
        "https://user:Tulip-77@host/", "SK0123456789abcdef0123456789abcdef", "net user admin Tulip-77",
        "net.exe\tuser admin Tulip-77", "glpat-abcdefghij0123456789", "ghs_0123456789abcdefghij",
        "https://0123456789abcdef0123456789abcdef@host/1", "via buildbot:Fern-Valley-6@10.0.0.8:3128",
        "111111-222222-333333-444444-555555-666666-777777-888888", "localhost:5432:records:app:Pebble-Creek-8",
        "GET /cb?code=Qk92mZ01xV7tL4sW8yB3", "OTP: 771204", "login as admin:Summer-2031!", "admin / pw: kettle-Drum-77",
        "admin:500:aad3b435b51404eeaad3b435b51404ee:31d6cfe0d16ae931b73c59d7e0c089c0:::",
    ]  # fmt: skip
    for sample in samples:
        assert redact_text(sample)[1], sample
        assert written_secrets.hinted(sample.casefold()), sample
