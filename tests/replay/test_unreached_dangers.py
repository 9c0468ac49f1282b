"""What a change makes more dangerous where no recorded run comes to it is told: replay cannot show what it would do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runwright.corpus.corpus import read_corpus
from runwright.model.runbook import Runbook
from runwright.replay.gate import Change, replay_change
from tests.support.recordings import RUNBOOK_ID, recording, runbook, service, start, started, step, tree

RUN = recording(started("web"), before={**service("web", "stopped"), "x.y": 0})
LOOK = step("look", "net.port_open", port=80)
CALLED = "RB-LIN-TIDY-001"


def remove(path: str = "/srv/data", **fields: Any) -> dict[str, Any]:
    return {**step("remove", "file.remove", path=path), **fields}


def book(*rescue: dict[str, Any], **fields: Any) -> Runbook:
    """A runbook whose rescue no recorded run has come to."""
    return runbook(start("web"), rescue=list(rescue), **fields)


def untold(base: Runbook, head: Runbook) -> list[str]:
    tidy = runbook(
        remove("${{ params.folder }}"),
        id=CALLED,
        params={"folder": {"type": "string"}},
        checks={"platform.os": "linux"},
    )
    text = tidy.model_dump_json(by_alias=True, exclude_none=True, exclude_defaults=True).encode()
    trees = [
        read_corpus({**tree(one, RUN).files, f"runbooks/linux/{CALLED}.yaml": text})
        for one in (base, head.model_copy(update={"version": 2}))
    ]
    report = replay_change(Change(*trees))
    assert report.passed, report.failures
    return [line for line in report.cannot_show if line.endswith(f"in {RUNBOOK_ID}")]


GUARD = {"x.y": {"gt": 5}}
LOST: dict[str, tuple[Runbook, Runbook, str]] = {
    "its condition": (book(remove(when=GUARD)), book(remove()), "x.y > 5"),
    "a weaker condition": (book(remove(when=GUARD)), book(remove(when={"x.y": {"gt": 3}})), "x.y > 5"),
    "the check before it": (book(LOOK, remove()), book(remove()), "net.port_open"),
    "the order": (book(LOOK, remove()), book(remove(), LOOK), "net.port_open"),
    "the precheck": (book(remove(), precheck={"unsafe": {"x.y": 1}}), book(remove()), "precheck unsafe: x.y is 1"),
}


@pytest.mark.parametrize(("base", "head", "lost"), LOST.values(), ids=LOST)
def test_a_guard_that_is_lost_where_no_run_comes_to_it_is_told(base: Runbook, head: Runbook, lost: str) -> None:
    (line,) = untold(base, head)
    assert "would destroy without this guard, which it has lost" in line
    assert lost in line


def call(folder: str) -> dict[str, Any]:
    return {"id": "tidy", "call": CALLED, "with": {"folder": folder}}


def each(*items: str) -> dict[str, Any]:
    return {**remove("${{ each.item }}"), "foreach": list(items)}


NEW: dict[str, tuple[Runbook, Runbook, Any]] = {
    "another value in a call": (book(call("/srv/tmp")), book(call("/srv")), "/srv"),
    "one more item": (book(each("/srv/tmp")), book(each("/srv/tmp", "/srv")), ["/srv/tmp", "/srv"]),
}


@pytest.mark.parametrize(("base", "head", "value"), NEW.values(), ids=NEW)
def test_another_value_of_what_is_destroyed_is_told_where_no_run_comes_to_it(
    base: Runbook, head: Runbook, value: Any
) -> None:
    (line,) = untold(base, head)
    assert json.dumps(value) in line
    assert line.endswith(f"it is new in {RUNBOOK_ID}")


def test_a_guard_that_only_moves_to_its_block_is_no_news() -> None:
    block = {"id": "both", "when": GUARD, "block": [remove()]}
    assert untold(book(remove(when=GUARD)), book(block)) == []
