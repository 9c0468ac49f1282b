"""Every kind of step tells the facts that it went by, as they were when it looked at them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runwright.model.execution import ExecutedStep, Execution
from runwright.model.runbook import Runbook
from runwright.replay.tape import make_tape
from tests.support.file_world import FileWorld
from tests.support.run_inside import fact, fix, mode, runbook, running_inside, steps_of

SEEN, MODE = {fact("/gate"): True}, fact("/gate", "mode")


def ran(folder: Path, *steps: dict[str, Any], others: tuple[Runbook, ...] = (), **world: Any) -> Execution:
    """Give a run of these steps, where the file /gate is there."""
    world.setdefault("modes", {"/gate": "0600"})
    with running_inside(folder, FileWorld(**world)) as inside:
        return inside.run(runbook(*steps), *others)


def one(execution: Execution, name: str) -> ExecutedStep:
    """Give a recorded step."""
    return next(step for step in execution.executed_steps if step.step == name)


def is_captured(step: ExecutedStep, path: str, before: str | None, after: str | None) -> bool:
    """Tell whether a step that sets a mode tells it before and after."""
    key = fact(path, "mode")
    return (step.state_before.get(key), step.state_after.get(key)) == (before, after)


def nothing_changed_from_outside(execution: Execution) -> bool:
    """Tell whether replay takes the file /gate for one that only the run's own steps have changed."""
    return all(path[1] != "/gate" for path in make_tape(execution).exogenous)


def test_a_step_its_items_its_rescue_its_finally_and_its_rollback_tell_their_facts_before_and_after(
    tmp_path: Path,
) -> None:
    undo = {"action": "file.set_mode", "with": {"path": "/plain", "mode": "0600"}}
    told = ran(
        tmp_path,
        mode("plain", "/plain", rollback=undo),
        mode("each", "${{ each.item }}", foreach=["/x", "/y"]),
        {"id": "group", "block": [mode("broken", "/broken")], "rescue": [mode("mend", "/mend")],
         "finally": [mode("tidy", "/tidy")]},
        {"id": "both", "parallel": [mode("one", "/one"), mode("two", "/two")]},
        failing={"/broken": 1},
    )  # fmt: skip
    assert told.verification_passed is False
    names = {"plain": "/plain", "each[0]": "/x", "each[1]": "/y", "mend": "/mend", "tidy": "/tidy", "one": "/one"}
    assert all(is_captured(one(told, name), path, None, "0640") for name, path in (*names.items(), ("two", "/two")))
    assert is_captured(one(told, "broken"), "/broken", None, None)
    assert one(told, "broken").state_before[fact("/broken")] is False
    assert is_captured(one(told, "plain.rollback"), "/plain", "0640", "0600")


def test_what_decided_a_step_is_told_whether_it_ran_or_not(tmp_path: Path) -> None:
    told = ran(tmp_path, mode("yes", "/a", when=SEEN), mode("no", "/b", when={fact("/gate"): False}), fix())
    assert steps_of(told) == [("yes", "success"), ("no", "skipped"), ("fix", "success")]
    assert one(told, "yes").facts == one(told, "no").facts == SEEN
    assert one(told, "fix").facts == {}


def test_what_decided_a_block_stands_with_the_first_step_in_it_and_not_at_its_end(tmp_path: Path) -> None:
    inner = (mode("change", "/gate"), mode("second", "/b", when={fact("/b"): False}))
    told = ran(tmp_path, {"id": "group", "when": {MODE: "0600"}, "block": list(inner)}, fix())
    assert one(told, "change").facts == {MODE: "0600"}
    assert one(told, "second").facts == {fact("/b"): False}
    assert one(told, "group").facts == {}
    assert nothing_changed_from_outside(told)


def test_what_decided_a_group_stands_with_its_first_member(tmp_path: Path) -> None:
    members = [mode("one", "/one", when={fact("/one"): False}), mode("two", "/two")]
    told = ran(tmp_path, {"id": "both", "when": SEEN, "parallel": members}, fix())
    assert one(told, "one").facts == {**SEEN, fact("/one"): False}
    assert one(told, "two").facts == one(told, "both").facts == {}


def called(*steps: dict[str, Any], **more: Any) -> Runbook:
    """A runbook to call."""
    verify = {"method": "file_check", "checks": [{"when": {MODE: "0640"}, "confidence": 0.8}]}
    return runbook(*steps, id="RB-LIN-SUB-001", verify=verify, **more)


def test_what_decided_a_call_and_its_precheck_stand_with_the_first_called_step(tmp_path: Path) -> None:
    sub = called(mode("change", "/gate"), precheck={"unsafe": {MODE: "0777"}, "healthy": {fact("/other"): True}})
    told = ran(tmp_path, {"id": "sub", "call": sub.id, "when": SEEN}, fix(), others=(sub,))
    assert one(told, "sub/change").facts == {**SEEN, MODE: "0600", fact("/other"): False}
    assert one(told, "sub").facts == {MODE: "0640"}
    assert nothing_changed_from_outside(told)


def test_a_call_that_found_nothing_to_do_tells_what_it_saw(tmp_path: Path) -> None:
    sub = called(mode("change", "/gate"), precheck={"healthy": {MODE: "0640"}})
    caller = {"id": "sub", "call": sub.id, "when": SEEN}
    told = ran(tmp_path, caller, fix(), others=(sub,), modes={"/gate": "0640"})
    assert steps_of(told) == [("sub", "success"), ("fix", "success")]
    assert one(told, "sub").facts == {**SEEN, MODE: "0640"}


def test_waits_assertions_and_what_cannot_begin_tell_what_they_saw(tmp_path: Path) -> None:
    told = ran(
        tmp_path,
        {"id": "wait", "when": SEEN, "wait_until": {MODE: "0600"}},
        {"id": "sure", "when": SEEN, "assert": {MODE: "0600"}},
        mode("each", "/a", foreach=["x"], on_failure="continue"),
        {"id": "group", "when": SEEN, "block": [mode("none", "/b", foreach="${{ steps.each.outputs }}")]},
    )
    assert one(told, "wait").facts == one(told, "sure").facts == {**SEEN, MODE: "0600"}
    assert (one(told, "none").outcome, one(told, "none").facts) == ("failed", SEEN)


def test_a_wait_does_not_keep_what_an_earlier_look_saw_and_the_last_one_could_not_read(tmp_path: Path) -> None:
    looks = iter(["0600", "0600", None, None, None, None, None, None])

    class Fading(FileWorld):
        def _facts(self, operation: Any) -> Any:
            if operation.args.get("path") == "/gate":
                value = next(looks, None)
                self.modes = {"/gate": value} if value else {}
            return super()._facts(operation)

    wait = {"id": "wait", "wait_until": {MODE: "0777"}, "timeout": "4s", "every": "1s", "on_failure": "continue"}
    with running_inside(tmp_path, Fading()) as inside:
        told = inside.run(runbook(wait, fix()))
    assert MODE not in one(told, "wait").facts
