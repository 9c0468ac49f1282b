"""Which version of a runbook a pull request proposes, in the one string that says both: RB-WIN-SERVICE-001-v2."""

from __future__ import annotations

from runwright.corpus.corpus import read_corpus
from runwright.model.proposal import PullRequest
from runwright.service.ports import Repository


def proposed_version(pull: PullRequest, repository: Repository) -> str | None:
    """The runbook and the version at the head of a pull request; the runbook alone where it cannot be read there.

    None where a person's pull request changes no runbook, or several.
    """
    if pull.runbook_id is None:
        return None
    files = repository.read_files(pull.head_sha, "runbooks/")
    own = {path: text for path, text in files.items() if path.endswith(f"/{pull.runbook_id}.yaml")}
    entry = read_corpus(own).runbook(pull.runbook_id)
    return entry.value.version_name() if entry is not None else pull.runbook_id
