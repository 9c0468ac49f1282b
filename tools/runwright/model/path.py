"""Fact paths: `services.web.state`, `services["foo.service"].state`, `disks["/"].used_percent`.

A path is a tuple of segments. In a runbook a segment may be an insertion; its value becomes one segment,
whatever it holds. In brackets and quotes nothing is inserted, so `parse_path` refuses what looks like it there; what a
host told, such as the name of a file, may hold such text, and `recorded_path` keeps it. `str_path` writes the canonical
form, which is the key of a fact everywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache

from runwright.model.insertion import Insertion, Scope, as_text, insertion_at, resolve, unquoted

Path = tuple[str, ...]
PathTemplate = tuple[str | Insertion, ...]

_BARE = re.compile(r"[A-Za-z0-9_@:+*-]+")
_TOKEN = re.compile(r"""\[("(?:[^"\\]|\\.)*")\]|([A-Za-z0-9_@:+*-]+)""")
_OPENS = "${{"
MAX_SEGMENTS = 12
MAX_LENGTH = 4096
"""Characters of a written path."""


@lru_cache(maxsize=4096)
def parse_path(text: str) -> PathTemplate:
    """Read a path as somebody wrote it; raises `ValueError` naming the place that cannot be read, or is not meant."""
    segments = recorded_path(text)
    quoted = next((segment for segment in segments if isinstance(segment, str) and _OPENS in segment), None)
    if quoted is not None:
        raise _in_quotes(text, quoted, segments)
    return segments


@lru_cache(maxsize=4096)
def recorded_path(text: str) -> PathTemplate:
    """Read a path as a recording holds it: a name in quotes is any text; raises `ValueError`."""
    if len(text) > MAX_LENGTH:
        raise ValueError(f"a fact path of {len(text)} characters; at most {MAX_LENGTH} are accepted")
    segments = tuple(_segments(text))
    if not segments or len(segments) > MAX_SEGMENTS:
        raise ValueError(f"{text!r:.200} is not a fact path; write 1 to {MAX_SEGMENTS} names joined by dots")
    return segments


@lru_cache(maxsize=4096)
def concrete_path(text: str) -> Path:
    """Read a path that holds no insertions; raises `ValueError` otherwise."""
    return tuple(_no_insertion(segment, text) for segment in recorded_path(text))


def path_if_any(text: str) -> Path | None:
    """Read a path that holds no insertions; None where the text is none."""
    try:
        return concrete_path(text)
    except ValueError:
        return None


@lru_cache(maxsize=16384)
def str_path(segments: Path) -> str:
    """Write a path in its canonical form."""
    shown = ""
    for segment in segments:
        if _BARE.fullmatch(segment):
            shown += f".{segment}" if shown else segment
        else:
            shown += f"[{json.dumps(segment, ensure_ascii=False)}]"
    return shown


def template_text(segments: PathTemplate) -> str:
    """Write a path template as it stands in a runbook."""
    shown = ""
    for segment in segments:
        part = str(segment) if isinstance(segment, Insertion) else str_path((segment,))
        shown += part if part.startswith("[") or not shown else f".{part}"
    return shown


def bind_path(segments: PathTemplate, scope: Scope) -> Path:
    """Replace the insertions of a path, each by exactly one segment."""
    return tuple(s if isinstance(s, str) else as_text(resolve(s, scope)) for s in segments)


def _segments(text: str) -> Iterator[str | Insertion]:
    at = 0
    while at < len(text):
        # A dot parts names and insertions, so that an insertion is never glued to a piece of a name.
        if at and text[at] != "[":
            if text[at] != ".":
                raise _unreadable(text, at)
            at += 1
        segment, at = _segment(text, at)
        yield segment


def _segment(text: str, at: int) -> tuple[str | Insertion, int]:
    if text.startswith(_OPENS, at):
        return insertion_at(text, at)
    match = _TOKEN.match(text, at)
    if match is None:
        raise _unreadable(text, at)
    return unquoted(match[1]) if match[1] else match[2], match.end()


def _unreadable(text: str, at: int) -> ValueError:
    if at == len(text):
        return ValueError(f"{text!r:.200} ends in a dot; a name must follow")
    if text.startswith((f"[{_OPENS}", f"['{_OPENS}"), at):
        return ValueError(f"cannot read {text!r:.200} at {text[at:]!r:.80}; {_WHOLE}")
    return ValueError(f'cannot read {text!r:.200} at {text[at:]!r:.80}; write names joined by dots, others as ["a.b"]')


_WHOLE = "an insertion is a whole name, without brackets and quotes: write files.${{ params.path }}.exists"


def _in_quotes(text: str, quoted: str, segments: PathTemplate) -> ValueError:
    said = f"{text!r:.200}: in brackets and quotes nothing is inserted"
    try:
        insertion, end = insertion_at(quoted, 0)
    except ValueError:
        return ValueError(f"{said}; {_WHOLE}")
    if end < len(quoted):
        return ValueError(f"{said}; {_WHOLE}")
    return ValueError(f"{said}; write {template_text(tuple(insertion if s == quoted else s for s in segments)):.200}")


def _no_insertion(segment: str | Insertion, text: str) -> str:
    if isinstance(segment, Insertion):
        raise ValueError(f"{text!r:.200} holds {segment}, but only plain names are accepted here")
    return segment
