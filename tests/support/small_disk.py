"""Trials on a small disk that fills up: the forge, the state and the logs of a service all live on it.

`entered` runs one of the trials below in a process whose mount namespace has a disk of its own, in memory; nothing is
mounted on the machine itself, and nothing is left of it afterwards. A trial passes when its process ends with 0.
"""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.support.faults import Replica, await_done, failure, success, trial, verdict
from tests.support.until import until

ROOT = Path(__file__).resolve().parents[2]
SIZE = "48m"
ENTER = 'mount -t tmpfs -o size="$0" tmpfs "$1" && shift && exec "$@"'
TRIAL_SECONDS = 280


def entered(folder: Path, name: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a trial on a disk of its own, mounted at a folder."""
    disk = folder / "disk"
    disk.mkdir()
    unshared = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", ENTER, SIZE, str(disk)]
    given = {**os.environ, "PYTHONPATH": f"{ROOT / 'tools'}:{ROOT}", "TMPDIR": str(folder)}
    return subprocess.run(
        [*unshared, sys.executable, "-m", "tests.support.small_disk", str(disk), name, *words],
        env=given,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=TRIAL_SECONDS,
        check=False,
    )


def fill(disk: Path) -> None:
    """Leave no room on the disk, not for one byte."""
    with (disk / "filler").open("ab", buffering=0) as filler:
        for size in (1 << 20, 1 << 12, 1):
            while _written(filler.fileno(), size):
                pass


def _written(file: int, size: int) -> bool:
    try:
        return os.write(file, b"\0" * size) > 0
    except OSError as error:
        if error.errno == errno.ENOSPC:
            return False
        raise


def make_room(disk: Path) -> None:
    """Take what fills the disk away."""
    (disk / "filler").unlink()


def is_halted(replica: Replica) -> bool:
    """Tell whether its process stands still."""
    stat = Path(f"/proc/{replica.child_pid()}/stat").read_text()
    return stat.rsplit(")", 1)[1].split()[0] == "T"


def is_ready(replica: Replica) -> bool:
    """Tell whether it says that it is ready."""
    return replica.ask("GET", "/readyz").status == 200


def full_at_the_door(disk: Path) -> None:
    """Agents deliver while there is no room: nobody is told yes, and all goes on when there is room again."""
    with trial(disk / "site", causes=3) as (replica, agents):
        replica.start()
        agents.send([failure(0, "exec-before")])
        await_done(replica, agents)
        fill(disk)
        answer = replica.post(dict(failure(1, "exec-full").body))
        assert (answer.status, "Retry-After" in answer.headers) == (503, True), answer
        assert [name for _, name, _ in replica.seen().executions] == ["exec-before"]
        agents.send([failure(2, "exec-patient"), success("good-patient")])
        until(lambda: agents.history.answers[503] >= 2, what="an agent was asked to come back")
        assert not is_ready(replica)
        make_room(disk)
        await_done(replica, agents)
        assert is_ready(replica)
        assert verdict(replica, agents.history) == []


def full_in_the_middle(disk: Path, *points: str) -> None:
    """The disk fills while a proposal is under way, at each of these points: nothing is left half done."""
    for number, point in enumerate(points):
        with trial(disk / f"site-{number}", causes=2) as (replica, agents):
            replica.start(f"stop@{point}")
            agents.send([failure(0, "exec-first"), failure(1, "exec-other")])
            until(lambda: is_halted(replica), timeout=60, what=f"it stands still at {point}")
            fill(disk)
            replica.signal(signal.SIGCONT)
            until(lambda: not is_ready(replica), timeout=60, what="it says that it is not ready")
            make_room(disk)
            await_done(replica, agents)
            assert verdict(replica, agents.history) == [], point


TRIALS: dict[str, Callable[..., None]] = {
    "full_at_the_door": full_at_the_door,
    "full_in_the_middle": full_in_the_middle,
}

if __name__ == "__main__":
    TRIALS[sys.argv[2]](Path(sys.argv[1]), *sys.argv[3:])
