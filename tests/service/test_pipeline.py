"""The steps of the pipeline without anything durable below: in order, done again, cut off anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from runwright.adapters.forge_local import read_pulls
from runwright.adapters.store.counts import Counts
from runwright.service.library import Library
from tests.support.service_site import RUNBOOK, RUNBOOK_PATH, SITE, failed_run, good_run
from tests.support.thinking import Cut, Desk, KeptSteps, make_desk

ALL = ["triage", "recall", "draft", "judge", "choose", "propose", "settle"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = make_desk(tmp_path)
    yield made
    made.database.close()


def test_a_failure_is_thought_through_step_by_step(desk: Desk) -> None:
    desk.keep(failed_run())
    steps = KeptSteps()
    assert desk.think(steps) == {"ended": "thought"}
    assert steps.done == ALL
    assert desk.stages() == {"exec-0001": "proposed"}
    assert [pull.evidence for pull in read_pulls(desk.forge.repository)] == [("exec-0001",)]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("when", ["before", "within", "after"])
def test_cut_off_at_any_step_it_goes_on_there_and_does_no_finished_step_again(desk: Desk, when: str, name: str) -> None:
    desk.keep(failed_run())
    key = desk.claim().key
    steps = KeptSteps(cut=lambda at, of: (at, of) == (when, name))
    with pytest.raises(Cut):
        desk.thinker.think(steps, key)
    desk.pass_time(3600)
    desk.thinker.think(steps.anew(), key)
    assert desk.stages() == {"exec-0001": "proposed"}
    (pull,) = read_pulls(desk.forge.repository)
    assert pull.evidence == ("exec-0001",)
    again = [name] if when == "within" and name != "settle" else []  # an end that is stored is not stored again
    assert sorted(steps.done) == sorted([*ALL, *again])


def test_only_a_failure_that_never_gets_on_is_blamed_for_the_processes_that_ended_under_it(desk: Desk) -> None:
    desk.keep(failed_run())
    key = desk.claim().key
    steps = KeptSteps()

    def cut_off(name: str) -> int:
        nonlocal steps
        desk.failures.release([key], desk.now[0], cut_off=True)
        desk.pass_time(600)
        assert desk.claim().key == key
        steps = steps.anew(cut=lambda at, of: (at, of) == ("before", name))
        with pytest.raises(Cut):
            desk.thinker.think(steps, key)
        return int(desk.rows("select cut_offs from failures")[0][0])

    assert [cut_off("triage"), cut_off("triage")] == [1, 2]
    assert cut_off("judge") == 0  # it has got on
    assert [cut_off("judge"), cut_off("judge")] == [1, 2]


def test_what_waits_with_it_shares_its_end_and_its_pull_request(desk: Desk) -> None:
    desk.keep(*(failed_run(f"exec-{number}") for number in range(5)))
    desk.think()
    assert desk.stages() == {"exec-0": "proposed", **{f"exec-{number}": "evidence_added" for number in range(1, 5)}}
    assert desk.rows("select count(*) from proposal_links where pull_number = 1") == [(5,)]
    assert desk.rows("select count(*) from analyses") == [(5,)]


def test_more_than_a_batch_waits_with_it_and_each_one_comes_to_its_end(desk: Desk) -> None:
    desk.keep(*(failed_run(f"exec-{number:03}") for number in range(450)))
    steps = KeptSteps()
    desk.think(steps)
    assert steps.done == [*ALL, "settle", "settle"]
    assert set(desk.stages().values()) == {"proposed", "evidence_added"}
    assert len(read_pulls(desk.forge.repository)) == 1


def test_a_later_one_finds_the_open_pull_request_and_drafts_nothing(desk: Desk) -> None:
    desk.keep(failed_run("exec-1"))
    desk.think()
    desk.keep(failed_run("exec-2"))
    steps = KeptSteps()
    desk.think(steps)
    assert steps.done == ["triage", "settle"]
    assert desk.stages() == {"exec-1": "proposed", "exec-2": "evidence_added"}


def test_a_runbook_that_changed_before_the_proposal_is_read_again(desk: Desk) -> None:
    desk.keep(failed_run())
    key = desk.claim().key
    steps = KeptSteps(cut=lambda at, of: (at, of) == ("before", "propose"))
    with pytest.raises(Cut):
        desk.thinker.think(steps, key)
    desk.forge.push({RUNBOOK_PATH: f"{RUNBOOK}# seen by two\n".encode()})
    assert desk.thinker.think(steps.anew(), key) == {"later": "moved"}
    desk.pass_time(1)
    assert desk.think() == {"ended": "thought"}
    (pull,) = read_pulls(desk.forge.repository)
    assert pull.base_sha == desk.forge.main


def test_what_a_draft_does_not_rest_on_may_change_meanwhile(desk: Desk) -> None:
    desk.keep(failed_run())
    key = desk.claim().key
    steps = KeptSteps(cut=lambda at, of: (at, of) == ("before", "propose"))
    with pytest.raises(Cut):
        desk.thinker.think(steps, key)
    desk.forge.push({RUNBOOK_PATH.replace("SERVICE", "OTHER"): RUNBOOK.replace("SERVICE", "OTHER").encode()})
    assert desk.thinker.think(steps.anew(), key) == {"ended": "thought"}
    (pull,) = read_pulls(desk.forge.repository)
    assert pull.base_sha == desk.forge.main


@pytest.mark.parametrize("name", ["runwright.toml", "guard/forms.yaml"])
def test_what_the_library_allows_is_part_of_what_a_draft_rests_on(desk: Desk, name: str) -> None:
    library = Library(desk.forge.repository)
    before = library.head()
    desk.forge.push({name: b"# changed\n"})
    assert not library.same_for(before, library.head(), [RUNBOOK_PATH], "RB-LIN-SERVICE-001")


def test_a_forge_that_is_away_counts_as_a_delay_and_finished_steps_stay(desk: Desk) -> None:
    desk.keep(failed_run())
    key = desk.claim().key
    steps = KeptSteps(cut=lambda at, of: (at, of) == ("before", "propose"))
    with pytest.raises(Cut):
        desk.thinker.think(steps, key)
    away = desk.forge.repository.path.with_name("away.git")
    desk.forge.repository.path.rename(away)
    steps = steps.anew()
    assert desk.thinker.think(steps, key) == {"later": "world"}
    assert desk.rows("select attempts, delays, under_way from failures") == [(0, 1, 0)]
    away.rename(desk.forge.repository.path)
    desk.pass_time(1)
    steps = steps.anew()
    assert desk.claim().key == key
    desk.thinker.think(steps, key)
    assert steps.done.count("draft") == 1
    assert desk.stages() == {"exec-0001": "proposed"}


def test_what_breaks_the_work_three_times_is_put_aside_and_the_next_one_leads(desk: Desk) -> None:
    desk.keep(failed_run("exec-1"), failed_run("exec-2"))
    for _ in range(3):
        desk.thinker.think(Breaking(), desk.claim().key)
        desk.pass_time(10)
    assert desk.stages() == {"exec-1": "quarantined", "exec-2": "received"}
    desk.think()
    assert desk.stages() == {"exec-1": "quarantined", "exec-2": "proposed"}


class Breaking(KeptSteps):
    """Steps of which none comes to its end."""

    def run(self, name: str, work: object) -> object:
        return super().run(name, lambda: 1 // 0)


def test_facts_that_could_not_be_asked_for_at_the_end_are_asked_for_when_it_is_stored_again(desk: Desk) -> None:
    bare = {"platform.os": "linux", "platform.service_manager": "supervisor", "services.web.state": "stopped"}
    run = failed_run("exec-1", web="web", state_before=bare, state_after=bare)
    run["executed_steps"][0] |= {"state_before": bare, "state_after": bare, "error": "web: ERROR (spawn error)"}
    desk.keep(run)
    key, steps = desk.claim().key, KeptSteps()
    rename(desk, "probe_requests", "away")
    assert desk.thinker.think(steps, key) == {"later": "world"}
    assert desk.stages() == {"exec-1": "received"}
    rename(desk, "away", "probe_requests")
    desk.pass_time(5)
    assert desk.claim().key == key
    desk.thinker.think(steps.anew(), key)
    assert desk.stages() == {"exec-1": "needs_person"}
    assert desk.rows("select count(*) from probe_requests") == [(1,)]


def rename(desk: Desk, table: str, name: str) -> None:
    """Let the store trip over a table that is not there."""
    with desk.database.writing() as connection:
        connection.exec_driver_sql(f"alter table {table} rename to {name}")


def test_a_late_run_of_an_old_key_changes_nothing(desk: Desk) -> None:
    desk.keep(failed_run())
    key = desk.claim().key
    desk.thinker.think(KeptSteps(), key)
    steps = KeptSteps()
    assert desk.thinker.think(steps, key) == {"ended": "late"}
    assert steps.done == []


def test_over_the_limit_it_waits_its_turn_and_no_try_is_counted(desk: Desk) -> None:
    desk.forge.push({"runwright.toml": b"[proposals]\nper_hour = 1\n"})
    desk.keep(failed_run("exec-1", web="web-1"), failed_run("exec-2", web="web-2"))
    assert desk.think() == {"ended": "thought"}
    key = desk.claim().key
    steps = KeptSteps()
    assert desk.thinker.think(steps, key) == {"later": "wait"}
    ((attempts, delays, due),) = desk.rows("select attempts, delays, due_at from failures where open")
    assert (attempts, delays) == (0, 0)
    assert str(due) > desk.now[0].strftime("%Y-%m-%d %H:%M:%S")
    desk.pass_time(timedelta(hours=2).total_seconds())
    again = steps.anew()
    assert desk.claim().key == key
    assert desk.thinker.think(again, key) == {"ended": "thought"}
    assert again.done == [*ALL[:6], "propose", "settle"]


def test_a_success_is_at_its_end_when_it_is_kept(desk: Desk) -> None:
    desk.keep(good_run("good-1"))
    assert desk.stages() == {"good-1": "succeeded"}
    assert desk.failures.claim("desk", 9, desk.now[0]) == ()


def without_facts(execution_id: str) -> dict[str, object]:
    """The same failure, told by somebody who read nothing."""
    run = failed_run(execution_id, state_before={}, state_after={})
    run["executed_steps"] = [{**run["executed_steps"][0], "state_before": {}, "state_after": {}}]
    return run


def test_no_site_ends_the_failure_of_another_one(desk: Desk) -> None:
    desk.keep(without_facts("poor-1"), without_facts("poor-2"), site="south-valley-dental")
    desk.keep(failed_run("rich-1"))
    desk.think()
    assert desk.stages() == {"poor-1": "needs_person", "poor-2": "needs_person", "rich-1": "received"}
    desk.think()
    assert desk.stages()["rich-1"] == "proposed"


def test_a_run_that_knows_what_the_leader_lacked_is_thought_about_by_itself(desk: Desk) -> None:
    desk.keep(without_facts("poor-1"), failed_run("rich-1"))
    desk.think()
    assert desk.stages() == {"poor-1": "needs_person", "rich-1": "received"}
    desk.think()
    assert desk.stages()["rich-1"] == "proposed"


def forged(execution_id: str) -> dict[str, object]:
    """The same failure by name, with another cause: what is said to be required is not what the others require."""
    run = failed_run(execution_id)
    return json.loads(json.dumps(run).replace("records-db", "telnetd"))  # type: ignore[no-any-return]


def test_a_run_that_the_open_proposal_would_not_help_does_not_vouch_for_it(desk: Desk) -> None:
    desk.keep(forged("forged-1"), site="south-valley-dental")
    desk.think()
    desk.keep(failed_run("real-1"), failed_run("real-2"))
    desk.think()
    assert desk.stages() == {"forged-1": "proposed", "real-1": "needs_person", "real-2": "needs_person"}
    ((reason,),) = desk.rows("select distinct reason from executions where stage = 'needs_person'")
    assert "pull request 1 answers a failure of this name, but would not have helped this run" in reason
    assert desk.rows("select execution_id from proposal_links") == [("forged-1",)]
    ((fingerprint,),) = desk.rows("select distinct fingerprint from executions")
    seen = Counts(desk.database).seen(fingerprint)
    assert (seen.count, seen.sites, seen.newest) == (1, 1, ("forged-1",)), "what it does not help vouches for nothing"


def test_what_waits_at_another_site_than_the_one_that_leads_is_not_counted_yet(desk: Desk) -> None:
    desk.keep(forged("forged-1"), forged("forged-2"), site="south-valley-dental")
    desk.keep(failed_run("real-1"))
    ((fingerprint,),) = desk.rows("select distinct fingerprint from executions")
    assert Counts(desk.database).counts([fingerprint]) == {fingerprint: 2}


def test_once_the_proposal_that_did_not_help_is_closed_the_next_run_gets_its_own(desk: Desk) -> None:
    desk.keep(forged("forged-1"), site="south-valley-dental")
    desk.think()
    desk.forge.reviews("dana").reject(1, "there is no such service", desk.now[0])
    desk.keep(failed_run("real-1"))
    desk.think()
    assert desk.stages() == {"forged-1": "proposed", "real-1": "proposed"}
    assert "records-db" in str(read_pulls(desk.forge.repository)[-1].body)


def test_a_run_of_another_site_that_the_open_proposal_would_help_is_its_evidence(desk: Desk) -> None:
    desk.keep(failed_run("real-1"))
    desk.keep(failed_run("real-2"), failed_run("real-3"), without_facts("poor-1"), site="south-valley-dental")
    desk.think()
    assert desk.stages()["real-2"] == "received", "what led was another site's"
    desk.think()
    assert set(desk.stages().values()) == {"proposed", "evidence_added"}
    assert len(read_pulls(desk.forge.repository)) == 1


def test_a_failure_does_not_wait_behind_all_that_another_site_sent_before(desk: Desk) -> None:
    desk.keep(*(failed_run(f"many-{n}", web=f"web-{n}") for n in range(3)), site="south-valley-dental")
    desk.keep(failed_run("same-1"), site="south-valley-dental")
    desk.keep(failed_run("real-1"))
    assert {case.site_id for case in desk.failures.claim("desk", 2, desk.now[0])} == {"south-valley-dental", SITE}


def test_a_site_that_waits_for_as_much_takes_the_lead_from_nobody(desk: Desk) -> None:
    desk.keep(failed_run("real-1"))
    desk.keep(failed_run("same-1"), site="south-valley-dental")
    assert desk.claim().site_id == SITE
