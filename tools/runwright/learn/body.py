"""The text of a pull request, from our own words, ids and the semantic diff; never from a model's prose.

Everything that comes from telemetry stands in code spans, or in fences longer than any back-tick run in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from runwright.checks.meaning import Meaning, meanings, risk_of, title_of
from runwright.learn.fingerprint import failed_step
from runwright.learn.quoting import fence, flat
from runwright.model.execution import ExecutedStep, Execution
from runwright.model.fields import Priority
from runwright.model.policy import DEFAULT, Policy
from runwright.model.runbook import Runbook
from runwright.model.triage import Triage
from runwright.model.verdict import ReplayReport
from runwright.model.walk import verbs
from runwright.replay.telling import as_markdown, code

MAX_BODY = 60_000
"""Characters; GitHub refuses a body over 65,536."""
MAX_SMALL = 600
"""A section of so many characters always has room."""
MAX_REPLAY = 30_000
"""Characters of the replay: the runs that tell most come first."""
MAX_SITE = 64
CRITICAL = frozenset({"service_stopped", "service_crash", "database_down", "backup_stale", "disk_full"})


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that a pull request tells."""

    base: Runbook
    head: Runbook
    execution: Execution
    triage: Triage
    report: ReplayReport
    fingerprint: str
    seen: int = 1
    refused: tuple[str, ...] = ()
    policy: Policy = DEFAULT
    """What the base asks for."""

    @property
    def changes(self) -> tuple[Meaning, ...]:
        """The change in meaning."""
        return meanings(self.base, self.head)


def title(story: Story) -> str:
    """The title, made from ids and the semantic diff."""
    return f"runbook({story.head.id}): {title_of(story.base, story.head)} [{story.triage.failure_type}]"[:250]


def labels(story: Story) -> tuple[str, ...]:
    """The labels: a fixed set, never a word of telemetry."""
    return (
        "runwright",
        f"priority:{priority(story.execution)}",
        f"risk:{risk_of(story.changes)}",
        f"failure:{story.triage.failure_type}",
    )


def priority(execution: Execution) -> Priority:
    """How soon a person should look."""
    return "high" if execution.incident_type in CRITICAL else "medium"


def body(story: Story) -> str:
    """The body, in the order in which a reviewer needs it; a section that finds no room is left out as a whole."""
    kept: list[str] = []
    room = MAX_BODY
    for section in _sections(story):
        fits = len(section) <= max(room, MAX_SMALL)
        kept.append(section if fits else _left_out(section))
        room -= len(kept[-1]) + 2
    return "\n\n".join((*kept, _marker(story))) + "\n"


def _left_out(section: str) -> str:
    heading = section.split("\n", 1)[0]
    named = f"{heading}\n\n" if heading.startswith("## ") else ""
    return f"{named}_Left out, because it is too long; the recording in this pull request has it all._"


def _sections(story: Story) -> Iterator[str]:
    yield (
        f"Merging releases version {story.head.version} of {story.head.id} to the agents; "
        "closing with a reason teaches the next draft not to try this again."
    )
    yield _table(story)
    yield _what_changes(story)
    yield _why(story)
    yield f"## Replay\n\n{as_markdown(story.report, MAX_REPLAY).strip()}"
    yield f"## Expected effect\n\n{_expectation(story)}"
    yield "## What replay cannot show\n\n" + "\n".join(f"- {code(line)}" for line in story.report.cannot_show)
    if story.refused:
        yield "## Related\n\n" + "\n".join(f"- refused before: {code(reason)}" for reason in story.refused)
    yield _policy(story)
    yield (
        f"## How it was drafted\n\nBy the {story.triage.by} author, from the recorded facts and the needs that the "
        "actions declare. No model was asked; no tokens were used. The same recording and the same library give "
        "the same text again."
    )


def _table(story: Story) -> str:
    rows = (
        ("runbook", code(story.head.id)),
        ("version", f"{story.base.version} → {story.head.version}"),
        ("risk", risk_of(story.changes)),
        ("failure type", story.triage.failure_type),
        ("seen", f"{story.seen}×"),
        ("site", code((story.execution.site_id or "not said")[:MAX_SITE])),
    )
    return "\n".join(("| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)))


def _what_changes(story: Story) -> str:
    """The commands first: whoever reads nothing else reads what would run."""
    before = {(verb.step.id, verb.undo): verb.step for verb in verbs(story.base)}
    changed = [verb for verb in verbs(story.head) if before.get((verb.step.id, verb.undo)) != verb.step]
    commands = "\n".join(f"{verb.step.id}: {verb.action} {_flat(verb.params)}" for verb in changed)
    lines = "\n".join(f"- {code(change.text)}" for change in story.changes)
    said = f"Commands that are new or different:\n\n{fence(commands, 'start')}\n\n" if changed else ""
    return f"## What changes\n\n{said}{lines}"


def _why(story: Story) -> str:
    step = failed_step(story.execution)
    failed = f"Step {code(step.step)} failed" if step else "Every step succeeded, and the verification still said no"
    rationale = story.triage.rationale
    because = f"{code(rationale[:1].upper() + rationale[1:])} (confidence {story.triage.confidence:.2f})."
    head = f"## Why\n\n{failed} in run {code(story.execution.execution_id)}. {because}"
    return head + "\n\n" + _evidence(story.execution, step)


def _evidence(execution: Execution, step: ExecutedStep | None) -> str:
    said = step.error or step.output if step else execution.error_message or ""
    before, after = execution.state_diff.before, execution.state_diff.after
    facts = "\n".join(f"{key}: {flat(value)}" for key, value in sorted(execution.state_before.items()))
    changed = "\n".join(
        f"{key}: {flat(before.get(key))} → {flat(after.get(key))}" for key in execution.state_diff.changed_keys
    )
    parts = (
        # In `code` an id is not taken for a reference to an issue or a commit.
        f"<details><summary>Evidence: <code>{escape(execution.execution_id)}</code></summary>",
        f"Expected: {code(execution.verification_method)} confirms the fix. "
        f"Observed: verification {_truth(execution.verification_passed)}.",
        "What the step said (untrusted text):\n\n" + fence(said),
        "Facts before:\n\n" + fence(facts, "start"),
        "Facts that changed:\n\n" + fence(changed or "none", "start"),
        "</details>",
    )
    return "\n\n".join(parts)


def _expectation(story: Story) -> str:
    added = [change.step for change in story.changes if change.step]
    return (
        f"In the next 20 runs of {story.head.id} in which {code(added[0] if added else 'the change')} applies, "
        "at least 9 of 10 end verified; before, such a run failed. This line is filled in again after those runs."
    )


def _policy(story: Story) -> str:
    asked = story.policy.approvals(risk_of(story.changes))
    return (
        f"## Policy\n\nNeeds the approval of {_people(asked)} named in CODEOWNERS, and green checks `validate` "
        "and `replay`. The bot pushes nothing more after a person's commit or approval. "
        "To refuse, close it with a reason."
    )


def _people(number: int) -> str:
    words = {1: "one person", 2: "two people", 3: "three people"}
    return words.get(number, f"{number} people")


def _marker(story: Story) -> str:
    inputs = [story.execution.execution_id, story.base.version_name(), story.head.model_dump_json()]
    digest = hashlib.sha256(json.dumps(inputs).encode()).hexdigest()[:12]
    base, head = story.base.version_name(), story.head.version_name()
    return f"<!-- runwright fingerprint={story.fingerprint} input={digest} base={base} head={head} -->"


def _flat(params: Mapping[str, Any]) -> str:
    return " ".join(f"{key}={flat(value)}" for key, value in params.items())


def _truth(value: bool | None) -> str:
    return {True: "passed", False: "failed", None: "not known"}[value]
