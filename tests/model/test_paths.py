"""Fact paths: one canonical form, and an inserted value is one segment whatever it holds."""

from __future__ import annotations

import pytest
from hypothesis import given

from runwright.model.insertion import Insertion
from runwright.model.path import (
    MAX_SEGMENTS,
    bind_path,
    concrete_path,
    parse_path,
    recorded_path,
    str_path,
    template_text,
)
from tests.support import strategies
from tests.support.growth import no_runaway
from tests.support.strategies import NASTY

SERVICE = Insertion(("params", "service"))


@given(strategies.paths)
def test_the_canonical_form_reads_back_as_the_same_path(path: tuple[str, ...]) -> None:
    assert concrete_path(str_path(path)) == path


@given(strategies.templates)
def test_a_template_reads_back_as_the_same_template(template: tuple[str | Insertion, ...]) -> None:
    assert recorded_path(template_text(template)) == template


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("services.web.state", ("services", "web", "state")),
        ('services["foo.service"].state', ("services", "foo.service", "state")),
        ('disks["/"].used_percent', ("disks", "/", "used_percent")),
        ('["a"]["b"]', ("a", "b")),
        ('a.["b"].c', ("a", "b", "c")),
        (r'a["say \"hi\" \\ \n \u00e9"]', ("a", 'say "hi" \\ \n é')),
        ('a[""]', ("a", "")),
    ],
)
def test_names_with_other_characters_stand_in_brackets(text: str, path: tuple[str, ...]) -> None:
    assert parse_path(text) == path


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ('files["${{ params.path }}"].exists', r"write files\.\$\{\{ params\.path \}\}\.exists$"),
        (r'files["\u0024{{ params.path }}"].exists', r"write files\.\$\{\{ params\.path \}\}\.exists$"),
        ('["${{ each.item }}"]["a.b"]', r'write \$\{\{ each\.item \}\}\["a\.b"\]$'),
        ('files["/etc/${{ params.name }}"].exists', "an insertion is a whole name"),
        ('files["${{ params.a }}/b"].exists', "an insertion is a whole name"),
        ('files["${{ broken"].exists', "an insertion is a whole name"),
        ("files[${{ params.path }}].exists", "an insertion is a whole name"),
        ("files['${{ params.path }}'].exists", "an insertion is a whole name"),
    ],
)
def test_an_insertion_in_brackets_and_quotes_is_refused_with_what_to_write(text: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        parse_path(text)


@pytest.mark.parametrize("name", ["${{ params.path }}", "/etc/${{ x", "a${{b"])
def test_a_name_that_a_host_told_may_hold_such_text(name: str) -> None:
    text = str_path(("files", name, "exists"))
    assert concrete_path(text) == recorded_path(text) == ("files", name, "exists")


def test_the_canonical_form_quotes_only_what_must_be_quoted() -> None:
    assert str_path(("services", "foo.service", "state")) == 'services["foo.service"].state'
    assert str_path(("services", "web@1", "state")) == "services.web@1.state"


@pytest.mark.parametrize("value", [*NASTY, "x.y", 'x"].z["', "x\n.y", "${{ params.other }}"])
def test_an_inserted_value_is_one_segment_whatever_it_holds(value: str) -> None:
    template = parse_path("services.${{ params.service }}.state")
    bound = bind_path(template, {"params": {"service": value}})
    assert bound == ("services", value, "state")
    assert concrete_path(str_path(bound)) == bound


@pytest.mark.parametrize(("value", "segment"), [(8080, "8080"), (True, "true"), (["a"], '["a"]')])
def test_an_inserted_value_of_another_type_is_one_segment_too(value: object, segment: str) -> None:
    assert bind_path(parse_path("ports.${{ params.port }}"), {"params": {"port": value}}) == ("ports", segment)


@pytest.mark.parametrize(
    "text",
    [
        "services.web-${{ params.n }}.state",
        "services.${{ params.n }}x.state",
        "a${{ params.n }}",
        "${{ params.a }}${{ params.b }}",
        'a["b"]c',
    ],
)
def test_an_insertion_is_never_glued_to_a_piece_of_a_name(text: str) -> None:
    with pytest.raises(ValueError, match="cannot read"):
        parse_path(text)


@pytest.mark.parametrize(
    "text",
    ["", ".", "a.", ".a", "a..b", "a b", "a[b]", "a['b']", 'a["b', 'a["b"', r'a["\x"]', 'a["\n"]', r'a["\ud800"]',
    "a/b", "a\n",
     "a\x00b", "${{", "${{ }}", "a.${{ params.x", "a.${{ shell.x }}", "${{ params.x | system() }}", "ａ.$"],
)  # fmt: skip
def test_hostile_text_is_refused_with_a_message(text: str) -> None:
    with pytest.raises(ValueError, match=r"cannot read|is not a|ends in a dot|starts with|unknown filter") as refused:
        parse_path(text)
    assert str(refused.value).isprintable()


def test_a_path_has_a_limited_number_of_segments_and_characters() -> None:
    assert len(parse_path(".".join(["a"] * MAX_SEGMENTS))) == MAX_SEGMENTS
    with pytest.raises(ValueError, match="1 to 12 names"):
        parse_path(".".join(["a"] * (MAX_SEGMENTS + 1)))
    with pytest.raises(ValueError, match="at most 4096"):
        parse_path("a" * 5000)


def test_a_path_without_insertions_is_asked_for_where_nothing_can_be_inserted() -> None:
    with pytest.raises(ValueError, match="only plain names"):
        concrete_path("services.${{ params.service }}.state")


@pytest.mark.parametrize("unit", ['["', '${{a|b(\\"', "a.", '["\\', "${{ "])
def test_hostile_text_is_refused_in_linear_time(unit: str) -> None:
    with no_runaway(), pytest.raises(ValueError, match=r"at most|cannot read"):
        parse_path(unit * 200_000)
