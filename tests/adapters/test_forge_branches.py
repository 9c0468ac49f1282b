"""People open pull requests for branches that they pushed with plain git; who they are is their key, never a name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from runwright.adapters.forge_local import BranchRequest, LocalBranches
from runwright.adapters.git_repository import NewCommit, RefChange
from runwright.errors import ContentError, TrustError
from runwright.model.proposal import PullRequest
from runwright.release.objects import Identity
from runwright.release.signers import DECISION, PROPOSAL, allowed_signers_line
from tests.support.clone import Clone, clone_of
from tests.support.forge import RUNBOOK, Forge, cut, key_of, later, make_forge, signers_text

BY_HAND = {RUNBOOK: "id: RB-LIN-SERVICE-001\nversion: 2\n# by hand\n"}


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    made = make_forge(tmp_path)
    cut(made, first=True)
    return made


@pytest.fixture
def alex(forge: Forge, tmp_path: Path) -> Clone:
    return clone_of(forge.repository.path, tmp_path / "alex", "alex")


def opened(forge: Forge, by: str = "alex", branch: str = "my-change", minutes: float = 1, **words: str) -> PullRequest:
    return LocalBranches(forge.repository, key_of(by)).open(BranchRequest(branch, **words), later(minutes))


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(TrustError) as caught:
        action()
    return caught.value.code


def approval(forge: Forge, by: str = "dana", number: int = 1) -> str:
    return refused(lambda: forge.reviews(by).approve(number, later(5)))


# Opening


def test_a_pushed_branch_becomes_a_pull_request_of_the_person_whose_key_it_is(forge: Forge, alex: Clone) -> None:
    head = alex.pushed(BY_HAND, message="Start it by hand\n\nBecause.")
    pull = opened(forge)
    assert (pull.number, pull.by, pull.state, pull.branch, pull.head_sha) == (1, "alex", "open", "my-change", head)
    assert (pull.fingerprint, pull.runbook_id) == (None, "RB-LIN-SERVICE-001")
    assert pull.title == "runbook(RB-LIN-SERVICE-001): Start it by hand"
    assert forge.repository.resolve("refs/pull/1/head") == head
    assert [change.path for change in forge.reviews().changes(1)] == [RUNBOOK]


def test_it_is_checked_approved_merged_and_released_like_any_other(forge: Forge, alex: Clone) -> None:
    alex.pushed(BY_HAND)
    forge.green(opened(forge))
    assert forge.reviews().approve(1, later(5)).state == "merged"
    assert forge.repository.read_file(forge.main, RUNBOOK) == BY_HAND[RUNBOOK].encode()
    assert cut(forge, minutes=30).document.merged_by == "dana"


def test_a_title_and_a_body_can_be_given(forge: Forge, alex: Clone) -> None:
    alex.pushed(BY_HAND)
    pull = opened(forge, title="Start the database first", body="It must run before.\n")
    assert (pull.title, pull.body) == ("Start the database first", "It must run before.\n")
    alex.pushed({"README.md": "more\n"})
    assert opened(forge, minutes=2).title == "Start the database first"


def test_a_title_made_from_a_subject_holds_nothing_invisible(forge: Forge, alex: Clone) -> None:
    alex.pushed({"README.md": "x\n"}, message="Read\u202eme \u2028\x1b[31mnow")
    assert opened(forge).title == "Read me [31mnow"


@pytest.mark.parametrize("title", ["two\nlines", "bell\x07", "\u202eright to left", "x" * 257])
def test_a_title_that_cannot_be_shown_is_refused(title: str) -> None:
    with pytest.raises(ContentError, match="one line of at most 256 printable characters"):
        BranchRequest("my-change", title=title)


def test_a_body_that_is_too_long_is_refused() -> None:
    with pytest.raises(ContentError, match="65537 characters"):
        BranchRequest("my-change", body="x" * 65_537)


def test_opening_again_without_a_push_writes_nothing(forge: Forge, alex: Clone) -> None:
    alex.pushed(BY_HAND)
    first = opened(forge)
    records = forge.repository.resolve("refs/runwright/pulls")
    assert opened(forge, minutes=9) == first
    assert forge.repository.resolve("refs/runwright/pulls") == records


def test_after_another_push_the_old_checks_and_approvals_count_no_more(forge: Forge, alex: Clone) -> None:
    alex.pushed(BY_HAND)
    forge.green(opened(forge), risk="high")
    assert forge.reviews("dana").approve(1, later(3)).state == "open"
    head = alex.pushed({"rules/promoted/L1-NEW.yaml": "id: L1-NEW\n"})
    moved = opened(forge, minutes=4)
    assert (moved.number, moved.head_sha) == (1, head)
    assert forge.repository.resolve("refs/pull/1/head") == head
    assert [waiting.number for waiting in forge.checks().pending()] == [1]
    assert approval(forge) == "check.other_head"
    forge.green(moved, risk="high")
    assert forge.reviews("dana").approve(1, later(6)).state == "open"


def test_a_force_push_is_taken_like_any_other(forge: Forge, alex: Clone) -> None:
    alex.pushed(BY_HAND)
    forge.green(opened(forge))
    alex.git("reset", "--quiet", "--hard", "HEAD~1")
    alex.commit({RUNBOOK: "id: RB-LIN-SERVICE-001\nversion: 2\n# otherwise\n"})
    alex.push("my-change", "--force")
    assert opened(forge, minutes=3).number == 1
    assert approval(forge) == "check.other_head"


def test_a_branch_that_forked_off_earlier_shows_only_its_own_change(forge: Forge, alex: Clone) -> None:
    forge.push({"docs/other.md": b"meanwhile\n"})
    alex.pushed(BY_HAND)
    forge.green(opened(forge))
    assert [change.path for change in forge.reviews().changes(1)] == [RUNBOOK]
    forge.reviews().approve(1, later(5))
    assert forge.repository.read_file(forge.main, "docs/other.md") == b"meanwhile\n"


def test_further_commits_on_a_merged_branch_are_a_new_pull_request(forge: Forge, alex: Clone) -> None:
    alex.pushed(BY_HAND)
    forge.green(opened(forge))
    forge.reviews().approve(1, later(5))
    assert refused(lambda: opened(forge, minutes=6)) == "pull.merged"
    alex.pushed({"README.md": "more\n"})
    again = opened(forge, minutes=7)
    assert (again.number, [change.path for change in forge.reviews().changes(2)]) == (2, ["README.md"])


def test_a_commit_signed_with_the_openers_key_is_theirs_whatever_name_it_bears(forge: Forge, alex: Clone) -> None:
    stranger = Clone(alex.folder, alex.forge, "A. Lexington")
    stranger.commit(BY_HAND)
    stranger.push("unsigned")
    assert refused(lambda: opened(forge, branch="unsigned")) == "pull.not_yours"
    stranger.sign(key_of("alex"))
    stranger.push("my-change")
    assert opened(forge).by == "alex"


# Refusals at opening


@pytest.mark.parametrize("name", ["stranger", "runwright-bot", "runwright-ci", "runwright-release"])
def test_only_a_persons_key_opens_a_branch(forge: Forge, alex: Clone, name: str) -> None:
    alex.pushed(BY_HAND)
    assert refused(lambda: opened(forge, by=name)) == "proposal.not_allowed"


def test_the_bots_key_opens_no_branch_even_when_it_may_sign_decisions(tmp_path: Path) -> None:
    line = allowed_signers_line("runwright-bot", key_of("runwright-bot").public, (PROPOSAL, DECISION))
    forge = make_forge(tmp_path, signers=signers_text() + line)
    forge.push({"runwright.toml": b"# weaker\n"}, by="runwright-bot", ref="refs/heads/my-change")
    assert refused(lambda: opened(forge, by="runwright-bot")) == "proposal.not_allowed"


def test_a_branch_that_does_not_exist_is_told_with_the_push_that_makes_it(forge: Forge) -> None:
    with pytest.raises(TrustError, match=r"git push .*forge\.git HEAD:refs/heads/my-change .*\[pull\.no_branch\]"):
        opened(forge)


@pytest.mark.parametrize("branch", ["main", "channels", "runwright/improve/RB-LIN-SERVICE-001/abababababab"])
def test_branches_that_are_not_a_persons_are_refused(forge: Forge, branch: str) -> None:
    forge.open()
    assert refused(lambda: opened(forge, branch=branch)) == "pull.reserved"


@pytest.mark.parametrize("branch", ["", "../main", "a..b", "-x", "a b", "a.lock", "@{u}"])
def test_a_branch_name_that_is_not_plain_is_refused(forge: Forge, branch: str) -> None:
    with pytest.raises(ContentError, match="no reference name"):
        opened(forge, branch=branch)


def test_a_branch_equal_to_the_base_is_refused(forge: Forge, alex: Clone) -> None:
    alex.push("my-change")
    assert refused(lambda: opened(forge)) == "pull.empty"


def test_a_branch_that_is_merged_already_is_refused(forge: Forge, alex: Clone) -> None:
    alex.push("my-change")
    forge.push({"README.md": b"the base went on\n"})
    assert refused(lambda: opened(forge)) == "pull.merged"


def test_a_branch_whose_last_commit_is_somebody_elses_is_refused(forge: Forge, alex: Clone) -> None:
    alex.pushed(BY_HAND)
    assert refused(lambda: opened(forge, by="mallory")) == "pull.not_yours"


def test_a_commit_that_somebody_else_signed_is_not_made_ones_own_by_its_name(forge: Forge, alex: Clone) -> None:
    alex.commit(BY_HAND)
    alex.sign(key_of("dana"))
    alex.push("my-change")
    assert refused(lambda: opened(forge)) == "pull.not_yours"


def test_an_open_pull_request_of_somebody_else_is_not_taken_over(forge: Forge, alex: Clone, tmp_path: Path) -> None:
    alex.pushed(BY_HAND)
    opened(forge)
    mallory = clone_of(forge.repository.path, tmp_path / "mallory", "mallory")
    mallory.git("checkout", "--quiet", "my-change")
    mallory.pushed({"README.md": "mine\n"})
    assert refused(lambda: opened(forge, by="mallory")) == "pull.not_yours"
    assert refused(lambda: opened(forge, by="alex")) == "pull.not_yours"


def test_a_commit_that_was_rejected_is_not_opened_again(forge: Forge, alex: Clone) -> None:
    alex.pushed(BY_HAND)
    opened(forge)
    forge.reviews().reject(1, "The watchdog does it.", later(2))
    assert refused(lambda: opened(forge, minutes=3)) == "pull.rejected"
    alex.pushed({"README.md": "better\n"})
    assert opened(forge, minutes=4).number == 2


def test_a_branch_without_a_common_history_is_refused(forge: Forge, alex: Clone) -> None:
    alex.git("checkout", "--quiet", "--orphan", "fresh")
    alex.pushed({"README.md": "x\n"})
    assert refused(lambda: opened(forge)) == "pull.unrelated"


def test_a_change_that_a_later_commit_takes_back_is_refused(forge: Forge, alex: Clone) -> None:
    alex.commit({"rules/promoted/L1-EVIL.yaml": "id: L1-EVIL\n"})
    alex.pushed({"rules/promoted/L1-EVIL.yaml": None, **BY_HAND})
    assert refused(lambda: opened(forge)) == "history.hidden_change"


def test_a_file_name_that_is_not_plain_is_refused(forge: Forge, alex: Clone) -> None:
    alex.pushed({"docs/na\u00efve.md": "x\n"})
    with pytest.raises(ContentError, match="no path for a repository"):
        opened(forge)


# Who may approve it


def test_the_opener_cannot_approve(forge: Forge, alex: Clone) -> None:
    alex.pushed(BY_HAND)
    forge.green(opened(forge))
    assert approval(forge, "alex") == "reviewer.opener"


def test_everybody_who_wrote_a_commit_of_it_cannot_approve(forge: Forge, alex: Clone, tmp_path: Path) -> None:
    dana = clone_of(forge.repository.path, tmp_path / "dana", "dana")
    dana.pushed({"README.md": "by dana\n"})
    alex.git("fetch", "--quiet", "origin", "my-change")
    alex.git("reset", "--quiet", "--hard", "FETCH_HEAD")
    alex.pushed(BY_HAND)
    forge.green(opened(forge))
    assert approval(forge, "dana") == "reviewer.author"


def test_who_signed_a_commit_of_it_cannot_approve(forge: Forge, alex: Clone) -> None:
    Clone(alex.folder, alex.forge, "nobody").commit({"README.md": "x\n"})
    alex.sign(key_of("dana"))
    alex.pushed(BY_HAND)
    forge.green(opened(forge))
    assert approval(forge, "dana") == "reviewer.author"


@pytest.mark.parametrize("judge", [".github/CODEOWNERS", ".github/allowed_signers", "runwright.toml", "tools/x.py"])
@pytest.mark.parametrize("content", [RUNBOOK, "rules/promoted/L1-SERVICE-DOWN.yaml"])
def test_judges_and_what_they_judge_do_not_change_together(forge: Forge, alex: Clone, judge: str, content: str) -> None:
    alex.pushed({judge: "* @alex\n", content: "id: RB-LIN-SERVICE-001\nversion: 2\n"})
    forge.green(opened(forge))
    assert approval(forge) == "change.mixed"


def test_judges_alone_need_their_owner(forge: Forge, alex: Clone) -> None:
    alex.pushed({".github/CODEOWNERS": "* @dana\n"})
    forge.green(opened(forge))
    assert approval(forge, "mallory") == "reviewer.not_owner"
    assert forge.reviews("dana").approve(1, later(5)).state == "merged"


def test_a_branch_moved_behind_the_openers_back_changes_nothing_that_was_opened(forge: Forge, alex: Clone) -> None:
    head = alex.pushed(BY_HAND)
    forge.green(opened(forge))
    evil = NewCommit("x\n", Identity.of("eve"), later(), {RUNBOOK: b"evil\n"}, (forge.main,))
    oid = forge.repository.write_commit(evil)
    forge.repository.update_refs([RefChange("refs/heads/my-change", oid, head)])
    forge.reviews().approve(1, later(5))
    assert forge.repository.read_file(forge.main, RUNBOOK) == BY_HAND[RUNBOOK].encode()
