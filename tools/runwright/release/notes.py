"""The page that tells people of a release: what changed, who approved it, which checks stood for it.

Everything comes from the signed tag and from the trees, nothing from a pull request's title or text. Agents never read
it. What changed in meaning is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from runwright.release.objects import TagObject

LONGEST = 60_000
"""Characters; GitHub takes twice as many."""
LINE = re.compile(r"Pull-request: #([1-9][0-9]{0,9})((?: [a-z-]+=[A-Za-z0-9+/:,.@_\[\] -]*)+)")
FIELD = re.compile(r" ([a-z-]+)=(\S*)")
CUT = "\n- … and more; `runwright diff` tells it all"


@dataclass(frozen=True)
class Merge:
    """What a tag says of one merge."""

    number: int
    fields: dict[str, str]

    def row(self) -> str:
        """Write the merge as a row of the table; names stand in code, so that nobody is called by it."""
        said = [self.fields.get(name, "").replace(",", ", ") for name in ("approved-by", "risk", "checks", "head")]
        people, risk, checks, head = said
        return f"| #{self.number} | `{people or '-'}` | {risk or '-'} | `{checks or '-'}` | `{head[:12] or '-'}` |"


def merges_of(tag: TagObject) -> tuple[Merge, ...]:
    """Read the merges that a tag attests; a line of another form is left out."""
    found = (LINE.fullmatch(line) for line in tag.message.split("\n"))
    return tuple(Merge(int(match[1]), dict(FIELD.findall(match[2]))) for match in found if match)


def notes_of(tag: TagObject, changes: Sequence[str]) -> str:
    """Write the page in GitHub's Markdown; `changes` are lines of it, one a runbook or rule."""
    merges = merges_of(tag)
    lines = [
        f"`{tag.name}` of commit `{tag.target}`, signed with the release key. Agents take it from the signed document "
        "of their channel, never from this page.",
        "",
        "### What changed",
        "",
        cut(changes) or "- nothing that agents run",
    ]
    if merges:
        lines += ["", "### Who approved it", "", "| pull request | approved by | risk | checks | head |"]
        lines += ["|---|---|---|---|---|", *(merge.row() for merge in merges)]
    lines += ["", "### Verify it", "", "```", f"git -c gpg.ssh.allowedSignersFile=trusted_keys verify-tag {tag.name}"]
    return "\n".join([*lines, "```", ""])


def cut(changes: Sequence[str]) -> str:
    """Join the lines, up to what fits."""
    kept, length = list[str](), 0
    for line in changes:
        length += len(line) + 1
        if length > LONGEST:
            return "\n".join(kept) + CUT
        kept.append(line)
    return "\n".join(kept)
