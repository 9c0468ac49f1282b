"""Changing one step of a text touches that step's lines alone."""

from __future__ import annotations

import pytest

from runwright.corpus.editing import insert_step, set_in_block
from runwright.corpus.step_editing import remove_step, replace_step, set_in_step
from runwright.errors import ContentError

TEXT = """\
id: RB-LIN-SERVICE-001
steps:
  # Look first.
  - id: look
    action: disk.has_room
    with: {path: /}
    on_failure: continue

  # Then start it.
  - id: start            # the service
    action: service.start
    with: {service: web}
    # Long enough.
    timeout: 30s
  - id: both
    block:
      - id: inner
        action: script.sh
        with:
          script: |
            # not a comment of the file
            true
        timeout: 5s
verify:
  method: service_status_check
  settle: 1s                 # short
  checks:
    - {when: {services.web.state: running}, confidence: 0.95}
"""


def changes(new: str, old: str = TEXT) -> tuple[list[str], list[str]]:
    """The lines that are gone, and those that are new."""
    before, after = old.splitlines(), new.splitlines()
    return [line for line in before if line not in after], [line for line in after if line not in before]


def test_a_key_gets_another_value_in_its_place() -> None:
    text = set_in_step(TEXT, 1, {"timeout": "60s"}, "more time")
    assert changes(text) == (["    timeout: 30s"], ["  # more time", "    timeout: 60s"])
    lines = text.splitlines()
    assert lines[lines.index("    timeout: 60s") - 1] == "    # Long enough."
    assert lines[lines.index("  # more time") - 1] == "  # Then start it."


def test_a_new_key_stands_where_the_model_has_it_and_comments_stay_with_their_key() -> None:
    lines = set_in_step(TEXT, 1, {"when": {"services.web.state": "stopped"}}).splitlines()
    assert lines[lines.index("    when: {services.web.state: stopped}") :][:3] == [
        "    when: {services.web.state: stopped}",
        "    # Long enough.",
        "    timeout: 30s",
    ]


def test_a_key_that_is_taken_away_takes_its_lines_along() -> None:
    assert changes(set_in_step(TEXT, 0, {"on_failure": None})) == (["    on_failure: continue"], [])
    assert set_in_step(TEXT, 0, {"timeout": None}) == TEXT


def test_several_keys_at_once() -> None:
    text = set_in_step(TEXT, 1, {"action": "service.restart", "with": {"service": "cache"}, "timeout": None})
    assert changes(text) == (
        ["    action: service.start", "    with: {service: web}", "    timeout: 30s"],
        ["    action: service.restart", "    with: {service: cache}"],
    )


def test_a_step_in_a_block_is_changed_there() -> None:
    inner = ("steps", 2, "block")
    text = set_in_step(TEXT, 0, {"timeout": "9s", "with": {"script": "false"}}, "why", at=inner)
    assert changes(text)[1] == [
        "      # why",
        "          script: 'false'",
        "        timeout: 9s",
    ]


def test_a_step_goes_into_a_block() -> None:
    step = {"id": "new", "action": "service.start"}
    new = insert_step(TEXT, 0, step, "first", at=("steps", 2, "block")).splitlines()
    at = new.index("      # first")
    assert new[at : at + 3] == ["      # first", "      - id: new", "        action: service.start"]


def test_the_lines_of_a_script_are_no_comments() -> None:
    text = set_in_step(TEXT, 0, {"retry": {"attempts": 2}}, at=("steps", 2, "block"))
    assert changes(text) == ([], ["        retry: {attempts: 2}"])


def test_another_step_in_the_place_of_one_leaves_the_comments_above_it() -> None:
    text = replace_step(TEXT, 0, {"id": "other", "action": "service.start"}, "instead")
    assert text.splitlines()[2:6] == ["  # Look first.", "  # instead", "  - id: other", "    action: service.start"]
    assert text.splitlines()[6:] == TEXT.splitlines()[7:]


def test_a_step_that_is_taken_away_takes_its_comments_along() -> None:
    text = remove_step(TEXT, 1, "gone")
    assert "Then start it" not in text
    assert "id: start" not in text
    assert text.splitlines()[6:10] == ["    on_failure: continue", "", "  # gone", "  - id: both"]


@pytest.mark.parametrize(("keys", "index"), [({"id": "other"}, 0), ({"timeout": "1s"}, 9), ({"timeout": "1s"}, -1)])
def test_what_cannot_be_changed_is_refused(keys: dict[str, str], index: int) -> None:
    with pytest.raises(ContentError):
        set_in_step(TEXT, index, keys)


def test_the_only_step_cannot_be_taken_away() -> None:
    with pytest.raises(ContentError):
        remove_step(TEXT, 0, at=("steps", 2, "block"))


@pytest.mark.parametrize("at", [("rescue",), ("steps", 0, "block"), ("steps", 7, "block"), ("verify",)])
def test_a_list_that_is_not_there_is_refused(at: tuple[str | int, ...]) -> None:
    with pytest.raises(ContentError):
        insert_step(TEXT, 0, {"id": "new", "action": "service.start"}, at=at)


def test_one_key_of_a_mapping_is_changed_and_the_others_keep_their_bytes() -> None:
    assert changes(set_in_block(TEXT, "verify", "settle", "15s")) == (
        ["  settle: 1s                 # short"],
        ["  settle: 15s"],
    )
    without = TEXT.replace("  settle: 1s                 # short\n", "")
    lines = set_in_block(without, "verify", "settle", "15s").splitlines()
    assert lines[lines.index("  settle: 15s") - 1] == "  method: service_status_check"


def test_a_mapping_that_is_not_there_is_made() -> None:
    text = set_in_block(TEXT, "precheck", "healthy", {"services.web.state": "running"})
    assert changes(text)[0] == []
    assert "  healthy:" in text


def test_a_mapping_on_one_line_is_written_anew() -> None:
    flow = TEXT.partition("verify:")[0] + "verify: {method: x, settle: 1s, checks: []}\n"
    assert "  settle: 9s" in set_in_block(flow, "verify", "settle", "9s")
