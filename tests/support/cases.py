"""Runbooks and rules as files: `tests/cases/runbooks` and what its first lines say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from runwright.corpus.corpus import Corpus, read_corpus

FOLDER = Path(__file__).parent.parent / "cases" / "runbooks"
_FOLDERS = {"LIN": "linux", "WIN": "windows", "ANY": "any"}
ACCEPTED = sorted((FOLDER / "accepted").glob("*.yaml"))


@dataclass(frozen=True)
class Refused:
    """A file that is wrong, and what must be said about it."""

    name: str
    content: bytes
    path: str
    """Where the file is put."""
    place: str
    """path:line:column of the finding."""
    rule: str
    words: str
    since_accepted: bool
    schema_silent: bool
    severity: str = "error"

    @property
    def noun(self) -> str:
        """The schema that it is checked with."""
        return "rule" if self.path.startswith("rules/") else "runbook"


def place_of(path: Path) -> str:
    """Where an accepted file belongs."""
    if path.name.startswith("L1-"):
        return f"rules/promoted/{path.name}"
    return f"runbooks/{_FOLDERS[path.name[3:6]]}/{path.name}"


def library() -> dict[str, bytes]:
    """The accepted files at their places."""
    return {place_of(path): path.read_bytes() for path in ACCEPTED}


def accepted() -> Corpus:
    """The accepted files, read."""
    return read_corpus(library())


def refused() -> list[Refused]:
    """Every refused case."""
    return [_read(path) for path in sorted((FOLDER / "refused").glob("*.yaml"))]


def _read(path: Path) -> Refused:
    content = path.read_bytes()
    head = [line for line in content.decode().splitlines() if line.startswith("# ")]
    place, rule, words = head[0].removeprefix("# expect: ").split(" ", 2)
    silent, since = "# schema: silent" in head, "# since: accepted" in head
    severity = "warning" if "# severity: warning" in head else "error"
    return Refused(path.stem, content, place.split(":")[0], place, rule, words, since, silent, severity)
