"""What a hosting service tells of by a webhook: a hint that something has changed, and where. Never what has.

How a payload is read is left to `service.webhook_events`, how a delivery is kept to the store.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Taken = Literal["accepted", "duplicate"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery, as far as it is kept."""

    id: str
    """The service's own; a redelivery keeps it."""
    event: str
    action: str
    repository: str
    """owner/name, or empty where the event is about the installation."""
    numbers: tuple[int, ...] = ()
    """The pull requests that it is about; none where it is about the repository."""
    sha: str = ""
    """The commit that it is about."""

    @property
    def number(self) -> int:
        """The first pull request, 0 without one."""
        return self.numbers[0] if self.numbers else 0
