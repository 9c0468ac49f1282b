"""`runwright validate`: checks runbooks, rules and recordings, in a folder or in Git."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runwright.cli import options

if TYPE_CHECKING:
    from runwright.cli.again import Look
    from runwright.cli.folder import Listing
    from runwright.cli.kept import Kept
    from runwright.model.finding import Finding


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@options.repository
@click.option("--ref", help="Check the tree of this branch, tag or commit instead of the files on disk.")
@click.option("--base", help="Also check the change since this branch, tag or commit.")
@click.option(
    "--changed-since",
    metavar="REF",
    help="Tell only what changed since the branch left REF: reads HEAD (or --ref) from Git, not the files on disk.",
)
@click.option("--pull", type=int, help="Check this pull request of the local forge and set its check `validate`.")
@click.option("--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="CI's SSH key, with --pull.")
@options.save
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes to use; one a processor by default.")
@click.option("--cache/--no-cache", default=True, help="Keep verdicts on files that do not change (default), or not.")
@options.report_format
def validate(
    paths: tuple[Path, ...],
    repo: Path,
    ref: str | None,
    base: str | None,
    changed_since: str | None,
    pull: int | None,
    key: Path | None,
    save: tuple[Path, ...],
    jobs: int | None,
    cache: bool,
    form: str,
) -> int:
    """Check runbooks, rules and recordings; exit code 1 when something must be mended.

    PATHS are files or folders; without any, everything below --repo is checked.
    """
    from runwright.adapters.shares import cores
    from runwright.cli.kept import kept_for

    from_git = ref is not None or pull is not None or changed_since is not None
    options.check_save(save)
    if paths and from_git:
        raise click.UsageError("PATHS are files on disk; leave them out with --ref, --changed-since or --pull.")
    if base is not None and changed_since is not None:
        raise click.UsageError("--changed-since says what the change is compared with; leave --base out.")
    if pull is not None:
        return _pull(repo, pull, key, form, save)
    kept, processes = (kept_for(repo) if cache else None), jobs or cores()
    # What is saved must be written again, so it is no answer that is only said again.
    seen = _look(repo, paths) if kept and not from_git and base is None and not save else None
    if changed_since is not None:
        from runwright.cli.changed import since

        findings, count = since(repo, changed_since, ref or "HEAD", kept, processes)
    elif ref is not None:
        from runwright.cli.changed import at

        findings, count = at(repo, ref, base, kept, processes)
    else:
        findings, count = _on_disk(repo, paths, base, kept, processes)
    _save(findings, count, save)
    return _tell(findings, form, count, seen)


def _save(findings: tuple[Finding, ...], count: int, save: tuple[Path, ...]) -> None:
    from runwright.cli.reports import findings_report
    from runwright.cli.writing import overwrite

    for path in save:
        overwrite(path, findings_report(findings, options.SUFFIXES[path.suffix], count))


def _tell(findings: tuple[Finding, ...], form: str, count: int, seen: Look | None) -> int:
    from runwright.cli.again import Asked
    from runwright.cli.reports import findings_report

    text, code = findings_report(findings, form, count), int(any(finding.severity == "error" for finding in findings))
    asked = click.get_current_context().find_object(Asked)
    if asked and seen:
        asked.keep(seen, text, code)
    click.echo(text, nl=False)
    return code


def _look(repo: Path, paths: tuple[Path, ...]) -> Look | None:
    """What the library looks like before anything of it is read, for the next time that the same is asked."""
    from runwright.cli.again import Asked, look
    from runwright.cli.folder import loose
    from runwright.corpus.layout import CONTENT, SETTINGS

    wanted = click.get_current_context().find_object(Asked) is not None and not loose(repo, paths)
    return look(str(repo), CONTENT, SETTINGS) if wanted else None


def _on_disk(
    repo: Path, paths: tuple[Path, ...], base: str | None, kept: Kept | None, jobs: int
) -> tuple[tuple[Finding, ...], int]:
    """The findings on what was named, and how many files that is."""
    from runwright.cli.folder import has_content, list_content, loose, named

    alone = loose(repo, paths)
    within = tuple(path for path in paths if path not in alone)
    if alone and not has_content(repo):
        from runwright.cli.alone import judge_alone

        named(repo, (), within)
        return judge_alone(alone, None), len(alone)
    taken = time.time_ns()
    listing = list_content(repo)
    everything = listing.files.keys() | listing.refused.keys()
    names = named(repo, everything | listing.settings.keys(), within) if paths else everything
    # Everything is read, because a rule may name a runbook of another file; only what was asked for is told.
    found = _known(listing, kept) if not alone and base is None else None
    if found is None:
        found = _judged(repo, listing, alone, base, (kept, jobs, taken))
    told = found if not paths else tuple(f for f in found if f.path in names or Path(f.path) in alone)
    return told, len(names) + len(alone)


def _known(listing: Listing, kept: Kept | None) -> tuple[Finding, ...] | None:
    """The findings on the tree as it is, when they are known from an earlier run."""
    said = kept.said_of(listing) if kept else None
    if not said:
        return None if said is None else ()
    from runwright.checks.judging import findings_from

    return findings_from(said)


def _judged(
    repo: Path, listing: Listing, alone: dict[Path, bytes], base: str | None, how: tuple[Kept | None, int, int]
) -> tuple[Finding, ...]:
    """Look at the files; what was found on a whole tree is kept."""
    from runwright.cli import judging

    kept, jobs, taken = how
    head = judging.judge_folder(repo, listing, kept, jobs)
    if base is not None:
        from runwright.cli.changed import tree_at

        return head.with_tree(tree_at(repo, base, kept, jobs))
    found = head.with_tree()
    if kept:
        kept.keep_said(listing, taken, judging.plain(found))
    if alone:
        from runwright.cli.alone import judge_alone

        found = (*found, *judge_alone(alone, head.tree))
    return found


def _pull(repo: Path, number: int, key: Path | None, form: str, save: tuple[Path, ...]) -> int:
    """Judge a pull request; nothing that an earlier run kept is believed here."""
    from runwright.checks.risk import change_risk
    from runwright.checks.validation import errors
    from runwright.checks.validation import validate as check
    from runwright.cli.gate import Checked, open_pull, set_check
    from runwright.cli.reports import findings_report

    change = open_pull(repo, number)
    findings = (*check(change.head, change.base), *change.misplaced)
    wrong = errors(findings)
    _save(findings, len(change.head.files), save)
    click.echo(findings_report(findings, form, len(change.head.files)), nl=False)
    risk = change_risk(change.base, change.head, change.paths)
    summary = f"{len(wrong)} errors in {len(change.head.files)} files; risk {risk}"
    report = findings_report(findings, "markdown", len(change.head.files))
    set_check(repo, key, Checked("validate", change.head_sha, not wrong, summary, report, risk))
    return 1 if wrong else 0
