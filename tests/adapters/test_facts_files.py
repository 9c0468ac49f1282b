"""Whether a file can be changed by its path is read without changing it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from runwright.adapters.facts_system import file_facts


def ways(path: Path) -> dict[str, Any]:
    facts = file_facts({"path": str(path)}, 1.0)
    return {leaf: facts.get(leaf) for leaf in ("exists", "names", "reachable", "vacant", "read_only")}


def test_a_plain_file_can_be_changed(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    wanted = {"exists": True, "names": 1, "reachable": True, "vacant": True, "read_only": False}
    assert ways(tmp_path / "x") == wanted


def test_where_nothing_is_a_file_may_come(tmp_path: Path) -> None:
    found = ways(tmp_path / "x")
    assert found == {"exists": False, "names": None, "reachable": True, "vacant": True, "read_only": False}


def test_hard_links_are_counted_and_those_of_a_folder_are_not(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    os.link(tmp_path / "x", tmp_path / "y")
    (tmp_path / "folder/inner").mkdir(parents=True)
    assert (ways(tmp_path / "y")["names"], ways(tmp_path / "folder")["names"]) == (2, 1)


def test_a_path_behind_a_link_or_in_no_folder_is_not_reachable(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for path in (tmp_path / "link/x", tmp_path / "none/x"):
        assert (ways(path)["reachable"], ways(path)["read_only"]) == (False, None)


@pytest.mark.parametrize("kind", ["folder", "link", "broken link"])
def test_what_is_no_regular_file_is_in_the_way(tmp_path: Path, kind: str) -> None:
    target = {"folder": None, "link": "/etc/hostname", "broken link": "/no/such"}[kind]
    if target is None:
        (tmp_path / "x").mkdir()
    else:
        (tmp_path / "x").symlink_to(target)
    assert ways(tmp_path / "x")["vacant"] is False


def test_a_file_system_that_nobody_can_write_is_told() -> None:
    assert ways(Path("/proc/version"))["read_only"] is bool(os.statvfs("/proc").f_flag & os.ST_RDONLY)
