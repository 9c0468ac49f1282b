"""What nobody but a staging host can decide is proposed with a label; what a probe could have told is asked for."""

from __future__ import annotations

from typing import Any

from runwright.learn.drafts import Candidate
from tests.support.authoring import OF_WEB, START, VERIFY, Thought, book, judged_alone, thought, unit
from tests.support.recordings import SYSTEMD, ran, recording


def masked(**more: Any) -> Thought:
    facts = unit("web", masked=True, **more)
    facts = {key: value for key, value in facts.items() if value is not None}
    step = ran("start", "service.start", "failed", service="web", state_after=facts)
    return thought(
        book(START), recording(step, before=facts, host=SYSTEMD, verified=None, error_step="start", **OF_WEB)
    )


def test_what_stands_behind_a_mask_only_a_staging_host_can_tell() -> None:
    """Everything was recorded; lifting the mask itself makes it unknown."""
    found = masked()
    proposal = found.improvement.proposal
    assert proposal is not None
    assert found.improvement.reason == "proposed: service.unmask web"
    assert "needs-staging" in proposal.labels
    assert "inconclusive" in proposal.body


def test_a_fact_that_a_probe_could_have_told_is_asked_for_instead() -> None:
    found = masked(known=None)
    assert found.improvement.proposal is None
    assert "services.web.known" in found.improvement.missing_facts


def test_what_was_read_already_is_not_asked_for_again() -> None:
    """Lifting the mask makes it unknown; a probe would bring the same once more."""
    asked = masked(requires=None).improvement.missing_facts
    assert "services.web.requires" in asked
    assert "services.web.known" not in asked


def test_a_remedy_that_did_not_hold_is_not_tried_on_a_staging_host() -> None:
    """The service was restarted and had fallen over again when the verification looked."""
    up = ran("start", "service.restart", service="web", state_after=unit("web", "running"))
    run = recording(up, before=unit("web"), after=unit("web", "failed"), host=SYSTEMD, verified=False, **OF_WEB)
    found = thought(book(START.replace("service.start", "service.restart")), run)
    assert found.improvement.proposal is None


def test_a_command_that_nobody_can_read_is_no_matter_for_a_staging_host() -> None:
    """What a model made up cannot be tried because nobody knows what it does."""
    found = masked()
    text = found.about("service.unmask").candidate.text
    extra = "steps:\n  - id: extra\n    action: script.sh\n    with: {script: systemctl status web}\n"
    candidate = Candidate(text.replace("steps:\n", extra), "more")
    verdict = judged_alone(candidate, found.failure.execution, book(START))
    assert (verdict.ok, verdict.undecided) == (False, False)


def test_what_is_measured_counts_only_where_nothing_gets_worse() -> None:
    step = ran("start", "service.start", "failed", service="web", timed_out=True, duration_seconds=30.0)
    run = recording(
        step,
        before=unit("web"),
        after=unit("web", "running"),
        host=SYSTEMD,
        verified=None,
        error_step="start",
        duration_seconds=55.0,
        **OF_WEB,
    )
    text = book(START + "    timeout: 30s\n")
    good = thought(text, run).about("timeout").candidate
    assert judged_alone(good, run, text).undecided
    shorter = Candidate(good.text.replace("timeout: 90s", "timeout: 1s"), "shorter", measured=True)
    assert not judged_alone(shorter, run, text).undecided
    blind = Candidate(good.text.replace(VERIFY, ""), "blind", measured=True)
    assert not judged_alone(blind, run, text).undecided
