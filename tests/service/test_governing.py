"""What governs the proposals: turns, people's noes, what took another's place, evidence in few words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from runwright.adapters.forge_local import LocalProposals, LocalReviews, read_pulls
from runwright.learn.background import Amendment
from runwright.learn.fingerprint import fingerprint
from runwright.model.intake import Finished, Orphan
from runwright.model.pacing import Wait
from runwright.model.proposal import PullRequest
from runwright.model.review import Opinion
from runwright.service.proposing import Declined
from tests.support.forge import NOW, key_of, later
from tests.support.governed import Governed, failed, make_governed, proposed, written
from tests.support.recordings import PATH, RUNBOOK_ID, runbook, start

LIMITS = b"[proposals]\nper_hour = 60\nopen = 100\nper_approver_a_day = 100\n"


@pytest.fixture
def governed(tmp_path: Path) -> Iterator[Governed]:
    made = make_governed(tmp_path)
    yield made
    made.database.close()


def opened(governed: Governed, what: str = "web", *first: str, minutes: float = 1) -> PullRequest:
    pull = governed.governor.propose(proposed(failed(what), *first), later(minutes))
    assert isinstance(pull, PullRequest), pull
    return pull


def waits(governed: Governed, what: str, minutes: float, *first: str) -> Wait:
    wait = governed.governor.propose(proposed(failed(what), *first), later(minutes))
    assert isinstance(wait, Wait), wait
    return wait


# Turns


def test_a_proposal_is_opened_once_however_often_it_is_proposed(governed: Governed) -> None:
    first = opened(governed)
    records = governed.forge.repository.resolve("refs/runwright/pulls")
    assert opened(governed, minutes=9) == first
    assert governed.forge.repository.resolve("refs/runwright/pulls") == records


def test_two_an_hour_are_opened_and_the_third_waits_its_turn(governed: Governed) -> None:
    opened(governed, "one", "a")
    opened(governed, "two", "b", minutes=2)
    wait = waits(governed, "three", 3, "c")
    assert wait.until == later(61)
    assert wait.reason == "rate-limited: 2 proposals were opened lately; at most 2 are"
    assert opened(governed, "three", "c", minutes=61.5).number == 3


def test_five_may_be_open_and_a_decision_makes_room(governed: Governed) -> None:
    for number in range(5):
        opened(governed, f"cause {'abcde'[number]}", f"s{number}", minutes=40 * number)
    assert "5 proposals wait for a decision already" in waits(governed, "last", 300, "s9").reason
    governed.forge.reviews().reject(1, "no", later(301))
    assert opened(governed, "last", "s9", minutes=316).number == 6


def test_the_limits_are_those_of_the_base_branch(governed: Governed) -> None:
    governed.forge.push({"runwright.toml": LIMITS})
    for number, what in enumerate("abcdefgh"):
        opened(governed, what * 3, f"s{number}")
    assert len(read_pulls(governed.forge.repository)) == 8


def test_the_more_urgent_goes_first_when_there_is_room_again(governed: Governed) -> None:
    opened(governed, "one", "a")
    opened(governed, "two", "b", minutes=1.5)
    waits(governed, "patient", 2, "c")
    urgent = failed("urgent").model_copy(update={"incident_type": "service_stopped"})
    assert isinstance(governed.governor.propose(proposed(urgent, "d"), later(3)), Wait)
    assert "go first: of sites" in waits(governed, "patient", 61.2, "c").reason
    assert isinstance(governed.governor.propose(proposed(urgent, "d"), later(61.3)), PullRequest)


def test_one_that_does_not_come_for_its_turn_holds_nobody_up_for_long(governed: Governed) -> None:
    opened(governed, "one", "a")
    opened(governed, "two", "b", minutes=1.5)
    waits(governed, "gone", 2, "c")
    waits(governed, "patient", 3, "d")
    assert opened(governed, "patient", "d", minutes=80).number == 3


def test_fewer_are_opened_when_people_merge_few(governed: Governed) -> None:
    for number, what in enumerate("abcde"):
        pull = opened(governed, what * 3, f"s{number}", minutes=40 * number)
        governed.forge.reviews().reject(pull.number, "not this way", later(40 * number + 1))
    assert waits(governed, "next", 300, "s8").until == later(120 + 12 * 60)


# One thing, one proposal


def test_a_proposal_that_asks_for_the_same_and_more_takes_the_older_ones_place(governed: Governed) -> None:
    opened(governed, "one", "db")
    newer = opened(governed, "two", "cache", "db", minutes=2)
    older = governed.pull(1)
    assert (older.state, older.closed_as, older.closed_by) == ("closed", "superseded", "runwright-bot")
    assert older.closed_reason == f"superseded by #{newer.number}, which changes the same and more at the same step"


def test_a_proposal_that_lacks_what_the_older_one_asks_for_leaves_it_open(governed: Governed) -> None:
    opened(governed, "one", "db")
    opened(governed, "two", "cache", minutes=2)
    assert [pull.state for pull in read_pulls(governed.forge.repository)] == ["open", "open"]


def test_a_crash_between_opening_and_taking_back_is_made_good(governed: Governed) -> None:
    opened(governed, "one", "db")
    newer = proposed(failed("two"), "cache", "db")
    LocalProposals(governed.forge.repository, key_of("runwright-bot")).open(newer, later(2))
    governed.governor.propose(newer, later(3))
    assert governed.pull(1).closed_as == "superseded"


def test_one_sites_proposal_does_not_take_the_place_of_anothers(governed: Governed) -> None:
    """A forged superset would withdraw the real one."""
    governed.governor.propose(proposed(failed("real"), "db"), later(1), "north-valley-dental")
    governed.governor.propose(proposed(failed("forged"), "cache", "db"), later(2), "another-site")
    assert [pull.state for pull in read_pulls(governed.forge.repository)] == ["open", "open"]


def test_what_gave_way_to_something_that_people_refused_is_thought_about_again(governed: Governed) -> None:
    opened(governed, "one", "db")
    opened(governed, "two", "cache", "db", minutes=2)
    assert governed.governor.tidy(later(3)) == (), "what took its place is open"
    governed.forge.reviews().reject(2, "no cache here", later(4))
    assert governed.governor.tidy(later(5)) == (Orphan(fingerprint(failed("one")), 1),)


def test_what_a_person_has_approved_is_never_taken_back(governed: Governed) -> None:
    pull = opened(governed, "one", "db")
    governed.forge.green(pull, risk="high")
    governed.forge.reviews("alex").approve(1, later(2))
    opened(governed, "two", "cache", "db", minutes=3)
    assert governed.pull(1).state == "open"


def test_after_a_merge_the_others_on_that_runbook_are_taken_back_and_thought_about_again(governed: Governed) -> None:
    merged = opened(governed, "one", "db")
    opened(governed, "two", "cache", minutes=2)
    governed.forge.green(merged)
    governed.forge.reviews().approve(1, later(3))
    orphan = Orphan(fingerprint(failed("two")), 2)
    assert governed.governor.tidy(later(4)) == (orphan,)
    assert (governed.pull(2).closed_as, governed.pull(1).state) == ("stale", "merged")
    assert "is at version 2 since" in governed.pull(2).closed_reason
    day = 24 * 60
    assert governed.governor.tidy(later(4 + day)) == (orphan,), "a crash in between loses nobody, however long it lasts"
    assert governed.governor.tidy(later(4 + 30 * day)) == ()


def test_when_its_runbook_is_gone_a_proposal_is_taken_back(governed: Governed) -> None:
    opened(governed)
    governed.forge.push({PATH: None})
    assert governed.governor.tidy(later(2)) == ()
    assert governed.pull(1).closed_as == "runbook-removed"


def test_what_has_not_failed_for_long_while_its_runbook_ran_has_no_point_any_more(governed: Governed) -> None:
    opened(governed)
    governed.seen(fingerprint(failed()), "exec-1", at=later(0))
    fortnight = 14 * 24 * 60 + 5
    governed.governor.tidy(later(fortnight))
    assert governed.pull(1).state == "open", "nobody tried it since"
    governed.seen("ok", *(f"good-{number}" for number in range(20)), at=later(9000), success=True)
    governed.governor.tidy(later(9001))
    assert governed.pull(1).state == "open", "it is not that long"
    assert governed.governor.tidy(later(fortnight)) == ()
    assert governed.pull(1).closed_as == "no-longer-failing"


def test_tidying_leaves_what_is_current_alone(governed: Governed) -> None:
    opened(governed)
    governed.forge.push({"README.md": b"hello\n"})
    assert governed.governor.tidy(later(2)) == ()
    assert governed.pull(1).state == "open"


# What people said


def test_a_no_is_remembered_with_its_reason(governed: Governed) -> None:
    opened(governed)
    governed.forge.reviews().reject(1, "The database has its own watchdog.", later(2))
    name = fingerprint(failed())
    (refusal,) = governed.governor.background_for(name, RUNBOOK_ID).refusals
    assert (refusal.pull_number, refusal.needs_work) == (1, False)


@pytest.mark.parametrize("how", ["needs-work", "stale", "no-longer-failing", "evidence-withdrawn", "superseded"])
def test_only_a_real_no_ends_the_matter(governed: Governed, how: str) -> None:
    opened(governed)
    governed.forge.reviews().reject(1, "look again", later(2), how)  # type: ignore[arg-type]
    assert governed.pull(1).closed_as == how
    (refusal, *_) = (*governed.governor.background_for(fingerprint(failed()), RUNBOOK_ID).refusals, None)
    assert refusal is None or refusal.needs_work


def test_what_needs_work_may_come_again_only_as_something_else(governed: Governed) -> None:
    opened(governed, "web", "db")
    governed.forge.reviews().reject(1, "start the cache, too", later(2), "needs-work")
    again = governed.governor.propose(proposed(failed()), later(3))
    assert again == Declined("the same change was closed as needs-work in #1: start the cache, too", final=False)
    assert opened(governed, "web", "cache", "db", minutes=4).number == 2
    name = fingerprint(failed())
    (refusal,) = governed.governor.background_for(name, RUNBOOK_ID).refusals
    assert (refusal.reason, refusal.needs_work) == ("start the cache, too", True)


def test_what_needs_work_is_thought_about_again_at_once_and_only_once(governed: Governed) -> None:
    opened(governed, "web", "db")
    governed.forge.reviews().reject(1, "start the cache, too", later(2), "needs-work")
    assert governed.governor.tidy(later(3)) == (Orphan(fingerprint(failed()), 1),)
    opened(governed, "web", "cache", "db", minutes=4)
    assert governed.governor.tidy(later(5)) == (), "there is a better one"


def test_after_a_person_closed_it_without_a_no_there_is_a_days_peace(governed: Governed) -> None:
    opened(governed)
    governed.forge.reviews().reject(1, "it went away", later(2), "no-longer-failing")
    assert waits(governed, "web", 3).until == later(2) + timedelta(hours=24)
    assert opened(governed, minutes=24 * 60 + 3).number == 2


def test_requested_changes_are_shown_to_the_next_draft(governed: Governed) -> None:
    opened(governed)
    governed.forge.reviews().request_changes(1, "wait for the cache", later(2))
    known = governed.governor.background_for(fingerprint(failed()), RUNBOOK_ID)
    assert [(one.reason, one.needs_work) for one in known.refusals] == [("wait for the cache", True)]


def test_what_a_person_changed_before_the_merge_is_shown_to_the_next_draft(governed: Governed) -> None:
    pull = opened(governed, "one", "db")
    by_hand = runbook(start("db", timeout="90s"), start("web"), version=2)
    governed.forge.push({PATH: written(by_hand).encode()}, by="alex", ref="refs/heads/better", on=pull.head_sha)
    repository = governed.forge.repository
    from runwright.adapters.forge_local import BranchRequest, LocalBranches

    mine = LocalBranches(repository, key_of("alex")).open(BranchRequest("better"), later(2))
    governed.forge.green(mine)
    LocalReviews(repository, key_of("dana")).approve(mine.number, later(3))
    governed.governor.tidy(later(4))
    assert (governed.pull(1).closed_as, governed.pull(1).closed_reason) == ("superseded", "all of it was merged by #2")
    (amended,) = governed.governor.background_for("ab" * 32, RUNBOOK_ID).amendments
    assert amended == Amendment(1, amended.changes)
    assert any("90s" in change for change in amended.changes)


def test_a_merge_without_changes_teaches_nothing(governed: Governed) -> None:
    governed.forge.green(opened(governed))
    governed.forge.reviews().approve(1, later(3))
    governed.governor.tidy(later(4))
    assert governed.governor.background_for("ab" * 32, RUNBOOK_ID).amendments == ()


def test_what_people_say_of_a_run_goes_into_its_triage_and_the_next_draft(governed: Governed) -> None:
    run = failed()
    governed.seen(fingerprint(run), "exec-1")
    opinions = governed.governor.memory.opinions
    for right, text in ((True, "looks right"), (False, "the disk was full"), (None, "see INC-7")):
        opinions.give(Opinion("north-valley", "exec-1", right, text, "dana", NOW))
    told = governed.governor.with_feedback("north-valley", run)
    assert (told.was_correct_runbook, told.human_feedback) == (False, "see INC-7")
    assert governed.governor.with_feedback("elsewhere", run) == run
    known = governed.governor.background_for(fingerprint(run), RUNBOOK_ID).feedback
    assert [(one.was_correct_runbook, one.text) for one in known] == [
        (None, "see INC-7"),
        (False, "the disk was full"),
        (True, "looks right"),
    ]


def test_how_versions_did_is_counted_from_what_came_in(governed: Governed) -> None:
    for number in range(4):
        governed.seen("aa", f"old-{number}", runbook_version=1, status="success" if number else "failure")
    governed.seen("bb", "new-1", runbook_version=2, success=True)
    rates = governed.governor.background_for("aa", RUNBOOK_ID).rates
    assert [(rate.version, rate.runs, rate.succeeded) for rate in rates] == [(1, 4, 3), (2, 1, 1)]


# What came of it

DAY = 24 * 60


def merged(governed: Governed) -> None:
    governed.forge.green(opened(governed))
    governed.forge.reviews().approve(1, later(3))


def ran(governed: Governed, name: str, number: int, version: int, minutes: float = 4, **more: Any) -> None:
    names = (f"{name}-{place}" for place in range(number))
    how: dict[str, Any] = {"verification_passed": True, "status": "success", **more}
    governed.seen("ok", *names, at=later(minutes), runbook_version=version, **how)


def effects(governed: Governed, minutes: float) -> list[str]:
    governed.governor.tidy(later(minutes))
    return [comment.text for comment in governed.pull(1).comments if comment.key == "effect"]


def test_after_twenty_runs_the_request_says_what_the_merge_came_to_and_says_it_once(governed: Governed) -> None:
    ran(governed, "old", 3, 1, minutes=0, verification_passed=False, status="failure")
    ran(governed, "old-good", 1, 1, minutes=0)
    merged(governed)
    ran(governed, "good", 18, 2)
    ran(governed, "dry", 9, 2, status="dry_run")
    ran(governed, "unverified", 1, 2, verification_passed=None)
    assert effects(governed, 5) == [], "19 runs are not 20"
    ran(governed, "bad", 1, 2, verification_passed=False)
    ran(governed, "later", 5, 2, verification_passed=False)
    told = [
        "Of the first 20 runs of version 2 of RB-LIN-SERVICE-001 after the merge, 18 ended verified (90 %). "
        "Version 1, the one before, ran 4 times: 1 ended verified (25 %). "
        "At least 9 of 10 were expected: this holds."
    ]
    assert effects(governed, 6) == told
    records = governed.forge.repository.resolve("refs/runwright/pulls")
    ran(governed, "more", 30, 2, minutes=7, verification_passed=False)
    assert effects(governed, 40 * DAY) == told
    assert governed.forge.repository.resolve("refs/runwright/pulls") == records


def test_what_did_not_help_is_said_too(governed: Governed) -> None:
    merged(governed)
    ran(governed, "good", 17, 2)
    ran(governed, "bad", 3, 2, verification_passed=False)
    (told,) = effects(governed, 5)
    assert told.endswith("At least 9 of 10 were expected: this does not hold.")
    assert "Of version 1, the one before, no run is known." in told


def test_too_few_runs_in_thirty_days_are_told_as_too_few(governed: Governed) -> None:
    merged(governed)
    ran(governed, "good", 1, 2)
    assert effects(governed, 30 * DAY) == []
    assert effects(governed, 30 * DAY + 4) == [
        "In the 30 days after the merge, version 2 of RB-LIN-SERVICE-001 ran once, not the 20 times that were waited "
        "for: 1 ended verified (100 %). Of version 1, the one before, no run is known. "
        "At least 9 of 10 were expected; there are too few runs to say whether that holds."
    ]


def test_without_any_run_nothing_is_made_up(governed: Governed) -> None:
    merged(governed)
    (told,) = effects(governed, 31 * DAY)
    assert told.startswith("In the 30 days after the merge, version 2 of RB-LIN-SERVICE-001 did not run.")
    assert "%" not in told


def test_runs_from_before_the_merge_and_of_other_versions_prove_nothing(governed: Governed) -> None:
    ran(governed, "forged", 25, 2, minutes=2)
    merged(governed)
    ran(governed, "old", 25, 1)
    assert effects(governed, 5) == []


def test_of_what_is_open_or_was_refused_no_effect_is_told(governed: Governed) -> None:
    opened(governed)
    ran(governed, "good", 25, 2)
    assert effects(governed, 5) == []
    governed.forge.reviews().reject(1, "no", later(6))
    assert effects(governed, 31 * DAY) == []


# Evidence


def test_what_fails_all_day_takes_a_few_writes(governed: Governed) -> None:
    opened(governed)
    name, tellings = fingerprint(failed()), 0
    for minute in range(2, 8 * 60, 2):
        at = later(minute)
        governed.seen(name, *(f"exec-{minute}-{number}" for number in range(12)), at=at)
        before = governed.pull(1).comments
        governed.governor.tell_evidence(at)
        tellings += governed.pull(1).comments != before
    assert tellings <= 20
    assert int(governed.pull(1).comments[0].text.split()[1]) > 6 * 60 * 6


def test_ten_thousand_of_the_same_failure_are_told_in_one_comment(governed: Governed) -> None:
    pull = opened(governed)
    name, at = fingerprint(failed()), later(2)
    for batch in range(20):
        governed.seen(name, *(f"exec-{batch}-{number}" for number in range(500)), site=f"site-{batch % 3}", at=at)
        governed.governor.tell_evidence(at)
        at += timedelta(seconds=20)
    due = governed.governor.tell_evidence(at)
    assert due is not None
    assert governed.governor.tell_evidence(due) is None
    now = governed.pull(pull.number)
    (comment,) = now.comments
    assert comment.text.startswith("Seen 10000 times at 3 sites, first ")
    assert "| seen | 10000× |" in now.body
    assert "| sites | 3, `not said` first |" in now.body
    assert "priority:high" in now.labels
    events = governed.forge.repository.log(governed.forge.repository.resolve("refs/runwright/pulls") or "")
    assert len(events) <= 20


def test_the_first_few_are_told_at_once_and_nothing_twice(governed: Governed) -> None:
    pull = opened(governed)
    name = fingerprint(failed())
    governed.seen(name, "exec-1")
    assert governed.governor.tell_evidence(later(2)) is None
    assert governed.pull(pull.number).comments == ()
    governed.seen(name, "exec-2")
    governed.governor.tell_evidence(later(3))
    governed.seen(name, "exec-3")
    governed.governor.tell_evidence(later(3.1))
    records = governed.forge.repository.resolve("refs/runwright/pulls")
    governed.governor.tell_evidence(later(9))
    assert governed.forge.repository.resolve("refs/runwright/pulls") == records
    (comment,) = governed.pull(pull.number).comments
    assert comment.text.startswith("Seen 3 times at one site")
    assert "exec-3\nexec-2\nexec-1" in comment.text


def test_a_text_that_a_person_approved_is_not_rewritten(governed: Governed) -> None:
    pull = opened(governed)
    governed.forge.green(pull, risk="high")
    governed.forge.reviews("alex").approve(1, later(2))
    governed.seen(fingerprint(failed()), "exec-1", "exec-2")
    governed.governor.tell_evidence(later(3))
    assert governed.pull(1).body == pull.body
    assert governed.pull(1).labels == pull.labels
    assert governed.pull(1).comments[0].text.startswith("Seen 2 times")


def test_a_failure_at_several_sites_is_the_fleets_and_urgent(governed: Governed) -> None:
    opened(governed)
    assert "priority:medium" in governed.pull(1).labels
    governed.seen(fingerprint(failed()), "exec-1")
    governed.seen(fingerprint(failed()), "exec-2", site="south-valley")
    governed.governor.tell_evidence(later(2))
    assert "priority:high" in governed.pull(1).labels


# Requests for facts


def test_what_is_missing_is_asked_for_once_and_over_when_it_came(governed: Governed) -> None:
    run, name = failed(), fingerprint(failed())
    ended = Finished(
        "needs_person", "not recorded", fingerprint=name, missing_facts=("services.db.state", "x.*", "odd")
    )
    for _ in range(2):
        governed.governor.settled("north-valley", run, ended, NOW)
    probes = governed.governor.probes
    (request,) = probes.hand("north-valley", NOW)
    assert (request.runbook_id, request.facts) == (RUNBOOK_ID, ("services.db.state",))
    assert probes.hand("elsewhere", NOW) == ()
    told = run.model_copy(update={"state_after": {"services.db.state": "stopped"}})
    governed.governor.settled("north-valley", told, Finished("proposed", "", fingerprint=name), later(5))
    assert probes.hand("north-valley", later(6)) == ()
