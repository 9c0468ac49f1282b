"""What holds of everything that the author writes, whatever telemetry says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runwright.actions.catalogue import ACTIONS
from runwright.checks.guard.forms_of import judged as guarded
from runwright.checks.validation import errors, validate_change
from runwright.corpus.corpus import with_files
from runwright.learn.author import MAX_CANDIDATES, draft
from runwright.learn.drafts import Drafted
from runwright.model.execution import Execution
from runwright.model.telemetry import execution_data, parse_execution
from runwright.model.walk import verbs
from tests.support.authoring import OF_WEB, START, book, corpus_of, failure_of, read, unit
from tests.support.growth import no_runaway
from tests.support.recordings import SUPERVISOR, SYSTEMD, Facts, ran, recording

CANARY = "canary4711"
HELPERS = """\
  - id: mount
    action: mount.mount
    with: {path: /srv/data}
  - id: port
    action: net.port_open
    with: {port: 8080}
  - id: ready
    assert: {services.cache.state: running}
  - id: script
    action: script.bash
    with: {script: systemctl restart cache}
"""
TEXT = book(HELPERS + START + "    timeout: 30s\n")
STEPS: dict[str, dict[str, Any]] = {
    "mount": {"action": "mount.mount", "params": {"path": "/srv/data"}},
    "port": {"action": "net.port_open", "params": {"port": 8080}},
    "ready": {"action": "assert", "facts": {"services.cache.state": "stopped"}},
    "script": {"action": "script.bash", "params": {"script": "systemctl restart cache"}},
    "start": {"action": "service.start", "params": {"service": "web"}},
}
_STATES = st.sampled_from(["stopped", "failed", "starting", "running", None, CANARY])
_NAMES = st.sampled_from(["db", "disk", "web", CANARY, f"{CANARY}; reboot", "a b", "../x"])


@st.composite
def services(draw: st.DrawFn) -> Facts:
    """What is known of some services; anything may be missing, or of another kind than it should be."""
    facts: Facts = {}
    for name in ("web", "cache", "db", "disk", CANARY):
        told = unit(
            name,
            draw(_STATES),
            requires=draw(st.lists(_NAMES, max_size=2)),
            masked=draw(st.sampled_from([True, False, CANARY])),
            known=draw(st.booleans()),
            daemon_reload_pending=draw(st.booleans()),
        )
        kept = draw(st.lists(st.sampled_from(sorted(told)), unique=True))
        facts |= {key: value for key, value in told.items() if key in kept}
    facts |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                'mounts["/srv/data"].mounted': st.booleans(),
                'endpoints["127.0.0.1"]["8080"].open': st.booleans(),
                'files["/srv/data"].exists': st.booleans(),
            },
        )
    )
    return facts


@st.composite
def failures(draw: st.DrawFn) -> Execution:
    """A run of the runbook above that ended at one of its steps, or at its verification."""
    names = list(STEPS)[: draw(st.integers(1, len(STEPS)))]
    ended = draw(st.booleans())
    steps = [{"step": name, "outcome": "success", "duration_seconds": 1.0, **STEPS[name]} for name in names]
    if ended:
        steps[-1] |= {
            "outcome": "failed",
            "error": f"{CANARY}: unit {CANARY}.service is masked",
            "timed_out": draw(st.booleans()),
            "state_after": draw(services()),
        }
    said = draw(st.sampled_from([None, f"service.start {CANARY}", "systemctl restart db", f"rm -rf /{CANARY}"]))
    return recording(
        *steps,
        before=draw(services()),
        after=draw(services()),
        host=draw(st.sampled_from([SYSTEMD, SUPERVISOR])),
        verified=None if ended else False,
        error_step=names[-1] if ended else None,
        error_message=CANARY,
        duration_seconds=draw(st.sampled_from([0.0, 40.0, 1e9])),
        outcome={"status": "resolved", "what_fixed_it": said} if said else None,
        **OF_WEB,
    )


def drafts(run: Execution) -> Drafted:
    return draft(failure_of(run, corpus_of(TEXT)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(failures())
def test_every_candidate_is_valid_guarded_and_the_same_every_time(run: Execution) -> None:
    base = corpus_of(TEXT)
    found = drafts(run)
    assert found == drafts(parse_execution(execution_data(run)))
    for candidate in found.candidates:
        head = with_files(base, {base.runbooks[0].path: candidate.text.encode()})
        wrong = [one for one in errors(validate_change(head, base)) if one.rule != "manifest"]
        assert wrong == [], candidate.text
        assert all(each.judgement.verdict != "block" for each in guarded(head.runbooks[0].value))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(failures())
def test_nothing_destructive_or_opaque_is_authored(run: Execution) -> None:
    before = {(verb.action, repr(verb.params)) for verb in verbs(read(TEXT))}
    for candidate in drafts(run).candidates:
        new = [v for v in verbs(read(candidate.text)) if (v.action, repr(v.params)) not in before]
        assert not [verb.action for verb in new if ACTIONS[verb.action].destructive]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(failures())
def test_no_word_of_an_error_or_of_a_person_gets_into_a_file(run: Execution) -> None:
    """A name may come from a fact that somebody looked at; here no fact that a runbook could use has it."""
    known = {key: value for key, value in run.state_before.items() if CANARY not in f"{key}{value}"}
    clean = [step.model_copy(update={"state_after": {}}) for step in run.executed_steps]
    told = run.model_copy(update={"state_before": known, "state_after": {}, "executed_steps": tuple(clean)})
    for candidate in drafts(told).candidates:
        assert CANARY not in candidate.text
        assert CANARY not in candidate.summary


@pytest.mark.parametrize("field", ["step", "action", "name", "output", "error", "result", "insight", "transitioned_to"])
def test_no_field_of_a_step_gets_into_a_file(field: str) -> None:
    hostile = f"{CANARY}\n- id: evil\n  action: command.run # ${{{{ params.service }}}}"
    step = ran("start", "service.start", "failed", service="web")
    run = recording(
        {**step, field: hostile},
        before=unit("web", masked=True),
        host=SYSTEMD,
        verified=None,
        error_message=hostile,
        error_step=hostile if field == "step" else "start",
        hostname=hostile,
        **OF_WEB,
    )
    found = drafts(run)
    for candidate in found.candidates:
        assert CANARY not in candidate.text
        assert "evil" not in candidate.text
    assert CANARY not in found.reason


# Telemetry that is made to take long


def test_thousands_of_services_that_need_each_other_are_no_runaway() -> None:
    names = [f"s{number}" for number in range(300)]
    facts: Facts = {}
    for name in names:
        facts |= unit(name, "stopped", requires=names[:50], masked=True)
    step = ran("start", "service.start", "failed", service="web", state_after={**facts, **unit("web", requires=names)})
    run = recording(step, before=facts, host=SYSTEMD, verified=None, error_step="start", **OF_WEB)
    with no_runaway():
        assert len(draft(failure_of(run, corpus_of(book(START)))).candidates) <= MAX_CANDIDATES


@pytest.mark.parametrize("script", ["systemctl start web && " * 2_000 + "true", "$(" * 3_000, "a;" * 30_000])
def test_a_script_without_an_end_is_no_runaway(script: str) -> None:
    text = book(f"  - id: start\n    action: script.bash\n    with: {{script: {script!r}}}\n")
    facts = unit("web", masked=True)
    step = ran("start", "script.bash", "failed", script=script, state_after=facts)
    run = recording(step, before=facts, host=SYSTEMD, verified=None, error_step="start", **OF_WEB)
    with no_runaway():
        assert draft(failure_of(run, corpus_of(text))).candidates == ()
