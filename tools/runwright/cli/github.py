"""`runwright github`: what a repository at GitHub needs beside the service; a table of verbs, imported when called."""

from __future__ import annotations

import importlib
import importlib.util

import click

VERBS: dict[str, tuple[str, str]] = {
    "login": ("runwright.cli.github_login", "Sign in to GitHub as yourself, with a code in the browser."),
    "logout": ("runwright.cli.github_login", "Forget the token that was kept."),
    "whoami": ("runwright.cli.github_login", "Say who you are at GitHub, and whether you may review and merge."),
    "report": ("runwright.cli.github_report", "Tell GitHub what validate and replay found for a commit."),
    "setup": ("runwright.cli.github_setup", "Show what a repository at GitHub lacks, and set it up."),
    "stale": ("runwright.cli.github_stale", "Close proposals that nobody has answered for a week."),
}
"""Each verb, the module that holds it under its own name, and its one sentence."""


class Verbs(click.Group):
    """Knows every verb by name and imports it when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb, sorted."""
        del ctx
        return sorted(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of one verb."""
        del ctx
        if cmd_name not in VERBS:
            return None
        command: click.Command = getattr(importlib.import_module(VERBS[cmd_name][0]), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs with their sentences, without importing any of them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, VERBS[name][1]) for name in sorted(VERBS)])


@click.command(cls=Verbs)
def github() -> None:
    """Set a repository at GitHub up, and tell it what CI found."""
    if importlib.util.find_spec("github") is None:
        raise click.UsageError("this needs PyGithub: install Runwright as `runwright[github]`")
