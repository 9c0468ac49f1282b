"""What bypassed the review is not released, whoever moved the branch and however it was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from runwright.adapters.forge_local import LocalProposals
from runwright.adapters.git_repository import NewCommit, RefChange
from runwright.errors import TrustError
from runwright.model.proposal import CheckRun, Decision, MergeRecord, PullRequest, ReviewVerdict
from runwright.release.change import change_of
from runwright.release.objects import Identity, commit_bytes, object_id, signed_commit
from runwright.release.records import encode, signed_files
from runwright.release.signers import CHECK, DECISION
from tests.support.forge import RUNBOOK, Forge, cut, key_of, later, make_forge, proposal, result, smuggled

EVIL = b"id: RB-LIN-SERVICE-001\nversion: 666\n"
RECORDS = "refs/runwright/pulls"


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    made = make_forge(tmp_path)
    cut(made, first=True)
    return made


def refused(forge: Forge) -> str:
    """Nothing is tagged, nothing is published, and the reason has a code."""
    before = forge.repository.refs("refs/tags/") | forge.repository.refs("refs/heads/channels")
    with pytest.raises(TrustError) as caught:
        cut(forge, minutes=30)
    assert forge.repository.refs("refs/tags/") | forge.repository.refs("refs/heads/channels") == before
    return caught.value.code


def move(forge: Forge, ref: str, new: str) -> None:
    forge.repository.update_refs([RefChange(ref, new, forge.repository.resolve(ref))])


def rewrite(forge: Forge, files: dict[str, bytes | None]) -> None:
    """Change the records the way somebody with access to the files could."""
    tip = forge.repository.resolve(RECORDS)
    assert tip
    forge.push(files, ref=RECORDS, on=tip)


class Forger:
    """Somebody who writes every reference and record by hand, with whatever keys they got hold of."""

    def __init__(self, forge: Forge, pull: PullRequest, key: str = "dana") -> None:
        self.forge, self.pull, self.key = forge, pull, key_of(key)
        self.by = key

    def merge(
        self,
        approved_head: str = "",
        merged_head: str = "",
        tree: str = "",
        decision_key: str = "",
        verdict: ReviewVerdict = "approve",
        change: Callable[[bytes], bytes] = lambda payload: payload,
    ) -> str:
        """Merge without asking anybody whether it is allowed."""
        forge, base = self.forge, self.forge.main
        head, approved = merged_head or self.pull.head_sha, approved_head or self.pull.head_sha
        decision = Decision(
            number=self.pull.number,
            verdict=verdict,
            head_sha=approved,
            head_tree=forge.repository.tree_of(approved),
            base_sha=base,
            at=later(5),
        )
        oid = object_id("blob", encode(decision))
        message = f"Merge pull request #{self.pull.number}\n\nPull-request: #{self.pull.number}\nDecision: {oid}\n"
        parents = (base, head)
        payload = commit_bytes(tree or forge.repository.tree_of(head), parents, Identity.of(self.by), later(5), message)
        commit = forge.repository.write_object("commit", signed_commit(change(payload), self.key))
        signer = key_of(decision_key) if decision_key else self.key
        merge = MergeRecord(number=self.pull.number, commit=commit, decision=oid, at=later(5))
        folder = f"{self.pull.number}"
        files = signed_files(f"{folder}/decisions/0001.json", decision, signer, DECISION)
        rewrite(forge, {**files, **signed_files(f"{folder}/merge.json", merge, signer, DECISION)})
        move(forge, "refs/heads/main", commit)
        return commit


def test_a_proper_merge_is_released(forge: Forge) -> None:
    forge.merged()
    assert cut(forge, minutes=30).tag == "rules-v2"


def test_the_forger_with_everything_in_order_is_nobody_to_refuse(forge: Forge) -> None:
    """The tests below spoil one thing each; this shows that nothing else is wrong."""
    pull = forge.open()
    forge.green(pull)
    Forger(forge, pull).merge()
    assert cut(forge, minutes=30).document.merged_by == "dana"


@pytest.mark.parametrize(
    "path",
    [
        RUNBOOK,
        "rules/promoted/L1-EVIL.yaml",
        ".github/CODEOWNERS",
        "runwright.toml",
        "tests/recordings/x.json",
        "tools/runwright/cli/gate.py",
        "schemas/runbook.json",
        "CODEOWNERS",
        "docs/CODEOWNERS",
    ],
)
def test_a_direct_push_is_refused(forge: Forge, path: str) -> None:
    forge.push({path: b"* @mallory\n"})
    assert refused(forge) == "history.direct_push"


def test_a_push_to_what_is_not_guarded_is_released(forge: Forge) -> None:
    forge.push({"README.md": b"hello\n"})
    assert cut(forge, minutes=30).document.merged_by == "nothing guarded was merged"


def test_a_direct_push_that_was_taken_back_is_still_refused(forge: Forge) -> None:
    forge.push({RUNBOOK: EVIL})
    forge.push({RUNBOOK: b"id: RB-LIN-SERVICE-001\nversion: 1\n"})
    assert refused(forge) == "history.direct_push"


def test_a_merge_by_an_administrator_without_any_record_is_refused(forge: Forge) -> None:
    head = forge.repository.write_commit(NewCommit("x\n", Identity.of("eve"), later(), {RUNBOOK: EVIL}, (forge.main,)))
    message = f"Merge pull request #1\n\nPull-request: #1\nDecision: {'a' * 40}\n"
    payload = commit_bytes(forge.repository.tree_of(head), (forge.main, head), Identity.of("dana"), later(), message)
    move(forge, "refs/heads/main", forge.repository.write_object("commit", signed_commit(payload, key_of("dana"))))
    assert refused(forge) == "record.missing"


def test_a_merge_that_names_no_approval_is_refused(forge: Forge) -> None:
    pull = forge.open()
    forge.green(pull)
    message = f"Merge\n\nPull-request: #1\nDecision: {'a' * 40}\n"
    parents = (forge.main, pull.head_sha)
    payload = commit_bytes(forge.repository.tree_of(pull.head_sha), parents, Identity.of("dana"), later(), message)
    move(forge, "refs/heads/main", forge.repository.write_object("commit", signed_commit(payload, key_of("dana"))))
    assert refused(forge) == "approval.missing"


def test_an_approval_of_an_older_head_is_refused(forge: Forge) -> None:
    seen = forge.open()
    moved = forge.open("id: RB-LIN-SERVICE-001\nversion: 2\n# more\n")
    forge.green(moved)
    Forger(forge, moved).merge(approved_head=seen.head_sha)
    assert refused(forge) == "approval.stale"


def test_a_decision_that_is_no_approval_is_refused(forge: Forge) -> None:
    pull = forge.open()
    forge.green(pull)
    Forger(forge, pull).merge(verdict="changes")
    assert refused(forge) == "approval.missing"


def test_a_pull_request_that_no_opener_signed_is_refused(forge: Forge) -> None:
    pull = smuggled(forge, {RUNBOOK: b"x\n"}, by="stranger")
    forge.green(pull)
    Forger(forge, pull).merge()
    assert refused(forge) == "pull.unverified"


def test_a_merge_whose_record_lies_about_its_start_is_refused(forge: Forge) -> None:
    """Whoever approved it may have been shown the second commit only."""
    first, second = (NewCommit("x\n", Identity.of("mallory"), later(), {RUNBOOK: text}, ()) for text in (EVIL, b"x\n"))
    start = forge.repository.write_commit(replace(first, parents=(forge.main,)))
    head = forge.repository.write_commit(replace(second, parents=(start,)))
    pull = smuggled(forge, {}, head, by="mallory", start=start)
    forge.green(pull)
    Forger(forge, pull).merge()
    assert refused(forge) == "pull.base"


def test_an_evil_merge_is_refused(forge: Forge) -> None:
    """The tree of the merge is neither the reviewed one nor the merge of it."""
    pull = forge.open()
    forge.green(pull)
    other = forge.repository.write_commit(NewCommit("x\n", Identity.of("eve"), later(), {RUNBOOK: EVIL}, (forge.main,)))
    Forger(forge, pull).merge(tree=forge.repository.tree_of(other))
    assert refused(forge) == "merge.evil"


def test_an_approval_by_the_opener_is_refused(forge: Forge) -> None:
    pull = LocalProposals(forge.repository, key_of("alex")).open(proposal({RUNBOOK: "by hand\n"}), later())
    forge.green(pull)
    Forger(forge, pull, "alex").merge()
    assert refused(forge) == "reviewer.opener"


def test_an_approval_by_the_author_of_a_commit_is_refused(forge: Forge) -> None:
    commit = NewCommit("x\n", Identity.of("dana"), later(), {RUNBOOK: b"x\n"}, (forge.main,))
    pull = smuggled(forge, {}, forge.repository.write_commit(commit))
    forge.green(pull)
    Forger(forge, pull).merge()
    assert refused(forge) == "reviewer.author"


@pytest.mark.parametrize(
    ("key", "code"),
    [("runwright-bot", "approval.unsigned"), ("stranger", "approval.unsigned"), ("mallory", "reviewer.not_owner")],
)
def test_an_approval_by_the_bot_a_stranger_or_no_owner_is_refused(forge: Forge, key: str, code: str) -> None:
    pull = forge.open()
    forge.green(pull)
    Forger(forge, pull, key).merge()
    assert refused(forge) == code


def test_a_missing_check_is_refused(forge: Forge) -> None:
    pull = forge.open()
    forge.green(pull, "validate")
    Forger(forge, pull).merge()
    assert refused(forge) == "check.missing"


def test_a_red_check_is_refused(forge: Forge) -> None:
    pull = forge.open()
    forge.green(pull)
    forge.checks().set_check(result(pull.head_sha, "replay", "failure"), later(3))
    Forger(forge, pull).merge()
    assert refused(forge) == "check.red"


@pytest.mark.parametrize("key", ["dana", "runwright-bot", "stranger"])
def test_a_check_set_by_another_key_is_refused(forge: Forge, key: str) -> None:
    pull = forge.open()
    forge.green(pull, "validate")
    check = CheckRun(number=1, head_sha=pull.head_sha, name="replay", conclusion="success", summary="fine", at=later(2))
    rewrite(forge, dict(signed_files("1/checks/replay.json", check, key_of(key), CHECK)))
    Forger(forge, pull).merge()
    assert refused(forge) == "check.other_key"


def test_a_check_of_another_pull_request_is_refused(forge: Forge) -> None:
    first = forge.open()
    forge.green(first)
    second = forge.open("id: RB-LIN-SERVICE-001\nversion: 3\n", "cd" * 8)
    tip = forge.repository.resolve(RECORDS)
    assert tip
    copied = {
        path.replace("1/checks", "2/checks"): data
        for path, data in forge.repository.read_files(tip, "1/checks/").items()
    }
    rewrite(forge, dict(copied))
    Forger(forge, second).merge()
    assert refused(forge) == "record.malformed"


def test_a_malicious_commit_that_the_next_one_reverts_is_refused(forge: Forge) -> None:
    pull = forge.open()
    evil = NewCommit("evil\n", Identity.of("eve"), later(), {"rules/promoted/L1-EVIL.yaml": EVIL}, (pull.base_sha,))
    undo = {"rules/promoted/L1-EVIL.yaml": None, RUNBOOK: b"id: RB-LIN-SERVICE-001\nversion: 2\n"}
    first = forge.repository.write_commit(evil)
    head = forge.repository.write_commit(NewCommit("undo\n", Identity.of("eve"), later(), undo, (first,)))
    Forger(forge, pull).merge(approved_head=head, merged_head=head)
    assert refused(forge) == "history.hidden_change"


def test_history_rewritten_since_the_last_release_is_refused(forge: Forge) -> None:
    base = forge.main
    other = forge.repository.write_commit(NewCommit("Initial\n", Identity.of("eve"), later(), {RUNBOOK: EVIL}))
    move(forge, "refs/heads/main", other)
    assert forge.main != base
    assert refused(forge) == "history.rewritten"


def test_the_last_release_on_a_side_line_is_a_rewritten_history(forge: Forge) -> None:
    """The released commit is still reachable, as a second parent, but the main line went around it."""
    root = forge.repository.write_commit(NewCommit("x\n", Identity.of("eve"), later(), {RUNBOOK: EVIL}))
    payload = commit_bytes(forge.repository.tree_of(root), (root, forge.main), Identity.of("eve"), later(), "around")
    move(forge, "refs/heads/main", forge.repository.write_object("commit", payload))
    assert refused(forge) == "history.rewritten"


def test_a_merge_signed_by_somebody_else_than_the_approver_is_refused(forge: Forge) -> None:
    pull = forge.open()
    forge.green(pull)
    Forger(forge, pull, "alex").merge(decision_key="dana")
    assert refused(forge) == "merge.signature"


def test_a_merge_without_a_signature_is_refused(forge: Forge) -> None:
    pull = forge.merged()
    signed = forge.repository.commit(pull.merge_commit)
    move(forge, "refs/heads/main", forge.repository.write_object("commit", signed.payload))
    assert refused(forge) == "merge.signature"


def test_a_bots_change_outside_its_folders_is_refused_even_when_approved(forge: Forge) -> None:
    pull = smuggled(forge, {"runwright.toml": b"# weaker\n"})
    forge.green(pull)
    Forger(forge, pull).merge()
    assert refused(forge) == "proposal.path"


def test_an_outstanding_request_for_changes_is_refused(forge: Forge) -> None:
    pull = forge.open()
    forge.green(pull)
    forge.reviews("alex").request_changes(1, "Guard the step.", later(3))
    tip = forge.repository.resolve(RECORDS)
    assert tip
    asked = forge.repository.read_files(tip, "1/decisions/")
    commit = Forger(forge, pull).merge()
    said = forge.repository.read_files(forge.repository.resolve(RECORDS) or "", "1/decisions/")
    renamed = {path.replace("0001", "0002"): data for path, data in said.items()}
    rewrite(forge, {**asked, **renamed})
    assert forge.main == commit
    assert refused(forge) == "changes.outstanding"


def test_records_that_were_deleted_are_refused(forge: Forge) -> None:
    forge.merged()
    forge.repository.update_refs([RefChange(RECORDS, None, forge.repository.resolve(RECORDS))])
    assert refused(forge) == "record.missing"


def test_a_merge_of_what_the_base_changed_too_is_refused(forge: Forge) -> None:
    pull = forge.open()
    forge.green(pull)
    other = forge.open("id: RB-LIN-SERVICE-001\nversion: 3\n", "cd" * 8)
    forge.green(other)
    forge.reviews().approve(other.number, later(4))
    Forger(forge, pull).merge()
    assert refused(forge) == "merge.base_moved"


def test_two_merges_are_judged_by_the_policy_of_their_own_base(forge: Forge) -> None:
    """Alex may approve before the second merge takes the right away, not after."""
    person = LocalProposals(forge.repository, key_of("mallory"))
    first = forge.open()
    forge.green(first)
    forge.reviews("alex").approve(first.number, later(4))
    change = person.open(proposal({".github/CODEOWNERS": "* @dana\n"}, "cd" * 8), later(5))
    forge.green(change)
    forge.reviews("dana").approve(change.number, later(6))
    assert cut(forge, minutes=30).document.merged_by == "alex, dana"
    third = forge.open("id: RB-LIN-SERVICE-001\nversion: 3\n", "ef" * 8)
    forge.green(third)
    Forger(forge, third, "alex").merge()
    assert refused(forge) == "reviewer.not_owner"


def test_a_change_is_what_its_commits_are(forge: Forge) -> None:
    pull = forge.open()
    change = change_of(forge.repository, forge.main, pull.head_sha)
    assert change.paths == (RUNBOOK,)
    assert "runwright-bot" in change.authors


def test_unrelated_histories_are_refused(forge: Forge) -> None:
    other = forge.repository.write_commit(NewCommit("x\n", Identity.of("eve"), later(), {RUNBOOK: EVIL}))
    with pytest.raises(TrustError, match=r"pull\.unrelated"):
        change_of(forge.repository, forge.main, other)
