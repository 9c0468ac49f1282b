"""What the base asks of proposals at GitHub: how many people want to see, and how many people may approve."""

from __future__ import annotations

from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.pulls import BASE, tip_of
from runwright.adapters.forge_github.reading import all_of, understood
from runwright.adapters.forge_github.refusals import Forbidden, Missing
from runwright.adapters.forge_github.reviewers import owners_at
from runwright.adapters.git_repository import GitRepository
from runwright.model.pacing import ProposalLimits
from runwright.model.policy import FILE, read_limits
from runwright.release.codeowners import CodeOwners

UNSEEN_TEAM = 2
"""How many people a team counts for whose members the token may not see."""


class GitHubTerms:
    """Reads limits and owners from the mirror, and members of teams from GitHub, each once a state of the base."""

    def __init__(self, connection: Connection, mirror: GitRepository, base_ref: str = BASE) -> None:
        self.connection, self.mirror, self.base_ref = connection, mirror, base_ref
        self.owners: tuple[str, CodeOwners] = ("", CodeOwners())
        self.teams: dict[str, frozenset[str] | None] = {}

    def limits(self) -> ProposalLimits:
        """Give how many proposals people want to see; raises ContentError for a file that cannot be read."""
        return read_limits(self.mirror.read_file(tip_of(self.mirror, self.base_ref), FILE))

    def approvers(self, path: str) -> int:
        """Give how many people may approve a change of a path; the bot is none, whatever the file says."""
        people: set[str] = set()
        unseen = 0
        for owner in self.current().owners(path):
            members = self.members(owner.removeprefix("@"))
            unseen += UNSEEN_TEAM if members is None else 0
            people |= members or frozenset()
        return len(people - {self.connection.login.casefold()}) + unseen

    def current(self) -> CodeOwners:
        """Give who owns what at the tip of the base."""
        tip = tip_of(self.mirror, self.base_ref)
        if self.owners[0] != tip:
            self.owners = (tip, owners_at(self.mirror, tip))
            self.teams = {}
        return self.owners[1]

    def members(self, owner: str) -> frozenset[str] | None:
        """Give the people that an owner stands for; None for a team that cannot be looked into."""
        organisation, _, team = owner.partition("/")
        if not team:
            return frozenset({owner.casefold()})
        if owner not in self.teams:
            self.teams[owner] = self.asked(organisation, team)
        return self.teams[owner]

    def asked(self, organisation: str, team: str) -> frozenset[str] | None:
        """Ask for the members of a team."""
        try:
            data = all_of(self.connection, f"/orgs/{organisation}/teams/{team}/members")
        except (Forbidden, Missing):
            return None
        return understood(lambda: frozenset(str(one["login"]).casefold() for one in data))
