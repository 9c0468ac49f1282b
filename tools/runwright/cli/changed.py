"""Judges trees of Git for `validate`: one, or a change between two, of which only what the change did is told."""

from __future__ import annotations

from pathlib import Path

from runwright.adapters.git_repository import GitRepository
from runwright.checks.separate import separate
from runwright.cli.judging import Judged, judge_commit
from runwright.cli.kept import Kept, Known
from runwright.cli.wiring import commit_of, repository_of
from runwright.model.finding import Finding

Told = tuple[tuple[Finding, ...], int]
"""Findings, and how many files they are about."""


def tree_at(repo: Path, ref: str, kept: Kept | None, jobs: int) -> Judged:
    """Judge the tree of a ref; raises `ContentError` when there is no such ref."""
    return _judged(repository_of(repo), commit_of(repo, ref), kept, jobs)


def at(repo: Path, ref: str, base: str | None, kept: Kept | None, jobs: int) -> Told:
    """All findings on the tree of a ref, and on its change since another."""
    head = tree_at(repo, ref, kept, jobs)
    return head.with_tree(tree_at(repo, base, kept, jobs) if base else None), len(head.files())


def since(repo: Path, ref: str, head_ref: str, kept: Kept | None, jobs: int) -> Told:
    """The findings that a change is answerable for: those in files that it touched, and those that it made elsewhere.

    A branch is compared with the commit at which it left `ref`, so that what happened there since is not its doing.
    """
    repository, tip, other = repository_of(repo), commit_of(repo, head_ref), commit_of(repo, ref)
    start = repository.merge_base(other, tip) or other
    head, base = (_judged(repository, commit, kept, jobs) for commit in (tip, start))
    touched = set(repository.changed_paths(start, tip))
    before = {(finding.path, finding.rule, finding.message) for finding in base.with_tree()}
    found = head.with_tree(base)
    told = (f for f in found if f.path in touched or (f.path, f.rule, f.message) not in before)
    return (*told, *separate(sorted(touched))), len(touched & head.files())


def _judged(repository: GitRepository, commit: str, kept: Kept | None, jobs: int) -> Judged:
    known = kept.known() if kept else Known()
    judged = judge_commit(repository, commit, known, jobs)
    if kept and judged.verdicts.keys() - known.verdicts.keys():
        kept.keep_known(known, {**judged.verdicts})
    return judged
