"""Reads trees for the verbs: from a folder, or from Git without a checkout."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from runwright.cli.folder import content_of
from runwright.corpus.corpus import Corpus, read_corpus
from runwright.corpus.layout import CONTENT, SETTINGS
from runwright.errors import ContentError, TrustError

if TYPE_CHECKING:
    from runwright.adapters.git_repository import GitRepository


OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def corpus_from_git(repo: Path, ref: str) -> Corpus:
    """Read the tree of a ref; raises `ContentError` when there is no such ref."""
    return read_corpus(repository_of(repo).read_files(commit_of(repo, ref), *CONTENT, *SETTINGS))


def repository_of(repo: Path) -> GitRepository:
    """The repository in a folder, whether it is bare or has a working tree."""
    from runwright.adapters.git_repository import GitRepository

    return GitRepository(repo / ".git" if (repo / ".git").is_dir() else repo)


def commit_of(repo: Path, ref: str) -> str:
    """The commit that a branch, tag, pull request or id names."""
    repository = repository_of(repo)
    if ref == "HEAD" and repository.call("rev-parse", "--verify", "--quiet", "HEAD").status == 0:
        return repository.ask("rev-parse", "--verify", "HEAD").decode().strip()
    # An id is an id: a branch that bears the name of a commit cannot stand in for it.
    whole = ref.startswith("refs/") or OBJECT_ID.fullmatch(ref)
    names = [ref] if whole else [f"refs/heads/{ref}", f"refs/tags/{ref}", f"refs/remotes/{ref}", ref]
    for name in names:
        try:
            found = repository.resolve(name)
        except (ContentError, TrustError):
            continue  # no name that Git accepts
        if found is not None:
            return found
    empty = not repository.ask("for-each-ref", "--count=1")
    advice = "it has no commit yet: git add . && git commit" if empty else "name one, such as main"
    raise ContentError(f"{ref!r:.200} is no branch, tag or commit of {repo}; {advice}")


def corpus_from_folder(root: Path) -> Corpus:
    """Read the content below a folder; raises `ContentError` for what is no regular file."""
    return read_corpus(content_of(root))
