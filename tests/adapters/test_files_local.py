"""A privileged change of a file never follows a symbolic link."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from runwright.actions.binding import bind_operation
from runwright.actions.catalogue import Host, find, variant
from runwright.adapters.shell_local import LocalHost

CHANGES: list[tuple[str, dict[str, Any]]] = [("file.truncate", {}), ("file.set_mode", {"mode": "0777"})]


def carried_out(action: str, path: Path | str, more: dict[str, Any]) -> tuple[int | None, str]:
    chosen = variant(find(action), Host("linux"))
    host = LocalHost(lambda _seconds: False, {}, "auto")
    result = host.run(bind_operation(chosen.operation, {"path": str(path), **more}), 5)
    return result.exit_code, result.error


def test_a_file_is_emptied_and_keeps_its_place(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("many lines")
    inode = log.stat().st_ino
    assert carried_out("file.truncate", log, {}) == (0, "")
    assert (log.read_text(), log.stat().st_ino) == ("", inode)


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_the_mode_of_a_file_or_folder_is_set(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    path.mkdir() if kind == "folder" else path.touch(0o600)
    assert carried_out("file.set_mode", path, {"mode": "0750"}) == (0, "")
    assert path.stat().st_mode & 0o7777 == 0o750


@pytest.mark.parametrize(("action", "more"), CHANGES)
def test_a_link_is_not_followed(tmp_path: Path, action: str, more: dict[str, Any]) -> None:
    secret = tmp_path / "secret"
    secret.write_text("keep me")
    secret.chmod(0o600)
    (tmp_path / "app.log").symlink_to(secret)
    code, error = carried_out(action, tmp_path / "app.log", more)
    assert code == 1
    assert error
    assert (secret.read_text(), secret.stat().st_mode & 0o777) == ("keep me", 0o600)


@pytest.mark.parametrize(("action", "more"), CHANGES)
def test_a_link_on_the_way_is_not_followed(tmp_path: Path, action: str, more: dict[str, Any]) -> None:
    (tmp_path / "real").mkdir()
    secret = tmp_path / "real" / "secret"
    secret.write_text("keep me")
    secret.chmod(0o600)
    (tmp_path / "logs").symlink_to(tmp_path / "real")
    code, error = carried_out(action, tmp_path / "logs" / "secret", more)
    assert code == 1
    assert "symbolic link" in error
    assert (secret.read_text(), secret.stat().st_mode & 0o777) == ("keep me", 0o600)


@pytest.mark.parametrize(("action", "more"), CHANGES)
def test_what_is_no_file_blocks_nothing_and_is_refused(tmp_path: Path, action: str, more: dict[str, Any]) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path / "gone", f"{tmp_path}/../{tmp_path.name}/pipe", "/"):
        code, error = carried_out(action, path, more)
        assert code == 1
        assert error


@pytest.mark.parametrize(("action", "more"), [*CHANGES, ("file.set_owner", {"owner": "root", "group": "root"})])
def test_a_hard_link_that_was_planted_is_refused(tmp_path: Path, action: str, more: dict[str, Any]) -> None:
    secret = tmp_path / "secret"
    secret.write_text("keep me")
    secret.chmod(0o600)
    (tmp_path / "app.log").hardlink_to(secret)
    code, error = carried_out(action, tmp_path / "app.log", more)
    assert code == 1
    assert "2 names (hard links)" in error
    assert (secret.read_text(), secret.stat().st_mode & 0o777) == ("keep me", 0o600)
