"""What `validate` and `replay` share when they check a pull request of the local forge: its trees, and its check."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runwright.corpus.corpus import Corpus, read_corpus
from runwright.corpus.layout import CONTENT, SETTINGS
from runwright.model.fields import Risk
from runwright.model.finding import Finding

if TYPE_CHECKING:
    from runwright.adapters.git_repository import GitRepository

MAX_SUMMARY = 250
MAX_REPORT = 60_000


@dataclass(frozen=True, slots=True)
class PullTrees:
    """The tree that merging a pull request would change, the one that it would yield, and what differs."""

    number: int
    base: Corpus
    head: Corpus
    head_sha: str
    paths: tuple[str, ...]
    misplaced: tuple[Finding, ...]
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check says about one commit."""

    name: str
    head_sha: str
    passed: bool
    summary: str
    report: str
    risk: Risk | None = None


def open_pull(repo: Path, number: int) -> PullTrees:
    """Read both trees of an open pull request.

    Raises `ContentError` when there is none of that number, `TrustError` when what it changes cannot be merged.
    """
    from runwright.adapters.forge_local import BASE, read_pulls
    from runwright.adapters.git_repository import GitRepository
    from runwright.errors import ContentError
    from runwright.release.change import change_of, merged_tree

    repository = GitRepository(repo)
    pull = next((item for item in read_pulls(repository) if item.number == number), None)
    if pull is None or pull.state != "open":
        raise ContentError(f"pull request #{number} is not open in {repo}; `runwright review list` shows the open ones")
    base = repository.resolve(BASE)
    if base is None:
        raise ContentError(f"{BASE} does not exist in {repo}; commit to it first")
    change = change_of(repository, base, pull.head_sha)
    # By id only: a branch may bear any name, also that of a commit.
    trees = [repository.read_files(oid, *CONTENT, *SETTINGS) for oid in (base, merged_tree(repository, change))]
    misplaced = _misplaced(repository, pull.head_sha, change.paths)
    before, after = map(read_corpus, trees)
    return PullTrees(number, before, after, pull.head_sha, change.paths, misplaced, frozenset(pull.labels))


def _misplaced(repository: GitRepository, head: str, paths: tuple[str, ...]) -> tuple[Finding, ...]:
    """What a reader of the text would not see: links and programs, and judges changed with what they judge."""
    from runwright.checks.separate import separate
    from runwright.release.manifest import REGULAR

    listed = [entry for entry in repository.list_tree(head, *CONTENT) if entry.mode != REGULAR]
    wrong = [Finding(path=e.path, rule="mode", message=f"has mode {e.mode}; only {REGULAR} is content") for e in listed]
    return (*wrong, *separate(paths))


def set_check(repo: Path, key: Path | None, checked: Checked) -> None:
    """Record the result of a check, signed with CI's key."""
    from runwright.adapters.forge_local import LocalChecks
    from runwright.adapters.git_repository import GitRepository
    from runwright.adapters.keys import load_key
    from runwright.cli.wiring import now
    from runwright.model.proposal import CheckResult

    if key is None:
        raise click.UsageError("--pull sets a check, which CI signs: name CI's SSH key with --key")
    result = CheckResult(
        head_sha=checked.head_sha,
        name=checked.name,
        conclusion="success" if checked.passed else "failure",
        summary=checked.summary[:MAX_SUMMARY],
        report=checked.report[:MAX_REPORT],
        risk=checked.risk,
    )
    LocalChecks(GitRepository(repo), load_key(key)).set_check(result, now())
