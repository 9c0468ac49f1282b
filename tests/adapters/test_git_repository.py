"""Git as plumbing, on real bare repositories: byte-exact objects, compare-and-swap, hostile names and surroundings."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runwright.adapters import git as runner
from runwright.adapters.git_repository import EMPTY_TREE, GitRepository, NewCommit, RefChange, RefMoved
from runwright.errors import ContentError, EdgeError, TrustError
from runwright.release.objects import Identity, commit_bytes, object_id, parse_commit, signed_commit
from tests.support.forge import NOW, key_of
from tests.support.hostile_names import MARKER, PATHS, REFS, REMOTES

DANA = Identity.of("dana")


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository.init_bare(tmp_path / "repo.git")


def commit(repository: GitRepository, files: dict[str, bytes | None], *parents: str) -> str:
    return repository.write_commit(NewCommit("a change\n", DANA, NOW, files, parents))


def plain_git(repository: GitRepository, *words: str) -> str:
    command = ["git", "-C", str(repository.path), *words]
    return subprocess.run(command, capture_output=True, check=True, timeout=30, text=True).stdout


def test_a_commit_holds_exactly_its_bytes(repository: GitRepository) -> None:
    files: dict[str, bytes | None] = {"a/b.yaml": b"\x00\xff\r\n\n\n", "c": b"", "spaced name": b"x"}
    oid = commit(repository, files)
    assert repository.read_files(oid) == files
    assert repository.read_file(oid, "a/b.yaml") == files["a/b.yaml"]
    assert repository.read_file(oid, "a") is None
    assert repository.read_file(oid, "nothing") is None


def test_the_same_values_give_the_same_commit(repository: GitRepository, tmp_path: Path) -> None:
    other = GitRepository.init_bare(tmp_path / "other.git")
    assert commit(repository, {"a": b"1"}) == commit(other, {"a": b"1"})


def test_writing_a_commit_moves_no_reference(repository: GitRepository) -> None:
    commit(repository, {"a": b"1"})
    assert repository.refs("refs/heads/") == {}
    assert plain_git(repository, "for-each-ref") == ""


def test_what_an_import_that_was_killed_left_behind_stops_no_later_one(repository: GitRepository) -> None:
    oid = commit(repository, {"a": b"1"})
    packs = repository.path / "objects" / "pack"
    (made,) = packs.glob("*.pack")
    for part in packs.iterdir():
        part.unlink()
    made.with_suffix(".keep").write_text("fast-import\n")  # killed between its mark and its pack
    assert commit(repository, {"a": b"1"}) == oid
    assert repository.read_files(oid) == {"a": b"1"}


def test_two_who_write_the_same_commit_at_once_both_succeed(repository: GitRepository) -> None:
    files: dict[str, bytes | None] = {f"{number}": b"%d" % number for number in range(50)}
    with ThreadPoolExecutor(8) as pool:
        rounds = [{**files, "round": b"%d" % turn} for turn in range(10) for _ in range(8)]
        oids = list(pool.map(lambda each: commit(repository, each), rounds))
    assert len(set(oids)) == 10
    assert plain_git(repository, "fsck", "--strict", "--no-dangling") == ""


def test_files_are_set_and_deleted_on_top_of_the_parent(repository: GitRepository) -> None:
    first = commit(repository, {"a": b"1", "b": b"2"})
    second = commit(repository, {"a": None, "c": b"3"}, first)
    assert repository.read_files(second) == {"b": b"2", "c": b"3"}
    assert repository.changed_paths(first, second) == ("a", "c")
    assert repository.changed_paths(None, first) == ("a", "b")
    assert repository.touched_paths(first) == ("a", "b")


def test_many_files_are_read_in_one_call(repository: GitRepository) -> None:
    files: dict[str, bytes | None] = {f"rules/{number}.yaml": b"%d\n" % number for number in range(2000)}
    oid = commit(repository, files | {"other": b"x"})
    assert repository.read_files(oid, "rules/") == files
    assert len(repository.list_tree(oid, "rules/")) == 2000


def test_every_written_repository_passes_fsck(repository: GitRepository) -> None:
    first = commit(repository, {"a": b"1"})
    repository.update_refs([RefChange("refs/heads/main", first, None)])
    payload = commit_bytes(repository.tree_of(first), (first,), DANA, NOW, "signed\n")
    signed = repository.write_object("commit", signed_commit(payload, key_of("dana")))
    repository.update_refs([RefChange("refs/heads/main", signed, first)])
    assert "error" not in plain_git(repository, "fsck", "--strict")


@pytest.mark.parametrize("data", [b"", b"\n", b"\n\n", b"a\r\n", b"\x00", b"x" * 100_000, bytes(range(256)) * 300])
def test_objects_are_stored_byte_for_byte(repository: GitRepository, data: bytes) -> None:
    oid = repository.write_object("blob", data)
    assert oid == object_id("blob", data)
    assert repository.read_object(oid).data == data


def test_commits_are_taken_apart_as_they_were_put_together(repository: GitRepository) -> None:
    first = commit(repository, {"a": b"1"})
    payload = commit_bytes(EMPTY_TREE, (first,), DANA, NOW, "subject\n\nbody\n\nKey: value\n")
    parsed = parse_commit(signed_commit(payload, key_of("dana")))
    assert parsed.payload == payload
    assert (parsed.tree, parsed.parents, parsed.author) == (EMPTY_TREE, (first,), DANA)
    assert parsed.trailer("Key") == "value"
    assert parsed.trailer("subject") == ""
    assert parsed.committed_at == NOW


@pytest.mark.parametrize(
    "data", [b"", b"tree x", b"tree a\n\nm", b"author x\n\nm", b"\n\n", b"tree a\nauthor b\ncommitter c\n\n"]
)
def test_a_commit_that_git_would_not_write_is_refused(data: bytes) -> None:
    with pytest.raises(TrustError, match=r"object\.malformed"):
        parse_commit(data)


def test_a_malformed_object_is_not_stored(repository: GitRepository) -> None:
    with pytest.raises(EdgeError):
        repository.write_object("commit", b"tree x\n")


# References


def test_a_reference_moves_only_from_where_it_was_expected(repository: GitRepository) -> None:
    first, second = commit(repository, {"a": b"1"}), commit(repository, {"a": b"2"})
    repository.update_refs([RefChange("refs/heads/main", first, None)])
    for expected in (None, second):
        with pytest.raises(RefMoved):
            repository.update_refs([RefChange("refs/heads/main", second, expected)])
    assert repository.resolve("refs/heads/main") == first
    repository.update_refs([RefChange("refs/heads/main", None, first)])
    assert repository.resolve("refs/heads/main") is None


def test_references_move_together_or_not_at_all(repository: GitRepository) -> None:
    first, second = commit(repository, {"a": b"1"}), commit(repository, {"a": b"2"})
    repository.update_refs([RefChange("refs/heads/main", first, None)])
    both = [RefChange("refs/heads/other", second, None), RefChange("refs/heads/main", second, second)]
    with pytest.raises(RefMoved):
        repository.update_refs(both)
    assert repository.refs("refs/heads/") == {"refs/heads/main": first}


def test_ids_resolve_to_themselves_when_they_exist(repository: GitRepository) -> None:
    first = commit(repository, {"a": b"1"})
    assert repository.resolve(first) == first
    assert repository.resolve("1" * 40) is None


# History


def test_history_is_read_newest_first(repository: GitRepository) -> None:
    first = commit(repository, {"a": b"1"})
    left, right = commit(repository, {"b": b"1"}, first), commit(repository, {"c": b"1"}, first)
    merged = commit(repository, {"c": b"1"}, left, right)
    assert repository.log(merged, first_parent=True) == (merged, left, first)
    assert set(repository.log(merged, first)) == {merged, left, right}
    assert repository.merge_base(left, right) == first
    assert repository.merge_base(left, commit(repository, {"z": b"1"})) is None
    assert repository.is_ancestor(first, merged)
    assert not repository.is_ancestor(merged, first)
    assert repository.merge_tree(left, right) == repository.tree_of(merged)


def test_a_conflict_has_no_tree(repository: GitRepository) -> None:
    first = commit(repository, {"a": b"1"})
    left, right = commit(repository, {"a": b"2"}, first), commit(repository, {"a": b"3"}, first)
    assert repository.merge_tree(left, right) is None


# Other repositories


def test_a_shallow_fetch_brings_one_commit(repository: GitRepository, tmp_path: Path) -> None:
    first = commit(repository, {"a": b"1"})
    second = commit(repository, {"a": b"2"}, first)
    repository.update_refs([RefChange("refs/heads/main", second, None)])
    mine = GitRepository.init_bare(tmp_path / "mine.git")
    mine.fetch(str(repository.path), {"refs/heads/main": "refs/runwright/theirs"})
    assert mine.resolve("refs/runwright/theirs") == second
    assert mine.log(second) == (second,)


def test_a_fetch_of_what_is_not_there_is_told(repository: GitRepository, tmp_path: Path) -> None:
    with pytest.raises(EdgeError, match="failed"):
        repository.fetch(str(tmp_path / "nowhere.git"), {"refs/heads/main": "refs/runwright/theirs"})


def test_malformed_objects_of_a_remote_are_refused(repository: GitRepository, tmp_path: Path) -> None:
    """A tree with an entry named `..` is what git never writes; it is put there by hand."""
    blob = repository.write_object("blob", b"x")
    entry = b"100644 ..\0" + bytes.fromhex(blob)
    command = ["git", "-C", str(repository.path), "hash-object", "-w", "--stdin", "-t", "tree", "--literally"]
    tree = subprocess.run(command, input=entry, capture_output=True, check=True, timeout=30).stdout.decode().strip()
    oid = repository.write_object("commit", commit_bytes(tree, (), DANA, NOW, "x"))
    repository.update_refs([RefChange("refs/heads/main", oid, None)])
    mine = GitRepository.init_bare(tmp_path / "mine.git")
    with pytest.raises(TrustError, match=r"objects\.malformed"):
        mine.fetch(str(repository.path), {"refs/heads/main": "refs/runwright/theirs"})


# Hostile names


@pytest.mark.parametrize(
    "use",
    [
        lambda repository, name: repository.resolve(name),
        lambda repository, name: repository.update_refs([RefChange(name, None, None)]),
        lambda repository, name: repository.fetch("/srv/x", {name: "refs/heads/x"}),
        lambda repository, name: repository.fetch("/srv/x", {"refs/heads/x": name}),
    ],
)
def test_a_hostile_reference_never_reaches_git(
    repository: GitRepository, use: Callable[[GitRepository, str], object]
) -> None:
    for name in REFS:
        with pytest.raises(ContentError):
            use(repository, name)
    assert not Path(MARKER).exists()


def test_a_hostile_folder_of_references_never_reaches_git(repository: GitRepository) -> None:
    for name in REFS:
        with pytest.raises(ContentError):
            repository.refs(f"{name}/../")
    assert not Path(MARKER).exists()


def test_a_hostile_path_never_reaches_git(repository: GitRepository) -> None:
    oid = commit(repository, {"a": b"1"})
    for name in PATHS:
        with pytest.raises(ContentError):
            commit(repository, {name: b"x"})
        if name:
            with pytest.raises(ContentError):
                repository.read_file(oid, name)
    assert not Path(MARKER).exists()


def test_a_hostile_remote_never_reaches_git(repository: GitRepository) -> None:
    for name in REMOTES:
        with pytest.raises(ContentError):
            repository.fetch(name, {"refs/heads/main": "refs/heads/x"})
    assert not Path(MARKER).exists()


@pytest.mark.parametrize("name", ["a<b", "a>b", "a\nb", "", "a\x00b", "x" * 101])
def test_a_hostile_identity_is_refused(name: str) -> None:
    with pytest.raises(ContentError):
        Identity(name, "dana@example.org")


# Hostile surroundings


def test_no_hook_runs(repository: GitRepository, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    hook = repository.path / "hooks" / "reference-transaction"
    hook.parent.mkdir()
    hook.write_text(f"#!/bin/sh\ntouch {marker}\n")
    hook.chmod(0o755)
    repository.update_refs([RefChange("refs/heads/main", commit(repository, {"a": b"1"}), None)])
    assert not marker.exists()


def test_the_users_configuration_is_not_read(
    repository: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".gitconfig").write_text("[alias]\nx = y\n[core]\nbroken line\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / ".gitconfig"))
    assert commit(repository, {"a": b"1"})


def test_an_outer_git_does_not_leak_in(
    repository: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This is what a program sees that is started from a hook of another repository."""
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path / "objects"))
    monkeypatch.setenv("GIT_NAMESPACE", "other")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.bare")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "nonsense")
    oid = commit(repository, {"a": b"1"})
    assert object_id("commit", repository.read_object(oid).data) == oid
    assert not (tmp_path / "objects").exists()


def test_replaced_objects_are_read_as_they_are(repository: GitRepository) -> None:
    first, second = commit(repository, {"a": b"1"}), commit(repository, {"a": b"2"})
    plain_git(repository, "replace", first, second)
    assert repository.read_file(first, "a") == b"1"


def test_a_folder_that_is_no_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(EdgeError, match="no bare Git repository"):
        GitRepository(tmp_path).refs("refs/heads/")


def test_a_call_that_takes_too_long_is_stopped(repository: GitRepository, tmp_path: Path) -> None:
    """git reads a pipe that nobody writes to."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(EdgeError, match="stopped after"):
        runner.run(repository.path, ["hash-object", str(tmp_path / "pipe")], limit=0.2)


def test_a_missing_git_is_told(repository: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(EdgeError, match="git was not found"):
        repository.refs("refs/heads/")


def test_many_commits_do_not_leave_many_packs(repository: GitRepository) -> None:
    """Each commit comes as a pack; gathered, nothing is lost, whether a reference names it yet or not."""
    oids = [commit(repository, {"a.txt": b"%d\n" % number}) for number in range(8)]
    packs = repository.path / "objects" / "pack"
    assert len(list(packs.glob("*.pack"))) == 8
    repository.gather_packs(5)
    assert len(list(packs.glob("*.pack"))) < 8
    assert [repository.read_file(oid, "a.txt") for oid in oids] == [b"%d\n" % number for number in range(8)]
    assert repository.call("fsck", "--strict").status == 0
