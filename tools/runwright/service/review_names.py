"""Names of proposed versions: `RB-WIN-SERVICE-001-v2`, and `RB-WIN-SERVICE-001-v2@7` for the one of pull request 7.

While several proposals for a version are open, the plain name means the newest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from runwright.errors import EdgeError
from runwright.model.proposal import PullRequest
from runwright.service.answers import Unfit
from runwright.service.ports import Parts
from runwright.service.versions import proposed_version

_FORM = re.compile(r"(?P<id>RB(?:-[A-Z0-9]+){2,6})(?:-v(?P<version>[1-9][0-9]{0,8}))?(?:@(?P<pull>[1-9][0-9]{0,8}))?")
LONGEST = 96


@dataclass(frozen=True, slots=True)
class Asked:
    """What a name says."""

    runbook_id: str
    version: int | None
    pull: int | None

    @property
    def version_name(self) -> str:
        """The runbook with its version."""
        return f"{self.runbook_id}-v{self.version}" if self.version else self.runbook_id


def asked_for(name: str) -> Asked:
    """Read a name; raises `Unfit` with 404 for what is none."""
    found = _FORM.fullmatch(name) if len(name) <= LONGEST else None
    if found is None:
        raise Unfit(404, "no version has such a name; expected one such as RB-WIN-SERVICE-001-v2 or …-v2@7")
    numbers = [int(found[part]) if found[part] else None for part in ("version", "pull")]
    return Asked(found["id"], *numbers)


def proposal_named(parts: Parts, name: str) -> PullRequest:
    """The pull request that a name means: the newest open one that fits, else the newest.

    Raises `Unfit` where there is none, and EdgeError while it cannot be told, since somebody has just pushed.
    """
    asked = asked_for(name)
    about = [pull for pull in reversed(parts.pulls.pulls()) if _is_about(pull, asked)]
    # The version is read from Git, so not of all that was ever proposed for a runbook.
    chosen = next((pull for pull in sorted(about, key=_is_over) if _has_version(pull, asked, parts)), None)
    if chosen is None:
        _check_known(about, parts)
        raise Unfit(404, f"nobody proposed {name}; /api/review/pending and /api/review/history list what there is")
    return chosen


def _is_about(pull: PullRequest, asked: Asked) -> bool:
    return pull.runbook_id == asked.runbook_id and asked.pull in (None, pull.number)


def _check_known(about: list[PullRequest], parts: Parts) -> None:
    unread = [
        pull for pull in about if not _is_over(pull) and proposed_version(pull, parts.repository) == pull.runbook_id
    ]
    if unread:
        raise EdgeError(f"what #{unread[0].number} holds at its newest commit cannot be read here yet")


def _is_over(pull: PullRequest) -> bool:
    return pull.state != "open"


def _has_version(pull: PullRequest, asked: Asked, parts: Parts) -> bool:
    return asked.version is None or proposed_version(pull, parts.repository) == asked.version_name
