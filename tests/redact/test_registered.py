"""A value that is known to be secret is erased in every form that programs write it in."""

from __future__ import annotations

import base64
import json
import shlex
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runwright.redact.redact import redact_text
from runwright.redact.registered import MASK, MIN_LENGTH, Registered, forms_of

CANARY = "s3cr3t/ca n'ary+\"$x\\%"
KNOWN = Registered().plus(CANARY)


@pytest.mark.parametrize(
    "written",
    [
        CANARY,
        base64.b64encode(CANARY.encode()).decode(),
        base64.urlsafe_b64encode(CANARY.encode()).decode(),
        CANARY.encode().hex(),
        CANARY.encode().hex().upper(),
        quote(CANARY, safe=""),
        quote_plus(CANARY),
        quote(CANARY, safe="").lower(),
        json.dumps(CANARY),
        json.dumps(json.dumps(CANARY)),
        json.dumps({"a": [CANARY]}, indent=1),
        shlex.quote(CANARY),
        repr(CANARY),
        f"PGPASSWORD={CANARY} psql",
    ],
)
def test_no_form_of_a_value_is_left(written: str) -> None:
    left = KNOWN.mask(f"before {written} after")
    assert MASK in left
    assert "s3cr3t" not in left
    assert "czNjcjN0" not in left
    assert left.startswith("before ")
    assert left.endswith(" after")


@pytest.mark.parametrize("user", ["a", "ab", "abc", "admin", "somebody"])
def test_the_value_inside_a_longer_base64_text_is_erased(user: str) -> None:
    left = KNOWN.mask("Basic " + base64.b64encode(f"{user}:{CANARY}x".encode()).decode())
    middle = left.removeprefix("Basic ")
    decodable = middle.split(MASK)
    assert MASK in left
    assert all(len(part) <= len(user) * 2 + 8 for part in decodable)


@given(st.text(min_size=MIN_LENGTH, max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_a_value_never_stays_in_a_text(value: str, before: str, after: str) -> None:
    left = Registered().plus(value).mask(before + value + after)
    assert value not in left.replace(MASK, "") or value in before + after or value in MASK


@given(st.binary(min_size=MIN_LENGTH, max_size=40), st.binary(max_size=5), st.binary(max_size=5))
def test_base64_with_any_neighbours_keeps_no_whole_value(value: bytes, before: bytes, after: bytes) -> None:
    text = value.decode("latin-1")
    raw = text.encode()
    written = base64.b64encode(before + raw + after).decode()
    assert any(form in written for form in forms_of(text))


def test_each_long_line_of_a_key_is_erased_on_its_own() -> None:
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\n-----END KEY-----\n"
    left = Registered().plus(key).mask("  MIIEvQIBADANBgkqhkiG9w0B\r\n  AQEFAASCBKcwggSjAgEAAoIB\r\n")
    assert "MII" not in left
    assert "AQEF" not in left


def test_the_rest_of_a_value_at_a_cut_is_erased() -> None:
    known = Registered().plus("correct-horse-battery")
    assert known.mask("horse-battery and more", cut=True) == f"{MASK} and more"
    assert known.mask("horse-battery and more") == "horse-battery and more"


def test_data_is_masked_in_names_and_values_and_keeps_its_shape() -> None:
    known = Registered().plus("canary-value")
    data = {"a": [1, True, None, {"canary-value": "x canary-value y"}]}
    assert known.mask_data(data) == {"a": [1, True, None, {MASK: f"x {MASK} y"}]}


def test_without_values_nothing_is_changed() -> None:
    assert Registered().mask("any text", cut=True) == "any text"
    assert Registered().plus("").values == frozenset()


def test_a_later_redaction_leaves_the_mask_as_it_is() -> None:
    assert redact_text(f"password: {MASK}")[0] == f"password: {MASK}"
