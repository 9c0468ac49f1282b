"""What `validate` says again without looking closer is what it would say if it looked."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from runwright.adapters.verdict_store import VerdictStore
from runwright.cli import again, kept, start
from tests.support.commands import ENVIRONMENT, committed, git, runwright, spoil, tree
from tests.support.made_library import made_library, made_runbook

FIRST = "runbooks/linux/RB-LIN-MADE-00000.yaml"
RIGHT, WRONG = b"service.restart", b"service.restrat"


@dataclass
class Shell:
    """Gives the command as a person does, in a folder, and takes note of what ran in earnest."""

    folder: Path
    ran: list[list[str]] = field(default_factory=list)

    def say(self, *words: str) -> tuple[int, str]:
        """What `validate` says, by whichever way."""
        sys.argv = ["runwright", "validate", *words]
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(out), pytest.raises(SystemExit) as left:
            start.main()
        out.seek(0)
        assert isinstance(left.value.code, int)
        return left.value.code, out.read()

    def truth(self, *words: str) -> tuple[int, str]:
        """What a closer look says."""
        said = runwright("validate", "--no-cache", *words, cwd=self.folder)
        return said.code, said.out

    def twice(self, *words: str) -> tuple[int, str]:
        """What is said, which must be the truth; said at once the second time."""
        said = self.say(*words)
        assert said == self.truth(*words)
        self.ran.clear()
        assert self.say(*words) == said
        assert self.ran == []
        return said

    def looks(self, *words: str) -> tuple[int, str]:
        """What is said after a closer look, which there must be."""
        self.ran.clear()
        said = self.say(*words)
        assert len(self.ran) == 1
        assert said == self.truth(*words)
        return said


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Three runbooks under Git that changed long ago, and a cache of their own."""
    from runwright.cli import main

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "argv", sys.argv)
    # Files are looked at as if it were later: what was written just now is not trusted to be settled.
    monkeypatch.setattr(again, "MARGIN_NS", -(10**12))
    monkeypatch.setattr(kept, "MARGIN_NS", -(10**12))
    shell = Shell(made_library(tmp_path / "repo", 3))
    committed(shell.folder)
    run = main.exit_code

    def noting(command: Callable[[], object]) -> int:
        shell.ran.append(sys.argv[2:])
        return run(command)

    monkeypatch.setattr(main, "exit_code", noting)
    return shell


def linked(path: Path) -> None:
    path.rename(path.with_suffix(".moved"))
    path.symlink_to(path.with_suffix(".moved"))


def same_size_and_time(path: Path) -> None:
    state = path.stat()
    text = path.read_bytes().replace(RIGHT, WRONG)
    with path.open("r+b") as file:
        file.write(text)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert (path.stat().st_mtime_ns, path.stat().st_size) == (state.st_mtime_ns, state.st_size)


def replaced_with_the_same_time(path: Path) -> None:
    state = path.stat()
    path.with_suffix(".new").write_bytes(path.read_bytes().replace(RIGHT, WRONG))
    os.utime(path.with_suffix(".new"), ns=(state.st_atime_ns, state.st_mtime_ns))
    path.with_suffix(".new").rename(path)


def piped(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_socket(path: Path) -> None:
    with contextlib.chdir(path.parent), socket.socket(socket.AF_UNIX) as one:
        one.bind("new.yaml")


CHANGES: dict[str, Callable[[Path], object]] = {
    "written": lambda path: path.write_bytes(path.read_bytes().replace(RIGHT, WRONG)),
    "same size and time": same_size_and_time,
    "replaced with the same time": replaced_with_the_same_time,
    "only touched": lambda path: os.utime(path, (1, 1)),
    "gone": Path.unlink,
    "a link instead": linked,
    "a pipe instead": piped,
    "a new pipe": lambda path: os.mkfifo(path.with_name("new.yaml")),
    "a new socket": a_socket,
    "a new link": lambda path: path.with_name("new.yaml").symlink_to("/etc/passwd"),
    "a new folder with a file": lambda path: tree(path.parent, {"a/b/c.yaml": b"id: x\n"}),
    "a new file": lambda path: path.with_name("new.yaml").write_bytes(b"id: x\n"),
    "renamed": lambda path: path.rename(path.with_name("RB-LIN-OTHER-001.yaml")),
    "in another folder": lambda path: path.rename(path.parent.parent / path.name),
    "an odd name": lambda path: path.with_name("a\nb.yaml").write_bytes(b""),
    "a name that is no text": lambda path: Path(os.fsdecode(os.fsencode(path.parent) + b"/\xff.yaml")).write_bytes(b""),
    "another folder": lambda path: tree(path.parents[2], {"rules/promoted/L1-X.yaml": b"id: L1-X\n"}),
    "policy": lambda path: (path.parents[2] / "runwright.toml").write_bytes(b"[risk\n"),
    "policy that is a link": lambda path: (path.parents[2] / "runwright.toml").symlink_to("nowhere"),
    "known commands": lambda path: tree(path.parents[2], {"guard/forms.yaml": b"forms: 1\n"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen(shell: Shell, change: str) -> None:
    shell.twice()
    CHANGES[change](shell.folder / FIRST)
    shell.looks()
    shell.twice()


def test_a_folder_that_became_a_link_is_seen(shell: Shell) -> None:
    shell.twice()
    (shell.folder / "runbooks").rename(shell.folder.parent / "elsewhere")
    (shell.folder / "runbooks").symlink_to("../elsewhere")
    assert "links are not followed" in shell.looks()[1]


def test_another_folder_with_the_same_files_is_another(shell: Shell) -> None:
    shell.twice()
    other = shell.folder.parent / "other"
    shutil.copytree(shell.folder, other, copy_function=os.link)
    shutil.rmtree(shell.folder)
    other.rename(shell.folder)
    shell.looks()


@pytest.mark.parametrize("bit", ["--assume-unchanged", "--skip-worktree"])
def test_what_git_is_told_to_overlook_is_not_overlooked(shell: Shell, bit: str) -> None:
    git(shell.folder, "update-index", bit, FIRST)
    shell.twice()
    spoil(shell.folder, FIRST, RIGHT, WRONG)
    assert shell.looks()[0] == 1


def test_what_git_ignores_is_not_overlooked(shell: Shell) -> None:
    (shell.folder / ".gitignore").write_text("new.yaml\n", "utf-8")
    shell.twice()
    (shell.folder / "runbooks/linux/new.yaml").write_bytes(b"id: x\n")
    assert shell.looks()[0] == 1


def test_a_change_in_a_repository_within_the_repository_is_seen(shell: Shell) -> None:
    inner = made_library(shell.folder / "runbooks/inner", 1)
    committed(inner)
    shell.twice()
    spoil(inner, FIRST, RIGHT, WRONG)
    shell.looks()


def test_a_sparse_checkout_is_judged_as_it_stands(shell: Shell) -> None:
    shell.twice()
    git(shell.folder, "sparse-checkout", "set", "--no-cone", "/*", f"!{FIRST}")
    assert not (shell.folder / FIRST).exists()
    assert "2 files" in shell.looks()[1]
    shell.twice()
    git(shell.folder, "sparse-checkout", "disable")
    assert "3 files" in shell.looks()[1]


def test_git_is_not_asked_at_all(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.twice()
    (shell.folder / ".git/config").write_text("[core]\n\tfsmonitor = touch hooked\n\tworktree = /\n", "utf-8")
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.setenv(name, "/nowhere")
    shell.twice()
    shutil.rmtree(shell.folder / ".git")
    shell.twice()
    spoil(shell.folder, FIRST, RIGHT, WRONG)
    assert shell.looks()[0] == 1
    assert not (shell.folder / "hooked").exists()


def test_findings_are_said_again_with_their_exit_code(shell: Shell) -> None:
    spoil(shell.folder, FIRST, RIGHT, WRONG)
    assert shell.twice()[0] == 1


@pytest.mark.parametrize(
    "words", [("--format", "sarif"), ("--repo", "../repo"), ("runbooks",), (FIRST,), ("--jobs", "2", ".")]
)
def test_other_words_are_another_command(shell: Shell, words: tuple[str, ...]) -> None:
    shell.twice()
    shell.looks(*words)
    shell.twice(*words)


def test_the_same_words_in_another_folder_are_another_command(shell: Shell) -> None:
    shell.twice("--repo", ".")
    shell.folder = made_library(shell.folder.parent / "second", 2)
    assert "2 files" in shell.looks("--repo", ".")[1]


def test_a_word_that_is_a_link_is_followed_anew(shell: Shell) -> None:
    link = shell.folder / "what"
    link.symlink_to("runbooks")
    (shell.folder / "rules").mkdir()
    (shell.folder / "rules/L1-X.yaml").write_bytes(b"id: L1-X\n")
    assert shell.twice("what/linux")[0] == 0
    (shell.folder / "rules/linux").mkdir()
    (shell.folder / "rules/linux/L1-Y.yaml").write_bytes(b"id: L1-Y\n")
    assert shell.twice("what/linux")[0] == 0
    link.unlink()
    link.symlink_to("rules")
    assert shell.looks("what/linux")[0] == 1


ELSEWHERE = [
    ("--no-cache",),
    ("--base", "HEAD"),
    ("--ref", "HEAD"),
    ("--changed-since", "HEAD"),
    ("--save", "said.json"),
]


@pytest.mark.parametrize("words", ELSEWHERE)
def test_what_looks_elsewhere_is_never_kept(shell: Shell, words: tuple[str, ...]) -> None:
    for _ in range(2):
        shell.looks(*words)


def test_a_file_outside_the_library_is_always_read(shell: Shell) -> None:
    loose = shell.folder / "loose.yaml"
    loose.write_bytes(made_runbook(7))
    for _ in range(2):
        assert shell.looks("loose.yaml")[0] == 0
    spoil(shell.folder, "loose.yaml", RIGHT, WRONG)
    assert shell.looks("loose.yaml")[0] == 1


def test_what_changed_just_now_is_not_settled(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "MARGIN_NS", 2 * 10**9)
    spoil(shell.folder, FIRST, b"version: 1", b"version: 2")
    for _ in range(2):
        shell.looks()
    seen = again.look(str(shell.folder), ["runbooks/"], [])
    assert seen is not None
    assert seen.newest >= (shell.folder / FIRST).stat().st_ctime_ns
    assert not seen.settled()
    seen.taken += 3 * 10**9 + 10**9 * 10_000
    assert seen.settled()


def test_a_change_of_the_package_is_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tree(tmp_path / "package", {"__init__.py": b"", "checks/one.py": b"1", "__pycache__/x.pyc": b""})
    monkeypatch.setattr("runwright.__file__", str(package / "__init__.py"))
    monkeypatch.setattr(sys, "path", [str(tmp_path / "installed")])
    (tmp_path / "installed").mkdir()

    def digest() -> str | None:
        seen = again.look(str(tmp_path / "repo"), ["runbooks/"], ["guard/forms.yaml"])
        return seen.digest if seen else None

    first = digest()
    assert first
    (package / "__pycache__/x.pyc").write_bytes(b"compiled anew")
    assert digest() == first
    (package / "checks/one.py").write_bytes(b"2")
    second = digest()
    assert second not in (first, None)
    (package / "checks/two.py").write_bytes(b"2")
    third = digest()
    assert third not in (second, None)
    (tmp_path / "installed/pydantic-9.dist-info").mkdir()
    assert digest() not in (third, None)
    (package / "checks/three.py").symlink_to("one.py")
    assert digest() is None, "what a link leads to may change unseen"


@pytest.mark.parametrize("damage", [b"", b"x", b"\xff", b"0" * 64 + b"\n", b"0" * 64 + b"\n\0\0\0\0\0\0"])
def test_a_broken_record_counts_as_none(shell: Shell, damage: bytes) -> None:
    shell.twice()
    (record,) = (shell.folder.parent / "cache/runwright/verdicts").glob("*-said-*")
    record.write_bytes(damage)
    shell.looks()
    shell.twice()


def test_a_cache_that_others_may_write_in_is_not_believed(shell: Shell) -> None:
    shell.twice()
    (shell.folder.parent / "cache/runwright/verdicts").chmod(0o777)
    for _ in range(2):
        shell.looks()


def test_a_folder_keeps_few_answers(shell: Shell) -> None:
    for count in range(40):
        shell.say("--jobs", str(1 + count))
    assert len(list((shell.folder.parent / "cache/runwright/verdicts").glob("*-said-*"))) <= 16


def test_text_is_kept_byte_for_byte(tmp_path: Path) -> None:
    store = VerdictStore(tmp_path / "cache")
    store.save_text("a", "\udcff\r\n\0ä")
    assert store.load_text("a") == "\udcff\r\n\0ä"
    assert store.load_text("b") is None


def test_nothing_that_takes_long_is_imported_for_it(tmp_path: Path) -> None:
    root = made_library(tmp_path / "repo", 2)
    code = (
        "import sys\nfrom runwright.cli import again, start\nagain.MARGIN_NS = -(10**12)\n"
        f"sys.argv = ['runwright', 'validate', '--repo', {str(root)!r}]\n"
        "try:\n    start.main()\nexcept SystemExit as left:\n"
        "    print(left.code, *sorted({'click', 'pydantic', 'json', 'typing', 'pathlib'} & sys.modules.keys()))"
    )
    environment = {**ENVIRONMENT, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    words, said = [sys.executable, "-S", "-c", code], []
    environment["PYTHONPATH"] += os.pathsep + os.pathsep.join(path for path in sys.path if "site-packages" in path)
    for _ in range(2):
        done = subprocess.run(words, env=environment, capture_output=True, check=True, timeout=60)
        said.append(done.stdout.decode().splitlines())
    assert said[0][0] == said[1][0] == "2 files, 0 errors, 0 warnings"
    assert said[0][1].startswith("0 click json")
    assert said[1][1] == "0"


def test_a_reader_that_went_away_is_no_trouble(shell: Shell) -> None:
    environment = {**ENVIRONMENT, "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"]}
    code = "from runwright.cli import again, start\nagain.MARGIN_NS = -(10**12)\nstart.main()"
    for _ in range(2):
        ours, theirs = os.pipe()
        os.close(ours)
        words = [sys.executable, "-c", code, "validate"]
        done = subprocess.run(
            words, cwd=shell.folder, env=environment, stdout=theirs, stderr=subprocess.PIPE, timeout=60, check=False
        )
        os.close(theirs)
        assert (done.returncode, done.stderr) == (1, b"")


def test_python_m_is_the_command(tmp_path: Path) -> None:
    root = made_library(tmp_path / "repo", 1)
    environment = {**ENVIRONMENT, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    words = [sys.executable, "-m", "runwright", "validate"]
    done = subprocess.run(words, cwd=root, env=environment, capture_output=True, check=True, timeout=60)
    assert done.stdout == b"1 file, 0 errors, 0 warnings\n"
