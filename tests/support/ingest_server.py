"""The service's doors in a process of their own, with an inbox of one's choice: for the benchmark of ingestion.

    python -m tests.support.ingest_server FOLDER DATABASE_URL INBOX

`together` is the product's inbox, `alone` has a thread and a commit for each post, `nowhere` keeps nothing. It prints
its address.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from runwright.adapters.store.executions import Executions
from runwright.cli.service_process import Address, run_service
from runwright.cli.service_sides import local_side
from runwright.cli.service_wiring import build_parts, open_database
from runwright.model.intake import Incoming, Kept, Misfit
from runwright.service.ports import Inbox


@dataclass
class Nowhere:
    """Says that it kept everything."""

    async def keep(self, items: Sequence[Incoming], now: datetime) -> tuple[Kept, ...]:
        """Forget it."""
        return tuple("accepted" for _ in items)

    def put_aside(self, items: Sequence[Misfit], now: datetime) -> None:
        """Forget it, too."""


@dataclass
class Alone:
    """Commits each post by itself, in a thread of its own."""

    executions: Executions

    async def keep(self, items: Sequence[Incoming], now: datetime) -> tuple[Kept, ...]:
        """Keep one post in one transaction."""
        return await run_in_threadpool(self.executions.keep, items, now)

    def put_aside(self, items: Sequence[Misfit], now: datetime) -> None:
        """Keep what cannot be read."""
        self.executions.put_aside(items, now)


def main() -> None:
    """Serve until a signal."""
    folder, url, inbox = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    database = open_database(url)
    parts = build_parts(database, local_side(folder / "forge.git", folder / "bot"))
    others: dict[str, Inbox] = {"nowhere": Nowhere(), "alone": Alone(Executions(database))}
    parts = replace(parts, inbox=others.get(inbox, parts.inbox))
    run_service(parts, Address("127.0.0.1", 0), as_json=True)


if __name__ == "__main__":
    main()
