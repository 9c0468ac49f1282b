"""What replay says of changed runbooks, beside what comes true on make-believe hosts that know more than the models.

`python -m tests.support.simulator` prints the same over more runs, and rule by rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from runwright.replay.world import World
from tests.support.simulator.__main__ import TELLINGS, compared, measured
from tests.support.simulator.ablation import ABLATIONS, Ablation, without
from tests.support.simulator.counting import Tally, table
from tests.support.simulator.running import Telling
from tests.support.simulator.settings import made_actions
from tests.support.simulator.trial import History, make_history, trial
from tests.support.simulator.worlds import CALM, USUAL, Climate, Theme

SEED = "runwright"
HISTORIES, FEW = 90, 30
FULL, MOST, SOME, AS_AGENTS_DO = TELLINGS


@pytest.fixture(scope="module", autouse=True)
def _actions() -> Iterator[None]:
    with made_actions():
        yield


@cache
def histories(theme: Theme, count: int) -> tuple[History, ...]:
    return tuple(make_history(SEED, number, theme) for number in range(count))


@cache
def figures(telling: Telling, theme: Theme) -> Tally:
    return measured(histories(theme, HISTORIES), telling)


def shown_in_a_table(theme: Theme) -> str:
    return table((str(telling), figures(telling, theme)) for telling in TELLINGS)


@pytest.mark.parametrize("telling", TELLINGS, ids=str)
def test_a_shown_success_is_never_wrong(telling: Telling) -> None:
    counts = figures(telling, USUAL)
    assert counts.shown >= 40
    assert counts.shown_wrong == 0, [(said.history, said.change, said.verdict.execution_id) for said in counts.wrong]


_UNSETTLED = Climate(hidden=0.3, side_effects=0.4, outside=0.6)
_PATIENT = Climate(hidden=0.6, causes=("early", "tries"), side_effects=0.3, outside=0.5)
DEMANDING = {
    "tries": Theme(_PATIENT, {"retry": 3}, {"retry": 30}),
    "limits": Theme(_UNSETTLED, {}, {"limit": 30}),
    "settle times": Theme(_UNSETTLED, {}, {"settle": 120}),
    "waits": Theme(_PATIENT, {"wait": 10, "wait until": 20}, {"limit": 8, "drop": 6, "retry": 4, "swap": 4}),
    "checks": Theme(_UNSETTLED, {"check": 8, "assert": 10}, {"drop": 15, "insert idle": 10, "unguard": 6}),
    "groups": Theme(_UNSETTLED, {"parallel": 30}, {"one by one": 60, "at once": 30, "drop": 2}),
    "blocks": Theme(_UNSETTLED, {"block": 15}, {"rescue": 10, "on failure": 10, "drop": 3}),
}


@pytest.mark.parametrize("theme", DEMANDING.values(), ids=DEMANDING)
def test_a_shown_success_is_never_wrong_where_much_happens(theme: Theme) -> None:
    counts = measured(histories(theme, 15), FULL)
    assert counts.shown >= 5
    assert counts.shown_wrong == 0, [(said.history, said.change, said.verdict.execution_id) for said in counts.wrong]


@pytest.mark.parametrize(("telling", "share"), [(FULL, 90), (SOME, 60)], ids=str)
def test_most_changed_runs_are_decided(telling: Telling, share: int) -> None:
    assert figures(telling, USUAL).decided >= share, shown_in_a_table(USUAL)


def test_wrong_predictions_are_few_and_printed() -> None:
    print(shown_in_a_table(USUAL))  # noqa: T201  # the figures are what a reader of a failure wants first
    for counts in (figures(telling, USUAL) for telling in TELLINGS):
        assert counts.predicted_wrong <= 0.08 * counts.predicted
        assert counts.fails_wrong <= 0.03 * counts.fails


def test_where_nothing_is_hidden_predictions_come_true() -> None:
    counts = figures(FULL, CALM)
    assert (counts.shown_wrong, counts.predicted_wrong, counts.fails_wrong) == (0, 0, 0), counts.wrong


@pytest.mark.parametrize("ablation", [one for one in ABLATIONS if one.costs], ids=lambda one: one.name)
def test_each_rule_is_worth_something(ablation: Ablation) -> None:
    """Without it, more of what replay says is wrong, or less is shown or decided."""
    with_all, with_less = compared(histories(ablation.theme, FEW), ablation)
    worse = {
        "right": len(with_less.wrong) > len(with_all.wrong),
        "shown": with_less.shown < with_all.shown,
        "decided": with_less.decided < with_all.decided - 1,
    }
    assert worse[ablation.costs], table((("all rules", with_all), ("without it", with_less)))


def test_an_ablation_is_gone_when_it_is_over() -> None:
    before = World.agrees
    with without(ABLATIONS[0]):
        assert World.agrees is not before
    assert World.agrees is before


def test_the_same_seed_gives_the_same_histories_and_the_same_answers() -> None:
    def told() -> list[tuple[str, bool]]:
        again = (make_history(SEED, number, USUAL) for number in range(5))
        return [(said.verdict.model_dump_json(), said.succeeds) for one in again for said in trial(one, SOME)]

    assert told() == told()


def test_a_host_tells_every_fact_that_its_actions_need() -> None:
    """A fact that a model asks for and no host tells would count as never captured, at every capture rate."""
    untold: set[str] = set()
    for history in histories(USUAL, HISTORIES):
        for run, host in zip(history.runs, history.hosts, strict=True):
            untold |= {key for key in run.asked - host.facts().keys() if not key.startswith("files[")}
    # Nobody asks how a file is that is not there; no model of an action here reads the others.
    assert {key for key in untold if not key.endswith((".pid", "_valid"))} <= {"cpu.load_1m", "memory.used_percent"}
