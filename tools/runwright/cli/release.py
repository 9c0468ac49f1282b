"""`runwright release`: an operator with the release key turns approved changes into signed releases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from runwright.cli import options

if TYPE_CHECKING:
    from runwright.adapters.release_git import CutRelease

channel_option = click.option("--channel", default="stable", show_default=True, help="Which agents it is for.")
days_option = click.option(
    "--days", type=click.IntRange(1, 90), default=7, show_default=True, help="Days until it expires."
)


@click.group()
def release() -> None:
    """Cut a signed release from approved changes, and re-issue its document.

    Before signing, it is worked out again from Git who approved which tree; what was not approved is refused.
    """


@release.command()
@options.forge
@options.key
@channel_option
@days_option
@click.option(
    "--first", is_flag=True, help="The repository's first release: its content is an import that nobody reviewed here."
)
@options.plain_format
def cut(forge: Path, key: Path, channel: str, days: int, first: bool, form: str) -> None:
    """Tag main as the next release, sign the tag and the channel's document."""
    from datetime import timedelta

    from runwright.adapters.git_repository import GitRepository
    from runwright.adapters.keys import load_key
    from runwright.adapters.release_git import CutRequest, cut_release
    from runwright.cli.wiring import now

    request = CutRequest(channel=channel, now=now(), first=first, valid_for=timedelta(days=days))
    _say(cut_release(GitRepository(forge), load_key(key), request), form)


@release.command()
@options.forge
@options.key
@channel_option
@days_option
@options.plain_format
def reissue(forge: Path, key: Path, channel: str, days: int, form: str) -> None:
    """Write the channel's document again with a new date, so that agents know it is not frozen."""
    from datetime import timedelta

    from runwright.adapters.git_repository import GitRepository
    from runwright.adapters.keys import load_key
    from runwright.adapters.release_git import reissue as write_again
    from runwright.cli.wiring import now

    _say(write_again(GitRepository(forge), load_key(key), channel, now(), timedelta(days=days)), form)


def _say(made: CutRelease, form: str) -> None:
    document = made.document
    if form == "json":
        click.echo(document.model_dump_json(by_alias=True, indent=2))
        return
    click.echo(
        f"{made.tag} on {document.channel}: commit {document.commit[:12]}, signed, until {document.expires:%Y-%m-%d}"
    )
