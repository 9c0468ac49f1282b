"""From a kept failure to one pull request, whatever is killed, locked or away at whatever moment."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime

import pytest

from runwright.corpus.corpus import read_corpus
from tests.support.forge import later
from tests.support.service_site import RUNBOOK, RUNBOOK_PATH, SITE, Service, failed_run, good_run
from tests.support.until import until


def test_a_failure_becomes_a_pull_request_with_its_recording(fresh: Service) -> None:
    fresh.post(failed_run())
    assert fresh.settled() == {"exec-0001": "proposed"}
    (pull,) = fresh.pulls()
    assert (pull.by, pull.state, pull.evidence) == ("runwright-bot", "open", ("exec-0001",))
    files = fresh.forge.repository.read_files(pull.head_sha, "runbooks/", "tests/recordings/")
    corpus = read_corpus(files)
    entry = corpus.runbook("RB-LIN-SERVICE-001")
    assert entry is not None
    assert [step.params for step in entry.value.steps if hasattr(step, "params")] or entry.value.version == 2
    assert [item.execution.execution_id for item in corpus.recordings] == ["exec-0001"]


def test_the_analysis_is_stored_with_what_it_led_to(fresh: Service) -> None:
    fresh.post(failed_run())
    fresh.settled()
    ((kind, made, runbook),) = fresh.rows(
        "select failure_type, improved_runbook_generated, improved_runbook_id from analyses"
    )
    assert (kind, made, runbook) == ("runbook_insufficient", 1, "RB-LIN-SERVICE-001-v2")
    assert fresh.rows("select pull_number, execution_id from proposal_links") == [(1, "exec-0001")]


def test_the_same_failure_again_adds_evidence_to_the_open_pull_request(fresh: Service) -> None:
    for name in ("exec-1", "exec-2", "exec-3"):
        fresh.post(failed_run(name))
    assert fresh.settled() == {"exec-1": "proposed", "exec-2": "evidence_added", "exec-3": "evidence_added"}
    until(lambda: fresh.pulls()[0].comments, what="the pull request says so")
    (pull,) = fresh.pulls()
    assert {comment.key for comment in pull.comments} == {"seen"}
    linked = fresh.rows("select execution_id, pull_number from proposal_links order by execution_id")
    assert linked == [("exec-1", 1), ("exec-2", 1), ("exec-3", 1)]


def test_another_failure_is_another_pull_request(fresh: Service) -> None:
    fresh.post(failed_run("exec-1", web="appointments-web"))
    fresh.post(failed_run("exec-2", web="billing-web"))
    assert set(fresh.settled().values()) == {"proposed"}
    assert len(fresh.pulls()) == 2


def test_a_success_is_no_failure(fresh: Service) -> None:
    fresh.post(good_run("good-1"))
    assert fresh.settled() == {"good-1": "succeeded"}
    assert fresh.pulls() == ()


def test_a_run_that_says_success_and_fails_its_verification_is_no_success(fresh: Service) -> None:
    run = {**good_run("doubt-1"), "verification_passed": False, "verification_method": "service_status_check"}
    fresh.post(run)
    assert fresh.settled()["doubt-1"] != "succeeded"


def test_a_failure_that_nothing_explains_is_left_to_its_triage(fresh: Service) -> None:
    fresh.post({**good_run("odd-1"), "success": False, "error_message": "it was a strange day"})
    assert fresh.settled() == {"odd-1": "not_improvable"}
    assert fresh.rows("select failure_type, improved_runbook_generated from analyses") == [("unknown", 0)]


def test_a_failure_of_a_runbook_that_is_not_in_the_library_and_of_which_no_step_is_told_needs_a_person(
    fresh: Service,
) -> None:
    fresh.post(failed_run("lost-1", runbook_id="RB-LIN-NOWHERE-001", executed_steps=[]))
    assert fresh.settled() == {"lost-1": "needs_person"}
    ((reason,),) = fresh.rows("select reason from executions")
    assert "RB-LIN-NOWHERE-001" in reason


def test_a_persons_no_is_remembered(fresh: Service) -> None:
    fresh.post(failed_run("exec-1"))
    fresh.settled()
    fresh.forge.reviews().reject(1, "records-db is started by another team", later(60))
    fresh.post(failed_run("exec-2"))
    assert fresh.settled()["exec-2"] == "refused_before"
    ((reason,),) = fresh.rows("select reason from executions where execution_id = 'exec-2'")
    assert "records-db is started by another team" in reason
    assert len(fresh.pulls()) == 1


def test_a_failure_of_a_version_that_is_better_by_now_opens_nothing(fresh: Service) -> None:
    fresh.post(failed_run("exec-1"))
    fresh.settled()
    fresh.forge.green(fresh.pulls()[0])
    fresh.forge.reviews().approve(1, datetime.now(UTC))
    fresh.post(failed_run("exec-2"))
    assert fresh.settled()["exec-2"] == "fixed_already"
    ((reason,),) = fresh.rows("select reason from executions where execution_id = 'exec-2'")
    assert "version 2" in reason
    assert [pull.state for pull in fresh.pulls()] == ["merged"]


def test_a_moved_main_is_read_again(fresh: Service) -> None:
    fresh.post(failed_run("exec-1", runbook_id="RB-LIN-OTHER-001", executed_steps=[]))
    assert fresh.settled()["exec-1"] == "needs_person"
    text = RUNBOOK.replace("RB-LIN-SERVICE-001", "RB-LIN-OTHER-001").encode()
    fresh.forge.push({RUNBOOK_PATH.replace("SERVICE", "OTHER"): text})
    fresh.post(failed_run("exec-2", runbook_id="RB-LIN-OTHER-001"))
    assert fresh.settled()["exec-2"] == "proposed"


def test_killed_between_acknowledging_and_proposing_it_goes_on_after_a_restart(fresh: Service) -> None:
    away = fresh.forge.repository.path.with_name("away.git")
    fresh.forge.repository.path.rename(away)
    assert fresh.post(failed_run()).status == 202
    until(lambda: fresh.rows("select delays from executions") > [(0,)], what="the forge was missed")
    fresh.kill()
    assert fresh.stages() == {"exec-0001": "received"}
    away.rename(fresh.forge.repository.path)
    fresh.start()
    assert fresh.settled() == {"exec-0001": "proposed"}
    assert len(fresh.pulls()) == 1


def test_killed_between_opening_and_noting_it_finds_its_own_pull_request(fresh: Service) -> None:
    fresh.post(failed_run())
    fresh.settled()
    fresh.kill()
    writer = sqlite3.connect(fresh.database)
    writer.executescript(
        "delete from proposal_links; delete from analyses; update executions set stage='received';"
        "update failures set open=1, under_way=1, key='k', owner='gone', thought_at=claimed_at"
    )
    writer.close()
    fresh.start()
    assert fresh.settled() == {"exec-0001": "proposed"}
    (pull,) = fresh.pulls()
    assert pull.comments == ()


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment_no_failure_is_lost_and_none_is_proposed_twice(fresh: Service, seed: int) -> None:
    chance = random.Random(seed)
    names = [f"exec-{number}" for number in range(4)]
    for name in names:
        assert fresh.post(failed_run(name, web=f"web-{int(name[-1]) % 2}")).status == 202
        time.sleep(chance.uniform(0, 0.15))  # the moment of the kill is what is tried
        fresh.kill()
        fresh.start()
    stages = fresh.settled()
    assert sorted(stages) == names
    assert set(stages.values()) == {"proposed", "evidence_added"}
    pulls = fresh.pulls()
    assert len(pulls) == 2
    assert sorted(name for (name,) in fresh.rows("select execution_id from proposal_links")) == names


def test_a_forge_that_is_away_loses_nothing_and_holds_up_no_ingestion(fresh: Service) -> None:
    away = fresh.forge.repository.path.with_name("away.git")
    fresh.forge.repository.path.rename(away)
    fresh.post(failed_run("exec-1"))
    until(lambda: fresh.rows("select delays from executions") > [(0,)], what="the forge was missed")
    assert fresh.post(good_run("good-1")).status == 202
    until(lambda: fresh.stages()["good-1"] == "succeeded", what="the other one was done meanwhile")
    ready = fresh.ask("GET", "/readyz")
    assert (ready.status, ready.data["checks"]["database"]) == (503, "ok")
    assert "is no bare Git repository" in ready.data["checks"]["repository"]
    away.rename(fresh.forge.repository.path)
    assert fresh.settled()["exec-1"] == "proposed"
    assert fresh.ask("GET", "/readyz").status == 200


def test_a_poison_execution_is_put_aside_after_three_attempts_and_holds_up_no_other(fresh: Service) -> None:
    fresh.post(good_run("first-1"))
    fresh.settled()
    writer = sqlite3.connect(fresh.database)
    writer.execute(
        "update executions set body = ?, stage = 'received' where execution_id = 'first-1'", (json.dumps({"odd": 1}),)
    )
    writer.commit()
    writer.close()
    fresh.post(failed_run("exec-1"))
    until(lambda: fresh.stages()["exec-1"] == "proposed", what="the other one went on")
    assert fresh.settled()["first-1"] == "quarantined"
    ((attempts, reason),) = fresh.rows("select attempts, reason from executions where execution_id = 'first-1'")
    assert attempts == 3
    assert "execution_id: missing" in reason


def test_an_execution_under_which_the_process_ends_again_and_again_is_put_aside(fresh: Service) -> None:
    fresh.post(failed_run("cut-1"))
    fresh.settled()
    fresh.kill()
    left = "under_way = 1, key = 'k', owner = 'gone', thought_at = claimed_at, due_at = '2020-01-01'"
    change(fresh, "update executions set stage = 'received'", f"update failures set open = 1, cut_offs = 9, {left}")  # noqa: S608  # our own words
    fresh.start()
    until(lambda: fresh.rows("select cut_offs, under_way from failures") == [(10, 0)], what="it is put off")
    assert fresh.stages() == {"cut-1": "received"}
    fresh.kill()
    change(fresh, "update failures set due_at = '2020-01-01'")  # the wait before the next try is over
    fresh.start()
    assert fresh.settled() == {"cut-1": "quarantined"}


def change(service: Service, *statements: str) -> None:
    """Write into the database of a service, past it."""
    with closing(sqlite3.connect(service.database, timeout=10)) as writer:
        for statement in statements:
            writer.execute(statement)
        writer.commit()


def test_sigterm_ends_it_in_order(fresh: Service) -> None:
    for number in range(10):
        fresh.post(failed_run(f"exec-{number}", web=f"web-{number}"))
    assert fresh.end() == 0
    fresh.start()
    assert set(fresh.settled(60).values()) == {"proposed"}
    assert len(fresh.pulls()) == 10


def test_a_worker_without_work_uses_no_processor(fresh: Service) -> None:
    fresh.post(good_run("idle-1"))
    fresh.settled()
    fresh.rests()


def test_logs_hold_ids_and_no_payloads(fresh: Service) -> None:
    fresh.post(failed_run("exec-1", error_message="the-error-of-the-day"))
    fresh.settled()
    fresh.end()
    log = (fresh.folder / "service.log").read_text()
    assert f"site={SITE} execution=exec-1 stage=proposed" in log
    assert "the-error-of-the-day" not in log
