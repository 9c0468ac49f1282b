"""Crash points: what a plan says, that nothing happens without one, and that the process really ends where it says."""

from __future__ import annotations

import ast
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from runwright.errors import ContentError
from runwright.fault import POINTS, Action, Fault, Plan, parse_plan

ROOT = Path(__file__).resolve().parents[2]
PASS_THREE = (
    "from runwright.fault import point\nfor _ in range(3): point('kept'); point('step_done', 'judge')\nprint('end')"
)


def actions(plan: Plan, *names: str) -> list[tuple[Action, ...]]:
    """Pass points in order and give what happens at each."""
    happened = []
    for name in names:
        plan, due = plan.at(name)
        happened.append(due)
    return happened


def test_a_plan_names_the_action_the_point_and_the_passages() -> None:
    assert parse_plan("kept, raise@step_done/judge:2, stop@*:10-12, break@claimed:3-, trace@*").faults == (
        Fault("kill", "kept", 1, 1),
        Fault("raise", "step_done/judge", 2, 2),
        Fault("stop", "*", 10, 12),
        Fault("break", "claimed", 3, None),
        Fault("trace", "*", 1, None),
    )


@pytest.mark.parametrize(
    "text", ["", "kept:", "kept:x", "kill@", "@kept", "hurt@kept", "kept,", "kept:1-2-3", "no_such"]
)
def test_a_plan_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(ContentError, match="RUNWRIGHT_FAULT"):
        parse_plan(text)


def test_a_fault_acts_at_the_passages_it_names_and_at_no_other() -> None:
    assert actions(parse_plan("kept:2"), "kept", "claimed", "kept", "kept") == [(), (), ("kill",), ()]
    assert actions(parse_plan("raise@kept:2-3"), *["kept"] * 4) == [(), ("raise",), ("raise",), ()]
    assert actions(parse_plan("break@kept:3-"), *["kept"] * 4) == [(), (), ("break",), ("break",)]


def test_a_star_stands_for_any_point() -> None:
    passed = actions(parse_plan("stop@*:3"), "kept", "step_done/judge", "claimed")
    assert passed == [(), (), ("stop",)]
    assert actions(parse_plan("step_*/judge:2"), "step_begun/judge", "kept", "step_done/judge")[-1] == ("kill",)


def started(plan: str | None, code: str = PASS_THREE) -> subprocess.CompletedProcess[str]:
    """Pass points in a process of its own, armed as the command line arms it."""
    armed = "import os\nfrom runwright.cli import fault_door\nif os.environ.get('RUNWRIGHT_FAULT'):\n"
    armed += "    fault_door.arm(os.environ['RUNWRIGHT_FAULT'])\n"
    given = {"PYTHONPATH": str(ROOT / "tools"), "PATH": os.environ["PATH"]}
    if plan is not None:
        given["RUNWRIGHT_FAULT"] = plan
    words = [sys.executable, "-c", armed + code]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, env=given, check=False)


def test_without_a_plan_a_point_does_nothing() -> None:
    done = started(None)
    assert (done.returncode, done.stdout, done.stderr) == (0, "end\n", "")


def test_a_process_is_killed_where_the_plan_says() -> None:
    done = started("trace@*,kill@kept:2")
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "")
    names = [line.removeprefix("fault: ") for line in done.stderr.splitlines()]
    assert names == ["trace at kept", "trace at step_done/judge", "trace at kept", "kill at kept"]


@pytest.mark.parametrize(("action", "kind"), [("raise", "EdgeError"), ("break", "RuntimeError")])
def test_an_error_is_raised_where_the_plan_says(action: str, kind: str) -> None:
    done = started(f"{action}@step_done/judge")
    assert done.returncode == 1
    assert f"{kind}: a fault was asked for at step_done/judge" in done.stderr


def test_the_command_line_arms_what_the_environment_asks_for_and_refuses_nonsense() -> None:
    given = {"PYTHONPATH": str(ROOT / "tools"), "PATH": os.environ["PATH"], "RUNWRIGHT_FAULT": "nonsense"}
    words = [sys.executable, "-m", "runwright.cli.main", "validate"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, env=given, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "there is no point 'nonsense'" in done.stderr


def test_there_are_enough_points_and_each_says_what_is_so_there() -> None:
    assert len(POINTS) >= 15
    assert all(POINTS.values())


PACKAGE = ROOT / "tools" / "runwright"


def passed_in_the_code() -> set[str]:
    """Every name that a call of `point` has in the product."""
    calls = (
        node
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "point"
    )
    return {str(call.args[0].value) for call in calls if isinstance(call.args[0], ast.Constant)}


def test_every_point_of_the_table_stands_in_the_code_and_no_other_does() -> None:
    assert passed_in_the_code() == set(POINTS)


OUTSIDE = {
    "propose": ("pull_begun", "pull_opened"),
    "say": ("evidence_begun", "evidence_added"),
    "update_refs": ("objects_written", "references_moved"),
    "keep_all": ("keep_begun", "kept"),
    "finish": ("end_begun", "ended"),
}
"""Calls that change what outlives the process, by their method, and the points that stand before and after them."""
DOORS = {
    "propose": "service/pipeline.py",
    "say": "service/evidence.py",
    "update_refs": "adapters/forge_local/book.py",
    "keep_all": "adapters/store/together.py",
    "finish": "service/ending.py",
}


@pytest.mark.parametrize("method", OUTSIDE)
def test_a_call_that_changes_the_world_stands_between_two_points(method: str) -> None:
    lines = (PACKAGE / DOORS[method]).read_text("utf-8").splitlines()
    (at,) = [number for number, line in enumerate(lines) if re.search(rf"\.{method}\(", line)]
    before, after = OUTSIDE[method]
    points = [(number, name) for number, line in enumerate(lines) for name in re.findall(r'point\("(\w+)"', line)]
    assert max(found for found in points if found[0] < at)[1] == before
    assert min(found for found in points if found[0] > at)[1] == after
