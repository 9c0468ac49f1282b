"""Whoever reads only the first screen of a proposal reads every command that is new or different, or there is none."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.corpus.corpus import Corpus
from runwright.learn import body
from runwright.learn.background import Background
from runwright.learn.drafts import Failure
from runwright.learn.improve import Improvement, chosen, drafted, judged, settled
from tests.support.authoring import NOW, improvable
from tests.support.library import library
from tests.support.recordings import ran, recording, service


@cache
def corpus() -> Corpus:
    """Read once."""
    return library()


DOWN = {**service("web", "stopped", "db"), **service("db", "stopped")}
LAST = "stat /usr/local/bin/canary4711"


def thought(*commands: str) -> Improvement:
    """What a person is shown of a run that has these commands before a failure that the author can mend."""
    steps = [ran(f"{number}", "run_shell", command=command) for number, command in enumerate(commands)]
    step = ran("99", "service.start", "failed", service="web", state_before=DOWN, state_after=DOWN)
    told = {"runbook_id": "odd-runbook", "incident_type": "service_stopped", "params": {"service": "web"}}
    run = recording(*steps, step, before=DOWN, verified=None, error_step="99", **told)
    failure = settled(run, corpus(), NOW, improvable(run))
    assert isinstance(failure, Failure), failure
    found = drafted(failure, Background())
    verdicts = [judged(one, failure, corpus()) for one in found.candidates]
    return chosen(failure, verdicts, corpus(), Background(), found)


def padding(length: int) -> str:
    return f"echo {'a' * length}"


def test_commands_that_fit_are_proposed_and_stand_on_the_first_screen() -> None:
    found = thought(padding(60), LAST)
    assert found.proposal is not None, found.reason
    assert LAST in found.proposal.body[: body.FIRST_SCREEN]


def test_a_command_that_others_push_down_is_a_matter_for_a_person() -> None:
    found = thought(*[padding(900)] * 6, LAST)
    assert (found.kind, found.proposal) == ("needs_person", None)
    assert "too long to be read at one glance" in found.reason
    assert "canary4711" not in found.reason


def test_a_long_command_hides_its_end_from_nobody() -> None:
    found = thought(f"{padding(3_000)}; {LAST}")
    assert (found.kind, found.proposal) == ("needs_person", None)
    assert "too long to be read at one glance" in found.reason


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(1, 1_500), min_size=1, max_size=6))
def test_every_command_of_a_proposal_stands_on_its_first_screen(lengths: list[int]) -> None:
    commands = [f"{padding(length)}{place}" for place, length in enumerate(lengths)]
    found = thought(*commands, LAST)
    assert (found.proposal is None) == ("at one glance" in found.reason)
    if found.proposal is not None:
        screen = found.proposal.body[: body.FIRST_SCREEN]
        assert [command for command in (*commands, LAST) if command not in screen] == []
