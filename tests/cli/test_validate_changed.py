"""`validate --changed-since`: what a change is answerable for, read from Git without a checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.commands import committed, git, runwright, spoil, tree
from tests.support.made_library import made_library, made_runbook

FIRST, SECOND = (f"runbooks/linux/RB-LIN-MADE-0000{number}.yaml" for number in (0, 1))
RULE = b"id: L1-MADE\nname: x\ncheck_type: service\naction: run_runbook:RB-LIN-MADE-00001\n"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two runbooks on main and a branch that is checked out."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = made_library(tmp_path / "repo", 2)
    committed(root)
    git(root, "checkout", "--quiet", "-b", "change")
    return root


def since(repo: Path, *words: str) -> list[str]:
    """What is said, which is the same with and without a cache, and in a bare clone."""
    said = runwright("validate", "--changed-since", "main", *words, cwd=repo)
    assert runwright("validate", "--changed-since", "main", *words, cwd=repo) == said
    assert runwright("validate", "--changed-since", "main", "--no-cache", *words, cwd=repo) == said
    bare = repo.parent / f"{len(list(repo.parent.iterdir()))}.git"
    git(repo, "clone", "--quiet", "--bare", ".", str(bare))
    assert runwright("validate", "--changed-since", "main", "--repo", bare, *words) == said
    assert (said.err, said.code) == ("", int("0 errors" not in said.out))
    return said.out.splitlines()


def test_nothing_changed_is_nothing_to_tell(repo: Path) -> None:
    assert since(repo) == ["0 files, 0 errors, 0 warnings"]


def test_a_mistake_of_before_is_not_told_again(repo: Path) -> None:
    git(repo, "checkout", "--quiet", "main")
    spoil(repo, FIRST, b"service.restart", b"service.restrat")
    committed(repo)
    git(repo, "checkout", "--quiet", "-B", "change")
    (repo / SECOND).write_bytes(made_runbook(1, version=2))
    committed(repo)
    assert since(repo) == ["1 file, 0 errors, 0 warnings"]


def test_a_changed_file_is_told_with_everything_that_is_wrong_with_it(repo: Path) -> None:
    spoil(repo, FIRST, b"service.restart", b"service.restrat")
    committed(repo)
    version, action, count = since(repo)
    assert version == f"{FIRST}:4:1: RB-LIN-MADE-00000 changed, so its version must be 2, not 1 [versions]"
    assert action.startswith(f"{FIRST}:31:5: unknown action 'service.restrat'")
    assert count == "1 file, 2 errors, 0 warnings"


@pytest.mark.parametrize(("version", "good"), [(1, False), (2, True), (3, False), (0, False)])
def test_a_changed_runbook_has_the_next_version(repo: Path, version: int, good: bool) -> None:
    spoil(repo, FIRST, b"version: 1", b"version: %d" % version)
    spoil(repo, FIRST, b"settle: 5s", b"settle: 6s")
    committed(repo)
    assert (since(repo)[-1] == "1 file, 0 errors, 0 warnings") == good


def test_a_runbook_that_is_gone_and_still_named_is_told_where_it_is_named(repo: Path) -> None:
    git(repo, "checkout", "--quiet", "main")
    tree(repo, {"rules/promoted/L1-MADE.yaml": RULE})
    committed(repo)
    git(repo, "checkout", "--quiet", "-B", "change")
    (repo / SECOND).unlink()
    committed(repo)
    said = since(repo)
    assert said[0].startswith("rules/promoted/L1-MADE.yaml:4:1: runbook RB-LIN-MADE-00001 does not exist")
    assert said[-1].startswith("0 files, 1 error")


def test_what_happened_on_main_meanwhile_is_not_this_branchs_doing(repo: Path) -> None:
    (repo / SECOND).write_bytes(made_runbook(1, version=2))
    committed(repo)
    git(repo, "checkout", "--quiet", "main")
    (repo / FIRST).write_bytes(made_runbook(0, version=2))
    committed(repo)
    git(repo, "checkout", "--quiet", "change")
    assert since(repo) == ["1 file, 0 errors, 0 warnings"]


def test_what_is_not_committed_is_not_looked_at(repo: Path) -> None:
    spoil(repo, FIRST, b"service.restart", b"service.restrat")
    assert since(repo) == ["0 files, 0 errors, 0 warnings"]


def test_another_branch_than_the_one_checked_out_can_be_asked_for(repo: Path) -> None:
    spoil(repo, FIRST, b"service.restart", b"service.restrat")
    committed(repo)
    git(repo, "checkout", "--quiet", "main")
    assert since(repo) == ["0 files, 0 errors, 0 warnings"]
    assert since(repo, "--ref", "change")[-1] == "1 file, 2 errors, 0 warnings"


def test_links_and_strange_names_in_git_are_findings(repo: Path) -> None:
    (repo / "runbooks/linux/RB-LIN-LINK-1.yaml").symlink_to("/etc/passwd")
    (repo / "runbooks/linux/a\nb.yaml").write_bytes(b"a: 1")
    (repo / "runbooks/linux/rb-lin-made-00000.yaml").write_bytes(made_runbook(0))
    committed(repo)
    said = since(repo)
    assert "runbooks/linux/RB-LIN-LINK-1.yaml: is a link; links are not followed [file]" in said
    assert "runbooks/linux/a\\nb.yaml: the name has characters that no file here may have [file]" in said
    assert any("differs from runbooks/linux/RB-LIN-MADE-00000.yaml in case" in line for line in said)
    whole = runwright("validate", "--ref", "HEAD", cwd=repo)
    assert sum(line.endswith("[file]") for line in whole.out.splitlines()) == 3


def test_histories_that_never_met_are_compared_as_they_are(repo: Path) -> None:
    git(repo, "checkout", "--quiet", "--orphan", "fresh")
    spoil(repo, FIRST, b"settle: 5s", b"settle: 6s")
    committed(repo)
    assert since(repo)[0].endswith("changed, so its version must be 2, not 1 [versions]")


@pytest.mark.parametrize("words", [["--base", "main"], ["runbooks"]])
def test_what_makes_no_sense_together_is_refused(repo: Path, words: list[str]) -> None:
    assert runwright("validate", "--changed-since", "main", *words, cwd=repo).code == 2


def test_a_ref_that_is_none_is_refused(repo: Path) -> None:
    for ref in ("nope", "--upload-pack=x", "main~1", "0" * 40):
        told = runwright("validate", f"--changed-since={ref}", cwd=repo)
        assert (told.code, told.out) == (1, "")
        assert "is no branch, tag or commit" in told.err


JUDGES = (
    ".github/workflows/validate.yml",
    ".github/allowed_signers",
    ".github/CODEOWNERS",
    "runwright.toml",
    "guard/forms.yaml",
    "tools/runwright/checks/guard/words.py",
)


@pytest.mark.parametrize("path", JUDGES)
def test_a_runbook_that_brings_its_own_judges_is_refused(repo: Path, path: str) -> None:
    content = {"runwright.toml": b"[policy.risk.low]\napprovals = 1\n", "guard/forms.yaml": b"forms: []\n"}
    tree(repo, {FIRST: made_runbook(0, version=2), path: content.get(path, b"x\n")})
    committed(repo)
    assert f"{path}: changes who or what decides, and runbooks or rules change with it" in "\n".join(since(repo))


@pytest.mark.parametrize("path", JUDGES)
def test_the_judges_alone_may_be_changed(repo: Path, path: str) -> None:
    content = {"runwright.toml": b"[policy.risk.low]\napprovals = 1\n", "guard/forms.yaml": b"forms: []\n"}
    tree(repo, {path: content.get(path, b"x\n")})
    committed(repo)
    assert " 0 errors, 0 warnings" in since(repo)[-1]


def test_judges_that_the_base_has_changed_since_are_not_the_changes_doing(repo: Path) -> None:
    tree(repo, {FIRST: made_runbook(0, version=2)})
    committed(repo)
    git(repo, "checkout", "--quiet", "main")
    tree(repo, {".github/CODEOWNERS": b"* @acme/owners\n"})
    committed(repo)
    git(repo, "checkout", "--quiet", "change")
    assert since(repo) == ["1 file, 0 errors, 0 warnings"]
