"""Secrets go, everything else stays, and doing it twice is doing it once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.model.pattern import MAX_LENGTH, compiled, full_match
from runwright.redact.marker import MARKER
from runwright.redact.redact import MAX_DEPTH, MAX_TEXT, Span, redact_data, redact_text
from runwright.redact.rules import RULES, SECRET_KEYS
from tests.support.growth import no_runaway
from tests.support.redact_hostile import hostile

CASES = Path(__file__).resolve().parents[1] / "cases" / "redact"


def cases(name: str) -> list[Any]:
    return [json.loads(line.replace("~~", "")) for line in (CASES / name).read_text().splitlines()]


SECRETS, LOOKALIKES = cases("secrets.jsonl"), cases("lookalikes.jsonl")


def test_there_are_at_least_60_of_each() -> None:
    assert min(len(SECRETS), len(LOOKALIKES)) >= 60


@pytest.mark.parametrize("case", SECRETS, ids=lambda case: f"{case['kind']}: {case['text'][:40]}")
def test_a_secret_is_erased_and_named(case: Any) -> None:
    text, spans = redact_text(case["text"])
    assert case["secret"] not in text
    assert case["kind"] in {span.kind for span in spans}
    assert f"[erased:{case['kind']}]" in text


@pytest.mark.parametrize("case", LOOKALIKES, ids=lambda case: case["text"][:50])
def test_a_look_alike_stays(case: Any) -> None:
    assert redact_text(case["text"]) == (case["text"], ())


@pytest.mark.parametrize("case", SECRETS + LOOKALIKES, ids=lambda case: case["text"][:50])
def test_redacting_twice_is_redacting_once(case: Any) -> None:
    once, _ = redact_text(case["text"])
    assert redact_text(once) == (once, ())


@pytest.mark.parametrize("case", SECRETS, ids=lambda case: f"{case['kind']}: {case['text'][:40]}")
def test_spans_are_places_in_the_text_that_came_in(case: Any) -> None:
    text = "é\U0001f600 " + case["text"]
    clean, spans = redact_text(text)
    rest = text
    for span in reversed(spans):
        rest = f"{rest[: span.start]}[erased:{span.kind}]{rest[span.end :]}"
    assert rest == clean
    assert any(case["secret"][-4:] in text[span.start : span.end] for span in spans)


def test_what_stands_around_a_secret_stays() -> None:
    text, spans = redact_text("connect postgres://app:hunter2@db:5432/records failed")
    assert text == "connect postgres://app:[erased:url_password]@db:5432/records failed"
    assert spans == (Span("url_password", 23, 30),)


def test_overlapping_finds_are_one_place() -> None:
    text, spans = redact_text("token=gh" + "p_" + "a1B2" * 9)
    assert text == "token=[erased:github_token]"
    assert len(spans) == 1


PLANTED = st.sampled_from([case["text"] for case in SECRETS + LOOKALIKES])
PIECES = st.one_of(
    PLANTED,
    st.text(max_size=40),
    st.sampled_from(
        ["password=", "[erased:", "[erased:password]", "[erased:x]", "\ufffc", "]", '"', "\\", "\n", "://", ":", "@"]
    ),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=8).map("".join))
def test_any_text_comes_to_rest_after_one_redaction(text: str) -> None:
    once, _ = redact_text(text)
    assert redact_text(once)[0] == once


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_no_text_makes_it_raise(text: str) -> None:
    clean, _ = redact_text(text)
    clean.encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | PIECES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["password", "api_key", "name", "value", "output", "tokens"])
            | st.text(max_size=8)
            | PIECES,
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_any_data_comes_to_rest_after_one_redaction(data: Any) -> None:
    once, _ = redact_data(data)
    assert redact_data(once)[0] == once


HOSTILE = hostile()


def test_there_are_at_least_61_hostile_texts_of_64_kb() -> None:
    assert len(HOSTILE) >= 61
    assert min(len(text) for text in HOSTILE.values()) >= 32_000


@pytest.mark.parametrize("name", HOSTILE)
def test_64_kb_of_a_hostile_text_are_done_in_bounded_time(name: str) -> None:
    with no_runaway():
        clean, _ = redact_text(HOSTILE[name])
        assert redact_text(clean)[0] == clean


def test_a_text_over_the_limit_is_withheld() -> None:
    text, spans = redact_text("é" * (MAX_TEXT + 1))
    assert text == f"[withheld {2 * (MAX_TEXT + 1)} bytes]"
    assert spans == (Span("withheld", 0, MAX_TEXT + 1),)
    assert redact_text(text) == (text, ())


def test_half_a_character_is_replaced_and_secrets_beside_it_still_go() -> None:
    assert redact_text("\ud800 password=hunter2")[0] == "\ufffd password=[erased:password]"


def test_names_of_members_announce_secrets() -> None:
    data = {"db": {"password": "x y z", "user": "app"}, "apiKey": "abc123", "passwords": ["a1", "b2"], "tokens": 5}
    clean, erased = redact_data(data)
    assert clean == {
        "db": {"password": "[erased:password]", "user": "app"},
        "apiKey": "[erased:api_key]",
        "passwords": ["[erased:password]", "[erased:password]"],
        "tokens": 5,
    }
    assert [(item.pointer, item.kind) for item in erased] == [
        ("/db/password", "password"),
        ("/apiKey", "api_key"),
        ("/passwords/0", "password"),
        ("/passwords/1", "password"),
    ]


def test_a_name_beside_a_value_announces_it_too() -> None:
    env = [{"name": "DB_PASSWORD", "value": "hunter2"}, {"name": "LANG", "value": "C.UTF-8"}]
    assert redact_data(env)[0] == [
        {"name": "DB_PASSWORD", "value": "[erased:password]"},
        {"name": "LANG", "value": "C.UTF-8"},
    ]


def test_a_flag_announces_the_argument_after_it() -> None:
    argv = ["psql", "--user", "app", "--password", "hunter2", "records"]
    assert redact_data(argv)[0] == ["psql", "--user", "app", "--password", "[erased:password]", "records"]


@pytest.mark.parametrize(
    "data",
    [
        {"password": {"value": "hunter2Secret!"}},
        {"db": {"password": [{"old": "hunter2Secret!"}, ["hunter2Secret!"]]}},
        {"name": "DB_PASSWORD", "value": {"plain": "hunter2Secret!"}},
        ["--password", {"plain": "hunter2Secret!"}],
    ],
)
def test_objects_and_lists_below_a_secrets_name_are_erased_too(data: Any) -> None:
    clean, erased = redact_data(data)
    assert "hunter2" not in json.dumps(clean)
    assert {item.kind for item in erased} == {"password"}
    assert redact_data(clean) == (clean, ())


def test_a_secrets_name_at_the_deepest_level_is_still_heard() -> None:
    data: Any = {"password": "hunter2Secret!"}
    for _ in range(MAX_DEPTH - 1):
        data = [data]
    assert "hunter2" not in json.dumps(redact_data(data)[0])


GLUED = [
    ("password=[erased:x]hunter2Secret!", "password=[erased:password]"),
    ("password=[erased:password]hunter2Secret!", "password=[erased:password]"),
    ("password=[withheld 7 bytes]hunter2Secret!", "password=[erased:password]"),
    ("password=hunter2[erased:token]Secret!", "password=[erased:password]"),
    ("Authorization: Bearer [erased:x]abcdef0123456789abcdef01", "Authorization: [erased:authorization]"),
    ("Authorization: Bearer [erased:bearer]abcdef0123456789abcdef01", "Authorization: [erased:authorization]"),
    ("postgres://app:[erased:url_password]hunter2@db/records", "postgres://app:[erased:url_password]@db/records"),
]


@pytest.mark.parametrize(("text", "expected"), GLUED)
def test_a_marker_that_came_in_shields_nothing_beside_it(text: str, expected: str) -> None:
    clean, spans = redact_text(text)
    assert clean == expected
    assert len(spans) == 1
    assert text[: spans[0].start] + f"[erased:{spans[0].kind}]" + text[spans[0].end :] == clean
    assert redact_text(clean) == (clean, ())


def test_a_secrets_value_behind_a_marker_is_erased_in_data_too() -> None:
    assert redact_data({"password": "[erased:password]hunter2Secret!"})[0] == {"password": "[erased:password]"}


def test_a_secret_in_the_name_of_a_member_is_erased_and_its_pointer_does_not_tell_it() -> None:
    data = {'env["DB_PASSWORD=hunter2Secret!"]': 1, 'env["DB_PASSWORD=other2Secret!"]': {"a": "password=hunter2"}}
    clean, erased = redact_data(data)
    assert clean == {
        'env["DB_PASSWORD=[erased:password]"]': 1,
        'env["DB_PASSWORD=[erased:password]"] (2)': {"a": "password=[erased:password]"},
    }
    assert "unter2" not in "".join(item.pointer for item in erased)
    assert [item.pointer[-3:] for item in erased] == [']"]', "(2)", ")/a"]
    assert redact_data(clean) == (clean, ())


@pytest.mark.parametrize(
    "text",
    [
        '{"password":\n    "hunter2Secret!"}',
        '{"password"\r\n:\t"hunter2Secret!"}',
        '"{\\"password\\":\\n  \\"hunter2Secret!\\"}"',
    ],
)
def test_a_value_on_the_next_line_is_erased(text: str) -> None:
    clean, _ = redact_text(text)
    assert clean == text.replace("hunter2Secret!", "[erased:password]")


def test_the_next_name_of_yaml_is_no_value() -> None:
    text = "secrets:\n  'db': vault\npassword:\n  \"user\": app\n"
    assert redact_text(text) == (text, ())


def test_pointers_are_escaped_as_rfc_6901_says() -> None:
    _, erased = redact_data({"a/b": {"m~n": ["", "password=hunter2"]}})
    assert [item.pointer for item in erased] == ["/a~1b/m~0n/1"]


def test_facts_numbers_truth_values_and_references_stay() -> None:
    facts = {
        "services.records-db.state": "stopped",
        'disks["/"].used_percent': 91.5,
        "password_expired": True,
        "passwords": 3,
        "token": None,
        "secret": "${{ secrets.db }}",
        "private_key": "/etc/ssl/private/web.key",
        "tree": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    }
    assert redact_data(facts) == (facts, ())


def test_data_that_is_nested_too_deep_is_withheld_and_no_error() -> None:
    data: Any = "password=hunter2"
    for _ in range(MAX_DEPTH + 800):
        data = [data]
    clean, erased = redact_data(data)
    assert "hunter2" not in json.dumps(clean)
    assert erased[0].kind == "withheld"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
def test_every_rule_is_a_linear_pattern_with_a_kind_that_its_marker_can_say(rule: Any) -> None:
    assert len(rule.pattern) <= MAX_LENGTH
    compiled(rule.pattern)
    assert full_match(MARKER, f"[erased:{rule.kind}]")
    assert all(hint == hint.casefold() for hint in rule.hints)


def test_every_kind_of_name_can_be_said_in_a_marker() -> None:
    assert all(full_match(MARKER, f"[erased:{kind}]") for kind in SECRET_KEYS)
