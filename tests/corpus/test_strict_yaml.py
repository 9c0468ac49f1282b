"""Strict YAML: plain data with positions; everything else is refused with its place, at once."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.corpus.corpus import read_entry
from runwright.corpus.limits import MAX_BYTES, MAX_DEPTH, MAX_NODES
from runwright.corpus.strict_yaml import load_yaml
from runwright.errors import ContentError
from runwright.model.runbook import Runbook
from tests.support import strategies
from tests.support.growth import no_runaway


def bomb(levels: int = 20) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines)


LONG = "x" * 300_000
REFUSED: dict[str, tuple[str | bytes, int, int, str]] = {
    # Aliases, anchors, tags, directives, documents
    "an alias bomb": (bomb(), 1, 5, "anchor &a0 is not accepted"),
    "an anchor on a scalar": ("a: &x 1", 1, 4, "anchor &x"),
    "an anchor on a mapping": ("a: 1\nb: &x\n  c: 1", 2, 4, "anchor &x"),
    "an anchor on a list": ("- &x [1]", 1, 3, "anchor &x"),
    "an anchor on a key": ("&x a: 1", 1, 1, "anchor &x"),
    "an alias": ("a: *x", 1, 4, "alias *x is not accepted"),
    "an alias as a key": ("*x : 1", 1, 1, "alias *x"),
    "an alias in a merge": ("<<: *x", 1, 5, "alias *x"),
    "a self-reference": ("a: &a [*a]", 1, 4, "anchor &a"),
    "a Python object": ("a: !!python/object/apply:os.system ['id']", 1, 4,
    "tag 'tag:yaml.org,2002:python/object/apply:os.system'"),
    "a standard tag": ("a: !!str 1", 1, 4, "tag 'tag:yaml.org,2002:str'"),
    "a set": ("a: !!set {x}", 1, 4, "tag 'tag:yaml.org,2002:set'"),
    "a binary": ("a: !!binary aGk=", 1, 4, "tag"),
    "a local tag": ("- 1\n- !secret x", 2, 3, "tag '!secret'"),
    "a verbatim tag": ("a: !<x> 1", 1, 4, "tag 'x'"),
    "a tag with a line end": ("a: !<%0A::error::> 1", 1, 4, r"tag '\n::error::'"),
    "the non-specific tag": ("a: ! 12", 1, 4, "tag '!'"),
    "a tag on a mapping": ("!x\na: 1", 1, 1, "tag '!x'"),
    "a YAML directive": ("%YAML 1.2\n---\na: 1", 1, 1, "directives such as %YAML"),
    "a TAG directive": ("%TAG !e! tag:e.org,2000:\n---\na: 1", 1, 1, "directives such as %YAML"),
    "an unknown directive": ("%FOO x\n---\na: 1", 1, 5, "unknown directive"),
    "two documents": ("a: 1\n---\nb: 1", 2, 1, "a second document starts here"),
    "a document behind the end": ("a: 1\n...\nb: 1", 3, 1, "expected <document start>"),
    "an empty second document": ("a: 1\n---\n", 2, 1, "a second document"),
    # Keys
    "a key given twice": ("a: 1\nb: 2\na: 3", 3, 1, "key 'a' is given twice; the first is on line 1"),
    "a key given twice deep inside": ("a:\n  - {b: 1, c: 2, b: 3}", 2, 18, "key 'b' is given twice"),
    "a key given twice, once in quotes": ("a: 1\n'a': 2", 2, 1, "key 'a' is given twice"),
    "a key that is a number": ("1: x", 1, 1, "key '1' is not a text; put it in quotes"),
    "a key that is a fraction": ("a: {1.5: x}", 1, 5, "key '1.5' is not a text"),
    "a key that is true": ("true: x", 1, 1, "key 'true' is not a text"),
    "a key that is null": ("null: x", 1, 1, "key 'null' is not a text"),
    "a key that is a tilde": ("~: x", 1, 1, "key '~' is not a text"),
    "no key": (": x", 1, 1, "not valid YAML"),
    "a key that is infinite": (".inf: x", 1, 1, "key '.inf' is not a text"),
    "a key that is a list": ("? [a]\n: b", 1, 3, "a key must be a text, not a mapping or a list"),
    "a key that is a mapping": ("{{a: 1}: 2}", 1, 2, "a key must be a text, not a mapping or a list"),
    "a key that is a list in braces": ("{[a]: 1}", 1, 2, "a key must be a text"),
    # Numbers that would not stay what is written
    "a number without end": ("a: .inf", 1, 4, "is not a number that can be kept"),
    "minus a number without end": ("- -.INF", 1, 3, "is not a number that can be kept"),
    "no number": ("a: .nan", 1, 4, "is not a number that can be kept"),
    "a number that overflows": ("a: 1e999", 1, 4, "is too large a number"),
    "an integer of nineteen digits": ("a: 1234567890123456789", 1, 4, "at most 18 digits"),
    "an integer of a megabyte": ("a: " + "9" * 400_000, 1, 4, "at most 18 digits"),
    "a fraction of a megabyte": ("a: 1e" + "9" * 400_000, 1, 4, "is too large a number"),
    # Characters
    "a NUL": ("a: 1\nb: x\x00y", 2, 5, "a NUL character is not accepted"),
    "a byte order mark": ("\ufeffa: 1", 1, 1, "a byte order mark"),
    "a byte order mark inside": ("a: é\ufeff", 1, 5, "a byte order mark"),
    "CRLF": ("a: 1\r\nb: 2\r\n", 1, 5, "a carriage return is not accepted; save the file as plain UTF-8 with LF"),
    "a lone CR": ("a: 1\n# x\ry", 2, 4, "a carriage return"),
    "a line separator": ("a: x\u2028b: 1", 1, 5, "the line separator U+2028"),
    "a paragraph separator": ("a: 'x\u2029'", 1, 6, "the paragraph separator U+2029"),
    "a next line": ("a: x\x85b: 1", 1, 5, "the line separator U+0085"),
    "not UTF-8": (b"a: 1\nb: caf\xe9\n", 2, 7, "byte 11 is not UTF-8"),
    "UTF-16": ("a: 1".encode("utf-16"), 1, 1, "byte 0 is not UTF-8"),
    "UTF-16 without a mark": ("a: 1".encode("utf-16-le"), 1, 2, "a NUL character"),
    "half a character": (b"a: \xed\xa0\x80", 1, 4, "byte 3 is not UTF-8"),
    "an overlong character": (b"a: \xc0\xaf", 1, 4, "byte 3 is not UTF-8"),
    "a bell": ("é: x\nb: é\x07", 2, 5, "U+0007: control characters are not allowed"),
    "an escape": ("a: \x1b[31m", 1, 4, "U+001B: control characters are not allowed"),
    "a delete": ("a: 1\n\n b: \x7f", 3, 5, "U+007F: control characters are not allowed"),
    "a tab as indentation": ("a:\n\tb: 1", 2, 1, "not valid YAML"),
    "a tab between": ("a: 1\nb:\n  c: 1\n\td: 2", 4, 1, "not valid YAML"),
    # Grammar
    "an open bracket": ("a: [1, 2\nb: 3", 2, 2, "not valid YAML"),
    "an open quote": ('a: "x\nb: 1\n', 3, 1, "not valid YAML"),
    "a bad escape": (r'a: "\q"', 1, 5, "not valid YAML: found unknown escape character"),
    "half a character escaped": (r'a: "\ud800"', 1, 7, "not valid YAML"),
    "a stray percent": ("a: %x", 1, 4, "not valid YAML"),
    "an at sign": ("a: @x", 1, 4, "not valid YAML"),
    "a backtick": ("a: `x`", 1, 4, "not valid YAML"),
    "two values": ("a: 'x' 'y'", 1, 8, "not valid YAML"),
    "a mapping in a value": ("a: b: c", 1, 5, "not valid YAML"),
    "bad indentation": ("a:\n    b: 1\n  c: 2", 3, 3, "not valid YAML"),
    "a list below a value": ("a: 1\n- b", 2, 1, "not valid YAML"),
    "a comma alone": ("[,]", 1, 2, "not valid YAML"),
    # Sizes
    "a hundred thousand open brackets": ("[" * 100_000, 1, MAX_DEPTH + 1, "nested deeper than 32 levels"),
    "a hundred thousand closed brackets": ("[" * 100_000 + "]" * 100_000, 1, MAX_DEPTH + 1, "nested deeper"),
    "a hundred thousand braces": ("{a: " * 100_000, 1, MAX_DEPTH * 4 + 1, "nested deeper"),
    "a hundred thousand dashes": ("- " * 100_000, 1, MAX_DEPTH * 2 + 1, "nested deeper"),
    "a hundred thousand question marks": ("? " * 100_000, 1, 3, "a key must be a text"),
    "a staircase": ("\n".join(" " * n + "a:" for n in range(700)), MAX_DEPTH + 1, MAX_DEPTH + 1, "nested deeper"),
    "a hundred thousand values": ("[" + "a," * 100_000 + "]", 1, 2 * (MAX_NODES - 1) + 2, "more than 20000 values"),
    "a hundred thousand empty values": ("[" + "a: ," * 60_000 + "]", 1, None, "more than 20000 values"),  # type: ignore[dict-item]
    "a key of a megabyte": (f"{LONG}: 1", 1, 300_001, "not valid YAML"),
    "an open quote of a megabyte": (f'a: "{LONG}', 1, None, "not valid YAML"),  # type: ignore[dict-item]
    "an open block of brackets and quotes": ('["' * 200_000, 1, None, "not valid YAML"),  # type: ignore[dict-item]
}  # fmt: skip


@pytest.mark.parametrize(("content", "line", "column", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_plain_is_refused_at_its_place_and_at_once(
    content: str | bytes, line: int, column: int | None, message: str
) -> None:
    raw = content if isinstance(content, bytes) else content.encode()
    with no_runaway(), pytest.raises(ContentError) as refused:
        load_yaml(raw, "runbooks/x.yaml")
    assert message in refused.value.message
    assert refused.value.path == "runbooks/x.yaml"
    assert (refused.value.line, refused.value.column) == (line, column or refused.value.column)
    assert refused.value.column > 0
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("size", [MAX_BYTES + 1, 1024 * 1024, 20 * 1024 * 1024])
def test_a_file_that_is_too_large_is_refused_before_it_is_read(size: int) -> None:
    content = b"a: " + b"x" * (size - 3)
    tracemalloc.start()
    with pytest.raises(ContentError, match=f"{size} bytes; a file may have at most {MAX_BYTES}"):
        load_yaml(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1024 * 1024


@pytest.mark.parametrize(
    "content",
    ["a: " + "x" * (MAX_BYTES - 3), "a: '" + "x" * 400_000 + "'", "- a\n" * 19_000, "a: |\n" + "  x\n" * 100_000,
     "".join(f"k{n}: v\n" for n in range(9_900)), "#" * 500_000, "a: [" + "'x'," * 19_000 + "]"],
    ids=["a line", "a quoted line", "a list", "a block", "keys", "a comment", "a list on one line"],
)  # fmt: skip
def test_the_largest_files_are_read_in_bounded_time(content: str) -> None:
    with no_runaway():
        load_yaml(content.encode())


@pytest.mark.parametrize("content", [b"", b"\n\n", b"# a comment\n", b"---\n", b"---\n...\n"])
def test_a_file_may_be_empty(content: bytes) -> None:
    assert load_yaml(content).data is None


TEXT = """\
# a comment
id: RB-A
"steps":
  - id: start     # the first
    with: {service: web, "argv": [ls, -l]}
  -
    id: stop
text: |
  two
  lines
été: "é"
"""
PLACES = {
    ("id",): (2, 1), ("steps",): (3, 1), ("steps", 0, "id"): (4, 5), ("steps", 0, "with"): (5, 5),
    ("steps", 0, "with", "service"): (5, 12), ("steps", 0, "with", "argv"): (5, 26), ("steps", 1, "id"): (7, 5),
    ("text",): (8, 1),
    ("été",): (11, 1),
}  # fmt: skip
VALUES = {
    (): (2, 1), ("id",): (2, 5), ("steps",): (4, 3), ("steps", 0): (4, 5), ("steps", 0, "id"): (4, 9),
    ("steps", 0, "with"): (5, 11),
    ("steps", 0, "with", "service"): (5, 21), ("steps", 0, "with", "argv"): (5, 34),
    ("steps", 0, "with", "argv", 0): (5, 35),
    ("steps", 0, "with", "argv", 1): (5, 39), ("steps", 1): (7, 5), ("steps", 1, "id"): (7, 9), ("text",): (8, 7),
    ("été",): (11, 6),
}  # fmt: skip


def test_each_key_and_value_has_its_place() -> None:
    document = load_yaml(TEXT.encode())
    assert document.keys == PLACES
    assert document.values == VALUES
    for pointer, (line, column) in PLACES.items():
        assert TEXT.splitlines()[line - 1][column - 1 :].lstrip('"').startswith(str(pointer[-1]))


def test_the_place_of_what_is_not_there_is_the_nearest_around_it() -> None:
    document = load_yaml(TEXT.encode())
    assert document.place(("steps", 0, "with", "servise")) == (5, 5)
    assert document.place(("steps", 0, "with", "argv", 7)) == (5, 26)
    assert document.place(("steps", 5, "id")) == (3, 1)
    assert document.place(("nothing",)) == (2, 1)
    assert load_yaml(b"").place(("id",)) == (1, 1)


def test_a_column_counts_characters_and_not_bytes() -> None:
    assert load_yaml('{é: "日本", b: 1}'.encode()).keys["b",] == (1, 11)
    assert load_yaml('{"🙂": 1, b: 2}'.encode()).keys["b",] == (1, 10)


@settings(max_examples=500)
@given(strategies.yaml_like)
def test_whatever_the_bytes_nothing_but_a_content_error_is_raised(content: bytes) -> None:
    refused = refusal_of(content)
    if refused is not None:
        assert refused.line >= 1
        assert refused.column >= 1
        assert str(refused).isprintable()


def refusal_of(content: bytes) -> ContentError | None:
    try:
        load_yaml(content)
    except ContentError as refused:
        return refused
    return None


@settings(max_examples=200)
@given(strategies.yaml_like)
def test_whatever_the_bytes_a_runbook_is_read_or_its_mistakes_are_told(content: bytes) -> None:
    entry, findings = read_entry("runbooks/linux/RB-LIN-X.yaml", content, Runbook)
    assert (entry is None) == bool(findings)
    for finding in findings:
        assert finding.line >= 1
        assert finding.message.isprintable()


# What both versions of YAML read alike: no words or numbers that they part over.
_plain = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**17), 10**17), st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029", exclude_categories=["Cc", "Cs"]),
    max_size=20),
)  # fmt: skip
_keys = st.text("abcxyz", min_size=1, max_size=6)
_documents = st.recursive(
    _plain, lambda x: st.lists(x, max_size=4) | st.dictionaries(_keys, x, max_size=4), max_leaves=15
)


def _parted(value: Any) -> bool:
    """Whether a text is a number to YAML 1.2 alone, which PyYAML writes without quotes."""
    if isinstance(value, dict):
        return any(_parted(item) for item in (*value.keys(), *value.values()))
    if isinstance(value, list):
        return any(map(_parted, value))
    return isinstance(value, str) and any(c.isdigit() for c in value)


@settings(max_examples=300)
@given(_documents.filter(lambda value: not _parted(value)), st.booleans(), st.booleans())
def test_plain_documents_mean_what_they_mean_to_pyyaml(value: Any, flow: bool, unicode: bool) -> None:
    class NoAliases(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    text = yaml.dump(value, Dumper=NoAliases, default_flow_style=flow, allow_unicode=unicode)
    assert load_yaml(text.encode()).data == yaml.safe_load(text) == value
