"""Ways to get a change past the gate, each named after what its author tries."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from runwright.corpus.corpus import Corpus, read_corpus
from runwright.corpus.manifest import digest_of, read_manifest
from runwright.model.execution import Execution
from runwright.model.telemetry import SYNTHETIC, is_synthetic, parse_execution
from runwright.model.verdict import ReplayReport, Tally
from runwright.replay.backtest import MAX_FIRINGS
from runwright.replay.gate import Change, replay_change
from runwright.replay.telling import as_markdown, as_text, code, visible
from tests.support.recordings import PATH, RUNBOOK_ID, recording, runbook, service, start, started, tree

DOWN = {**service("web", "stopped"), "services.db.state": "running"}
PARAMS = {"service": {"type": "string", "from": "incident.resource"}}
WEB = runbook(start("web"), params=PARAMS)
NEW = WEB.model_copy(update={"version": 2, "name": "Start a service that is stopped"})
FOLDER = f"tests/recordings/{RUNBOOK_ID}"
HEALTHY = "tests/recordings/_healthy"
Files = dict[str, bytes]


def run(execution_id: str = "exec-1", **fields: Any) -> Execution:
    told = {"incident_type": "service_stopped", "site_id": "north", "params": {"service": "web"}, **fields}
    return recording(started("web"), before=DOWN, execution_id=execution_id, **told)


ONE, TWO = run("exec-1"), run("exec-2")
GONE = f"{FOLDER}/exec-2.json"


def rule(rule_id: str = "L1-DOWN", path: str | None = None, **fields: Any) -> Files:
    data = {"id": rule_id, "name": "Down", "check_type": "service", "action": f"run_runbook:{RUNBOOK_ID}", **fields}
    return {path or f"rules/promoted/{rule_id}.yaml": json.dumps(data).encode()}


def healthy(state_id: str = "well", provenance: str = "recorded", **fields: Any) -> Files:
    """A host on which the alarm of a stopped service is known to be none, or one that says something else."""
    check = {"check_type": "service", "status": "fail", "resource": "web", "facts": {}, "reason": "switched off"}
    state = {
        "schema": "runwright.healthy/1",
        "state_id": state_id,
        "site_id": "north",
        "hostname": "web-1",
        "platform": "linux",
        "recorded_at": "2025-11-10T14:35:25Z",
        "provenance": provenance,
        "checks": [{**check, **fields}],
    }
    return {f"{HEALTHY}/{state_id}.json": json.dumps(state).encode()}


def removed(path: str, content: bytes, reason: str = "its host is no more") -> str:
    return f"removed {path} {digest_of(content)} {reason}\n"


def listed(path: str, content: bytes) -> str:
    return f"{digest_of(content)}  {path}\n"


def manifest(folder: str, *lines: str) -> Files:
    return {f"{folder}/MANIFEST": "".join(lines).encode()}


def replayed(base: Corpus, head: Corpus) -> ReplayReport:
    return replay_change(Change(base, head))


def without(corpus: Corpus, *paths: str) -> Corpus:
    return read_corpus({path: content for path, content in corpus.files.items() if path not in paths})


# Healthy states.


def test_a_healthy_state_that_is_removed_in_silence_does_not_pass_and_is_still_asked() -> None:
    base = tree(WEB, ONE, **healthy())
    report = replayed(base, tree(WEB, ONE, **rule()))
    assert report.failures[0] == "the healthy state well is gone"
    assert report.failures[1].startswith(f"L1-DOWN fires on a healthy host, {HEALTHY}/well.json")
    assert replayed(base, tree(WEB, ONE)).failures == ("the healthy state well is gone",)


def test_a_reason_for_a_healthy_state_does_not_let_a_rule_through_in_the_same_change() -> None:
    base = tree(WEB, ONE, **healthy())
    said = manifest(HEALTHY, removed(f"{HEALTHY}/well.json", base.files[f"{HEALTHY}/well.json"]))
    assert replayed(base, tree(WEB, ONE, **said)).passed
    (failure,) = replayed(base, tree(WEB, ONE, **said, **rule())).failures
    assert failure.startswith("L1-DOWN fires on a healthy host")


def test_a_healthy_state_that_is_altered_does_not_pass_and_is_asked_as_it_stood() -> None:
    base = tree(WEB, ONE, **healthy())
    report = replayed(base, tree(WEB, ONE, **healthy(resource="db", check_type="port"), **rule()))
    assert report.failures[0] == "the change alters the healthy state well"
    assert report.failures[1].startswith("L1-DOWN fires on a healthy host")


def test_a_synthetic_healthy_state_may_be_written_anew_and_does_not_become_recorded() -> None:
    base = tree(WEB, ONE, **healthy(provenance=SYNTHETIC))
    assert replayed(base, tree(WEB, ONE, **healthy(provenance=SYNTHETIC, message="off"))).passed
    assert not replayed(base, tree(WEB, ONE, **healthy(provenance="recorded"))).passed


def test_an_unreadable_healthy_state_is_asked_as_the_change_mended_it() -> None:
    base = tree(WEB, ONE, **{f"{HEALTHY}/well.json": b"{"})
    (failure,) = replayed(base, tree(WEB, ONE, **healthy(), **rule())).failures
    assert failure.startswith("L1-DOWN fires on a healthy host")


# Firings.


def test_an_alarm_behind_many_wrong_firings_does_not_pass() -> None:
    other = WEB.model_copy(update={"id": "RB-LIN-OTHER-001"})
    runs = [run(f"exec-{n:03}").model_copy(update={"runbook_id": other.id}) for n in range(MAX_FIRINGS + 10)]
    more = {f"runbooks/linux/{other.id}.yaml": tree(other).files[PATH], **healthy()}
    base, head = tree(WEB, ONE, *runs, **more), tree(WEB, ONE, *runs, **more, **rule())
    report = replayed(base, head)
    assert report.rules[0].counts["wrongly"] == MAX_FIRINGS + 11
    assert [failure.partition(":")[0] for failure in report.failures] == [
        f"L1-DOWN fires on a healthy host, {HEALTHY}/well.json"
    ]
    assert report.rules[0].firings[0].recording == f"{HEALTHY}/well.json"


def test_of_very_many_alarms_some_are_told_and_all_are_counted() -> None:
    states = {path: text for n in range(MAX_FIRINGS + 5) for path, text in healthy(f"well-{n:03}").items()}
    report = replayed(tree(WEB, ONE, **states), tree(WEB, ONE, **states, **rule()))
    assert len(report.failures) == MAX_FIRINGS + 1
    assert report.failures[-1] == "L1-DOWN fires on 5 more healthy hosts"


def test_a_rule_whose_runbook_drops_what_it_knew_of_healthy_hosts_does_not_pass() -> None:
    well = healthy(status="ok", facts={"service": "web"})
    state = json.loads(well[f"{HEALTHY}/well.json"])
    state["facts"] = {"services.web.state": "running"}
    well = {f"{HEALTHY}/well.json": json.dumps(state).encode()}
    careful = WEB.model_copy(
        update={"precheck": runbook(start("web"), precheck={"healthy": {"services.web.state": "running"}}).precheck}
    )
    base = tree(careful, ONE, **well, **rule())
    report = replayed(base, tree(NEW, ONE, **well, **rule()))
    assert [failure.partition(":")[0] for failure in report.failures] == [
        f"L1-DOWN fires on a healthy host, {HEALTHY}/well.json"
    ]
    assert (report.rules[0].rule_id, report.rules[0].change) == ("L1-DOWN", "as before")
    assert "Rule L1-DOWN (as before), which runs" in as_text(report)
    kept = careful.model_copy(update={"version": 2, "name": "Another"})
    good = replayed(base, tree(kept, ONE, **well, **rule()))
    assert (good.passed, good.rules) == (True, ())


# Runbooks that leave.


@pytest.mark.parametrize("there", [(), (f"runbooks/linux/{RUNBOOK_ID}.txt",), (f"elsewhere/{RUNBOOK_ID}.yaml",)])
def test_a_runbook_that_is_deleted_or_renamed_does_not_pass_while_its_recordings_stand(there: tuple[str, ...]) -> None:
    base = tree(WEB, ONE, TWO)
    head = read_corpus({**without(base, PATH).files, **dict.fromkeys(there, base.files[PATH])})
    assert replayed(base, head).failures == (
        f"{RUNBOOK_ID} is gone, and 2 of its recordings still stand; each leaves with a reason",
    )


def test_a_runbook_that_takes_another_id_does_not_pass() -> None:
    base = tree(WEB, ONE)
    path = "runbooks/linux/RB-LIN-OTHER-001.yaml"
    other = {path: base.files[PATH].replace(RUNBOOK_ID.encode(), b"RB-LIN-OTHER-001")}
    report = replayed(base, read_corpus({**without(base, PATH).files, **other}))
    assert f"{RUNBOOK_ID} is gone, and 1 of its recordings still stand; each leaves with a reason" in report.failures


def test_a_runbook_may_go_when_each_of_its_recordings_left_with_a_reason() -> None:
    base = tree(WEB, TWO)
    said = manifest(FOLDER, removed(GONE, base.files[GONE]))
    assert replayed(base, read_corpus(said)).passed


def test_a_runbook_that_moves_to_another_folder_is_still_there() -> None:
    base = tree(WEB, ONE)
    head = read_corpus({**without(base, PATH).files, f"runbooks/other/{RUNBOOK_ID}.yml": base.files[PATH]})
    report = replayed(base, head)
    assert (report.passed, report.headline) == (True, "1 unchanged of 1 recorded run")


# Ids that stand twice.


def test_a_second_runbook_of_the_same_id_does_not_pass() -> None:
    second = "runbooks/windows/second.yaml"
    base = tree(WEB, ONE)
    report = replayed(base, tree(WEB, ONE, **{second: tree(NEW).files[PATH]}))
    assert report.failures == (f"{RUNBOOK_ID} stands in 2 files: {PATH}, {second}",)


def test_a_second_rule_of_the_same_id_does_not_hide_the_changed_one() -> None:
    decoy = rule(path="rules/promoted/Z.yaml", check_type="port")
    base = tree(WEB, ONE, **healthy(), **decoy)
    report = replayed(base, tree(WEB, ONE, **healthy(), **decoy, **rule(path="rules/promoted/A.yaml")))
    assert report.failures[0] == "L1-DOWN stands in 2 files: rules/promoted/A.yaml, rules/promoted/Z.yaml"
    assert report.failures[1].startswith("L1-DOWN fires on a healthy host")


def test_two_changed_rules_of_one_id_are_both_tried() -> None:
    bad, decoy = rule(path="rules/promoted/A.yaml"), rule(path="rules/promoted/Z.yaml", check_type="port")
    report = replayed(tree(WEB, ONE, **healthy()), tree(WEB, ONE, **healthy(), **bad, **decoy))
    assert [trial.rule_id for trial in report.rules] == ["L1-DOWN", "L1-DOWN"]
    assert any(failure.startswith("L1-DOWN fires on a healthy host") for failure in report.failures)


def test_a_rule_that_only_moved_is_not_tried() -> None:
    base = tree(WEB, ONE, **healthy(), **rule())
    report = replayed(base, tree(WEB, ONE, **healthy(), **rule(path="rules/promoted/other.yaml")))
    assert (report.passed, report.rules) == (True, ())


# Reasons.


def leaving(lines: Callable[[bytes], tuple[str, ...]], before: Files | None = None) -> ReplayReport:
    """One of two recordings leaves, with these lines in the manifest."""
    base = tree(WEB, ONE, TWO, **(before or {}))
    return replayed(base, tree(WEB, ONE, **manifest(FOLDER, *lines(base.files[GONE]))))


def test_a_reason_counts() -> None:
    assert leaving(lambda content: (removed(GONE, content),)).passed


LEAVES: dict[str, Callable[[bytes], tuple[str, ...]]] = {
    "the digest of other bytes": lambda content: (removed(GONE, b"other"),),
    "kept as well": lambda content: (removed(GONE, content), listed(GONE, content)),
    "a blank letter": lambda content: (removed(GONE, content, "\u3164\u115f"),),
    "a braille blank": lambda content: (removed(GONE, content, "\u2800"),),
    "signs alone": lambda content: (removed(GONE, content, "..."),),
}


@pytest.mark.parametrize("how", LEAVES)
def test_a_line_that_is_no_reason_does_not_let_a_recording_go(how: str) -> None:
    assert leaving(LEAVES[how]).failures == (f"the recording exec-2 of {RUNBOOK_ID} is gone",)


def test_a_reason_given_in_stock_by_an_earlier_change_does_not_count() -> None:
    line = removed(GONE, tree(WEB, TWO).files[GONE])
    report = leaving(lambda content: (line,), manifest(FOLDER, line))
    assert report.failures == (f"the recording exec-2 of {RUNBOOK_ID} is gone",)


def test_a_blank_reason_is_a_problem_of_its_manifest() -> None:
    found = read_manifest(f"{FOLDER}/MANIFEST", removed(GONE, b"", "\u3164").encode())
    assert [problem.message for problem in found.problems] == [f"{GONE} was removed without a reason"]


# Recordings that are altered or made up.


def test_a_recording_that_the_change_altered_does_not_pass() -> None:
    report = replayed(tree(WEB, ONE), tree(WEB, run(hostname="another")))
    assert report.failures == (f"the change alters the recording exec-1 of {RUNBOOK_ID}",)


def made(**fields: Any) -> Execution:
    data = json.loads(tree(WEB, ONE).files[f"{FOLDER}/exec-1.json"])
    found = parse_execution({**data, "provenance": SYNTHETIC, **fields})
    assert is_synthetic(found)
    return found


def test_a_synthetic_recording_may_be_written_anew() -> None:
    assert replayed(tree(WEB, made()), tree(WEB, made(hostname="another"))).passed


def test_a_recording_does_not_become_synthetic_nor_a_synthetic_one_recorded() -> None:
    assert not replayed(tree(WEB, ONE), tree(WEB, made())).passed
    assert not replayed(tree(WEB, made()), tree(WEB, ONE)).passed


def test_runs_that_the_change_brings_are_counted_apart_and_cannot_drown_the_others() -> None:
    fabricated = [run(f"made-{number:02}") for number in range(30)]
    report = replayed(tree(WEB, ONE, TWO), tree(NEW, ONE, TWO, *fabricated))
    assert report.headline == "32 unchanged of 32 runs (2 recorded before, 30 brought by this change)"
    assert report.runbooks[0].tally == Tally(unchanged=32, brought=30, coverage=1.0)
    assert "made-00 (brought by this change)" in as_text(report)
    assert "`made-00` (brought by this change)" in as_markdown(report)


def test_synthetic_runs_that_the_change_brings_are_counted_once() -> None:
    report = replayed(tree(WEB, TWO), tree(NEW, TWO, made(), run("exec-3")))
    assert report.headline == "3 unchanged of 3 runs (1 recorded before, 1 brought by this change, 1 synthetic)"


# Commands of the runner that shows the log.


@pytest.mark.parametrize("text", ["##[error]x", "a ##[add-mask]x", "###[group]x", "#\t#[x", "##\x00[x"])
def test_a_command_for_the_runner_of_a_workflow_is_broken(text: str) -> None:
    assert "##[" not in visible(text)
    assert "##[" not in visible(text, "")
    assert "##[" not in code(text)


def test_no_command_for_the_runner_leaves_a_report() -> None:
    evil = run(hostname="##[error]gone", params={"service": "##[add-mask]web"})
    head = tree(NEW, evil, **rule(conditions={"facts.odd": "##[endgroup]"}))
    report = replayed(tree(WEB, evil), head)
    assert "##[" not in as_text(report)
    assert "##[" not in as_markdown(report)
