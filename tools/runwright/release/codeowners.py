"""Who owns a path: the CODEOWNERS file as GitHub documents it ("About code owners", CODEOWNERS syntax).

The last matching line wins; a line without owners takes ownership away. Patterns follow gitignore without `!` and
`[...]`, which GitHub does not support either and which are refused here. Teams are names like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from runwright.errors import ContentError
from runwright.release.lines import lines_of

OWNER = re.compile(r"@[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9._-]+)?|[^@\s]+@[^@\s]+")


@dataclass(frozen=True)
class Line:
    """A pattern and the owners it names; none means that nobody owns what it matches."""

    pattern: str
    owners: tuple[str, ...]


@dataclass(frozen=True)
class CodeOwners:
    """All lines, in the order of the file."""

    lines: tuple[Line, ...] = ()

    def owners(self, path: str) -> tuple[str, ...]:
        """Give the owners of a path by the last line that matches it; empty when nobody owns it."""
        for line in reversed(self.lines):
            if compiled(line.pattern).fullmatch(path):
                return line.owners
        return ()

    def owns(self, principal: str, path: str) -> bool:
        """Say whether a person (a handle without @, or an address) is among the owners of a path."""
        wanted = principal.casefold()
        return any(owner.removeprefix("@").casefold() == wanted for owner in self.owners(path))


def parse_codeowners(text: str, path: str = "CODEOWNERS") -> CodeOwners:
    """Read a whole file; raises ContentError with the line number at the first line that is wrong."""
    lines = []
    for number, raw in enumerate(lines_of(text, path), start=1):
        words = raw.split("#", 1)[0].split()
        if words:
            lines.append(checked(Line(words[0], tuple(words[1:])), path, number))
    return CodeOwners(tuple(lines))


def checked(line: Line, path: str, number: int) -> Line:
    """Refuse what GitHub would ignore silently."""
    if line.pattern.startswith("!") or set(line.pattern) & set("[]\\"):
        raise ContentError(
            f"the pattern {line.pattern!r} uses ! [ ] or \\, which CODEOWNERS does not have",
            path=path,
            line=number,
        )
    for owner in line.owners:
        if not OWNER.fullmatch(owner):
            raise ContentError(f"the owner {owner!r} must be @handle, @team/name or an address", path=path, line=number)
    return line


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """Turn a pattern into a regular expression over whole paths; linear, for it repeats no group inside a group."""
    anchored = "/" in pattern.rstrip("/")
    body = pattern.strip("/")
    start = "" if anchored else "(?:.*/)?"
    # `docs/*` means files directly below docs only; every other pattern also names a folder with all it holds.
    end = "" if body.endswith("/*") else "/.+" if pattern.endswith("/") else "(?:/.+)?"
    pieces = "".join(map(piece, re.split(r"(\*\*/|/\*\*|\*|\?)", body)))
    # A name may hold the end of a line; it must not slip past the owners of its folder to those of a wider pattern.
    return re.compile(start + pieces + end, re.DOTALL)


def piece(text: str) -> str:
    """Translate one piece of a pattern."""
    pieces = {"**/": "(?:.*/)?", "/**": "(?:/.*)?", "*": "[^/]*", "?": "[^/]"}
    return pieces.get(text, re.escape(text))
