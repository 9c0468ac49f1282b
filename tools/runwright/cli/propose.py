"""`runwright propose`: what would be proposed for a failed run, or why a person is needed; nothing is opened."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from runwright.cli import options
from runwright.cli.service_options import database_option, state_option

if TYPE_CHECKING:
    from runwright.cli.proposing import Draft

FORMATS = ("text", "json", "markdown")


@click.command()
@options.repository
@click.option("--probes", type=click.File("rb"), help="What an agent read afterwards: facts by path, or one a line.")
@click.option("--execution", "only", metavar="ID", help="Of several runs this one alone.")
@click.option(
    "--write", type=click.Path(path_type=Path, file_okay=False), help="Write the proposal's files below here."
)
@click.option("--model", "ask", is_flag=True, help="Ask a model as well; OPENAI_BASE_URL or OPENAI_API_KEY says which.")
@click.option("--from", "kept", type=click.File("rb"), help="Draft again from evidence that was kept; nobody is asked.")
@click.option("--stored", metavar="FINGERPRINT", help="The same from what the service on this host kept of a failure.")
@state_option
@database_option
@click.option(
    "--keep", type=click.Path(path_type=Path, dir_okay=False), help="Keep the evidence of this draft in a file."
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How to write it."
)
@click.argument("source", metavar="[FILE|-]", type=click.File("rb"), required=False)
def propose(
    source: IO[bytes] | None,
    repo: Path,
    probes: IO[bytes] | None,
    only: str | None,
    write: Path | None,
    ask: bool,
    kept: IO[bytes] | None,
    stored: str | None,
    state: Path,
    database: str | None,
    keep: Path | None,
    form: str,
) -> int:
    """Draft a better runbook for a failed run, judge it, and show what would be proposed.

    For example: runwright propose failure.json --probes probe.json

    FILE (or - for standard input) holds Executions: one as JSON, or one a line; each bare or under the key `execution`.
    Where the library lacks the runbook, a parent is put together from the steps that ran, and it says so. Without a
    proposal it says what was tried and which facts are missing, for the agent to read at the next occurrence.

    Exit code 0 for a proposal, 1 where a person is needed. Nothing is opened, and no model is asked unless you say so.
    """
    from runwright.cli import proposing
    from runwright.cli.propose_inputs import read_runs
    from runwright.cli.propose_report import report

    if sum(each is not None for each in (source, kept, stored)) != 1:
        said = "Name a FILE of failed runs, or - for standard input; or kept evidence with --from or --stored."
        raise click.UsageError(said)
    if ask and source is None:
        raise click.UsageError("Kept evidence asks nobody; leave --model out.")
    if source is not None:
        drafts = proposing.drafts(read_runs(source, probes, only), repo, ask=ask)
    else:
        evidence = proposing.kept_in(kept) if kept else proposing.stored(stored or "", state, database)
        drafts = proposing.again(evidence, repo)
    if keep is not None:
        proposing.keep(drafts, keep)
    if write is not None:
        proposing.write(drafts, write)
    click.echo(report(drafts, form), nl=False)
    _tell_more(drafts, repo)
    return _exit_code(drafts)


def _tell_more(drafts: list[Draft], repo: Path) -> None:
    """What is about all of them, beside the report, so that programs read the report alone."""
    if not any(draft.library.corpus.runbooks for draft in drafts):
        click.echo(f"{repo}: there is no runbook here; name the library's repository with --repo", err=True)
    if len(drafts) > 1:
        good = sum(draft.found.proposal is not None for draft in drafts)
        click.echo(f"{len(drafts)} runs: {good} with a proposal", err=True)


def _exit_code(drafts: list[Draft]) -> int:
    return int(not all(draft.found.proposal for draft in drafts))
