"""What was said about proposals that are over, kept in files: a start asks for it once, and later for what changed.

A file is believed for exactly the last change that GitHub's list tells of, and for nothing that the list tells itself.
It decides nothing: who approved what is released is read anew from GitHub.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from runwright.model.hosted import Account, HostedComment, HostedCommit, HostedPull, HostedReview

log = logging.getLogger("runwright.hosting")
FORM = "runwright.kept-pull/1"
"""Changes with what is kept, and with what reading it means: files of another form are read anew from GitHub."""
LONGEST = 8 * 1024 * 1024
"""Bytes of one that is kept; a longer one is asked for at each start."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the list of pull requests does not tell of one."""

    head_sha: str
    reviews: tuple[HostedReview, ...]
    comments: tuple[HostedComment, ...]
    commits: tuple[HostedCommit, ...]
    closed_by: Account | None


SAID = TypeAdapter(Said)


class Shelf:
    """A folder with a file for each proposal that is over; none of them is needed, and a wrong one is left out."""

    def __init__(self, folder: Path, owner: Callable[[], str]) -> None:
        """`owner` says whose pull requests as read by whom; what was kept for another one does not count."""
        self.folder, self.owner = folder, owner

    def completed(self, listed: HostedPull) -> HostedPull | None:
        """Give a listed one with what was said about it; None where that is not known for this last change of it."""
        said = self.read(listed)
        if said is None or said.head_sha != listed.head_sha:
            return None
        return replace(
            listed, reviews=said.reviews, comments=said.comments, commits=said.commits, closed_by=said.closed_by
        )

    def keep(self, pull: HostedPull) -> None:
        """Keep what was said about one that is over; where that cannot be written it is asked for again."""
        said = Said(pull.head_sha, pull.reviews, pull.comments, pull.commits, pull.closed_by)
        data = SAID.dump_json(said)
        if len(data) > LONGEST:
            return
        path = self.path(pull.number)
        part = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(self.seal(pull, data) + b"\n" + data)
            part.replace(path)
        except OSError as error:
            log.warning("what was read of #%d is not kept: %s", pull.number, error.strerror)

    def read(self, listed: HostedPull) -> Said | None:
        """Read what was kept for the last change of a listed one; None where there is nothing that can be believed."""
        try:
            seal, _, data = self.path(listed.number).read_bytes().partition(b"\n")
            return SAID.validate_json(data, strict=True) if seal == self.seal(listed, data) else None
        except (OSError, ValidationError):
            return None

    def seal(self, pull: HostedPull, data: bytes) -> bytes:
        """Bind what is kept to whose it is and to the last change, so that no file stands for another one."""
        told = "\n".join((FORM, self.owner(), str(pull.number), pull.state, pull.updated_at.isoformat(), ""))
        return hashlib.sha256(told.encode() + data).hexdigest().encode()

    def path(self, number: int) -> Path:
        """Give the file of one."""
        return self.folder / f"{number}.json"
