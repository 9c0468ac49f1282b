"""What is hidden from a matcher and not from a reader is found, and its place is that in the text that came in."""

from __future__ import annotations

import base64

import pytest

from runwright.redact.redact import redact_text, scan

HIDDEN = {
    "zero width": "pass\u200bword=hunter2Secret!",
    "soft hyphen": "pass\u00adword=hunter2Secret!",
    "wide letters": "\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44\uff1dhunter2Secret!",
    "direction": "pa\u202essword=hunter2Secret!",
    "accents": "pa\u0301ssword=hunter2Secret!",
    "bold letters of mathematics": "".join(chr(0x1D41A + ord(char) - ord("a")) for char in "password")
    + "=hunter2Secret!",
    "colours of a terminal": "\x1b[31mpass\x1b[1mword\x1b[0m=\x1b[32mhunter2Secret!",
    "title of a terminal": "\x1b]0;password=hunter2Secret!\x07",
    "zeros between": "\x00".join("password=hunter2Secret!"),
    "escapes of JSON": "\\u0070assword=hunter2Secret!",
    "escapes of HTML": "&#x70;a&#115;sword=hunter2Secret!",
    "escapes of addresses": "%70assword%3Dhunter2Secret!",
    "escapes of a program": "\\x70assword=hunter2Secret!",
    "escapes twice": "%2570assword%253Dhunter2Secret!",
    "base64": base64.b64encode(b"password=hunter2Secret!").decode(),
    "base64 for addresses": base64.urlsafe_b64encode(b"password=hunter2Secret!???>>>").decode(),
    "base64 behind a slash": "payload/" + base64.b64encode(b"password=hunter2Secret!").decode(),
    "base64 of UTF-16": base64.b64encode("password=hunter2Secret!".encode("utf-16-le")).decode(),
    "base64 of base64": base64.b64encode(base64.b64encode(b"password=hunter2Secret! and more")).decode(),
    "base64 in lines": base64.encodebytes(
        b"some words before it, password=hunter2Secret! and some words after"
    ).decode(),
    "hexadecimal": b"password=hunter2Secret!".hex(),
    "hexadecimal in capitals with blanks": b"password=hunter2Secret!".hex(" ").upper(),
    "hexadecimal of UTF-16": "password=hunter2Secret!".encode("utf-16-be").hex(),
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_what_is_hidden_is_found(hidden: str) -> None:
    text = f"before {hidden} after"
    clean, spans = redact_text(text)
    assert "hunter2" not in clean.replace("\x00", "")
    assert hidden[-10:].strip() not in clean
    assert clean.startswith("before ")
    assert clean.endswith(" after")
    assert len(spans) == 1
    assert clean == f"{text[: spans[0].start]}[erased:{spans[0].kind}]{text[spans[0].end :]}"
    assert redact_text(clean) == (clean, ())


def test_what_is_left_is_written_as_it_came() -> None:
    text = "caf\u00e9 \uff21 \x1b[31mred\x1b[0m %41 &amp; \\u0041 password=hunter2Secret! \u200b"
    assert redact_text(text)[0] == text.replace("hunter2Secret!", "[erased:password]")


def test_a_character_that_means_several_goes_as_a_whole() -> None:
    clean, _ = redact_text("password=\ufb01sh-Secret-77")
    assert clean == "password=[erased:password]"


@pytest.mark.parametrize("text", ["%DB_PASSWORD%", "password=%DB_PASSWORD%", "100%25 of 5%20", "C:\\new\\table\\u0041"])
def test_what_only_looks_like_an_escape_stays(text: str) -> None:
    assert redact_text(text) == (text, ())


def test_a_mark_behind_an_escape_sign_is_not_taken_for_a_control_sequence() -> None:
    clean, _ = redact_text("\x1bpassword=hunter2Secret!\x1b ")
    assert redact_text(clean) == (clean, ())
    assert scan(clean) == ()
