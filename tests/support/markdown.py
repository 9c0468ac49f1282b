"""Reads Markdown just far enough to say what in it is not quoted, and texts that try to get out of their quotes.

Fences: CommonMark 0.31, 4.5; code spans: 6.1. An HTML block does not matter here: it ends at an empty line, and
what follows is read as Markdown again.
"""

from __future__ import annotations

import re

from hypothesis import strategies as st

HOSTILE = [
    "``` \n```\n# out",
    "`a``b```c",
    "</details><img src=x onerror=alert(1)>",
    "| cell | @acme/admins | fixes #1 |",
    "\x1b[31mred\x07\r\n::error::x",
    "a\u202eb\u200bc\u2028d\U000e0041\u3164",
    "[x](javascript:alert(1)) ![i](http://x/)",
    "\\`escaped\\`",
    "`",
    "",
]
TEXT = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
    | st.sampled_from(HOSTILE)
    | st.text(alphabet="`|\n\\<>@#! ", max_size=40)
)
_OPENING = re.compile(r" {0,3}(`{3,})[^`]*$")


def outside_quotes(text: str) -> str:
    """What is left of a text without its fences and code spans; a fence that is never closed is an error."""
    left: list[str] = []
    ticks = ""
    for line in text.split("\n"):
        opening = _OPENING.match(line)
        if ticks:
            ticks = "" if re.fullmatch(rf" {{0,3}}{ticks}`*[ \t]*", line) else ticks
        elif opening:
            ticks = opening[1]
        else:
            left.append(outside_code(line))
    assert not ticks, "a fence was left open"
    return "\n".join(left)


def outside_code(line: str) -> str:
    """What is left of a line without its code spans."""
    left, at = "", 0
    while at < len(line):
        run = re.match("`+", line[at:])
        if run is None:
            left, at = left + line[at], at + 1
            continue
        end = re.search(rf"(?<!`){run[0]}(?!`)", line[at + run.end() :])
        left, at = (left + run[0], at + run.end()) if end is None else (left, at + run.end() + end.end())
    return left
