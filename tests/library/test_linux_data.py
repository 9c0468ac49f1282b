"""Runbooks for full disks, inodes, logs and backups: the fault is made on a small file system and is really gone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.until import until
from tests.support.workshop import Workshop

DAY = 86400
LOGGER = """
import sys, time
log = open(sys.argv[1], "a", buffering=1)
for number in range(10**9):
    log.write(f"line {number}\\n")
    time.sleep(0.01)
"""


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[Workshop]:
    """Mount a small file system in a namespace of its own; the product and every look at it run in there."""
    disk = folder / "disk"
    disk.mkdir()
    line = f"mount -t tmpfs -o {options} tmpfs {disk} && echo ready && exec cat"
    words = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", line]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "ready\n"
        enter = ("nsenter", "--preserve-credentials", "--user", "--mount", "--target", str(holder.pid))
        try:
            yield Workshop(folder, inside=enter)
        finally:
            holder.kill()


def inside(place: Workshop, script: str) -> str:
    """Run a few lines of Python in the namespace, in the folder of the small file system."""
    words = [*place.inside, sys.executable, "-c", script]
    done = subprocess.run(words, cwd="/", env=os.environ, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def fill(place: Workshop, name: str, count: int, size: int, days: float) -> None:
    """Write files that were last written some days ago."""
    inside(
        place,
        f"import os, time\nos.makedirs({str(place.folder / 'disk/app')!r}, exist_ok=True)\n"
        f"os.chdir({str(place.folder / 'disk/app')!r})\nwhen = time.time() - {days} * {DAY}\n"
        f"for number in range({count}):\n    path = {name!r} % number\n"
        f"    open(path, 'wb').write(bytes({size}))\n    os.utime(path, (when, when))\n",
    )


def names(place: Workshop) -> list[str]:
    return inside(place, f"import os; print(*sorted(os.listdir({str(place.folder / 'disk/app')!r})))").split()


def used(place: Workshop, what: str) -> float:
    """Look with df, which the product does not use."""
    words = [*place.inside, "df", f"--output={what}", str(place.folder / "disk")]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=30)
    return float(done.stdout.split()[-1].rstrip("%"))


@pytest.mark.needs("user-namespace")
def test_a_full_disk_is_freed_from_old_files_and_from_nothing_else(tmp_path: Path) -> None:
    with small_disk(tmp_path, "size=8m") as place:
        folder = tmp_path / "disk/app"
        fill(place, "dump-%02d.tmp", 14, 512 * 1024, days=9)
        fill(place, "fresh-%02d.tmp", 1, 1024, days=1)
        fill(place, "kept-%02d.dat", 1, 1024, days=9)
        inside(place, f"import os; os.symlink('/etc/hostname', {str(folder / 'link.tmp')!r})")
        assert used(place, "pcent") >= 85
        wanted = {"folder": folder, "pattern": "*.tmp", "days": 7, "below_percent": 80}
        ran = place.run("RB-LIN-DISK-001", **wanted)
        assert ran.fixed, ran
        assert used(place, "pcent") < 10
        assert names(place) == ["fresh-00.tmp", "kept-00.dat", "link.tmp"]
        assert place.run("RB-LIN-DISK-001", **wanted).already_healthy


@pytest.mark.needs("user-namespace")
def test_a_disk_that_is_full_of_young_files_stays_and_is_told(tmp_path: Path) -> None:
    with small_disk(tmp_path, "size=4m") as place:
        fill(place, "dump-%02d.tmp", 7, 512 * 1024, days=1)
        ran = place.run("RB-LIN-DISK-001", folder=tmp_path / "disk/app", pattern="*.tmp", below_percent=80)
        assert (ran.code, ran.execution["status"], ran.execution["verification_passed"]) == (1, "failure", False)
        assert len(names(place)) == 7


def test_old_files_are_not_deleted_through_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    old = real / "x.tmp"
    old.write_bytes(b"x")
    os.utime(old, (time.time() - 30 * DAY,) * 2)
    ran = Workshop(tmp_path).run("RB-LIN-DISK-001", folder=link, pattern="*.tmp", below_percent=1)
    assert ran.refused, ran
    assert old.exists()


def test_a_file_that_a_process_has_open_stays(tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    folder.mkdir()
    for name in ("open.tmp", "closed.tmp"):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (time.time() - 30 * DAY,) * 2)
    with (folder / "open.tmp").open("rb"):
        ran = Workshop(tmp_path).run("RB-LIN-DISK-001", folder=folder, pattern="*.tmp", below_percent=1)
    assert ran.done == ("remove-old",), ran
    assert [path.name for path in folder.iterdir()] == ["open.tmp"]


def test_the_folder_of_a_database_is_never_cleaned(tmp_path: Path) -> None:
    wanted = {"pattern": "*.tmp", "below_percent": 1, "days": 3650}
    for folder in ("/var/lib/dpkg", "/var/lib/postgresql/15"):
        assert Workshop(tmp_path).run("RB-LIN-DISK-001", folder=folder, **wanted).refused


@pytest.mark.needs("user-namespace")
def test_inodes_are_freed_where_the_disk_itself_has_room(tmp_path: Path) -> None:
    with small_disk(tmp_path, "size=64m,nr_inodes=300") as place:
        fill(place, "sess_%03d", 280, 1, days=3)
        assert used(place, "ipcent") >= 90
        assert used(place, "pcent") < 50
        wanted = {"folder": tmp_path / "disk/app", "pattern": "sess_*"}
        ran = place.run("RB-LIN-INODE-001", **wanted)
        assert ran.fixed, ran
        assert used(place, "ipcent") < 10
        assert names(place) == []
        assert place.run("RB-LIN-INODE-001", **wanted).already_healthy


def test_a_log_is_emptied_while_its_writer_goes_on(tmp_path: Path) -> None:
    log, end = tmp_path / "app.log", tmp_path / "app.log.end"
    log.write_text("".join(f"old {number}\n" for number in range(200_000)))
    last = log.read_text()[-20:]
    with subprocess.Popen([sys.executable, "-c", LOGGER, str(log)]) as writer:
        try:
            wanted = {"path": log, "keep_in": end, "keep_kib": 64, "max_bytes": 1_000_000}
            until(lambda: "line" in log.read_text()[-200:], what="the writer writes")
            ran = Workshop(tmp_path).run("RB-LIN-LOG-001", **wanted)
            assert ran.fixed, ran
            size = log.stat().st_size
            assert size < 100_000
            until(lambda: log.stat().st_size > size, what="the writer goes on in the same file")
            assert log.read_bytes().startswith(b"line")
            assert last in end.read_text()
            assert end.stat().st_size == 64 * 1024
            assert Workshop(tmp_path).run("RB-LIN-LOG-001", **wanted).already_healthy
        finally:
            writer.kill()


def test_neither_a_log_nor_its_end_may_be_any_file(tmp_path: Path) -> None:
    database, log = tmp_path / "patients.db", tmp_path / "app.log"
    for path in (database, log):
        path.write_bytes(bytes(5000))
    for path, end in ((database, tmp_path / "x.end"), (log, database), (tmp_path / ".." / "app.log", database)):
        ran = Workshop(tmp_path).run("RB-LIN-LOG-001", path=path, keep_in=end, max_bytes=1024)
        assert (ran.code != 0, ran.done) == (True, ()), path
    assert (database.stat().st_size, log.stat().st_size) == (5000, 5000)


def test_a_log_that_is_a_link_is_left_alone(tmp_path: Path) -> None:
    real = tmp_path / "important"
    real.write_bytes(bytes(5000))
    (tmp_path / "app.log").symlink_to(real)
    wanted = {"path": tmp_path / "app.log", "keep_in": tmp_path / "log.end", "max_bytes": 1024}
    ran = Workshop(tmp_path).run("RB-LIN-LOG-001", **wanted)
    # A link is short, so it is not even an incident; and emptying it would have been refused.
    assert ran.done == ()
    assert real.stat().st_size == 5000


def test_a_stale_backup_is_made_anew_by_the_sites_own_job(tmp_path: Path) -> None:
    backups, job = tmp_path / "backups", tmp_path / "back-up"
    backups.mkdir()
    old = backups / "db-1.dump"
    old.write_bytes(bytes(4096))
    os.utime(old, (time.time() - 3 * DAY,) * 2)
    job.write_text('#!/bin/sh\nhead -c 4096 /dev/zero > "$RUNWRIGHT_FOLDER/db-2.dump"\n')
    job.chmod(0o755)
    place = Workshop(tmp_path, agent={"jobs": {"back-up-db": [str(job)]}})
    wanted = {"job": "back-up-db", "folder": backups, "pattern": "*.dump", "min_bytes": 2048}
    ran = place.run("RB-LIN-BACKUP-001", **wanted)
    assert ran.fixed, ran
    made = backups / "db-2.dump"
    assert made.stat().st_size == 4096
    assert time.time() - made.stat().st_mtime < 60
    assert place.run("RB-LIN-BACKUP-001", **wanted).already_healthy


def test_a_job_that_makes_an_empty_backup_is_not_believed(tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    place = Workshop(tmp_path, agent={"jobs": {"back-up-db": ["touch", str(backups / "db.dump")]}})
    ran = place.run("RB-LIN-BACKUP-001", job="back-up-db", folder=backups, pattern="*.dump")
    assert ran.done == ("back-up",)
    assert (ran.code, ran.execution["verification_passed"]) == (1, False)


def test_a_job_that_the_site_does_not_name_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    ran = Workshop(tmp_path).run("RB-LIN-BACKUP-001", job="reboot", folder=tmp_path / "backups", pattern="*.dump")
    assert ran.code == 1
    assert "no job 'reboot'" in ran.execution["error_message"]


@pytest.mark.needs("user-namespace")
def test_inodes_that_young_files_take_are_told(tmp_path: Path) -> None:
    with small_disk(tmp_path, "size=64m,nr_inodes=300") as place:
        fill(place, "sess_%03d", 280, 1, days=0.01)
        ran = place.run("RB-LIN-INODE-001", folder=tmp_path / "disk/app", pattern="sess_*")
        assert (ran.code, ran.execution["status"], ran.execution["verification_passed"]) == (1, "failure", False)
        assert len(names(place)) == 280


KEEPS_ITS_PLACE = """
import sys, time
with open(sys.argv[1], "r+b", buffering=0) as log:
    log.seek(0, 2)
    while True:
        log.write(b"line\\n")
        time.sleep(0.01)
"""


def test_a_log_whose_writer_keeps_its_place_is_told_to_be_as_long_as_before(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(b"old\n" * 500_000)
    with subprocess.Popen([sys.executable, "-c", KEEPS_ITS_PLACE, str(log)]) as writer:
        try:
            until(lambda: b"line" in log.read_bytes()[-100:], what="the writer writes")
            wanted = {"path": log, "keep_in": tmp_path / "app.log.end", "keep_kib": 64, "max_bytes": 1_000_000}
            ran = Workshop(tmp_path).run("RB-LIN-LOG-001", **wanted)
        finally:
            writer.kill()
    assert (ran.code, ran.execution["verification_passed"]) == (1, False), ran
    assert log.stat().st_size > 2_000_000
