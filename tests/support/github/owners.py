"""CODEOWNERS: who must approve what, by the file of the base branch. The last line that fits a path counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tests.support.github.accounts import OWNER
from tests.support.github.bare import Bare

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""The first of these that is there counts."""


def owners_file(bare: Bare, ref: str) -> tuple[str, list[str]] | None:
    """The path and the lines of the file; None where there is none."""
    path = next((one for one in PLACES if bare.resolve(f"{ref}:{one}")), None)
    if path is None:
        return None
    return path, bare.git("show", f"{ref}:{path}").decode("utf-8", "replace").splitlines()


def owners_of(lines: Iterable[str], path: str) -> list[str]:
    """The owners of a path, as they are written; none where nobody owns it."""
    found: list[str] = []
    for line in lines:
        words = line.partition("#")[0].split()
        if words and as_pattern(words[0]).fullmatch(path):
            found = words[1:]
    return found


def as_pattern(glob: str) -> re.Pattern[str]:
    """A line's first word as a pattern: like .gitignore's, without its `!` and brackets."""
    anchored = "/" in glob.rstrip("/")
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    words = re.split(r"(\*\*/?|\*|\?)", glob.strip("/"))
    body = "".join(parts.get(one) or re.escape(one) for one in words)
    below = "/.*" if glob.endswith("/") else "" if glob.endswith("/*") else "(?:/.*)?"
    return re.compile(("" if anchored else "(?:.*/)?") + body + below)


def are_met(lines: Iterable[str], paths: Iterable[str], approved: set[str], teams: Mapping[str, set[str]]) -> bool:
    """Whether for each path that somebody owns one of its owners approved."""
    lines = list(lines)
    for path in paths:
        owners = owners_of(lines, path)
        if owners and not any(logins(owner, teams) & approved for owner in owners):
            return False
    return True


def logins(owner: str, teams: Mapping[str, set[str]]) -> set[str]:
    """The accounts that an owner means."""
    organization, _, team = owner.removeprefix("@").partition("/")
    return teams.get(team, set()) if team and organization == OWNER else {organization}
