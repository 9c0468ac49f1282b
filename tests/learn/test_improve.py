"""From a failed run to a proposal, or to a clear reason why there is none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runwright.checks.validation import errors, validate
from runwright.corpus.corpus import read_corpus
from runwright.corpus.manifest import Manifest, read_manifest, write_manifest
from runwright.learn.fingerprint import fingerprint
from runwright.learn.improve import Improvement, settled
from runwright.model.proposal import Proposal
from runwright.model.telemetry import canonical, execution_data
from runwright.replay.gate import Change, replay_change
from tests.support.authoring import NOW, OF_WEB, START, book, improvable, thought
from tests.support.library import DOWN, failure, improved, library
from tests.support.recordings import ran, recording, service, started

RUNBOOK = "runbooks/linux/RB-LIN-SERVICE-001.yaml"
RECORDING = "tests/recordings/RB-LIN-SERVICE-001/exec-20251110-0001.json"
MANIFEST = f"{RECORDING.rpartition('/')[0]}/MANIFEST"


def proposal(**fields: Any) -> Proposal:
    found = improved(failure(**fields)).proposal
    assert found is not None
    return found


def test_a_failure_that_a_dependency_explains_becomes_a_proposal() -> None:
    found = improved(failure())
    assert found.reason == "proposed: service.start records-db"
    assert found.triage.failure_type == "runbook_insufficient"
    asked = proposal()
    assert asked.title == ("runbook(RB-LIN-SERVICE-001): add service.start before start [runbook_insufficient]")
    assert asked.labels == ("runwright", "priority:high", "risk:low", "failure:runbook_insufficient")
    assert asked.evidence == ("exec-20251110-0001",)
    assert asked.branch == f"runwright/improve/RB-LIN-SERVICE-001/{found.fingerprint[:12] if found.fingerprint else ''}"
    assert sorted(asked.files) == [RUNBOOK, MANIFEST, RECORDING]
    assert "fixed (predicted)" in asked.body


@pytest.mark.parametrize("name", ["approved-by-security-merge-now", "fixes-gh-12", "closes", "records-db"])
def test_a_name_that_telemetry_chose_stands_in_no_title(name: str) -> None:
    facts = {**service("appointments-web", "stopped", name), **service(name, "stopped")}
    asked = improved(failure(facts)).proposal
    assert asked is not None
    assert name not in asked.title
    assert "add service.start before start" in asked.title


def test_the_gate_passes_what_was_proposed() -> None:
    base, files = library(), proposal().files
    head = read_corpus({**base.files, **{path: text.encode() for path, text in files.items() if text is not None}})
    assert errors(validate(head, base)) == ()
    report = replay_change(Change(base, head))
    assert (report.passed, report.headline) == (
        True,
        "1 fixed of 1 run (0 recorded before, 1 brought by this change) (predicted, not shown)",
    )


def test_the_least_risky_of_the_cures_is_proposed_and_the_others_are_told() -> None:
    tried = improved(failure()).tried
    assert [item.split(":")[0] for item in tried] == ["service.restart records-db", "service.start records-db"]
    assert all("1 fixed" in item for item in tried)


def test_the_same_input_gives_the_same_bytes() -> None:
    assert proposal().model_dump_json() == proposal().model_dump_json()


def test_the_order_of_files_does_not_matter() -> None:
    corpus = library()
    turned = read_corpus(dict(reversed(corpus.files.items())))
    assert improved(failure(), turned) == improved(failure(), corpus)


def test_secrets_get_into_no_part_of_a_proposal() -> None:
    secret = "AKIAIOSFODNN7EXAMPLE"
    run = failure(before={**DOWN, "env.AWS_ACCESS_KEY_ID": secret}, error=f"key {secret} refused", site_id=secret)
    asked = improved(run).proposal
    assert asked is not None
    assert secret not in asked.model_dump_json()


def test_what_a_newer_version_handles_is_not_proposed_again() -> None:
    corpus = library()
    files = {**corpus.files, **{path: (text or "").encode() for path, text in proposal().files.items()}}
    found = improved(failure(), read_corpus(files))
    assert found.proposal is None
    assert found.reason == "version 2, which is released already, would have handled it"


def test_a_failure_that_no_runbook_can_mend_is_not_improvable() -> None:
    run = recording(ran("start", "command.run", "failed", argv=["x"], error="Permission denied"), verified=False)
    found = improved(run)
    assert found.proposal is None
    assert found.reason.startswith("not improvable: permission_denied: the account was not allowed to do it")


def test_a_runbook_that_is_not_in_the_library_is_put_together_from_what_ran() -> None:
    found = improved(failure(runbook_id="RB-LIN-NOSUCH-001"))
    assert found.proposal is not None
    assert found.proposal.runbook_id.startswith("RB-LIN-FIELD-")
    assert found.fingerprint == found.proposal.fingerprint == fingerprint(failure(runbook_id="RB-LIN-NOSUCH-001"))
    assert f"runbooks/linux/{found.proposal.runbook_id}.yaml" in found.proposal.files


def test_what_cannot_be_put_together_either_is_left_to_a_person() -> None:
    strange = recording({"step": "1", "action": "invoke_magic", "outcome": "failed"}, verified=None, runbook_id="odd")
    found = settled(strange, library(), NOW, improvable(strange))
    assert isinstance(found, Improvement)
    assert (found.kind, found.proposal) == ("needs_person", None)
    assert found.reason.startswith("needs a person: odd is not in the library, and ")


@pytest.mark.parametrize("fields", [{"success": True, "status": "success", "verification_passed": True}])
def test_a_verified_success_needs_no_improvement(fields: dict[str, Any]) -> None:
    assert improved(failure(**fields)).reason == "the run succeeded"


def test_a_success_that_the_verification_denies_is_thought_about() -> None:
    assert improved(failure(success=True, status="success")).proposal is not None


def test_a_cure_that_replay_cannot_decide_is_not_proposed_and_its_missing_facts_are_named() -> None:
    known = {key: value for key, value in DOWN.items() if key != "services.records-db.known"}
    found = improved(failure(known))
    assert found.proposal is None
    assert found.reason == "needs a person: not recorded: services.records-db.known"
    assert found.missing_facts == ("services.records-db.known",)
    assert all("hangs on services.records-db.known" in item for item in found.tried)


def test_a_cure_that_fails_in_another_recording_is_not_proposed() -> None:
    step = ran("start", "service.start", service="other-web")
    healthy = recording(
        step,
        before={**service("other-web", "stopped", "records-db"), "services.records-db.state": "starting"},
        execution_id="exec-2",
        params={"service": "other-web"},
    )
    broken = {"services.records-db.state": "stopped", "services.records-db.known": False}
    unwilling = recording(
        ran("start", "service.start", service="other-web"),
        before={**service("other-web", "stopped"), **broken, "services.other-web.requires": ["records-db"]},
        execution_id="exec-3",
        params={"service": "other-web"},
    )
    files = {
        f"tests/recordings/RB-LIN-SERVICE-001/{run.execution_id}.json": canonical(execution_data(run))
        for run in (healthy, unwilling)
    }
    found = improved(failure(), library(**files))
    assert found.proposal is None
    assert any("regressed" in item for item in found.tried)


def test_missing_facts_of_the_failure_are_named() -> None:
    known = {key: value for key, value in DOWN.items() if "requires" not in key}
    found = improved(failure(known, error="hm: not installed"))
    assert found.proposal is None
    assert found.missing_facts == ("services.appointments-web.requires",)


def test_how_often_a_failure_was_seen_counts_the_recordings_too() -> None:
    again = failure(execution_id="exec-20251109-0007")
    files = {"tests/recordings/RB-LIN-SERVICE-001/exec-20251109-0007.json": canonical(execution_data(again))}
    asked = improved(failure(), library(**files)).proposal
    assert asked is not None
    assert "| seen | 2× |" in asked.body
    asked = improved(failure(), library(**files), 7).proposal
    assert asked is not None
    assert "| seen | 7× |" in asked.body


def test_two_ids_never_share_a_file() -> None:
    one, other = proposal(execution_id="exec:1"), proposal(execution_id="exec.1")
    assert set(one.files) & set(other.files) == {RUNBOOK, MANIFEST}
    assert all(path.isascii() and ":" not in path for path in (*one.files, *other.files))


def test_the_manifest_lists_the_recording_beside_those_that_were_there() -> None:
    other = RECORDING.replace("0001", "0002")
    kept = {other: canonical(execution_data(failure(execution_id="exec-20251110-0002")))}
    manifest = Manifest(MANIFEST).with_file(other, kept[other])
    base = library(**kept, **{MANIFEST: write_manifest(manifest).encode()})
    asked = improved(failure(), base).proposal
    assert asked is not None
    files = asked.files
    text = files[MANIFEST]
    assert text is not None
    assert read_manifest(MANIFEST, text.encode()).kept.keys() == {RECORDING, other}
    head = read_corpus({**base.files, **{path: text.encode() for path, text in files.items() if text is not None}})
    assert [finding for finding in validate(head, base) if finding.rule == "manifest"] == []


def test_a_run_too_large_for_a_recording_is_left_to_a_person() -> None:
    huge = {f"odd.fact-{number}": "x" * 300 for number in range(4000)}
    found = improved(failure(before={**DOWN, **huge}))
    assert found.proposal is None
    assert found.reason.startswith("needs a person: a run of ")


def test_the_recording_is_the_failure() -> None:
    text = proposal().files[RECORDING]
    assert text is not None
    assert json.loads(text) == execution_data(failure())


def test_a_verification_without_a_cure_is_left_to_a_person() -> None:
    crashed = started("web", id="start", state_after={"services.web.state": "failed"})
    run = recording(crashed, before=DOWN, after=service("web", "failed"), verified=False, **OF_WEB)
    found = thought(book(START), run).improvement
    assert found.proposal is None
    assert found.reason.startswith("needs a person")


def test_a_run_with_the_id_of_another_sites_recording_is_told_so() -> None:
    kept = {path: text for path, text in proposal(site_id="north").files.items() if text and path != RUNBOOK}
    files = {path: text.encode() for path, text in kept.items()}
    assert improved(failure(site_id="north"), library(**files)).proposal is not None
    found = improved(failure(site_id="south"), library(**files))
    assert (found.kind, found.proposal) == ("needs_person", None)
    assert f"{RECORDING} is the recording of another run with the same id" in found.reason
