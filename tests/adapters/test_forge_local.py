"""The local forge: proposing, checking, deciding, on real bare repositories with real signatures."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runwright.adapters.forge_local import LocalProposals, LocalReviews, read_pulls
from runwright.adapters.git_repository import NewCommit, RefChange
from runwright.errors import ContentError, EdgeError, TrustError
from runwright.model.proposal import MergeRecord, PullRequest
from runwright.release.objects import Identity, signed_commit
from runwright.release.records import signed_files
from runwright.release.signers import CHECK, DECISION, GIT, PROPOSAL, allowed_signers_line
from runwright.release.sshsig import verify
from tests.support.forge import (
    RUNBOOK,
    Forge,
    key_of,
    later,
    make_forge,
    proposal,
    result,
    signers_text,
    smuggled,
)


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return make_forge(tmp_path)


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as caught:
        action()
    return caught.value.code


def approve(forge: Forge, pull: PullRequest, name: str = "dana") -> str:
    before = forge.main
    code = refused(lambda: forge.reviews(name).approve(pull.number, later(5)))
    assert forge.main == before
    assert forge.reviews().show(pull.number).state == "open"
    return code


# Proposing


def test_a_proposal_becomes_a_branch_a_head_and_a_record(forge: Forge) -> None:
    pull = forge.open()
    assert (pull.number, pull.by, pull.state) == (1, "runwright-bot", "open")
    assert pull.branch == "runwright/improve/RB-LIN-SERVICE-001/abababababab"
    assert forge.repository.resolve("refs/pull/1/head") == pull.head_sha
    assert forge.repository.resolve(f"refs/heads/{pull.branch}") == pull.head_sha
    assert forge.bot().find(pull.fingerprint) == pull


def test_the_same_failure_finds_the_open_pull_request_and_pushes_nothing(forge: Forge) -> None:
    first = forge.open()
    records = forge.repository.resolve("refs/runwright/pulls")
    assert forge.bot().open(proposal({RUNBOOK: "id: RB-LIN-SERVICE-001\nversion: 2\n"}), later(9)) == first
    assert forge.repository.resolve("refs/runwright/pulls") == records


def test_other_content_for_the_same_failure_moves_the_head_of_the_open_pull_request(forge: Forge) -> None:
    first = forge.open()
    second = forge.open("id: RB-LIN-SERVICE-001\nversion: 2\n# better\n")
    assert second.number == first.number
    assert second.head_sha == forge.repository.resolve("refs/pull/1/head") != first.head_sha


def test_the_bot_never_pushes_over_a_persons_commit(forge: Forge) -> None:
    pull = forge.open()
    mine = forge.push({RUNBOOK: b"by hand\n"}, by="alex", ref="refs/pull/1/head")
    forge.open("id: RB-LIN-SERVICE-001\nversion: 2\n# better\n")
    assert forge.repository.resolve("refs/pull/1/head") == mine
    assert forge.reviews().show(pull.number).head_sha == pull.head_sha


def test_evidence_is_added_once_per_execution(forge: Forge) -> None:
    forge.open()
    first = forge.bot().add_evidence(1, "exec-2", "It happened again.", later(2))
    again = forge.bot().add_evidence(1, "exec-2", "It happened again.", later(3))
    forge.bot().add_evidence(1, "exec-3", "And again.", later(4))
    assert first == again
    assert [comment.key for comment in forge.reviews().show(1).comments] == ["exec-2", "exec-3"]


def test_a_proposal_that_changes_nothing_is_refused(forge: Forge) -> None:
    with pytest.raises(ContentError, match="changes nothing"):
        forge.open("id: RB-LIN-SERVICE-001\nversion: 1\n")


@pytest.mark.parametrize(
    "path",
    [
        ".github/allowed_signers",
        ".github/workflows/tests.yml",
        "runwright.toml",
        "tools/x.py",
        "tests/test_x.py",
        "README.md",
    ],
)
def test_the_bot_may_not_propose_outside_its_folders(forge: Forge, path: str) -> None:
    bad = proposal({RUNBOOK: "version: 2\n", path: "x\n"})
    assert refused(lambda: forge.bot().open(bad, later())) == "proposal.path"


def test_a_bot_proposal_smuggled_past_the_port_is_refused_at_approval(forge: Forge) -> None:
    pull = smuggled(forge, {"runwright.toml": b"# weaker\n"})
    forge.green(pull)
    assert approve(forge, pull) == "proposal.path"


def test_a_key_without_the_right_to_propose_cannot_open(forge: Forge) -> None:
    stranger = LocalProposals(forge.repository, key_of("stranger"))
    assert refused(lambda: stranger.open(proposal({RUNBOOK: "x\n"}), later())) == "proposal.not_allowed"


def test_the_bots_port_has_no_way_to_approve_or_merge() -> None:
    names = {name for name in dir(LocalProposals) if not name.startswith("_")}
    assert not {name for name in names if any(word in name for word in ("approve", "merge", "decide", "reject"))}


# Approving and merging


def test_approving_with_green_checks_merges(forge: Forge) -> None:
    base = forge.main
    pull = forge.merged()
    commit = forge.repository.commit(forge.main)
    assert pull.state == "merged"
    assert pull.merge_commit == forge.main
    assert commit.parents == (base, pull.head_sha)
    assert commit.author == commit.committer == Identity.of("dana")
    assert commit.trailer("Pull-request") == "#1"
    assert commit.trailer("Approved-by") == f"dana {key_of('dana').public.key_id}"
    assert commit.trailer("Decision") == pull.decisions[0].oid
    assert verify(commit.payload, commit.signature, "git") == key_of("dana").public
    assert forge.repository.read_file(forge.main, RUNBOOK) == b"id: RB-LIN-SERVICE-001\nversion: 2\n"


def test_the_record_of_the_decision_is_the_blob_that_the_merge_names(forge: Forge) -> None:
    pull = forge.merged()
    tip = forge.repository.resolve("refs/runwright/pulls")
    assert tip
    entries = {entry.path: entry.oid for entry in forge.repository.list_tree(tip)}
    assert entries["1/decisions/0001.json"] == pull.decisions[0].oid


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("runwright-bot", "reviewer.bot"),
        ("runwright-ci", "reviewer.ci"),
        ("stranger", "reviewer.unknown"),
        ("runwright-release", "reviewer.unknown"),
        ("mallory", "reviewer.not_owner"),
    ],
)
def test_who_may_not_approve(forge: Forge, name: str, code: str) -> None:
    pull = forge.open()
    forge.green(pull)
    assert approve(forge, pull, name) == code


def test_the_bots_key_cannot_approve_even_when_it_may_sign_decisions(tmp_path: Path) -> None:
    line = allowed_signers_line("runwright-bot", key_of("runwright-bot").public, (PROPOSAL, DECISION, GIT))
    forge = make_forge(tmp_path, signers=signers_text() + line)
    pull = forge.open()
    forge.green(pull)
    assert approve(forge, pull, "runwright-bot") == "reviewer.bot"


def test_a_second_key_of_the_bot_cannot_approve_either(tmp_path: Path) -> None:
    line = allowed_signers_line("runwright-bot", key_of("second").public, (DECISION, GIT))
    forge = make_forge(tmp_path, signers=signers_text() + line)
    pull = forge.open()
    forge.green(pull)
    assert approve(forge, pull, "second") == "reviewer.bot"


def test_a_person_who_opened_the_change_cannot_approve_it(forge: Forge) -> None:
    pull = LocalProposals(forge.repository, key_of("alex")).open(proposal({RUNBOOK: "by hand\n"}), later())
    forge.green(pull)
    assert pull.by == "alex"
    assert approve(forge, pull, "alex") == "reviewer.opener"
    assert forge.reviews("dana").approve(pull.number, later(6)).state == "merged"


def test_an_author_of_a_commit_in_the_change_cannot_approve_it(forge: Forge) -> None:
    dana = Identity("Dana D.", "dana@example.org")
    first = NewCommit("x\n", Identity.of("runwright-bot"), later(), {RUNBOOK: b"x\n"}, (forge.main,))
    second = NewCommit("more\n", dana, later(), {RUNBOOK: b"more\n"}, (forge.repository.write_commit(first),))
    pull = smuggled(forge, {}, forge.repository.write_commit(second))
    forge.green(pull)
    assert approve(forge, pull, "dana") == "reviewer.author"
    assert forge.reviews("alex").approve(pull.number, later(6)).state == "merged"


def test_the_signer_of_a_commit_in_the_change_cannot_approve_it(forge: Forge) -> None:
    """The commit carries somebody else's name, and still dana's signature."""
    plain = NewCommit("x\n", Identity.of("runwright-bot"), later(), {RUNBOOK: b"x\n"}, (forge.main,))
    payload = forge.repository.read_object(forge.repository.write_commit(plain)).data
    head = forge.repository.write_object("commit", signed_commit(payload, key_of("dana")))
    pull = smuggled(forge, {}, head)
    forge.green(pull)
    assert approve(forge, pull, "dana") == "reviewer.author"


def test_a_key_that_has_expired_cannot_approve(tmp_path: Path) -> None:
    line = f'old namespaces="{DECISION}",valid-before="20260101Z" {key_of("old").public.line}\n'
    forge = make_forge(tmp_path, owners="* @old @dana\n", signers=signers_text() + line)
    pull = forge.open()
    forge.green(pull)
    assert approve(forge, pull, "old") == "reviewer.expired"


def test_a_change_cannot_choose_its_own_judges(forge: Forge) -> None:
    """The policy is read from the base: a pull request that makes mallory an owner is not mallory's to approve."""
    person = LocalProposals(forge.repository, key_of("alex"))
    pull = person.open(proposal({".github/CODEOWNERS": "* @mallory\n"}), later())
    forge.green(pull)
    assert approve(forge, pull, "mallory") == "reviewer.not_owner"


def test_every_changed_path_must_be_owned(tmp_path: Path) -> None:
    forge = make_forge(tmp_path, owners="* @dana\n/runbooks/ @alex\n")
    files: dict[str, str | None] = {RUNBOOK: "x\n", "rules/promoted/L1-SERVICE-DOWN.yaml": "y\n"}
    pull = forge.bot().open(proposal(files), later())
    forge.green(pull)
    assert approve(forge, pull, "alex") == "reviewer.not_owner"
    assert approve(forge, pull, "dana") == "reviewer.not_owner"


@pytest.mark.parametrize("by", ["stranger", "runwright-ci", "dana"])
def test_a_pull_request_that_no_opener_signed_is_refused(forge: Forge, by: str) -> None:
    """Even dana's key counts only where it signed as a person, not as a bot."""
    pull = smuggled(forge, {RUNBOOK: b"x\n"}, by=by)
    forge.green(pull)
    assert pull.by == ""
    assert approve(forge, pull, "alex") == "pull.unverified"


# Checks


def test_merging_without_a_check_is_refused(forge: Forge) -> None:
    pull = forge.open()
    forge.green(pull, "validate")
    assert approve(forge, pull) == "check.missing"


@pytest.mark.parametrize(("conclusion", "code"), [("failure", "check.red"), ("pending", "check.pending")])
def test_merging_with_a_check_that_is_not_green_is_refused(forge: Forge, conclusion: str, code: str) -> None:
    pull = forge.open()
    forge.green(pull)
    forge.checks().set_check(result(pull.head_sha, "replay", conclusion), later(3))
    assert approve(forge, pull) == code


def test_merging_with_checks_of_another_head_is_refused(forge: Forge) -> None:
    forge.green(forge.open())
    moved = forge.open("id: RB-LIN-SERVICE-001\nversion: 2\n# better\n")
    assert approve(forge, moved) == "check.other_head"


def test_a_check_set_by_another_key_is_refused_and_does_not_count(forge: Forge) -> None:
    pull = forge.open()
    for name in ("runwright-bot", "dana", "stranger"):
        side = forge.checks(name)
        assert refused(lambda side=side: side.set_check(result(pull.head_sha), later(2))) == "check.other_key"  # type: ignore[misc]


def test_a_check_record_forged_with_file_access_does_not_count(forge: Forge) -> None:
    pull = forge.open()
    forge.green(pull)
    tip = forge.repository.resolve("refs/runwright/pulls")
    assert tip
    old = forge.repository.read_file(tip, "1/checks/replay.json")
    assert old
    forged: dict[str, bytes | None] = {"1/checks/replay.json": old.replace(b"replay: success", b"replay: perfect")}
    forge.push(forged, ref="refs/runwright/pulls", on=tip)
    assert approve(forge, pull) == "check.other_key"


def test_a_key_that_proposes_cannot_check_its_own_proposal(tmp_path: Path) -> None:
    line = allowed_signers_line("runwright-bot", key_of("runwright-bot").public, (CHECK,))
    forge = make_forge(tmp_path, signers=signers_text() + line)
    pull = forge.open()
    for name in ("validate", "replay"):
        forge.checks("runwright-bot").set_check(result(pull.head_sha, name), later(2))
    assert approve(forge, pull) == "check.other_key"


def test_a_result_for_a_head_that_moved_on_is_refused(forge: Forge) -> None:
    stale = forge.open()
    forge.open("id: RB-LIN-SERVICE-001\nversion: 2\n# better\n")
    assert refused(lambda: forge.checks().set_check(result(stale.head_sha), later(3))) == "check.other_head"


def test_what_waits_for_checks_is_listed_until_they_are_done(forge: Forge) -> None:
    pull = forge.open()
    forge.green(pull, "validate")
    assert [waiting.number for waiting in forge.checks().pending()] == [1]
    forge.green(pull, "replay")
    assert forge.checks().pending() == ()


def test_the_same_result_again_is_not_written(forge: Forge) -> None:
    forge.green(forge.open())
    tip = forge.repository.resolve("refs/runwright/pulls")
    forge.green(forge.reviews().show(1))
    assert forge.repository.resolve("refs/runwright/pulls") == tip


# Heads and bases that move


def test_a_head_pushed_behind_the_openers_back_is_refused(forge: Forge) -> None:
    pull = forge.open()
    forge.green(pull)
    forge.push({RUNBOOK: b"evil\n"}, by="eve", ref="refs/pull/1/head")
    assert approve(forge, pull) == "pull.head_moved"


def test_approving_another_head_than_the_one_looked_at_is_refused(forge: Forge) -> None:
    seen = forge.open()
    moved = forge.open("id: RB-LIN-SERVICE-001\nversion: 2\n# better\n")
    forge.green(moved)
    action = forge.reviews().approve
    assert refused(lambda: action(1, later(5), head_sha=seen.head_sha)) == "pull.head_moved"


def test_a_base_that_moved_elsewhere_is_merged_with_git(forge: Forge) -> None:
    pull = forge.open()
    forge.green(pull)
    forge.push({"README.md": b"hello\n"})
    assert forge.reviews().approve(1, later(5)).state == "merged"
    assert forge.repository.read_file(forge.main, "README.md") == b"hello\n"
    assert forge.repository.read_file(forge.main, RUNBOOK) == b"id: RB-LIN-SERVICE-001\nversion: 2\n"


def test_a_base_that_changed_the_same_file_is_refused(forge: Forge) -> None:
    pull = forge.open()
    forge.green(pull)
    forge.push({RUNBOOK: b"id: RB-LIN-SERVICE-001\nversion: 7\n"})
    assert approve(forge, pull) == "merge.base_moved"


def test_a_merge_that_git_cannot_make_is_refused(forge: Forge) -> None:
    """A file here, a folder of that name there: no path is changed on both sides, and yet it conflicts."""
    pull = forge.bot().open(proposal({"rules/extra": "a file\n"}), later())
    forge.green(pull)
    forge.push({"rules/extra/L1-X.yaml": b"a folder\n"})
    assert approve(forge, pull) == "merge.conflict"


def test_a_change_hidden_in_the_history_of_a_branch_is_refused(forge: Forge) -> None:
    eve = Identity.of("eve")
    evil = NewCommit("evil\n", eve, later(), {"rules/evil.yaml": b"x\n"}, (forge.main,))
    undo = NewCommit(
        "undo\n", eve, later(), {"rules/evil.yaml": None, RUNBOOK: b"fine\n"}, (forge.repository.write_commit(evil),)
    )
    pull = smuggled(forge, {}, forge.repository.write_commit(undo))
    forge.green(pull)
    assert approve(forge, pull) == "history.hidden_change"


# Saying no


def test_a_rejected_pull_request_is_closed_and_its_reason_is_found_by_fingerprint(forge: Forge) -> None:
    pull = forge.open()
    closed = forge.reviews("alex").reject(1, "The database has its own watchdog.", later(3))
    assert (closed.state, closed.closed_reason) == ("closed", "The database has its own watchdog.")
    assert forge.bot().find(pull.fingerprint) is None
    assert [old.closed_reason for old in forge.bot().earlier(pull.fingerprint)] == [closed.closed_reason]
    assert refused(lambda: forge.reviews().approve(1, later(4))) == "pull.closed"


def test_after_a_rejection_the_same_failure_opens_a_new_pull_request(forge: Forge) -> None:
    forge.open()
    forge.reviews().reject(1, "no", later(3))
    assert forge.open("id: RB-LIN-SERVICE-001\nversion: 2\n# other\n").number == 2


def test_a_person_who_owns_nothing_cannot_reject(forge: Forge) -> None:
    forge.open()
    assert refused(lambda: forge.reviews("mallory").reject(1, "no", later(3))) == "reviewer.not_owner"
    assert refused(lambda: forge.reviews("runwright-bot").reject(1, "no", later(3))) == "reviewer.bot"


def test_a_rejection_forged_with_file_access_closes_nothing(forge: Forge) -> None:
    forge.open()
    forge.reviews().reject(1, "no", later(3))
    tip = forge.repository.resolve("refs/runwright/pulls")
    assert tip
    said = forge.repository.read_file(tip, "1/decisions/0001.json")
    assert said
    forge.push({"1/decisions/0001.json": said.replace(b'"no"', b'"nope"')}, ref="refs/runwright/pulls", on=tip)
    assert forge.reviews().show(1).state == "open"


def test_a_merge_record_forged_with_file_access_merges_nothing(forge: Forge) -> None:
    pull = forge.open()
    record = MergeRecord(number=1, commit=forge.main, decision="a" * 40, at=later(2))
    tip = forge.repository.resolve("refs/runwright/pulls")
    assert tip
    forged = signed_files("1/merge.json", record, key_of("stranger"), DECISION)
    forge.push({**forged}, ref="refs/runwright/pulls", on=tip)
    assert forge.reviews().show(pull.number).state == "open"


def test_a_request_for_changes_stops_others_until_a_new_head(forge: Forge) -> None:
    pull = forge.open()
    forge.green(pull)
    forge.reviews("alex").request_changes(1, "Guard the step.", later(3))
    assert approve(forge, pull, "dana") == "changes.outstanding"
    better = forge.open("id: RB-LIN-SERVICE-001\nversion: 2\n# guarded\n")
    forge.green(better)
    assert forge.reviews("dana").approve(1, later(6)).state == "merged"


def test_a_no_without_a_reason_is_refused(forge: Forge) -> None:
    forge.open()
    with pytest.raises(ContentError, match="say why"):
        forge.reviews().reject(1, "  ", later(3))


# Reading


def test_the_audit_trail_is_the_log_of_the_records(forge: Forge) -> None:
    forge.merged()
    tip = forge.repository.resolve("refs/runwright/pulls")
    assert tip
    said = [forge.repository.commit(oid).message.strip() for oid in reversed(forge.repository.log(tip))]
    assert said == [
        "Pull request #1: opened by runwright-bot",
        "Pull request #1: check validate is success",
        "Pull request #1: check replay is success",
        "Pull request #1: approved and merged by dana",
    ]


def test_changes_show_each_file_before_and_after(forge: Forge) -> None:
    forge.open()
    (change,) = forge.reviews().changes(1)
    assert (change.path, change.before, change.after) == (
        RUNBOOK,
        b"id: RB-LIN-SERVICE-001\nversion: 1\n",
        b"id: RB-LIN-SERVICE-001\nversion: 2\n",
    )


def test_reading_needs_no_key(forge: Forge) -> None:
    forge.open()
    assert [pull.title for pull in read_pulls(forge.repository)] == [forge.reviews().show(1).title]


def test_a_pull_request_that_is_not_there_is_told(forge: Forge) -> None:
    assert refused(lambda: forge.reviews().show(7)) == "record.missing"


def test_a_record_that_claims_to_be_somebody_else_is_refused(forge: Forge) -> None:
    forge.open()
    tip = forge.repository.resolve("refs/runwright/pulls")
    assert tip
    said = forge.repository.read_file(tip, "1/pull.json")
    assert said
    forge.push({"1/pull.json": said.replace(b"{\n", b'{\n  "by": "dana",\n', 1)}, ref="refs/runwright/pulls", on=tip)
    assert refused(lambda: forge.reviews().show(1)) == "record.malformed"


def test_a_repository_without_a_policy_approves_nothing(forge: Forge) -> None:
    forge.open()
    forge.push({".github/CODEOWNERS": None})
    assert refused(lambda: forge.reviews().approve(1, later(3))) == "policy.missing"


def test_two_writers_at_the_same_time_lose_nothing(forge: Forge) -> None:
    """The loser of a race reads again: here another writer goes first inside the winner's decision."""
    forge.open()

    class Slow(LocalReviews):
        raced = False

        def current(self, snapshot, number, now):  # type: ignore[no-untyped-def]
            if not Slow.raced:
                Slow.raced = True
                forge.bot().add_evidence(1, "exec-9", "meanwhile", later(2))
            return super().current(snapshot, number, now)

    Slow(forge.repository, key_of("dana")).reject(1, "no", later(3))
    pull = forge.reviews().show(1)
    assert (pull.state, len(pull.comments), len(pull.decisions)) == ("closed", 1, 1)


def test_many_writers_at_the_same_time_lose_nothing(forge: Forge) -> None:
    """Each writer runs its own git processes."""
    forge.open()
    keys = [f"exec-{number}" for number in range(2, 18)]
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda key: forge.bot().add_evidence(1, key, "again", later()), keys))
    assert {comment.key for comment in said} == set(keys)
    assert sorted(comment.key for comment in forge.reviews().show(1).comments) == sorted(keys)


def test_the_same_failure_reported_at_the_same_time_opens_one_pull_request(forge: Forge) -> None:
    with ThreadPoolExecutor(4) as pool:
        pulls = list(pool.map(lambda _: forge.open(), range(4)))
    assert {pull.number for pull in pulls} == {1}
    assert len(read_pulls(forge.repository)) == 1


def test_a_base_that_moves_during_an_approval_is_merged_anew(forge: Forge) -> None:
    forge.green(forge.open())

    class Slow(LocalReviews):
        raced = False

        def merge(self, pull, change, decision, principal):  # type: ignore[no-untyped-def]
            if not Slow.raced:
                Slow.raced = True
                forge.push({"README.md": b"meanwhile\n"})
            return super().merge(pull, change, decision, principal)

    Slow(forge.repository, key_of("dana")).approve(1, later(3))
    assert forge.repository.read_file(forge.main, "README.md") == b"meanwhile\n"
    assert len(forge.reviews().show(1).decisions) == 1


def test_an_interrupted_merge_is_open_and_can_be_approved_again(forge: Forge) -> None:
    """The records moved and the base branch did not: what is left when a machine dies between two references."""
    base = forge.main
    forge.merged()
    forge.repository.update_refs([RefChange("refs/heads/main", base, forge.main)])
    assert forge.reviews().show(1).state == "open"
    again = forge.reviews().approve(1, later(9))
    assert (again.state, again.merge_commit) == ("merged", forge.main)
    assert again.decisions[1].oid == forge.repository.commit(forge.main).trailer("Decision")


def test_a_reference_that_stays_locked_is_told(forge: Forge) -> None:
    forge.open()
    (forge.repository.path / "refs" / "runwright" / "pulls.lock").touch()
    with pytest.raises(EdgeError, match=r"pulls\.lock"):
        forge.bot().add_evidence(1, "exec-2", "again", later())


def test_an_interrupted_opening_is_repaired_by_the_next_one(forge: Forge) -> None:
    """A branch without a record is what is left when a machine dies between two references."""
    branch = proposal({RUNBOOK: "x\n"}).branch
    forge.repository.update_refs([RefChange(f"refs/heads/{branch}", forge.main, None)])
    pull = forge.open()
    assert forge.repository.resolve(f"refs/heads/{branch}") == pull.head_sha
