"""The history checker finds what it is for: each planted history breaks exactly one invariant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.history import Delivery, History, Pull, Seen, complaints, miscounted

FIRST = Delivery("north", {"execution_id": "a-1"}, "a")
AGAIN = Delivery("south", {"execution_id": "a-2"}, "a")
GOOD = Delivery("north", {"execution_id": "good"})
PULL = Pull(1, "open", "f1", "runwright/improve/x/f1", ("a-1",), ("a-2",))
SEEN = Seen(
    executions=(("north", "a-1", "proposed"), ("south", "a-2", "evidence_added"), ("north", "good", "succeeded")),
    links=(("f1", "north", "a-1", 1), ("f1", "south", "a-2", 1)),
    pulls=(PULL,),
    branches=(PULL.branch,),
    sinks=(("log", b"all is well"),),
)


def history(*deliveries: Delivery) -> History:
    made = History()
    for delivery in deliveries or (FIRST, AGAIN, GOOD):
        made.answered(delivery, 202, {"accepted": 1})
    return made


def test_what_is_as_it_must_be_is_not_complained_about() -> None:
    assert complaints(history(), SEEN, [b"secret"]) == []


PULL_2 = replace(PULL, number=2)


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        (replace(SEEN, executions=SEEN.executions[1:]), "was acknowledged and is lost"),
        (replace(SEEN, executions=(("north", "a-1", "received"), *SEEN.executions[1:])), "never came to an end"),
        (replace(SEEN, executions=(("north", "a-1", "quarantined"), *SEEN.executions[1:])), "failed and ended as"),
        (replace(SEEN, executions=(*SEEN.executions, SEEN.executions[0])), "is kept 2 times"),
        (replace(SEEN, links=SEEN.links[1:]), "has 0 links"),
        (replace(SEEN, links=(*SEEN.links, SEEN.links[0])), "has 2 links"),
        (replace(SEEN, links=(("f2", "north", "a-1", 1), SEEN.links[1])), "none of its own"),
        (replace(SEEN, branches=()), "branches and pull requests differ"),
        (replace(SEEN, pulls=(replace(PULL, comment_keys=("a-2", "a-2")),)), "says a-2 twice"),
        (replace(SEEN, sinks=(("log", b"the secret is out"),)), "log holds secret"),
    ],
)
def test_what_is_not_as_it_must_be_is_found(seen: Seen, found: str) -> None:
    told = complaints(history(), seen, [b"secret"])
    assert len(told) == 1
    assert found in told[0]


def test_two_pull_requests_for_one_cause_are_found() -> None:
    told = complaints(history(), replace(SEEN, pulls=(PULL, PULL_2)))
    assert [line[:2] for line in told] == ["I2"] * 3


def test_a_cause_without_a_pull_request_is_found() -> None:
    other = Delivery("north", {"execution_id": "b-1"}, "b")
    seen = replace(SEEN, executions=(*SEEN.executions, ("north", "b-1", "proposed")))
    assert any("2 causes have 1 pull requests" in line for line in complaints(history(FIRST, AGAIN, GOOD, other), seen))


def test_one_pull_request_for_two_causes_is_found() -> None:
    other = Delivery("south", {"execution_id": "a-2"}, "b")
    assert any("several causes: ['a', 'b']" in line for line in complaints(history(FIRST, other, GOOD), SEEN))


def test_an_execution_that_was_called_new_twice_is_found() -> None:
    assert any("called new 2 times" in line for line in complaints(history(FIRST, FIRST, AGAIN, GOOD), SEEN))


def test_a_pull_request_that_says_another_number_than_was_seen_is_found() -> None:
    assert miscounted(history(), SEEN) == ["I3 #1 says 1 of 2"]
    assert miscounted(history(), replace(SEEN, pulls=(replace(PULL, told=2),))) == []
