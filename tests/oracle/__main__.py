"""Runs a sample of planted mistakes on real hosts, keeps what became of them, and compares replay with that.

`make oracle` runs it. An answer that is kept and still fits is not asked for again: where fewer than the sample's 30
are left, others are drawn, by the seed always the same. `--again` forgets all answers and asks anew, `--find` looks for
the scenarios anew, `--successes` asks about everything that replay says would succeed though the mistake is about a
step that ran; ids of runbooks choose among them. It ends with 1 where a shown success failed.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from functools import cache
from itertools import islice

from runwright.checks.validation import validate
from runwright.model.runbook import Runbook
from runwright.model.verdict import Would
from runwright.replay.judging import recorded_outcome
from tests.oracle.comparing import lines, table, wrong
from tests.oracle.planting import carried_out, found_in
from tests.support.library import ROOT, library
from tests.support.mutations import Mutation, digest, in_turn, plain
from tests.support.offered import keep_run
from tests.support.planted import (
    ANSWERS,
    Answer,
    Planted,
    Scenario,
    asked,
    books,
    fitting,
    kept,
    planted_in,
    recording_of,
    replayed,
    stale,
)

COUNT, SEED = 30, 20251110
SHARES: tuple[tuple[Would, int], ...] = (("succeed", COUNT * 5 // 6), ("fail", COUNT // 6))
"""How many mistakes are asked about where the recorded run repaired, and where it failed."""
TELLING = ("drop", "swap", "negate", "retarget", "unguard", "advance")
"""The kinds that the sample is taken from: another time limit or one more try seldom changes what becomes of a run."""
LEFT_OUT = frozenset({"RB-LIN-CLOCK-001"})
"""Not asked about: a mistake in it could set the clock of the host that the machine runs on."""
IN_A_MACHINE = ("test_linux_host.py", "test_linux_systemd.py")
"""Where a step may be pointed at anything: what it breaks is gone with the machine."""
Case = tuple[Mutation, Scenario]


def main(words: list[str]) -> int:
    """Ask real hosts, keep their answers, and print how replay compares."""
    ids = sorted({word for word in words if word.startswith("RB-")} or books().keys() - LEFT_OUT)
    scenarios, answers = kept()
    if "--find" in words or not scenarios:
        found = found_in(str(ROOT / "tests" / "library"), ids)
        scenarios = sorted([*(item for item in scenarios if item.runbook not in ids), *found], key=str)
        _write(scenarios, answers)
    cases = _cases([item for item in scenarios if item.runbook in ids])
    answers = [] if "--again" in words else answers
    for case in _successes(cases) if "--successes" in words else _sampled(cases, answers):
        answers = _with(answers, *case)
        _write(scenarios, answers)
    return _told()


def _cases(scenarios: Iterable[Scenario]) -> list[Case]:
    """Every mistake in every scenario that has a recording and in which the mistake does no harm to this host."""
    return [
        (mutation, scenario)
        for scenario in scenarios
        if recording_of(scenario) is not None
        for mutation in planted_in(scenario.runbook)
        if mutation.kind != "retarget" or any(name in scenario.test for name in IN_A_MACHINE)
    ]


def _sampled(cases: list[Case], answers: list[Answer]) -> list[Case]:
    """As many as are lacking: most where the recorded run repaired, because a mistake there has something to break.

    A mistake in a run that failed anyway is asked about too: it must not look like a repair.
    """
    chosen: list[Case] = []
    telling = [case for case in cases if case[0].kind in TELLING]
    fit = Counter((mutation.name, answer.was) for mutation, answer in fitting(answers))
    for was, share in SHARES:
        there = {mutation.name: (mutation, scenario) for mutation, scenario in telling if scenario.was == was}
        lacking = max(0, share - sum(fit[mutation.name, was] for mutation, scenario in cases if scenario.was == was))
        new = (mutation for mutation, _ in there.values() if not fit[mutation.name, was])
        chosen += [there[mutation.name] for mutation in islice(filter(_is_valid, in_turn(new, SEED)), lacking)]
    return chosen


def _successes(cases: list[Case]) -> list[Case]:
    """What replay says would succeed, of mistakes that change something that was done."""
    return [case for case in cases if _would_succeed(*case) and _is_valid(case[0])]


def _would_succeed(mutation: Mutation, scenario: Scenario) -> bool:
    return any(_matters(one) for one in replayed([mutation]) if one.recording is recording_of(scenario))


def _matters(one: Planted) -> bool:
    acted = one.recorded is not None and one.recorded.outcome != "skipped"
    harmless = one.mutation.kind in ("retry", "unguard") or one.mutation.name.endswith("30m")
    return one.verdict.would == "succeed" and acted and not harmless


def _is_valid(mutation: Mutation) -> bool:
    """Whether the checks let the changed runbook through, as they must before anybody runs it."""
    path = _path(mutation.runbook.id)
    text = json.dumps(plain(mutation.runbook)).encode()
    found = validate(library(**{path: text}))
    return not any(item.path == path and item.severity == "error" for item in found)


@cache
def _path(runbook_id: str) -> str:
    return next((ROOT / "runbooks").rglob(f"{runbook_id}.yaml")).relative_to(ROOT).as_posix()


def _with(answers: list[Answer], mutation: Mutation, scenario: Scenario) -> list[Answer]:
    """The answers with one more; one that fits already is not asked for again."""
    mark = digest(mutation.runbook)
    others = [item for item in answers if (item.mutation, item.was) != (mutation.name, scenario.was)]
    if any((item.mutation, item.was, item.digest) == (mutation.name, scenario.was, mark) for item in answers):
        return answers
    run = carried_out(scenario, _planting(mutation))
    if run is None:
        sys.stdout.write(f"no answer: {scenario.test} did not come to {mutation.name}\n")
        return others
    answer = Answer(mutation.name, mark, scenario.was, recorded_outcome(run))
    keep_run(answer, run)
    sys.stdout.write(f"{answer.real}: {answer.mutation} ({answer.was})\n")
    sys.stdout.flush()
    return sorted([*others, answer], key=str)


def _planting(mutation: Mutation) -> Callable[[Runbook], Runbook]:
    return lambda _: mutation.runbook


def _write(scenarios: list[Scenario], answers: list[Answer]) -> None:
    data = {"scenarios": [asdict(item) for item in scenarios], "answers": [asdict(item) for item in answers]}
    ANSWERS.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n")


def _told() -> int:
    """Print every answer and the table; 1 where reality contradicts what was shown."""
    pairs = list(asked())
    contradicted = wrong(pairs, "succeed (shown)")
    for line in _report(lines(pairs), table(pairs), [f"no longer the same: {name}" for name in stale()]):
        sys.stdout.write(f"{line}\n")
    for name in contradicted:
        sys.stdout.write(f"shown to succeed, and failed: {name}\n")
    return 1 if contradicted else 0


def _report(*parts: Iterable[str]) -> Iterator[str]:
    for part in parts:
        yield from part


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
