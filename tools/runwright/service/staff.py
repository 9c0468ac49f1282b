"""Who works beside the requests: the worker on the backlog, and the steward of what is open. They wake each other."""

from __future__ import annotations

from dataclasses import replace

from runwright.service.ports import WorkerStatus
from runwright.service.stewarding import Steward
from runwright.service.worker import BacklogWorker


class Staff:
    """Both threads as one."""

    def __init__(self, worker: BacklogWorker, steward: Steward) -> None:
        self.worker, self.steward = worker, steward
        steward.reopened = worker.wake

    def start(self) -> None:
        """Begin."""
        self.worker.start()
        self.steward.start()

    def stop(self, timeout: float) -> bool:
        """End after what is under way; False when it did not within `timeout` seconds."""
        tended = self.steward.stop(timeout)
        return self.worker.stop(timeout) and tended

    def wake(self) -> None:
        """Look at the backlog now."""
        self.worker.wake()

    def ended(self) -> None:
        """Some work came to its end: there is a place for more, and there may be something to tell."""
        self.worker.wake()
        self.steward.wake()

    def status(self) -> WorkerStatus:
        """Say how they do."""
        return replace(self.worker.status(), trouble=self.steward.trouble())
