"""Plain data from YAML as fast as libyaml's events allow: no positions, no messages.

Whatever is not plain makes it give up (`Unusual`); `yaml_places` then says what is wrong and where, by the same rules.
"""

from __future__ import annotations

from typing import Any

from yaml import (
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
    YAMLError,
)
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # libyaml binding, not in the stubs

from runwright.corpus.limits import MAX_DEPTH, MAX_NODES
from runwright.corpus.scalars import UNSURE, is_text, plain_value

_PASSED = (StreamStartEvent, DocumentEndEvent)


class Unusual(Exception):
    """The text is not what a plain file holds; why is for another to say."""


def plain_data(content: bytes) -> Any:
    """The data of one document in plain YAML, already known to be UTF-8; raises `Unusual` for anything else."""
    # An anchor, an alias or a tag is never written without one of these; most files have none of them.
    marked = b"&" in content or b"!" in content
    parser = CParser(content)
    try:
        return _read(parser.get_event, marked)
    except (YAMLError, ValueError):
        raise Unusual from None
    finally:
        parser.dispose()


def _read(next_event: Any, marked: bool) -> Any:  # noqa: C901, PLR0912, PLR0915  # one loop: it runs for every value
    root: list[Any] = []
    node: Any = root
    above: list[Any] = []
    key: str | None = None
    keyed = False
    values = documents = 0
    while True:
        event = next_event()
        kind = event.__class__
        if kind is ScalarEvent:
            values += 1
            value = event.value
            if marked and (event.anchor or event.tag is not None):
                raise Unusual
            if keyed:
                if key is None:
                    if value in node or (value[:1] in UNSURE and not event.style and not is_text(value)):
                        raise Unusual
                    key = value
                    continue
                node[key] = plain_value(value) if value[:1] in UNSURE and not event.style else value
                key = None
            else:
                node.append(plain_value(value) if value[:1] in UNSURE and not event.style else value)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            values += 1
            if (keyed and key is None) or len(above) >= MAX_DEPTH:
                raise Unusual
            if marked and (event.anchor or event.tag is not None):
                raise Unusual
            above.append(node)
            new: Any = {} if kind is MappingStartEvent else []
            if keyed:
                node[key] = new
                key = None
            else:
                node.append(new)
            node = new
            keyed = kind is MappingStartEvent
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            node = above.pop()
            keyed = node.__class__ is dict
        elif kind is DocumentStartEvent:
            documents += 1
            if documents > 1 or event.version or event.tags:
                raise Unusual
        elif kind is StreamEndEvent:
            if values > MAX_NODES:
                raise Unusual
            return root[0] if root else None
        elif kind not in _PASSED:
            raise Unusual
