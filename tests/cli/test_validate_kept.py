"""What `validate` keeps between runs never changes what it says."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runwright.adapters.verdict_store import MAX_RECORDS, VerdictStore
from runwright.cli import judging, kept
from runwright.cli.folder import list_content
from tests.support.commands import ENVIRONMENT, Answer, committed, in_a_process, runwright, spoil
from tests.support.made_library import made_library, made_runbook

FIRST = "runbooks/linux/RB-LIN-MADE-00000.yaml"
THIRD = "runbooks/linux/RB-LIN-MADE-00002.yaml"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Five runbooks that changed long ago, and a cache of their own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # Files are looked at as if it were later: what was written just now is not trusted to be settled.
    monkeypatch.setattr(kept, "MARGIN_NS", -(10**12))
    return made_library(tmp_path / "repo", 5)


def records(repo: Path) -> list[Path]:
    return sorted((repo.parent / "cache/runwright/verdicts").iterdir())


def both(repo: Path, *words: str) -> Answer:
    """What is said with what was kept, which must be what is said without."""
    said = runwright("validate", *words, cwd=repo)
    assert said == runwright("validate", "--no-cache", *words, cwd=repo)
    return said


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that are really read and checked."""
    seen: list[str] = []
    judge = judging.judge_file

    def noting(path: str, content: bytes, blob: str = "") -> judging.FileVerdict:
        seen.append(path)
        return judge(path, content, blob)

    monkeypatch.setattr(judging, "judge_file", noting)
    return seen


def test_a_second_run_reads_no_file(repo: Path, judged: list[str]) -> None:
    first = runwright("validate", cwd=repo)
    assert len(judged) == 5
    judged.clear()
    assert runwright("validate", cwd=repo) == first
    assert judged == []


def test_only_what_changed_is_read_again(repo: Path, judged: list[str]) -> None:
    runwright("validate", cwd=repo)
    judged.clear()
    spoil(repo, THIRD, b"service.restart", b"service.restrat")
    said = runwright("validate", cwd=repo)
    assert (said.code, judged) == (1, [THIRD])
    assert THIRD in said.out
    judged.clear()
    assert runwright("validate", cwd=repo) == said
    assert judged == []
    assert both(repo) == said


def test_findings_across_files_are_those_of_the_files_as_they_are(repo: Path) -> None:
    rule = b"id: L1-MADE\nname: x\ncheck_type: service\naction: run_runbook:RB-LIN-MADE-00002\n"
    (repo / "rules/promoted").mkdir(parents=True)
    (repo / "rules/promoted/L1-MADE.yaml").write_bytes(rule)
    assert both(repo).code == 0
    (repo / THIRD).unlink()
    said = both(repo)
    assert "rules/promoted/L1-MADE.yaml:4:1: runbook RB-LIN-MADE-00002 does not exist" in said.out
    (repo / THIRD).write_bytes(made_runbook(2))
    assert both(repo).code == 0


def test_a_file_that_moved_is_judged_at_its_new_place(repo: Path) -> None:
    both(repo)
    (repo / "runbooks/windows").mkdir()
    (repo / THIRD).rename(repo / "runbooks/windows/RB-LIN-MADE-00002.yaml")
    assert "RB-LIN-MADE-00002 belongs into runbooks/linux" in both(repo).out


def test_a_change_that_keeps_size_and_time_is_seen(repo: Path) -> None:
    runwright("validate", cwd=repo)
    state = (repo / FIRST).stat()
    with (repo / FIRST).open("r+b") as file:
        text = file.read().replace(b"service.restart", b"service.restrat")
        file.seek(0)
        file.write(text)
    os.utime(repo / FIRST, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert (repo / FIRST).stat().st_mtime_ns == state.st_mtime_ns
    assert both(repo).code == 1


def test_a_file_that_changed_just_before_it_was_read_is_read_again(
    repo: Path, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MARGIN_NS", 2 * 10**9)
    listing = list_content(repo)
    assert not kept.settled(listing.newest, listing.newest)
    assert not kept.settled(listing.newest, listing.newest + 10**9)
    assert kept.settled(listing.newest, listing.newest + 3 * 10**9)
    assert not kept.settled(time.time_ns() + 10**12, time.time_ns()), "a time to come is never trusted"
    runwright("validate", cwd=repo)
    spoil(repo, FIRST, b"service.restart", b"service.restrat")
    assert runwright("validate", cwd=repo).code == 1


def test_a_verdict_belongs_to_the_rules_that_gave_it(
    repo: Path, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    runwright("validate", cwd=repo)
    judged.clear()
    monkeypatch.setattr(kept, "rules_digest", lambda: "other rules")
    runwright("validate", cwd=repo)
    assert len(judged) == 5


def test_the_rules_are_every_byte_that_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = kept.rules_digest()
    assert ours == kept.rules_digest()
    monkeypatch.setattr(kept, "JUDGES", kept.JUDGES[1:])
    assert kept.rules_digest() != ours


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"x",
        b"\xff\xfe",
        b"{}",
        b"0" * 64 + b"\n{}",
        b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n",
    ],
)
def test_a_broken_record_counts_as_none(repo: Path, damage: bytes, judged: list[str]) -> None:
    good = runwright("validate", cwd=repo)
    for record in records(repo):
        record.write_bytes(damage)
    judged.clear()
    assert runwright("validate", cwd=repo) == good
    assert len(judged) == 5
    for record in records(repo):
        record.write_bytes(record.read_bytes()[:-20])
    assert runwright("validate", cwd=repo) == good


def test_a_folder_that_others_may_write_in_is_not_believed(repo: Path, judged: list[str]) -> None:
    runwright("validate", cwd=repo)
    (repo.parent / "cache/runwright/verdicts").chmod(0o777)
    judged.clear()
    assert runwright("validate", cwd=repo).code == 0
    assert len(judged) == 5


def test_a_cache_that_cannot_be_written_is_no_trouble(repo: Path) -> None:
    (repo.parent / "cache").write_bytes(b"a file where a folder should be")
    assert both(repo).code == 0


def test_nothing_is_kept_when_nothing_is_to_be_kept(repo: Path) -> None:
    runwright("validate", "--no-cache", cwd=repo)
    assert not (repo.parent / "cache").exists()


def test_two_processes_at_once_leave_whole_records(repo: Path) -> None:
    store = VerdictStore(repo.parent / "cache/runwright/verdicts")
    for turn in range(20):
        store.save("a", {"turn": turn, "text": "x" * 10_000})
        assert store.load("a")["turn"] == turn
    assert [path.name for path in records(repo)] == ["a.json"]


def test_the_cache_stays_within_its_bounds(repo: Path) -> None:
    store = VerdictStore(repo.parent / "cache/runwright/verdicts")
    for number in range(MAX_RECORDS + 5):
        store.save(f"{number}", number)
        os.utime(f"{store.folder}/{number}.json", (number, number))
    store.prune()
    assert len(records(repo)) == MAX_RECORDS
    assert store.load("0") is None
    assert store.load(f"{MAX_RECORDS + 4}") == MAX_RECORDS + 4


def test_verdicts_on_a_tree_of_git_are_shared_with_the_work_tree(repo: Path, judged: list[str]) -> None:
    committed(repo)
    runwright("validate", cwd=repo)
    judged.clear()
    assert runwright("validate", "--ref", "HEAD", cwd=repo).code == 0
    assert judged == []


@pytest.mark.parametrize("form", ["text", "json", "junit", "sarif", "markdown"])
def test_every_form_says_the_same_from_memory(repo: Path, form: str) -> None:
    spoil(repo, FIRST, b"service.restart", b"service.restrat")
    runwright("validate", cwd=repo)
    assert both(repo, "--format", form).code == 1


def test_an_unchanged_tree_needs_no_heavy_library(tmp_path: Path) -> None:
    root = made_library(tmp_path / "repo", 2)
    code = (
        "import sys\nfrom runwright.cli import kept\nfrom runwright.cli.main import cli, exit_code\n"
        f"kept.MARGIN_NS = -(10**12)\nsys.argv = ['runwright', 'validate', '--repo', {str(root)!r}]\n"
        "code = exit_code(lambda: cli.main(standalone_mode=False))\n"
        "print(code, *sorted({'pydantic', 'yaml', 'git', 'cryptography', 're2'} & sys.modules.keys()))"
    )
    said = []
    for _ in range(2):
        environment = {**ENVIRONMENT, "XDG_CACHE_HOME": str(tmp_path / "cache")}
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, check=True, timeout=60
        )
        said.append(done.stdout.decode().splitlines()[-1])
    assert said[0].startswith("0 pydantic")
    assert said[1] == "0"


def test_many_files_in_several_processes_say_what_one_says(tmp_path: Path) -> None:
    root = made_library(tmp_path / "repo", judging.MANY + 20)
    spoil(root, THIRD, b"service.restart", b"service.restrat")
    said = [in_a_process("validate", "--no-cache", "--jobs", jobs, "--format", "json", cwd=root) for jobs in "123"]
    assert said[0].code == 1
    assert said[0] == said[1] == said[2]
    assert json.loads(said[0].out)["files"] == judging.MANY + 20


def test_an_account_without_a_home_has_no_cache_and_is_served(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(user: int) -> pwd.struct_passwd:
        raise KeyError(user)

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    assert both(repo).code == 0
    assert kept.kept_for(repo) is None
