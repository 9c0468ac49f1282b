"""`python -m tests.support.simulator`: print how often replay decides and how often it is wrong, rule by rule."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable

from tests.support.simulator.ablation import ABLATIONS, Ablation, without
from tests.support.simulator.counting import Tally, table, tally
from tests.support.simulator.running import Telling
from tests.support.simulator.settings import made_actions
from tests.support.simulator.trial import HEADS, HOSTS, History, make_history, trial
from tests.support.simulator.worlds import CALM, USUAL, Theme

TELLINGS = (Telling(1.0), Telling(0.8), Telling(0.4), Telling(1.0, only_asked=True))


def main() -> int:
    """Print the tables."""
    asked = _arguments()
    count = max(1, asked.runs // (HOSTS * HEADS))
    _say(f"seed {asked.seed}, {count * HOSTS * HEADS} changed runs a line\n")
    with made_actions():
        _say("\nHidden causes, side effects that no model declares, and changes from outside; by what agents tell:\n")
        _say(_by_telling(asked.seed, count, USUAL))
        _say("\nNone of these:\n")
        _say(_by_telling(asked.seed, count, CALM))
        for ablation in ABLATIONS if asked.rules else ():
            _say(f"\nWithout rule {ablation.name} ({Telling(ablation.rate)} told):\n")
            _say(_compared(asked.seed, count, ablation))
    return 0


def measured(histories: Iterable[History], telling: Telling) -> Tally:
    """What replay says of all of them, counted."""
    return tally(said for history in histories for said in trial(history, telling))


def compared(histories: Iterable[History], ablation: Ablation) -> tuple[Tally, Tally]:
    """The figures with all rules, and without one."""
    kept, telling = tuple(histories), Telling(ablation.rate)
    with_all = measured(kept, telling)
    with without(ablation):
        return with_all, measured(kept, telling)


def _by_telling(seed: str, count: int, theme: Theme) -> str:
    histories = tuple(_counted(count, lambda number: make_history(seed, number, theme)))
    return table((str(telling), measured(histories, telling)) for telling in TELLINGS) + "\n"


def _compared(seed: str, count: int, ablation: Ablation) -> str:
    histories = _counted(count, lambda number: make_history(seed, number, ablation.theme))
    with_all, with_less = compared(histories, ablation)
    return table((("all rules", with_all), ("without it", with_less))) + "\n"


def _counted(count: int, make: Callable[[int], History]) -> Iterable[History]:
    """Every history, with progress for a person."""
    for number in range(count):
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{number + 1} of {count} ")
        yield make(number)
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.support.simulator", description=__doc__)
    parser.add_argument("--runs", type=int, default=1800, help="changed runs a line (default: %(default)s)")
    parser.add_argument("--seed", default="1", help="what chance goes by (default: %(default)s)")
    parser.add_argument("--no-rules", dest="rules", action="store_false", help="leave the table rule by rule out")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
