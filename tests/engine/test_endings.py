"""What ends a run, and what is taken back then, where several constructs meet; and what bounds a run at all."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.engine.exchange import Act, Acted, Answered
from runwright.engine.result import outputs_of, result_of
from runwright.engine.state import MAX_RECORDS, TO_TIDY
from runwright.engine.stepper import request
from runwright.model.execution import Declared
from runwright.model.runbook import Runbook
from tests.engine.test_language import CALL, all_of, names, other, said, several, step, undoable
from tests.support.growth import no_runaway
from tests.support.stepping import BAD, NO, OK, OPEN, YES, after, asked, runbook, started, story

ITEMS = [str(number) for number in range(100)]


def test_a_run_of_runbooks_that_multiply_each_other_ends_and_asks_a_person() -> None:
    """Five runbooks that call one another a hundred times from twenty steps would be ten billion runs."""
    calm: dict[str, Any] = {
        "verify": {"method": "x", "checks": [{"when": {"incident.resource": "web"}, "confidence": 1}]}
    }
    books = [
        runbook(
            *({"id": f"c{n}", "call": f"RB-LIN-Y-{level + 1}", "foreach": ITEMS} for n in range(20)),
            id=f"RB-LIN-Y-{level}",
            **calm,
        )
        for level in range(3)
    ]
    last = runbook({"id": "x", "assert": {"incident.resource": "web"}, "foreach": ITEMS}, id="RB-LIN-Y-3", **calm)
    with no_runaway(60):
        state = started({"id": "y", "call": "RB-LIN-Y-0"}, called=[*books, last])
    assert len(state.trace) < MAX_RECORDS + 10
    result = result_of(after(state, [NO]))
    assert (result.status, "as many as one run may do" in str(result.error_message)) == ("escalated", True)


def test_a_finally_that_never_ends_ends_too() -> None:
    calm: dict[str, Any] = {
        "verify": {"method": "x", "checks": [{"when": {"incident.resource": "web"}, "confidence": 1}]}
    }
    each = {"assert": {"incident.resource": "web"}, "foreach": ITEMS}
    many = [{"id": f"x{n}", **each} for n in range(150)]
    state = started(
        {"id": "y", "call": "RB-LIN-Y-1"},
        called=[runbook({"id": "a", "fail": "x"}, id="RB-LIN-Y-1", **calm, **{"finally": many})],
    )
    assert MAX_RECORDS < len(state.trace) < MAX_RECORDS + TO_TIDY + 10


def test_what_has_no_items_gives_empty_lists() -> None:
    first = step("a", foreach="${{ params.names }}", extract={"v": {"regex": "x"}})
    again = step("b", foreach="${{ steps.a.outputs.v }}")
    state = started(first, again, step("c"), params={"names": []}, outputs={"all": "${{ steps.a.output }}"})
    assert outputs_of(state) == {"all": []}
    assert names(after(state, [OK, YES])) == ["a skipped", "b skipped", "c success"]


def test_an_action_that_was_carried_out_is_taken_back_even_where_its_output_failed_the_step() -> None:
    state = started({**undoable("a"), "extract": {"v": {"regex": "size=.*"}}})
    assert story(state, [said("nothing"), OK])[:2] == ["act a #1", "act a.rollback #1"]
    both = started(several({**undoable("a"), "extract": {"v": {"regex": "size=.*"}}}, step("b")))
    assert story(both, [all_of(said("nothing"), OK), OK])[1] == "act a.rollback #1"


def test_a_branch_that_asks_a_person_makes_the_whole_run_ask_one() -> None:
    done = after(
        started(undoable("z"), several(step("a", on_failure="escalate"), step("b"))), [OK, all_of(BAD, OK), NO]
    )
    assert (result_of(done).status, done.undone) == ("escalated", ())


def test_a_called_runbook_that_nobody_could_verify_is_no_reason_to_take_anything_back() -> None:
    state = started(undoable("z"), CALL, called=[other(undoable("a"))])
    assert story(state, [OK, OK, OPEN])[-1] == "verify"
    assert story(state, [OK, OK, OPEN, NO])[-1] == "done"
    assert story(state, [OK, OK, NO, OK, OK])[-3:] == ["act y/a.rollback #1", "act z.rollback #1", "verify"]


def test_what_was_not_known_two_calls_below_takes_nothing_back_either() -> None:
    middle = other({"id": "w", "call": "RB-LIN-Z-1"})
    state = started(undoable("z"), CALL, called=[middle, other(step("a"), id="RB-LIN-Z-1")])
    done = after(state, [OK, OK, OPEN, NO, NO])
    assert (asked(done), done.undone) == ("done", ())


def test_what_a_called_runbook_saw_in_its_verification_is_kept() -> None:
    seen = YES.model_copy(update={"facts": {"fine": True}})
    done = after(started(CALL, called=[other(step("a"))]), [OK, seen])
    assert done.trace[-1].facts == {"fine": True}


def test_a_rollback_of_a_branch_has_the_values_of_the_moment_when_the_branch_ran() -> None:
    undo = {"action": "service.stop", "with": {"service": "${{ steps.a.exit_code | default(7) }}"}}
    state = started(several(step("a"), step("b", rollback=undo)), step("c"))
    done = after(state, [all_of(OK, OK), BAD])
    wanted = request(done)
    assert isinstance(wanted, Act)
    assert wanted.params == {"service": 7}


def test_a_secret_that_the_runbook_does_not_declare_is_never_put_in() -> None:
    hidden = {"id": "a", "action": "script.bash", "with": {"script": "true", "env": {"KEY": "secret://db-key"}}}
    assert asked(started(hidden)) == "verify"
    error = started(hidden).trace[0].error
    assert error == "secret 'db-key' is not declared; name it under `secrets` of RB-LIN-X-1"
    assert asked(started(hidden, secrets={"db-key": {}})) == "act a #1"


@pytest.mark.parametrize(("mode", "left"), [("full", None), ("none", {"params.mode": "full"})])
def test_what_a_script_needs_of_the_run_itself_can_be_kept_and_read_again(mode: str, left: Any) -> None:
    script = {"id": "a", "action": "script.sh", "with": {"script": "true"}, "needs": {"params.mode": "full"}}
    wanted = request(started(script, params={"mode": mode}))
    assert isinstance(wanted, Act)
    kept = Act.model_validate_json(wanted.model_dump_json())
    assert kept == wanted
    assert isinstance(kept.declared, Declared)
    assert kept.declared.model_dump(mode="json")["needs"] == left


def test_a_default_list_is_a_list_like_one_that_a_journal_gives_back() -> None:
    from runwright.engine.params import resolve_params

    book = runbook(params={"names": {"type": "strings", "default": ["x"]}})
    assert resolve_params(book, {}, {}) == {"names": ["x"]}


def test_every_accepted_condition_can_be_kept_in_a_journal() -> None:
    deep: dict[str, Any] = {"a.c": 1}
    for _ in range(4):
        deep = {"a.b": 1, "not": deep}
    book = runbook(step("a", when=deep))
    assert Runbook.model_validate_json(book.model_dump_json(by_alias=True, exclude_unset=True)) == book


def test_who_was_asked_what_and_whether_nobody_answered_is_recorded() -> None:
    ask = {"id": "ask", "approve": {"message": "Stop ${{ incident.resource }}?", "who": ["owners"]}}
    done = after(started(ask), [Answered(value=None)])
    assert (done.trace[0].params, done.trace[0].timed_out) == ({"message": "Stop web?", "who": ["owners"]}, True)


def test_the_account_of_a_step_and_of_its_rollback_is_recorded() -> None:
    undo = {"action": "service.stop", "with": {"service": "web"}, "run_as": "root"}
    done = after(started(step("a", run_as="postgres", rollback=undo), step("b")), [OK, BAD, Acted(success=True), NO])
    assert [item.run_as for item in done.trace] == ["postgres", None, "root"]


HOSTILE = ("NaN", "1e999", '"\\ud800"', "9" * 4000, "[" * 40 + "]" * 40)


@pytest.mark.parametrize("value", HOSTILE)
def test_json_that_no_journal_could_hold_is_no_value(value: str) -> None:
    taken = step("a", extract={"v": {"json": "v"}})
    assert names(after(started(taken), [said(f'{{"v": {value}}}')])) == ["a failed"]
    inserted = step("b", **{"with": {"service": '${{ params.told | json("v") }}'}})
    assert names(started(inserted, params={"told": f'{{"v": {value}}}'})) == ["b failed"]


def test_a_finally_that_asks_a_person_takes_nothing_back() -> None:
    state = started(undoable("z"), step("a"), **{"finally": [step("tidy", on_failure="escalate")]})
    done = after(state, [OK, BAD, BAD, NO])
    assert (result_of(done).status, result_of(done).error_step, done.undone) == ("escalated", "a", ())


def test_an_expression_that_cannot_run_fails_the_step_that_takes_values_out() -> None:
    done = after(started(step("a", extract={"v": {"regex": "("}})), [said("x")])
    assert "is not a linear-time expression" in done.trace[0].error
