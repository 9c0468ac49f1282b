"""Failures in the store: one row each, thought about by one at a time, ended under the key it was thought under."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from runwright.adapters.store.database import Database
from runwright.adapters.store.executions import Executions
from runwright.adapters.store.failures import Failures
from runwright.adapters.store.liveness import Liveness
from runwright.model.intake import Case, Finished, Hold, Incoming, Orphan, Sorted, Stage
from runwright.model.triage import Triage
from tests.support.until import until

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TRIAGE = Triage(execution_id="a", failure_type="unknown", improvable=False, confidence=0, rationale="?", by="built-in")


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def fail(database: Database, name: str, fingerprint: str, site: str = "north") -> None:
    """Keep one execution and sort it to its failure."""
    store = Executions(database)
    store.keep([Incoming(site, name, "d", json.dumps({"execution_id": name}))], NOW)
    store.sort([Sorted(work, fingerprint=fingerprint) for work in store.unsorted(NOW, 99)], NOW)


def claim_one(failures: Failures, owner: str = "me", now: datetime = NOW) -> Case:
    (case,) = failures.claim(owner, 1, now)
    return case


def names(failures: Failures, case: Case) -> list[str]:
    return [work.execution_id for work in failures.waiting(case, 0, 99)]


def stages(database: Database) -> dict[str, str]:
    with database.reading() as connection:
        rows = connection.exec_driver_sql("select execution_id, stage from executions").all()
        return {row[0]: row[1] for row in rows}


def finish(failures: Failures, case: Case, stage: str = "proposed", only: Sequence[str] | None = None) -> bool:
    ended = Finished(stage, "", triage=TRIAGE, fingerprint=case.fingerprint, pull_number=7)  # type: ignore[arg-type]
    works = failures.waiting(case, 0, 99)
    chosen = [(work, ended) for work in works if only is None or work.execution_id in only]
    return failures.finish(case, chosen, NOW, last=True)


def test_all_that_fails_alike_waits_for_one_end(database: Database) -> None:
    for name in ("a", "b", "c"):
        fail(database, name, "f" * 64)
    failures = Failures(database)
    case = claim_one(failures)
    assert names(failures, case) == ["a", "b", "c"]
    assert failures.leader(case).execution_id == "a"
    assert finish(failures, case)
    assert set(stages(database).values()) == {"proposed"}
    assert failures.seen("f" * 64) == 3
    assert failures.claim("me", 9, NOW) == ()


def test_what_is_under_way_is_claimed_by_nobody_else(database: Database) -> None:
    fail(database, "a", "f" * 64)
    failures = Failures(database)
    case = claim_one(failures)
    assert failures.claim("other", 9, NOW) == ()
    assert failures.under_way() == (("me", case.key),)


def test_an_owner_has_no_more_under_way_than_it_has_places(database: Database) -> None:
    for number in range(5):
        fail(database, f"a{number}", f"{number:064x}")
    failures = Failures(database)
    assert len(failures.claim("me", 2, NOW)) == 2
    assert failures.claim("me", 2, NOW) == ()
    assert len(failures.claim("other", 9, NOW)) == 3


def test_no_site_starves_another(database: Database) -> None:
    for number in range(6):
        fail(database, f"n{number}", f"{number:064x}", "north")
    fail(database, "s0", "a" * 64, "south")
    failures = Failures(database)
    first = claim_one(failures, now=NOW)
    assert finish(failures, first)
    second = claim_one(failures, now=later(1))
    assert (first.site_id, second.site_id) == ("north", "south")
    both = failures.claim("other", 6, later(2))
    assert [case.site_id for case in both] == ["north"] * 3


def test_a_flood_of_one_site_leaves_half_of_the_places_to_others(database: Database) -> None:
    for number in range(9):
        fail(database, f"n{number}", f"{number:064x}", "north")
    failures = Failures(database)
    assert len(failures.claim("alone", 3, NOW)) == 3  # nobody else ever sent anything
    fail(database, "s0", "a" * 64, "south")
    assert [case.site_id for case in failures.claim("me", 4, NOW)] == ["south", "north", "north"]
    assert failures.claim("me", 4, later(1)) == ()
    fail(database, "s1", "b" * 64, "south")
    assert [case.site_id for case in failures.claim("me", 4, later(1))] == ["south"]


def test_what_is_due_after_a_moment_is_told_apart_from_what_waits_for_a_place(database: Database) -> None:
    for name, key in (("a", "a" * 64), ("b", "b" * 64)):
        fail(database, name, key)
    failures = Failures(database)
    failures.put_off(claim_one(failures), Hold(later(9), "the forge is away"))
    assert (failures.next_due(), failures.next_due(NOW)) == (NOW, later(9))
    assert failures.next_due(later(9)) is None


def test_a_late_end_under_an_old_key_changes_nothing(database: Database) -> None:
    fail(database, "a", "f" * 64)
    failures = Failures(database)
    old = claim_one(failures)
    failures.put_off(old, Hold(NOW, "the library moved", afresh=True))
    new = claim_one(failures, now=later(1))
    assert new.key != old.key
    assert finish(failures, old) is False
    assert stages(database) == {"a": "received"}
    assert finish(failures, new)


def test_what_is_put_off_keeps_its_key_and_counts_what_it_was(database: Database) -> None:
    fail(database, "a", "f" * 64)
    failures = Failures(database)
    case = claim_one(failures)
    failures.put_off(case, Hold(later(9), "the forge is away", counted="delay"))
    assert failures.claim("me", 9, later(8)) == ()
    assert failures.next_due() == later(9)
    again = claim_one(failures, now=later(9))
    assert (again.key, again.thought_at, again.attempts, again.delays) == (case.key, NOW, 0, 1)
    failures.put_off(again, Hold(later(10), "it broke", counted="attempt"))
    third = claim_one(failures, now=later(10))
    assert (third.attempts, third.delays) == (1, 1)


def test_what_a_process_left_is_due_again_at_once_and_rests_longer_if_that_goes_on(database: Database) -> None:
    fail(database, "a", "f" * 64)
    failures = Failures(database)
    key = claim_one(failures).key
    for count, rest in ((1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (6, 3)):
        assert failures.release([key], NOW, cut_off=True) == 1
        assert failures.next_due() == later(rest)
        assert claim_one(failures, now=later(rest)).cut_offs == count
    assert failures.release([key], NOW, cut_off=False) == 1
    assert failures.next_due() == NOW


def test_what_gets_on_is_not_blamed_for_the_processes_that_ended_under_it(database: Database) -> None:
    fail(database, "a", "f" * 64)
    failures = Failures(database)
    case = claim_one(failures)
    for _ in range(9):
        failures.release([case.key], NOW, cut_off=True)
        case = claim_one(failures, now=later(300))
    assert case.cut_offs == 9
    failures.forgive(replace(case, key="another"))
    failures.release([case.key], NOW, cut_off=False)
    assert claim_one(failures).cut_offs == 9
    failures.forgive(case)
    failures.release([case.key], NOW, cut_off=False)
    assert claim_one(failures).cut_offs == 0


def test_what_comes_while_it_is_thought_about_begins_anew_where_it_does_not_share_the_end(database: Database) -> None:
    fail(database, "a", "f" * 64)
    failures = Failures(database)
    case = claim_one(failures)
    fail(database, "b", "f" * 64, "south")
    assert finish(failures, case, "fixed_already", only=["a"])
    assert stages(database) == {"a": "fixed_already", "b": "received"}
    again = claim_one(failures)
    assert (again.site_id, failures.leader(again).execution_id) == ("south", "b")


def test_an_end_is_stored_with_its_analysis_and_link_once(database: Database) -> None:
    fail(database, "a", "f" * 64)
    failures = Failures(database)
    case = claim_one(failures)
    work = failures.leader(case)
    ended = Finished("proposed", "", triage=TRIAGE, fingerprint="f" * 64, pull_number=7, improved_runbook_id="RB-A-v2")
    for last in (False, True):
        assert failures.finish(case, [(work, ended)], NOW, last=last)
    with database.reading() as connection:
        links = connection.exec_driver_sql("select fingerprint, pull_number from proposal_links").all()
        analyses = connection.exec_driver_sql("select improved_runbook_id from analyses").all()
    assert ([tuple(row) for row in links], [row[0] for row in analyses]) == ([("f" * 64, 7)], ["RB-A-v2"])


def propose(failures: Failures, number: int) -> None:
    """End all that waits at a pull request."""
    case = claim_one(failures)
    ended = Finished("proposed", "", fingerprint=case.fingerprint, pull_number=number)
    assert failures.finish(case, [(work, ended) for work in failures.waiting(case, 0, 99)], NOW, last=True)


def test_a_failure_whose_proposal_was_taken_back_is_thought_about_again_by_its_newest_execution(
    database: Database,
) -> None:
    for name in ("a", "b"):
        fail(database, name, "f" * 64)
    failures = Failures(database)
    propose(failures, 7)
    orphans = [Orphan("f" * 64, 7), Orphan("0" * 64, 7)]
    assert failures.reopen(orphans, NOW) == 1
    assert failures.reopen(orphans, NOW) == 0, "it is under way"
    assert failures.leader(claim_one(failures)).execution_id == "b"


@pytest.mark.parametrize("stage", ["needs_person", "fixed_already"])
def test_it_is_thought_about_again_once_however_often_and_late_it_is_told(database: Database, stage: Stage) -> None:
    for name in ("a", "b"):
        fail(database, name, "f" * 64)
    failures = Failures(database)
    propose(failures, 7)
    assert failures.reopen([Orphan("f" * 64, 7)], later(86_400)) == 1
    assert finish(failures, claim_one(failures, now=later(86_400)), stage)
    assert failures.reopen([Orphan("f" * 64, 7)], later(86_460)) == 0


def test_a_failure_that_stands_at_another_proposal_by_now_is_left_alone(database: Database) -> None:
    fail(database, "a", "f" * 64)
    failures = Failures(database)
    propose(failures, 7)
    assert failures.reopen([Orphan("f" * 64, 6)], NOW) == 0
    fail(database, "b", "f" * 64)
    propose(failures, 8)
    assert failures.reopen([Orphan("f" * 64, 7)], NOW) == 0


def test_what_was_added_to_a_proposal_as_it_was_taken_back_is_thought_about_again(database: Database) -> None:
    fail(database, "a", "f" * 64)
    failures = Failures(database)
    propose(failures, 7)
    failures.reopen([Orphan("f" * 64, 7)], NOW)
    finish(failures, claim_one(failures))
    fail(database, "b", "f" * 64)
    propose(failures, 7)
    assert failures.reopen([Orphan("f" * 64, 7)], NOW) == 1
    assert failures.leader(claim_one(failures)).execution_id == "b"


def test_a_model_is_noted_to_have_been_asked_at_a_state_of_the_library(database: Database) -> None:
    fail(database, "a", "f" * 64)
    failures = Failures(database)
    case = claim_one(failures)
    failures.note_asked(case, "c0ffee")
    finish(failures, case)
    fail(database, "b", "f" * 64)
    assert claim_one(failures).asked_base == "c0ffee"


def test_of_what_is_thought_about_again_a_model_may_be_asked_once_more(database: Database) -> None:
    """A person wants a better draft, or the library moved on: either is another question."""
    fail(database, "a", "f" * 64)
    failures = Failures(database)
    propose(failures, 7)
    fail(database, "b", "f" * 64)
    case = claim_one(failures)
    failures.note_asked(case, "c0ffee")
    finish(failures, case, "evidence_added")
    assert failures.reopen([Orphan("f" * 64, 7)], NOW) == 1
    assert claim_one(failures).asked_base is None


def test_a_replica_lives_as_long_as_it_holds_its_lock(database: Database) -> None:
    one, other = Liveness(database, "one"), Liveness(database, "other")
    one.hold()
    one.hold()
    if database.engine.dialect.name == "postgresql":
        assert not other.is_gone("one")
        one.end()
    # A server lets go of a connection's locks a moment after that was closed.
    until(lambda: other.is_gone("one"), what="its lock is let go of")
    assert not one.is_gone("one") or database.engine.dialect.name == "postgresql"
