"""The first screen of a pull request: the table, and every command that is new or different, verbatim.

Whoever reads nothing else reads what would run.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from runwright.checks.meaning import reasons_of
from runwright.learn.quoting import fence, flat
from runwright.learn.story import Story
from runwright.model.fields import SCRIPT
from runwright.model.walk import Verb, verbs
from runwright.replay.telling import code

MAX_SITE = 64
ARGV = "argv"


def table(story: Story) -> str:
    """What it is about, at a glance."""
    base = f"{story.base.version}"
    rows = (
        ("runbook", code(story.head.id)),
        ("from", f"{base} (put together from the steps that ran)" if story.reconstructed else base),
        ("to", f"{story.head.version}"),
        ("risk", story.risk),
        ("failure type", story.triage.failure_type),
        ("seen", f"{story.times}×"),
        ("sites", f"{story.background.sites}, {code((story.execution.site_id or 'not said')[:MAX_SITE])} first"),
    )
    return "\n".join(("| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)))


def what_changes(story: Story) -> str:
    """The commands first, then the change in meaning, a line each."""
    commands = "\n".join(commands_of(story))
    lines = "\n".join(f"- {code(change.text)}" for change in story.changes)
    said = f"Commands that are new or different:\n\n{fence(commands, 'start')}\n\n" if commands else ""
    return f"## What changes\n\n{said}{lines}"


def risky(story: Story) -> Iterator[str]:
    """What deserves a second look: why it is no low risk, and what the library has never used before."""
    lines = [code(reason) for reason in reasons_of(story.changes)]
    lines += [f"{code(action)}: no runbook of the library has used this action before" for action in story.first_uses]
    if lines:
        yield "Look twice at:\n\n" + "\n".join(f"- {line}" for line in lines)


def commands_of(story: Story) -> tuple[str, ...]:
    """What would run that did not before, each as it stands on the first screen."""
    return tuple(_command(verb) for verb in changed_verbs(story))


def changed_verbs(story: Story) -> tuple[Verb, ...]:
    """The uses of an action that the library's version does not have."""
    before = {} if story.reconstructed else {(verb.step.id, verb.undo): verb for verb in verbs(story.base)}
    return tuple(verb for verb in verbs(story.head) if _differs(verb, before.get((verb.step.id, verb.undo))))


def _differs(verb: Verb, old: Verb | None) -> bool:
    return old is None or old.step != verb.step


def _command(verb: Verb) -> str:
    undo = " (to take it back)" if verb.undo else ""
    account = verb.step.rollback.run_as if verb.undo and verb.step.rollback else verb.step.run_as
    as_whom = f" (as {account})" if account else ""
    return f"{verb.step.id}{undo}: {verb.action}{as_whom} {_flat(verb.params)}".rstrip()


def _flat(params: Mapping[str, Any]) -> str:
    # A script comes last: it may be long, and the rest must be seen.
    ordered = sorted(params.items(), key=lambda pair: pair[0] == SCRIPT)
    return " ".join(f"{key}={_value(key, value)}" for key, value in ordered)


def _value(key: str, value: Any) -> str:
    if key == ARGV and isinstance(value, (list, tuple)):
        return shlex.join(map(str, value))
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, Mapping) else flat(value)
