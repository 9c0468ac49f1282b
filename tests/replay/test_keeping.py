"""What is kept of many runs: failures, each path, each state of it; and no more."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.model.execution import Execution
from runwright.replay.keeping import MAX_RUNS, MAX_STATES, Keeper, refusal, shape_of
from tests.support.recordings import SYSTEMD, ran, recording, service, started

STOPPED = service("web", "stopped", "db")


def run(number: int, *steps: dict[str, Any], **fields: Any) -> Execution:
    before = {**STOPPED, **service("db", "running"), **fields.pop("before", {})}
    done = steps or (started("web", state_before=before),)
    return recording(*done, before=before, execution_id=f"exec-{number}", **fields)


def web(outcome: str = "success", /, **fields: Any) -> dict[str, Any]:
    before = {**STOPPED, **service("db", "running"), **fields.pop("before", {})}
    return started("web", outcome, state_before=before, **fields)


def kept(*runs: Execution) -> list[bool]:
    keeper = Keeper()
    return [_kept(keeper, one) for one in runs]


def _kept(keeper: Keeper, one: Execution) -> bool:
    choice = keeper.choose(one)
    if choice.kept:
        keeper.add(one)
    return choice.kept


def test_the_same_run_again_shows_nothing() -> None:
    keeper = Keeper([run(1)])
    choice = keeper.choose(run(2))
    assert (choice.kept, choice.reason) == (False, "shows nothing that exec-1 does not show")


def test_a_failure_and_a_success_on_the_same_path_are_both_kept() -> None:
    keeper = Keeper([run(1)])
    choice = keeper.choose(run(2, web("failed", error="no such file"), verified=False))
    assert (choice.kept, choice.reason) == (True, "the first failure on this path")


def test_each_successful_path_is_kept() -> None:
    database = started("db", state_before=service("db", "stopped"))
    assert kept(run(1), run(2, database, web()), run(3, web(), database), run(4, database, web())) == [
        True,
        True,
        True,
        False,
    ]


def test_a_step_that_was_skipped_makes_another_path() -> None:
    assert kept(run(1, ran("db", "service.start", "skipped", service="db"), web()), run(2)) == [True, True]


def test_a_path_in_another_state_of_what_its_model_reads_is_kept() -> None:
    crashed = run(2, web(before={"services.web.state": "failed"}))
    keeper = Keeper([run(1)])
    choice = keeper.choose(crashed)
    assert (choice.kept, choice.reason) == (True, "a known path in another state")


@pytest.mark.parametrize(
    "other",
    [{"disks[\"/\"].used_percent": 55.5}, {"services.print.state": "failed"}, {"services.web.pid": 4711}],
    ids=["a measure", "a fact that no model reads", "a number that differs each time"],
)  # fmt: skip
def test_what_no_model_reads_makes_no_other_state(other: dict[str, Any]) -> None:
    assert kept(run(1), run(2, web(before=other), before=other)) == [True, False]


def test_two_failures_of_one_step_are_told_apart_by_their_errors_but_not_by_numbers_and_names() -> None:
    said = ["port 8080 is taken by pid 4711", "port 9090 is taken by pid 23", "permission denied"]
    failures = [run(n, web("failed", error=text), verified=False) for n, text in enumerate(said)]
    assert kept(*failures) == [True, False, True]


def test_other_parameters_are_another_state() -> None:
    assert kept(run(1, params={"service": "web"}), run(2, params={"service": "mail"})) == [True, True]


def test_a_run_that_found_nothing_to_do_is_kept_once_a_state() -> None:
    healthy = service("web", "running")
    one, other, systemd = (
        recording(before=before, execution_id=f"exec-{n}", host=host)
        for n, (before, host) in enumerate([(healthy, {}), (healthy, {}), (healthy, SYSTEMD)])
    )
    keeper = Keeper()
    assert keeper.choose(one).reason == "the first run that had nothing to do"
    keeper.add(one)
    assert not keeper.choose(other).kept
    assert keeper.choose(systemd).kept


def test_of_an_opaque_step_every_lasting_fact_is_part_of_the_state() -> None:
    def script(number: int, state: str) -> Execution:
        before = {"services.print.state": state, "cpu.load_1m": number / 10}
        return run(number, ran("fix", "script.run", script="x", state_before=before))

    assert kept(script(1, "failed"), script(2, "stopped"), script(3, "failed")) == [True, True, False]


def test_one_path_is_kept_in_a_few_states_and_the_report_says_so() -> None:
    keeper = Keeper()
    for number in range(MAX_STATES):
        assert _kept(keeper, run(number, params={"service": f"web-{number}"}))
    choice = keeper.choose(run(99, params={"service": "one-more"}))
    assert (choice.kept, choice.reason) == (False, f"its path is kept in {MAX_STATES} states already, such as exec-0")


def test_a_runbook_keeps_a_bounded_number_of_runs_and_always_keeps_what_is_asked_for() -> None:
    def odd(number: int) -> Execution:
        return run(number, web(id="start"), *(started(f"s{n}") for n in range(number)))

    keeper = Keeper(odd(number) for number in range(MAX_RUNS))
    full = keeper.choose(odd(MAX_RUNS))
    assert (full.kept, full.reason.split(";")[0]) == (False, f"the runbook has {MAX_RUNS} recordings already")
    asked = keeper.choose(odd(MAX_RUNS), always=True)
    assert (asked.kept, asked.reason) == (True, f"asked for, though: {full.reason}")


def test_what_is_kept_already_counts() -> None:
    assert not Keeper([run(1), run(2)]).choose(run(3)).kept


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "dry_run"}, "$.status: a dry run tried nothing"),
        ({"runbook_id": "../../etc/passwd"}, "$.runbook_id: '../../etc/passwd' names no runbook"),
        ({"runbook_id": f"RB-{'A' * 80}-1"}, "$.runbook_id: "),
        (
            {"erased": [{"pointer": "/executed_steps/0/output", "kind": "withheld"}]},
            "$.executed_steps.0.output: could not be searched for secrets",
        ),
    ],
)
def test_what_is_no_evidence_is_refused_with_its_place(fields: dict[str, Any], said: str) -> None:
    assert (refusal(run(1, **fields)) or "").startswith(said)


def test_a_run_is_evidence() -> None:
    assert refusal(run(1)) is None


def test_a_shape_is_plain_text_and_the_same_each_time() -> None:
    assert shape_of(run(1)) == shape_of(run(2))
    assert "stopped" in shape_of(run(1)).state
