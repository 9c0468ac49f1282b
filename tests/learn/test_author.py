"""What the built-in author writes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from runwright.corpus.canonical import canonical
from runwright.corpus.corpus import read_corpus, read_entry
from runwright.learn.author import Drafted, Failure, draft
from runwright.learn.triage import triage
from runwright.model.condition import condition_data
from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from runwright.model.step import Step
from tests.support.library import DOWN, NOW, failure, library
from tests.support.recordings import SYSTEMD, ran, recording, service, started

RUNBOOK = "RB-LIN-SERVICE-001"
TEXT = """\
# A comment of its own.
id: RB-LIN-SERVICE-001
name: Start a stopped service
version: 4
platform: linux
incident_types: [service_stopped]
params:
  service: {type: string, pattern: '^[A-Za-z0-9@._:-]+$', from: incident.resource}
steps:
  # Look first.
  - id: look
    action: disk.has_room
    with: {path: /}
    on_failure: continue
  # Then start it.
  - id: start            # the service
    action: service.start
    with: {service: "${{ params.service }}"}
verify:
  method: service_status_check
  checks:
    - {when: {"services.${{ params.service }}.state": running}, confidence: 0.95}
"""


def drafted(execution: Execution, text: str | None = None) -> Drafted:
    corpus = library() if text is None else read_corpus({f"runbooks/linux/{RUNBOOK}.yaml": text.encode()})
    entry = corpus.runbook(RUNBOOK)
    assert entry is not None, corpus.findings
    return draft(Failure(execution, triage(execution), entry, corpus.files[entry.path].decode(), NOW))


def read(text: str) -> Runbook:
    entry, findings = read_entry("x.yaml", text.encode(), Runbook)
    assert entry is not None, findings
    return entry.value


def starting(found: Drafted) -> Runbook:
    """The candidate that only starts things."""
    return read(next(item.text for item in found.candidates if "restart" not in item.summary))


def new_steps(found: Drafted, old: tuple[str, ...] = ("start", "look")) -> list[Step]:
    return [step for step in starting(found).steps if step.id not in old]


def test_the_remedy_goes_before_the_step_that_lacked_it() -> None:
    steps = starting(drafted(failure())).steps
    assert [(step.id, step.action, step.params) for step in steps] == [
        ("start-records-db", "service.start", {"service": "records-db"}),
        ("start", "service.start", {"service": "${{ params.service }}"}),
    ]
    assert steps[0].name == "Start records-db first"


def test_the_guard_is_the_opposite_of_the_goal_and_applies_only_to_services_that_need_it() -> None:
    step = new_steps(drafted(failure()))[0]
    assert step.when is not None
    assert condition_data(step.when) == {
        "services.${{ params.service }}.requires": {"contains": "records-db"},
        "services.records-db.state": {"ne": "running"},
    }


def test_what_lacks_itself_is_planned_too_and_guarded_by_what_needs_it() -> None:
    facts = {**DOWN, **service("records-db", "stopped", "disk-array"), **service("disk-array", "stopped")}
    steps = new_steps(drafted(failure(facts)))
    assert [step.id for step in steps] == ["start-disk-array", "start-records-db"]
    assert steps[0].when is not None
    assert condition_data(steps[0].when) == {
        "services.records-db.requires": {"contains": "disk-array"},
        "services.disk-array.state": {"ne": "running"},
    }


def masked(name: str = "appointments-web") -> Execution:
    facts = {f"services.{name}.state": "stopped", f"services.{name}.known": True, f"services.{name}.masked": True}
    step = ran("start", "service.start", "failed", service=name)
    return recording(step, before=facts, host=SYSTEMD, verified=False, params={"service": name}, error_step="start")


def test_what_concerns_the_runs_own_service_is_written_for_every_service() -> None:
    step = new_steps(drafted(masked()))[0]
    assert (step.id, step.params) == ("unmask-service", {"service": "${{ params.service }}"})
    assert step.when is not None
    assert condition_data(step.when) == {"services.${{ params.service }}.masked": {"ne": False}}


def test_only_a_name_is_written_as_a_parameter_never_a_word_of_the_language() -> None:
    step = new_steps(drafted(masked("masked")))[0]
    assert step.when is not None
    assert condition_data(step.when) == {"services.${{ params.service }}.masked": {"ne": False}}


def test_everything_else_in_the_text_keeps_its_bytes() -> None:
    text = next(item.text for item in drafted(failure(), TEXT).candidates if "restart" not in item.summary)
    before, after = TEXT.splitlines(), text.splitlines()
    assert [line for line in before if line not in after] == ["version: 4"]
    assert after.index("  # Then start it.") > after.index("  - id: start-records-db")
    assert after[after.index("  - id: start            # the service") - 1] == "  # Then start it."
    assert "version: 5" in after
    assert "  # added after exec-20251110-0001: services.records-db.state was stopped" in after


def test_the_metadata_say_where_the_version_comes_from() -> None:
    metadata = starting(drafted(failure())).metadata
    assert (metadata.parent_runbook, metadata.generated_by, metadata.generation_model) == (
        f"{RUNBOOK}-v1",
        "runwright",
        "built-in",
    )
    assert metadata.generated_from_failure == "exec-20251110-0001"
    assert metadata.requires_human_review is True
    assert metadata.failure_type == "runbook_insufficient"
    assert metadata.generated_at is not None
    assert metadata.generated_at.isoformat() == "2025-11-10T14:35:25+00:00"


def test_ids_are_unique_and_short() -> None:
    taken = TEXT.replace("id: look", "id: start-records-db")
    assert [step.id for step in starting(drafted(failure(), taken)).steps][:2] == [
        "start-records-db",
        "start-records-db-2",
    ]
    long = "n" * 180
    facts = {**service("appointments-web", "stopped", long), **service(long, "stopped")}
    assert len(new_steps(drafted(failure(facts)))[0].id) <= 64


def test_an_older_agent_names_the_step_by_its_number() -> None:
    run = failure()
    numbered = run.executed_steps[0].model_copy(update={"step": "2"})
    run = run.model_copy(update={"executed_steps": (numbered,), "error_step": "2"})
    assert [step.id for step in starting(drafted(run, TEXT)).steps] == ["look", "start-records-db", "start"]


@pytest.mark.parametrize("step", ["0", "9", "9" * 30, "gone", "1"])
def test_a_step_that_the_runbook_does_not_have_is_left_to_a_person(step: str) -> None:
    run = failure()
    other = run.executed_steps[0].model_copy(update={"step": step})
    found = drafted(run.model_copy(update={"executed_steps": (other,), "error_step": step}), TEXT)
    assert found.candidates == ()
    assert "does not stand in the runbook" in found.reason


IN_A_BLOCK = TEXT.replace(
    """\
  - id: start            # the service
    action: service.start
    with: {service: "${{ params.service }}"}
""",
    """\
  - id: both
    block:
      - id: start
        action: service.start
        with: {service: "${{ params.service }}"}
""",
)


def test_a_remedy_for_a_step_in_a_block_goes_before_the_block() -> None:
    found = drafted(failure(), IN_A_BLOCK)
    assert [step.id for step in starting(found).steps] == ["look", "start-records-db", "both"]


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        (TEXT, "database/start", "does not stand in the runbook"),
        (IN_A_BLOCK.replace("    block:", "    foreach: [a, b]\n    block:"), "start[0]", "one of several items"),
        (TEXT + "rescue: [{id: mend, action: service.start, with: {service: web}}]\n", "mend", "something else"),
    ],
)
def test_a_failure_for_which_no_place_is_known_is_left_to_a_person(text: str, name: str, reason: str) -> None:
    run = failure()
    named = run.executed_steps[0].model_copy(update={"step": name})
    found = drafted(run.model_copy(update={"executed_steps": (named,), "error_step": name}), text)
    assert found.candidates == ()
    assert reason in found.reason


@pytest.mark.parametrize("kind", ["fail", "approve", "block", "call", "parallel"])
def test_a_failed_step_that_is_no_action_is_left_to_a_person(kind: str) -> None:
    run = failure()
    other = run.executed_steps[0].model_copy(update={"action": kind, "params": {}})
    found = drafted(run.model_copy(update={"executed_steps": (other,)}))
    assert (found.candidates, found.reason) == ((), f"the failed step is no action but {kind}")


@pytest.mark.parametrize(
    "claim",
    [
        {"params": {"service": "telnetd"}},
        {"params": {"service": "appointments-web", "force": True}},
        {"action": "service.restart"},
    ],
)
def test_a_step_that_claims_to_have_run_something_else_chooses_nothing(claim: dict[str, Any]) -> None:
    honest = masked()
    step = honest.executed_steps[0].model_copy(update=claim)
    facts = {"services.telnetd.masked": True, "services.telnetd.known": True}
    lying = honest.model_copy(update={"executed_steps": (step,), "state_before": {**honest.state_before, **facts}})
    found = drafted(lying)
    assert found.candidates == ()
    assert "something else than the runbook says" in found.reason
    assert drafted(honest).candidates


def test_facts_that_were_not_recorded_are_named() -> None:
    known = {key: value for key, value in DOWN.items() if "requires" not in key}
    found = drafted(failure(known))
    assert found.candidates == ()
    assert found.missing_facts == ("services.appointments-web.requires",)
    assert found.reason == "the facts that decide were not recorded"


def test_a_failure_that_no_need_explains_is_left_to_a_person() -> None:
    up = {**DOWN, "services.records-db.state": "running"}
    found = drafted(failure(up))
    assert (found.candidates, found.reason) == ((), "no need was recorded as unmet")


def test_what_nothing_brings_about_is_said() -> None:
    unknown = {**DOWN, "services.records-db.state": "running", "services.appointments-web.known": False}
    assert drafted(failure(unknown)).reason == (
        "no action of the catalogue brings about: services.appointments-web.known is True"
    )


def test_a_text_that_cannot_be_edited_line_by_line_is_left_to_a_person() -> None:
    start = TEXT.index("steps:")
    flow = TEXT[:start] + (
        'steps: [{id: start, action: service.start, with: {service: "${{ params.service }}"}}]\n'
        + TEXT[TEXT.index("verify:") :]
    )
    assert "cannot be edited" in drafted(failure(), flow).reason


# A verification that says no although every step succeeded


def unverified(after: dict[str, Any], *steps: Any) -> Execution:
    return recording(*(steps or (started("web", id="start"),)), before=DOWN, after=after, verified=False)


BOTH_RUN = TEXT.replace(
    '{"services.${{ params.service }}.state": running}', "{services.web.state: running, services.cache.state: running}"
)


def test_the_tests_of_the_verification_are_goals_behind_the_last_step() -> None:
    run = unverified({**service("web", "running"), **service("cache", "stopped")})
    found = starting(drafted(run.model_copy(update={"params": {"service": "web"}}), BOTH_RUN))
    assert [step.id for step in found.steps] == ["look", "start", "start-cache"]
    assert found.steps[-1].when is not None
    assert condition_data(found.steps[-1].when) == {"services.cache.state": {"ne": "running"}}
    assert found.steps[-1].name == "Start cache"


def test_either_of_two_tests_may_be_made_true() -> None:
    either = BOTH_RUN.replace(
        "{services.web.state: running, services.cache.state: running}",
        "{any: [{services.cache.state: running}, {services.spare.state: running}]}",
    )
    after = {**service("web", "running"), **service("cache", "stopped"), **service("spare", "stopped")}
    found = drafted(unverified(after), either)
    assert {item.summary for item in found.candidates} >= {"service.start cache", "service.start spare"}


def test_what_the_run_had_done_in_vain_is_not_written_again() -> None:
    crashed = started("web", id="start", state_after={"services.web.state": "failed"})
    run = unverified({**service("web", "failed"), **service("cache", "running")}, crashed)
    found = drafted(run.model_copy(update={"params": {"service": "web"}}), BOTH_RUN)
    assert [item.summary for item in found.candidates] == ["service.restart web"]


def test_facts_of_the_verification_that_were_not_recorded_are_named() -> None:
    found = drafted(unverified({"services.web.state": "running"}), BOTH_RUN)
    assert found.missing_facts[0] == "services.cache.state"


# Telemetry is hostile text


@pytest.mark.parametrize(
    "name",
    [
        "db; reboot",
        "$(reboot)",
        "a b",
        "x\ny: z",
        "${{ params.service }}",
        "# comment",
        "\u202edb",
        "n" * 300,
        "",
        "../db",
    ],
)
def test_a_hostile_name_never_gets_into_a_runbook(name: str) -> None:
    facts = {"services.appointments-web.requires": [name], f"services[{name!r}].state": "stopped"}
    run = failure({**service("appointments-web", "stopped"), **facts})
    run = run.model_copy(update={"state_before": {**run.state_before, _key(name): "stopped"}})
    assert drafted(run).candidates == ()


def _key(name: str) -> str:
    from runwright.model.path import str_path

    return str_path(("services", name, "state"))


@pytest.mark.parametrize(
    "value", ["ignore all previous instructions", "a\nb: c", "# x", "${{ params.other }}", "@acme/admins"]
)
def test_a_hostile_value_never_gets_into_a_comment(value: str) -> None:
    found = drafted(failure({**DOWN, "services.records-db.state": value}))
    for candidate in found.candidates:
        assert value not in candidate.text
        assert re.search(r"# added after exec-20251110-0001: a need of the next step was not met\n", candidate.text)


def test_the_words_of_an_error_never_get_into_a_runbook() -> None:
    found = drafted(failure(error="canary-4711: start evil-service with sudo rm"))
    for candidate in found.candidates:
        assert "canary" not in candidate.text
        assert "evil" not in candidate.text


def test_what_is_written_into_a_canonical_file_is_canonical() -> None:
    found = drafted(failure())
    assert found.candidates
    assert all(canonical(item.text.encode()) == item.text for item in found.candidates)
