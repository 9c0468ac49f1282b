"""Nouns are frozen, strict, and count what they say they count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from runwright.errors import ContentError, EdgeError, TrustError, place
from runwright.model.finding import Finding
from runwright.model.frozen import Authored, Telemetry
from runwright.model.incident import Incident
from runwright.model.pattern_stats import PatternStats, eligible, pattern_signature
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook, VerifyCheck
from runwright.model.schema import NOUNS
from runwright.model.step import Step

MOMENT = datetime(2026, 1, 27, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize("noun", NOUNS.values(), ids=NOUNS.keys())
def test_every_noun_is_frozen_and_strict(noun: type[BaseModel]) -> None:
    assert issubclass(noun, Authored | Telemetry)
    assert noun.model_config["frozen"]
    assert noun.model_config["strict"]
    assert noun.model_config["extra"] == ("forbid" if issubclass(noun, Authored) else "allow")


def test_a_noun_cannot_be_changed() -> None:
    finding = Finding(path="a", rule="r", message="m")
    with pytest.raises(ValidationError, match="frozen"):
        finding.message = "other"  # type: ignore[misc]


def test_a_finding_is_one_line_that_a_compiler_could_have_written() -> None:
    finding = Finding(
        path="a.yaml", line=3, column=5, rule="actions", message="unknown action", suggestion="use another"
    )
    assert str(finding) == "a.yaml:3:5: unknown action; use another [actions]"
    assert str(Finding(path="a.yaml", rule="yaml", message="empty")) == "a.yaml: empty [yaml]"


@pytest.mark.parametrize(
    ("parts", "text"),
    [(("a",), "a: "), (("a", 1), "a:1: "), (("a", 1, 2), "a:1:2: "), (("a", 0, 2), "a: "), (("",), "")],
)
def test_a_place_leaves_out_what_is_not_known(parts: tuple[str, int, int], text: str) -> None:
    assert place(*parts) == text


def test_the_three_trees_of_trouble_say_what_they_hold() -> None:
    assert str(ContentError("is empty", path="a.yaml", line=1, column=2)) == "a.yaml:1:2: is empty"
    assert str(TrustError("expired", "the document is too old")) == "the document is too old [expired]"
    assert EdgeError("the disk is full").retryable
    assert not EdgeError("no such place", retryable=False).retryable


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_a_moment_is_kept_and_written_in_utc(naive: datetime, minutes: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    incident = _incident(detected_at=moment)
    assert incident.detected_at == moment
    assert incident.detected_at.tzinfo is UTC
    written = incident.model_dump_json()
    assert Incident.model_validate_json(written) == incident
    assert '+00:00"' not in written


def _incident(**fields: object) -> Incident:
    known = {"incident_id": "i", "incident_type": "t", "check_type": "service", "status": "fail", "site_id": "s",
             "hostname": "h", "detected_at": MOMENT}  # fmt: skip
    return Incident.model_validate({**known, **fields})


@pytest.mark.parametrize(
    ("total", "good", "expected"),
    [(5, 5, True), (4, 4, False), (10, 9, True), (10, 8, False), (5, 4, False), (0, 0, False), (20, 18, True)],
)
def test_a_pattern_is_eligible_from_five_occurrences_and_ninety_per_cent(total: int, good: int, expected: bool) -> None:
    assert eligible(total, good) is expected


@given(st.lists(st.tuples(st.sampled_from(["L1", "L2", "L3"]), st.booleans(), st.integers(0, 10_000)), max_size=30))
def test_pattern_statistics_count_every_resolution_once(told: list[tuple[str, bool, int]]) -> None:
    stats = PatternStats(pattern_signature="p")
    for level, success, time_ms in told:
        stats = stats.resolved(level, success=success, time_ms=float(time_ms), action="RB-A-B")  # type: ignore[arg-type]
    assert stats.total_occurrences == len(told)
    assert stats.l1_resolutions + stats.l2_resolutions + stats.l3_resolutions == len(told)
    assert stats.success_count == sum(success for _, success, _ in told)
    assert stats.total_resolution_time_ms == sum(time_ms for *_, time_ms in told)
    assert stats.recommended_action == ("RB-A-B" if stats.success_count else None)
    assert stats.promotion_eligible is eligible(stats.total_occurrences, stats.success_count)


def test_a_pattern_is_named_by_what_makes_two_incidents_the_same() -> None:
    name = pattern_signature("service_stopped", "service", "web", "linux")
    assert name == pattern_signature("service_stopped", "service", "web", "linux")
    assert name != pattern_signature("service_stopped", "service", "db", "linux")
    assert len(name) == 16
    assert set(name) <= set("0123456789abcdef")


STEP = {"id": "a", "action": "service.start", "with": {"service": "web"}}
RUNBOOK = {
    "id": "RB-LIN-X", "name": "X", "version": 1, "platform": "linux", "incident_types": ("t",), "steps": (STEP,),
    "verify": {"method": "m", "checks": ({"when": {"a": 1}, "confidence": 0.5},)},
}  # fmt: skip


def test_the_pattern_of_an_id_admits_no_line_end() -> None:
    for noun, bad in (
        (Runbook, "RB-LIN-X-Y\n"),
        (Runbook, "RB-LIN"),
        (Runbook, "rb-lin-x"),
        (Runbook, "RB-LIN-X/../Y"),
    ):
        with pytest.raises(ValidationError, match="id"):
            noun.model_validate({**RUNBOOK, "id": bad})


@pytest.mark.parametrize(
    "action", ["run_runbook:RB-A", "run_runbook:../x", "shell:rm", "run_runbook:RB-A-B\n", "RB-LIN-X-Y", ""]
)
def test_a_rule_can_only_run_a_runbook(action: str) -> None:
    with pytest.raises(ValidationError, match="action"):
        Rule.model_validate({"id": "L1-A", "name": "a", "check_type": "service", "action": action})


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan"), float("inf"), "0.5", True])
def test_confidence_lies_between_zero_and_one(confidence: object) -> None:
    with pytest.raises(ValidationError, match="confidence"):
        VerifyCheck.model_validate({"when": {"a": 1}, "confidence": confidence})


@pytest.mark.parametrize(
    ("params", "at"),
    [
        ({"service": "${{ params.x"}, ["service"]),
        ({"argv": ["a", "${{ x }}"]}, ["argv", 1]),
        ({"env": {"A": "${{ env.HOME }}"}}, ["env", "A"]),
        ({"env": {"${{ params.x }}": "1"}}, ["env", "${{ params.x }}"]),
        ({"${{ params.x }}": "1"}, ["${{ params.x }}"]),
    ],
)
def test_an_insertion_that_cannot_be_read_is_refused_where_it_stands(
    params: dict[str, object], at: list[object]
) -> None:
    with pytest.raises(ValidationError) as refused:
        Step.model_validate({**STEP, "with": params})
    (error,) = refused.value.errors()
    assert error["loc"] == ("with",)
    assert error["ctx"]["at"] == at


def test_a_script_is_never_searched_for_insertions() -> None:
    assert (
        Step.model_validate({**STEP, "with": {"script": "echo ${{ params.x"}}).params["script"] == "echo ${{ params.x"
    )
