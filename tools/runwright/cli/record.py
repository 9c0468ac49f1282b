"""`runwright record`: keeps runs as recordings, so that every change is replayed against them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runwright.cli import options

if TYPE_CHECKING:
    from runwright.cli.evidence_folder import EvidenceFolder
    from runwright.cli.recording import Told


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--repo",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path(),
    help="The folder of the library; this folder by default.",
)
@click.option("--always", is_flag=True, help="Keep a run even where it shows nothing new.")
@click.option("--healthy", is_flag=True, help="FILES are states of healthy hosts, where no rule may fire.")
@click.option("--remove", multiple=True, metavar="EXECUTION_ID", help="Take a recording away; needs --reason.")
@click.option("--reason", help="Why it leaves; stands in the manifest for good.")
@click.option("--adopt", is_flag=True, help="List in the manifests what stands there and is in none.")
@click.option("--check", is_flag=True, help="Change nothing; say what is wrong with recordings and manifests.")
@options.plain_format
def record(
    files: tuple[Path, ...],
    repo: Path,
    always: bool,
    healthy: bool,
    remove: tuple[str, ...],
    reason: str | None,
    adopt: bool,
    check: bool,
    form: str,
) -> int:
    """Keep runs as recordings in tests/recordings, redacted, where they show something new.

    FILES hold one Execution as JSON, or one a line; `-` is standard input. A run becomes a file by
    `runwright run FILE --format json > run.json`. The run that a recording was made of brings its file back where
    somebody edited or deleted it. Exit code 1 when something is refused.
    """
    doing = [bool(files), bool(remove), adopt, check]
    if sum(doing) != 1:
        raise click.UsageError("Name FILES to record, or use one of --remove, --adopt and --check.")
    if bool(remove) != (reason is not None):
        raise click.UsageError("--remove and --reason go together: a recording leaves with a reason.")
    if check:
        return _check(repo, form)
    from runwright.cli import recording
    from runwright.cli.evidence_folder import EvidenceFolder

    folder = EvidenceFolder(repo)
    if adopt:
        return _told(folder, recording.adopted(folder), form)
    if reason is not None:
        return _tell([recording.taken_away(folder, name, reason) for name in remove], form)
    told = [one for file in files for one in recording.recorded(folder, file, healthy=healthy, always=always)]
    return _told(folder, told, form)


def _told(folder: EvidenceFolder, told: list[Told], form: str) -> int:
    from runwright.cli.printable import printable
    from runwright.cli.recording import without_runbook

    for runbook_id in without_runbook(folder, told):
        said = f"warning: there is no runbook {runbook_id} below {folder.root}/runbooks, so its recordings are replayed"
        click.echo(
            printable(f"{said} against nothing; look for a misspelt id, or add the runbook", instead="?"), err=True
        )
    return _tell(told, form)


def _check(repo: Path, form: str) -> int:
    from runwright.cli.recording import check_folder
    from runwright.cli.reports import findings_report

    findings, count = check_folder(repo)
    click.echo(findings_report(findings, form, count), nl=False)
    return int(any(finding.severity == "error" for finding in findings))


def _tell(told: list[Told], form: str) -> int:
    counts = {word: sum(one.what == word for one in told) for word in dict.fromkeys(one.what for one in told)}
    if form == "json":
        click.echo(json.dumps({"counts": counts, "runs": [_plain(one) for one in told]}, indent=2))
    else:
        for one in told:
            click.echo(_line(one))
        click.echo(", ".join(f"{count} {word}" for word, count in counts.items()) or "nothing to do")
    return int(any(one.what == "refused" for one in told))


def _plain(told: Told) -> dict[str, Any]:
    return {"what": told.what, "name": told.name, "path": told.path, "reason": told.reason}


def _line(told: Told) -> str:
    from runwright.cli.printable import printable

    place = f" ({told.path})" if told.path else ""
    return printable(f"{told.what}: {told.name}{place}: {told.reason}", instead="?")
