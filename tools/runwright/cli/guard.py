"""`runwright guard`: says of a command whether it may run, needs a second person, or must never run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import click

from runwright.cli import options

if TYPE_CHECKING:
    from runwright.checks.guard.forms.form import OwnForms

SHELLS = ("bash", "sh", "powershell", "cmd")
MAX_LINE = 1024 * 1024
"""Bytes of one line of JSON; the guard itself reads commands of up to 64 KiB and leaves longer ones to a person."""
_EXAMPLE = 'such as {"shell": "bash", "command": "systemctl restart nginx"}'


@click.command()
@click.option("--jsonl", is_flag=True, help='Read {"shell", "command"} a line, write {"verdict", "reasons"} a line.')
@click.option(
    "--shell", type=click.Choice(SHELLS), help="The shell that COMMAND is written for; needed without --jsonl."
)
@click.option(
    "--forms",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A list of known-safe forms to add, such as guard/forms.yaml of a repository.",
)
@options.plain_format
@click.argument("text", metavar="[COMMAND | FILE]", default="-")
def guard(jsonl: bool, shell: str | None, forms: Path | None, form: str, text: str) -> int:
    """Judge a command: `allow` (a known-safe form), `review` (a second person) or `block` (never); nothing is run.

    For example: runwright guard --shell bash 'systemctl restart nginx'

    With --jsonl, FILE (or - for standard input) holds one command a line as JSON; there is one answer a line, in the
    same order, {"error": …} for a line that cannot be read, and the exit code is 0 whatever the answers are.
    Otherwise COMMAND (or - for standard input) is judged, and the exit code is 1 unless it is allowed.
    """
    own = _own(forms)
    if jsonl:
        with _opened(text) as source:
            _answer_lines(source, own)
        return 0
    if shell is None:
        raise click.UsageError("Name the command's shell with --shell, or read lines of JSON with --jsonl.")
    command = sys.stdin.buffer.read(MAX_LINE).decode("utf-8", "replace") if text == "-" else text
    answer = _judged(shell, command, own)
    click.echo(json.dumps(answer) if form == "json" else _told(answer))
    return 0 if answer["verdict"] == "allow" else 1


def _opened(name: str) -> AbstractContextManager[IO[bytes]]:
    """A file, or standard input for `-`; raises `EdgeError`."""
    from runwright.errors import EdgeError

    try:
        return cast("AbstractContextManager[IO[bytes]]", click.open_file(name, "rb"))
    except OSError as error:
        raise EdgeError(f"cannot read {name}: {error.strerror}", retryable=False) from error


def _own(path: Path | None) -> OwnForms:
    """The forms of a file; raises `ContentError` at its first mistake."""
    from runwright.checks.commands import list_findings, listed_forms
    from runwright.cli.folder import read_file
    from runwright.corpus.layout import FORMS
    from runwright.errors import ContentError

    if path is None:
        return {}
    files = {FORMS: read_file(path)}
    for found in list_findings(files):
        advice = f"; {found.suggestion}" if found.suggestion else ""
        raise ContentError(f"{found.message}{advice}", path=str(path), line=found.line, column=found.column)
    return listed_forms(files)


def _answer_lines(source: IO[bytes], own: OwnForms) -> None:
    for line in _lines(source):
        sys.stdout.write(json.dumps(_answer(line, own)) + "\n")
        sys.stdout.flush()


def _lines(source: IO[bytes]) -> Iterator[bytes]:
    """The lines of a stream; of one that is too long, only the beginning is kept."""
    while line := source.readline(MAX_LINE + 1):
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = source.readline(MAX_LINE + 1)
        yield line


def _answer(line: bytes, own: OwnForms) -> dict[str, Any]:
    from runwright.corpus.strict_json import read_json
    from runwright.errors import ContentError

    if len(line) > MAX_LINE:
        return {"error": f"$: longer than {MAX_LINE} bytes"}
    try:
        data = read_json(line)
    except ContentError as error:
        return {"error": error.message}
    if not isinstance(data, dict):
        return {"error": f"$: expected an object, {_EXAMPLE}"}
    shell, command = data.get("shell"), data.get("command")
    if shell not in SHELLS:
        return {"error": f"$.shell: expected one of {', '.join(SHELLS)}, {_EXAMPLE}"}
    if not isinstance(command, str):
        return {"error": f"$.command: expected a text, {_EXAMPLE}"}
    return _judged(shell, command, own)


def _judged(shell: Any, command: str, own: OwnForms) -> dict[str, Any]:
    from runwright.checks.guard import judge

    found = judge(shell, command, own)
    return {"verdict": found.verdict, "reasons": list(found.reasons)}


def _told(answer: dict[str, Any]) -> str:
    meaning = {"allow": "it may run", "review": "a second person must look at it", "block": "it must never run"}
    verdict = answer["verdict"]
    return "\n".join([f"{verdict}: {meaning[verdict]}", *(f"  - {why}" for why in answer["reasons"])])
