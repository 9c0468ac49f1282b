"""`runwright replay`: the gate that runs a change against everything recorded that it can affect."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runwright.cli import options
from runwright.cli.printable import printable

if TYPE_CHECKING:
    from runwright.model.verdict import ReplayReport
    from runwright.replay.gate import Progress

STEP = 50
"""Recordings between two signs of life."""
ANEW = "\r\x1b[K"
"""To the start of the line, and the line cleared."""


@click.command()
@click.argument("runbooks", nargs=-1)
@options.repository
@click.option("--base", default="main", show_default=True, help="The branch, tag or commit before the change.")
@click.option("--head", help="The branch, tag or commit with the change; the files on disk by default.")
@click.option("--label", "labels", multiple=True, help="A label of the pull request, such as needs-staging.")
@options.save
@click.option("--pull", type=int, help="Replay this pull request of the local forge and set its check `replay`.")
@click.option("--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="CI's SSH key, with --pull.")
@options.report_format
def replay(
    runbooks: tuple[str, ...],
    repo: Path,
    base: str,
    head: str | None,
    labels: tuple[str, ...],
    save: tuple[Path, ...],
    pull: int | None,
    key: Path | None,
    form: str,
) -> int:
    """Replay a change against every recorded run that it can affect; exit code 1 when the gate does not pass.

    RUNBOOKS are ids; without any, every runbook that the change can affect is replayed: those that changed, those that
    call them, those whose rules or recordings changed. Of a branch, what merging it would change is replayed.
    """
    options.check_save(save)
    if pull is not None:
        return _pull(repo, pull, key, form, save)
    from runwright.cli.sides import sides_of
    from runwright.replay.gate import Change, replay_change

    sides = sides_of(repo, base, head)
    change = Change(sides.base, sides.head, base, head or "the files on disk", frozenset(labels))
    with _progress() as told:
        report = replay_change(change, runbooks, told)
    return _tell(report, form, save)


def _tell(report: ReplayReport, form: str, save: tuple[Path, ...] = ()) -> int:
    from runwright.cli.reports import replay_report
    from runwright.cli.writing import overwrite

    for path in save:
        overwrite(path, replay_report(report, options.SUFFIXES[path.suffix]))
    click.echo(replay_report(report, form), nl=False)
    return 0 if report.passed else 1


@contextmanager
def _progress() -> Iterator[Progress]:
    """Say on a terminal how far it is, and nothing anywhere else."""
    live = sys.stderr.isatty()

    def told(runbook_id: str, number: int) -> None:
        if live and (number == 1 or number % STEP == 0):
            shown = printable(runbook_id, instead="?")
            click.echo(f"{ANEW}{shown}: {number} replayed", nl=False, err=True)

    yield told
    if live:
        click.echo(ANEW, nl=False, err=True)


def _pull(repo: Path, number: int, key: Path | None, form: str, save: tuple[Path, ...]) -> int:
    from runwright.cli.gate import MAX_REPORT, Checked, open_pull, set_check
    from runwright.replay.gate import Change, replay_change
    from runwright.replay.telling import as_page

    trees = open_pull(repo, number)
    report = replay_change(Change(trees.base, trees.head, "main", f"#{number}", trees.labels))
    code = _tell(report, form, save)
    page = as_page(report, MAX_REPORT)
    set_check(repo, key, Checked("replay", trees.head_sha, report.passed, report.headline, page))
    return code
