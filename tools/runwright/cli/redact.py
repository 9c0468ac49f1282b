"""`runwright redact`: erases secrets from standard input; with --jsonl one answer a line, in order."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

MAX_FILE = 64 * 1024 * 1024
"""Code points of a plain text that are searched; a quarter of a second for each million at worst."""


@click.command()
@click.option("--jsonl", is_flag=True, help='Read {"text": …} a line and write {"text": …, "erased": […]} a line.')
@click.argument("source", type=click.File("rb"), default="-")
def redact(jsonl: bool, source: Any) -> None:
    """Erase secrets from text; `-` or nothing is standard input."""
    from runwright.redact.redact import redact_text

    if not jsonl:
        sys.stdout.buffer.write(redact_text(source.read().decode("utf-8", "replace"), MAX_FILE)[0].encode())
        return
    for line in source:
        sys.stdout.write(json.dumps(_answer(line), ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _answer(line: bytes) -> dict[str, Any]:
    from runwright.corpus.strict_json import read_json
    from runwright.errors import ContentError
    from runwright.redact.redact import redact_text

    try:
        data = read_json(line)
    except ContentError as error:
        return {"error": error.message}
    text = data.get("text") if isinstance(data, dict) else None
    if not isinstance(text, str):
        return {"error": '$.text: expected a text, such as {"text": "…"}'}
    clean, spans = redact_text(text)
    return {"text": clean, "erased": [{"kind": span.kind, "start": span.start, "end": span.end} for span in spans]}
