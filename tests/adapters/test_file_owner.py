"""Giving a file to an account: the real system call, and never through a link."""

from __future__ import annotations

from pathlib import Path

import pytest

from runwright.actions.action import Native, Result
from runwright.adapters.shell_local import LocalHost

HOST = LocalHost(lambda _seconds: False)
pytestmark = [pytest.mark.needs("root"), pytest.mark.needs("non-root-user")]


def given_to_nobody(path: Path, owner: str = "nobody") -> Result:
    return HOST.run(Native("file.set_owner", {"path": str(path), "owner": owner, "group": "daemon"}), 5)


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_file_or_folder_gets_its_owner_and_group(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "place"
    place.touch() if kind == "file" else place.mkdir()
    assert given_to_nobody(place).exit_code == 0
    assert (place.owner(), place.group()) == ("nobody", "daemon")


def test_a_link_and_what_it_leads_to_stay_as_they_are(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.touch()
    link.symlink_to(target)
    refused = given_to_nobody(link)
    assert refused.exit_code == 1
    assert target.owner() == "root"
    assert link.lstat().st_uid == 0


def test_a_link_on_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").touch()
    (tmp_path / "way").symlink_to(tmp_path / "real")
    refused = given_to_nobody(tmp_path / "way" / "file")
    assert "symbolic link" in refused.error
    assert (tmp_path / "real" / "file").owner() == "root"


def test_an_account_that_does_not_exist_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = given_to_nobody(tmp_path / "file", "no-such-user")
    assert (refused.exit_code, (tmp_path / "file").owner()) == (1, "root")
    assert refused.error == "no such user: 'no-such-user' on this host; create the account, or name another one"


def test_what_is_no_file_or_folder_is_refused() -> None:
    assert "neither a regular file nor a folder" in given_to_nobody(Path("/dev/null")).error
