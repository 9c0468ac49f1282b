"""A real forge in a temporary folder: keys for every part, a base branch with a policy, a proposal to try things on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from runwright.adapters.forge_local import LocalChecks, LocalProposals, LocalReviews
from runwright.adapters.git_repository import GitRepository, NewCommit, RefChange
from runwright.adapters.release_git import CutRelease, CutRequest, cut_release
from runwright.model.proposal import CheckResult, Proposal, PullRecord, PullRequest
from runwright.release.objects import Identity
from runwright.release.records import signed_files
from runwright.release.signers import CHANNEL, CHECK, DECISION, GIT, PROPOSAL, allowed_signers_line
from runwright.release.sshkeys import SigningKey, private_key_text

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RUNBOOK = "runbooks/linux/RB-LIN-SERVICE-001.yaml"
POWERS = {
    "runwright-bot": (PROPOSAL,),
    "runwright-ci": (CHECK,),
    "runwright-release": (GIT, CHANNEL),
    "dana": (DECISION, GIT),
    "alex": (DECISION, GIT),
    "mallory": (DECISION, GIT),
}
OWNERS = "* @dana\n/runbooks/ @dana @alex @runwright-bot @runwright-ci\n/rules/ @dana @alex\n/tests/ @dana @alex\n"


def key_of(name: str) -> SigningKey:
    """Give the key of a name; always the same one."""
    return SigningKey.load(private_key_text(hashlib.sha256(name.encode()).digest(), name))


def signers_text() -> str:
    """Give the allowed signers of the base branch."""
    return "".join(allowed_signers_line(name, key_of(name).public, powers) for name, powers in POWERS.items())


def later(minutes: float = 1) -> datetime:
    """Give a moment after the start of every test."""
    return NOW + timedelta(minutes=minutes)


@dataclass(frozen=True)
class Forge:
    """A repository with the three sides of its forge."""

    repository: GitRepository

    @property
    def main(self) -> str:
        """Give the tip of the base branch."""
        tip = self.repository.resolve("refs/heads/main")
        assert tip
        return tip

    def bot(self) -> LocalProposals:
        """Give the bot's side."""
        return LocalProposals(self.repository, key_of("runwright-bot"))

    def checks(self, name: str = "runwright-ci") -> LocalChecks:
        """Give the side of the checks."""
        return LocalChecks(self.repository, key_of(name))

    def reviews(self, name: str = "dana") -> LocalReviews:
        """Give a person's side."""
        return LocalReviews(self.repository, key_of(name))

    def push(self, files: dict[str, bytes | None], by: str = "dana", ref: str = "refs/heads/main", on: str = "") -> str:
        """Commit straight to a branch, as somebody with access to the files could."""
        tip = self.repository.resolve(ref)
        parent = on or tip or self.main
        oid = self.repository.write_commit(NewCommit("direct\n", Identity.of(by), NOW, files, (parent,)))
        self.repository.update_refs([RefChange(ref, oid, tip)])
        return oid

    def open(self, text: str = "id: RB-LIN-SERVICE-001\nversion: 2\n", fingerprint: str = "ab" * 8) -> PullRequest:
        """Open a pull request as the bot."""
        return self.bot().open(proposal({RUNBOOK: text}, fingerprint), later())

    def green(self, pull: PullRequest, *names: str, risk: str = "low") -> None:
        """Set checks to success for the head of a pull request."""
        for name in names or ("validate", "replay"):
            self.checks().set_check(result(pull.head_sha, name, risk=risk), later(2))

    def merged(self, text: str = "id: RB-LIN-SERVICE-001\nversion: 2\n", fingerprint: str = "ab" * 8) -> PullRequest:
        """Open, check, approve and merge."""
        pull = self.open(text, fingerprint)
        self.green(pull)
        return self.reviews().approve(pull.number, later(3))


def make_forge(folder: Path, owners: str = OWNERS, signers: str = "") -> Forge:
    """Make a forge with one commit on main."""
    repository = GitRepository.init_bare(folder / "forge.git")
    files: dict[str, bytes | None] = {
        RUNBOOK: b"id: RB-LIN-SERVICE-001\nversion: 1\n",
        "rules/promoted/L1-SERVICE-DOWN.yaml": b"id: L1-SERVICE-DOWN\n",
        "runwright.toml": b"# settings\n",
        ".github/allowed_signers": (signers or signers_text()).encode(),
        ".github/CODEOWNERS": owners.encode(),
    }
    oid = repository.write_commit(NewCommit("Initial import\n", Identity.of("dana"), NOW, files))
    repository.update_refs([RefChange("refs/heads/main", oid, None)])
    return Forge(repository)


def proposal(files: dict[str, str | None], fingerprint: str = "ab" * 8) -> Proposal:
    """Make a proposal of some files."""
    return Proposal(
        runbook_id="RB-LIN-SERVICE-001",
        fingerprint=fingerprint,
        title="runbook(RB-LIN-SERVICE-001): add start-database before start [runbook_insufficient]",
        body="Merging releases it.",
        labels=("runwright", "risk:low"),
        evidence=("exec-1",),
        files=files,
    )


def result(head: str, name: str = "validate", conclusion: str = "success", risk: str = "low") -> CheckResult:
    """Make the result of a check; only `validate` says how risky the change is."""
    values = {"head_sha": head, "name": name, "conclusion": conclusion, "summary": f"{name}: {conclusion}"}
    return CheckResult.model_validate({**values, "risk": risk if name == "validate" else None})


def smuggled(
    forge: Forge,
    files: dict[str, bytes | None],
    head: str = "",
    by: str = "runwright-bot",
    start: str = "",
    onto: str = "refs/heads/main",
) -> PullRequest:
    """Open the first pull request with a key, but past the ports; it may lie about where it starts."""
    commit = NewCommit("smuggled\n", Identity.of("runwright-bot"), later(), files, (forge.main,))
    oid = head or forge.repository.write_commit(commit)
    said = proposal({}).model_dump(exclude={"files"})
    places = {"branch": "smuggled", "base_ref": onto, "base_sha": start or forge.main, "head_sha": oid}
    record = PullRecord.model_validate({**said, **places, "number": 1, "opened_at": later(), "updated_at": later()})
    signed = signed_files("1/pull.json", record, key_of(by), DECISION if start else PROPOSAL)
    records = forge.repository.write_commit(NewCommit("x\n", Identity.of("x"), later(), signed))
    refs = {"refs/runwright/pulls": records, "refs/pull/1/head": oid}
    forge.repository.update_refs([RefChange(ref, new, None) for ref, new in refs.items()])
    return forge.reviews().show(1)


RELEASE = key_of("runwright-release")


def pins() -> str:
    """Give what an agent of the test pins."""
    return allowed_signers_line("runwright-release", RELEASE.public, (CHANNEL, GIT))


def cut(forge: Forge, first: bool = False, minutes: float = 10, channel: str = "stable") -> CutRelease:
    """Cut a release of main."""
    return cut_release(forge.repository, RELEASE, CutRequest(now=later(minutes), first=first, channel=channel))
