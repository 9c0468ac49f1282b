"""`runwright github report`: tells GitHub what validate and replay found for a commit, from what their runs saved.

It runs where the token may write, so nothing of the commit is run here, and what the reports say is only told.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runwright.cli import options
from runwright.cli.forge_address import ForgeAddress, GitHubAddress

if TYPE_CHECKING:
    from runwright.adapters.forge_github import Connection
    from runwright.adapters.forge_github.checks import GitHubChecks
    from runwright.cli.saved_reports import Saved
    from runwright.model.check_page import CheckPage

MAX_RESULTS = 5_000
"""Results that code scanning shows of an upload."""
MOST_PULLS = 5
"""Pull requests with one head that are told, the oldest ones."""
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'*+,;=%-]{1,500}")


@click.command()
@click.argument("reports", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@options.forge
@options.repository
@click.option("--sha", required=True, help="The commit that was judged, with all its digits.")
@click.option("--base", default="HEAD", show_default=True, help="The base in --repo that the commit is to go to.")
@click.option("--pull", type=int, help="The pull request to comment on; by default each open one with this head.")
@click.option("--link", default="", help="Where a person finds the run.")
@click.option("--dry-run", is_flag=True, help="Show what would be told, and tell nobody.")
def report(
    reports: tuple[Path, ...],
    forge: ForgeAddress,
    repo: Path,
    sha: str,
    base: str,
    pull: int | None,
    link: str,
    dry_run: bool,
) -> int:
    """Tell GitHub what validate and replay found: a check run with notes on lines, a comment, code scanning.

    REPORTS are files that `validate --save` and `replay --save` wrote as JSON; without any, the newest runs of the
    workflows are asked for theirs. Both commits must be in --repo. The exit code is 0 once it is told, whatever it is.
    """
    from runwright.cli.check_pages import page_of
    from runwright.cli.github_head import head_of, risk_at
    from runwright.cli.github_wiring import connect

    if not isinstance(forge, GitHubAddress):
        raise click.UsageError("--forge is a folder; this verb tells GitHub: --forge github:OWNER/NAME")
    if link and not _ADDRESS.fullmatch(link):
        raise click.BadParameter("is no address of a page", param_hint="--link")
    connection, head = connect(forge.repository, os.environ), head_of(repo, base, sha)
    saved, ended = _from_files(reports) if reports else _from_runs(connection, head.sha)
    page = page_of(head, saved, ended)
    if dry_run:
        click.echo(_shown(page), nl=False)
        return 0
    numbers = _tell(connection, page, saved, (pull, link))
    risk = risk_at(repo, base, head.sha) if numbers else None
    for number in numbers if risk else ():
        _label(connection, number, f"risk:{risk}")
    return 0


def _from_files(paths: tuple[Path, ...]) -> tuple[Saved, dict[str, str]]:
    from runwright.cli.saved_reports import read_file, read_reports

    return read_reports({str(path): read_file(path) for path in paths}), {}


def _from_runs(connection: Connection, sha: str) -> tuple[Saved, dict[str, str]]:
    """What the runs saved, and how those ended that saved nothing; a report that cannot be read is as good as none."""
    from runwright.adapters.forge_github.saved import read_saved
    from runwright.adapters.http_download import download
    from runwright.cli.check_pages import NAMES
    from runwright.cli.saved_reports import Saved, read_report
    from runwright.errors import ContentError

    found: dict[str, Any] = {}
    ended: dict[str, str] = {}
    for run in read_saved(connection, sha, NAMES, download):
        if run.report is None:
            ended |= {run.name: run.ended} if run.ended else {}
            continue
        try:
            found[run.name] = read_report(run.report, f"{run.name}.json", run.name)
        except ContentError as error:
            ended[run.name] = str(error)
    return Saved(**found), ended


def _label(connection: Connection, number: int, risk: str) -> None:
    """Give a person's pull request the label of its risk, in the place of another one; the bot labels its own."""
    from runwright.adapters.forge_github import Forbidden
    from runwright.adapters.forge_github.labels import add_labels, drop_label
    from runwright.checks.hosting.wanted import BOT_BRANCHES

    pull = connection.get(f"pulls/{number}")
    if str(pull["head"]["ref"]).startswith(f"{BOT_BRANCHES}/"):
        return
    there = {str(label["name"]) for label in pull.get("labels") or ()}
    try:
        if risk not in there:
            add_labels(connection, number, [risk])
        for other in sorted(name for name in there if name.startswith("risk:") and name != risk):
            drop_label(connection, number, other)
    except Forbidden as refused:
        click.echo(f"pull request #{number}: the label {risk} could not be set: {refused.reason}", err=True)
        return
    click.echo(f"pull request #{number}: {risk}")


def _tell(connection: Connection, page: CheckPage, saved: Saved, more: tuple[int | None, str]) -> tuple[int, ...]:
    from runwright.adapters.forge_github import Forbidden
    from runwright.adapters.forge_github.checks import GitHubChecks
    from runwright.adapters.forge_github.sticky import put_comment
    from runwright.cli.check_pages import comment_of

    checks, (pull, link) = GitHubChecks(connection), more
    try:
        click.echo(f"check run {checks.show(page)}: {page.outcome or 'in progress'}")
    except Forbidden as refused:
        if refused.status != 403:
            raise
        _statuses(checks, page, link)
    believed = saved.replay if page.outcome != "neutral" else None
    numbers = _pulls(checks, page.head_sha, pull)
    for number in numbers:
        if believed is not None:
            put_comment(connection, number, "replay", comment_of(believed, link))
            click.echo(f"pull request #{number}: told")
        _scan(checks, page, saved, number)
    return numbers


def _statuses(checks: GitHubChecks, page: CheckPage, link: str) -> None:
    """Tell what has ended, a status each; of what has not, nothing: where nobody comes again it would wait for ever."""
    ended = tuple(part for part in page.parts if part.state != "pending")
    checks.tell(replace(page, parts=ended), link)
    told = ", ".join(_parts(replace(page, parts=ended))) or "none, since nothing has run to its end"
    click.echo(f"commit statuses, since the token is not an App's: {told}")


def _pulls(checks: GitHubChecks, sha: str, pull: int | None) -> tuple[int, ...]:
    """The open pull requests with this head, by GitHub's word; raises `ContentError` when the named one has another."""
    from runwright.errors import ContentError

    found = checks.pulls_at(sha)
    if pull is None:
        # Anybody can open hundreds for somebody else's commit; a word on each would use up what the token may ask.
        return found[:MOST_PULLS]
    if pull not in found:
        raise ContentError(
            f"pull request #{pull} is not open with the head {sha[:12]}; leave --pull out, or look again"
        )
    return (pull,)


def _scan(checks: GitHubChecks, page: CheckPage, saved: Saved, number: int) -> None:
    """Hand the findings to code scanning, once all of them are there; written anew from what was read."""
    from runwright.cli import replay_reports
    from runwright.cli.reports import findings_report

    if saved.validate is None or saved.replay is None or page.outcome == "neutral":
        return
    findings = (*saved.validate.findings, *replay_reports.findings(saved.replay))[:MAX_RESULTS]
    refused = checks.scan(page.head_sha, f"refs/pull/{number}/head", findings_report(findings, "sarif", 0))
    click.echo(f"code scanning: {refused or 'told'}")


def _parts(page: CheckPage) -> list[str]:
    return [f"{part.name} {part.state}" for part in page.parts]


def _shown(page: CheckPage) -> str:
    from runwright.cli.printable import printable

    notes = [f"{one.path}:{one.line}: {one.level}: {one.title}: {one.message}\n" for one in page.annotations]
    told = f"{page.outcome or 'in progress'}: {page.title}\n{page.summary}\n{page.text}\n{''.join(notes)}"
    return printable(told, keep="\n", instead="?")
