"""The agent marks what it erases by the key that the service told it, and by none before it was told."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.agent.marking import NOTE, Marking
from runwright.redact.redact import PLAIN, Marks

KEY = bytes(range(32))


class Notes:
    """Notes in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str | None] = {}

    def note(self, name: str) -> str | None:
        return self.kept.get(name)

    def set_note(self, name: str, value: str | None) -> None:
        self.kept[name] = value


def test_before_the_service_told_a_key_a_mark_says_the_kind_alone() -> None:
    assert Marking(Notes()).marks() == PLAIN


def test_a_key_that_was_told_is_kept_and_used() -> None:
    marking = Marking(Notes())
    marking.hear({"received": True, "redaction_key": KEY.hex()})
    assert marking.marks() == Marks(KEY)
    marking.hear({"received": True})
    assert marking.marks() == Marks(KEY)


@pytest.mark.parametrize("told", [None, 7, "", "xyz", "ab", KEY.hex() + "00", ["00"], KEY.hex()[:-1]])
def test_what_is_no_key_changes_nothing(told: Any) -> None:
    notes = Notes()
    Marking(notes).hear({"redaction_key": told})
    assert notes.kept == {}
    notes.set_note(NOTE, "broken")
    assert Marking(notes).marks() == PLAIN
