"""`runwright replay`: the gate that runs a change against everything recorded that it can affect."""

from __future__ import annotations

from pathlib import Path

import click

from runwright.cli import options


@click.command()
@click.argument("runbooks", nargs=-1)
@options.repository
@click.option("--base", default="main", show_default=True, help="The branch, tag or commit before the change.")
@click.option("--head", help="The branch, tag or commit with the change; the files on disk by default.")
@click.option("--pull", type=int, help="Replay this pull request of the local forge and set its check `replay`.")
@click.option("--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="CI's SSH key, with --pull.")
@options.report_format
def replay(
    runbooks: tuple[str, ...], repo: Path, base: str, head: str | None, pull: int | None, key: Path | None, form: str
) -> int:
    """Replay a change against every recorded run that it can affect; exit code 1 when the gate does not pass.

    RUNBOOKS are ids; without any, every runbook that the change touches is replayed.
    """
    from runwright.cli import wiring
    from runwright.cli.reports import replay_report
    from runwright.replay.gate import Change, replay_change

    if pull is not None:
        return _pull(repo, pull, key, form)
    before = wiring.corpus_from_git(repo, base)
    after = wiring.corpus_from_git(repo, head) if head else wiring.corpus_from_folder(repo)
    report = replay_change(Change(before, after, base, head or "the files on disk"), runbooks)
    click.echo(replay_report(report, form), nl=False)
    return 0 if report.passed else 1


def _pull(repo: Path, number: int, key: Path | None, form: str) -> int:
    from runwright.cli.gate import Checked, open_pull, set_check
    from runwright.cli.reports import replay_report
    from runwright.replay.gate import Change, replay_change

    trees = open_pull(repo, number)
    report = replay_change(Change(trees.base, trees.head, "main", f"#{number}", trees.labels))
    click.echo(replay_report(report, form), nl=False)
    markdown = replay_report(report, "markdown")
    set_check(repo, key, Checked("replay", trees.head_sha, report.passed, report.headline, markdown))
    return 0 if report.passed else 1
