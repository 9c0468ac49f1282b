"""What bypassed the review at GitHub is not released: ten ways around it, and three ways of merging that are fine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from runwright.errors import TrustError
from runwright.model.hosted import HostedPull
from tests.support.forge import RUNBOOK
from tests.support.hosted import SECOND, Stage, account, check, make_stage, review

EVIL = b"id: RB-LIN-SERVICE-001\nversion: 666\n"
OTHER = "runbooks/linux/RB-LIN-DISK-001.yaml"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return make_stage(tmp_path)


def refused(stage: Stage) -> str:
    with pytest.raises(TrustError) as caught:
        stage.judged()
    assert "commit" in caught.value.message or "release" in caught.value.message
    return caught.value.code


def approved(stage: Stage, head: str = "", number: int = 7) -> HostedPull:
    return stage.pull(head or stage.head(), review("dana"), number=number)


def two_commits(stage: Stage) -> HostedPull:
    first = stage.commit({OTHER: b"id: RB-LIN-DISK-001\n"}, stage.main)
    return approved(stage, stage.commit({RUNBOOK: SECOND}, first))


# The ten ways


def test_a_direct_push_is_refused(stage: Stage) -> None:
    stage.move(stage.head({RUNBOOK: EVIL}, by="dana"))
    assert refused(stage) == "history.direct_push"


def test_a_merge_that_an_administrator_forced_is_refused(stage: Stage) -> None:
    stage.merge(stage.pull(stage.head()))
    assert refused(stage) == "approval.missing"


def test_a_stale_approval_is_refused(stage: Stage) -> None:
    old = stage.head()
    stage.merge(stage.pull(stage.commit({RUNBOOK: EVIL}, old), review("dana", head=old)))
    assert refused(stage) == "approval.stale"


@pytest.mark.parametrize("way", ["merge", "squash"])
def test_an_evil_merge_is_refused(stage: Stage, way: str) -> None:
    evil = stage.repository.tree_of(stage.head({RUNBOOK: EVIL}))
    getattr(stage, way)(approved(stage), evil)
    assert refused(stage) == "merge.evil"


def test_an_approver_who_wrote_it_is_refused(stage: Stage) -> None:
    stage.squash(stage.pull(stage.head(by="dana"), review("dana"), by="erin"))
    assert refused(stage) == "reviewer.author"


def test_an_approver_who_is_a_bot_is_refused(stage: Stage) -> None:
    stage.squash(stage.pull(stage.head(), review("github-actions[bot]")))
    assert refused(stage) == "reviewer.bot"


def test_a_missing_check_is_refused(stage: Stage) -> None:
    stage.squash(replace(approved(stage), checks=()))
    assert refused(stage) == "check.missing"


def test_a_check_that_another_app_set_is_refused(stage: Stage) -> None:
    pull = approved(stage)
    forged = replace(check("replay", app=4711), head_sha=pull.head_sha)
    stage.squash(replace(pull, checks=(pull.checks[0], forged)))
    assert refused(stage) == "check.other_app"


@pytest.mark.parametrize("way", ["merge", "squash", "rebase"])
def test_a_change_that_the_same_pull_request_takes_back_is_refused(stage: Stage, way: str) -> None:
    bad = stage.commit({OTHER: EVIL, RUNBOOK: SECOND}, stage.main)
    getattr(stage, way)(approved(stage, stage.commit({OTHER: None}, bad)))
    assert refused(stage) == "history.hidden_change"


def test_a_history_without_the_last_release_is_refused(stage: Stage) -> None:
    stage.squash(approved(stage))
    stage.move(stage.repository.write_object("commit", stage.repository.commit(stage.first).payload + b"again\n"))
    assert refused(stage) == "history.rewritten"


# The three ways that are fine


def test_a_merge_commit_is_released(stage: Stage) -> None:
    pull = stage.merge(approved(stage))
    (found,) = stage.judged()
    assert (found.merge_commit, found.head_sha) == (pull.merge_sha, pull.head_sha)


def test_a_squash_is_released(stage: Stage) -> None:
    stage.squash(two_commits(stage))
    assert [found.number for found in stage.judged()] == [7]


def test_a_rebase_is_released(stage: Stage) -> None:
    pull = two_commits(stage)
    stage.squash(approved(stage, stage.head({"rules/x.yaml": b"id: X\n"}), number=6))
    done = stage.rebase(pull)
    assert len(stage.repository.log(done.merge_sha, stage.first, first_parent=True)) == 3
    assert [found.number for found in stage.judged()] == [6, 7]


def test_a_branch_that_was_brought_up_to_date_is_released(stage: Stage) -> None:
    head = stage.head()
    stage.squash(approved(stage, stage.head({"rules/x.yaml": b"id: X\n"}), number=6))
    tree = stage.repository.merge_tree(stage.main, head) or ""
    payload = stage.repository.commit(head).payload.replace(
        f"tree {stage.repository.tree_of(head)}\nparent {stage.first}".encode(),
        f"tree {tree}\nparent {head}\nparent {stage.main}".encode(),
    )
    updated = stage.repository.write_object("commit", payload)
    for way in ("merge", "squash", "rebase"):
        again = Stage(stage.repository, stage.first, merged=[*stage.merged])
        before = stage.main
        getattr(again, way)(approved(again, updated))
        assert [found.number for found in again.judged()] == [6, 7], way
        again.move(before)


def test_each_merge_is_told_with_all_that_stands_for_it(stage: Stage) -> None:
    pull = stage.squash(approved(stage))
    (found,) = stage.judged()
    dana, tree = account("dana").id, stage.repository.tree_of(pull.head_sha)
    assert found.line == (
        f"Pull-request: #7 approved-by=dana accounts={dana} reviews=520 risk=low head={pull.head_sha} tree={tree} "
        f"merge={pull.merge_sha} checks=replay@15368:906,validate@15368:908"
    )


# What stands around them


def test_a_direct_push_below_a_merge_is_refused(stage: Stage) -> None:
    stage.move(stage.head({OTHER: EVIL}, by="dana"))
    stage.squash(approved(stage))
    assert refused(stage) == "history.direct_push"


def test_a_direct_push_that_a_later_merge_takes_back_is_refused(stage: Stage) -> None:
    stage.move(stage.head({RUNBOOK: EVIL}, by="dana"))
    stage.squash(approved(stage, stage.head({RUNBOOK: b"id: RB-LIN-SERVICE-001\nversion: 1\n"})))
    assert refused(stage) == "history.direct_push"


def test_a_push_of_what_is_not_guarded_is_released(stage: Stage) -> None:
    stage.move(stage.head({"README.md": b"x\n"}, by="dana"))
    assert stage.judged() == ()


def test_a_pull_request_that_touches_nothing_guarded_is_not_asked_for_anything(stage: Stage) -> None:
    stage.squash(stage.pull(stage.head({"README.md": b"x\n"})))
    assert stage.judged() == ()


def test_a_rebase_in_which_one_commit_is_another_is_refused(stage: Stage) -> None:
    """What the first commit does is undone by the second, so the tree at the end is the one that was reviewed."""
    first = stage.commit({OTHER: b"id: RB-LIN-DISK-001\n"}, stage.main)
    pull = approved(stage, stage.commit({RUNBOOK: SECOND}, first))
    stage.rebase(pull, first={"rules/evil.yaml": EVIL}, last={"rules/evil.yaml": None})
    assert refused(stage) == "merge.evil"


def test_a_merge_of_another_head_than_the_one_that_was_reviewed_is_refused(stage: Stage) -> None:
    pull = approved(stage)
    stage.merge(pull, stage.repository.tree_of(pull.head_sha), stage.commit({RUNBOOK: EVIL}, stage.main))
    assert refused(stage) == "merge.evil"


def test_a_pull_request_into_another_branch_is_not_the_merge(stage: Stage) -> None:
    stage.squash(replace(approved(stage), base_ref="develop"))
    assert refused(stage) == "pull.base"


def test_a_commit_that_belongs_to_a_pull_request_that_is_open_still_came_past_it(stage: Stage) -> None:
    pull = approved(stage)
    stage.squash(pull)
    stage.merged[0] = replace(stage.merged[0], state="open")
    assert refused(stage) == "pull.base"


def test_judges_and_what_they_judge_change_apart(stage: Stage) -> None:
    head = stage.head({RUNBOOK: SECOND, "runwright.toml": b"[policy]\n"}, by="alex")
    stage.squash(stage.pull(head, review("dana"), by="alex"))
    assert refused(stage) == "change.mixed"


def test_a_merge_of_what_the_base_changed_too_is_refused(stage: Stage) -> None:
    """Git would merge it, but nobody looked at what came out."""
    stage.move(stage.first)
    text = b"".join(b"line: %d\n" % number for number in range(30))
    stage.squash(approved(stage, stage.head({RUNBOOK: text}), number=5))
    late = stage.head({RUNBOOK: text.replace(b"line: 29", b"line: x")})
    other = approved(stage, stage.head({RUNBOOK: text.replace(b"line: 0\n", b"line: y\n")}), number=6)
    pull = approved(stage, late)
    stage.squash(other)
    stage.squash(pull)
    assert refused(stage) == "merge.base_moved"


def test_a_pull_request_of_which_not_every_commit_is_listed_is_refused(stage: Stage) -> None:
    pull = two_commits(stage)
    stage.squash(replace(pull, commits=pull.commits[1:]))
    assert refused(stage) == "pull.commits"


def test_of_two_pull_requests_that_ended_as_one_commit_the_good_one_is_enough(stage: Stage) -> None:
    """Anybody can open a second pull request for a head; that must not stop a release."""
    landed = stage.merge(approved(stage))
    stage.merged.insert(0, replace(landed, number=8, reviews=()))
    assert [found.number for found in stage.judged()] == [7]


def test_two_merges_are_judged_by_the_policy_of_their_own_base(stage: Stage) -> None:
    stage.squash(approved(stage))
    stage.squash(stage.pull(stage.head({".github/CODEOWNERS": b"* @alex\n"}), review("dana"), by="alex", number=8))
    assert [found.number for found in stage.judged()] == [7, 8]
    stage.squash(approved(stage, stage.head({RUNBOOK: b"id: RB-LIN-SERVICE-001\nversion: 3\n"}), number=9))
    assert refused(stage) == "reviewer.not_owner"


def test_a_head_that_was_pushed_to_main_as_it_is_needs_the_same_proof(stage: Stage) -> None:
    """GitHub then says that the pull request was merged, though nobody merged it."""
    unseen, seen = stage.pull(stage.head()), approved(stage)
    stage.land(unseen, unseen.head_sha)
    assert refused(stage) == "approval.missing"
    stage.merged[:] = []
    stage.land(seen, seen.head_sha)
    assert [found.number for found in stage.judged()] == [7]


def test_several_commits_that_were_pushed_as_they_are_came_past_the_pull_request(stage: Stage) -> None:
    pull = two_commits(stage)
    stage.land(pull, pull.head_sha)
    assert refused(stage) == "history.direct_push"
