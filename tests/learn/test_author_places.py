"""Where the author puts a remedy: before what failed, before an earlier step, into a rescue, into a called runbook."""

from __future__ import annotations

import pytest

from runwright.model.condition import condition_data
from runwright.model.execution import Execution
from tests.support.authoring import HEAD, OF_WEB, PATH, START, VERIFY, book, read, thought, unit
from tests.support.recordings import SYSTEMD, Facts, Step, ran, recording, service, started


def looked(step: str, action: str, **facts: object) -> Step:
    """A recorded look that failed."""
    return {"step": step, "action": action, "outcome": "failed", "facts": facts}


CACHE_RUNS = """\
  - id: cache-runs
    {kind}: {{services.cache.state: running}}
"""


@pytest.mark.parametrize(("kind", "more"), [("assert", ""), ("wait_until", "    timeout: 5s\n")])
def test_what_a_failed_look_looked_for_is_a_goal_before_it(kind: str, more: str) -> None:
    before = {**service("web", "stopped"), **service("cache", "stopped")}
    web = started("web", id="start", state_after=service("web", "running"))
    look = looked("cache-runs", kind, **{"services.cache.state": "stopped"})
    run = recording(web, look, before=before, verified=None, error_step="cache-runs", **OF_WEB)
    found = thought(book(START + CACHE_RUNS.format(kind=kind) + more), run)
    assert [step.id for step in found.runbook("service.start cache").steps] == ["start", "start-cache", "cache-runs"]
    if kind == "assert":
        assert found.improvement.reason == "proposed: service.start cache"


def test_a_look_whose_facts_nobody_recorded_is_left_to_a_person_with_their_names() -> None:
    run = recording(
        started("web", id="start"), looked("cache-runs", "assert"), verified=None, error_step="cache-runs", **OF_WEB
    )
    found = thought(book(START + CACHE_RUNS.format(kind="assert")), run)
    assert "services.cache.state" in found.improvement.missing_facts
    assert found.improvement.proposal is None


RESTART = """\
  - id: restart
    action: service.restart
    with: {service: "${{ params.service }}"}
"""
UP_TO_DATE = VERIFY.replace('}.state": running', '}.up_to_date": true')


def stale() -> Execution:
    facts = unit("web", "running", daemon_reload_pending=True, up_to_date=False, same_on_disk=True)
    done = ran("restart", "service.restart", service="web", state_before=facts)
    return recording(done, before=facts, after=facts, host=SYSTEMD, verified=False, **OF_WEB)


def test_the_condition_of_a_step_that_is_there_is_made_true_before_it() -> None:
    """The restart was there all along; it took the old file, because systemd had not read the new one."""
    found = thought(book(RESTART, verify=UP_TO_DATE), stale())
    assert found.improvement.reason == "proposed: unit.reload"
    steps = found.runbook("unit.reload").steps
    assert [(step.id, step.action) for step in steps] == [("reload", "unit.reload"), ("restart", "service.restart")]
    assert steps[0].when is not None
    pending = "services.${{ params.service }}.daemon_reload_pending"
    assert condition_data(steps[0].when) == {pending: {"ne": False}}


def test_the_smaller_change_is_proposed_of_two_that_heal() -> None:
    found = thought(book(RESTART, verify=UP_TO_DATE), stale())
    healing = [one for one in found.judged if one.ok]
    assert {one.candidate.summary for one in healing} >= {"unit.reload", "unit.reload, service.restart web"}


EACH = """\
  - id: start
    action: service.start
    foreach: [web, cache]
    with: {service: "${{ each.item }}"}
"""


def of_items(facts: Facts) -> Execution:
    first = ran("start[0]", "service.start", service="web", state_after=service("web", "running"))
    second = ran("start[1]", "service.start", "failed", service="cache")
    return recording(first, second, before=facts, verified=None, error_step="start[1]", **OF_WEB)


def test_a_remedy_for_one_of_several_items_goes_over_the_same_items() -> None:
    facts = {**service("web", "stopped"), **service("cache", "stopped"), "services.cache.masked": True}
    run = of_items(facts).model_copy(update={"state_before": {**facts, **SYSTEMD, **unit("cache", masked=True)}})
    step = thought(book(EACH), run).runbook("service.unmask cache").steps[0]
    assert (step.id, step.params, step.foreach) == ("unmask-item", {"service": "${{ each.item }}"}, ("web", "cache"))
    assert step.when is not None
    assert condition_data(step.when) == {"services.${{ each.item }}.masked": {"ne": False}}


def test_a_remedy_that_is_not_about_the_item_is_done_once() -> None:
    facts = {**service("web", "stopped"), **service("cache", "stopped", "disk"), **service("disk", "stopped")}
    found = thought(book(EACH), of_items(facts))
    step = found.runbook("service.start disk").steps[0]
    assert (step.params, step.when is not None) == ({"service": "disk"}, True)


def test_an_item_that_the_runbook_does_not_name_chooses_nothing() -> None:
    lying = ran("start[1]", "service.start", "failed", service="telnetd")
    facts = {**service("telnetd", "stopped", "disk"), **service("disk", "stopped")}
    run = recording(lying, before=facts, verified=None, error_step="start[1]", **OF_WEB)
    found = thought(book(EACH), run)
    assert found.drafted.candidates == ()
    assert "something else than the runbook says" in found.drafted.reason


RESCUE = """\
rescue:
  - id: other
    action: service.start
    with: {service: cache}
"""


def test_a_remedy_for_a_step_of_a_rescue_goes_into_the_rescue() -> None:
    facts = {**service("web", "stopped"), **service("cache", "stopped", "disk"), **service("disk", "stopped")}
    run = recording(
        started("web", "failed", id="start", state_after={"services.web.known": False}),
        started("cache", "failed", id="other"),
        before={**facts, "services.web.known": False},
        verified=None,
        error_step="other",
        **OF_WEB,
    )
    runbook = thought(book(START, verify=RESCUE + VERIFY), run).runbook("service.start disk")
    assert runbook.rescue is not None
    assert [step.id for step in runbook.rescue] == ["start-disk", "other"]
    assert [step.id for step in runbook.steps] == ["start"]


CALLED = "RB-LIN-SERVICE-009"
CALLING = f"""\
  - id: database
    call: {CALLED}
    with: {{service: records-db}}
"""
INNER = book(START, HEAD.replace("RB-LIN-SERVICE-001", CALLED))


def in_called(**told: object) -> Execution:
    facts = {**service("web", "stopped"), **service("records-db", "stopped", "disk"), **service("disk", "stopped")}
    call = {"step": "database", "action": "call", "outcome": "failed", "params": {"service": "records-db", **told}}
    inner = started("records-db", "failed", id="database/start")
    return recording(inner, call, before=facts, verified=None, error_step="database", **OF_WEB)


def test_a_failure_in_a_called_runbook_changes_the_called_one() -> None:
    path = f"runbooks/linux/{CALLED}.yaml"
    fine = recording(
        started("records-db", id="start"),
        before=service("records-db", "stopped"),
        after=service("records-db", "running"),
        runbook_id=CALLED,
        params={"service": "records-db"},
        execution_id="exec-2",
    )
    found = thought(book(CALLING + START), in_called(), fine, **{path: INNER.encode()})
    proposal = found.improvement.proposal
    assert proposal is not None, found.improvement
    assert proposal.runbook_id == CALLED
    changed = read(proposal.files[path] or "")
    assert [(step.id, step.params) for step in changed.steps] == [
        ("start-disk", {"service": "disk"}),
        ("start", {"service": "${{ params.service }}"}),
    ]
    assert changed.metadata.parent_runbook == f"{CALLED}-v4"
    assert f"runbook({CALLED}): add start-disk before start" in proposal.title


def test_where_nobody_ever_ran_the_called_runbook_by_itself_the_caller_is_changed() -> None:
    """The gate asks for recordings of what changes; the caller has one."""
    path = f"runbooks/linux/{CALLED}.yaml"
    proposal = thought(book(CALLING + START), in_called(), **{path: INNER.encode()}).improvement.proposal
    assert proposal is not None
    assert proposal.runbook_id == "RB-LIN-SERVICE-001"
    assert [step.id for step in read(proposal.files[PATH] or "").steps] == ["start-disk", "database", "start"]


def test_a_call_that_claims_other_parameters_chooses_nothing() -> None:
    path = f"runbooks/linux/{CALLED}.yaml"
    found = thought(book(CALLING + START), in_called(service="telnetd"), **{path: INNER.encode()})
    assert found.drafted.candidates == ()
    assert "something else than the runbook says" in found.drafted.reason


def test_a_called_runbook_that_is_gone_is_left_to_a_person() -> None:
    gone = book(START + CALLING.replace(CALLED, "RB-LIN-SERVICE-008"))
    found = thought(gone, in_called())
    assert found.drafted.reason == "the failed step stands in RB-LIN-SERVICE-008, which is not in the library"


TOGETHER = """\
  - id: both
    parallel:
      - id: start
        action: service.start
        with: {service: "${{ params.service }}"}
      - id: start-cache
        action: service.start
        with: {service: cache}
"""


def test_a_remedy_for_one_of_several_at_the_same_time_goes_before_all_of_them() -> None:
    facts = {**service("web", "stopped"), **service("cache", "stopped", "disk"), **service("disk", "stopped")}
    group = {"step": "both", "action": "parallel", "outcome": "failed", "params": {"steps": ["start", "start-cache"]}}
    run = recording(
        started("web", id="start", state_after=service("web", "running")),
        started("cache", "failed", id="start-cache"),
        group,
        before=facts,
        verified=None,
        error_step="both",
        **OF_WEB,
    )
    found = thought(book(TOGETHER), run)
    assert [step.id for step in found.runbook("service.start disk").steps] == ["start-disk", "both"]


def test_a_reload_and_a_restart_that_are_needed_twice_are_written_once() -> None:
    texts = [one.candidate.text for one in thought(book(RESTART, verify=UP_TO_DATE), stale()).judged]
    assert len(texts) == len(set(texts))
