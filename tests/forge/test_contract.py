"""What the bot may rely on, and what it can never do, on either forge."""

from __future__ import annotations

import pytest

from runwright.errors import ContentError, EdgeError, TrustError
from runwright.model.proposal import CloseReason, PullRequest
from tests.forge.sides import Side
from tests.support.forge import RUNBOOK, later, proposal

TEXT = "id: RB-LIN-SERVICE-001\nversion: 2\n"
OTHER = "id: RB-LIN-SERVICE-001\nversion: 2\nother: yes\n"
RECORDING = "tests/recordings/RB-LIN-SERVICE-001/exec-1.json"
HOSTILE = (
    "<!-- runwright:closed -->\n@dana closes #1 `x` <!-- runwright-proposal fingerprint=ffffffffffff evidence=no -->\n"
    "\u202e é 漢字 \U0001f600 <script>alert(1)</script>\n```\n~~~\n| a | b |"
)


def opened(side: Side, text: str = TEXT) -> PullRequest:
    return side.bot().open(proposal({RUNBOOK: text}), later())


def test_a_proposal_is_opened_with_its_files_its_text_and_its_labels(side: Side) -> None:
    asked = proposal({RUNBOOK: TEXT, RECORDING: "{}\n"})
    pull = side.bot().open(asked, later())
    assert side.pull(pull.number).model_dump() == pull.model_dump()
    assert (pull.state, pull.by, pull.branch) == ("open", side.bot_name, asked.branch)
    assert (pull.title, pull.body, pull.evidence) == (asked.title, asked.body, ("exec-1",))
    assert set(pull.labels) == {"runwright", "risk:low"}
    assert (pull.fingerprint, pull.runbook_id) == (asked.fingerprint, asked.runbook_id)
    assert side.heads() == {f"refs/heads/{asked.branch}": pull.head_sha}
    assert side.file(pull.head_sha, RUNBOOK) == TEXT.encode()
    assert side.file(pull.head_sha, RECORDING) == b"{}\n"
    assert side.file(pull.base_sha, RUNBOOK) == b"id: RB-LIN-SERVICE-001\nversion: 1\n"


def test_the_same_again_finds_the_open_one_and_pushes_nothing(side: Side) -> None:
    first = opened(side)
    second = side.bot().open(proposal({RUNBOOK: TEXT}), later(5))
    assert (second.number, second.head_sha) == (first.number, first.head_sha)
    assert len(side.bot().pulls()) == 1


def test_more_evidence_joins_the_open_one(side: Side) -> None:
    first = opened(side)
    more = proposal({RUNBOOK: TEXT}).model_copy(update={"evidence": ("exec-2", "exec-1"), "body": "Seen twice.\n"})
    second = side.bot().open(more, later(5))
    assert (second.number, second.head_sha) == (first.number, first.head_sha)
    assert (second.evidence, second.body) == (("exec-1", "exec-2"), "Seen twice.\n")
    assert side.pull(first.number).evidence == ("exec-1", "exec-2")


def test_a_better_draft_moves_the_head_of_the_open_one(side: Side) -> None:
    first = opened(side)
    second = side.bot().open(proposal({RUNBOOK: OTHER}), later(5))
    assert second.number == first.number
    assert second.head_sha != first.head_sha
    assert side.file(second.head_sha, RUNBOOK) == OTHER.encode()
    assert second.base_sha == first.base_sha


def test_a_better_draft_keeps_nothing_of_the_one_before(side: Side) -> None:
    side.bot().open(proposal({RUNBOOK: TEXT, RECORDING: "{}\n"}), later())
    second = side.bot().open(proposal({RUNBOOK: OTHER}), later(5))
    assert side.file(second.head_sha, RECORDING) is None


def test_a_file_can_be_taken_away(side: Side) -> None:
    rule = "rules/promoted/L1-SERVICE-DOWN.yaml"
    pull = side.bot().open(proposal({RUNBOOK: TEXT, rule: None}), later())
    assert side.file(pull.head_sha, rule) is None
    assert side.file(pull.base_sha, rule)


def test_another_failure_is_another_pull_request(side: Side) -> None:
    first = opened(side)
    second = side.bot().open(proposal({RUNBOOK: OTHER}, "cd" * 8), later(5))
    assert second.number != first.number
    assert [pull.fingerprint for pull in side.bot().pulls()] == ["ab" * 8, "cd" * 8]


def test_a_proposal_that_changes_nothing_is_refused(side: Side) -> None:
    with pytest.raises(ContentError, match="changes nothing"):
        opened(side, "id: RB-LIN-SERVICE-001\nversion: 1\n")
    assert side.bot().pulls() == ()


@pytest.mark.parametrize("path", [".github/CODEOWNERS", "tools/x.py", "runwright.toml", ".github/workflows/x.yml"])
def test_a_path_that_is_no_business_of_the_bots_is_refused(side: Side, path: str) -> None:
    with pytest.raises(TrustError, match=r"proposal\.path"):
        side.bot().open(proposal({RUNBOOK: TEXT, path: "x\n"}), later())
    assert side.heads() == {}


@pytest.mark.parametrize("path", ["runbooks/linux/RB-LIN-DISK-001.yaml", "tests/recordings/RB-LIN-DISK-001/e.json"])
def test_a_proposal_touches_one_runbook_and_its_recordings(side: Side, path: str) -> None:
    with pytest.raises(TrustError, match=r"proposal\.scope"):
        side.bot().open(proposal({RUNBOOK: TEXT, path: "x\n"}), later())
    assert side.heads() == {}


def test_hostile_texts_arrive_letter_by_letter(side: Side) -> None:
    pull = side.bot().open(proposal({RUNBOOK: TEXT}).model_copy(update={"body": HOSTILE}), later())
    assert side.pull(pull.number).body == HOSTILE
    assert side.pull(pull.number).evidence == ("exec-1",)
    assert side.bot().say(pull.number, "seen", HOSTILE, later(2)).text == HOSTILE
    assert [(one.key, one.text, one.by) for one in side.pull(pull.number).comments] == [
        ("seen", HOSTILE, side.bot_name)
    ]


def test_a_comment_is_one_a_key_and_brought_up_to_date_in_place(side: Side) -> None:
    number = opened(side).number
    side.bot().say(number, "seen", "Seen 2 times.", later(2))
    side.bot().say(number, "effect", "It helped.", later(2))
    told = side.bot().say(number, "seen", "Seen 3 times.", later(3))
    assert (told.key, told.text, told.by) == ("seen", "Seen 3 times.", side.bot_name)
    comments = {one.key: one.text for one in side.pull(number).comments}
    assert comments == {"seen": "Seen 3 times.", "effect": "It helped."}
    assert len(side.pull(number).comments) == 2


def test_a_newer_text_and_labels_are_told_once(side: Side) -> None:
    number = opened(side).number
    labels = ("runwright", "risk:low", "priority:high")
    assert side.bot().retell(number, "Another text.\n", labels, later(2)) is True
    assert side.bot().retell(number, "Another text.\n", labels, later(3)) is False
    pull = side.pull(number)
    assert (pull.body, set(pull.labels), pull.evidence) == ("Another text.\n", set(labels), ("exec-1",))


def test_labels_are_taken_away_again(side: Side) -> None:
    number = opened(side).number
    side.bot().retell(number, "Text.\n", ("runwright", "priority:high"), later(2))
    side.bot().retell(number, "Text.\n", ("runwright", "priority:low"), later(3))
    assert set(side.pull(number).labels) == {"runwright", "priority:low"}


def test_after_a_persons_commit_nothing_is_pushed_and_the_text_stays(side: Side) -> None:
    first = opened(side)
    head = side.person_pushes(first)
    again = proposal({RUNBOOK: OTHER}).model_copy(update={"body": "New.\n", "evidence": ("exec-2",)})
    side.bot().open(again, later(5))
    assert side.bot().retell(first.number, "New.\n", ("runwright",), later(6)) is False
    assert side.bot().withdraw(first.number, "superseded", "no", later(7)) is False
    assert side.heads() == {f"refs/heads/{first.branch}": head}
    now = side.pull(first.number)
    assert (now.state, now.body, now.title, set(now.labels)) == ("open", first.body, first.title, set(first.labels))


def test_after_an_approval_nothing_is_pushed_and_the_text_stays(side: Side) -> None:
    first = opened(side)
    side.approve(first)
    again = proposal({RUNBOOK: OTHER}).model_copy(update={"body": "New.\n"})
    side.bot().open(again, later(5))
    assert side.bot().retell(first.number, "New.\n", ("runwright",), later(6)) is False
    assert side.bot().withdraw(first.number, "superseded", "no", later(7)) is False
    now = side.pull(first.number)
    assert (now.state, now.body, now.head_sha) == ("open", first.body, first.head_sha)
    assert [(one.verdict, one.by, one.head_sha) for one in now.decisions] == [("approve", "dana", first.head_sha)]


def test_evidence_still_joins_after_an_approval(side: Side) -> None:
    first = opened(side)
    side.approve(first)
    more = proposal({RUNBOOK: TEXT}).model_copy(update={"evidence": ("exec-2",)})
    assert side.bot().open(more, later(5)).evidence == ("exec-1", "exec-2")


def test_a_comment_can_be_put_after_an_approval(side: Side) -> None:
    first = opened(side)
    side.approve(first)
    assert side.bot().say(first.number, "seen", "Seen 2 times.", later(5)).text == "Seen 2 times."


def test_a_request_for_changes_is_seen_and_a_better_draft_may_follow(side: Side) -> None:
    first = opened(side)
    side.ask_changes(first, "wait longer")
    asked = side.pull(first.number)
    assert [(one.verdict, one.by, one.notes) for one in asked.decisions] == [("changes", "dana", "wait longer")]
    second = side.bot().open(proposal({RUNBOOK: OTHER}), later(5))
    assert (second.number, second.head_sha == first.head_sha) == (first.number, False)


@pytest.mark.parametrize("reason", ["superseded", "no-longer-failing", "needs-work", "runbook-removed"])
def test_the_bot_takes_its_own_back_and_says_why(side: Side, reason: CloseReason) -> None:
    number = opened(side).number
    assert side.bot().withdraw(number, reason, "superseded by #7, which does more", later(3)) is True
    assert side.bot().withdraw(number, reason, "superseded by #7, which does more", later(4)) is False
    pull = side.pull(number)
    assert (pull.state, pull.closed_as, pull.closed_by) == ("closed", reason, pull.by)
    assert pull.closed_reason == "superseded by #7, which does more"
    assert pull.ended_at is not None
    assert not [one for one in pull.decisions if one.verdict == "reject"]


@pytest.mark.parametrize("sense", [None, "needs-work", "superseded", "evidence-withdrawn"])
def test_a_persons_close_is_a_decision_with_its_reason(side: Side, sense: CloseReason | None) -> None:
    number = opened(side).number
    side.close(side.pull(number), "Our hosts are never restarted by day.", sense)
    pull = side.pull(number)
    assert (pull.state, pull.closed_as, pull.closed_by) == ("closed", sense or "rejected", "dana")
    assert pull.closed_reason == "Our hosts are never restarted by day."
    last = pull.decisions[-1]
    assert (last.verdict, last.by, last.close_as) == ("reject", "dana", sense)


def test_after_a_close_the_same_failure_opens_another_one(side: Side) -> None:
    first = opened(side)
    side.close(first, "no", None)
    second = side.bot().open(proposal({RUNBOOK: OTHER}), later(9))
    assert second.number != first.number
    assert (second.state, side.file(second.head_sha, RUNBOOK)) == ("open", OTHER.encode())
    assert [pull.state for pull in side.bot().pulls()] == ["closed", "open"]


def test_the_very_same_can_be_opened_again_after_a_close(side: Side) -> None:
    first = opened(side)
    side.close(first, "needs another look", "needs-work")
    second = side.bot().open(proposal({RUNBOOK: TEXT}), later(9))
    assert (second.number != first.number, second.state) == (True, "open")
    assert side.file(second.head_sha, RUNBOOK) == TEXT.encode()


def test_a_merge_is_seen_with_its_commit_on_the_base(side: Side) -> None:
    number = opened(side).number
    side.merge(side.pull(number))
    pull = side.pull(number)
    assert (pull.state, pull.closed_as, pull.ended_at is not None) == ("merged", None, True)
    assert side.file(pull.merge_commit, RUNBOOK) == TEXT.encode()
    assert [one.verdict for one in pull.decisions] == ["approve"]
    assert side.file(pull.decisions[0].base_sha, RUNBOOK) == b"id: RB-LIN-SERVICE-001\nversion: 1\n"


def test_after_a_merge_the_same_failure_opens_another_one(side: Side) -> None:
    first = opened(side)
    side.merge(side.pull(first.number))
    second = side.bot().open(proposal({RUNBOOK: OTHER}), later(9))
    assert (second.number != first.number, second.state) == (True, "open")
    assert side.file(second.base_sha, RUNBOOK) == TEXT.encode()


def test_what_was_merged_is_told_of_and_never_taken_back(side: Side) -> None:
    number = opened(side).number
    side.merge(side.pull(number))
    assert side.bot().withdraw(number, "superseded", "no", later(5)) is False
    assert side.bot().retell(number, "New.\n", ("runwright",), later(5)) is False
    assert side.bot().say(number, "effect", "It helped 20 times.", later(6)).text == "It helped 20 times."


def test_a_persons_pull_request_is_no_proposal(side: Side) -> None:
    pull = side.person_opens()
    assert (pull.state, pull.by, pull.fingerprint, pull.runbook_id) == ("open", "dana", None, pull.runbook_id)
    assert pull.fingerprint is None
    assert side.bot().retell(pull.number, "New.\n", (), later(5)) is False
    assert side.bot().withdraw(pull.number, "stale", "no", later(5)) is False


def test_the_reader_lists_what_is_open(side: Side) -> None:
    first = opened(side)
    second = side.bot().open(proposal({RUNBOOK: OTHER}, "cd" * 8), later(5))
    side.close(first, "no", None)
    assert [pull.number for pull in side.reader().open_pulls()] == [second.number]


def test_a_text_beyond_every_limit_is_refused_before_it_is_sent(side: Side) -> None:
    with pytest.raises(ValueError, match="65536"):
        side.bot().open(proposal({RUNBOOK: TEXT}).model_validate({**DUMPED, "body": "x" * 65_537}), later())
    assert side.heads() == {}


DUMPED = proposal({RUNBOOK: TEXT}).model_dump()


def test_what_is_not_there_cannot_be_told_of(side: Side) -> None:
    with pytest.raises((EdgeError, TrustError)):
        side.bot().say(7, "seen", "Seen 2 times.", later())


def test_the_bots_port_has_no_way_to_approve_or_to_merge(side: Side) -> None:
    verbs = {name for name in dir(side.bot()) if not name.startswith("_")}
    assert not [name for name in verbs if any(word in name for word in ("approve", "merge", "review", "reject"))]


def test_who_may_approve_is_counted_from_the_owners_of_the_path(side: Side) -> None:
    assert side.terms().approvers(RUNBOOK) == 2
    assert side.terms().approvers("README.md") == 1
    assert side.terms().limits().open == 5
