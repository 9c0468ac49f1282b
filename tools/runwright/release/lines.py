"""The lines of a policy file, as every program that reads it sees them.

OpenSSH and GitHub end a line at a newline and nowhere else, while Python and editors know a dozen ends more. So a line
is ended by a newline here, too, and characters that end a line elsewhere, or that do not show, are refused.
"""

from __future__ import annotations

import unicodedata

from runwright.errors import ContentError

UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp", "Cs", "Co", "Cn"}
"""Unicode categories: control, format (bidirectional, zero width), odd blanks, ends of lines, and what is no text."""


def lines_of(text: str, path: str) -> tuple[str, ...]:
    """Split at newlines; raises ContentError with the line number at a character that does not show as itself."""
    lines = tuple(text.split("\n"))
    for number, line in enumerate(lines, start=1):
        for character in line:
            if character not in "\t " and unicodedata.category(character) in UNSEEN:
                seen = f"holds the character U+{ord(character):04X}"
                raise ContentError(f"{seen}, which does not show; save the file without it", path=path, line=number)
    return lines
