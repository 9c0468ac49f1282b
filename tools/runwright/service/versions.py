"""Reads one runbook at a commit, and which version of it a pull request proposes.

The one string that says both is of the form RB-WIN-SERVICE-001-v2.
"""

from __future__ import annotations

from runwright.corpus.corpus import read_corpus
from runwright.corpus.layout import RUNBOOKS
from runwright.model.proposal import PullRequest
from runwright.model.runbook import Runbook
from runwright.service.ports import Repository


def proposed_version(pull: PullRequest, repository: Repository) -> str | None:
    """The runbook and the version at the head of a pull request; the runbook alone where it cannot be read there.

    None where a person's pull request changes no runbook, or several.
    """
    if pull.runbook_id is None:
        return None
    found = runbook_at(repository, pull.head_sha, pull.runbook_id)
    return found.version_name() if found is not None else pull.runbook_id


def runbook_at(repository: Repository, commit: str, runbook_id: str | None) -> Runbook | None:
    """A runbook as it stands at a commit, in the file of its name; None where it cannot be read there."""
    files = repository.read_files(commit, RUNBOOKS)
    own = {path: text for path, text in files.items() if path.endswith(f"/{runbook_id}.yaml")}
    entry = read_corpus(own).runbook(runbook_id or "")
    return entry.value if entry is not None else None
