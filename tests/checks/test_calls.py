"""Runbooks that call one another: circles, chains, platforms, and what outlives a removed runbook."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from runwright.checks import calls, references, versions
from runwright.checks.tree import Summary, Tree
from runwright.checks.validation import errors, tree_of, validate
from runwright.corpus.corpus import read_corpus
from runwright.corpus.editing import dump
from runwright.engine.calling import MAX_DEPTH


def runbook(name: str, *called: str, platform: str = "linux", **fields: Any) -> dict[str, bytes]:
    steps = [{"id": f"call-{n}", "call": f"RB-LIN-{other}"} for n, other in enumerate(called)]
    data = {
        "id": f"RB-LIN-{name}", "name": name, "version": 1, "platform": platform, "incident_types": ["t"],
        "steps": steps or [{"id": "start", "action": "service.start", "with": {"service": "web"}}],
        "verify": {"method": "m", "settle": "1s", "checks": [{"when": {"a": 1}, "confidence": 1}]}, **fields,
    }  # fmt: skip
    return {f"runbooks/{platform}/RB-LIN-{name}.yaml": dump(data).encode()}


def said(*files: dict[str, bytes]) -> list[str]:
    corpus = read_corpus({path: content for one in files for path, content in one.items()})
    assert corpus.findings == ()
    return sorted(f"{finding.path}: {finding.message}" for finding in calls.check_tree(tree_of(corpus)))


def test_a_circle_is_shown_once() -> None:
    assert said(runbook("A", "B"), runbook("B", "C"), runbook("C", "A", "D"), runbook("D")) == [
        "runbooks/linux/RB-LIN-A.yaml: runbooks call one another in a circle: RB-LIN-A → RB-LIN-B → RB-LIN-C → RB-LIN-A"
    ]


def test_two_ways_to_the_same_runbook_are_no_circle() -> None:
    assert said(runbook("A", "B", "C"), runbook("B", "D"), runbook("C", "D", "B"), runbook("D")) == []


def test_a_chain_is_told_where_it_becomes_too_long_and_nowhere_else() -> None:
    names = [f"N{n}" for n in range(MAX_DEPTH + 3)]
    chain = [runbook(name, follower) for name, follower in pairwise(names)]
    shown = " → ".join(f"RB-LIN-{name}" for name in names[2:])
    assert said(*chain, runbook(names[-1])) == [
        f"runbooks/linux/RB-LIN-N2.yaml: more than {MAX_DEPTH} runbooks call one another: {shown}"
    ]
    assert said(*chain[3:], runbook(names[-1])) == []


def test_a_long_chain_needs_no_deep_stack() -> None:
    names = [f"N{n}" for n in range(1500)]
    chain = [runbook(name, follower) for name, follower in zip(names, [*names[1:], "N0"], strict=True)]
    assert any("in a circle" in line for line in said(*chain))


def test_a_runbook_for_any_platform_calls_one_for_linux_only_where_it_looks_first() -> None:
    general = runbook("A", "B", platform="any")
    assert ["add" in line or "alone" in line for line in said(general, runbook("B"))] == [True]
    looking = [{"id": "call", "call": "RB-LIN-B", "when": {"platform.os": "linux"}}]
    assert said(runbook("A", platform="any", steps=looking), runbook("B")) == []


def test_a_call_in_a_block_or_a_rescue_is_a_call() -> None:
    inner = [{"id": "both", "block": [{"id": "inner", "call": "RB-LIN-NONE"}]}]
    rescue = [{"id": "other", "call": "RB-LIN-NONE"}]
    assert len(said(runbook("A", steps=inner, rescue=rescue))) == 2


def test_a_removed_runbook_that_is_still_named_is_an_error_with_and_without_a_base() -> None:
    rule = {"id": "L1-X", "name": "x", "check_type": "service", "action": "run_runbook:RB-LIN-B"}
    old = {"status": "deprecated", "status_reason": "It is old.", "replaced_by": "RB-LIN-B"}
    files = {**runbook("A", "B"), **runbook("C", **old), "rules/promoted/L1-X.yaml": dump(rule).encode()}
    head, base = read_corpus(files), read_corpus({**files, **runbook("B")})
    assert errors(validate(base)) == ()
    for found in (errors(validate(head)), errors(validate(head, base))):
        assert [finding.path for finding in found] == [
            "rules/promoted/L1-X.yaml", "runbooks/linux/RB-LIN-A.yaml", "runbooks/linux/RB-LIN-C.yaml"
        ]  # fmt: skip
        assert all("runbook RB-LIN-B does not exist" in finding.message for finding in found)


def test_a_runbook_that_is_removed_while_it_is_active_is_told() -> None:
    old = {"status": "deprecated", "status_reason": "It is old."}
    base = tree_of(read_corpus({**runbook("A"), **runbook("B", **old), **runbook("C")}))
    (finding,) = versions.check_removed(base, tree_of(read_corpus(runbook("C"))))
    assert (finding.path, finding.severity) == ("runbooks/linux/RB-LIN-A.yaml", "warning")
    assert str(finding).endswith(
        "RB-LIN-A was removed while it was active; release it as deprecated, with a reason, before it is removed "
        "[versions]"
    )


def test_a_file_that_cannot_be_read_any_more_is_not_a_removed_runbook() -> None:
    base = tree_of(read_corpus(runbook("A")))
    moved = {"runbooks/any/RB-LIN-A.yaml": next(iter(runbook("A", platform="any").values()))}
    assert list(versions.check_removed(base, tree_of(read_corpus(moved)))) == []


@pytest.mark.parametrize("slip", ["RB-LIN-N7X", "RB-LIN-NN7", "RB-LNI-N7", "RB-LI-N7", "RB-LIM-N7"])
def test_among_thousands_of_runbooks_one_slip_is_still_understood(slip: str) -> None:
    many = [Summary(f"runbooks/linux/{name}.yaml", "runbook", name, "") for name in (f"RB-LIN-N{n}" for n in range(9))]
    others = (Summary(f"x{n}.yaml", "runbook", f"RB-OTHER-{n}", "") for n in range(references.MANY))
    tree = Tree([*many, *others], lambda _: None)
    found = references.absent_runbook(tree, "rules/promoted/L1-X.yaml", slip, ("action",))
    assert found.suggestion == "did you mean RB-LIN-N7?"
