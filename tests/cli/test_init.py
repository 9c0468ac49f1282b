"""`runwright init`: a new repository that passes everything that it brings."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from runwright.cli.scaffold import scaffold
from tests.support.commands import runwright


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A new repository."""
    folder = tmp_path / "runbooks of ours"
    told = runwright("init", folder, "--owner", "@example/owners")
    assert told.code == 0, told.err
    return folder


@pytest.mark.parametrize("form", ["text", "json", "junit", "sarif", "markdown"])
def test_a_new_repository_is_clean_in_every_format(made: Path, form: str) -> None:
    told = runwright("validate", "--format", form, cwd=made)
    assert (told.code, told.err) == (0, "")
    assert told.out


def test_a_new_repository_is_formatted_and_its_schemas_are_current(made: Path) -> None:
    assert runwright("fmt", "--check", cwd=made).code == 0
    for name in ("runbook", "rule", "facts", "guard_forms"):
        assert runwright("schema", name).out == (made / "schemas" / f"{name}.schema.json").read_text("utf-8")
    assert runwright("schema", "language").out == (made / "runbooks" / "LANGUAGE.md").read_text("utf-8")


def test_a_new_repository_is_one_of_git_with_main(made: Path) -> None:
    head = subprocess.run(["git", "symbolic-ref", "HEAD"], cwd=made, check=True, capture_output=True, text=True)
    assert head.stdout == "refs/heads/main\n"


def test_inside_a_repository_no_other_one_is_made(made: Path) -> None:
    assert runwright("init", made / "inner").code == 0
    assert not (made / "inner" / ".git").exists()


def test_nothing_that_is_there_is_changed(made: Path) -> None:
    (made / "README.md").write_text("ours", "utf-8")
    (made / "runwright.toml").unlink()
    told = runwright("init", made)
    assert told.code == 0
    assert f"1 files written, {len(scaffold(None)) - 1} left as they were" in told.out
    assert (made / "README.md").read_text("utf-8") == "ours"
    assert (made / "runwright.toml").exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert runwright("init", tmp_path / "file" / "below").code == 1


@pytest.mark.parametrize("name", ["validate", "replay"])
def test_a_change_of_very_many_files_does_not_slip_past_a_filter_of_paths(made: Path, name: str) -> None:
    assert "paths:" not in (made / ".github" / "workflows" / f"{name}.yml").read_text("utf-8")


@pytest.mark.parametrize("name", ["validate", "replay", "report", "stale"])
def test_the_workflow_passes_its_linter_and_its_schema(made: Path, name: str) -> None:
    workflow = made / ".github" / "workflows" / f"{name}.yml"
    zizmor = shutil.which("zizmor", path=str(Path(sys.executable).parent))
    assert zizmor
    linted = subprocess.run([zizmor, "--offline", str(workflow)], check=False, capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(workflow)]
    checked = subprocess.run(command, check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


def test_the_hooks_are_those_that_the_project_offers(made: Path) -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml"]
    done = subprocess.run(command, cwd=made, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "runwright-fmt" in (made / ".pre-commit-config.yaml").read_text("utf-8")


def test_the_owner_must_approve(made: Path) -> None:
    assert "* @example/owners\n" in (made / ".github" / "CODEOWNERS").read_text("utf-8")


@pytest.mark.parametrize("owner", ["me", "@", "@me and @you", ""])
def test_an_owner_that_codeowners_would_not_read_is_refused(tmp_path: Path, owner: str) -> None:
    told = runwright("init", "new", "--owner", owner, cwd=tmp_path)
    assert told.code == 2
    assert "write @name" in told.err
    assert not (tmp_path / "new").exists()


def test_an_owner_who_comes_too_late_is_told(made: Path) -> None:
    told = runwright("init", made, "--owner", "@other")
    assert "CODEOWNERS was left as it was; name @other there yourself." in told.err


def test_before_the_first_commit_it_is_said_that_there_is_none(made: Path) -> None:
    for words in (("diff", "main"), ("validate", "--base", "main"), ("validate", "--changed-since", "main")):
        told = runwright(*words, cwd=made)
        assert told.code == 1
        assert "it has no commit yet: git add . && git commit" in told.err


def test_ci_gets_the_program_from_where_the_base_says_and_never_by_a_bare_name(tmp_path: Path) -> None:
    source = "runwright @ git+https://git.example/runwright@0123456789012345678901234567890123456789"
    assert runwright("init", tmp_path / "ours", "--source", source).code == 0
    lines = (tmp_path / "ours/.github/runwright.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == [source]
    workflow = (tmp_path / "ours/.github/workflows/validate.yml").read_text("utf-8")
    assert 'git show "$BASE:.github/runwright.txt"' in workflow
    told = runwright("init", tmp_path / "other", "--source", "runwright==1.0")
    assert (told.code, (tmp_path / "other").exists()) == (2, False)
    assert "names no place" in told.err


def test_without_a_place_nobody_is_guessed(made: Path) -> None:
    lines = (made / ".github/runwright.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == []
