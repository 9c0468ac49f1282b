"""The canonical form: keys in the model's order, comments where they belong, values untouched."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from runwright.corpus.canonical import canonical
from runwright.corpus.order import Shape, shape_of
from runwright.corpus.strict_yaml import load_yaml
from runwright.errors import ContentError
from runwright.model.rule import Rule
from runwright.model.runbook import ParamSpec, Runbook
from runwright.model.step import Step
from tests.support import cases
from tests.support.commands import ROOT


def written(text: str) -> str:
    """The canonical form, which is its own canonical form."""
    once = canonical(dedent(text).encode())
    assert canonical(once.encode()) == once
    return once


def same(before: str, after: str) -> None:
    assert written(before) == dedent(after)


@pytest.mark.parametrize("path", sorted(p for folder in ("runbooks", "rules") for p in (ROOT / folder).rglob("*.yaml")))
def test_the_library_is_canonical(path: Path) -> None:
    text = path.read_bytes()
    assert canonical(text, str(path)).encode() == text


@pytest.mark.parametrize("name", sorted(cases.library()))
def test_the_accepted_cases_keep_their_meaning(name: str) -> None:
    text = cases.library()[name]
    assert load_yaml(written(text.decode()).encode()).data == load_yaml(text).data


def test_keys_stand_in_the_order_of_the_model_at_every_depth() -> None:
    same(
        """\
        verify: {checks: [{confidence: 1, when: {b: 1, a: 2}}], method: m}
        steps:
          - on_failure: stop
            rollback: {with: {z: 1, a: 2}, action: a.b}
            block:
              - {action: a.b, id: inner}
            id: one
        params:
          z: {from: incident.x, type: string}
          a: {}
        unknown: 1
        id: X
        """,
        """\
        id: X
        params:
          z: {type: string, from: incident.x}
          a: {}
        steps:
          - id: one
            block:
              - {id: inner, action: a.b}
            on_failure: stop
            rollback: {action: a.b, with: {z: 1, a: 2}}
        verify: {method: m, checks: [{when: {b: 1, a: 2}, confidence: 1}]}
        unknown: 1
        """,
    )


def test_a_rule_is_known_by_its_fields() -> None:
    same(
        "action: run_runbook:X\ncheck_type: service\nid: L1-A\n",
        "id: L1-A\ncheck_type: service\naction: run_runbook:X\n",
    )


def test_the_order_of_a_model_is_that_of_its_fields_with_their_names_in_files() -> None:
    for model in (Runbook, Rule, Step, ParamSpec):
        names = [info.alias or name for name, info in model.model_fields.items()]
        fields = shape_of(model).fields(names)
        assert [fields[name][0] for name in names] == list(range(len(names)))
    assert shape_of(Runbook.model_fields["steps"].annotation).items is not None
    assert shape_of(Runbook.model_fields["always"].annotation) == shape_of(Step.model_fields["block"].annotation)
    assert Shape((Runbook, Rule)).fields(["check_type", "id"]).keys() >= {"scope", "mode"}


def test_comments_travel_with_what_they_stand_above_or_behind() -> None:
    same(
        """\
        # about the name
        name: x # the name
        # about the id
        id: y # the id
        steps: # the steps
            # above a
            - action: a.b # does b
              # above the id
              id: a # id of a
              # at the end of a
            # at the end of the steps
        # above verify
        verify: {method: m} # how
        # at the end
        """,
        """\
        # about the id
        id: y # the id
        # about the name
        name: x # the name
        steps: # the steps
          # above a
          # above the id
          - id: a # id of a
            action: a.b # does b
            # at the end of a
          # at the end of the steps
        # above verify
        verify: {method: m} # how
        # at the end
        """,
    )


def test_comments_between_steps_belong_to_the_step_below() -> None:
    text = """\
    steps:
      # first of all
      - id: a
        action: a.b

      # why b
      # is needed
      - id: b
        action: a.b
    """
    same(text, text)


def test_a_comment_at_the_end_of_a_list_stays_there_when_keys_move() -> None:
    same(
        """\
        steps:
          - id: a
            action: a.b
          # more to come
        id: x
        """,
        """\
        id: x
        steps:
          - id: a
            action: a.b
          # more to come
        """,
    )


def test_comments_inside_brackets_open_them() -> None:
    same(
        """\
        params: { # all of them
          a: {type: string}, # the first
          # about b
          b: {} # the second
          # the end of them
        } # behind
        incident_types: [x, # one
          y]
        """,
        """\
        incident_types:
          - x # one
          - y
        # all of them
        params: # behind
          a: {type: string} # the first
          # about b
          b: {} # the second
          # the end of them
        """,
    )


def test_a_comment_in_the_place_of_a_value_stays_with_its_key() -> None:
    same("limits:\n  # none yet\nid: x\n", "id: x\n# none yet\nlimits: null\n")
    same("id: # one\n  # two\n  x # three\n", "# one\n# two\nid: x # three\n")
    same("steps:\n  - # why\n    id: a\n", "steps:\n  # why\n  - id: a\n")
    same("steps:\n  -\n    # why\n    name: n\n    id: a\n", "steps:\n  - id: a\n    # why\n    name: n\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "# schema\n# yaml-language-server: $schema=x\nid: a\n",
            "# yaml-language-server: $schema=x\n# schema\nid: a\n",
        ),
        ("name: n\n# yaml-language-server: $schema=x\nid: a\n", "# yaml-language-server: $schema=x\nid: a\nname: n\n"),
        ("# license\n\n# name\nname: n\nid: a\n", "# license\n\nid: a\n# name\nname: n\n"),
        ("\n\n# license\n\n\n\nname: n\nid: a\n", "# license\n\nid: a\nname: n\n"),
        ("# yaml-language-server: $schema=x\n\nid: a\n", "# yaml-language-server: $schema=x\nid: a\n"),
    ],
)
def test_what_stands_at_the_top_stays_at_the_top(before: str, after: str) -> None:
    same(before, after)


def test_empty_lines_are_kept_one_at_a_time_and_never_at_the_edges() -> None:
    same(
        "\nid: a\n\n\n\nname: n\nsteps:\n\n  - id: a\n\n\n  - id: b\n\n\n",
        "id: a\n\nname: n\nsteps:\n  - id: a\n\n  - id: b\n",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("id: 'a'\nname: \"b\"\n", "id: 'a'\nname: \"b\"\n"),
        ("id:    a   \nname: |  \n     x\n       y\n", "id: a\nname: |\n  x\n    y\n"),
        ("id: |4-\n      x\n    y\n", "id: |2-\n    x\n  y\n"),
        ("id: >+\n x\n\n\nname: n\n", "id: >+\n  x\n\n\nname: n\n"),
        ("name: n\n\nid: |+\n x\n\n", "id: |+\n  x\n\nname: n\n"),
        ("id: |", 'id: ""\n'),
        ("id: |\n  x", "id: |-\n  x\n"),
        ("description: a\n     b\n\n     c\n", "description: a\n  b\n\n  c\n"),
        ('id: "a\n  b \\\n  c"\n', 'id: "a b c"\n'),
        ("name: {a: b\n  c}\n", "name: {a: b c}\n"),
        ("? id\n: a\n", "id: a\n"),
        ("--- {name: n, id: a}\n", "id: a\nname: n\n"),
        ("id: [{}, [], {a: [b]}]\n", "id: [{}, [], {a: [b]}]\n"),
        ("id: [a: b]\n", "id: [{a: b}]\n"),
        ("id: {a, b: }\n", "id: {a: null, b: null}\n"),
        ("steps:\n- - a\n  - b\n- c\n", "steps:\n  - - a\n    - b\n  - c\n"),
        ("id: a\r\nname: |\r\n  x\r\n", "id: a\nname: |\n  x\n"),
        ("\ufeffid: a\n", "id: a\n"),
    ],
)
def test_each_way_of_writing_has_one_form(before: str, after: str) -> None:
    same(before, after)


def test_brackets_stay_on_their_line_up_to_its_width() -> None:
    fits = f"id: {{a: {'x' * 111}}}\n"
    assert len(fits) == 121
    same(fits + "name: {\n  a: 1,\n  b: 2\n}\n", fits + "name: {a: 1, b: 2}\n")
    same(f"id: {{a: {'x' * 112}, b: {{c: 1}}}}\n", f"id:\n  a: {'x' * 112}\n  b: {{c: 1}}\n")
    same(f"id: {{a: {'x' * 111}}} # {'y' * 90}\n", f"id: {{a: {'x' * 111}}} # {'y' * 90}\n")


def test_the_text_of_a_script_is_never_taken_for_a_comment() -> None:
    text = """\
    steps:
      - id: a
        with:
          script: |
            # one

            echo "#two"
              # three
        # a comment
        when: {a: 'x # y', "b#": z#z}
    """
    same(text, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"a: [", "not valid YAML"),
        (b"a: 1\na: 2\n", "given twice"),
        (b"a: &x 1\n", "anchor"),
        (b"\xff", "not UTF-8"),
        (b"- a\n", "expected a mapping"),
        (b"# only this\n", "expected a mapping"),
        (b"{}\n", "expected a mapping"),
        (b"", "expected a mapping"),
        (b"a: x\ry\n", "carriage return"),
    ],
)
def test_what_is_no_file_of_ours_is_refused_with_its_place(text: bytes, said: str) -> None:
    with pytest.raises(ContentError, match=said) as refused:
        canonical(text, "x.yaml")
    assert str(refused.value).startswith("x.yaml:")
