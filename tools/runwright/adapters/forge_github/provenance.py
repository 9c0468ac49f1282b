"""Gathers what GitHub says of the merges on the main line: who reviewed, who pushed, what was green, who may decide.

Nothing is judged here; `release.hosted_line` does that. The heads that were reviewed are fetched, so that what was
merged can be compared with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import quote

from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.reading import all_of, read_hosted, understood
from runwright.adapters.forge_github.refusals import Forbidden, Missing
from runwright.adapters.forge_github.translating import account_from, moment
from runwright.adapters.git_remote import fetch
from runwright.adapters.git_repository import GitRepository
from runwright.errors import ContentError
from runwright.model.hosted import Account, HostedPull, Permission
from runwright.release.approval import OWNERS_FILE
from runwright.release.codeowners import CodeOwners, Line, parse_codeowners
from runwright.release.hosted import Standing, Standings
from runwright.release.hosted_line import Hosting
from runwright.release.provenance import fresh, guarded

PERMISSIONS: dict[str, Permission] = {
    "admin": "admin",
    "maintain": "write",
    "write": "write",
    "push": "write",
    "triage": "read",
    "read": "read",
    "pull": "read",
}
PUSHES = frozenset({"push", "force_push", "branch_creation"})
NEW_BASE = frozenset({"base_ref_changed", "automatic_base_change_succeeded"})
MOST_PUSHES = 300
"""How far back in the activity of one branch the last push is looked for."""


@dataclass(frozen=True)
class Provenance:
    """Reads what stands for a stretch of the main line, which the repository mirrors."""

    connection: Connection
    repository: GitRepository
    base_ref: str = "main"

    def hosting(self, since: str, until: str) -> Hosting:
        """Gather everything about the commits after one up to another; raises EdgeError, TrustError."""
        touching = [oid for oid in fresh(self.repository, since, until) if self.is_guarded(oid)]
        numbers = dict.fromkeys(number for oid in touching for number in merged_as(self.connection, oid))
        pulls = [read_judged(self.connection, number) for number in numbers]
        self.fetch_heads(pulls)
        logins = {review.by.login for pull in pulls for review in pull.reviews if review.by and says(review.verdict)}
        found: dict[str, tuple[HostedPull, ...]] = {}
        for pull in pulls:
            found[pull.merge_sha] = (*found.get(pull.merge_sha, ()), pull)
        return Hosting(found, standings_of(self.connection, logins, self.owners(touching)), self.base_ref)

    def is_guarded(self, oid: str) -> bool:
        """Say whether a commit changes what only an approved pull request may change."""
        return guarded(self.repository.changed_paths(self.repository.commit(oid).parents[0], oid))

    def fetch_heads(self, pulls: Iterable[HostedPull]) -> None:
        """Fetch the heads that are not here: a squash or a rebase leaves them on no branch."""
        refs = {
            f"refs/pull/{pull.number}/head": f"refs/runwright/heads/{pull.number}"
            for pull in pulls
            if self.repository.resolve(pull.head_sha) is None
        }
        if refs:
            fetch(self.repository, self.connection.place.git_url, refs, self.connection.credentials.token)

    def owners(self, oids: Iterable[str]) -> CodeOwners:
        """Give all owners that the bases of some commits name; a file that is wrong is told when it is judged."""
        bases = {self.repository.commit(oid).parents[0] for oid in oids}
        files = {self.repository.read_file(base, OWNERS_FILE) or b"" for base in bases}
        return CodeOwners(tuple(line for data in files for line in lines_of(data)))


def lines_of(data: bytes) -> tuple[Line, ...]:
    """Read a CODEOWNERS file; nothing where it is wrong."""
    try:
        return parse_codeowners(data.decode("utf-8", "replace"), OWNERS_FILE).lines
    except ContentError:
        return ()


def says(verdict: str) -> bool:
    """Say whether a review is more than a comment."""
    return verdict in ("approve", "changes")


def merged_as(connection: Connection, oid: str) -> list[int]:
    """Number the merged pull requests that brought a commit."""
    found = all_of(connection, f"commits/{oid}/pulls")
    return understood(lambda: [int(data["number"]) for data in found if data.get("merged_at")])


def read_judged(connection: Connection, number: int) -> HostedPull:
    """Read a pull request whole, with who pushed its head and when its base was changed."""
    pull = read_hosted(connection, number)
    told = pushes_of(connection, pull)
    by, pushers = understood(lambda: (pusher_of(told, pull), pushers_of(told, pull)))
    return replace(pull, pushed_by=by, pushers=pushers, base_changed_at=base_changed_at(connection, number))


def pushes_of(connection: Connection, pull: HostedPull) -> list[Any]:
    """Ask for the pushes to the head's branch, newest first; none where GitHub does not say, or there are too many."""
    if not pull.head_repository:
        return []
    path = f"/repos/{pull.head_repository}/activity"
    try:
        told = list(islice(connection.pages(path, ref=f"refs/heads/{pull.head_ref}"), MOST_PUSHES + 1))
    except (Missing, Forbidden):
        return []
    # Whoever pushes that often could hide who pushed before.
    return [] if len(told) > MOST_PUSHES else told


def pusher_of(told: Iterable[Any], pull: HostedPull) -> Account | None:
    """Say who pushed the head last; None where that is not told."""
    return next((account_from(one.get("actor")) for one in told if is_push(one, pull) and heads(one, pull)), None)


def pushers_of(told: Iterable[Any], pull: HostedPull) -> tuple[Account, ...]:
    """Say who pushed a commit of it, or anything since it was opened: a rebase leaves nothing of what was pushed."""
    commits = {commit.sha for commit in pull.commits}
    found = [
        account_from(one.get("actor"))
        for one in told
        if is_push(one, pull) and (one["after"] in commits or moment(one["timestamp"]) >= pull.opened_at)
    ]
    return tuple(dict.fromkeys(account for account in found if account))


def is_push(activity: Any, pull: HostedPull) -> bool:
    """Say whether an entry is a push to the branch."""
    return bool(activity["activity_type"] in PUSHES and activity["ref"] == f"refs/heads/{pull.head_ref}")


def heads(activity: Any, pull: HostedPull) -> bool:
    """Say whether an entry, of which the newest come first, brought the head."""
    return bool(activity["after"] == pull.head_sha)


def base_changed_at(connection: Connection, number: int) -> datetime | None:
    """Say when a pull request was last pointed at another base; None where it never was."""
    events = all_of(connection, f"issues/{number}/events")
    changes = [one for one in events if isinstance(one, dict) and one.get("event") in NEW_BASE]
    return max(understood(lambda: [moment(one["created_at"]) for one in changes]), default=None)


def standings_of(connection: Connection, logins: Iterable[str], owners: CodeOwners) -> Standings:
    """Ask what accounts may do, and in which of the owning teams they are: a request for each, and for each team."""
    teams = sorted({name for line in owners.lines for name in line.owners if name.startswith("@") and "/" in name})
    slugs = [name.removeprefix("@").casefold() for name in teams]
    return {
        login.casefold(): Standing(
            permission_of(connection, login), frozenset(team for team in slugs if member(connection, team, login))
        )
        for login in sorted(set(logins))
        if not login.endswith("[bot]")
    }


def permission_of(connection: Connection, login: str) -> Permission:
    """Ask what an account may do in the repository now."""
    try:
        data = connection.get(f"collaborators/{quote(login, safe='')}/permission")
    except Missing:
        return "none"
    return understood(lambda: PERMISSIONS.get(str(data["permission"]), "none"))


def member(connection: Connection, team: str, login: str) -> bool:
    """Say whether an account is in a team; a team that cannot be seen has no members."""
    organisation, _, slug = team.partition("/")
    try:
        data = connection.get(f"/orgs/{quote(organisation)}/teams/{quote(slug)}/memberships/{quote(login, safe='')}")
    except (Missing, Forbidden):
        return False
    return understood(lambda: bool(data["state"] == "active"))
