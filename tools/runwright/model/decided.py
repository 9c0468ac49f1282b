"""What became of an approval: merged, or waiting for something that it says."""

from __future__ import annotations

from dataclasses import dataclass

from runwright.model.proposal import PullRequest


@dataclass(frozen=True, slots=True)
class Decided:
    """A pull request after somebody approved it."""

    pull: PullRequest
    waits_for: str = ""
    """What else must happen before it is merged; empty when it is."""
