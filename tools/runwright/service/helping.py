"""Replays an open proposal on a run that would be its evidence: nothing vouches for a change that would not help it.

What is decided is `learn.helping`'s; here the two states of the library are read.
"""

from __future__ import annotations

from runwright.corpus.corpus import Corpus, with_files
from runwright.corpus.layout import RUNBOOKS
from runwright.learn.helping import unhelped
from runwright.model.execution import Execution
from runwright.model.proposal import PullRequest
from runwright.service.library import Library


def no_help(library: Library, pull: PullRequest, execution: Execution) -> str:
    """Why a run is no evidence for a pull request, in our own words; empty where it is."""
    base = library.corpus(library.head())
    if not unhelped(execution, base, _head(library, base, pull.head_sha)):
        return ""
    return (
        f"needs a person: pull request {pull.number} answers a failure of this name, but would not have helped this "
        "run; once it is closed, the next such run is thought about by itself"
    )


def _head(library: Library, base: Corpus, head_sha: str) -> Corpus:
    files = library.repository.read_files(head_sha, RUNBOOKS)
    return with_files(base, {path: data for path, data in files.items() if base.files.get(path) != data})
