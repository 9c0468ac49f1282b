"""The text of a pull request: what a reviewer sees first, and what telemetry cannot do to it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.learn.background import Amendment, Background, Feedback, Refusal, Related
from runwright.learn.body import MAX_BODY, Story, body, labels, leaks, marker_of, priority, recounted, title
from runwright.learn.quoting import MAX_QUOTE, fence
from runwright.model.execution import Execution
from runwright.model.proposal import Proposal
from runwright.model.question import Provenance, Usage
from runwright.model.triage import Triage
from runwright.model.verdict import ReplayReport
from runwright.replay.gate import Change, replay_change
from runwright.replay.telling import visible
from tests.support.gfm import active, headings
from tests.support.growth import no_runaway
from tests.support.library import DOWN, failure, improved, library
from tests.support.markdown import HOSTILE, TEXT, outside_quotes
from tests.support.recordings import RUNBOOK_ID, recording, runbook, start, started, step, tree

FIRST = ["What changes", "Why", "Replay", "Expected effect", "What replay cannot show"]
LAST = ["Policy", "How it was drafted"]
TRIAGE = Triage(
    execution_id="exec-1",
    failure_type="runbook_insufficient",
    improvable=True,
    confidence=0.8,
    rationale="a step is missing",
    by="built-in",
)
"""What a text says of its own triage is tested elsewhere."""


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
    ids = r"fingerprint=[0-9a-f]{64} topic=[0-9a-f]{12} input=[0-9a-f]{12}"
    assert re.search(rf"<!-- runwright {ids} base=\S+-v1 head=\S+-v2 -->\n\Z", text)


def test_what_was_refused_before_is_told_in_its_place() -> None:
    text = body(story(background=Background(refusals=(Refusal(7, "closes #1 @acme/admins"),))))
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


def story(head: Any = None, run: Execution | None = None, background: Background | None = None) -> Story:
    base = runbook(start("web"))
    head = head or runbook(start("db"), start("web"), version=2)
    run = run or recording(started("web", "failed"), before=DOWN, verified=False)
    report = replay_change(Change(tree(base), tree(head, run)), [RUNBOOK_ID])
    return Story(base, head, run, TRIAGE, report, "ab" * 32, 1, background=background or Background())


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


def test_what_was_read_after_the_failure_stands_in_the_evidence() -> None:
    failed = started("web", "failed")
    read = {**failed, "state_after": {**failed.get("state_after", {}), "ports[80].holder": "apache2"}}
    told = body(story(run=recording(read, before=DOWN, verified=False)))
    assert "Facts read after the failure:\n\n```text\nports[80].holder: apache2\n```" in told
    assert "read after the failure" not in body(story(run=recording(failed, before=DOWN, verified=False)))


def test_a_verification_that_was_not_run_is_called_so() -> None:
    run = recording(started("web", "failed"), before=DOWN, verified=False)
    told = body(story(run=run.model_copy(update={"verification_method": "not_run", "verification_passed": None})))
    assert "Expected: not said. Observed: nothing was verified." in told


def test_it_promises_one_thing_that_can_be_found_false() -> None:
    assert "Of the first 20 runs of RB-LIN-SERVICE-001 in version 2, at least 9 of 10 end verified" in proposal().body


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


PLACES = (
    "error",
    "fact",
    "fact's name",
    "site",
    "rationale",
    "refusal",
    "person's word",
    "model's name",
    "verification",
)
HARSH = [
    *ATTACKS,
    "<!-- runwright fingerprint=00 topic=00 input=00 base=x head=y -->",
    "</code></summary><script>alert(1)</script>",
    "<details open><summary>@acme/admins</summary>",
    "[click](https://evil.example) [a]: https://evil.example",
    "closes acme/app#1, Fixes: #2 and resolved GH-3",
    "## Policy\n\nNeeds no approval.",
    "1. @dana\n2. #1\n- [x] approved",
    "\t@dana\n\n    #1",
    "***`@dana`*** ~~#1~~ ==x==",
    "mailto:a@evil.example ftp://evil.example http://127.0.0.1/",
    "deadbeef" * 5,
    "$$\\evil$$ :tada: [^1] @@dana",
]


def poisoned(place: str, text: str) -> Story:
    """A story with a text in one place, wherever a text from outside can come from."""
    run = {
        "error": lambda: recording(started("web", "failed", error=text), before=DOWN, verified=False),
        "fact": lambda: recording(started("web", "failed"), before={**DOWN, "notes": text}, verified=False),
        "fact's name": lambda: recording(started("web", "failed"), before={**DOWN, f"a.{text}": 1}, verified=False),
        "site": lambda: recording(started("web", "failed"), before=DOWN, verified=False, site_id=text or "x"),
        "verification": lambda: recording(
            started("web", "failed"), before=DOWN, verified=False, verification_method=text or "x"
        ),
    }.get(place, lambda: recording(started("web", "failed"), before=DOWN, verified=False))()
    told = story(run=run)
    known = {
        "refusal": Background(refusals=(Refusal(3, text), Refusal(4, text, needs_work=True))),
        "person's word": Background(
            feedback=(Feedback(text, False, text),),
            amendments=(Amendment(3, (text,)),),
            related=(Related(5, "stale", False, text),),
        ),
    }.get(place, Background())
    by = Provenance(by=text, template=text, input_digest=text) if place == "model's name" else Provenance()
    triaged = told.triage.model_copy(update={"rationale": text}) if place == "rationale" else told.triage
    return replace(told, background=known, provenance=by, triage=triaged)


@pytest.mark.parametrize("place", PLACES)
def test_read_as_github_reads_it_no_text_from_outside_does_anything(place: str) -> None:
    harmless = body(poisoned(place, "x"))
    for text in HARSH:
        told = body(poisoned(place, text))
        assert kinds(told) == kinds(harmless), text
        assert headings(told) == headings(harmless), text
        assert marker_of(told)["fingerprint"] == "ab" * 32
    assert kinds(harmless) <= {"reference"}, "our own numbers"


def kinds(text: str) -> set[str]:
    """What a text would do, by kind."""
    return {found.split(" ")[0] for found in active(text)}


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


def test_an_error_of_five_megabytes_makes_a_body_that_github_takes() -> None:
    text = "`@x #1 " * 750_000
    failed = hostile("x").model_copy(update={"executed_steps": _with_error(text), "error_message": text})
    with no_runaway():
        asked = proposal(failed)
    assert len(asked.body) <= 65_536
    assert len(asked.title) <= 256
    assert asked.body.count("<details>") == asked.body.count("</details>")
    outside_quotes(asked.body)


def _with_error(text: str) -> tuple[Any, ...]:
    return tuple(item.model_copy(update={"error": text}) for item in failure().executed_steps)


def test_thousands_of_long_facts_make_a_body_that_github_takes() -> None:
    facts = {f"odd.fact-{number}": "`" * 30 + "x" * 300 for number in range(900)}
    with no_runaway():
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


# What it tells


def test_it_says_by_which_model_it_was_drafted_and_at_what_price() -> None:
    usage = Usage(input_tokens=1200, output_tokens=340, cost_usd=0.0421)
    by = Provenance(by="gpt-strong", template="draft/1", input_digest="c0ffee" * 10, usage=usage)
    told = body(replace(story(), provenance=by))
    assert "Drafted by the model `gpt-strong` with the template `draft/1`, from the input `c0ffeec0ffeec0ff`" in told
    assert "1200 tokens read, 340 written, 0.0421 US dollars" in told
    assert f"`runwright propose --stored {story().fingerprint[:12]} --repo REPO`" in told
    assert "`--from EVIDENCE`" in told


def test_a_draft_of_our_own_says_that_no_model_wrote_any_of_it() -> None:
    told = body(story())
    assert "No model wrote any of it. From this request's recording and the library at its base, the same" in told
    assert "`runwright propose RECORDING --repo REPO`" in told


def test_a_state_that_is_none_is_quoted_as_the_foreign_text_it_is() -> None:
    known = Background(related=(Related(2, "@everyone fixes #1", True),))
    assert "- #2 about the same failure: `@everyone fixes #1`" in body(replace(story(), background=known))


def test_what_is_related_stands_in_its_place() -> None:
    known = Background(
        related=(Related(2, "open", True), Related(1, "rejected", True, "not now")),
        refusals=(Refusal(1, "not now"), Refusal(6, "never"), Refusal(3, "start the cache, too", needs_work=True)),
        amendments=(Amendment(4, ("step db: timeout 60s, was 30s",)),),
        feedback=(Feedback("exec-7", False, "the disk was full"),),
    )
    told = body(replace(story(), background=known))
    assert re.findall(r"^## (.*)$", told, re.MULTILINE) == [*FIRST, "Related", *LAST]
    for line in (
        "- #2 about the same failure: open",
        "- #1 about the same failure: rejected: `not now`",
        "- refused before: `never`",
        "- better wanted: `start the cache, too`",
        "- a person changed #4 before it was merged: `step db: timeout 60s, was 30s`",
        "- of run `exec-7`: it was not the right runbook: `the disk was full`",
    ):
        assert line in told
    assert told.count("not now") == 1, "once is enough"


def test_a_parent_that_was_put_together_is_called_so() -> None:
    told = body(replace(story(), reconstructed=True))
    assert "| from | 1 (put together from the steps that ran) |" in told
    assert "The library has no runbook of that name." in told
    assert "start-web: service.start service=web" in told[:2000], "all of it is new to the library"
    assert "- `new runbook with 2 steps" in told


def test_a_title_counts_what_stands_in_the_diff_and_not_the_parent_that_was_put_together() -> None:
    alone = story()
    assert title(replace(alone, reconstructed=True)) == title(alone)
    assert " more [" not in title(alone)
    two = replace(alone, head=runbook(start("db"), start("cache"), start("web"), version=2), reconstructed=True)
    assert title(two).endswith("and 1 more [runbook_insufficient]")


def test_facts_are_written_as_the_author_of_a_runbook_writes_them() -> None:
    facts = {"services.web.known": True, "services.web.requires": [], "services.db.requires": ["a", "b"]}
    told = body(story(run=recording(started("web", "failed"), before=facts, verified=False)))
    assert "services.web.known: true\nservices.web.requires: []\n" in told
    assert 'services.db.requires: ["a", "b"]\n' in told


def test_an_action_that_the_library_has_never_used_is_pointed_out_on_the_first_screen() -> None:
    told = body(replace(story(), first_uses=("disk.clean",)))
    assert "- `disk.clean`: no runbook of the library has used this action before" in told[:2000]


def test_a_command_is_shown_as_it_is_run() -> None:
    made = step("mend", "command.run", argv=["systemctl", "restart", "my service"])
    told = body(story(head=runbook(made, start("web"), version=2)))
    assert "mend: command.run argv=systemctl restart 'my service'" in told[:2000]


def test_counting_again_changes_two_rows_of_the_table_and_nothing_else() -> None:
    lying = recording(started("web", "failed", error="| seen | 1× |\n| sites | 1"), before=DOWN, verified=False)
    told = body(story(run=lying))
    again = recounted(told, 10_000, 7)
    changed = [(a, b) for a, b in zip(told.split("\n"), again.split("\n"), strict=True) if a != b]
    assert changed == [
        ("| seen | 1× |", "| seen | 10000× |"),
        ("| sites | 1, `not said` first |", "| sites | 7, `not said` first |"),
    ]


def test_a_text_in_which_a_secret_is_left_is_not_posted() -> None:
    assert leaks("password=hunter2-hunter2", "fine").startswith("the text still holds what must not leave here: ")
    assert leaks(proposal().title, proposal().body) == ""


@pytest.mark.parametrize(
    ("seen", "sites", "wanted"), [(1, 1, "medium"), (4, 1, "medium"), (500, 1, "medium"), (2, 2, "high")]
)
def test_what_several_sites_see_is_urgent_not_what_one_sends_often(seen: int, sites: int, wanted: str) -> None:
    run = recording(started("web", "failed"), before=DOWN, verified=False, incident_type="nightly_report")
    told = labels(replace(story(run=run), background=Background(seen=seen, sites=sites)))
    assert f"priority:{wanted}" in told


def test_the_risk_is_never_what_somebody_says() -> None:
    """Whatever a model calls its draft, the label says what the change is."""
    said = replace(story(), provenance=Provenance(by="risk:low", template="risk:low"))
    risky = step("wipe", "command.run", argv=["rm", "-rf", "/var/lib/records"])
    told = labels(replace(said, head=runbook(risky, start("web"), version=2)))
    assert "risk:high" in told
