"""Pull requests as GitHub tells of them, beside a real Git history in which they were merged."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from runwright.adapters.git_repository import GitRepository, NewCommit, RefChange
from runwright.model.fields import Risk
from runwright.model.hosted import (
    Account,
    AccountKind,
    HostedCheck,
    HostedCommit,
    HostedPull,
    HostedReview,
    Verdict,
)
from runwright.model.hosting import ACTIONS_APP
from runwright.release.hosted import Standing
from runwright.release.hosted_line import HostedApproval, Hosting, hosted_approvals
from runwright.release.objects import Identity, commit_bytes
from tests.support.forge import NOW, RUNBOOK, later

MAIN, HOME = "refs/heads/main", "acme/runbooks"
OWNERS = "* @dana @alex @acme/owners\n/runbooks/linux/ @dana @alex @acme/owners @reader @outsider\n"
STANDINGS = {
    "dana": Standing("admin"),
    "alex": Standing("write"),
    "erin": Standing("write"),
    "tess": Standing("write", frozenset({"acme/owners"})),
    "reader": Standing("read"),
}
NUMBERS: dict[str, int] = {}
SECOND = b"id: RB-LIN-SERVICE-001\nversion: 2\n"


def account(login: str, kind: AccountKind = "user") -> Account:
    """Give an account; a name with [bot] at its end is a bot's."""
    number = NUMBERS.setdefault(login, 1000 + len(NUMBERS))
    return Account(login, number, "bot" if login.endswith("[bot]") else kind)


def review(by: str, verdict: Verdict = "approve", head: str = "", minutes: float = 20, number: int = 0) -> HostedReview:
    """Give a review; without a head it is for the one that the pull request has."""
    return HostedReview(number or 500 + int(minutes), account(by), verdict, head, "", later(minutes))


def check(name: str, head: str = "", conclusion: str = "success", app: int | None = ACTIONS_APP) -> HostedCheck:
    """Give the result of a check."""
    at = later(10) if conclusion else None
    return HostedCheck(900 + len(name), name, head, conclusion, app, account("github-actions[bot]"), at)


GREEN = (check("validate"), check("replay"))


@dataclass
class Stage:
    """A repository, and what GitHub says of the pull requests that were merged into it."""

    repository: GitRepository
    first: str
    """The commit that was released last."""
    risk: Risk = "low"
    merged: list[HostedPull] = field(default_factory=list)

    @property
    def main(self) -> str:
        """Give the tip of the main line."""
        return self.repository.resolve(MAIN) or ""

    def commit(self, files: dict[str, bytes | None], *parents: str, by: str = "runwright[bot]") -> str:
        """Write a commit that no branch has."""
        identity = Identity(by, f"7+{by}@users.noreply.github.com")
        return self.repository.write_commit(NewCommit(f"a change by {by}\n", identity, NOW, files, parents))

    def move(self, oid: str) -> str:
        """Point main at a commit."""
        self.repository.update_refs([RefChange(MAIN, oid, self.main or None)])
        return oid

    def head(self, files: dict[str, bytes | None] | None = None, by: str = "runwright[bot]") -> str:
        """Write the head of a branch with one commit."""
        return self.commit(files or {RUNBOOK: SECOND}, self.main, by=by)

    def pull(self, head: str, *reviews: HostedReview, by: str = "runwright[bot]", number: int = 7) -> HostedPull:
        """Tell of a pull request that is open, green and reviewed."""
        oids = self.repository.log(head, self.main)
        commits = tuple(self.told(oid) for oid in reversed(oids))
        return HostedPull(
            number=number,
            title="runbook(RB-LIN-SERVICE-001): start the database first",
            body="",
            state="open",
            by=account(by),
            head_ref="runwright/improve/RB-LIN-SERVICE-001/abababababab",
            head_sha=head,
            head_repository=HOME,
            base_ref="main",
            base_sha=self.main,
            labels=(),
            draft=False,
            opened_at=NOW,
            updated_at=later(30),
            reviews=tuple(replace(item, head_sha=item.head_sha or head) for item in reviews),
            commits=commits,
            checks=tuple(replace(item, head_sha=head) for item in GREEN),
            pushed_by=account(by),
        )

    def told(self, oid: str) -> HostedCommit:
        """Tell of a commit with the accounts that its names belong to."""
        found = self.repository.commit(oid)
        author, committer = account(found.author.name), account(found.committer.name)
        return HostedCommit(oid, found.tree, found.parents, author, committer)

    def land(self, pull: HostedPull, oid: str) -> HostedPull:
        """Say that a pull request was merged as a commit, and move main there."""
        self.move(oid)
        done = replace(pull, state="merged", merge_sha=oid, ended_at=later(30), merged_by=account("dana"))
        self.merged.append(done)
        return done

    def squash(self, pull: HostedPull, tree: str = "") -> HostedPull:
        """Merge the way GitHub squashes: one new commit of another author."""
        merged = tree or self.repository.merge_tree(self.main, pull.head_sha) or ""
        payload = commit_bytes(merged, (self.main,), Identity.of("noreply"), later(30), f"squashed (#{pull.number})")
        return self.land(pull, self.repository.write_object("commit", payload))

    def merge(self, pull: HostedPull, tree: str = "", second: str = "") -> HostedPull:
        """Merge with a merge commit."""
        merged = tree or self.repository.merge_tree(self.main, pull.head_sha) or ""
        parents = (self.main, second or pull.head_sha)
        payload = commit_bytes(merged, parents, Identity.of("noreply"), later(30), f"Merge pull request #{pull.number}")
        return self.land(pull, self.repository.write_object("commit", payload))

    def rebase(self, pull: HostedPull, **spoilt: dict[str, bytes | None]) -> HostedPull:
        """Put every commit of a pull request onto main anew; `last` and `first` change what one of them does."""
        tip, oids = self.main, [commit.sha for commit in pull.commits if len(commit.parents) == 1]
        for place, oid in enumerate(oids):
            old = self.repository.commit(oid)
            paths = self.repository.touched_paths(oid)
            files: dict[str, bytes | None] = {path: self.repository.read_file(oid, path) for path in paths}
            files |= spoilt.get("first" if place == 0 else "last" if place == len(oids) - 1 else "", {})
            tip = self.repository.write_commit(NewCommit(old.message, old.author, later(30), files, (tip,)))
        return self.land(pull, tip)

    def judged(self, since: str = "") -> tuple[HostedApproval, ...]:
        """Judge the main line as a release does."""
        pulls: dict[str, tuple[HostedPull, ...]] = {}
        for pull in self.merged:
            pulls[pull.merge_sha] = (*pulls.get(pull.merge_sha, ()), pull)
        hosting = Hosting(pulls, STANDINGS)
        return hosted_approvals(self.repository, hosting, since or self.first, self.main, self.risk_of)

    def risk_of(self, _before: str, _after: str, _paths: tuple[str, ...]) -> Risk:
        """Say the risk that the test is about."""
        return self.risk


def make_stage(folder: Path, files: dict[str, bytes | None] | None = None) -> Stage:
    """Make a repository whose one commit is released."""
    repository = GitRepository.init_bare(folder / "mirror.git")
    content: dict[str, bytes | None] = {
        RUNBOOK: b"id: RB-LIN-SERVICE-001\nversion: 1\n",
        "rules/promoted/L1-SERVICE-DOWN.yaml": b"id: L1-SERVICE-DOWN\n",
        "README.md": b"hello\n",
        ".github/CODEOWNERS": OWNERS.encode(),
        **(files or {}),
    }
    oid = repository.write_commit(NewCommit("Initial import\n", Identity.of("dana"), NOW - timedelta(days=1), content))
    stage = Stage(repository, oid)
    repository.update_refs([RefChange(MAIN, oid, None)])
    return stage
