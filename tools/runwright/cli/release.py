"""`runwright release`: an operator or a workflow with the release key turns approved changes into signed releases."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runwright.cli import options

if TYPE_CHECKING:
    from runwright.adapters.git_repository import GitRepository
    from runwright.adapters.release_git import CutRelease, CutRequest
    from runwright.adapters.release_published import Keys
    from runwright.adapters.release_remote import RemoteReleases
    from runwright.cli.forge_address import ForgeAddress

KEY = "RUNWRIGHT_RELEASE_KEY"
"""The variable that may hold the key itself, where a file would outlive the job."""

channel_option = click.option("--channel", default="stable", show_default=True, help="Which agents it is for.")
days_option = click.option(
    "--days", type=click.IntRange(1, 90), default=7, show_default=True, help="Days until it expires."
)
first_option = click.option(
    "--first", is_flag=True, help="The repository's first release: its content is an import that nobody reviewed here."
)
key_option = click.option(
    "--key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    envvar="RUNWRIGHT_KEY",
    help=f"The release key, an SSH private key; else {KEY} holds its text.",
)
mirror_option = click.option(
    "--mirror",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep a mirror of the repository at GitHub in this folder; by default it is fetched anew each time.",
)


@click.group()
def release() -> None:
    """Cut a signed release from approved changes, and re-issue its document.

    Before signing, it is worked out again who approved which tree, from Git or from GitHub's records; what was not
    approved is refused.
    """


@release.command(short_help="Tag main as the next release, and sign it.")
@options.forge
@key_option
@channel_option
@days_option
@first_option
@mirror_option
@options.plain_format
def cut(
    forge: ForgeAddress, key: Path | None, channel: str, days: int, first: bool, mirror: Path | None, form: str
) -> None:
    """Tag main as the next release, sign the tag and the channel's document."""
    from runwright.adapters.release_git import cut_release
    from runwright.cli.forge_address import folder_of

    keys, request = _keys(key), _request(channel, days, first)
    with _at_github(forge, mirror) as remote:
        repository = remote.mirror if remote else _local(folder_of(forge))
        made = remote.cut(keys, request) if remote else cut_release(repository, keys, request)
        _say(made, form)
        _warn_unlisted(repository, keys, made)


@release.command(short_help="Date the channel's document anew.")
@options.forge
@key_option
@channel_option
@days_option
@mirror_option
@options.plain_format
def reissue(forge: ForgeAddress, key: Path | None, channel: str, days: int, mirror: Path | None, form: str) -> None:
    """Write the channel's document again with a new date, so that agents know it is not frozen."""
    _promote(forge, key, (channel, channel), days, mirror, form)


@release.command()
@options.forge
@key_option
@click.option("--from", "source", default="canary", show_default=True, help="The channel that has the release.")
@click.option("--to", "target", default="stable", show_default=True, help="The channel that gets it.")
@days_option
@mirror_option
@options.plain_format
def promote(
    forge: ForgeAddress, key: Path | None, source: str, target: str, days: int, mirror: Path | None, form: str
) -> None:
    """Bring a channel to the release that another one is at."""
    _promote(forge, key, (source, target), days, mirror, form)


@release.command(short_help="At GitHub: release what was merged, keep the document fresh.")
@options.forge
@key_option
@channel_option
@days_option
@mirror_option
@options.plain_format
def keep(forge: ForgeAddress, key: Path | None, channel: str, days: int, mirror: Path | None, form: str) -> None:
    """Release what was merged at GitHub; where nothing was, re-issue the channel's document once it is half a day old.

    Does nothing that is done already, so it can run after every merge and every day.
    """
    from datetime import timedelta

    from runwright.errors import ContentError

    with _at_github(forge, mirror) as remote:
        if remote is None:
            raise ContentError("keep is for a repository at GitHub; cut or reissue a release of a folder")
        made = remote.keep(_keys(key), _request(channel, days, first=False), timedelta(hours=12))
    if made:
        _say(made, form)
    else:
        click.echo("null" if form == "json" else "nothing was merged, and the document is fresh")


def _promote(
    forge: ForgeAddress, key: Path | None, channels: tuple[str, str], days: int, mirror: Path | None, form: str
) -> None:
    from datetime import timedelta

    from runwright.adapters.release_git import promote as bring
    from runwright.cli.forge_address import folder_of
    from runwright.cli.wiring import now

    keys, moment, valid_for = _keys(key), now(), timedelta(days=days)
    with _at_github(forge, mirror) as remote:
        if remote:
            _say(remote.promote(keys, *channels, moment, valid_for), form)
        else:
            _say(bring(_local(folder_of(forge)), keys, *channels, moment, valid_for), form)


@contextmanager
def _at_github(forge: ForgeAddress, mirror: Path | None) -> Iterator[RemoteReleases | None]:
    """The releases of a repository at GitHub; None for one in a folder."""
    from runwright.cli.forge_address import GitHubAddress

    if not isinstance(forge, GitHubAddress):
        yield None
        return
    from runwright.cli.release_github import github_releases

    with github_releases(forge.repository, mirror, os.environ) as remote:
        yield remote


def _local(folder: Path) -> GitRepository:
    from runwright.adapters.git_repository import GitRepository

    return GitRepository(folder)


def _keys(path: Path | None) -> Keys:
    """The release key, from its file or from the environment."""
    from runwright.adapters.keys import load_key
    from runwright.adapters.release_published import Keys
    from runwright.release.sshkeys import SigningKey

    if path is not None:
        return Keys(load_key(path))
    text = os.environ.get(KEY, "").strip()
    if not text:
        raise click.UsageError(f"name the release key with --key, or give its text in {KEY}")
    return Keys(SigningKey.load(f"{text}\n".encode()))


def _request(channel: str, days: int, first: bool) -> CutRequest:
    from datetime import timedelta

    from runwright.adapters.release_git import CutRequest
    from runwright.cli.wiring import now

    return CutRequest(channel=channel, now=now(), first=first, valid_for=timedelta(days=days))


def _warn_unlisted(repository: GitRepository, keys: Keys, made: CutRelease) -> None:
    """Say so where the repository does not publish the key as one that signs releases; agents pin keys themselves."""
    from runwright.checks.hosting.judge_release import SIGNERS
    from runwright.errors import ContentError
    from runwright.release.signers import CHANNEL, GIT, parse_allowed_signers

    text = repository.read_file(made.document.commit, SIGNERS)
    try:
        may = parse_allowed_signers((text or b"").decode("utf-8", "replace"), SIGNERS).namespaces_of(
            keys.signing.public
        )
    except ContentError:
        may = frozenset()
    if not {GIT, CHANNEL} <= may:
        click.echo(
            f"note: {SIGNERS} on main does not list {keys.signing.public.key_id} with "
            f'namespaces="{GIT},{CHANNEL}"; add its line, so that everybody can see whose releases these are',
            err=True,
        )


def _say(made: CutRelease, form: str) -> None:
    document = made.document
    if form == "json":
        click.echo(document.model_dump_json(by_alias=True, indent=2))
        return
    click.echo(
        f"{made.tag} on {document.channel}: commit {document.commit[:12]}, signed, until {document.expires:%Y-%m-%d}"
    )
