"""A real process that pulls a release and kills itself at a named step: `pull_and_die ROOT REMOTE STEP`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from runwright.adapters.release_store import ReleaseStore, Source
from tests.support.forge import later, pins

STEPS = ("fetched", "verified", "written", "unpacked", "state_saved", "linked", "switched")


def main(root: str, remote: str, step: str) -> None:
    """Pull, and die there."""

    def checkpoint(point: str) -> None:
        if point == step:
            os.kill(os.getpid(), signal.SIGKILL)

    ReleaseStore(Path(root), Source(remote, pins()), checkpoint).pull(later(60))


if __name__ == "__main__":
    main(*sys.argv[1:])
