"""Runs `runwright` as a person would, and makes small repositories for it to look at.

`runwright` runs in this process, which is quick; `in_a_process` runs in one of its own, for what only that can show.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from runwright.cli.main import cli, exit_code
from tests.support import cases

ROOT = Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = {
    **{key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "RUNWRIGHT_"))},
    "PYTHONPATH": str(ROOT / "tools"),
}


@dataclass(frozen=True)
class Answer:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


def runwright(*words: str | Path, cwd: Path = ROOT) -> Answer:
    """Run the command line in this process, in a folder, with output as strict as a terminal's."""
    out, err = _stream(), _stream()
    with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = exit_code(lambda: cli.main([*map(str, words)], prog_name="runwright", standalone_mode=False))
    return Answer(code, _said(out), _said(err))


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _said(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def in_a_process(*words: str | Path, cwd: Path = ROOT, timeout: float = 60, typed: str = "") -> Answer:
    """Run the command line in a process of its own; `typed` is what comes in on standard input."""
    argv = [sys.executable, "-m", "runwright.cli.main", *map(str, words)]
    done = subprocess.run(
        argv, cwd=cwd, env=ENVIRONMENT, input=typed.encode(), capture_output=True, timeout=timeout, check=False
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def tree(root: Path, files: dict[str, bytes] | None = None) -> Path:
    """Write content below a folder: the accepted cases unless other files are given."""
    for name, content in (cases.library() if files is None else files).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def spoil(root: Path, name: str, old: bytes, new: bytes) -> None:
    """Write a piece of a file in another way."""
    text = (root / name).read_bytes()
    assert old in text
    (root / name).write_bytes(text.replace(old, new))


def git(root: Path, *words: str) -> str:
    """Run git in a repository."""
    options = ["-c", "user.name=Dana", "-c", "user.email=dana@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *options, *words], cwd=root, env=ENVIRONMENT, capture_output=True, check=True)
    return done.stdout.decode().strip()


def committed(root: Path, message: str = "change") -> str:
    """Commit everything below a folder, in a repository that is made when there is none."""
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", message)
    return git(root, "rev-parse", "HEAD")
