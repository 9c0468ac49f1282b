"""The command line: a table of contents whose commands are imported when they are called.

Nothing but click is imported here, so that `--help` and `--version` answer at once. Exit codes: 0 good, 1 findings
or a negative verdict, 2 usage, 3 a bug of ours, 4 trust refused, 130 interrupted.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from io import StringIO
from itertools import pairwise
from typing import Any

import click

from runwright import __version__

COMMANDS: dict[str, tuple[str, str]] = {
    "access": ("runwright.cli.access", "Give agents and reviewers their tokens, list and revoke them."),
    "agent": ("runwright.cli.agent", "Watch this host, run approved runbooks, pull signed releases."),
    "demo": ("runwright.cli.demo", "Walk the whole loop once on this machine, with real processes."),
    "diff": ("runwright.cli.diff", "Say what a change of the runbooks means, and how risky it is."),
    "doctor": ("runwright.cli.doctor", "Look whether everything is set up, and say what to do."),
    "feedback": ("runwright.cli.feedback", "Show what was thought of failed runs, and say what you think of one."),
    "guard": ("runwright.cli.guard", "Judge a command: may it run, must a second person look, or never."),
    "fmt": ("runwright.cli.fmt", "Write runbooks and rules in their canonical form."),
    "github": ("runwright.cli.github", "Set a repository at GitHub up, and tell it what CI found."),
    "library": ("runwright.cli.library", "Write or check the page that lists every runbook."),
    "init": ("runwright.cli.init", "Make a repository that uses all this."),
    "new": ("runwright.cli.new", "Ask what a runbook or a rule needs, and write a valid file."),
    "propose": ("runwright.cli.propose", "Draft a better runbook for a failed run, and say why there is none."),
    "record": ("runwright.cli.record", "Keep runs as recordings, against which changes are replayed."),
    "redact": ("runwright.cli.redact", "Erase secrets and personal data from text."),
    "release": ("runwright.cli.release", "Cut a signed release from approved changes, and re-issue its document."),
    "replay": ("runwright.cli.replay", "Replay a change against every recorded run that it can affect."),
    "review": ("runwright.cli.review", "Look at proposals and decide on them."),
    "run": ("runwright.cli.run", "Run one runbook on this host by hand."),
    "schema": ("runwright.cli.schema", "Write or check the JSON Schemas."),
    "serve": ("runwright.cli.serve", "Run the service that learns from failures."),
    "triage": ("runwright.cli.triage", "Say of failed runs why they failed."),
    "validate": ("runwright.cli.validate", "Check runbooks, rules and recordings."),
}
"""Each verb, the module that holds it, and its one sentence."""

EXTRAS = {
    "service": ("alembic", "dbos", "fastapi", "httptools", "sqlalchemy", "starlette", "uvicorn", "uvloop"),
    "github": ("github", "jwt"),
    "demo": ("supervisor",),
}
"""What is not installed with every Runwright, by the extra that brings it; agents need none of it."""

FINDINGS, USAGE, BUG, TRUST, INTERRUPTED = 1, 2, 3, 4, 130
KINDS = {FINDINGS: "error", USAGE: "usage", BUG: "bug", TRUST: "refused", INTERRUPTED: "interrupted"}
"""What went wrong, for machines, by the exit code."""
_for_machines: ContextVar[bool] = ContextVar("for_machines", default=False)
"""Whether the command that runs was asked for JSON: what goes wrong is then told as JSON, too."""


class Contents(click.Group):
    """Knows every command by name and imports it when it is used."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the words of a command line, and note whether a machine reads what comes of them."""
        _for_machines.set(_asks_for_json(args))
        return super().make_context(info_name, args, parent, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb, sorted."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of one verb."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name][0]), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs with their sentences, without importing any of them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb; say the nearest one when there is none of that name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1) if args else []
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean {near[0]!r}?", ctx) from None


@click.command(cls=Contents)
@click.version_option(__version__, prog_name="runwright")
def cli() -> None:
    """Runbooks that get better every week, with Git as the only truth."""


def main() -> None:
    """Run the command line and leave with a meaningful exit code."""
    sys.exit(exit_code(_begin))


def _begin() -> Any:
    if plan := os.environ.get("RUNWRIGHT_FAULT"):  # tests alone set it: what a process survives
        importlib.import_module("runwright.cli.fault_door").arm(plan)
    return cli.main(standalone_mode=False)


def exit_code(run: Callable[[], Any]) -> int:
    """The one place that turns exceptions into exit codes."""
    _for_machines.set(False)
    try:
        answer = run()
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (Exception, KeyboardInterrupt) as trouble:  # noqa: BLE001  # the last door; what is not known is a bug
        return _told(trouble)
    return answer if isinstance(answer, int) else 0


def _told(trouble: BaseException) -> int:
    """Tell a person what happened and choose the exit code."""
    from runwright.cli.printable import printable
    from runwright.errors import RunwrightError, TrustError

    if isinstance(trouble, click.ClickException):
        shown = StringIO()
        trouble.show(shown)
        # It quotes what was given, which may come from a branch's name or a file's.
        click.echo(printable(shown.getvalue(), keep="\n", instead="?"), err=True, nl=False)
        return _for_a_machine(USAGE, printable(trouble.format_message(), keep="\n", instead="?"))
    if isinstance(trouble, (click.Abort, KeyboardInterrupt)):
        click.echo("interrupted", err=True)
        return _for_a_machine(INTERRUPTED, "interrupted")
    if isinstance(trouble, RunwrightError):
        refused = isinstance(trouble, TrustError)
        # What is told may hold a piece of a hostile file: no control character reaches the terminal.
        told = printable(str(trouble), keep="\n", instead="?")
        click.echo(f"refused: {told}" if refused else told, err=True)
        code = trouble.code if isinstance(trouble, TrustError) else None
        return _for_a_machine(TRUST if refused else FINDINGS, told, code)
    extra = _extra_of(trouble)
    if extra:
        told = f"this needs more than an agent does: install Runwright as 'runwright[{extra}]'"
        click.echo(told, err=True)
        return _for_a_machine(FINDINGS, told)
    return _our_bug()


def _asks_for_json(words: Sequence[str]) -> bool:
    """Whether words ask for JSON; what stands behind `--` is no option."""
    options = words[: words.index("--")] if "--" in words else words
    return "--format=json" in options or ("--format", "json") in pairwise(options)


def _for_a_machine(code: int, message: str, name: str | None = None) -> int:
    """Tell it as JSON, too, on one line of standard output, where JSON was asked for; gives the exit code."""
    if _for_machines.get():
        import json

        told = {"kind": KINDS[code], "message": message, "exit_code": code, **({"code": name} if name else {})}
        click.echo(json.dumps({"error": told}))
    return code


def _extra_of(trouble: BaseException) -> str:
    """The extra that would have brought a module that is not there; empty where none would."""
    name = (trouble.name or "") if isinstance(trouble, ModuleNotFoundError) else ""
    top = name.partition(".")[0]
    return next((extra for extra, modules in EXTRAS.items() if top in modules), "")


def _our_bug() -> int:
    import traceback

    traceback.print_exc()
    click.echo("This is a bug in Runwright. Please report it with the lines above.", err=True)
    return _for_a_machine(BUG, "a bug in Runwright; standard error has its trace")


if __name__ == "__main__":
    main()
