"""Old files and copies on the disk: what may be deleted or replaced, and what never is, whatever is asked for."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from runwright.actions.action import Result
from runwright.adapters.natives_data import NATIVES
from runwright.adapters.shell_processes import remove_same

DAYS_30 = 30 * 86400


def carry_out(name: str, timeout: float = 10.0, **args: Any) -> Result:
    return NATIVES[name]({key: str(value) for key, value in args.items()}, timeout, lambda _seconds: False)


def old(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (time.time() - DAYS_30,) * 2)
    return path


def test_old_files_below_the_folder_are_counted_and_deleted(tmp_path: Path) -> None:
    for name in ("a.tmp", "deep/er/b.tmp", "c.dat"):
        old(tmp_path / "app" / name, bytes(5000))
    (tmp_path / "app/young.tmp").write_bytes(b"x")
    wanted = {"folder": tmp_path / "app", "pattern": "*.tmp", "days": 7}
    found = carry_out("old_files.facts", **wanted).values
    assert found["count"] == 2
    assert found["bytes"] >= 10_000
    assert carry_out("disk.remove_old_files", **wanted).exit_code == 0
    left = sorted(path.name for path in (tmp_path / "app").rglob("*") if path.is_file())
    assert left == ["c.dat", "young.tmp"]
    assert carry_out("old_files.facts", **wanted).values == {"count": 0, "bytes": 0}


@pytest.mark.parametrize(
    "folder",
    ["/", "//", "/var", "/home", "/etc/app", "/usr/share/doc", "/bin/x", "/proc/1", "/sys/kernel", "/dev/shm", "/run/x",
     "/var/lib", "/var/lib/", "/var//spool",
     "/var/tmp/..", "/var/../etc/ssl", "relative/folder/x", ""],
)  # fmt: skip
def test_a_folder_of_the_system_or_one_near_the_root_is_refused(folder: str) -> None:
    for name in ("disk.remove_old_files", "old_files.facts"):
        result = carry_out(name, folder=folder, pattern="*.no-such-name", days=1)
        assert result.exit_code == 1
        assert result.values == {}


@pytest.mark.parametrize("pattern", ["*", "**", "?", "*?*", ""])
def test_a_pattern_of_every_name_is_refused(tmp_path: Path, pattern: str) -> None:
    kept = old(tmp_path / "app/x")
    assert carry_out("disk.remove_old_files", folder=tmp_path / "app", pattern=pattern, days=1).exit_code == 1
    assert kept.exists()


@pytest.mark.parametrize("days", [0, -1])
def test_an_age_below_one_day_is_refused(tmp_path: Path, days: int) -> None:
    kept = old(tmp_path / "app/x.tmp")
    assert carry_out("disk.remove_old_files", folder=tmp_path / "app", pattern="*.tmp", days=days).exit_code == 1
    assert kept.exists()


def test_links_are_neither_followed_nor_deleted(tmp_path: Path) -> None:
    outside = old(tmp_path / "outside/x.tmp")
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "file.tmp").symlink_to(outside)
    (folder / "folder").symlink_to(outside.parent)
    os.utime(folder / "file.tmp", (time.time() - DAYS_30,) * 2, follow_symlinks=False)
    assert carry_out("disk.remove_old_files", folder=folder, pattern="*.tmp", days=1).exit_code == 0
    assert outside.exists()
    assert (folder / "file.tmp").is_symlink()


def test_a_folder_on_the_way_that_is_a_link_is_refused(tmp_path: Path) -> None:
    kept = old(tmp_path / "real/app/x.tmp")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    result = carry_out("disk.remove_old_files", folder=tmp_path / "link/app", pattern="*.tmp", days=1)
    assert result.exit_code == 1
    assert kept.exists()


def test_what_is_no_regular_file_stays(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    os.mkfifo(tmp_path / "app/pipe.tmp")
    os.utime(tmp_path / "app/pipe.tmp", (time.time() - DAYS_30,) * 2)
    (tmp_path / "app/folder.tmp").mkdir()
    assert carry_out("disk.remove_old_files", folder=tmp_path / "app", pattern="*.tmp", days=1).exit_code == 0
    assert len(list((tmp_path / "app").iterdir())) == 2


def test_when_the_time_is_up_it_says_so_and_counts_nothing(tmp_path: Path) -> None:
    for number in range(50):
        old(tmp_path / f"app/{number}.tmp")
    wanted = {"folder": tmp_path / "app", "pattern": "*.tmp", "days": 1}
    assert carry_out("old_files.facts", timeout=0.0, **wanted).values == {}
    result = carry_out("disk.remove_old_files", timeout=0.0, **wanted)
    assert result.exit_code == 1
    assert "there are more; run it again" in result.error


def test_a_copy_takes_the_place_of_a_file_and_keeps_its_mode(tmp_path: Path) -> None:
    good, conf = tmp_path / "good.conf", tmp_path / "app.conf"
    good.write_text("good")
    conf.write_text("broken")
    conf.chmod(0o640)
    inode = conf.stat().st_ino
    assert carry_out("disk.copy_file", source=good, path=conf).exit_code == 0
    assert conf.read_text() == "good"
    assert conf.stat().st_mode & 0o7777 == 0o640
    assert conf.stat().st_ino != inode  # a reader of the old file is not disturbed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["app.conf", "good.conf"]


def test_a_copy_where_there_was_nothing_has_the_mode_of_its_source(tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_text("x")
    source.chmod(0o600)
    assert carry_out("disk.copy_file", source=source, path=tmp_path / "b").exit_code == 0
    assert (tmp_path / "b").stat().st_mode & 0o7777 == 0o600


@pytest.mark.parametrize("name", ["disk.copy_file", "disk.copy_end"])
@pytest.mark.parametrize("which", ["source", "path", "folder"])
def test_no_copy_is_made_through_a_link(tmp_path: Path, name: str, which: str) -> None:
    secret, real = tmp_path / "secret", tmp_path / "real"
    secret.write_text("secret")
    real.mkdir()
    (tmp_path / "folder").symlink_to(real)
    (tmp_path / "source").write_text("source")
    (tmp_path / "link").symlink_to(secret)
    args = {"source": tmp_path / "source", "path": tmp_path / "path"}
    args |= {"path": tmp_path / "folder/path"} if which == "folder" else {which: tmp_path / "link"}
    assert carry_out(name, **args, kib=1).exit_code == 1
    assert secret.read_text() == "secret"
    assert not (tmp_path / "path").exists()
    assert list(real.iterdir()) == []


def test_of_a_log_the_end_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    log, end = tmp_path / "log", tmp_path / "end"
    log.write_bytes(b"a" * 5000 + b"b" * 1024)
    assert carry_out("disk.copy_end", source=log, path=end, kib=1).exit_code == 0
    assert end.read_bytes() == b"b" * 1024
    assert end.stat().st_mode & 0o7777 == 0o600
    assert log.stat().st_size == 6024


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, args in (
        ("disk.copy_file", {"source": tmp_path / "pipe", "path": tmp_path / "x"}),
        ("certificate.facts", {"path": tmp_path / "pipe"}),
        ("pid_file.facts", {"path": tmp_path / "pipe", "program": "x"}),
    ):
        assert carry_out(name, **args).values in ({}, {"state": "unreadable"})


def test_a_stale_pid_file_is_removed_and_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    stale = tmp_path / "app.pid"
    stale.write_text(f"{os.getpid()}\n")
    wanted = {"path": stale, "program": "another-program"}
    assert carry_out("pid_file.remove", **wanted).exit_code == 0
    assert not stale.exists()
    assert "there is no" in carry_out("pid_file.remove", **wanted).output
    (tmp_path / "real").write_text(f"{os.getpid()}\n")
    stale.symlink_to(tmp_path / "real")
    assert carry_out("pid_file.remove", **wanted).exit_code == 1
    assert stale.is_symlink()


def test_a_pid_file_that_was_exchanged_after_the_look_is_not_removed(tmp_path: Path) -> None:
    path = tmp_path / "app.pid"
    path.write_text("1\n")
    file, folder = os.open(path, os.O_RDONLY), os.open(tmp_path, os.O_RDONLY)
    try:
        (tmp_path / "new").write_text("2\n")
        (tmp_path / "new").rename(path)
        with pytest.raises(OSError, match="another file took its place"):
            remove_same(file, path.name, folder, str(path))
    finally:
        os.close(file)
        os.close(folder)
    assert path.read_text() == "2\n"
