"""What differs from one GitHub to another, and from one repository to another; a test turns it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Switches:
    """The switches of one site."""

    rulesets: bool = True
    """Whether the server has rulesets; without them its routes are 404."""
    code_scanning: bool = True
    """Whether the repository may use code scanning."""
    classic: bool = False
    """Whether people's tokens are classic ones: their scopes are then told in a header."""
    workflow_token: str = "write"
    """What GITHUB_TOKEN may by default: read or write."""
    workflows_may_approve: bool = True
    """Whether GITHUB_TOKEN may approve pull requests."""
    actions: bool = True
    """Whether workflows run at all."""
