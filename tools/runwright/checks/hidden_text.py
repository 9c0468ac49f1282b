"""Check `hidden`: no character that cannot be seen, or that shows text in another order than it is read.

What a reviewer sees is what runs: https://www.unicode.org/reports/tr39/ and CVE-2021-42574 (Trojan Source). Comments
count as well, and characters that an escape of YAML stands for. Letters that look alike are left to
`lookalikes`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from runwright.checks.texts import ESCAPE, texts
from runwright.corpus.corpus import Entry
from runwright.model.finding import Finding

_RANGES = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters, but for tab and line ends
    "\xa0\u1680\u2000-\u200a\u202f\u205f"  # spaces that are none for a program
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u2800\u3164\ufeff\uffa0"  # no width
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"  # directions and line ends
    "\ufe00-\ufe0f\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # variations, tags
    "\ue000-\uf8ff\U000f0000-\U0010ffff"  # private use: each machine shows something else
)
HIDDEN = re.compile(f"[{_RANGES}]")
_DO = "remove it"


def check(entry: Entry[Any]) -> Iterator[Finding]:
    """Find hidden characters anywhere in a file."""
    content = entry.document.content
    escaped = ESCAPE.search(content) is not None
    if content.isascii() and not escaped:
        return
    text = content.decode()
    seen = set()
    for match in HIDDEN.finditer(text):
        line, column = text.count("\n", 0, match.start()) + 1, match.start() - text.rfind("\n", 0, match.start())
        seen.add(match[0])
        yield Finding(path=entry.path, line=line, column=column, rule="hidden", message=_said(match[0]), suggestion=_DO)
    for pointer, value in texts(entry.document.data) if escaped else ():
        for char in dict.fromkeys(HIDDEN.findall(value)):
            if char not in seen:
                yield entry.finding("hidden", _said(char), pointer, suggestion=_DO)


def _said(char: str) -> str:
    name = unicodedata.name(char, "a character without a name")
    return f"U+{ord(char):04X} ({name}) cannot be seen, or reorders what is seen"
