"""`runwright run` as a person calls it: in a pipe, or on a terminal of its own."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.support.agent_site import environment

SECONDS = 60


def words_for(*words: str | Path) -> list[str]:
    """Give the words of the command."""
    return [sys.executable, "-m", "runwright.cli.main", "run", *map(str, words)]


def run(*words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end in a pipe, with nobody to answer."""
    return subprocess.run(
        words_for(*words),
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        stdin=subprocess.DEVNULL,
        env={**environment(), **variables},
    )


class Terminal:
    """What a person at a terminal sees and types."""

    def __init__(self, process: subprocess.Popen[bytes], handle: int) -> None:
        self.process, self.handle, self.seen = process, handle, ""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def type(self, text: str) -> None:
        """Type something."""
        os.write(self.handle, text.encode())

    def end(self) -> int:
        """Wait for the end and give the exit code."""
        code = self.process.wait(SECONDS)
        self._reader.join(SECONDS)
        return code

    def _read(self) -> None:
        # The end of a terminal is an error of the read.
        with suppress(OSError):
            while chunk := os.read(self.handle, 65536):
                self.seen += chunk.decode("utf-8", "replace")


@contextmanager
def on_terminal(*words: str | Path) -> Iterator[Terminal]:
    """Start it on a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        words_for(*words), stdin=theirs, stdout=theirs, stderr=theirs, env=environment(), start_new_session=True
    )
    os.close(theirs)
    terminal = Terminal(process, ours)
    try:
        yield terminal
    finally:
        process.kill()
        process.wait(SECONDS)
        terminal.end()
        os.close(ours)


def written(folder: Path, *steps: dict[str, Any], name: str = "RB-LIN-FLOW-001", **more: Any) -> Path:
    """Write a runbook of these steps into a library; it is verified by the file `fixed` of the folder."""
    data = {
        "id": name,
        "name": "Try some steps",
        "version": 1,
        "platform": "linux",
        "incident_types": ["http_failing"],
        "steps": steps,
        "verify": {"method": "file_check", "checks": [{"when": {exists(folder / "fixed"): True}, "confidence": 0.9}]},
        **more,
    }
    path = folder / "runbooks" / "linux" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=1) + "\n")
    return path


def exists(path: Path) -> str:
    """Name the fact that a file exists."""
    return f"files[{json.dumps(str(path))}].exists"


def shell(step: str, text: str, **more: Any) -> dict[str, Any]:
    """Give a step that runs a script."""
    return {"id": step, "action": "script.sh", "with": {"script": text}, **more}
