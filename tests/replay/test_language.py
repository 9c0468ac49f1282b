"""Runs of the whole language, replayed: what ran is observed again, and a change is judged by what it would do."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.corpus.corpus import read_corpus
from runwright.model.runbook import Runbook
from runwright.model.telemetry import canonical, execution_data
from runwright.model.verdict import Verdict
from runwright.replay.gate import Change, affected
from runwright.replay.judging import Pair, judge
from tests.support.played import NAMES, Host, play
from tests.support.recordings import runbook

STATE = "services.{}.state"


def starts(name: str, step_id: str = "", **more: Any) -> dict[str, Any]:
    """A step that starts a service."""
    return {"id": step_id or f"start-{name}", "action": "service.start", "with": {"service": name}, **more}


def down(name: str) -> dict[str, Any]:
    """The condition that a service does not run."""
    return {STATE.format(name): "stopped"}


def replayed(base: Runbook, head: Runbook, host: Host, called: dict[str, Runbook] | None = None) -> Verdict:
    """Base runs on the host; then head is replayed on what was recorded."""
    library = called or {}
    return judge(Pair(base, head, library, library), play(base, host, library))


def stopped(**more: Any) -> Host:
    """A host whose web and database are stopped, and whose web needs the database."""
    return Host({"web": "stopped", "db": "stopped", "cache": "running"}, {"web": ("db",)}, **more)


CALLED = runbook(starts("db"), checks={STATE.format("db"): "running"}, id="RB-LIN-DB-001")


def test_a_block_with_the_missing_step_before_fixes_the_failure() -> None:
    base = runbook(starts("web"))
    head = runbook({"id": "both", "block": [starts("db", when=down("db")), starts("web")]}, version=2)
    assert (verdict := replayed(base, head, stopped())).verdict == "fixed", verdict.reasons
    assert verdict.grade == "predicted"


def test_a_rescue_that_starts_what_was_missing_fixes_the_failure() -> None:
    base = runbook(starts("web"))
    mend = [starts("db"), starts("web", "again")]
    head = runbook({"id": "try", "block": [starts("web")], "rescue": mend}, version=2)
    assert (verdict := replayed(base, head, stopped())).verdict == "fixed", verdict.reasons


def test_a_called_runbook_is_replayed_as_a_part_of_its_caller() -> None:
    base = runbook(starts("web"))
    head = runbook({"id": "database", "call": CALLED.id}, starts("web"), version=2)
    verdict = replayed(base, head, stopped(), {CALLED.id: CALLED})
    assert verdict.verdict == "fixed", verdict.reasons
    assert [step.step for step in verdict.steps] == ["database/start-db", "start-web"]


def test_items_and_parallel_steps_are_replayed_one_by_one() -> None:
    base = runbook(starts("web"))
    each = {**starts("web", "all"), "foreach": ["db", "web"], "with": {"service": "${{ each.item }}"}}
    assert replayed(base, runbook(each, version=2), stopped()).verdict == "fixed"
    both = {"id": "first", "parallel": [starts("db"), starts("cache")]}
    assert replayed(base, runbook(both, starts("web"), version=2), stopped()).verdict == "fixed"


def test_an_assertion_or_a_wait_that_the_facts_refuse_fails_the_replay() -> None:
    base = runbook(starts("db"), checks={STATE.format("db"): "running"})
    for step in ({"assert": {STATE.format("web"): "running"}}, {"wait_until": {STATE.format("web"): "running"}}):
        head = runbook({"id": "look", **step}, starts("db"), checks={STATE.format("db"): "running"}, version=2)
        assert (verdict := replayed(base, head, stopped())).verdict == "regressed", verdict.reasons


def test_an_answer_that_nobody_recorded_decides_nothing() -> None:
    base = runbook(starts("db"), checks={STATE.format("db"): "running"})
    asks = {"id": "ask", "approve": {"message": "Start it?"}}
    head = runbook(asks, starts("db"), checks={STATE.format("db"): "running"}, version=2)
    verdict = replayed(base, head, stopped())
    assert (verdict.verdict, verdict.missing_facts) == ("inconclusive", ("the answer to step ask",))


def test_a_recorded_answer_counts() -> None:
    asks = {"id": "ask", "approve": {"message": "Start it?"}}
    base = runbook(asks, starts("db"), checks={STATE.format("db"): "running"})
    assert replayed(base, base, stopped()).grade == "shown"
    assert replayed(base, base, stopped(approves=False)).verdict == "still failing"


def test_what_a_script_declares_lets_a_replay_decide() -> None:
    checks = {STATE.format("db"): "running"}
    script = {"id": "mend", "action": "script.sh", "with": {"script": "mend"}}
    told = {"needs": {STATE.format("cache"): "running"}, "changes": {STATE.format("db"): "running"}}
    base = runbook({"id": "look", "assert": checks}, checks=checks)
    assert replayed(base, runbook({**script, **told}, version=2, checks=checks), stopped()).would == "succeed"
    assert replayed(base, runbook(script, version=2, checks=checks), stopped()).would == "inconclusive"
    other = {**told, "needs": {STATE.format("web"): "running"}}
    assert replayed(base, runbook({**script, **other}, version=2, checks=checks), stopped()).would == "fail"


def test_a_script_stays_destructive_whatever_it_declares() -> None:
    base = runbook(starts("db"), checks={STATE.format("db"): "running"})
    script = {"id": "mend", "action": "script.sh", "with": {"script": "mend"}, "changes": {}}
    head = runbook(starts("db"), script, checks={STATE.format("db"): "running"}, version=2)
    assert (verdict := replayed(base, head, stopped())).verdict == "regressed"
    assert "is destructive and did not run before" in verdict.reasons[0]


def test_a_change_of_a_called_runbook_replays_its_callers() -> None:
    caller = runbook({"id": "database", "call": CALLED.id}, starts("web"))
    run = play(caller, stopped(), {CALLED.id: CALLED})
    changed = CALLED.model_copy(update={"version": 2, "name": "Other"})
    trees = [
        read_corpus(
            {
                f"runbooks/linux/{book.id}.yaml": book.model_dump_json(
                    by_alias=True, exclude_none=True, exclude_defaults=True
                ).encode()
                for book in (caller, called)
            }
            | {f"tests/recordings/{caller.id}/exec-1.json": canonical(execution_data(run))}
        )
        for called in (CALLED, changed)
    ]
    assert [tree.findings for tree in trees] == [(), ()]
    assert affected(Change(*trees)) == (CALLED.id, caller.id)


# Whatever is written, what ran is observed again.


@st.composite
def books(draw: Any) -> tuple[dict[str, Any], ...]:
    """Steps of every kind, nested at random, over three services."""
    counter = iter(range(1000))

    def action() -> dict[str, Any]:
        name = draw(st.sampled_from(NAMES))
        verb = draw(st.sampled_from(["service.start", "service.start", "service.stop"]))
        step = {"id": f"s{next(counter)}", "action": verb, "with": {"service": name}}
        if draw(st.booleans()):
            step["when"] = {STATE.format(draw(st.sampled_from(NAMES))): draw(st.sampled_from(["running", "stopped"]))}
        return {**step, "on_failure": draw(st.sampled_from(["stop", "continue", "escalate"]))}

    def step(depth: int) -> dict[str, Any]:
        kind = draw(st.sampled_from(["action"] * 4 + ["assert", "ask", "call", "parallel"] + ["block"] * (2 - depth)))
        name = {"id": f"s{next(counter)}"}
        if kind == "block":
            more = {word: [step(depth + 1)] for word in ("rescue", "finally") if draw(st.booleans())}
            return {**name, "block": [step(depth + 1), step(depth + 1)], **more}
        if kind == "parallel":
            return {**name, "parallel": [action(), action()]}
        fixed = {
            "assert": {"assert": {STATE.format(draw(st.sampled_from(NAMES))): "running"}},
            "ask": {"approve": {"message": "Go on?"}},
            "call": {"call": CALLED.id},
        }
        return {**name, **fixed[kind]} if kind in fixed else action()

    return tuple(step(0) for _ in range(draw(st.integers(1, 4))))


@settings(max_examples=150, deadline=None)
@given(books(), st.tuples(*(st.sampled_from(["running", "stopped"]) for _ in NAMES)), st.booleans(), st.booleans())
def test_an_unchanged_runbook_observes_its_own_run_again(
    steps: tuple[dict[str, Any], ...], states: tuple[str, ...], broken: bool, approves: bool
) -> None:
    host = Host(
        dict(zip(NAMES, states, strict=True)), {"web": ("db",)}, frozenset({"cache"} if broken else ()), approves
    )
    book = runbook(*steps)
    run = play(book, host, {CALLED.id: CALLED})
    library = {CALLED.id: CALLED}
    verdict = judge(Pair(book, book, library, library), run)
    assert {item.answer for item in verdict.steps} <= {"observed", "not run"}, verdict.steps
    assert (verdict.verdict, verdict.grade) == (("unchanged", "shown") if run.success else ("still failing", None))
