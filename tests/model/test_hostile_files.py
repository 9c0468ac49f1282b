"""Files that are written to break the reader: each becomes a finding with its place, and soon."""

from __future__ import annotations

import pytest

from runwright.corpus.corpus import read_entry
from runwright.model.finding import Finding
from runwright.model.runbook import Runbook
from tests.support.growth import no_runaway

PATH = "runbooks/linux/RB-LIN-X-001.yaml"
STEP = "  - {id: a, action: service.start, with: {service: web}}\n"


def findings(steps: str, more: str = "") -> list[Finding]:
    """What is said of a runbook with these steps."""
    head = "id: RB-LIN-X-001\nname: X\nversion: 1\nplatform: linux\nincident_types: [t]\n"
    tail = "verify: {method: look, checks: [{when: {a.b: 1}, confidence: 0.9}]}\n"
    return read_entry(PATH, f"{head}{more}steps:\n{steps}{tail}".encode(), Runbook)[1]


@pytest.mark.parametrize(
    ("steps", "more", "told"),
    [
        ("  - {id: a, assertion: {a.b: 1}}\n", "", "`steps[0].assertion` is not a field here"),
        ("  - {id: a, action: service.start, params: {service: web}}\n", "", "`steps[0].params` is not a field here"),
        (STEP, "always: [{id: b, fail: x}]\n", "`always` is not a field here"),
        (STEP, "params: {x: {source: incident.x}}\n", "`params.x.source` is not a field here"),
    ],
)
def test_a_name_that_only_the_program_uses_is_no_key(steps: str, more: str, told: str) -> None:
    assert [finding.message for finding in findings(steps, more)] == [told]


@pytest.mark.parametrize(
    "step",
    [
        '  - {id: a, action: service.start, with: {service: web}, foreach: [x, "${{ bad"]}\n',
        '  - {id: a, action: script.sh, with: {script: "true"}, changes: {a.b: "${{ bad"}}\n',
    ],
)
def test_an_insertion_that_cannot_be_read_is_found_wherever_one_may_stand(step: str) -> None:
    (finding,) = findings(step)
    assert "cannot read the insertion in '${{ bad'" in finding.message
    assert finding.line == 7


@pytest.mark.parametrize("depth", [6, 30, 10_000])
def test_blocks_in_blocks_are_refused_at_once_however_deep_they_lie(depth: int) -> None:
    opened = "".join(f"block: [{{id: b{number}, " for number in range(depth))
    with no_runaway():
        (finding,) = findings(f"  - {{id: a, {opened}fail: x{'}]' * depth}}}\n")
    assert "deeper" in finding.message


def test_thousands_of_steps_in_blocks_are_refused_in_time() -> None:
    inside = [", ".join(f"{{id: a{outer}-{inner}, fail: x}}" for inner in range(18)) for outer in range(200)]
    with no_runaway():
        found = findings("".join(f"  - {{id: b{outer}, block: [{steps}]}}\n" for outer, steps in enumerate(inside)))
    assert "has more than 200 steps, those of its blocks included" in found[0].message


def test_a_condition_that_its_canonical_form_could_not_say_again_is_refused() -> None:
    deep = "{a.b: 1, not: " * 8 + "{a.c: 1}" + "}" * 8
    (finding,) = findings(f"  - {{id: a, action: service.start, with: {{service: web}}, when: {deep}}}\n")
    assert finding.message == "`steps[0].when`: conditions are nested deeper than 8 levels"
