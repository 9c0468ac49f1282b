"""Who may approve a change, and whether its checks allow the merge. Used before a merge and again before a release.

The policy is read from the base, never from the change: a change cannot choose its own judges.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from runwright.errors import TrustError
from runwright.model.policy import DEFAULT, read_policy
from runwright.model.policy import FILE as POLICY_FILE
from runwright.model.policy import Policy as Asked
from runwright.model.proposal import CheckRun, Decision, PullRequest
from runwright.release.change import Change
from runwright.release.codeowners import CodeOwners, parse_codeowners
from runwright.release.history import History
from runwright.release.signers import CHECK, DECISION, PROPOSAL, AllowedSigners, parse_allowed_signers
from runwright.release.sshkeys import PublicKey

REQUIRED = ("validate", "replay")
"""The checks that must be green."""
BOT_FOLDERS = ("runbooks/", "rules/", "tests/recordings/")
"""All that a bot's proposal may touch."""
INSTALLED = (".ci/", "Makefile", "makefile", "GNUmakefile", "pyproject.toml", "requirements", "setup.")
"""What says which code judges: `make setup` runs it before every check and before a release."""
JUDGES, CONTENT = (".github/", "runwright.toml", "guard/", "tools/", *INSTALLED), ("runbooks/", "rules/")
"""What says who and what decides, and what is decided about; one pull request touches one of them."""
SIGNERS_FILE, OWNERS_FILE = ".github/allowed_signers", ".github/CODEOWNERS"


@dataclass(frozen=True)
class Policy:
    """Whose keys count, who owns what, and what each risk needs."""

    signers: AllowedSigners
    owners: CodeOwners
    asked: Asked = DEFAULT


def policy_at(history: History, commit: str) -> Policy:
    """Read the policy that a commit holds; raises TrustError policy.missing, or ContentError for a wrong line."""
    texts = []
    for path in (SIGNERS_FILE, OWNERS_FILE):
        data = history.read_file(commit, path)
        if data is None:
            raise TrustError("policy.missing", f"{path} is not on the base branch; nobody can approve without it")
        texts.append(data.decode("utf-8", "replace"))
    asked = read_policy(history.read_file(commit, POLICY_FILE))
    return Policy(parse_allowed_signers(texts[0], SIGNERS_FILE), parse_codeowners(texts[1], OWNERS_FILE), asked)


def person(policy: Policy, key: PublicKey, moment: datetime) -> str:
    """Give the person whose key it is.

    Raises TrustError: reviewer.unknown, reviewer.bot, reviewer.ci, reviewer.expired. A key that may sign proposals or
    checks is a machine's, and a name that has such a key is a machine's name, whatever else is listed for it.
    """
    names = policy.signers.names_of(key)
    if not names:
        raise TrustError("reviewer.unknown", f"the key {key.key_id} is not in {SIGNERS_FILE} of the base branch")
    powers = policy.signers.powers_of(names)
    if PROPOSAL in powers:
        raise TrustError("reviewer.bot", f"{names[0]} is the bot that writes proposals; a person must decide")
    if CHECK in powers:
        raise TrustError("reviewer.ci", f"{names[0]} is the identity of the checks; a person must decide")
    try:
        return policy.signers.identify(key, DECISION, moment)
    except TrustError as error:
        code = "reviewer.expired" if error.code == "signer.expired" else "reviewer.unknown"
        raise TrustError(code, f"{error.message}, so it cannot decide") from error


def check_owner(policy: Policy, principal: str, paths: Iterable[str]) -> None:
    """Refuse (reviewer.not_owner) a person who does not own every changed path."""
    for path in paths:
        if not policy.owners.owns(principal, path):
            owners = ", ".join(policy.owners.owners(path)) or "nobody"
            raise TrustError("reviewer.not_owner", f"{principal} does not own {path!a}; its owners are: {owners}")


def check_approver(policy: Policy, key: PublicKey, pull: PullRequest, change: Change, moment: datetime) -> str:
    """Give the person who may approve a change with this key.

    Raises TrustError: the codes of `person`, reviewer.opener, reviewer.author, reviewer.not_owner.
    """
    principal = person(policy, key, moment)
    mine = {name.casefold() for name in policy.signers.names_of(key)}
    if pull.by.casefold() in mine or pull.key_id == key.key_id:
        raise TrustError("reviewer.opener", f"{principal} opened this pull request; somebody else must approve it")
    if mine & change.authors or key.key_id in change.author_keys:
        raise TrustError("reviewer.author", f"{principal} wrote a commit of this change; somebody else must approve it")
    check_owner(policy, principal, change.paths)
    return principal


def check_opener(policy: Policy, pull: PullRequest, change: Change) -> None:
    """Refuse what nobody signed for (pull.unverified), or a bot's outside its folders (proposal.path)."""
    key = policy.signers.key_of(pull.key_id)
    powers = policy.signers.powers_of({pull.by, *(policy.signers.names_of(key) if key else ())})
    if not pull.by or (CHECK in powers and PROPOSAL not in powers):
        raise TrustError("pull.unverified", f"pull request #{pull.number} is not signed by a key that may open one")
    if PROPOSAL in powers:
        check_bot_paths(change.paths)


def check_base(history: History, pull: PullRequest, change: Change) -> None:
    """Refuse (pull.base) a pull request that says it starts from a commit that the base branch never had.

    Whoever believes such a record sees less than what would be merged.
    """
    if history.merge_base(pull.base_sha, change.base_sha) != pull.base_sha:
        raise TrustError(
            "pull.base",
            f"pull request #{pull.number} says that it starts from {pull.base_sha[:12]}, which is not on the base "
            "branch; reject it, and open it again from there",
        )


def mixed(paths: Iterable[str]) -> tuple[str, ...]:
    """Give the paths that may not be changed together with the content that is changed, too; empty when all is well."""
    listed = tuple(paths)
    judged = any(path.startswith(CONTENT) for path in listed)
    return tuple(path for path in listed if path.startswith(JUDGES)) if judged else ()


def check_separate(paths: Iterable[str]) -> None:
    """Refuse (change.mixed) to change the judges together with what they judge."""
    found = mixed(paths)
    if found:
        raise TrustError(
            "change.mixed",
            f"{found[0]!a} says who or what decides, and runbooks or rules change with it; make two pull requests",
        )


def check_bot_paths(paths: Iterable[str]) -> None:
    """Refuse (proposal.path) paths that a bot has no business with."""
    for path in paths:
        if not path.startswith(BOT_FOLDERS):
            raise TrustError("proposal.path", f"a bot may not change {path!a}; only {', '.join(BOT_FOLDERS)}")


def check_results(pull: PullRequest, head: str) -> tuple[CheckRun, ...]:
    """Give the required checks, all green for exactly this head.

    Raises TrustError: check.missing, check.other_key, check.other_head, check.pending, check.red.
    """
    found = {check.name: check for check in pull.checks}
    return tuple(green(name, found.get(name), pull, head) for name in REQUIRED)


def green(name: str, check: CheckRun | None, pull: PullRequest, head: str) -> CheckRun:
    """Give a check back if it is green for a head, and set by somebody else than the opener."""
    if check is None:
        raise TrustError("check.missing", f"the check {name!r} has not run; wait for it, or run it")
    if not check.by or check.key_id == pull.key_id:
        raise TrustError("check.other_key", f"the check {name!r} is not signed by the identity of the checks")
    if check.head_sha != head:
        raise TrustError("check.other_head", f"the check {name!r} ran on {check.head_sha[:12]}, not on {head[:12]}")
    if check.conclusion != "success":
        code = "check.pending" if check.conclusion == "pending" else "check.red"
        raise TrustError(code, f"the check {name!r} is {check.conclusion}: {check.summary}")
    return check


def check_outstanding(pull: PullRequest, principal: str) -> None:
    """Refuse while somebody's rejection (pull.closed) or request to change this head (changes.outstanding) stands."""
    if any(decision.by and decision.verdict == "reject" for decision in pull.decisions):
        raise TrustError("pull.closed", f"pull request #{pull.number} was rejected; open a new one")
    latest: dict[str, Decision] = {decision.by: decision for decision in pull.decisions if decision.by}
    for by, decision in latest.items():
        if by != principal and decision.verdict == "changes" and decision.head_sha == pull.head_sha:
            raise TrustError("changes.outstanding", f"{by} asked for changes to {pull.head_sha[:12]}; they come first")
