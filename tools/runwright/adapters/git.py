"""Runs git, hardened; the only file that imports GitPython, and only as a runner of processes.

No configuration of the machine or the user is read, no hook runs, nothing prompts, every call has a time limit, and
output arrives byte for byte. What to ask git for is `git_repository`'s part.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # a missing git is told by `run`, not by an import

from git.cmd import Git
from git.exc import GitCommandNotFound

from runwright.errors import EdgeError

LIMIT = 60.0
"""Seconds that a call may take."""
OPTIONS = (
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.fsmonitor=false",
    "-c", "protocol.ext.allow=never",
    "-c", "fetch.fsckObjects=true",
    "-c", "transfer.fsckObjects=true",
    "-c", "fetch.recurseSubmodules=false",
    "-c", "core.fsync=committed,reference",
    "-c", "gc.auto=0",
    # A commit stays one pack, written with two flushes to the disk instead of one for each object.
    "-c", "fastimport.unpackLimit=0",
    "-c", "credential.helper=",
    "--no-optional-locks",
    "--no-replace-objects",
    "--literal-pathspecs",
)  # fmt: skip


class Excess(EdgeError):
    """Git would give more than was asked for."""


class Records(io.BytesIO):
    """Keeps records that end with NUL, as long as there are no more of them than allowed; drops the rest."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most, self.found = most, 0

    def write(self, data: Any, /) -> int:
        """Take a piece of output."""
        piece = bytes(data)
        self.found += piece.count(b"\0")
        return len(piece) if self.found > self.most else super().write(piece)


@dataclass(frozen=True)
class Output:
    """What a call gave: exit status, standard output as bytes, standard error as text."""

    status: int
    data: bytes
    error: str

    @property
    def text(self) -> str:
        """Give standard output as text without the newline at its end."""
        return self.data.decode("utf-8", "surrogateescape").rstrip("\n")


def environment(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Give the variables that cut git off from its surroundings; those of an outer git are overridden."""
    return {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_COUNT": "0",
        "GIT_CONFIG_PARAMETERS": "",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "GIT_ALLOW_PROTOCOL": "https:ssh",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NAMESPACE": "",
        "GIT_DIR": str(folder),
        "GIT_COMMON_DIR": str(folder),
        "GIT_OBJECT_DIRECTORY": str(folder / "objects"),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
        "GIT_EXTERNAL_DIFF": "",
        "GIT_PAGER": "cat",
        # Where somebody traces git, what it sends as a password stays out of the trace.
        "GIT_TRACE_REDACT": "1",
        "TZ": "UTC",
        **more,
    }


def run(
    folder: Path,
    words: Sequence[str],
    *,
    stdin: bytes = b"",
    variables: Mapping[str, str] = MappingProxyType({}),
    limit: float = LIMIT,
    sink: Records | None = None,
) -> Output:
    """Run one git command on a bare repository; a status other than 0 is for the caller to judge.

    `variables` go into its environment, the one place for what must stand in no argument and no file.
    Raises EdgeError when git is missing or the call takes longer than `limit` seconds, Excess when `sink` overflows.
    """
    command = ["git", *OPTIONS, f"--git-dir={folder}", *words]
    with tempfile.TemporaryFile() as source:
        source.write(stdin)
        source.seek(0)
        try:
            status, data, error = Git(str(folder.parent)).execute(
                command,
                istream=source,
                output_stream=sink,
                with_extended_output=True,
                with_exceptions=False,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
                kill_after_timeout=limit,
                env=environment(folder, variables),
            )
        except GitCommandNotFound as missing:
            raise EdgeError("git was not found; install git 2.38 or newer", retryable=False) from missing
    if sink and sink.found > sink.most:
        raise Excess(f"git {words[0]} gave more than {sink.most} entries; the repository is not what it should be")
    if status < 0:
        raise EdgeError(f"git {words[0]} was stopped after {limit:g} seconds; try again, or look at the remote")
    return Output(status, sink.getvalue() if sink else data or b"", str(error))
