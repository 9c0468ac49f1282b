"""`runwright library`: printed, written whole, checked."""

from __future__ import annotations

from pathlib import Path

from runwright.cli.library import named_by_tests
from tests.support.commands import ROOT, runwright


def repository(folder: Path) -> Path:
    home = folder / "runbooks" / "linux"
    home.mkdir(parents=True)
    (home / "RB-LIN-SERVICE-001.yaml").write_bytes((ROOT / "runbooks/linux/RB-LIN-SERVICE-001.yaml").read_bytes())
    return folder


def test_the_page_is_printed_written_and_checked(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    missing = runwright("library", "--check", "--repo", repo)
    assert missing.code == 1
    assert "differs from the runbooks; run `runwright library --write`" in missing.err
    assert runwright("library", "--write", "--repo", repo).code == 0
    page = repo / "runbooks" / "README.md"
    assert page.read_text("utf-8") == runwright("library", "--repo", repo).out
    assert runwright("library", "--check", "--repo", repo).code == 0
    assert sorted(path.name for path in page.parent.iterdir()) == ["README.md", "linux"]
    page.write_text("# The library\n", encoding="utf-8")
    assert runwright("library", "--check", "--repo", repo).code == 1


def test_a_test_that_names_a_runbook_counts_and_a_longer_id_does_not(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    assert named_by_tests(repo, ["RB-LIN-SERVICE-001"]) == frozenset()
    tests = repo / "tests" / "library"
    tests.mkdir(parents=True)
    (tests / "test_services.py").write_text('"RB-LIN-SERVICE-001-EXTRA"', encoding="utf-8")
    assert named_by_tests(repo, ["RB-LIN-SERVICE-001"]) == frozenset()
    (tests / "test_more.py").write_text('run("RB-LIN-SERVICE-001")', encoding="utf-8")
    assert named_by_tests(repo, ["RB-LIN-SERVICE-001"]) == {"RB-LIN-SERVICE-001"}
    assert "| real fault |" in runwright("library", "--repo", repo).out


def test_what_cannot_be_written_or_read_is_said_in_one_line(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    (repo / "runbooks" / "README.md").mkdir()
    for option in ("--write", "--check"):
        told = runwright("library", option, "--repo", repo)
        assert told.code == 1
        assert told.err.count("\n") == 1
        assert "README.md" in told.err


def test_a_folder_without_a_library_is_refused(tmp_path: Path) -> None:
    told = runwright("library", "--repo", tmp_path)
    assert told.code == 1
    assert "there is no runbooks/" in told.err
