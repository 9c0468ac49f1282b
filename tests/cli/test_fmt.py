"""`runwright fmt`: files in canonical form, or what would change; what cannot be formatted stops nothing else."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import ENVIRONMENT, Answer, committed, git, runwright, tree

A, B, BAD = "runbooks/linux/RB-LIN-A-1.yaml", "rules/promoted/L1-B.yaml", "runbooks/any/RB-ANY-C-1.yaml"
UNTIDY = b"name: x   # why\nid: RB-LIN-A-1\nsteps:\n- {action: a.b, id: one}\n"
TIDY = b"id: RB-LIN-A-1\nname: x # why\nsteps:\n  - {id: one, action: a.b}\n"
RULE = b"id: L1-B\ncheck_type: service\n"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A runbook that is not canonical, and a rule that is."""
    return tree(tmp_path / "repo", {A: UNTIDY, B: RULE})


def piped(text: bytes, *words: str) -> Answer:
    argv = [sys.executable, "-m", "runwright.cli.main", "fmt", "-", *words]
    done = subprocess.run(argv, input=text, env=ENVIRONMENT, capture_output=True, timeout=60, check=False)
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_files_are_written_in_canonical_form_once(repo: Path) -> None:
    committed(repo)
    told = runwright("fmt", cwd=repo)
    assert (told.code, told.out) == (0, f"{A}: formatted\n")
    assert told.err == "2 files: 1 changed, 0 cannot be formatted\n"
    assert (repo / A).read_bytes() == TIDY
    assert git(repo, "diff", "--name-only") == A
    again = runwright("fmt", cwd=repo)
    assert (again.code, again.out) == (0, "")


def test_check_shows_the_difference_and_changes_nothing(repo: Path) -> None:
    told = runwright("fmt", "--check", cwd=repo)
    assert told.code == 1
    assert told.out == (
        f"--- a/{A}\n+++ b/{A}\n@@ -1,4 +1,4 @@\n"
        "-name: x   # why\n id: RB-LIN-A-1\n+name: x # why\n steps:\n-- {action: a.b, id: one}\n"
        "+  - {id: one, action: a.b}\n"
    )
    assert (repo / A).read_bytes() == UNTIDY
    assert runwright("fmt", "--check", "rules", cwd=repo) == Answer(
        0, "", "1 files: 0 would change, 0 cannot be formatted\n"
    )


def test_a_file_without_a_change_is_not_written(repo: Path) -> None:
    before = (repo / B).stat()
    assert runwright("fmt", cwd=repo).code == 0
    after = (repo / B).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_the_mode_of_a_file_is_kept_and_nothing_else_is_left(repo: Path) -> None:
    (repo / A).chmod(0o640)
    assert runwright("fmt", A, cwd=repo).code == 0
    assert stat.S_IMODE((repo / A).stat().st_mode) == 0o640
    assert os.listdir((repo / A).parent) == ["RB-LIN-A-1.yaml"]


def test_what_cannot_be_formatted_is_told_and_the_others_are_formatted(repo: Path) -> None:
    tree(repo, {BAD: b"id: [\n"})
    told = runwright("fmt", cwd=repo)
    assert told.code == 1
    assert told.err.startswith(f"{BAD}:2:1: not valid YAML")
    assert told.err.endswith("3 files: 1 changed, 1 cannot be formatted\n")
    assert (repo / A).read_bytes() == TIDY
    assert (repo / BAD).read_bytes() == b"id: [\n"


def test_a_link_is_never_followed(repo: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.write_bytes(UNTIDY)
    (repo / BAD).parent.mkdir(parents=True)
    (repo / BAD).symlink_to(elsewhere)
    (repo / "rules/linked").symlink_to(tmp_path)
    for told in (runwright("fmt", cwd=repo), runwright("fmt", BAD, cwd=repo)):
        assert told.code == 1
        assert f"{BAD}: is a link; links are not followed" in told.err
    assert runwright("fmt", "rules/linked", cwd=repo).code == 1
    assert runwright("fmt", "rules/linked/elsewhere.yaml", cwd=repo).code == 1
    assert elsewhere.read_bytes() == UNTIDY
    assert (repo / BAD).is_symlink()


def test_a_pipe_is_not_waited_for(repo: Path) -> None:
    os.mkfifo(repo / "rules/pipe.yaml")
    told = runwright("fmt", "rules", cwd=repo)
    assert told.code == 1
    assert "rules/pipe.yaml: is not a regular file" in told.err


def test_standard_input_comes_out_in_canonical_form() -> None:
    assert piped(UNTIDY) == Answer(0, TIDY.decode(), "")
    assert piped(TIDY, "--check") == Answer(0, "", "")
    told = piped(UNTIDY, "--check")
    assert told.code == 1
    assert told.out.startswith("--- a/<stdin>\n+++ b/<stdin>\n@@ ")
    wrong = piped(b"a: [")
    assert (wrong.code, wrong.out) == (1, "")
    assert wrong.err.startswith("<stdin>:2:1: not valid YAML")


def test_what_a_terminal_would_obey_is_not_shown(repo: Path) -> None:
    tree(repo, {BAD: 'name: x\nid: "a\u202eb"\n'.encode()})
    told = runwright("fmt", "--check", BAD, cwd=repo)
    assert told.code == 1
    assert "\u202e" not in told.out


def test_a_wrong_use_is_told(tmp_path: Path) -> None:
    assert runwright("fmt", cwd=tmp_path).code == 2
    assert runwright("fmt", "-", "x.yaml", cwd=tmp_path).code == 2
    told = runwright("fmt", "none.yaml", cwd=tmp_path)
    assert (told.code, told.err.splitlines()[0]) == (1, "none.yaml: cannot be read: No such file or directory")
