"""Reads a text as GitHub-flavoured Markdown with a real parser, and says what in it would do something.

GitHub turns more than Markdown's own into something: names after @, numbers after #, closing keywords, hashes.
https://docs.github.com/en/get-started/writing-on-github
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

PARSER = MarkdownIt("gfm-like", {"linkify": True, "html": True})
OUR_TAGS = re.compile(r"</?(?:details|summary)>|<code>[^<]*</code>|<!-- runwright[ a-zA-Z0-9=:-]* -->")
_SAID = {
    "mention": re.compile(r"(?<![\w`/])@[A-Za-z0-9]"),
    "closing keyword": re.compile(r"\b(?:clos|fix|resolv)(?:e[sd]?|ing)?\b[: ]+(?:[\w.-]+/[\w.-]+)?#\d", re.IGNORECASE),
    "reference": re.compile(r"(?<![\w&])(?:#|GH-)\d"),
    "hash": re.compile(r"\b[0-9a-f]{40}\b"),
    "emoji": re.compile(r":[a-z_]+:"),
    "math": re.compile(r"\$[^$\s]"),
    "footnote": re.compile(r"\[\^"),
}


def active(text: str) -> list[str]:
    """Everything that does something, in its order."""
    return [found for token in PARSER.parse(text) for found in _of(token)]


def headings(text: str) -> list[str]:
    """The headings, in their order."""
    tokens = PARSER.parse(text)
    return [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]


def _of(token: Token) -> Iterator[str]:
    if token.type in {"html_block", "html_inline"}:
        yield from _of_html(token.content)
    elif token.type in {"image", "link_open", "code_block"}:
        yield token.type
    elif token.type == "text":
        yield from _of_text(token.content)
    for child in token.children or ():
        yield from _of(child)


def _of_html(content: str) -> Iterator[str]:
    left = OUR_TAGS.sub("", content)
    if "<" in left:
        yield f"html {left.strip()[:60]}"
    yield from _of_text(left)


def _of_text(content: str) -> Iterator[str]:
    yield from (f"{name} {content[:60]}" for name, pattern in _SAID.items() if pattern.search(content))
