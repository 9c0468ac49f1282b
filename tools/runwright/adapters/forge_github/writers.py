"""Who may write to the repository, as far as the bot must know: the approval of anybody else keeps it from nothing.

On a public repository anybody may approve. What GitHub says of an author beside a review does not tell: a member whose
membership is private is a stranger there. What an approval counts for in a release is judged elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import quote

from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.refusals import Refused
from runwright.model.hosted import Account

KEPT = 600.0
"""Seconds for which an answer is believed."""
READERS = frozenset({"read", "none"})
"""What GitHub calls less than write; it tells `triage` as read and `maintain` as write."""


class Writers:
    """Asks once in a while for each account; any number of threads may ask."""

    def __init__(self, connection: Connection, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.connection, self.clock = connection, clock
        self.known: dict[str, tuple[float, bool]] = {}
        """When it was asked what, by the account's name in small letters."""

    def may_write(self, account: Account) -> bool:
        """Say whether an account may write, and yes where GitHub does not let that be asked.

        Of a machine nothing is asked: only those approve that somebody has let in. Raises Limited and other EdgeErrors.
        """
        if account.kind == "bot":
            return True
        now, name = self.clock(), account.login.casefold()
        fresh = {key: known for key, known in self.known.copy().items() if now - known[0] < KEPT}
        if name not in fresh:
            found = self.asked(account.login)
            if found is None:
                return True
            fresh[name] = (now, found)
        self.known = fresh
        return fresh[name][1]

    def asked(self, login: str) -> bool | None:
        """Ask GitHub; None where it refuses to say, or says something that is not understood."""
        try:
            data = self.connection.get(f"collaborators/{quote(login, safe='')}/permission")
        except Refused:
            return None
        told = data.get("permission") if isinstance(data, dict) else None
        return told not in READERS if isinstance(told, str) else None
