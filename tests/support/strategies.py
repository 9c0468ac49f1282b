"""Made-up values for property tests: names, paths, conditions, JSON, bytes that look like YAML."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from runwright.model.condition import Condition, Join, Test
from runwright.model.insertion import Filter, Insertion
from runwright.model.path import PathTemplate

NASTY = [
    "",
    ".",
    "..",
    "a.b",
    "a b",
    '"',
    "'",
    "\\",
    "\n",
    "${{ params.x }}",
    "[0]",
    '["a"]',
    "*",
    "é",
    "\u2028",
    "🙂",
    "::",
]

# Bare names, names that need quotes, and names that somebody chose to do harm.
names = st.one_of(st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True), st.text(max_size=12), st.sampled_from(NASTY))
paths = st.lists(names, min_size=1, max_size=6).map(tuple)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(max_size=12).filter(lambda text: "${{" not in text),
)  # fmt: skip
json_values = st.recursive(
    st.one_of(scalars, st.text(max_size=20)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_words = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,8}", fullmatch=True)
_literals = st.one_of(
    st.booleans(), st.integers(-(10**9), 10**9), st.text(max_size=12).filter(lambda text: text.isprintable())
)
_filters = st.one_of(
    st.builds(Filter, st.just("default"), _literals),
    st.just(Filter("int")),
    st.builds(Filter, st.just("json"), st.from_regex(r"[a-z]{1,5}(\.[a-z]{1,5}){0,2}", fullmatch=True)),
)
insertions = st.builds(
    Insertion,
    st.tuples(st.sampled_from(["params", "incident", "steps", "each"]), _words),
    st.lists(_filters, max_size=3).map(tuple),
)
templates: st.SearchStrategy[PathTemplate] = st.lists(st.one_of(names, insertions), min_size=1, max_size=5).map(tuple)


def _tests() -> st.SearchStrategy[Condition]:
    several = st.lists(scalars, min_size=1, max_size=3)
    numbers = st.integers(-100, 100)
    operations: st.SearchStrategy[tuple[str, Any]] = st.one_of(
        st.tuples(st.sampled_from(["eq", "ne", "contains"]), scalars),
        st.tuples(st.sampled_from(["in", "not_in"]), several),
        st.tuples(st.sampled_from(["gt", "gte", "lt", "lte"]), numbers),
        st.tuples(st.just("exists"), st.booleans()),
        st.tuples(st.just("matches"), st.sampled_from(["^a+$", "[0-9]", "x|y"])),
    )
    return st.builds(lambda path, operation: Test(path, *operation), templates, operations)


def _joins(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Join, st.sampled_from(["all", "any"]), several),
        st.builds(lambda item: Join("not", (item,)), inner),
    )


conditions: st.SearchStrategy[Condition] = st.recursive(_tests(), _joins, max_leaves=5)
# Bytes near the grammar find more than bytes at random.
_yaml_pieces = st.sampled_from(
    ["a", "a: ", "- ", "\n", "  ", "[", "]", "{", "}", ",", ": ", "? ", "&x ", "*x", "!t ", "!!str ", "'", '"',
    "|\n", ">-\n",
     "# c\n", "---\n", "...\n", "%YAML 1.2\n", "\t", "\x00", "\ufeff", "é", "0x1F", "1e999", ".nan", "no", "<<: ",
     "\\", "\r\n"]
)  # fmt: skip
yaml_like = st.one_of(
    st.lists(_yaml_pieces, max_size=24).map(lambda pieces: "".join(pieces).encode()), st.binary(max_size=60)
)
