"""A person's pull request at GitHub, for a branch that they pushed: as the local forge opens one, in their name."""

from __future__ import annotations

from runwright.adapters.forge_github.again import until_done
from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.people import person_of
from runwright.adapters.forge_github.reading import translated, understood
from runwright.adapters.forge_github.translating import Around
from runwright.adapters.forge_local.branches import BranchRequest, runbook_of, title_of
from runwright.adapters.git_repository import GitRepository
from runwright.errors import TrustError
from runwright.model.hosted import Account, HostedPull
from runwright.release.change import Change, change_of
from runwright.release.hosted import same
from runwright.release.names import checked_ref

RESERVED = ("runwright/", "gh-readonly-queue/")
"""What the bot and GitHub's queue write."""


class GitHubBranches:
    """Opens pull requests with the token of one person."""

    def __init__(self, connection: Connection, repository: GitRepository) -> None:
        """Get ready; main and the branch must have been fetched into `repository`."""
        self.connection, self.repository = connection, repository

    def open(self, request: BranchRequest) -> int:
        """Open a pull request for the tip of a branch, or bring the text of the open one up to date; gives its number.

        Raises TrustError: pull.reserved, pull.no_branch, pull.merged, pull.empty, pull.rejected, pull.not_yours, the
        codes of `change_of`.
        """
        check_name(request.branch)
        me, change = person_of(self.connection), self.change(request.branch)
        return until_done(lambda: self.opened(request, change, me))

    def change(self, branch: str) -> Change:
        """Sum up what a branch would bring, and refuse one that brings nothing."""
        head, base = (self.repository.resolve(f"refs/heads/{name}") for name in (branch, "main"))
        if head is None or base is None:
            raise TrustError("pull.no_branch", f"there is no branch {branch} at GitHub; push it first")
        if head == base:
            raise TrustError("pull.empty", f"{branch} is the same commit as the base; commit something and push it")
        if self.repository.is_ancestor(head, base):
            raise TrustError("pull.merged", f"everything on {branch} has been merged already; push new commits first")
        return change_of(self.repository, base, head)

    def opened(self, request: BranchRequest, change: Change, me: Account) -> int:
        """Find the open one, else open it."""
        found = self.existing(request.branch, change.head_sha, me)
        if found is None:
            made = self.connection.write("POST", "pulls", self.told(request, change))
            return understood(lambda: int(made["number"]))
        wanted = {name: text for name, text in (("title", request.title), ("body", request.body)) if text}
        if any(getattr(found, name) != text for name, text in wanted.items()):
            self.connection.write("PATCH", f"pulls/{found.number}", wanted)
        return found.number

    def existing(self, branch: str, head: str, me: Account) -> HostedPull | None:
        """Find the open pull request of a branch; refuses somebody else's, and a head that was rejected."""
        asked = f"{self.connection.place.owner}:{branch}"
        data = list(self.connection.pages("pulls", head=asked, state="all", base="main"))
        pulls = [translated(one, Around()) for one in data]
        for pull in pulls:
            if pull.state == "closed" and pull.head_sha == head:
                raise TrustError(
                    "pull.rejected", f"#{pull.number} proposed this very commit and was rejected; push a better one"
                )
        found = next((pull for pull in pulls if pull.state == "open"), None)
        if found and not same(found.by, me):
            who = found.by.login if found.by else "an account that is gone"
            raise TrustError("pull.not_yours", f"{branch} is open as #{found.number} by {who}; push to another branch")
        return found

    def told(self, request: BranchRequest, change: Change) -> dict[str, str]:
        """Give what is sent: the title that was asked for, else one from the last commit."""
        commit = self.repository.commit(change.head_sha)
        title = request.title or title_of(commit, runbook_of(change), request.branch)
        return {"title": title, "body": request.body, "head": request.branch, "base": "main"}


def check_name(branch: str) -> None:
    """Refuse (pull.reserved) a branch that is not a person's; raises ContentError for a name that is not plain."""
    checked_ref(f"refs/heads/{branch}")
    if branch.startswith(RESERVED) or branch in {"main", "channels"}:
        raise TrustError("pull.reserved", f"{branch} is not a person's branch; push your commits to one of your own")
