"""`runwright triage`: says of failed runs why they failed, one answer a line, in order."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from runwright.cli import options

if TYPE_CHECKING:
    from runwright.model.execution import Execution
    from runwright.model.triage import Triage
    from runwright.service.asking import Asking

MAX_LINE = 16 * 1024 * 1024
"""Bytes of one line; a run is at most 8 MiB where the service takes it."""
MAX_DOCUMENT = 64 * 1024 * 1024
"""Bytes of a file that is one JSON document and not lines."""
_MARK = b"\xef\xbb\xbf"
"""What Windows puts before a text in UTF-8."""
_WAITING = "reading runs from this terminal, one line of JSON each, up to Ctrl-D; `runwright triage FILE` reads a file"
_EXAMPLE = 'an Execution, or {"execution": …} around one'


@click.command()
@click.option(
    "--format", "form", type=click.Choice(("json", "text")), default="json", show_default=True, help="How to write it."
)
@click.option("--model", "ask", is_flag=True, help="Ask a model as well; OPENAI_BASE_URL or OPENAI_API_KEY says which.")
@options.repository
@click.argument("source", metavar="FILE|-", type=click.File("rb"), default="-")
def triage(form: str, ask: bool, repo: Path, source: IO[bytes]) -> int:
    """Say why runs failed: the failure type, whether a better runbook would have handled it, how sure that is, and why.

    For example: runwright triage failures.jsonl

    FILE (or - for standard input) holds Executions: one a line, or one JSON document that is an Execution or a list of
    them; each bare or under the key `execution`. There is one line of JSON for each, in the same order: {"error": …}
    with its number for one that cannot be read, and the exit code is 0 whatever the answers are. With --format text a
    person reads the same. No model is asked unless you say so; which one, and for how much, is read from runwright.toml
    of --repo.
    """
    asking = _asking(repo) if ask else None
    if source.isatty():
        click.echo(_WAITING, err=True)
    for answer in _answers(source, asking):
        click.echo(_told(answer) if form == "text" else json.dumps(answer))
        sys.stdout.flush()
    return 0


def _asking(repo: Path) -> Asking:
    """The model that the environment names; raises `ContentError` for settings that cannot be read."""
    from runwright.cli.folder import read_file
    from runwright.cli.model_wiring import NAMES, asked_of, asker_for_once
    from runwright.model.policy import FILE

    path = repo / FILE
    found = asker_for_once({FILE: read_file(path)} if path.is_file() else {}, os.environ)
    if found is None:
        raise click.UsageError(f"--model needs a model: set {' or '.join(NAMES)}.")
    click.echo(asked_of(found.settings, "triage"), err=True)
    return found


def _answers(source: IO[bytes], asking: Asking | None) -> Iterator[dict[str, Any]]:
    for number, item in enumerate(_items(source), 1):
        answer = _answer(item, asking)
        if "error" in answer:
            where = "line" if isinstance(item, bytes) else "run"
            answer = {"error": f"{where} {number}: {answer['error']}"}
        yield answer


def _items(source: IO[bytes]) -> Iterator[bytes | Any]:
    """The lines of a stream, or what one document holds that spans lines or lists runs."""
    first = _line(source)
    if first is None:
        return
    first = first.removeprefix(_MARK)
    if first.lstrip()[:1] == b"[" or first.rstrip()[-1:] in (b"{", b"[", b","):
        yield from _document(first + source.read(MAX_DOCUMENT))
        return
    yield first
    while (line := _line(source)) is not None:
        yield line


def _line(source: IO[bytes]) -> bytes | None:
    """The next line; of one that is too long, only the beginning is kept."""
    line = rest = source.readline(MAX_LINE + 1)
    while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
        rest = source.readline(MAX_LINE + 1)
    return line or None


def _document(content: bytes) -> Iterator[bytes | Any]:
    from runwright.corpus.strict_json import read_json
    from runwright.errors import ContentError

    try:
        data = read_json(content)
    except ContentError:
        yield from content.splitlines()  # it was no document: each line has its own answer
        return
    yield from data if isinstance(data, list) else [data]


def _answer(item: bytes | Any, asking: Asking | None) -> dict[str, Any]:
    """One answer, or why there is none."""
    from runwright.corpus.strict_json import read_json
    from runwright.errors import ContentError
    from runwright.learn.triage import triage as think
    from runwright.model.telemetry import parse_execution

    if isinstance(item, bytes) and len(item) > MAX_LINE:
        return {"error": f"$: longer than {MAX_LINE} bytes"}
    try:
        data = read_json(item.strip()) if isinstance(item, bytes) else item
        if not isinstance(data, Mapping):
            raise ContentError(f"$: expected {_EXAMPLE}, not {type(data).__name__}")
        execution = parse_execution(data.get("execution", data))
    except ContentError as error:
        return {"error": _clean(error.message.replace(": line 1 column", ": column"))}
    built_in = think(execution)
    found = built_in if asking is None else _asked(asking, execution, built_in)
    keys = ("execution_id", "failure_type", "improvable", "confidence", "rationale", "by")
    return {key: getattr(found, key) for key in keys} | {"rationale": _clean(found.rationale)}


def _asked(asking: Asking, execution: Execution, built_in: Triage) -> Triage:
    """What a model makes of the run without its secrets; the built-in answer where it gives none."""
    from runwright.errors import EdgeError
    from runwright.learn.asking import agreed
    from runwright.learn.prompting import redacted
    from runwright.service.consulting import ask_triage

    clean = redacted(execution)
    try:
        asked = ask_triage(asking, clean, built_in, site_id=execution.site_id or "")
    except EdgeError as error:
        click.echo(f"no model was asked about {execution.execution_id}: {_clean(error.message)}", err=True)
        return built_in
    if asked.found is None:
        click.echo(f"no answer of a model about {execution.execution_id}: {_clean(asked.reason)}", err=True)
        return built_in
    return agreed(built_in, asked.found)


def _clean(text: str) -> str:
    """Our own words, in which a name from a run may stand: nothing secret leaves with it."""
    from runwright.redact.redact import redact_text

    return redact_text(text)[0]


def _told(answer: Mapping[str, Any]) -> str:
    from runwright.cli.printable import printable

    if "error" in answer:
        return printable(f"not read: {answer['error']}", instead="?")
    handled = f"a better version of its runbook would {'' if answer['improvable'] else 'not '}have handled it"
    told = f"{answer['execution_id']}: {answer['failure_type']} ({answer['confidence']:.0%} sure), {handled}"
    return printable(f"{told}\n  {answer['rationale']}", instead="?", keep="\n")
