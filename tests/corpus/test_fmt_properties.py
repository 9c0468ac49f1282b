"""Whatever a person writes: formatting keeps every value and every comment, and formatting again changes nothing."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.corpus.canonical import WIDTH, canonical
from runwright.corpus.strict_yaml import load_yaml
from runwright.errors import ContentError
from tests.support import strategies
from tests.support.untidy import Untidy

LINE = st.one_of(
    st.text(max_size=10).filter(str.isprintable),
    st.sampled_from(["yes", "08", "# x", "a: b", "- x", "${{ params.x }}"]),
)
TEXT = LINE | st.sampled_from(
    ["echo 1\n# no comment\n", "a\n\n b\n", "x\n\n\n", "a\nb", "  \n a\n", "\ta\n", "a\n#b\n\n"]
)
VALUE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 99), TEXT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LINE, inner, max_size=3),
    max_leaves=8,
)
STEP = st.dictionaries(
    st.sampled_from(["id", "name", "action", "with", "when", "block", "rescue", "timeout", "odd"]), VALUE, min_size=1
)
RUNBOOK = st.fixed_dictionaries(
    {},
    optional={
        "id": LINE,
        "name": TEXT,
        "steps": st.lists(STEP, max_size=3),
        "finally": st.lists(STEP, max_size=2),
        "verify": st.fixed_dictionaries({"checks": st.lists(STEP, max_size=2)}),
        "params": st.dictionaries(LINE, VALUE, max_size=3),
        "odd": VALUE,
    },
).filter(bool)


@settings(max_examples=400)
@given(st.data(), RUNBOOK)
def test_nothing_is_lost_and_the_form_is_its_own_form(data: st.DataObject, runbook: dict[str, object]) -> None:
    untidy = Untidy(data.draw)
    text = untidy.file(runbook)
    once = canonical(text.encode())
    assert canonical(once.encode()) == once
    assert load_yaml(once.encode()).data == load_yaml(text.encode()).data
    assert [n for n in range(1, untidy.numbered + 1) if f"# {n} " not in once + " " and f"# {n}\n" not in once] == [], (
        text,
        once,
    )
    assert once.endswith("\n")


@settings(max_examples=400)
@given(strategies.yaml_like)
def test_any_bytes_are_formatted_or_refused(content: bytes) -> None:
    try:
        once = canonical(content)
    except ContentError:
        return
    assert canonical(once.encode()) == once
    lines = [line for line in once.split("\n") if re.match(r"[a-z]+: [\[{]", line)]
    assert all(len(line.partition(" #")[0]) <= WIDTH for line in lines)
