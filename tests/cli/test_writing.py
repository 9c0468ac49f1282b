"""Writing into a repository that holds what somebody else put there: whole files, and nothing through a link."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from runwright.cli import writing
from runwright.errors import ContentError, EdgeError
from runwright.model.telemetry import execution_data
from tests.support.commands import runwright, tree
from tests.support.recordings import RUNBOOK_ID, recording, service, started

FOLDER = f"tests/recordings/{RUNBOOK_ID}"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder that is none of the repository's business."""
    (tmp_path / "elsewhere").mkdir()
    return tmp_path / "elsewhere"


def runs(folder: Path) -> Path:
    done = recording(started("web", state_before=service("web", "stopped")), before=service("web", "stopped"))
    (folder / "runs.jsonl").write_text(json.dumps(execution_data(done)) + "\n", "utf-8")
    return folder / "runs.jsonl"


def test_a_link_laid_out_under_a_temporary_name_is_not_followed(tmp_path: Path, elsewhere: Path) -> None:
    victim = elsewhere / "victim"
    victim.write_text("mine", "utf-8")
    (tmp_path / ".page.md.new").symlink_to(victim)
    writing.overwrite(tmp_path / "page.md", "new")
    assert (victim.read_text("utf-8"), (tmp_path / "page.md").read_text("utf-8")) == ("mine", "new")


def test_a_link_in_the_place_of_the_file_is_replaced_and_not_followed(tmp_path: Path, elsewhere: Path) -> None:
    victim = elsewhere / "victim"
    victim.write_text("mine", "utf-8")
    (tmp_path / "page.md").symlink_to(victim)
    writing.overwrite(tmp_path / "page.md", "new")
    assert (victim.read_text("utf-8"), (tmp_path / "page.md").is_symlink()) == ("mine", False)
    (tmp_path / "other.md").symlink_to(victim)
    assert not writing.create(tmp_path / "other.md", "new")


def test_a_file_keeps_its_mode_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    writing.overwrite(path, "one")
    assert stat.S_IMODE(path.stat().st_mode) & 0o600 == 0o600
    path.chmod(0o640)
    writing.overwrite(path, "two")
    assert (stat.S_IMODE(path.stat().st_mode), os.listdir(tmp_path)) == (0o640, ["page.md"])


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "page.md").mkdir()
    with pytest.raises(EdgeError, match="cannot write"):
        writing.overwrite(tmp_path / "page.md", "x")
    assert os.listdir(tmp_path) == ["page.md"]


@pytest.mark.parametrize("link", ["docs", "docs/deep"])
def test_a_folder_that_is_a_link_is_refused_wherever_it_leads(tmp_path: Path, elsewhere: Path, link: str) -> None:
    root = tmp_path / "repo"
    (root / link).parent.mkdir(parents=True, exist_ok=True)
    (root / link).symlink_to(elsewhere)
    for write in (writing.overwrite, writing.create):
        with pytest.raises(ContentError, match="nothing is written through a link"):
            write(root / "docs/deep/page.md", "x", root)
    assert list(elsewhere.iterdir()) == []


def test_a_repository_that_itself_stands_behind_a_link_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "repo").symlink_to(tmp_path / "real")
    assert writing.create(tmp_path / "repo/docs/page.md", "x", tmp_path / "repo")


@pytest.mark.parametrize("link", ["tests", "tests/recordings", FOLDER])
def test_record_writes_nothing_through_a_link(tmp_path: Path, elsewhere: Path, link: str) -> None:
    repo = tree(tmp_path / "repo")
    (repo / link).parent.mkdir(parents=True, exist_ok=True)
    (repo / link).symlink_to(elsewhere)
    answer = runwright("record", runs(tmp_path), "--repo", repo)
    assert (answer.code, "link" in answer.out + answer.err) == (1, True)
    assert list(elsewhere.rglob("*")) == []


def test_record_takes_nothing_away_behind_a_link(tmp_path: Path, elsewhere: Path) -> None:
    repo = tree(tmp_path / "repo")
    assert runwright("record", runs(tmp_path), "--repo", repo).code == 0
    (repo / "tests").rename(elsewhere / "tests")
    (repo / "tests").symlink_to(elsewhere / "tests")
    before = {path: path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()}
    answer = runwright("record", "--remove", "exec-1", "--reason", "no use", "--repo", repo)
    assert answer.code == 1
    assert {path: path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()} == before


def test_init_writes_nothing_through_a_link(tmp_path: Path, elsewhere: Path) -> None:
    repo = tmp_path / "repo"
    repo.mkdir()
    (repo / ".github").symlink_to(elsewhere)
    answer = runwright("init", repo)
    assert (answer.code, "nothing is written through a link" in answer.err) == (1, True)
    assert list(elsewhere.iterdir()) == []


def test_the_page_of_the_library_and_the_schemas_are_not_written_through_a_link(
    tmp_path: Path, elsewhere: Path
) -> None:
    repo = tree(tmp_path / "repo")
    (repo / "runbooks").rename(elsewhere / "runbooks")
    (repo / "runbooks").symlink_to(elsewhere / "runbooks")
    (repo / "schemas").symlink_to(elsewhere)
    before = sorted(elsewhere.rglob("*"))
    assert runwright("library", "--write", "--repo", repo).code == 1
    assert runwright("schema", "--write", "--folder", repo / "schemas").code == 1
    assert sorted(elsewhere.rglob("*")) == before
