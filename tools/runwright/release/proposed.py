"""What one proposal of the bot's may touch: one runbook, its recordings and the rules. Pure, for every forge alike."""

from __future__ import annotations

from pathlib import PurePosixPath

from runwright.errors import TrustError
from runwright.model.proposal import Proposal
from runwright.release.approval import check_bot_paths

RUNBOOKS, RECORDINGS = "runbooks/", "tests/recordings/"


def check_proposed(proposal: Proposal) -> None:
    """Refuse paths that a bot has no business with (proposal.path), and a second runbook (proposal.scope).

    Whoever approves a change of one runbook has not looked at another.
    """
    check_bot_paths(proposal.files)
    for path in proposal.files:
        if not is_of(path, proposal.runbook_id):
            raise TrustError(
                "proposal.scope",
                f"a proposal for {proposal.runbook_id} may not change {path!a}; propose one runbook and its recordings",
            )


def is_of(path: str, runbook_id: str) -> bool:
    """Say whether a path belongs to a runbook, or to none at all."""
    if path.startswith(RUNBOOKS):
        return PurePosixPath(path).name.partition(".")[0] == runbook_id
    return not path.startswith(RECORDINGS) or path.startswith(f"{RECORDINGS}{runbook_id}/")
