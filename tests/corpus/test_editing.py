"""Editing: a change is exactly its own lines; every other byte stays."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.corpus.canonical import canonical
from runwright.corpus.corpus import read_entry
from runwright.corpus.editing import dump, insert_step, set_block, set_version
from runwright.corpus.strict_yaml import load_yaml
from runwright.errors import ContentError
from runwright.model.runbook import Runbook
from tests.support import cases, strategies

NEW = {
    "id": "new",
    "name": "A new step",
    "action": "service.start",
    "with": {"service": "db"},
    "when": {"a": {"in": [1, "b"]}},
}
TEXT = """\
# what this file is
id: RB-LIN-X-1
version: 7 # raised by one
steps:
  # first of all
  - id: one
    action: script.bash
    with:
      script: |
        echo 1
        # the end of the script

  # why two
  # is needed
  - id: two
    action: service.start   # a remark
    with: {service: web}

# what must hold
verify: {method: m}
"""


def inserted(text: str, index: int, step: dict[str, Any] = NEW, comment: str = "") -> tuple[str, list[str]]:
    """The new text and the lines that are new in it; every other line must be as it was and where it was."""
    before, after = text.splitlines(keepends=True), insert_step(text, index, step, comment).splitlines(keepends=True)
    count = len(after) - len(before)
    start = next(n for n in range(len(before) + 1) if after[:n] == before[:n] and after[n + count :] == before[n:])
    return "".join(after), after[start : start + count]


def steps_of(text: str) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = load_yaml(text.encode()).data["steps"]
    return steps


@pytest.mark.parametrize("index", [0, 1, 2, 99])
def test_an_inserted_step_is_exactly_its_own_lines(index: int) -> None:
    text, lines = inserted(TEXT, index, comment="added after exec-1:\nthe database was stopped")
    assert "".join(lines) == (
        "  # added after exec-1:\n"
        "  # the database was stopped\n"
        "  - id: new\n"
        "    name: A new step\n"
        "    action: service.start\n"
        "    with: {service: db}\n"
        "    when:\n"
        "      a:\n"
        "        in: [1, b]\n"
    )
    old = steps_of(TEXT)
    at = min(index, 2)
    assert steps_of(text) == [*old[:at], NEW, *old[at:]]


def test_comments_above_a_step_stay_with_it() -> None:
    first, _ = inserted(TEXT, 0)
    assert "in: [1, b]\n  # first of all\n  - id: one\n" in first
    second, _ = inserted(TEXT, 1)
    assert "in: [1, b]\n  # why two\n  # is needed\n  - id: two\n" in second


def test_the_end_of_a_script_is_no_comment_above_the_next_step() -> None:
    text = TEXT.replace(
        "        # the end of the script\n\n  # why two\n  # is needed\n", "        # the end of the script\n"
    )
    changed, _ = inserted(text, 1)
    assert steps_of(changed)[0]["with"]["script"] == "echo 1\n# the end of the script\n"
    assert steps_of(changed)[1] == NEW


@pytest.mark.parametrize(
    "text",
    [
        "steps:\n- id: one\n  action: a.b\n- id: two\n",
        "steps:\n  - id: one\n    action: a.b",
        "steps:\n    -   id: one\n        action: a.b\nverify: {}\n",
        "steps:\n  - {id: one, action: a.b}\n  - {id: two-b, action: a.b}\n# end\n",
        "a: é-🙂\nsteps:\n  - id: one # é\n\n\n  - id: two\n\n\n",
        "steps:\n  - id: one\n    with:\n      script: |\n        a\n\n        - id: b\n  - id: two\nz: 1\n",
        "steps:\n  - action: a.b\n    when:\n      - x\n    id: one\n",
        "---\nsteps:\n  - id: one\n",
    ],
)
def test_files_of_other_habits_are_edited_too(text: str) -> None:
    old = steps_of(text)
    for index in range(len(old) + 1):
        changed, _ = inserted(text if text.endswith("\n") else f"{text}\n", index)
        assert changed == insert_step(text, index, NEW)
        assert steps_of(changed) == [*old[:index], NEW, *old[index:]]


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_values = st.recursive(
    st.one_of(
        strategies.scalars,
        _texts,
        st.sampled_from(["08", "1e3", "0x1F", "no", ".inf", "012", "<<", "a\n\n b", "\u2028", "'\n"]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300)
@given(st.dictionaries(_texts, _values, min_size=1, max_size=5), st.integers(0, 3), st.text(max_size=20))
def test_whatever_a_step_holds_is_read_back_and_nothing_else_changes(
    step: dict[str, Any], index: int, said: str
) -> None:
    comment = "".join(c for c in said if c.isprintable())
    text, lines = inserted(TEXT, index, step, comment)
    at = min(index, 2)
    assert steps_of(text)[at] == step
    assert [s["id"] for n, s in enumerate(steps_of(text)) if n != at] == ["one", "two"]
    assert all(line.startswith("  ") or line == "\n" for line in lines)


@settings(max_examples=300)
@given(_values, st.booleans())
def test_what_is_written_is_read_back(value: Any, flow: bool) -> None:
    assert load_yaml(dump(value, flow=flow).encode()).data == value


def test_a_value_used_twice_is_written_twice() -> None:
    shared = {"in": [1, 2]}
    assert load_yaml(dump({"a": shared, "b": shared}).encode()).data == {"a": shared, "b": shared}


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("steps: [{id: a-b}, {id: c}]\n", 1, 9),
        ("steps: [\n  {id: a-b},\n  {id: c}\n]\n", 2, 3),
        ("steps:\n  -\n    id: a\n", 3, 5),
        ("{steps: [{id: a}]}\n", 1, 10),
        ("steps: []\n", 1, 1),
        ("steps: {}\n", 1, 1),
        ("steps:\n", 1, 1),
        ("id: x\n", 1, 1),
        ("- id: x\n", 1, 1),
        ("", 1, 1),
    ],
)
def test_what_is_no_block_list_of_steps_is_refused_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(ContentError, match=r"not written as a block list|no list of steps") as refused:
        insert_step(text, 0, NEW)
    assert (refused.value.line, refused.value.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEXT, TEXT.replace("version: 7 #", "version: 8 #")),
        ("version: 41\n", "version: 8\n"),
        ("version:   +7\nid: x\n", "version:   8\nid: x\n"),
        ("{id: x, version: 7, a: 7}", "{id: x, version: 8, a: 7}\n"),
        ("version:\n  7\n", "version:\n  8\n"),
        ("'version': 7\n# version: 7\n", "'version': 8\n# version: 7\n"),
    ],
)
def test_only_the_number_of_a_version_changes(text: str, expected: str) -> None:
    assert set_version(text, 8) == expected


def test_a_version_that_is_not_there_cannot_be_raised() -> None:
    with pytest.raises(ContentError, match="no `version`"):
        set_version("id: x\nsteps:\n  - {version: 1}\n", 2)


BLOCK = {"parent_runbook": "RB-LIN-X-1-v7", "requires_human_review": True, "generated_at": "2025-11-10T14:35:25Z"}
WRITTEN = """\
metadata:
  parent_runbook: RB-LIN-X-1-v7
  generated_at: '2025-11-10T14:35:25Z'
  requires_human_review: true
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\n", f"a: 1\n{WRITTEN}"),
        ("a: 1", f"a: 1\n{WRITTEN}"),
        ("metadata: {x: 1}\nb: 2\n", f"{WRITTEN}b: 2\n"),
        ("a: 1\nmetadata:\n  x: 1\n\n# about b\nb: 2\n", f"a: 1\n{WRITTEN}\n# about b\nb: 2\n"),
        ("metadata:\n  x: 1\n# a remark\n  y: 2\n", WRITTEN),
        ("metadata:\n  x: 1\n# the end\n", f"{WRITTEN}# the end\n"),
        ("metadata: {\n  x: 1\n}\nb: 2\n", f"{WRITTEN}b: 2\n"),
        ("metadata:\n  x: |\n    a\n    # b\n\n    c\nb: 2\n", f"{WRITTEN}b: 2\n"),
        ("metadata:\nb:\n  metadata: 1\n", f"{WRITTEN}b:\n  metadata: 1\n"),
        ("# metadata: no\nb: {metadata: 1}\n", f"# metadata: no\nb: {{metadata: 1}}\n{WRITTEN}"),
    ],
)
def test_a_block_is_replaced_and_nothing_around_it(text: str, expected: str) -> None:
    assert set_block(text, "metadata", BLOCK) == expected
    assert load_yaml(expected.encode()).data["metadata"] == BLOCK


@pytest.mark.parametrize("text", ["{a: 1, metadata: {x: 1}}\n", "{a: 1}\n", "{\n  a: 1\n}\n"])
def test_a_file_in_flow_style_is_refused_and_not_spoilt(text: str) -> None:
    with pytest.raises(ContentError, match="block style"):
        set_block(text, "metadata", BLOCK)


LONG = {
    "id": "long",
    "when": {
        "all": [{"services.records-db.state": ["stopped", "failed"]}, {'disks."/var/lib/records".free': {"gt": 1}}]
    },
    "retry": {"backoff": 2, "attempts": 3},
    "with": {
        "service": "a service with a name that is far too long to stand on one line with all the others",
        "a": "b",
    },
    "action": "service.start",
}


@pytest.mark.parametrize("step", [NEW, LONG])
@pytest.mark.parametrize("index", [0, 1, 2, 99])
def test_an_edit_of_a_canonical_file_is_canonical_and_only_its_own_lines(index: int, step: dict[str, Any]) -> None:
    name = "runbooks/linux/RB-LIN-CASE-001.yaml"
    for before in (canonical(TEXT.encode()), canonical(cases.library()[name])):
        text, _ = inserted(before, index, step, "why it is here:\n\nno reason")
        assert canonical(text.encode()) == text
        final = set_block(set_version(text, 4), "metadata", BLOCK)
        assert canonical(final.encode()) == final


def test_the_three_edits_together_make_a_good_runbook() -> None:
    name = "runbooks/linux/RB-LIN-CASE-001.yaml"
    before = cases.library()[name].decode()
    step = {
        "id": "first",
        "action": "service.start",
        "with": {"service": "08"},
        "when": {"services.08.state": "stopped"},
    }
    text = set_block(set_version(insert_step(before, 1, step, "why"), 4), "metadata", BLOCK)
    entry, findings = read_entry(name, text.encode(), Runbook)
    assert findings == []
    assert entry is not None
    assert entry.value.version == 4
    assert [s.id for s in entry.value.steps][:3] == ["start-database", "first", "look"]
    assert entry.value.steps[1].params == {"service": "08"}
    kept = [line for line in before.splitlines() if line in text.splitlines()]
    assert len(before.splitlines()) - len(kept) == 7  # the version, and what the old metadata said otherwise
