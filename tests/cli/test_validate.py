"""`runwright validate` on real folders and real repositories."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from runwright.cli.folder import MAX_FILE
from tests.support import cases
from tests.support.commands import committed, git, in_a_process, runwright, spoil, tree

WINDOWS = "runbooks/windows/RB-WIN-CASE-002.yaml"
LINUX = "runbooks/linux/RB-LIN-CASE-001.yaml"
RULE = "rules/promoted/L1-CASE-SERVICE.yaml"
COUNT = len(cases.library())
GOOD = f"{COUNT} files, 0 errors, 0 warnings\n"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """The accepted cases in a folder."""
    return tree(tmp_path / "repo")


def test_our_own_library_is_valid() -> None:
    told = runwright("validate")
    assert (told.code, told.err) == (0, "")


def test_a_good_folder_is_good(repo: Path) -> None:
    told = runwright("validate", cwd=repo)
    assert (told.code, told.out, told.err) == (0, GOOD, "")
    assert runwright("validate", "--repo", repo) == told
    assert in_a_process("validate", cwd=repo) == told


def test_a_mistake_is_told_with_file_line_and_column(repo: Path) -> None:
    spoil(repo, WINDOWS, b"service.restart", b"service.restrat")
    told = in_a_process("validate", cwd=repo)
    assert told.code == 1
    assert told.out == (
        f"{WINDOWS}:12:3: unknown action 'service.restrat'; did you mean service.restart? [actions]\n"
        f"{COUNT} files, 1 error, 0 warnings\n"
    )


def test_a_warning_alone_is_no_failure(repo: Path) -> None:
    (case,) = [case for case in cases.refused() if case.name == "destructive-and-unguarded"]
    tree(repo, {case.path: case.content})
    told = runwright("validate", cwd=repo)
    assert told.code == 0
    assert told.out.endswith(f"{COUNT + 1} files, 0 errors, 1 warning\n")


def test_only_what_is_named_is_told_and_everything_is_known(repo: Path) -> None:
    spoil(repo, WINDOWS, b"service.restart", b"service.restrat")
    # The rule names a runbook of another file: that is no mistake of the rule.
    for words in ([RULE], ["rules"], [LINUX, RULE], [repo / LINUX], ["./runbooks/../rules"]):
        assert runwright("validate", *words, cwd=repo).code == 0, words
    for words in ([WINDOWS], ["runbooks"], ["."], [repo], [RULE, WINDOWS]):
        assert runwright("validate", *words, cwd=repo).code == 1, words


def test_a_file_outside_a_library_is_checked_as_what_it_seems_to_be(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("id: x\nsteps: []\n")
    (tmp_path / "rule.yaml").write_text("id: L1-X\ncheck_type: service\naction: run_runbook:RB-NO-SUCH-001\nname: x\n")
    (tmp_path / "run.json").write_text('{"execution_id": "x"')
    told = runwright("validate", "other.yaml", "rule.yaml", "run.json", cwd=tmp_path)
    assert told.code == 1
    for said in ("other.yaml:1:1: `id`", "rule.yaml:3:1: runbook RB-NO-SUCH-001 does not exist", "run.json: $: not"):
        assert said in told.out
    assert "belongs into" not in told.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing.yaml"], "nothing.yaml: there is no such file or folder"),
        (["/etc/hosts"], "/etc/hosts: holds nothing to check"),
        (["docs"], "docs: holds nothing to check"),
        (
            ["--repo", "docs"],
            "docs: there is no runbooks/, rules/, tests/recordings/ here; name the folder that holds them with --repo",
        ),
        (["--ref", "main"], "is no Git repository; name the folder that holds .git"),
    ],
)
def test_a_place_with_nothing_to_check_is_never_called_good(repo: Path, words: list[str], said: str) -> None:
    tree(repo, {"other.yaml": b"id: x", "docs/a.txt": b""})
    told = runwright("validate", *words, cwd=repo)
    assert told.code == 1
    assert said in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""


# What a tree may hold


def odd(repo: Path, kind: str) -> Path:
    """Put something strange where a runbook is expected."""
    place, linux = repo / "runbooks/linux/RB-LIN-ODD-1.yaml", repo / "runbooks/linux"
    outside = tree(repo.parent / "outside", {"secret.yaml": b"secret: 1", "folder/a.yaml": b"secret: 1"})
    links = {
        "a link to a file": (place, outside / "secret.yaml"),
        "a link to a file of ours": (place, repo / LINUX),
        "a link to nothing": (place, outside / "nothing"),
        "a link to itself": (place, place),
        "a link to a device": (place, Path("/dev/zero")),
        "a link to a folder": (linux / "more", outside / "folder"),
        "a link to the folder above": (linux / "up", repo),
        "content that is a link": (repo / "rules", outside),
        "content that is a broken link": (repo / "tests/recordings", outside / "nothing"),
    }
    files = {
        "a file that is too large": (place, b"a" * (MAX_FILE + 1)),
        "a name with a line end": (linux / "a\n::error::b.yaml", b"a: 1"),
        "a name with an escape": (linux / "\x1b[31m.yaml", b"a: 1"),
        "a name that runs backwards": (linux / "a\u202elmay.yaml", b"a: 1"),
        "a name that is not UTF-8": (Path(os.fsdecode(bytes(linux) + b"/\xff.yaml")), b"a: 1"),
        "content that is a file": (repo / "rules", b""),
    }
    if kind.startswith("content"):
        shutil.rmtree(repo / "rules")
        (repo / "tests").mkdir()
    if kind in links:
        links[kind][0].symlink_to(links[kind][1])
    elif kind in files:
        files[kind][0].write_bytes(files[kind][1])
    elif kind == "a pipe":
        os.mkfifo(place)
    elif kind == "a socket":
        with socket.socket(socket.AF_UNIX) as listening, contextlib.chdir(linux):
            listening.bind(place.name)
    else:
        (repo / "runbooks/a\tb").mkdir()
    return place


ODD = [
    "a link to a file", "a link to a file of ours", "a link to nothing", "a link to itself", "a link to a device",
    "a link to a folder",
    "a link to the folder above", "a pipe", "a socket", "a file that is too large", "a name with a line end",
    "a name with an escape",
    "a name that runs backwards", "a name that is not UTF-8", "a folder with a strange name", "content that is a link",
    "content that is a file", "content that is a broken link",
]  # fmt: skip


@pytest.mark.parametrize("kind", ODD)
def test_what_is_no_plain_file_is_a_finding_of_one_line_and_at_once(repo: Path, kind: str) -> None:
    odd(repo, kind)
    told = runwright("validate", "--no-cache", cwd=repo)
    assert (told.code, told.err) == (1, "")
    (line,) = (line for line in told.out.splitlines() if line.endswith("[file]"))
    assert line.isprintable()
    assert "secret" not in told.out
    again = runwright("validate", "--format", "json", cwd=repo)
    assert [f["path"] for f in json.loads(again.out)["findings"] if f["rule"] == "file"] == [line.split(": ")[0]]


@pytest.mark.parametrize("kind", ODD)
def test_a_verb_that_needs_the_whole_library_stops_at_it(repo: Path, kind: str) -> None:
    committed(repo)
    odd(repo, kind)
    told = runwright("diff", "main", cwd=repo)
    assert (told.code, told.out, told.err.count("\n")) == (1, "", 1)
    assert told.err.strip().isprintable()
    assert "secret" not in told.err


@pytest.mark.parametrize("kind", ["a link to a file", "a pipe"])
def test_naming_it_makes_it_no_better(repo: Path, kind: str) -> None:
    place = odd(repo, kind)
    told = runwright("validate", place, cwd=repo)
    assert (told.code, told.err) == (1, "")
    assert told.out.count("[file]") == 1
    assert told.out.startswith(place.relative_to(repo).as_posix())


def test_names_that_differ_in_case_alone_are_found(repo: Path) -> None:
    (repo / "runbooks/linux/rb-lin-case-001.yaml").write_bytes((repo / LINUX).read_bytes())
    told = runwright("validate", cwd=repo)
    assert "runbooks/linux/rb-lin-case-001.yaml: differs from runbooks/linux/RB-LIN-CASE-001.yaml in case" in told.out


def test_a_folder_of_any_depth_is_looked_through(repo: Path) -> None:
    (repo / "runbooks/deep").mkdir()
    with contextlib.chdir(repo / "runbooks/deep"):
        for _ in range(1200):
            Path("d").mkdir()
            os.chdir("d")
        Path("RB-LIN-DEEP-1.yaml").write_bytes(b"id: [")
    told = runwright("validate", cwd=repo)
    # Neither Python nor pytest could remove it.
    subprocess.run(["rm", "-rf", repo / "runbooks/deep"], check=True)
    assert "RB-LIN-DEEP-1.yaml:2:1: not valid YAML" in told.out


def test_a_folder_called_like_a_file_is_a_folder(repo: Path) -> None:
    (repo / "runbooks/linux/folder.yaml").mkdir()
    assert runwright("validate", cwd=repo).out == GOOD


def test_a_hostile_file_writes_no_line_of_its_own_into_the_log(repo: Path) -> None:
    hostile = b'"a\\n::error::owned\\e[2J": 1\nid: !<%0A::set-output::> x\n'
    tree(repo, {"runbooks/linux/RB-LIN-EVIL-1.yaml": hostile})
    for form in ("text", "markdown"):
        told = runwright("validate", "--format", form, cwd=repo)
        assert told.code == 1
        assert all(line.isprintable() for line in told.out.splitlines())
        assert not any(line.lstrip("- `").startswith("::") for line in told.out.splitlines())


# Git


def test_a_tree_in_git_is_checked_without_a_checkout(repo: Path) -> None:
    first = committed(repo)
    git(repo, "tag", "--annotate", "--message", "one", "v1")
    spoil(repo, WINDOWS, b"service.restart", b"service.restrat")
    second = committed(repo)
    git(repo, "branch", "old", first)
    bare = repo.parent / "bare.git"
    git(repo, "clone", "--quiet", "--bare", ".", str(bare))
    for place in (repo, bare):
        for ref in (first, "old", "refs/heads/old", "v1", "refs/tags/v1"):
            assert runwright("validate", "--repo", place, "--ref", ref).out == GOOD, ref
        for ref in (second, "main", "HEAD"):
            assert runwright("validate", "--repo", place, "--ref", ref).code == 1, ref


def test_a_change_is_checked_against_the_tree_before_it(repo: Path) -> None:
    committed(repo)
    spoil(repo, WINDOWS, b"default: Spooler", b"default: Fax")
    told = runwright("validate", "--base", "main", cwd=repo)
    assert told.code == 1
    assert f"{WINDOWS}:3:1: RB-WIN-CASE-002 changed, so its version must be 2, not 1 [versions]" in told.out
    spoil(repo, WINDOWS, b"version: 1", b"version: 2")
    assert runwright("validate", "--base", "main", cwd=repo).code == 0


def test_a_change_is_checked_against_what_git_finds_by_its_words(repo: Path) -> None:
    committed(repo)
    spoil(repo, WINDOWS, b"default: Spooler", b"default: Fax")
    second = committed(repo)
    # A tag of the branch's name and a branch of the commit's are no other commit.
    git(repo, "tag", "main", "HEAD~1")
    for base in ("HEAD~1", "HEAD^", "main~1", "main^", f"{second}~1", f"{second[:9]}^", "refs/heads/main~1"):
        told = runwright("validate", "--base", base, cwd=repo)
        assert (told.code, told.err) == (1, ""), base
        assert "so its version must be 2, not 1" in told.out
        assert runwright("diff", base, "HEAD", cwd=repo).out.startswith("RB-WIN-CASE-002"), base
        assert runwright("replay", "--base", base, "--head", "HEAD", cwd=repo).err == "", base
    for same in ("main", "HEAD", "@", second[:9], "main~0"):
        assert runwright("validate", "--base", same, cwd=repo).code == 0, same


HOSTILE_REFS = [
    "nope",
    "--upload-pack=touch marker",
    "-x",
    "main:x",
    "main~1",
    "../main",
    "a b",
    "$(touch marker)",
    "HEAD^{tree}",
    "HEAD:runbooks",
    "HEAD~1000",
    "^main",
    "main^!",
    "main..main",
    "--all",
    "main~1\x1b[2J",
    ":/nope",
    "é",
    "0" * 40,
]


@pytest.mark.parametrize("ref", HOSTILE_REFS)
def test_a_ref_that_is_none_is_refused_before_git_sees_it(repo: Path, ref: str) -> None:
    committed(repo)
    for words in (
        ["validate", f"--ref={ref}"],
        ["validate", f"--base={ref}"],
        ["diff", "--", ref],
        ["diff", "--", "main", ref],
    ):
        told = runwright(*words, cwd=repo)
        assert told.code == 1
        # To `diff`, what begins with ../ is a path, and one that holds no content.
        as_a_path = words[0] == "diff" and "has content there" in told.err
        assert as_a_path or f"{ref!r} is no branch, tag or commit of ." in told.err
        assert told.err.count("\n") == 1
    assert not (repo / "marker").exists()


def test_a_warning_is_told_as_one(repo: Path) -> None:
    (case,) = [case for case in cases.refused() if case.name == "destructive-and-unguarded"]
    tree(repo, {case.path: case.content})
    assert f"{case.place}: warning: step " in runwright("validate", cwd=repo).out
    assert f"{case.place}: warning: step " in runwright("validate", "--format", "markdown", cwd=repo).out
