"""The branch of a proposal in a repository of 10,000 files, beside GitPython in a warm work tree.

Both write the same two files on top of main and make a branch of it. GitPython has the tree checked out and its index
read before; ours has a bare repository, as the service has.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import git
import pytest

from runwright.adapters.git_repository import GitRepository, NewCommit, RefChange
from runwright.release.objects import Identity

FILES, RUNBOOKS, ROUNDS = 10_000, 400, 9
AT_LEAST = 12.0
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RUNBOOK = "runbooks/linux/RB-LIN-SERVICE-0001.yaml"
RECORDING = "tests/recordings/RB-LIN-SERVICE-0001/exec-{number}.json"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> GitRepository:
    repository = GitRepository.init_bare(tmp_path_factory.mktemp("bare") / "forge.git")
    oid = repository.write_commit(NewCommit("Initial import\n", Identity.of("dana"), NOW, library()))
    repository.update_refs([RefChange("refs/heads/main", oid, None)])
    return repository


@pytest.fixture(scope="module")
def tree(bare: GitRepository, tmp_path_factory: pytest.TempPathFactory) -> git.Repo:
    return git.Repo.clone_from(str(bare.path), tmp_path_factory.mktemp("tree"))


def library() -> dict[str, bytes | None]:
    """400 runbooks, each with 24 recordings."""
    names = [f"RB-LIN-SERVICE-{number:04d}" for number in range(RUNBOOKS)]
    runbooks = {f"runbooks/linux/{name}.yaml": f"id: {name}\nversion: 1\n".encode() for name in names}
    recordings = {
        f"tests/recordings/{names[number % RUNBOOKS]}/exec-{number:05d}.json": b'{"number": %d}\n' % number
        for number in range(FILES - RUNBOOKS)
    }
    return {**runbooks, **recordings}


def changed(number: int) -> dict[str, bytes | None]:
    """The files of one proposal."""
    text = f"id: RB-LIN-SERVICE-0001\nversion: 2\n# {number}\n".encode()
    return {RUNBOOK: text, RECORDING.format(number=number): b'{"facts": "' + b"x" * 4000 + b'"}\n'}


def ours(bare: GitRepository, number: int) -> str:
    """Write the commit, then move the branch."""
    base = bare.resolve("refs/heads/main")
    assert base is not None
    oid = bare.write_commit(NewCommit("better\n", Identity.of("runwright-bot"), NOW, changed(number), (base,)))
    bare.update_refs([RefChange(f"refs/heads/runwright/improve/{number}", oid, None)])
    return oid


def theirs(tree: git.Repo, number: int) -> str:
    """Make the branch, write the files, add them to the index, commit, and go back to main."""
    tree.create_head(f"improve-{number}", "main").checkout()
    files = {path: data for path, data in changed(number).items() if data is not None}
    for path, data in files.items():
        place = Path(tree.working_dir) / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    tree.index.add(list(files))
    done = tree.index.commit("better\n", author=git.Actor("bot", "bot@localhost"), committer=git.Actor("bot", "b@l"))
    tree.heads.main.checkout()
    return str(done.hexsha)


def median(work: Callable[[int], object]) -> float:
    """Seconds of the middle one of several rounds."""
    took = []
    for number in range(ROUNDS):
        begun = time.perf_counter()
        work(number)
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


def test_the_branch_of_a_proposal(bare: GitRepository, tree: git.Repo) -> None:
    theirs(tree, ROUNDS)  # warm
    ours(bare, ROUNDS)
    peer, mine = median(lambda number: theirs(tree, number)), median(lambda number: ours(bare, number))
    print(f"\nthe branch of a proposal in {FILES} files, median of {ROUNDS}")
    print(f"  GitPython in a warm work tree {peer * 1000:.1f} ms")
    print(f"  ours in a bare repository     {mine * 1000:.1f} ms, {peer / mine:.1f} times as fast")
    tree.close()
    assert peer / mine >= AT_LEAST


def test_the_same_proposal_gives_the_same_commit(bare: GitRepository, tmp_path: Path) -> None:
    other = GitRepository.init_bare(tmp_path / "other.git")
    base = bare.resolve("refs/heads/main")
    assert base is not None
    first = NewCommit("better\n", Identity.of("runwright-bot"), NOW, changed(1), ())
    assert bare.write_commit(first) == other.write_commit(first) == bare.write_commit(first)
