"""Who may approve at GitHub: fourteen situations of self-approval and sock-puppets, and those around them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from runwright.errors import TrustError
from runwright.model.hosted import HostedPull
from runwright.model.hosting import ACTIONS_APP
from runwright.release.hosted import Case, check_green, hosted_policy, needed, standing_votes
from tests.support.forge import RUNBOOK, later
from tests.support.hosted import SECOND, STANDINGS, Stage, account, check, make_stage, review

BOT = "runwright[bot]"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return make_stage(tmp_path)


def refused(stage: Stage) -> str:
    with pytest.raises(TrustError) as caught:
        stage.judged()
    assert "#" in caught.value.message or "commit" in caught.value.message
    return caught.value.code


def spoilt(stage: Stage, spoil: Callable[[HostedPull], HostedPull], *, by: str = BOT) -> str:
    """A pull request that dana approved in order, with one thing changed."""
    stage.squash(spoil(stage.pull(stage.head(by=by), review("dana"), by=by)))
    return refused(stage)


def reviewed(stage: Stage, *logins: str) -> str:
    stage.squash(stage.pull(stage.head(), *(review(login) for login in logins)))
    return refused(stage)


# The fourteen situations


def test_the_author_bot_that_approves_is_refused(stage: Stage) -> None:
    assert reviewed(stage, BOT) == "reviewer.bot"


def test_a_second_bot_that_approves_is_refused(stage: Stage) -> None:
    assert reviewed(stage, "bot-a[bot]") == "reviewer.bot"


def test_the_token_of_the_actions_is_nobody(stage: Stage) -> None:
    assert reviewed(stage, "github-actions[bot]") == "reviewer.bot"


def test_who_is_no_member_is_refused(stage: Stage) -> None:
    assert reviewed(stage, "outsider") == "reviewer.permission"


def test_a_member_without_write_access_is_refused(stage: Stage) -> None:
    assert reviewed(stage, "reader") == "reviewer.permission"


def test_the_author_who_approves_is_refused(stage: Stage) -> None:
    assert spoilt(stage, lambda pull: pull, by="dana") == "reviewer.opener"


def test_who_pushed_last_is_refused(stage: Stage) -> None:
    assert spoilt(stage, lambda pull: replace(pull, pushed_by=account("dana"))) == "reviewer.pusher"


def test_an_approval_before_a_push_is_stale(stage: Stage) -> None:
    old = stage.head()
    new = stage.commit({RUNBOOK: b"id: RB-LIN-SERVICE-001\nversion: 3\n"}, old)
    stage.squash(stage.pull(new, review("dana", head=old)))
    assert refused(stage) == "approval.stale"


def test_an_approval_before_a_force_push_to_another_tree_is_stale(stage: Stage) -> None:
    old, new = stage.head(), stage.head({RUNBOOK: b"id: RB-LIN-SERVICE-001\nversion: 666\n"})
    stage.squash(stage.pull(new, review("dana", head=old)))
    assert refused(stage) == "approval.stale"


def test_a_dismissed_approval_does_not_count(stage: Stage) -> None:
    stage.squash(stage.pull(stage.head(), review("dana", "dismissed")))
    assert refused(stage) == "approval.dismissed"


def test_an_outstanding_request_for_changes_comes_first(stage: Stage) -> None:
    stage.squash(stage.pull(stage.head(), review("dana"), review("alex", "changes", minutes=15)))
    assert refused(stage) == "changes.outstanding"


def test_a_comment_that_looks_good_is_no_approval(stage: Stage) -> None:
    pull = stage.pull(stage.head(), review("dana", "comment"))
    stage.squash(replace(pull, reviews=tuple(replace(item, text="LGTM") for item in pull.reviews)))
    assert refused(stage) == "approval.missing"


def test_an_approval_on_another_pull_request_with_the_same_commit_does_not_count(stage: Stage) -> None:
    head = stage.head()
    approved = replace(stage.pull(head, review("dana"), number=8), state="merged", base_ref="harmless")
    landed = stage.squash(stage.pull(head))
    stage.merged.append(replace(approved, merge_sha=landed.merge_sha, ended_at=landed.ended_at))
    assert refused(stage) == "approval.missing"


def test_the_approval_of_an_owner_who_had_no_part_in_it_counts(stage: Stage) -> None:
    stage.squash(stage.pull(stage.head(), review("dana")))
    (found,) = stage.judged()
    assert (found.number, found.approvers, found.risk) == (7, ("dana",), "low")


# What stands around them


@pytest.mark.parametrize("people", [("dana",), ("dana", BOT), ("dana", "reader")])
def test_a_risky_change_needs_two_people(stage: Stage, people: tuple[str, ...]) -> None:
    stage.risk = "high"
    stage.squash(stage.pull(stage.head(), *(review(login) for login in people)))
    assert refused(stage) == "approval.too_few"


def test_two_people_are_enough_for_a_risky_change(stage: Stage) -> None:
    stage.risk = "high"
    stage.squash(stage.pull(stage.head(), review("dana"), review("alex")))
    assert stage.judged()[0].approvers == ("dana", "alex")


def test_one_person_who_approves_twice_is_one(stage: Stage) -> None:
    stage.risk = "high"
    stage.squash(stage.pull(stage.head(), review("dana"), review("dana", minutes=21)))
    assert refused(stage) == "approval.too_few"


def test_a_new_name_of_an_account_is_the_same_person(stage: Stage) -> None:
    renamed = replace(account("dana"), login="dana-new")
    assert spoilt(stage, lambda pull: replace(pull, pushed_by=renamed)) == "reviewer.pusher"


def test_where_nobody_knows_who_pushed_one_more_person_is_asked(stage: Stage) -> None:
    pull = replace(stage.pull(stage.head(), review("dana")), pushed_by=None)
    stage.squash(pull)
    assert refused(stage) == "approval.too_few"
    stage.merged[0] = replace(stage.merged[0], reviews=(*pull.reviews, review("alex", head=pull.head_sha)))
    assert stage.judged()[0].approvers == ("dana", "alex")


def test_who_wrote_a_commit_is_refused_by_the_account(stage: Stage) -> None:
    def authored(pull: HostedPull) -> HostedPull:
        return replace(pull, commits=tuple(replace(item, author=account("dana")) for item in pull.commits))

    assert spoilt(stage, authored) == "reviewer.author"


def test_who_wrote_a_commit_is_refused_by_the_address_that_github_gave(stage: Stage) -> None:
    pull = stage.pull(stage.head(by="dana"), review("dana"))
    stage.squash(replace(pull, commits=tuple(replace(item, author=None, committer=None) for item in pull.commits)))
    assert refused(stage) == "reviewer.author"


def test_who_owns_only_a_part_is_refused(stage: Stage) -> None:
    stage.squash(stage.pull(stage.head(), review("erin")))
    assert refused(stage) == "reviewer.not_owner"


def test_a_member_of_a_team_that_owns_may_approve(stage: Stage) -> None:
    stage.squash(stage.pull(stage.head(), review("tess")))
    assert stage.judged()[0].approvers == ("tess",)


def test_owners_are_those_of_the_base_and_not_of_the_change(stage: Stage) -> None:
    stage.squash(stage.pull(stage.head({".github/CODEOWNERS": b"* @erin\n"}), review("erin"), by="alex"))
    assert refused(stage) == "reviewer.not_owner"


def test_a_base_without_owners_has_nobody_who_approves(stage: Stage) -> None:
    stage.squash(stage.pull(stage.head({".github/CODEOWNERS": None}), review("dana"), by="alex"))
    stage.squash(stage.pull(stage.head(), review("dana")))
    with pytest.raises(TrustError, match=r"policy\.missing"):
        stage.judged()


def test_an_approval_after_the_merge_comes_too_late(stage: Stage) -> None:
    stage.squash(stage.pull(stage.head(), review("dana", minutes=40)))
    assert refused(stage) == "approval.missing"


def test_an_approval_before_the_base_was_changed_is_stale(stage: Stage) -> None:
    assert spoilt(stage, lambda pull: replace(pull, base_changed_at=later(25))) == "approval.stale"


def test_an_account_that_is_gone_has_no_voice(stage: Stage) -> None:
    assert spoilt(stage, lambda pull: replace(pull, reviews=(replace(pull.reviews[0], by=None),))) == "approval.missing"


def test_who_asked_for_changes_and_then_approved_is_content(stage: Stage) -> None:
    stage.squash(stage.pull(stage.head(), review("dana", "changes", minutes=12), review("dana")))
    assert stage.judged()[0].approvers == ("dana",)


def test_who_approved_and_then_asked_for_changes_is_not(stage: Stage) -> None:
    stage.squash(stage.pull(stage.head(), review("alex"), review("dana"), review("dana", "changes", minutes=25)))
    assert refused(stage) == "changes.outstanding"


def test_a_stranger_who_wants_changes_holds_nothing_up(stage: Stage) -> None:
    stage.squash(stage.pull(stage.head(), review("dana"), review("outsider", "changes")))
    assert stage.judged()[0].approvers == ("dana",)


def test_a_forks_pull_request_is_released_with_the_same_proof(stage: Stage) -> None:
    pull = stage.pull(stage.head(by="outsider"), review("dana"), by="outsider")
    stage.squash(replace(pull, head_repository="outsider/runbooks"))
    assert stage.judged()[0].approvers == ("dana",)


def test_a_bot_that_changes_who_decides_is_refused_even_when_approved(stage: Stage) -> None:
    stage.squash(stage.pull(stage.head({"runwright.toml": b"[policy]\n"}), review("dana")))
    assert refused(stage) == "proposal.path"


def test_another_bot_may_be_let_change_workflows(tmp_path: Path) -> None:
    stage = make_stage(tmp_path, {"runwright.toml": b'[github]\nother_bots = ["dependabot[bot]"]\n'})
    head = stage.head({".github/workflows/x.yml": b"on: push\n"}, by="dependabot[bot]")
    stage.squash(stage.pull(head, review("dana"), by="dependabot[bot]"))
    assert stage.judged()[0].approvers == ("dana",)


# Checks


@pytest.mark.parametrize(
    ("name", "changed", "code"),
    [
        ("validate", check("other"), "check.missing"),
        ("replay", check("replay", app=4711), "check.other_app"),
        ("replay", check("replay", app=None), "check.other_app"),
        ("validate", check("validate", conclusion="failure"), "check.red"),
        ("validate", check("validate", conclusion="skipped"), "check.red"),
        ("replay", check("replay", conclusion="neutral"), "check.red"),
        ("replay", check("replay", conclusion=""), "check.pending"),
        ("replay", replace(check("replay"), at=later(40)), "check.pending"),
    ],
)
def test_a_check_that_is_not_green_by_the_right_app_is_refused(
    stage: Stage, name: str, changed: object, code: str
) -> None:
    pull = stage.pull(stage.head(), review("dana"))
    assert isinstance(changed, type(check("x")))
    kept = tuple(item for item in pull.checks if item.name != name)
    stage.squash(replace(pull, checks=(*kept, replace(changed, head_sha=pull.head_sha))))
    assert refused(stage) == code


def test_a_check_of_another_head_does_not_count(stage: Stage) -> None:
    assert spoilt(stage, lambda pull: replace(pull, checks=(check("validate", "0" * 40), *pull.checks[1:]))) == (
        "check.missing"
    )


def test_the_newest_run_of_a_check_is_what_counts(stage: Stage) -> None:
    pull = stage.pull(stage.head(), review("dana"))
    red = replace(check("validate", pull.head_sha, "failure"), id=10_000)
    stage.squash(replace(pull, checks=(*pull.checks, red)))
    assert refused(stage) == "check.red"


def test_a_repository_can_ask_for_more_checks_and_for_its_own_app(tmp_path: Path) -> None:
    stage = make_stage(tmp_path, {"runwright.toml": b"[github]\nchecks = {replay = 42, scan = 43}\n"})
    pull = stage.pull(stage.head(), review("dana"))
    policy = hosted_policy(stage.repository, stage.main)
    assert policy.hosting.required == {"validate": ACTIONS_APP, "replay": 42, "scan": 43}
    with pytest.raises(TrustError, match=r"check\.other_app"):
        check_green(policy, pull)
    ours = (check("validate"), check("replay", app=42), check("scan", app=43))
    green = replace(pull, checks=tuple(replace(item, head_sha=pull.head_sha) for item in ours))
    assert [item.name for item in check_green(policy, green)] == ["replay", "scan", "validate"]


# Before a merge


def test_the_same_rules_tell_before_a_merge_who_counts(stage: Stage) -> None:
    from runwright.release.change import change_of

    pull = stage.pull(stage.head({RUNBOOK: SECOND}), review("dana"), review("erin"), review("alex", "dismissed"))
    change = change_of(stage.repository, stage.main, pull.head_sha)
    case, policy = Case(pull, change, "high", STANDINGS), hosted_policy(stage.repository, stage.main)
    assert [vote.by.login for vote in standing_votes(policy, case)] == ["dana"]
    assert needed(policy, case) == 2
