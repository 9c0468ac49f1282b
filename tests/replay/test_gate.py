"""What the gate lets through, and what it says."""

from __future__ import annotations

from typing import Any

from runwright.corpus.corpus import Corpus
from runwright.model.execution import Execution
from runwright.model.verdict import Grade, Verdict
from runwright.replay.gate import Change, affected, headline, replay_change
from tests.support.recordings import PATH, RUNBOOK_ID, ran, recording, runbook, service, start, started, step, tree

DOWN = {**service("web", "stopped", "db"), **service("db", "stopped")}
WEB = runbook(start("web"))
CURE = runbook(start("db"), start("web"), version=2)
FAILED = recording(started("web", "failed"), before=DOWN, verified=False)
HEALED = recording(started("web"), before={**DOWN, "services.db.state": "running"}, execution_id="exec-2")


def change(base: Corpus, head: Corpus, *labels: str) -> Change:
    return Change(base, head, "main", "the change", frozenset(labels))


def rule(runbook_id: str = RUNBOOK_ID, priority: int = 5) -> dict[str, bytes]:
    text = f"id: L1-DOWN\nname: Down\ncheck_type: service\naction: run_runbook:{runbook_id}\npriority: {priority}\n"
    return {"rules/promoted/L1-DOWN.yaml": text.encode()}


def test_a_change_that_fixes_its_own_failure_passes() -> None:
    report = replay_change(change(tree(WEB, HEALED), tree(CURE, HEALED, FAILED)))
    assert (report.passed, report.failures) == (True, ())
    assert report.headline == "1 fixed, 1 unchanged of 2 recorded runs (predicted, not shown)"
    assert report.cannot_show


def test_a_tree_without_a_change_affects_nothing() -> None:
    same = tree(WEB, HEALED)
    report = replay_change(change(same, same))
    assert (affected(change(same, same)), report.passed, report.headline) == ((), True, "nothing was replayed")


def test_a_changed_runbook_a_new_recording_and_a_changed_rule_are_affected() -> None:
    base = tree(WEB, HEALED, **rule())
    assert affected(change(base, tree(CURE, HEALED, **rule()))) == (RUNBOOK_ID,)
    assert affected(change(base, tree(WEB, HEALED, FAILED, **rule()))) == (RUNBOOK_ID,)
    assert affected(change(base, tree(WEB, HEALED, **rule(priority=6)))) == (RUNBOOK_ID,)


def test_a_regression_does_not_pass_and_says_why() -> None:
    run = recording(started("db"), started("web"), before=DOWN)
    report = replay_change(
        change(tree(runbook(start("db"), start("web")), run), tree(runbook(start("web"), version=2), run))
    )
    assert not report.passed
    assert report.failures[0].startswith("exec-1 regressed: it ends early")
    assert report.headline.endswith("the gate does not pass")


def test_a_new_destructive_command_does_not_pass() -> None:
    head = runbook(step("stop", "service.stop", service="old"), start("web"), version=2)
    report = replay_change(change(tree(WEB, HEALED), tree(head, HEALED)))
    assert "service.stop is destructive" in report.failures[0]


def test_an_empty_set_of_recordings_does_not_pass() -> None:
    report = replay_change(change(tree(WEB), tree(CURE)))
    assert report.failures == (f"{RUNBOOK_ID} has no recordings, so nothing was replayed",)


def test_a_recording_that_is_gone_does_not_pass() -> None:
    report = replay_change(change(tree(WEB, HEALED, FAILED), tree(CURE, FAILED)))
    assert f"the recording exec-2 of {RUNBOOK_ID} is gone" in report.failures


def test_a_recording_made_unreadable_is_gone_although_nothing_else_changed() -> None:
    head = tree(WEB, FAILED, **{f"tests/recordings/{RUNBOOK_ID}/exec-2.json": b"{"})
    report = replay_change(change(tree(WEB, HEALED, FAILED), head))
    assert f"the recording exec-2 of {RUNBOOK_ID} is gone" in report.failures


def test_a_recording_moved_to_another_runbook_is_gone() -> None:
    moved = HEALED.model_copy(update={"runbook_id": "RB-LIN-OTHER-001"})
    base, head = tree(WEB, HEALED, FAILED), tree(WEB, FAILED, moved)
    report = replay_change(change(base, head))
    assert f"the recording exec-2 of {RUNBOOK_ID} is gone" in report.failures


def test_a_change_is_not_judged_by_a_recording_that_it_altered() -> None:
    run = recording(started("db"), started("web"), before=DOWN)
    softened = recording(started("db"), started("web"), before={**DOWN, "services.db.state": "running"})
    base = tree(runbook(start("db"), start("web")), run)
    report = replay_change(change(base, tree(runbook(start("web"), version=2), softened)))
    assert not report.passed


def test_its_own_failure_that_is_still_failing_does_not_pass() -> None:
    useless = runbook(step("look", "disk.has_room", path="/", on_failure="continue"), start("web"), version=2)
    report = replay_change(change(tree(WEB, HEALED), tree(useless, HEALED, FAILED)))
    assert report.failures == ("exec-1 is the failure that this change is for, and it is still failing",)


def test_an_older_failure_that_is_still_failing_passes() -> None:
    report = replay_change(
        change(tree(WEB, HEALED, FAILED), tree(runbook(start("web"), version=2, name="New"), HEALED, FAILED))
    )
    assert report.passed
    assert "1 still failing" in report.headline


def undecided() -> Execution:
    return recording(
        started("web", "failed"),
        before={key: value for key, value in DOWN.items() if key != "services.db.known"},
        verified=False,
    )


def test_its_own_failure_that_cannot_be_decided_passes_only_with_the_label() -> None:
    base, head = tree(WEB, HEALED), tree(CURE, HEALED, undecided())
    report = replay_change(change(base, head))
    assert not report.passed
    assert "needs-staging" in report.failures[0]
    assert "hangs on services.db.known" in report.headline
    labelled = replay_change(change(base, head, "needs-staging"))
    assert labelled.passed
    assert "hangs on services.db.known" in labelled.headline
    assert "what hangs on: services.db.known" in labelled.cannot_show


def test_only_the_named_runbooks_are_replayed_and_an_unknown_one_is_said() -> None:
    same = tree(WEB, HEALED)
    assert replay_change(change(same, same), [RUNBOOK_ID]).headline == "1 unchanged of 1 recorded run"
    report = replay_change(change(same, same), ["RB-LIN-NOSUCH-001"])
    assert report.failures == ("RB-LIN-NOSUCH-001 is not in the change",)


def test_a_new_runbook_has_no_base_to_compare_with() -> None:
    report = replay_change(change(tree(WEB), tree(CURE, HEALED)), [RUNBOOK_ID])
    assert report.runbooks[0].base_version == 1
    empty = Corpus()
    fresh = replay_change(change(empty, tree(WEB, HEALED)))
    assert (fresh.runbooks[0].base_version, fresh.passed) == (None, True)


def verdict(compared: Any, grade: Grade | None = None, missing: tuple[str, ...] = ()) -> Verdict:
    return Verdict(
        execution_id="e",
        runbook_id=RUNBOOK_ID,
        verdict=compared,
        was="fail",
        would="succeed",
        grade=grade,
        missing_facts=missing,
    )


def test_the_headline_is_no_surer_than_its_weakest_answer() -> None:
    shown, predicted = verdict("fixed", "shown"), verdict("fixed", "predicted")
    assert "predicted" not in headline([shown, shown], True)
    assert "predicted, not shown" in headline([shown, predicted], True)
    assert "inconclusive" in headline([shown, verdict("inconclusive")], True)
    assert headline([verdict("regressed")], False) == "1 regressed of 1 recorded run; the gate does not pass"


def test_the_headline_never_holds_a_fact_with_an_odd_name() -> None:
    odd = ('services["@team"].state', "a\nb", "x" * 300, "services.web.state")
    said = headline([verdict("inconclusive", None, odd)], True)
    assert "@" not in said
    assert said.isprintable()
    assert said.endswith("and 1 more")


def test_a_runbook_is_found_where_it_stands() -> None:
    assert tree(WEB).runbooks[0].path == PATH
    assert ran("look", "net.port_open", port=80)["params"] == {"port": 80}
