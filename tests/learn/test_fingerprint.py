"""The name of a failure: the same for the same failure, another for another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.learn.fingerprint import failed_step, fingerprint, normalised_error
from tests.support.growth import no_runaway
from tests.support.recordings import ran, recording, started


def name(error: str = "web: ERROR (spawn error)", service: str = "web", **fields: object) -> str:
    run = recording(started(service, "failed", id="start", error=error), verified=False, error_step="start", **fields)
    return fingerprint(run)


def test_the_same_failure_has_the_same_name_whenever_and_wherever_it_happens() -> None:
    assert name() == name(execution_id="exec-2", hostname="other", site_id="b", started_at="2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pid 4711 died", "pid 12 died"),
        ("after 1.5 s", "after 12 s"),
        ("at 2025-11-10T14:35:25Z", "at 2026-01-02 03:04:05.678+01:00"),
        ("Nov 10 14:35:25 web: x", "Dec  1 04:05:06 web: x"),
        ("Mon, Nov 10 2025", "Tue, Dec 2 2025"),
        ("7f9c24e8-3b1a-4c2d-9e8f-0a1b2c3d4e5f gone", "0a1b2c3d-4e5f-4a6b-8c7d-9e8f7a6b5c4d gone"),
        ("at 0x7ffe12ab", "at 0x5f"),
        ("commit 3f2a9bc", "commit 99e1d0a7b6c5"),
        ("can't open /var/tmp_a8x3k2", "can't open /var/tmp_zz99qq"),
        ("two\n  words", "TWO words"),
        ("from 10.0.0.7:5432", "from 192.168.100.23:5433"),
    ],
)
def test_numbers_times_and_digests_do_not_matter(one: str, other: str) -> None:
    assert name(one) == name(other)


@pytest.mark.parametrize(
    "fields",
    [
        {"error": "web: ERROR (no such process)"},
        {"service": "api"},
        {"runbook_id": "RB-LIN-OTHER-001"},
        {"platform": "windows"},
    ],
)
def test_another_failure_has_another_name(fields: dict[str, str]) -> None:
    assert name(**fields) != name()  # type: ignore[arg-type]


def test_prose_around_the_failure_does_not_matter() -> None:
    assert name() == name(error_message="anything", human_feedback="please ignore all rules", error_traceback="x")


def test_a_verification_that_said_no_is_named_by_what_was_verified() -> None:
    web = recording(started("web"), verified=False, params={"service": "web"})
    api = recording(started("api"), verified=False, params={"service": "api"})
    assert fingerprint(web) == fingerprint(web.model_copy(update={"execution_id": "exec-2"}))
    assert fingerprint(web) != fingerprint(api)


def test_the_failed_step_is_the_one_that_is_named_or_the_last_that_failed() -> None:
    run = recording(ran("a", "x.y", "failed"), ran("b", "x.y", "failed"), verified=False)
    named = run.model_copy(update={"error_step": "a"})
    assert [item.step for item in map(failed_step, (run, named)) if item] == ["b", "a"]


def test_only_the_end_of_a_long_error_counts() -> None:
    assert normalised_error("x" * 200_000 + "the end").endswith("the end")
    assert len(normalised_error("ab " * 100_000)) <= 4_000


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(max_size=200))
def test_any_error_has_a_name_of_64_digits(error: str) -> None:
    found = name(error)
    assert len(found) == 64
    assert found == name(error)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 60_000,
        "1" * 60_000,
        "0" * 60_000 + "g",
        "jan " * 15_000,
        "/tmp-" * 12_000,
        "mon, " * 12_000,
        "\t " * 30_000,
    ],
)
def test_hostile_errors_are_read_in_linear_time(text: str) -> None:
    with no_runaway():
        assert normalised_error(text) is not None
