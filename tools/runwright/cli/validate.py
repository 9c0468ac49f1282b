"""`runwright validate`: checks runbooks, rules and recordings, in a folder or in Git."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from runwright.cli import options

if TYPE_CHECKING:
    from runwright.corpus.corpus import Corpus
    from runwright.model.finding import Finding


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@options.repository
@click.option("--ref", help="Check the tree of this branch, tag or commit instead of the files on disk.")
@click.option("--base", help="Also check the change since this branch, tag or commit.")
@click.option("--pull", type=int, help="Check this pull request of the local forge and set its check `validate`.")
@click.option("--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="CI's SSH key, with --pull.")
@options.report_format
def validate(
    paths: tuple[Path, ...],
    repo: Path,
    ref: str | None,
    base: str | None,
    pull: int | None,
    key: Path | None,
    form: str,
) -> int:
    """Check runbooks, rules and recordings; exit code 1 when something must be mended.

    PATHS are files or folders; without any, everything below --repo is checked.
    """
    from runwright.checks.validation import errors
    from runwright.checks.validation import validate as check
    from runwright.cli import wiring
    from runwright.cli.folder import loose, named
    from runwright.cli.reports import findings_report

    if paths and (ref is not None or pull is not None):
        raise click.UsageError("PATHS are files on disk; leave them out with --ref or --pull.")
    if pull is not None:
        return _pull(repo, pull, key, form)
    alone = loose(repo, paths)
    head = wiring.corpus_from_git(repo, ref) if ref else _on_disk(repo, alone)
    within = tuple(path for path in paths if path not in alone)
    names = named(repo, dict(head.files), within) | {str(path) for path in alone} if paths else head.files.keys()
    # Everything is read, because a rule may name a runbook of another file; only what was asked for is told.
    found = check(head, wiring.corpus_from_git(repo, base) if base else None)
    findings = tuple(finding for finding in found if finding.path in names and not _out_of_place(finding, alone))
    click.echo(findings_report(findings, form, len(names)), nl=False)
    return 1 if errors(findings) else 0


def _on_disk(repo: Path, alone: dict[Path, bytes]) -> Corpus:
    """The library on disk, and the files outside it that were named."""
    from runwright.cli import wiring
    from runwright.cli.folder import has_content
    from runwright.corpus.corpus import Corpus, joined, read_one

    library = wiring.corpus_from_folder(repo) if has_content(repo) or not alone else Corpus()
    for path, content in alone.items():
        library = joined(library, read_one(str(path), content))
    return library


def _out_of_place(finding: Finding, alone: dict[Path, bytes]) -> bool:
    """Where a file belongs is no question for one that stands outside a library."""
    return finding.rule == "identity" and Path(finding.path) in alone


def _pull(repo: Path, number: int, key: Path | None, form: str) -> int:
    from runwright.checks.risk import change_risk
    from runwright.checks.validation import errors
    from runwright.checks.validation import validate as check
    from runwright.cli.gate import Checked, open_pull, set_check
    from runwright.cli.reports import findings_report

    change = open_pull(repo, number)
    findings = (*check(change.head, change.base), *change.misplaced)
    wrong = errors(findings)
    click.echo(findings_report(findings, form, len(change.head.files)), nl=False)
    risk = change_risk(change.base, change.head, change.paths)
    summary = f"{len(wrong)} errors in {len(change.head.files)} files; risk {risk}"
    report = findings_report(findings, "markdown", len(change.head.files))
    set_check(repo, key, Checked("validate", change.head_sha, not wrong, summary, report, risk))
    return 1 if wrong else 0
