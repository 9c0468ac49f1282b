"""Reads trees for the verbs: from a folder, or from Git without a checkout."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from runwright.cli.folder import content_of
from runwright.corpus.corpus import Corpus, read_corpus
from runwright.corpus.layout import CONTENT, SETTINGS
from runwright.errors import ContentError, EdgeError, TrustError

if TYPE_CHECKING:
    from runwright.adapters.git_repository import GitRepository


OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_STEPPED = re.compile(r"([^~^:@{}]+)([~^].*)")
"""A name and the steps back from it, such as main~1 or HEAD^."""


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def corpus_from_git(repo: Path, ref: str) -> Corpus:
    """Read the tree of a ref; raises `ContentError` when there is no such ref."""
    return read_corpus(repository_of(repo).read_files(commit_of(repo, ref), *CONTENT, *SETTINGS))


def repository_of(repo: Path) -> GitRepository:
    """The repository in a folder, whether it is bare or has a working tree; raises `EdgeError` where there is none."""
    from runwright.adapters.git_repository import GitRepository

    folder = repo / ".git" if (repo / ".git").is_dir() else repo
    if not (folder / "HEAD").is_file():
        said = f"{folder.absolute()} is no Git repository; name the folder that holds .git, or a bare repository"
        raise EdgeError(said, retryable=False)
    return GitRepository(folder)


def commit_of(repo: Path, ref: str) -> str:
    """The commit that a branch, tag, pull request or id names, or what Git finds by it, such as HEAD~1."""
    repository = repository_of(repo)
    stepped = _STEPPED.fullmatch(ref)
    # The name means the same with steps behind it as without: Git would take a tag before a branch.
    start = commit_of(repo, stepped[1]) if stepped else ""
    found = _searched(repository, start + stepped[2]) if stepped else _named(repository, ref)
    if found is not None:
        return found
    empty = not repository.ask("for-each-ref", "--count=1")
    advice = "it has no commit yet: git add . && git commit" if empty else "name one, such as main or HEAD~1"
    raise ContentError(f"{ref!r:.200} is no branch, tag or commit of {repo}; {advice}")


def _named(repository: GitRepository, ref: str) -> str | None:
    # An id is an id: a branch that bears the name of a commit cannot stand in for it.
    whole = ref.startswith("refs/") or OBJECT_ID.fullmatch(ref)
    names = [ref] if whole else [f"refs/heads/{ref}", f"refs/tags/{ref}", f"refs/remotes/{ref}", ref]
    for name in names if ref != "HEAD" else ():
        try:
            found = repository.resolve(name)
        except (ContentError, TrustError):
            continue  # no name that Git accepts
        if found is not None:
            return found
    return None if whole else _searched(repository, ref)


def _searched(repository: GitRepository, ref: str) -> str | None:
    """What Git itself finds by other words of gitrevisions(7), such as HEAD, main^ or the first digits of an id."""
    if not ref.isprintable() or ref.startswith("-"):
        return None
    # A word is never an option, and what is no single commit (a range, a file, what is excluded) is nothing.
    asked = repository.call("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    found = asked.data.decode(errors="replace").strip()
    return found if asked.status == 0 and OBJECT_ID.fullmatch(found) else None


def corpus_from_folder(root: Path) -> Corpus:
    """Read the content below a folder; raises `ContentError` for what is no regular file."""
    return read_corpus(content_of(root))
