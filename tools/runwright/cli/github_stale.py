"""`runwright github stale`: closes proposals that nobody has answered for a week; they are remembered as such."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from runwright.cli import options
from runwright.cli.forge_address import ForgeAddress, GitHubAddress

if TYPE_CHECKING:
    from runwright.adapters.forge_github import Connection

BOT = "RUNWRIGHT_GITHUB_BOT"
_ACTIONS = "github-actions[bot]"


@click.command()
@options.forge
@click.option("--days", type=click.IntRange(1, 365), default=7, show_default=True, help="How long an answer may take.")
@click.option("--bot", envvar=BOT, help="Whose proposals, such as runwright[bot]; by default those of who asks.")
@click.option("--dry-run", is_flag=True, help="Show which would be closed, and close none.")
def stale(forge: ForgeAddress, days: int, bot: str | None, dry_run: bool) -> int:
    """Close the bot's proposals that nobody has answered for a week, as `stale`; what a person touched stays open.

    An answer is a review, a comment, a commit, a label, or that it was opened again. When the failure goes on, it may
    be proposed anew after a while, and the closed one is named there.
    """
    from runwright.adapters.forge_github.closing import close, open_pulls_of
    from runwright.cli.github_wiring import connect
    from runwright.cli.wiring import now
    from runwright.learn.unanswered import is_unanswered, told

    if not isinstance(forge, GitHubAddress):
        raise click.UsageError("--forge is a folder; this verb is for GitHub: --forge github:OWNER/NAME")
    connection, after = connect(forge.repository, os.environ), timedelta(days=days)
    login, moment, count = _whose(connection, bot), now(), 0
    for pull in open_pulls_of(connection, login):
        if not is_unanswered(pull, login, forge.repository, moment, after):
            continue
        count += 1
        click.echo(f"#{pull.number}: {told(after)}{'' if dry_run else '; closed as stale'}")
        if not dry_run:
            close(connection, pull, login, "stale", f"{told(after)}; closed as `stale`. Open it again to keep it.")
    if not count:
        click.echo(f"no proposal of {login} waits for longer than {days} days")
    return 0


def _whose(connection: Connection, bot: str | None) -> str:
    """The bot's account; a workflow's own token is not the bot, so it must be told."""
    login = bot or connection.login
    if login == _ACTIONS:
        raise click.UsageError(
            f"this token is the workflow's; name the bot with --bot or {BOT}, such as runwright[bot]"
        )
    return login
