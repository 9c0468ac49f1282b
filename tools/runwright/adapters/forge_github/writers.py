"""Who may write to the repository, as far as the bot must know: the word of anybody else changes nothing for it.

On a public repository anybody may approve, ask for changes and comment. What GitHub says of an author beside a review
does not tell: a member whose membership is private is a stranger there. What an approval counts for in a release is
judged elsewhere.
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
READERS = frozenset({"read", "none", "triage"})
"""Less than write; GitHub's `permission` tells `triage` as read and `maintain` as write, `role_name` tells which."""
OWN_PEOPLE = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
"""What GitHub shows those as beside their words who belong to a repository."""


class Writers:
    """Asks once in a while for each account; any number of threads may ask. Raises Limited and other EdgeErrors."""

    def __init__(self, connection: Connection, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.connection, self.clock = connection, clock
        self.known: dict[str, tuple[float, str]] = {}
        """When it was asked what, by the account's name in small letters."""

    def may_write(self, account: Account) -> bool:
        """Say whether an account may write, and yes where GitHub does not let that be asked.

        Of a machine nothing is asked: only those approve that somebody has let in.
        """
        return account.kind == "bot" or self.role(account.login) not in READERS

    def is_heard(self, account: Account, association: str) -> bool:
        """Say whether what an account says is a word of the repository's own people: of a person who may write.

        Where GitHub does not let that be asked, what it shows beside the words has to do. No machine is a person.
        """
        if account.kind == "bot":
            return False
        role = self.role(account.login)
        return role not in READERS if role else association in OWN_PEOPLE

    def only_triages(self, account: Account) -> bool:
        """Say whether an account may close and label what others opened, and no more."""
        return account.kind != "bot" and self.role(account.login) == "triage"

    def role(self, login: str) -> str:
        """Say what an account may do; empty where GitHub does not let that be asked."""
        now, name = self.clock(), login.casefold()
        fresh = {key: known for key, known in self.known.copy().items() if now - known[0] < KEPT}
        if name not in fresh:
            found = self.asked(login)
            if not found:
                return ""
            fresh[name] = (now, found)
        self.known = fresh
        return fresh[name][1]

    def asked(self, login: str) -> str:
        """Ask GitHub; empty where it refuses to say, or says something that is not understood."""
        try:
            data = self.connection.get(f"collaborators/{quote(login, safe='')}/permission")
        except Refused:
            return ""
        told = data.get("permission") if isinstance(data, dict) else None
        if not isinstance(told, str):
            return ""
        return "triage" if told in READERS and data.get("role_name") == "triage" else told
