"""The service in a process of its own that takes webhooks, on a local forge: its mirror is fetched from a Git server.

    python -m tests.support.hook_server FOLDER GIT_URL [SECRET]

It prints its address, and on standard error what it forgets because of a hint.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from runwright.adapters.mirror import Mirror
from runwright.adapters.store.deliveries import Deliveries
from runwright.cli.service_process import Address, run_service
from runwright.cli.service_sides import local_side
from runwright.cli.service_wiring import build_parts, database_url, open_database
from runwright.service.hosting import Hosting
from runwright.service.reconciling import Known, Reconciler

REPOSITORY = "acme/runbooks"


@dataclass
class Memory:
    """What is remembered of pull requests: nothing, but it says what it is told to forget."""

    def stale(self, number: int | None) -> None:
        """Say so."""
        sys.stderr.write(f"forgets {number}\n")


def main() -> None:
    """Serve until a signal."""
    folder, url, secret = Path(sys.argv[1]), sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else ""
    database = open_database(database_url(folder / "state", None))
    deliveries, mirror = Deliveries(database), Mirror(folder / "state" / "mirror.git", url, None)
    reconciler = Reconciler(Known(mirror, Memory(), deliveries), timedelta(hours=1))
    side = replace(
        local_side(folder / "forge.git", folder / "bot"),
        hosting=Hosting(REPOSITORY, secret.encode(), deliveries, reconciler),
        reconciler=reconciler,
    )
    run_service(build_parts(database, side), Address("127.0.0.1", 0), as_json=True)


if __name__ == "__main__":
    main()
