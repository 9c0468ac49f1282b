"""`runwright init`: makes a repository of runbooks that is checked in the editor, before a commit and on every pull
request.

Files that are there already are left as they are, so it can be run again after an update.
"""

from __future__ import annotations

from pathlib import Path

import click

from runwright.cli.printable import printable
from runwright.cli.writing import create

CODEOWNERS = ".github/CODEOWNERS"


def owners_of(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> str | None:
    """Accept what CODEOWNERS accepts: accounts, teams, addresses of mail; gives them as one line of it has them."""
    for owner in given:
        if not owner.strip("@") or "@" not in owner or owner.split() != [owner]:
            told = f"{owner!r} is no owner; write @name, @organisation/team or an address of mail"
            raise click.BadParameter(told)
    return " ".join(given) or None


owner_option = click.option(
    "--owner",
    metavar="@NAME",
    multiple=True,
    callback=owners_of,
    help="Who approves changes, as CODEOWNERS writes it; give it again for each further person or team.",
)


def requirement(_context: click.Context, _option: click.Parameter, source: str | None) -> str | None:
    """One requirement on one line, and no bare name: whoever takes a free name in an index would be run by CI."""
    if source is not None and (not source.isprintable() or ("://" not in source and "/" not in source)):
        raise click.BadParameter(f"{source!r} names no place; write an address of Git with a commit, or of a wheel")
    return source


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@owner_option
@click.option(
    "--source",
    metavar="REQUIREMENT",
    callback=requirement,
    help="Where CI gets Runwright from, as pip writes it; pin it.",
)
def init(folder: Path, owner: str | None, source: str | None) -> int:
    """Make DIR a repository of runbooks: a first runbook and rule, schemas, policy, hooks and CI."""
    from runwright.cli.scaffold import scaffold

    files = scaffold(owner, source)
    written = [name for name, text in files.items() if create(folder / name, text, folder)]
    kept = files.keys() - written
    made = _repository(folder)
    for path in written:
        click.echo(f"  {path}")
    said = f"{len(written)} files written" + (f", {len(kept)} left as they were" if kept else "")
    shown = printable(str(folder), instead="?")
    click.echo(f"{shown}: {said}" + (", Git repository made" if made else ""))
    if owner and CODEOWNERS in kept:
        click.echo(f"{shown}/{CODEOWNERS} was left as it was; name {owner} there yourself.", err=True)
    if source is None:
        click.echo(f"Say in {shown}/.github/runwright.txt where CI gets Runwright from.", err=True)
    commit = "; git add . && git commit -m 'Start'" if made else ""
    click.echo(f"Next: cd {shown}; runwright validate{commit}; runwright new runbook", err=True)
    return 0


def _repository(folder: Path) -> bool:
    """Make a Git repository, unless the folder lies in one."""
    from runwright.adapters import git
    from runwright.errors import EdgeError

    place = folder.resolve()
    if any((above / ".git").exists() for above in (place, *place.parents)):
        return False
    done = git.run(place / ".git", ["init", "--quiet", "--initial-branch=main"])
    if done.status:
        raise EdgeError(f"cannot make a Git repository in {folder}: {done.error.strip()}", retryable=False)
    return True
