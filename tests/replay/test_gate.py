"""What the gate lets through, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from runwright.corpus.corpus import Corpus, read_corpus
from runwright.corpus.layout import blob_id
from runwright.corpus.manifest import digest_of
from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from runwright.model.telemetry import canonical, execution_data
from runwright.model.verdict import Grade, ModelRecord, Tally, Verdict
from runwright.replay.beside import reasons_of, rows_of
from runwright.replay.counting import MAX_KEPT, MAX_UNCHANGED_WHOLE, MAX_WHOLE
from runwright.replay.gate import Change, affected, replay_change
from runwright.replay.headline import headline_of
from runwright.replay.judging import Pair, judge_all
from runwright.replay.side import Side
from runwright.replay.telling import as_markdown, as_text
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
    told = "1 fixed, 1 unchanged of 2 runs (1 recorded before, 1 brought by this change) (predicted, not shown)"
    assert report.headline == told
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
    assert report.failures == (
        f"{RUNBOOK_ID} has no recordings, so nothing was replayed; keep a run of it: runwright record",
    )


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


def test_a_failed_run_can_be_kept_by_itself() -> None:
    report = replay_change(change(tree(WEB, HEALED), tree(WEB, HEALED, FAILED)))
    assert report.passed, report.failures


def test_a_new_destructive_command_to_which_no_recorded_run_comes_is_told() -> None:
    never = step("empty", "disk.vacuum_journal", keep="200M", when={"services.web.state": "paused"})
    report = replay_change(change(tree(WEB, HEALED), tree(runbook(never, start("web"), version=2), HEALED)))
    assert report.passed
    assert "disk.vacuum_journal" in report.cannot_show[0]


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
    assert "predicted" not in headline_of([shown, shown], True)
    assert "predicted, not shown" in headline_of([shown, predicted], True)
    assert "inconclusive" in headline_of([shown, verdict("inconclusive")], True)
    assert headline_of([verdict("regressed")], False) == "1 regressed of 1 recorded run; the gate does not pass"


def test_the_headline_never_holds_a_fact_with_an_odd_name() -> None:
    odd = ('services["@team"].state', "a\nb", "x" * 300, "services.web.state")
    said = headline_of([verdict("inconclusive", None, odd)], True)
    assert "@" not in said
    assert said.isprintable()
    assert said.endswith("and 1 more")


def test_a_runbook_is_found_where_it_stands() -> None:
    assert tree(WEB).runbooks[0].path == PATH
    assert ran("look", "net.port_open", port=80)["params"] == {"port": 80}


# What a change can affect, and what is read for it.


def test_a_caller_of_a_changed_runbook_is_replayed_too_and_one_that_calls_another_is_not() -> None:
    caller = runbook({"id": "call", "call": RUNBOOK_ID}, version=1).model_copy(update={"id": "RB-LIN-CALLER-001"})
    outer = runbook({"id": "call", "call": "RB-LIN-CALLER-001"}).model_copy(update={"id": "RB-LIN-OUTER-001"})
    other = WEB.model_copy(update={"id": "RB-LIN-OTHER-001"})
    library = {f"runbooks/linux/{book.id}.yaml": text(book) for book in (caller, outer, other)}
    base, head = tree(WEB, HEALED, **library), tree(CURE, HEALED, **library)
    assert affected(change(base, head)) == ("RB-LIN-CALLER-001", "RB-LIN-OUTER-001", RUNBOOK_ID)


def test_a_caller_that_spells_its_call_with_escapes_is_found() -> None:
    book = runbook({"id": "call", "call": RUNBOOK_ID}).model_copy(update={"id": "RB-LIN-CALLER-001"})
    hidden = text(book).replace(b'"call"', b'"c\\u0061ll"')
    assert b'"call"' not in hidden.replace(b'"id":"call"', b"")
    library = {"runbooks/linux/RB-LIN-CALLER-001.yaml": hidden}
    assert "RB-LIN-CALLER-001" in affected(change(tree(WEB, HEALED, **library), tree(CURE, HEALED, **library)))


def test_only_what_the_change_can_affect_is_read() -> None:
    other = WEB.model_copy(update={"id": "RB-LIN-OTHER-001"})
    run = HEALED.model_copy(update={"runbook_id": "RB-LIN-OTHER-001"})
    library = {"runbooks/linux/RB-LIN-OTHER-001.yaml": text(other)}
    base, head = reading(tree(WEB, HEALED, FAILED, run, **library)), reading(tree(CURE, HEALED, FAILED, run, **library))
    report = replay_change(Change(base.side, head.side))
    assert report.headline == "1 fixed, 1 unchanged of 2 recorded runs (predicted, not shown)"
    assert not any("RB-LIN-OTHER-001/" in path for path in (*base.read, *head.read))


def test_nothing_is_read_where_nothing_differs() -> None:
    base, head = reading(tree(WEB, HEALED, **rule())), reading(tree(WEB, HEALED, **rule()))
    assert replay_change(Change(base.side, head.side)).headline == "nothing was replayed"
    assert (base.read, head.read) == ([], [])


def test_a_report_names_the_rules_that_run_the_runbook() -> None:
    report = replay_change(change(tree(WEB, HEALED, **rule()), tree(CURE, HEALED, **rule())))
    assert report.runbooks[0].rules == ("L1-DOWN",)


# Recordings that left, that were altered, that cannot be read.


def manifest(*lines: str) -> dict[str, bytes]:
    return {f"tests/recordings/{RUNBOOK_ID}/MANIFEST": "".join(f"{line}\n" for line in lines).encode()}


def test_a_recording_that_left_with_a_reason_may_go_and_the_reason_is_told() -> None:
    base = tree(WEB, HEALED, FAILED)
    gone = f"tests/recordings/{RUNBOOK_ID}/exec-2.json"
    said = manifest(f"removed {gone} {digest_of(base.files[gone])} its host is no more")
    report = replay_change(change(base, tree(CURE, FAILED, **said)))
    assert report.passed
    assert report.runbooks[0].left == ("exec-2: its host is no more",)


def test_a_removal_without_a_reason_does_not_count() -> None:
    said = manifest(f"removed tests/recordings/{RUNBOOK_ID}/exec-2.json {'0' * 64}")
    report = replay_change(change(tree(WEB, HEALED, FAILED), tree(CURE, FAILED, **said)))
    assert f"the recording exec-2 of {RUNBOOK_ID} is gone" in report.failures


def test_the_recordings_of_a_removed_runbook_leave_with_a_reason_too() -> None:
    base, head = tree(WEB, HEALED), Corpus()
    report = replay_change(change(base, head))
    assert report.failures == (f"the recording exec-2 of {RUNBOOK_ID} is gone",)
    assert (report.runbooks[0].base_version, report.runbooks[0].head_version) == (1, None)


def test_a_recording_that_the_change_brings_does_not_speak_for_it() -> None:
    """It could be made up: it is replayed itself, and says nothing of the failure beside it."""
    known = {**DOWN, "services.db.masked": False, "services.web.masked": False}
    failure = recording(started("web", "failed"), before=known, verified=False)
    made_up = recording(started("db"), started("web"), before=known, execution_id="exec-3", runbook_version=2)
    told, _ = judge_all(Pair(WEB, CURE), (failure, made_up))
    assert {step.source for step in told.steps} == {"exec-3"}
    report = replay_change(change(tree(WEB, HEALED), tree(CURE, HEALED, failure, made_up)))
    told = next(verdict for verdict in report.runbooks[0].verdicts if verdict.execution_id == "exec-1")
    assert [step.source for step in told.steps] == ["service.start", "exec-2"]


def test_an_altered_recording_is_named() -> None:
    softened = HEALED.model_copy(update={"hostname": "other"})
    report = replay_change(change(tree(WEB, HEALED), tree(CURE, softened)))
    assert report.runbooks[0].altered == ("exec-2",)
    assert report.failures == (f"the change alters the recording exec-2 of {RUNBOOK_ID}",)


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda good: good[: len(good) // 2],
    "empty": lambda good: b"",
    "no UTF-8": lambda good: b"\xff" + good,
    "a newer schema": lambda good: good.replace(b"runwright.execution/1", b"runwright.execution/2"),
    "an older schema": lambda good: good.replace(b"runwright.execution/1", b"runwright.execution/0"),
    "a fact of the wrong type": lambda good: good.replace(b'"services.db.known": true', b'"services.db.known": "yes"'),
    "of another runbook": lambda good: good.replace(RUNBOOK_ID.encode(), b"RB-LIN-OTHER-001"),
    "a key twice": lambda good: good.replace(b"{", b'{"status": "success",', 1),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_recording_that_cannot_be_read_is_a_finding_and_the_others_go_on(how: str) -> None:
    path = f"tests/recordings/{RUNBOOK_ID}/exec-1.json"
    spoiled = SPOILED[how](tree(WEB, FAILED).files[path])
    assert spoiled != tree(WEB, FAILED).files[path]
    report = replay_change(change(tree(WEB, HEALED), tree(CURE, HEALED, **{path: spoiled})))
    assert [finding.path for finding in report.findings] == [path]
    assert report.failures == (f"{path} cannot be read",)
    assert [verdict.execution_id for verdict in report.runbooks[0].verdicts] == ["exec-2"]


def test_a_recording_that_was_unreadable_before_counts_as_the_change_mended_it() -> None:
    path = f"tests/recordings/{RUNBOOK_ID}/exec-1.json"
    report = replay_change(change(tree(WEB, HEALED, **{path: b"{"}), tree(CURE, HEALED, FAILED)))
    assert (report.findings, report.passed) == ((), True)
    assert [verdict.verdict for verdict in report.runbooks[0].verdicts] == ["fixed", "unchanged"]


def test_a_changed_runbook_that_cannot_be_read_does_not_pass() -> None:
    base = tree(WEB, HEALED)
    head = read_corpus({**base.files, PATH: b"id: ["})
    report = replay_change(change(base, head))
    assert not report.passed
    assert f"{PATH} cannot be read" in report.failures


# Thousands.


def test_of_thousands_of_runs_only_the_telling_ones_are_kept_whole_and_all_are_counted() -> None:
    def run(number: int) -> Execution:
        return (FAILED if number % 2 else HEALED).model_copy(update={"execution_id": f"exec-{number:05}"})

    files = tree(WEB).files
    contents = {number: canonical(execution_data(run(number))) for number in range(2)}

    def read(paths: Any) -> Iterator[tuple[str, bytes]]:
        for path in paths:
            number = int(path[-10:-5]) if path.endswith(".json") else -1
            name = f"exec-{number:05}".encode()
            yield path, contents[number % 2].replace(b"exec-0000%d" % (number % 2), name) if number >= 0 else book[path]

    book = {PATH: files[PATH]}
    names: dict[str, object] = {f"tests/recordings/{RUNBOOK_ID}/exec-{n:05}.json": 1 for n in range(3000)}
    head = Side({**names, PATH: 2}, lambda paths: ((p, text(CURE) if p == PATH else c) for p, c in read(paths)))
    report = replay_change(Change(Side({**names, PATH: 1}, read), head))
    (told,) = report.runbooks
    assert report.headline == "1500 fixed, 1500 unchanged of 3000 recorded runs (predicted, not shown)"
    assert told.tally
    assert (told.tally.fixed, told.tally.unchanged, told.tally.runs) == (1500, 1500, 3000)
    assert len(told.verdicts) == 2 * MAX_KEPT
    assert sum(bool(verdict.steps) for verdict in told.verdicts) == MAX_WHOLE + MAX_UNCHANGED_WHOLE
    assert f"{3000 - 2 * MAX_KEPT} more are only counted" in as_text(report)


def test_the_same_input_gives_the_same_bytes() -> None:
    base, head = tree(WEB, HEALED, **rule()), tree(CURE, HEALED, FAILED, **rule(priority=6))
    first = replay_change(change(base, head)).model_dump_json()
    shuffled = read_corpus(dict(reversed(list(head.files.items()))))
    assert replay_change(change(base, shuffled)).model_dump_json() == first


# Side by side.


def test_what_the_version_before_would_do_stands_beside_what_the_new_one_would_do() -> None:
    report = replay_change(change(tree(WEB, HEALED), tree(CURE, HEALED, FAILED)))
    fixed = next(verdict for verdict in report.runbooks[0].verdicts if verdict.verdict == "fixed")
    assert (fixed.was, fixed.base, fixed.would) == ("fail", "fail", "succeed")
    assert [(row.base and row.base.outcome, row.head and row.head.outcome) for row in rows_of(fixed)] == [
        (None, "success"),
        ("failed", "success"),
    ]
    assert [step.source for step in fixed.steps] == ["service.start", "exec-2"]
    assert (fixed.coverage, fixed.base_steps[0].source) == (0.0, "exec-1")


def test_a_reader_sees_which_step_made_a_modelled_answer_possible() -> None:
    report = replay_change(change(tree(WEB, HEALED), tree(CURE, FAILED.model_copy(update={"execution_id": "exec-0"}))))
    (verdict,) = report.runbooks[0].verdicts
    assert reasons_of(verdict)[1].endswith("services.db.state was set by start-db")
    assert "services.db.state was set by start-db" in as_text(report)
    assert "services.db.state was set by start-db" in as_markdown(report)


def test_the_record_of_each_model_that_answered_is_printed_and_what_the_change_brings_is_not_in_it() -> None:
    report = replay_change(change(tree(WEB, HEALED), tree(CURE, HEALED, FAILED)))
    assert report.models == (ModelRecord(action="service.start", right=1),)
    assert "the model of service.start was 1 × right, 0 × wrong, 0 × silent" in as_text(report)
    assert "| `service.start` | 1 | 0 | 0 |" in as_markdown(report)
    unmodelled = replay_change(change(tree(WEB, HEALED), tree(WEB.model_copy(update={"name": "New"}), HEALED)))
    assert unmodelled.models == ()


def test_an_unchanged_run_is_wholly_covered_by_its_own_recording() -> None:
    report = replay_change(change(tree(WEB, HEALED), tree(WEB.model_copy(update={"name": "New"}), HEALED)))
    (verdict,) = report.runbooks[0].verdicts
    assert (verdict.coverage, verdict.steps[0].source, verdict.base_steps) == (1.0, "exec-2", ())
    assert report.runbooks[0].tally == Tally(unchanged=1, coverage=1.0)


# Helpers.


def text(book: Runbook) -> bytes:
    return book.model_dump_json(by_alias=True, exclude_none=True, exclude_defaults=True).encode()


@dataclass
class Reading:
    """A side, and the paths that were read of it."""

    side: Side
    read: list[str]


def reading(corpus: Corpus) -> Reading:
    paths: list[str] = []

    def read(wanted: Any) -> Iterator[tuple[str, bytes]]:
        for path in wanted:
            paths.append(path)
            yield path, corpus.files[path]

    return Reading(Side({path: blob_id(content) for path, content in corpus.files.items()}, read), paths)
