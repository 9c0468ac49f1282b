"""A version that heals is pared down to what healing takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runwright.learn.background import Background
from runwright.learn.drafts import Candidate, Drafted
from runwright.learn.improve import Improvement, chosen
from runwright.learn.judging import judged
from runwright.learn.paring import MAX_CHANGES
from runwright.model.execution import Execution
from tests.support.authoring import OF_WEB, PATH, START, book, corpus_of, failure_of, read, thought
from tests.support.recordings import ran, recording, service, started

TEXT = book(START)
DOWN = {
    **service("web", "stopped", "db"),
    **service("db", "stopped", "disk"),
    **service("disk", "stopped"),
    **service("cache", "stopped"),
}
EXTRA = """\
  - id: {name}
    action: service.start
    with: {{service: {service}}}
"""


def lacking() -> Execution:
    step = started("web", "failed", id="start", state_after=DOWN)
    return recording(step, before=DOWN, verified=None, error_step="start", **OF_WEB)


def proposed(*extra: str) -> Improvement:
    """What comes of the best draft with more steps than it needs."""
    best = thought(TEXT, lacking()).about("service.start disk, service.start db").candidate
    text = best.text.replace("steps:\n", "steps:\n" + "".join(extra))
    corpus = corpus_of(TEXT)
    failure = failure_of(lacking(), corpus)
    one = judged(replace(best, text=text), failure, corpus)
    assert one.ok, one.why
    return chosen(failure, [one], corpus, Background(), Drafted(()))


def ids(found: Improvement) -> list[str]:
    assert found.proposal is not None, found.reason
    return [step.id for step in read(found.proposal.files[PATH] or "").steps]


def test_a_step_that_the_fix_does_not_need_is_left_out() -> None:
    assert ids(proposed(EXTRA.format(name="more", service="cache"))) == ["start-disk", "start-db", "start"]


def test_every_step_that_the_fix_needs_stays() -> None:
    assert ids(proposed()) == ["start-disk", "start-db", "start"]


def test_a_look_is_left_as_it_is() -> None:
    look = "  - id: look\n    assert: {services.web.known: true}\n"
    assert ids(proposed(look)) == ["look", "start-disk", "start-db", "start"]


def test_more_new_steps_than_anybody_tries_one_by_one_are_no_proposal() -> None:
    many = [EXTRA.format(name=f"more-{number}", service="cache") for number in range(MAX_CHANGES)]
    found = proposed(*many)
    assert (found.kind, found.proposal) == ("needs_person", None)


def test_the_next_best_is_proposed_where_the_best_brings_too_much() -> None:
    good = thought(TEXT, lacking()).about("service.start disk, service.start db").candidate
    many = "".join(EXTRA.format(name=f"more-{number}", service="cache") for number in range(MAX_CHANGES))
    corpus = corpus_of(TEXT)
    failure = failure_of(lacking(), corpus)
    more = Candidate(good.text.replace("steps:\n", f"steps:\n{many}"), "more")
    both = [replace(judged(more, failure, corpus), rank=(False, 0, 0, 0, 0)), judged(good, failure, corpus)]
    assert ids(chosen(failure, both, corpus, Background(), Drafted(()))) == ["start-disk", "start-db", "start"]


AUDITED = book(
    "  - id: port\n    action: net.port_open\n    with: {port: 8080}\n    on_failure: continue\n"
    "  - id: audit\n    action: service.start\n    with: {service: cache}\n    on_failure: continue\n" + START
)


def ridden(old: str, new: str) -> Improvement:
    """A draft that mends the failure and changes something else beside it."""
    port = ran("port", "net.port_open", port=8080)
    audit = ran("audit", "service.start", service="cache", state_after=service("cache", "running"))
    step = started("web", "failed", id="start", state_after=DOWN)
    run = recording(port, audit, step, before=DOWN, verified=None, error_step="start", **OF_WEB)
    best = thought(AUDITED, run).about("service.start disk, service.start db").candidate
    assert old in best.text
    corpus = corpus_of(AUDITED)
    failure = failure_of(run, corpus)
    one = judged(replace(best, text=best.text.replace(old, new)), failure, corpus)
    assert one.ok, one.why
    return chosen(failure, [one], corpus, Background(), Drafted(()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  - id: audit\n    action: service.start\n    with: {service: cache}\n    on_failure: continue\n", ""),
        ("    with: {service: cache}\n", "    with: {service: cache}\n    retry: {attempts: 20, delay: 1h}\n"),
        ("  settle: 1s\n", "  settle: 9m\n"),
        ("    with: {port: 8080}\n", "    with: {port: 8080}\n    when: {services.disk.state: failed}\n"),
    ],
)
def test_a_step_that_was_there_stands_as_it_stood_unless_the_fix_needs_another(old: str, new: str) -> None:
    found = ridden(old, new)
    assert found.proposal is not None, found.reason
    text = read(found.proposal.files[PATH] or "")
    assert text.verify == read(AUDITED).verify
    kept = {step.id: step for step in text.steps}
    was = {step.id: step for step in read(AUDITED).steps}
    assert [kept[name] for name in was] == list(was.values())
    assert {"start-disk", "start-db"} <= kept.keys()
