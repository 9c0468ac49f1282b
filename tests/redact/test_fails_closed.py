"""Whatever a check of a rule fails with, the text is withheld: no failure gets out, and nothing passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from runwright.redact import columns, proofs
from runwright.redact.redact import redact_data, redact_text
from runwright.redact.rule import Part

FAILURES = (KeyError, IndexError, AttributeError, TypeError, ValueError, RecursionError)


def failing(error: type[Exception]) -> Callable[[str, int, int], Part | None]:
    """A check that fails."""

    def check(text: str, start: int, end: int) -> Part | None:
        raise error(f"at {start} of {len(text)}, up to {end}")

    return check


@pytest.mark.parametrize("error", FAILURES)
def test_a_text_is_withheld_when_a_check_fails(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(proofs.CHECKS, "given", failing(error))  # type: ignore[arg-type]
    text = f"asked by Jane Roe {error.__name__}"
    clean, spans = redact_text(text)
    assert clean == f"[withheld {len(text)} bytes]"
    assert [span.kind for span in spans] == ["withheld"]


def test_a_text_is_withheld_when_a_rule_asks_for_a_check_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(proofs.CHECKS, "given")  # type: ignore[arg-type]
    assert redact_text("left by Jane Roe")[0] == "[withheld 16 bytes]"


@pytest.mark.parametrize("error", FAILURES)
def test_a_text_of_json_is_withheld_when_a_check_fails(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(proofs.CHECKS, "given", failing(error))  # type: ignore[arg-type]
    text = f"seen by Jane Roe {error.__name__}"
    clean, erased = redact_data({"steps": [{"output": text, "ok": True}]})
    assert clean == {"steps": [{"output": f"[withheld {len(text)} bytes]", "ok": True}]}
    assert [(one.pointer, one.kind) for one in erased] == [("/steps/0/output", "withheld")]


@pytest.mark.parametrize("error", FAILURES)
def test_a_member_is_withheld_when_what_its_name_asks_for_fails(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> bool:
        raise error("no shape")

    monkeypatch.setattr("runwright.redact.data.fits", fails)
    clean, erased = redact_data({"mrn": "00482913", "state": "running"})
    assert clean == {"mrn": "[withheld 8 bytes]", "state": "running"}
    assert [(one.pointer, one.kind) for one in erased] == [("/mrn", "withheld")]


def test_a_table_in_a_text_is_withheld_when_a_check_of_its_cells_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> bool:
        raise KeyError("no shape")

    monkeypatch.setattr(columns, "fits", fails)
    assert redact_text("mrn,state\n00482913,up")[0] == "[withheld 21 bytes]"
