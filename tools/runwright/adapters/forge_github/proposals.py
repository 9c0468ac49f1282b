"""The bot's side of GitHub: find and open. It has no way to decide or to merge.

What it says afterwards stands in `words`, how a commit gets there in `objects`. Opening is a row of steps that each
look first: objects, branch, pull request, labels, reviewers. Whatever ends it in between, the same again goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from runwright.adapters.forge_github.again import until_done
from runwright.adapters.forge_github.as_proposal import View, base_of, is_by, is_own, pull_of
from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.labels import set_labels
from runwright.adapters.forge_github.marking import Hidden, with_hidden, without_hidden
from runwright.adapters.forge_github.objects import put_branch, tip_at, upload
from runwright.adapters.forge_github.pulls import GitHubPulls, tip_of
from runwright.adapters.forge_github.reading import around, translated, understood
from runwright.adapters.forge_github.refusals import Missing
from runwright.adapters.forge_github.reviewers import ask_reviewers, owners_at, reviewers_of
from runwright.adapters.forge_github.translating import commit_from
from runwright.adapters.forge_github.words import GitHubWords
from runwright.adapters.git_remote import fetch
from runwright.adapters.git_repository import GitRepository, NewCommit
from runwright.errors import ContentError, EdgeError
from runwright.fault import point
from runwright.model.hosted import HostedPull
from runwright.model.proposal import Proposal, PullRequest
from runwright.release.objects import Identity
from runwright.release.proposed import check_proposed

LOOKED = "refs/runwright/looked/"
"""Where the mirror keeps branches that were looked at."""


class GitHubProposals(GitHubWords):
    """Opens pull requests as the account of its connection."""

    def __init__(self, connection: Connection, mirror: GitRepository, reader: GitHubPulls | None = None) -> None:
        """Share the reader with whoever else reads, so that all see the same."""
        super().__init__(connection, reader or GitHubPulls(connection, mirror))
        self.mirror = mirror
        self.identity: Identity | None = None

    def open(self, proposal: Proposal, now: datetime) -> PullRequest:
        """Open a pull request, or find the open one of this branch and bring it up to date.

        The branch moves only when the content differs and nobody else pushed to it. Raises TrustError (proposal.path,
        proposal.scope) and ContentError for a proposal that changes nothing or is too long.
        """
        check_proposed(proposal)
        with_hidden(proposal.body, Hidden(proposal.fingerprint, proposal.evidence))
        pull = until_done(lambda: self.look_and_open(proposal, now))
        self.reader.stale(pull.number)
        return pull_of(pull, self.view())

    def look_and_open(self, proposal: Proposal, now: datetime) -> HostedPull:
        """Find it and renew it, or do what is missing for it."""
        found = self.find(proposal.branch)
        if found is None:
            found = self.create(proposal, now)
        else:
            self.renew(found, proposal, now)
        return self.reader.hosted(found.number)

    def find(self, branch: str) -> HostedPull | None:
        """Find the open pull request of the bot's for a branch, with what was said about it."""
        head = f"{self.connection.place.owner}:{branch}"
        for data in self.connection.pages("pulls", state="open", head=head):
            pull = translated(data, around(self.connection, data, checks=False))
            if pull.head_ref == branch and pull.state == "open" and is_own(pull, self.view()):
                return pull
        return None

    def create(self, proposal: Proposal, now: datetime) -> HostedPull:
        """Make the branch, the pull request, its labels, and ask for reviews."""
        tip = tip_of(self.mirror, self.reader.base_ref)
        old = tip_at(self.connection, proposal.branch)
        self.put_commit(proposal, self.drafted(proposal, tip, old, now), old)
        body = with_hidden(proposal.body, Hidden(proposal.fingerprint, proposal.evidence))
        data = self.connection.write(
            "POST",
            "pulls",
            {
                "title": proposal.title,
                "head": proposal.branch,
                "base": self.reader.base_ref.removeprefix("refs/heads/"),
                "body": body,
            },
        )
        point("hosted_written", "pull")
        pull = translated(data, around(self.connection, data, checks=False))
        self.finish(pull, proposal.labels, tuple(proposal.files), data)
        return pull

    def finish(self, pull: HostedPull, labels: tuple[str, ...], paths: tuple[str, ...], data: Any) -> None:
        """Ask the owners of what is changed where nobody was asked and nobody has answered, and set the labels.

        The labels come last: one without any was left in the middle.
        """
        if not (data.get("requested_reviewers") or data.get("requested_teams") or pull.reviews):
            owners = owners_at(self.mirror, tip_of(self.mirror, self.reader.base_ref))
            people, teams = reviewers_of(owners, paths, self.connection.login)
            ask_reviewers(self.connection, pull.number, people, teams)
        set_labels(self.connection, pull.number, pull.labels, labels)

    def renew(self, pull: HostedPull, proposal: Proposal, now: datetime) -> None:
        """Bring an open one up to date: its evidence always, the rest while it is the bot's alone."""
        self.have(pull.head_sha, pull.head_ref)
        same_content = self.has_content(base_of(pull), pull.head_sha, proposal)
        if not self.may_move(pull):
            body, _ = without_hidden(pull.body)
            self.say_body(pull, pull.title, body, proposal.evidence)
            return
        if not same_content:
            self.put_commit(proposal, self.redrafted(proposal, pull, now), pull.head_sha)
        self.say_body(pull, proposal.title, proposal.body, proposal.evidence)
        data = self.connection.get(f"pulls/{pull.number}")
        self.finish(pull, proposal.labels, tuple(proposal.files), data)

    def put_commit(self, proposal: Proposal, oid: str, old: str | None) -> None:
        """Send a commit that GitHub has not, and move the branch to it."""
        if oid != old:
            made = upload(self.connection, self.mirror, oid)
            self.authorship.note((made,))
            put_branch(self.connection, proposal.branch, old, made)

    def drafted(self, proposal: Proposal, tip: str, old: str | None, now: datetime) -> str:
        """Give the commit of a new pull request: a new one on the base, or what a branch of ours holds already.

        A branch that an earlier proposal left moves forward to a commit that has the base and its own tip as parents.
        """
        if old is None:
            return self.commit(proposal, (tip,), proposal.files, now)
        self.have(old, proposal.branch)
        self.check_ours(proposal.branch, tip, old)
        fork = self.mirror.merge_base(tip, old) or tip
        if fork != old and self.has_content(fork, old, proposal):
            return old
        parents = (tip,) if self.mirror.is_ancestor(old, tip) else (tip, old)
        return self.commit(proposal, parents, proposal.files, now)

    def redrafted(self, proposal: Proposal, pull: HostedPull, now: datetime) -> str:
        """Give a commit on top of an open one's head that holds the new draft, and nothing of the old one."""
        base, files = base_of(pull), dict(proposal.files)
        for path in self.mirror.changed_paths(base, pull.head_sha):
            if path not in files:
                before = self.mirror.read_file(base, path)
                files[path] = None if before is None else before.decode("utf-8")
        return self.commit(proposal, (pull.head_sha,), files, now, base)

    def commit(
        self,
        proposal: Proposal,
        parents: tuple[str, ...],
        files: Mapping[str, str | None],
        now: datetime,
        base: str | None = None,
    ) -> str:
        """Write the commit of a proposal in the mirror; raises ContentError when it changes nothing of the base."""
        content = {path: None if text is None else text.encode() for path, text in files.items()}
        message = f"{proposal.title}\n\nRunbook: {proposal.runbook_id}\nFingerprint: {proposal.fingerprint}\n"
        oid = self.mirror.write_commit(NewCommit(message, self.author(), now, content, parents))
        if self.mirror.tree_of(oid) == self.mirror.tree_of(base or parents[0]):
            raise ContentError("the proposal changes nothing: the base branch holds its content already")
        return oid

    def has_content(self, base: str, head: str, proposal: Proposal) -> bool:
        """Say whether a head holds byte for byte what a proposal asks for, and changes nothing else."""
        if not set(self.mirror.changed_paths(base, head)) <= set(proposal.files):
            return False
        wanted = {path: None if text is None else text.encode() for path, text in proposal.files.items()}
        return all(self.mirror.read_file(head, path) == data for path, data in wanted.items())

    def have(self, commit: str, branch: str) -> None:
        """Fetch a branch whose tip the mirror has not; raises EdgeError when it has moved on."""
        if self.mirror.resolve(commit) is None:
            url, token = self.connection.place.git_url, self.connection.credentials.token
            fetch(self.mirror, url, {f"refs/heads/{branch}": f"{LOOKED}{branch}"}, token)
        if self.mirror.resolve(commit) is None:
            raise EdgeError(f"the branch {branch} moved while it was looked at; it is looked at again")

    def check_ours(self, branch: str, tip: str, old: str) -> None:
        """Refuse (EdgeError) a branch without an open pull request that somebody else pushed to."""
        data = self.connection.get(f"compare/{tip}...{old}")
        commits = understood(lambda: tuple(map(commit_from, data["commits"])))
        login = self.connection.login
        named = all(is_by(one.author, login) and is_by(one.committer, login) for one in commits)
        if not named or (commits and not self.authorship.are_bots(branch, commits, old)):
            raise EdgeError(
                f"somebody pushed to {branch}, which belongs to no open pull request; open one for it, or delete it",
                retryable=False,
            )

    def author(self) -> Identity:
        """Give the name and address that GitHub takes for the bot's account, asked once."""
        if self.identity is None:
            login = self.connection.login
            try:
                number = f"{understood(lambda: int(self.connection.get(f'/users/{quote(login)}')['id']))}+"
            except Missing:
                number = ""
            host = urlsplit(self.connection.place.web).hostname
            host = "github.com" if host in {None, "127.0.0.1", "localhost", "::1"} else host
            self.identity = Identity(login, f"{number}{login}@users.noreply.{host}")
        return self.identity

    def view(self) -> View:
        """Give from where it is looked."""
        return View(self.connection.login, self.connection.place.repository)
