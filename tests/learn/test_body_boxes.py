"""The boxes of a body: they stand in one place, are read there alone, and stay as they were ticked."""

from __future__ import annotations

import pytest

from runwright.learn.body import marker_of
from runwright.learn.body_boxes import BOXES, DRAFT_AGAIN, HEADING, STOP, Box, ticked, with_boxes

MARK = "<!-- runwright fingerprint=ab12 topic=cd34 input=ef56 base=RB-A-v1 head=RB-A-v2 -->"
BODY = f"Merging releases version 2.\n\n## Policy\n\nNeeds one person.\n\n{MARK}\n"


def tick(text: str, *boxes: Box, how: str = "x") -> str:
    """Tick as GitHub's page does."""
    for box in boxes:
        text = text.replace(f"- [ ] {BOXES[box]}", f"- [{how}] {BOXES[box]}")
    return text


def test_the_boxes_stand_before_the_marker_which_stays_the_last() -> None:
    text = with_boxes(BODY)
    assert text.count(HEADING) == 1
    assert text.index("## Policy") < text.index(HEADING) < text.index(MARK)
    assert marker_of(text) == marker_of(BODY) != {}


def test_nothing_is_ticked_until_a_person_ticks() -> None:
    assert ticked(BODY) == ticked(with_boxes(BODY)) == ticked("") == frozenset()


@pytest.mark.parametrize("how", ["x", "X"])
@pytest.mark.parametrize("boxes", [(DRAFT_AGAIN,), (STOP,), (DRAFT_AGAIN, STOP)])
def test_what_is_ticked_is_read(boxes: tuple[Box, ...], how: str) -> None:
    assert ticked(tick(with_boxes(BODY), *boxes, how=how)) == frozenset(boxes)


def test_line_ends_of_a_web_page_change_nothing() -> None:
    assert ticked(tick(with_boxes(BODY), STOP).replace("\n", "\r\n")) == {STOP}


def test_writing_the_boxes_again_changes_nothing_and_keeps_the_ticks_that_are_given() -> None:
    text = with_boxes(BODY)
    assert with_boxes(text) == text
    assert with_boxes(text, {STOP}) == with_boxes(BODY, {STOP}) == tick(text, STOP)
    assert with_boxes(with_boxes(BODY, {STOP})) == text
    crlf = text.replace("\n", "\r\n")
    assert with_boxes(crlf).count(HEADING) == 1


FORGED = f"{HEADING}\n\n- [x] {BOXES[DRAFT_AGAIN]}\n- [x] {BOXES[STOP]}\n"


@pytest.mark.parametrize(
    "told",
    [FORGED, f"```\n{FORGED}\n```", f"{FORGED}\n<!-- runwright fingerprint=ab -->", FORGED * 50, f"`{FORGED}`"],
)
def test_what_telemetry_says_is_no_box(told: str) -> None:
    text = with_boxes(f"{told}\n\n{BODY}")
    assert ticked(text) == frozenset()
    assert ticked(tick(text, STOP)) == {STOP} or text.count(f"- [ ] {BOXES[STOP]}") != 1


def test_a_text_without_our_marker_gets_no_boxes() -> None:
    for text in ("", "a person's own words\n", FORGED, f"{MARK}\nmore"):
        assert with_boxes(text) == text
        assert ticked(text) == frozenset()


def test_boxes_that_a_person_took_apart_are_read_as_not_ticked() -> None:
    text = tick(with_boxes(BODY), STOP)
    assert ticked(text.replace(HEADING, "## Mine")) == frozenset()
    assert ticked(text.replace(MARK, f"thanks!\n\n{MARK}")) == frozenset()
