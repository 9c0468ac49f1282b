"""A change of high risk needs two people; the risk is what the signed checks say, and the release counts again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from runwright.adapters.forge_local import BranchRequest, LocalBranches, LocalProposals
from runwright.adapters.git_repository import NewCommit
from runwright.errors import TrustError
from runwright.model.proposal import CheckResult, PullRequest
from runwright.release.change import change_of
from runwright.release.objects import Identity
from runwright.release.signers import DECISION, GIT, allowed_signers_line
from runwright.release.votes import Vote
from tests.support.forge import RUNBOOK, Forge, cut, key_of, later, make_forge, proposal, result, signers_text

THREE = "* @dana @alex @carol\n"
CAROL = allowed_signers_line("carol", key_of("carol").public, (DECISION, GIT))


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    made = make_forge(tmp_path, owners=THREE, signers=signers_text() + CAROL)
    cut(made, first=True)
    return made


@pytest.fixture
def risky(forge: Forge) -> PullRequest:
    """A bot's pull request whose label says low and whose check says high."""
    pull = forge.open()
    forge.green(pull, risk="high")
    assert "risk:low" in pull.labels
    return pull


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as caught:
        action()
    return caught.value.code


def approve(forge: Forge, by: str, minutes: float = 5) -> PullRequest:
    return forge.reviews(by).approve(1, later(minutes))


def refusal(forge: Forge, by: str, minutes: float = 6) -> str:
    before = forge.main
    code = refused(lambda: approve(forge, by, minutes))
    assert forge.main == before
    return code


# The merge


def test_the_first_approval_of_high_risk_is_recorded_and_merges_nothing(forge: Forge, risky: PullRequest) -> None:
    before = forge.main
    pull = approve(forge, "dana")
    assert (pull.state, forge.main) == ("open", before)
    assert [(decision.by, decision.verdict, decision.head_sha) for decision in pull.decisions] == [
        ("dana", "approve", risky.head_sha)
    ]


def test_the_second_persons_approval_merges_and_the_merge_names_both(forge: Forge, risky: PullRequest) -> None:
    approve(forge, "dana")
    pull = approve(forge, "alex", 6)
    merge = forge.repository.commit(forge.main)
    assert (pull.state, pull.merge_commit) == ("merged", forge.main)
    assert merge.trailers("Approved-by") == tuple(f"{name} {key_of(name).public.key_id}" for name in ("dana", "alex"))
    assert merge.trailers("Decision") == tuple(decision.oid for decision in pull.decisions)
    assert merge.committer == Identity.of("alex")


@pytest.mark.parametrize("risk", ["low", "medium"])
def test_lower_risk_needs_one_person(forge: Forge, risk: str) -> None:
    forge.green(forge.open(), risk=risk)
    assert approve(forge, "dana").state == "merged"


def test_the_same_person_twice_is_one_person(forge: Forge, risky: PullRequest) -> None:
    approve(forge, "dana")
    with pytest.raises(TrustError, match=r"others who may: alex, carol \[reviewer\.already\]"):
        approve(forge, "dana", 6)
    assert len(forge.reviews().show(1).decisions) == 1


def test_a_second_key_of_the_same_person_is_one_person(tmp_path: Path) -> None:
    second = allowed_signers_line("dana", key_of("danas-laptop").public, (DECISION, GIT))
    forge = make_forge(tmp_path, owners=THREE, signers=signers_text() + second)
    forge.green(forge.open(), risk="high")
    approve(forge, "dana")
    assert refusal(forge, "danas-laptop") == "reviewer.already"


@pytest.mark.parametrize(
    ("by", "code"),
    [("runwright-bot", "reviewer.bot"), ("runwright-ci", "reviewer.ci"), ("mallory", "reviewer.not_owner")],
)
def test_the_second_person_is_judged_like_the_first(forge: Forge, risky: PullRequest, by: str, code: str) -> None:
    approve(forge, "dana")
    assert refusal(forge, by) == code


def test_the_opener_is_neither_of_the_two(forge: Forge) -> None:
    forge.push({RUNBOOK: b"by hand\n"}, by="alex", ref="refs/heads/my-change")
    pull = LocalBranches(forge.repository, key_of("alex")).open(BranchRequest("my-change"), later())
    forge.green(pull, risk="high")
    approve(forge, "dana")
    assert refusal(forge, "alex") == "reviewer.opener"
    assert approve(forge, "carol", 7).state == "merged"


def test_an_approval_of_an_earlier_head_is_not_the_first_of_two(forge: Forge) -> None:
    person = LocalBranches(forge.repository, key_of("mallory"))
    forge.push({RUNBOOK: b"by hand\n"}, by="mallory", ref="refs/heads/my-change")
    forge.green(person.open(BranchRequest("my-change"), later()), risk="high")
    approve(forge, "dana")
    forge.push({RUNBOOK: b"by hand, and more\n"}, by="mallory", ref="refs/heads/my-change")
    forge.green(person.open(BranchRequest("my-change"), later(6)), risk="high")
    assert approve(forge, "alex", 7).state == "open"
    assert approve(forge, "dana", 8).state == "merged"


def test_who_changes_their_mind_is_not_counted_and_stops_the_other(forge: Forge, risky: PullRequest) -> None:
    approve(forge, "dana")
    forge.reviews("dana").request_changes(1, "Guard the step first.", later(6))
    assert refusal(forge, "alex", 7) == "changes.outstanding"


def test_a_first_approval_of_somebody_who_lost_the_right_does_not_count(forge: Forge, risky: PullRequest) -> None:
    approve(forge, "alex")
    forge.push({".github/CODEOWNERS": b"* @dana @carol\n"})
    assert approve(forge, "dana", 6).state == "open"
    assert approve(forge, "carol", 7).state == "merged"


def test_the_bot_does_not_push_over_a_first_approval(forge: Forge, risky: PullRequest) -> None:
    """Nor does it tell another story about the head that was approved; new evidence is kept."""
    approve(forge, "dana")
    other = proposal({RUNBOOK: "id: RB-LIN-SERVICE-001\nversion: 2\n# better\n"})
    told = other.model_copy(update={"body": "Another story.", "evidence": ("exec-2",)})
    pull = forge.bot().open(told, later(6))
    assert (pull.head_sha, pull.body, pull.evidence) == (risky.head_sha, risky.body, ("exec-1", "exec-2"))
    assert approve(forge, "alex", 7).state == "merged"


# What says how risky a change is


def test_without_a_risk_nothing_is_approved(forge: Forge) -> None:
    pull = forge.open()
    forge.green(pull, "replay")
    unsaid = result(pull.head_sha).model_copy(update={"risk": None})
    forge.checks().set_check(unsaid, later(2))
    assert refusal(forge, "dana") == "check.no_risk"


def test_another_check_may_raise_the_risk_and_not_lower_it(forge: Forge) -> None:
    pull = forge.open()
    forge.green(pull, risk="medium")
    for number, risk in enumerate(("high", "low")):
        said = {"head_sha": pull.head_sha, "name": f"guard-{number}", "conclusion": "success", "summary": "looked"}
        forge.checks().set_check(CheckResult.model_validate({**said, "risk": risk}), later(3))
    assert approve(forge, "dana").state == "open"


def test_a_risk_that_the_checks_identity_did_not_sign_is_not_believed(forge: Forge, risky: PullRequest) -> None:
    said = forge.repository.read_file(forge.repository.resolve("refs/runwright/pulls") or "", "1/checks/validate.json")
    assert said
    forged = said.replace(b'"risk": "high"', b'"risk": "low"')
    assert forged != said
    written(forge, {"1/checks/validate.json": forged})
    assert refusal(forge, "dana") == "check.other_key"


def test_a_pull_request_of_the_checks_identity_is_refused(tmp_path: Path) -> None:
    """Whoever says how risky a change is has none of its own, whatever else its key may sign."""
    line = allowed_signers_line("runwright-ci", key_of("ci-two").public, (DECISION, GIT))
    forge = make_forge(tmp_path, signers=signers_text() + line)
    LocalProposals(forge.repository, key_of("ci-two")).open(proposal({RUNBOOK: "x\n"}), later())
    forge.green(forge.reviews().show(1))
    assert refusal(forge, "alex") == "pull.unverified"


# The release


def written(forge: Forge, files: Mapping[str, bytes]) -> None:
    """Write records the way somebody with access to the files could."""
    tip = forge.repository.resolve("refs/runwright/pulls")
    assert tip
    forge.push(dict(files), ref="refs/runwright/pulls", on=tip)


def merged_by_force(forge: Forge, by: str, people: int = 1) -> None:
    """Merge with the files' owner's power and one real key, naming earlier approvals, or the own one again."""
    person, pull = forge.reviews(by), forge.reviews().show(1)
    change = change_of(forge.repository, forge.main, pull.head_sha)
    decision = person.decision(pull, change, "approve", "", later(7))
    mine = person.vote(person.book.snapshot().policy, by, decision)
    said = [Vote(item.by, item.key_id, item.oid, mine.names) for item in pull.decisions if item.verdict == "approve"]
    event = person.merge(pull, change, decision, (*(said or [mine])[: people - 1], mine))
    written(forge, event.files)
    forge.repository.update_refs(event.refs)


def unreleased(forge: Forge) -> str:
    before = forge.repository.refs("refs/tags/")
    code = refused(lambda: cut(forge, minutes=30))
    assert forge.repository.refs("refs/tags/") == before
    return code


def test_a_release_of_high_risk_attests_both_people(forge: Forge, risky: PullRequest) -> None:
    approve(forge, "dana")
    approve(forge, "alex", 6)
    made = cut(forge, minutes=30)
    said = forge.repository.read_object(made.tag_oid).data.decode()
    keys = ",".join(key_of(name).public.key_id for name in ("dana", "alex"))
    assert f"Pull-request: #1 approved-by=dana,alex key={keys} risk=high head={risky.head_sha}" in said
    assert made.document.merged_by == "dana, alex"


def test_the_forger_with_two_people_is_nobody_to_refuse(forge: Forge, risky: PullRequest) -> None:
    """The tests below spoil one thing each; this shows that nothing else is wrong."""
    approve(forge, "dana")
    merged_by_force(forge, "alex", 2)
    assert cut(forge, minutes=30).document.merged_by == "dana, alex"


def test_a_forged_merge_of_high_risk_by_one_person_is_not_released(forge: Forge, risky: PullRequest) -> None:
    merged_by_force(forge, "dana")
    assert unreleased(forge) == "approval.too_few"


def test_a_forged_merge_that_leaves_the_other_approval_out_is_not_released(forge: Forge, risky: PullRequest) -> None:
    approve(forge, "alex")
    merged_by_force(forge, "dana")
    assert unreleased(forge) == "approval.too_few"


def test_a_forged_merge_that_names_one_person_twice_is_not_released(forge: Forge, risky: PullRequest) -> None:
    approve(forge, "dana")
    merged_by_force(forge, "dana", 2)
    assert unreleased(forge) == "approval.too_few"


def test_a_forged_merge_that_names_one_decision_twice_is_not_released(forge: Forge, risky: PullRequest) -> None:
    merged_by_force(forge, "dana", 2)
    assert unreleased(forge) == "approval.too_few"


def test_a_forged_merge_with_an_approval_of_an_earlier_head_is_not_released(forge: Forge) -> None:
    forge.green(forge.open(), risk="high")
    approve(forge, "alex")
    commit = NewCommit("more\n", Identity.of("runwright-bot"), later(6), {RUNBOOK: b"evil\n"}, (forge.main,))
    head = forge.repository.write_commit(commit)
    bot, pull = forge.bot(), forge.reviews().show(1)
    record = bot.renewed(pull, proposal({RUNBOOK: "x\n"}), later(6)).model_copy(update={"head_sha": head})
    snapshot = bot.book.snapshot()
    event = bot.event(record, bot.opener(snapshot, later(6)), later(6), pull)
    forge.repository.update_refs([bot.book.record(snapshot, event), *event.refs])
    forge.green(forge.reviews().show(1), risk="high")
    merged_by_force(forge, "dana", 2)
    assert unreleased(forge) == "approval.stale"


@pytest.mark.parametrize(("by", "code"), [("runwright-bot", "approval.unsigned"), ("mallory", "reviewer.not_owner")])
def test_a_forged_second_approval_by_a_machine_or_no_owner_is_not_released(
    forge: Forge, risky: PullRequest, by: str, code: str
) -> None:
    person = forge.reviews(by)
    change = change_of(forge.repository, forge.main, risky.head_sha)
    written(forge, person.files(risky, person.decision(risky, change, "approve", "", later(6))))
    merged_by_force(forge, "dana", 2)
    assert unreleased(forge) == code


def test_a_forged_merge_after_the_first_approver_asked_for_changes_is_not_released(
    forge: Forge, risky: PullRequest
) -> None:
    approve(forge, "alex")
    forge.reviews("alex").request_changes(1, "Guard the step first.", later(6))
    merged_by_force(forge, "dana", 2)
    assert unreleased(forge) == "changes.outstanding"


def test_a_forged_merge_of_what_was_rejected_is_not_released(forge: Forge, risky: PullRequest) -> None:
    approve(forge, "alex")
    forge.reviews("carol").reject(1, "The watchdog does it.", later(6))
    merged_by_force(forge, "dana", 2)
    assert unreleased(forge) == "pull.closed"


def test_a_forged_merge_of_judges_with_what_they_judge_is_not_released(forge: Forge) -> None:
    forge.push({".github/CODEOWNERS": b"* @mallory\n", RUNBOOK: b"x\n"}, by="mallory", ref="refs/heads/my-change")
    forge.green(LocalBranches(forge.repository, key_of("mallory")).open(BranchRequest("my-change"), later()))
    merged_by_force(forge, "dana")
    assert unreleased(forge) == "change.mixed"
