"""Histories, and what replay says of them beside what comes true.

A history is a runbook, its recorded runs on some hosts of a site, changes to it, and what each changed runbook does
on each of these hosts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random

from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from runwright.model.verdict import Verdict
from runwright.replay.judging import Pair, judge_all
from tests.support.simulator.books import Book, make_book, make_called, read_book
from tests.support.simulator.changing import changed
from tests.support.simulator.host import Host
from tests.support.simulator.pieces import CALLED
from tests.support.simulator.running import Came, Telling, carry_out, told_in_part
from tests.support.simulator.worlds import Site, Theme, make_host, make_site

HOSTS, HEADS = 3, 3


@dataclass(frozen=True)
class Head:
    """A changed runbook, how it was changed, and on which of the hosts it succeeds."""

    runbook: Runbook
    change: str
    succeeds: tuple[bool, ...]


@dataclass(frozen=True, eq=False)
class History:
    """What happened, and what would have happened."""

    number: int
    base: Runbook
    called: Mapping[str, Runbook]
    runs: tuple[Came, ...]
    heads: tuple[Head, ...]
    by: str
    """How an agent misses facts: by name or by moment."""
    hosts: tuple[Host, ...] = field(repr=False)

    @cache  # noqa: B019  # as many as there are histories, and gone with them
    def told(self, telling: Telling) -> tuple[Execution, ...]:
        """The runs as an agent tells them."""
        return tuple(told_in_part(run, telling, self.by) for run in self.runs)


@dataclass(frozen=True)
class Said:
    """What replay says of one changed runbook on one recording, and what comes true."""

    history: int
    change: str
    verdict: Verdict
    succeeds: bool


def make_history(seed: str, number: int, theme: Theme) -> History:
    """The history of a number; the same one every time."""
    rng = Random(f"{seed}/{number}")
    site = make_site(rng, theme)
    hosts = tuple(make_host(rng, site, theme.climate) for _ in range(HOSTS))
    book, called = make_book(rng, site, theme), {CALLED: read_book(make_called(rng, site, theme))}
    base = read_book(book)
    runs = tuple(carry_out(base, host, called, f"exec-{number}-{at}") for at, host in enumerate(hosts))
    heads = tuple(_head(rng, (book, site, theme), hosts, called) for _ in range(HEADS))
    by = rng.choice(("name", "moment"))
    return History(number, base, called, runs, heads, by, hosts)


def trial(history: History, telling: Telling) -> Iterator[Said]:
    """What replay says of every changed runbook on every recording of a history."""
    runs = history.told(telling)
    for head in history.heads:
        pair = Pair(history.base, head.runbook, history.called, history.called)
        verdicts = {verdict.execution_id: verdict for verdict in judge_all(pair, runs)}
        for run, succeeds in zip(runs, head.succeeds, strict=True):
            yield Said(history.number, head.change, verdicts[run.execution_id], succeeds)


def _head(rng: Random, of: tuple[Book, Site, Theme], hosts: tuple[Host, ...], called: Mapping[str, Runbook]) -> Head:
    runbook, change = _readable(rng, *of)
    return Head(runbook, change, tuple(carry_out(runbook, host, called, "exec-new").success for host in hosts))


def _readable(rng: Random, book: Book, site: Site, theme: Theme) -> tuple[Runbook, str]:
    """A changed runbook that can be read at all; a change may leave a step without what it refers to."""
    while True:
        new, change = changed(rng, book, site, theme)
        try:
            return read_book(new), change
        except ValueError:
            continue
