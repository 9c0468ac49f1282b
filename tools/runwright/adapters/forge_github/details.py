"""What there is to read of one pull request beside the list: what was said about it, what was checked, who is heard.

How often that is asked for is left to `pulls`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from runwright.adapters.forge_github.as_proposal import View, is_here, is_own
from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.kept import Shelf
from runwright.adapters.forge_github.reading import all_of, around, translated, understood
from runwright.adapters.forge_github.refusals import Forbidden, Missing
from runwright.adapters.forge_github.translating import Around, checks_from
from runwright.adapters.forge_github.writers import Writers
from runwright.errors import EdgeError
from runwright.model.hosted import HostedCheck, HostedPull

MOST_FORKS = 100
"""Of so many open pull requests from forks it is read what was said; anybody can open any number."""


class Details:
    """Reads with one connection; whoever holds the lock of the reader may ask."""

    def __init__(self, connection: Connection, shelf: Shelf | None) -> None:
        self.connection, self.shelf, self.writers = connection, shelf, Writers(connection)
        self.forks: set[int] = set()
        """The open ones from forks that were read."""

    def view(self) -> View:
        """Give from where it is looked."""
        return View(self.connection.login, self.connection.place.repository)

    def read(self, data: Any, *, sure: bool, anew: bool) -> HostedPull:
        """Give a listed one with its details where it is a proposal or open.

        `anew` says that it may have changed without a sign in the list, `sure` that a later change would be told.
        """
        shallow = translated(data, Around())
        own = is_own(shallow, self.view())
        if shallow.state != "open":
            self.forks.discard(shallow.number)
            return self.ended(data, shallow, sure=sure, anew=anew) if own else shallow
        if not own:
            return translated(data, self.said(data)) if self.has_room(shallow) else shallow
        head = shallow.head_sha
        said = around(self.connection, data, checks=False)
        return translated(data, replace(said, runs=self.runs(head), statuses=self.statuses(head)))

    def has_room(self, pull: HostedPull) -> bool:
        """Say whether what was said about somebody else's open one is read; always where its branch is here."""
        if is_here(pull, self.view()) or pull.number in self.forks:
            return True
        if len(self.forks) >= MOST_FORKS:
            return False
        self.forks.add(pull.number)
        return True

    def ended(self, data: Any, shallow: HostedPull, *, sure: bool, anew: bool) -> HostedPull:
        """Give a proposal that is over with what was said about it: as it was kept, where nothing changed since."""
        kept = self.shelf.completed(shallow) if self.shelf and not anew else None
        if kept is not None:
            return kept
        hosted = translated(data, around(self.connection, data, checks=False))
        if sure and self.shelf:
            self.shelf.keep(hosted)
        return hosted

    def said(self, data: Any) -> Around:
        """Read what was said about somebody else's; nothing where it cannot be read whole: it must stop no other."""
        try:
            return around(self.connection, data, checks=False)
        except EdgeError as error:
            if error.retryable:
                raise
            return Around()

    def unheard(self, hosted: HostedPull) -> frozenset[str]:
        """Give whose word is no decision on a proposal: reviewers of an open one who may not write, and who closed one
        while all that they may do is triage. Who may do less now had to be able to do more when they closed it.
        """
        if not is_own(hosted, self.view()):
            return frozenset()
        by = hosted.closed_by
        if hosted.state == "closed" and by is not None:
            return frozenset({by.login.casefold()}) if self.writers.only_triages(by) else frozenset()
        said = {one.by: one.association for one in hosted.reviews if one.by and one.verdict in {"approve", "changes"}}
        asked = said.items() if hosted.state == "open" else ()
        return frozenset(who.login.casefold() for who, shown in asked if not self.writers.is_heard(who, shown))

    def checks(self, head: str) -> tuple[HostedCheck, ...]:
        """Ask for all that was checked of a commit."""
        runs, statuses = self.runs(head), self.statuses(head)
        return understood(lambda: checks_from(runs, statuses, head))

    def runs(self, head: str) -> list[Any]:
        """Ask for the check runs of a commit."""
        return all_of(self.connection, f"commits/{head}/check-runs", "check_runs")

    def statuses(self, head: str) -> list[Any]:
        """Ask for the statuses of a commit: what is no App sets those. None where the bot may not see them."""
        try:
            return all_of(self.connection, f"commits/{head}/statuses")
        except (Forbidden, Missing):
            return []
