"""`runwright redact`: erases secrets and personal data from a text; with --jsonl one answer a line, in order."""

from __future__ import annotations

import hashlib
import json
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from runwright.redact.redact import Marks

MAX_FILE = 64 * 1024 * 1024
"""Code points of a plain text that are searched; a quarter of a second for each million at worst."""


@click.command()
@click.option("--jsonl", is_flag=True, help='Read {"text": …} a line and write {"text": …, "erased": […]} a line.')
@click.option(
    "--key-file",
    type=click.File("rb"),
    help="Mark the same personal value alike, by a key made of this file; without it a mark says the kind alone.",
)
@click.argument("source", type=click.File("rb"), default="-")
def redact(jsonl: bool, key_file: Any, source: Any) -> None:
    """Erase secrets and personal data from text; `-` or nothing is standard input."""
    from runwright.redact.redact import PLAIN, Marks, redact_text

    marks = Marks(hashlib.sha256(key_file.read()).digest()) if key_file else PLAIN
    if not jsonl:
        sys.stdout.buffer.write(redact_text(source.read().decode("utf-8", "replace"), MAX_FILE, marks)[0].encode())
        return
    for line in source:
        # JSON is UTF-8 whatever this terminal writes (RFC 8259, 8.1).
        answer = json.dumps(_answer(line, marks), ensure_ascii=False) + "\n"
        sys.stdout.buffer.write(answer.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()


def _answer(line: bytes, marks: Marks) -> dict[str, Any]:
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
    clean, spans = redact_text(text, marks=marks)
    return {"text": clean, "erased": [{"kind": span.kind, "start": span.start, "end": span.end} for span in spans]}
