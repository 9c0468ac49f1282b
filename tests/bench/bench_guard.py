"""How long the guard takes for a command against merely parsing it, and how it judges the labelled commands."""

from __future__ import annotations

import statistics
from collections import Counter
from functools import partial

import tree_sitter
import tree_sitter_bash

from runwright.checks.guard import Shell, judge
from tests.support import pace
from tests.support.guard_cases import Row, judged, rows

LIMIT_MS = 10.0
LIMIT_RATIO = 100.0
ROUNDS = 3
SETS = ("dangerous", "legitimate", "further_dangerous", "further_legitimate")
HOSTILE = ("(" * 60_000, "a|" * 30_000, "echo x\n" * 9_000, "find / -exec " * 5_000, "$x=$x+$x;" * 7_000, "^" * 60_000)


def every() -> list[Row]:
    return [row for name in SETS for row in rows(name)]


milliseconds = partial(pace.milliseconds, rounds=ROUNDS)


def test_the_verdicts_on_the_labelled_commands() -> None:
    print()
    for name in SETS:
        counts = Counter((row.get("risk", ""), found.verdict) for row, found in judged(name))
        for (risk, verdict), count in sorted(counts.items()):
            print(f"  {name:20} {risk:7} {verdict:7} {count}")


def test_a_command_is_judged_within_its_limit() -> None:
    commands = every()
    for row in commands:
        judge(row["shell"], row["command"])  # loads the tables
    times = [milliseconds(partial(judge, row["shell"], row["command"])) for row in commands]
    print(f"\nguard: median {statistics.median(times):.2f} ms, slowest of {len(times)} {max(times):.1f} ms a command")
    assert statistics.quantiles(times, n=100)[98] < LIMIT_MS


def test_judging_costs_a_bounded_multiple_of_parsing() -> None:
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))
    commands = [row["command"] for row in every() if row["shell"] == "bash"]
    parsing = milliseconds(lambda: [parser.parse(command.encode()) for command in commands])
    judging = milliseconds(lambda: [judge("bash", command) for command in commands])
    print(f"\nguard: {judging / parsing:.0f} times bare parsing of {len(commands)} bash commands")
    assert judging / parsing < LIMIT_RATIO


def test_hostile_texts_of_64_kib_cost_little() -> None:
    shells: tuple[Shell, ...] = ("bash", "powershell", "cmd")
    worst = max(milliseconds(partial(judge, shell, text)) for shell in shells for text in HOSTILE)
    print(f"\nguard: at most {worst:.0f} ms for a hostile text")
    assert worst < 1000
