"""A value that is known to be secret is erased in every form that programs write it in."""

from __future__ import annotations

import base64
import html
import json
import shlex
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runwright.redact.cuts import beginning, without_beginning
from runwright.redact.redact import redact_text
from runwright.redact.registered import MASK, MIN_LENGTH, Registered, forms_of
from tests.support.growth import no_runaway

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
    assert known.mask("tery and more", cut=True) == f"{MASK} and more"
    assert known.mask("tery and more") == "tery and more"


@pytest.mark.parametrize("form", [CANARY, CANARY.encode().hex(), base64.b64encode(CANARY.encode()).decode()])
def test_half_a_value_at_an_end_of_a_text_is_erased(form: str) -> None:
    half = len(form) // 2 + 1
    assert KNOWN.mask(form[half:] + " and more") == f"{MASK} and more"
    assert KNOWN.mask("it was " + form[:half]) == f"it was {MASK}"
    assert KNOWN.mask("it was " + form[:8]) == f"it was {MASK}"


@pytest.mark.parametrize("size", range(MIN_LENGTH, len(CANARY)))
def test_a_part_of_a_value_at_a_place_that_says_it_was_cut_is_erased(size: int) -> None:
    assert CANARY[-size:] not in KNOWN.mask(without_beginning(CANARY[-size:] + " more", 70_000))
    assert CANARY[:size] not in KNOWN.mask("said: " + beginning("x" * 300 + CANARY, 300 + size))


def test_values_that_overlap_are_erased_together() -> None:
    known = Registered().plus("alpha-bravo", "bravo-charlie", "pha-br")
    assert known.mask("x alpha-bravo-charlie y") == f"x {MASK} y"


def test_short_data_that_is_a_part_of_a_value_is_a_name_and_stays() -> None:
    known = Registered().plus("postgres-password")
    assert known.mask_data({"postgres": "postgres"}) == {"postgres": "postgres"}
    assert known.mask_data(["x" * 90 + " postgres"]) == ["x" * 90 + f" {MASK}"]


UNSAFE = "Tr<&>b'l\"e+w0rd"
OTHER_FORMS = {
    "html": html.escape(UNSAFE),
    "html with numbers": html.escape(UNSAFE).replace("&#x27;", "&#39;").replace("&quot;", "&#34;"),
    "html without quotes": html.escape(UNSAFE, quote=False),
    "json safe in html": json.dumps(UNSAFE).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"),
    "json in capitals": json.dumps(UNSAFE).replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026"),
    "every byte of an address": "".join(f"%{octet:02x}" for octet in UNSAFE.encode()),
    "base32": base64.b32encode(UNSAFE.encode()).decode(),
    "base32 inside": base64.b32encode(b"xyz" + UNSAFE.encode() + b"more").decode(),
    "bytes of utf-16 read as utf-8": UNSAFE.encode("utf-16-le").decode(),
    **{f"hex of {kind}": UNSAFE.encode(kind).hex() for kind in ("utf-8", "utf-16-le", "utf-16-be")},
    **{
        f"base64 of {kind} after {before} bytes": base64.b64encode(bytes(before) + UNSAFE.encode(kind) + b"z").decode()
        for kind in ("utf-8", "utf-16-le", "utf-16-be")
        for before in range(3)
    },
}


@pytest.mark.parametrize("written", OTHER_FORMS.values(), ids=OTHER_FORMS)
def test_no_other_form_of_a_value_is_left(written: str) -> None:
    left = Registered().plus(UNSAFE).mask(f"before {written} after")
    assert MASK in left
    assert len(left) <= len(f"before {MASK} after") + 24


@pytest.mark.parametrize("line", ["\n", "\r\n", "\n    ", "\\n"])
@pytest.mark.parametrize("width", [16, 64, 76])
def test_a_value_in_wrapped_base64_is_erased(line: str, width: int) -> None:
    value = "wrapped-" * 20
    encoded = base64.b64encode(b"user:" + value.encode()).decode()
    wrapped = line.join(encoded[at : at + width] for at in range(0, len(encoded), width))
    left = Registered().plus(value).mask(f"begin{line}{wrapped}{line}end")
    assert len(left) <= len(f"begin{line}{MASK}{line}end") + 16
    assert left.startswith("begin")
    assert left.endswith("end")


@pytest.mark.parametrize("filler", ["a", "ab", "\n", "a\n", "%", "\\u"])
def test_hostile_texts_are_masked_in_bounded_time(filler: str) -> None:
    known = Registered().plus("a" * 4000, "ab" * 2000, "\n".join(["a" * 60] * 30))
    text = filler * (64 * 1024 // len(filler))
    with no_runaway():
        known.mask(text)


def test_data_is_masked_in_names_and_values_and_keeps_its_shape() -> None:
    known = Registered().plus("canary-value")
    data = {"a": [1, True, None, {"canary-value": "x canary-value y"}]}
    assert known.mask_data(data) == {"a": [1, True, None, {MASK: f"x {MASK} y"}]}


def test_without_values_nothing_is_changed() -> None:
    assert Registered().mask("any text", cut=True) == "any text"
    assert Registered().plus("").values == frozenset()


def test_a_later_redaction_leaves_the_mask_as_it_is() -> None:
    assert redact_text(f"password: {MASK}")[0] == f"password: {MASK}"
