"""The text of a pull request: what a reviewer sees first, and what telemetry cannot do to it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.learn.body import MAX_BODY, Story, body, priority, title
from runwright.learn.quoting import MAX_QUOTE, fence
from runwright.learn.triage import triage
from runwright.model.execution import Execution
from runwright.model.proposal import Proposal
from runwright.model.verdict import ReplayReport
from runwright.replay.gate import Change, replay_change
from runwright.replay.telling import visible
from tests.support.library import DOWN, failure, improved, library
from tests.support.markdown import HOSTILE, TEXT, outside_quotes
from tests.support.recordings import RUNBOOK_ID, recording, runbook, start, started, step, tree

FIRST = ["What changes", "Why", "Replay", "Expected effect", "What replay cannot show"]
LAST = ["Policy", "How it was drafted"]


def proposal(run: Execution | None = None) -> Proposal:
    found = improved(run or failure()).proposal
    assert found is not None
    return found


def test_the_parts_stand_in_the_order_that_reviewers_know() -> None:
    text = proposal().body
    assert text.startswith("Merging releases version 2 of RB-LIN-SERVICE-001 to the agents; closing with a reason")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [*FIRST, *LAST]
    assert text.index("| runbook |") < text.index("## What changes")
    assert text.rstrip().endswith("-->")
    assert re.search(r"<!-- runwright fingerprint=[0-9a-f]{64} input=[0-9a-f]{12} base=\S+-v1 head=\S+-v2 -->", text)


def test_what_was_refused_before_is_told_in_its_place() -> None:
    text = body(story(refused=("closes #1 @acme/admins",)))
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [*FIRST, "Related", *LAST]
    assert "@acme" not in outside_quotes(text)


def test_the_first_screen_shows_every_command_that_is_new() -> None:
    assert "start-records-db: service.start service=records-db" in proposal().body[:2000]


def test_the_first_screen_shows_every_command_of_a_greater_change_too() -> None:
    steps = [start(f"service-number-{number}") for number in range(12)]
    text = body(story(head=runbook(*steps, start("web"), version=2)))
    for number in range(12):
        assert f"start-service-number-{number}: service.start service=service-number-{number}" in text[:2000]


def test_a_script_is_shown_from_its_first_line() -> None:
    script = step("mend", "script.sh", script="echo first\n" + "echo more\n" * 2000)
    text = body(story(head=runbook(script, start("web"), version=2)))
    assert "mend: script.sh script=echo first\necho more" in text[:2000]
    assert "characters left out]" in text


def story(head: Any = None, refused: tuple[str, ...] = (), run: Execution | None = None) -> Story:
    base = runbook(start("web"))
    head = head or runbook(start("db"), start("web"), version=2)
    run = run or recording(started("web", "failed"), before=DOWN, verified=False)
    report = replay_change(Change(tree(base), tree(head, run)), [RUNBOOK_ID])
    return Story(base, head, run, triage(run), report, "ab" * 32, 1, refused)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "the approval of one person named"),
        ({"runwright.toml": b"[policy.risk.low]\napprovals = 3\n"}, "the approval of three people named"),
        ({"runwright.toml": b"[policy.risk.low]\napprovals = 7\n"}, "the approval of 7 people named"),
    ],
)
def test_it_says_how_many_must_approve_by_the_policy_of_the_base(settings: dict[str, bytes], said: str) -> None:
    found = improved(failure(), library(**settings)).proposal
    assert found is not None
    assert said in found.body


def test_the_evidence_is_folded_fenced_and_called_untrusted() -> None:
    text = proposal().body
    assert "<details><summary>Evidence: <code>exec-20251110-0001</code></summary>" in text
    assert "What the step said (untrusted text):\n\n```text\nappointments-web: ERROR (spawn error)\n```" in text
    assert "services.records-db.state: stopped" in text


def test_it_promises_one_thing_that_can_be_found_false() -> None:
    assert "In the next 20 runs of RB-LIN-SERVICE-001 in which `start-records-db` applies" in proposal().body


@pytest.mark.parametrize(
    ("kind", "wanted"), [("service_stopped", "high"), ("nightly_report", "medium"), (None, "medium")]
)
def test_priority_comes_from_the_kind_of_the_incident(kind: str | None, wanted: str) -> None:
    assert priority(recording(incident_type=kind)) == wanted


# Telemetry is hostile text


def hostile(text: str) -> Execution:
    facts = {**DOWN, "notes": text, f"odd.{text}": "x", "list": [text]}
    return failure(
        {**DOWN, **facts},
        error=text,
        site_id=text[:60],
        hostname=text[:60],
        verification_method=text[:60] or "x",
        human_feedback=text,
        state_diff={"changed_keys": [text], "before": {text: text}, "after": {text: text}},
    )


ATTACKS = [
    *HOSTILE,
    "@acme/admins please merge",
    "Fixes #1, closes acme/app#2, resolves GH-3",
    "https://evil.example/?q=1 www.evil.example",
    "![x](https://evil.example/beacon.png)",
    "<img src=x><script>alert(1)</script><iframe>",
    "</details></summary></td></table>",
    "```\n</details>\n\n# Approved by security\n",
    "~~~\n</details>\n~~~",
    "`" * 5000,
    "\n\n## Policy\n\nNeeds no approval\n\n<!-- runwright fingerprint=00 -->",
    "-->\n<!--",
    "&lt;b&gt; &#64;acme",
    "a|b|c\n|---|\n",
    "\x1b]8;;https://evil\x07link\x1b]8;;\x07",
    "\u202egnp.exe \u2066x\u2069 \U000e0061",
    "    indented code\n\tand a tab",
    "> quote\n- [x] approved\n1. list",
    ":rocket: $\\evil$ [[link]] [^1]",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_no_telemetry_is_active_in_a_pull_request(text: str) -> None:
    asked = proposal(hostile(text))
    clean = outside_quotes(proposal(hostile("x")).body)
    assert _without_marker(outside_quotes(asked.body)) == _without_marker(clean)
    assert asked.title == proposal().title
    assert asked.labels == proposal().labels


@settings(max_examples=120, deadline=None, derandomize=True)
@given(TEXT)
def test_no_text_whatever_is_active_in_a_pull_request(text: str) -> None:
    told = body(story(run=_said(text)))
    assert _without_marker(outside_quotes(told)) == _without_marker(outside_quotes(body(story(run=_said("x")))))


def _said(text: str) -> Execution:
    return recording(started("web", "failed", error=text or "x"), before={**DOWN, "notes": text}, verified=False)


def _without_marker(text: str) -> str:
    return text[: text.rindex("<!-- runwright")]


@pytest.mark.parametrize("text", ["\u202e", "\u200b", "\x1b[2J", "\x00", "\x85", "\u2028", "\U000e0041", "\u3164"])
def test_nothing_invisible_gets_into_a_pull_request(text: str) -> None:
    told = proposal(hostile(f"a{text}b")).body
    assert all(visible(line) == line for line in told.split("\n"))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200) | st.text(alphabet="`~\n \tx", max_size=80))
def test_a_fence_cannot_be_closed_from_inside(text: str) -> None:
    assert outside_quotes(f"before\n{fence(text)}\nafter") == "before\nafter"


@pytest.mark.timeout(20)
def test_an_error_of_five_megabytes_makes_a_body_that_github_takes() -> None:
    text = "`@x #1 " * 750_000
    asked = proposal(hostile("x").model_copy(update={"executed_steps": _with_error(text), "error_message": text}))
    assert len(asked.body) <= 65_536
    assert len(asked.title) <= 256
    assert asked.body.count("<details>") == asked.body.count("</details>")
    outside_quotes(asked.body)


def _with_error(text: str) -> tuple[Any, ...]:
    return tuple(item.model_copy(update={"error": text}) for item in failure().executed_steps)


@pytest.mark.timeout(20)
def test_thousands_of_long_facts_make_a_body_that_github_takes() -> None:
    facts = {f"odd.fact-{number}": "`" * 30 + "x" * 300 for number in range(900)}
    asked = proposal(failure({**DOWN, **facts}))
    assert len(asked.body) <= 65_536
    assert re.findall(r"^## (.*)$", asked.body, re.MULTILINE) == [*FIRST, *LAST]


def test_a_part_that_finds_no_room_is_left_out_as_a_whole_and_named() -> None:
    told = story()
    many = ReplayReport(
        base="main", head="v2", passed=True, headline="x", cannot_show=tuple("`" * 450 for _ in range(200))
    )
    text = body(Story(told.base, told.head, told.execution, told.triage, many, told.fingerprint))
    assert len(text) <= MAX_BODY + 5_000
    assert "## What replay cannot show\n\n_Left out, because it is too long" in text
    assert "## Policy\n\nNeeds the approval" in text
    outside_quotes(text)


def test_a_quote_keeps_the_end_of_an_error_and_the_start_of_a_list() -> None:
    text = "first " + "x" * MAX_QUOTE + " last"
    assert fence(text).endswith(" last\n```")
    assert fence(text, "start").startswith("```text\nfirst ")
    assert "[… 11 characters left out]" in fence(text)


def test_a_title_is_never_longer_than_github_takes() -> None:
    many = runbook(*(start(f"s{number}") for number in range(100)), start("web"), version=2)
    assert len(title(story(head=many))) <= 250
