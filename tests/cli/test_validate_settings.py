"""`runwright validate` and the two files that say how content is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.commands import committed, git, runwright, tree

FORMS = b"forms:\n  - programs: [sudo]\n    reason: Everything.\n"
POLICY = b"[policy.risk.high]\napprovals = 1\n"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return tree(tree(tmp_path / "repo"), {"guard/forms.yaml": FORMS, "runwright.toml": POLICY})


def test_both_files_are_checked_with_the_tree(repo: Path) -> None:
    for _ in range(2):  # the second time from what was kept
        told = runwright("validate", cwd=repo)
        assert told.code == 1
        assert "guard/forms.yaml:2" in told.out
        assert "runwright.toml:2" in told.out


def test_a_mended_file_is_seen_at_once(repo: Path) -> None:
    assert runwright("validate", cwd=repo).code == 1
    (repo / "guard/forms.yaml").write_bytes(FORMS.replace(b"sudo", b"queuectl"))
    (repo / "runwright.toml").write_bytes(POLICY.replace(b"1", b"2"))
    assert "forms.yaml" not in runwright("validate", cwd=repo).out


def test_one_of_them_can_be_named(repo: Path) -> None:
    told = runwright("validate", "guard/forms.yaml", cwd=repo)
    assert told.code == 1
    assert "runwright.toml" not in told.out


def test_they_are_read_from_git_too(repo: Path) -> None:
    git(repo, "init", "-q")
    committed(repo)
    (repo / "guard/forms.yaml").unlink()
    told = runwright("validate", "--ref", "HEAD", cwd=repo)
    assert "guard/forms.yaml:2" in told.out
    assert "runwright.toml:2" in told.out
