"""What a model is shown of a failure: as much as it needs, as little as that is, and never more than a prompt may hold.

Names in free text are the gap of any redaction, so of outputs only the last lines go out. How the words around it go
is said in `templates`, how foreign text is kept in by `hedging`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from runwright.actions.action import FORGET, Action, Change, Copy, Decrease, Need, Param
from runwright.actions.catalogue import Host, host_of, variant
from runwright.checks.hidden_text import HIDDEN
from runwright.learn.background import Background
from runwright.learn.drafts import Failure
from runwright.learn.fingerprint import failed_step
from runwright.learn.hedging import as_json, cleaned, cleaned_data, last_lines
from runwright.learn.vouching import all_facts, usable
from runwright.model.condition import describe
from runwright.model.execution import ExecutedStep, Execution
from runwright.model.path import template_text
from runwright.model.telemetry import execution_data, parse_execution
from runwright.model.triage import Triage
from runwright.model.walk import verbs
from runwright.redact.redact import redact_data

MAX_EVIDENCE = 8_000
"""Characters of evidence in one question."""
MAX_CATALOGUE = 6_000
MAX_RUNBOOK = 9_000
MAX_ERROR = 800
MAX_STEPS = 12
MAX_FACTS = 60
MAX_PEOPLE = 8
"""Refusals, changes and remarks of people each."""
MAX_REMARK = 4_000
"""Characters of one of these."""
MAX_LINE = 320
"""Characters that are said of one action."""
_INSERTED = re.compile(r"\$\{\{ (?:params|each)\.([a-z_]+) \}\}")
ALWAYS = ("service", "wait", "unit")
"""Families of actions that are always shown."""


def redacted(execution: Execution) -> Execution:
    """The run without secrets and personal data, whoever redacted it before."""
    data, _ = redact_data(execution_data(execution))
    return parse_execution(data)


def triage_evidence(execution: Execution, built_in: Triage) -> str:
    """The run for whoever says why it failed."""
    run = redacted(execution)
    said = {"failure_type": built_in.failure_type, "confidence": built_in.confidence, "rationale": built_in.rationale}
    return _fitted({**_run(run), "built_in": cleaned_data(said)})


def draft_evidence(failure: Failure, background: Background) -> str:
    """The run and what is known besides, for whoever drafts a better runbook."""
    found = failure.triage
    said = {"failure_type": found.failure_type, "rationale": found.rationale, "facts": found.facts}
    return _fitted({**_run(redacted(failure.execution)), "triage": cleaned_data(said), **_people(background)})


def runbook_text(failure: Failure) -> str | None:
    """The runbook in force; None where it is too long to be shown whole: nobody edits what they cannot see."""
    # A parent that was put together from what ran holds foreign text, too.
    return HIDDEN.sub("", failure.text) if len(failure.text) <= MAX_RUNBOOK else None


def catalogue_text(failure: Failure) -> str:
    """The actions that a draft may use: first the families of the runbook, then the others, as many as fit."""
    run = failure.execution
    host = host_of(run.state_before, run.platform)
    near = {verb.action.partition(".")[0] for verb in verbs(failure.parent.value)}
    near |= {step.action.partition(".")[0] for step in run.executed_steps} | set(ALWAYS)
    shown, left = [], MAX_CATALOGUE
    for action in sorted(usable(host).values(), key=lambda one: (one.name.partition(".")[0] not in near, one.name)):
        line = _action_line(action, host)
        left -= len(line) + 1
        if left < 0:
            break
        shown.append(line)
    return "\n".join(shown)


def shown_actions(catalogue: str) -> tuple[str, ...]:
    """The names of the actions that a catalogue's text shows."""
    return tuple(line.split(" ", 1)[0].rstrip(":") for line in catalogue.splitlines())


def _run(run: Execution) -> dict[str, Any]:
    """The run; what comes first is left out last."""
    step = failed_step(run)
    facts: dict[str, Any] = {}
    for seen in all_facts(run):
        facts.update(seen)
    changed = set(run.state_diff.changed_keys)
    near = {key for one in run.executed_steps for key in (*one.state_before, *one.state_after, *one.facts)}
    order = sorted(facts, key=lambda key: (key not in changed, key not in near, key))[:MAX_FACTS]
    return {
        "incident_type": run.incident_type,
        "platform": run.platform,
        "status": run.status,
        "failed_step": step.step if step else None,
        "error": cleaned(run.error_message or (step.error if step else ""), MAX_ERROR),
        "verification": {"passed": run.verification_passed, "method": run.verification_method},
        "parameters": cleaned_data(run.params),
        "steps": [_step(one) for one in run.executed_steps[-MAX_STEPS:]],
        "facts_changed": _told({key: (run.state_before.get(key), run.state_after.get(key)) for key in sorted(changed)}),
        "facts": _told({key: facts[key] for key in order}),
        "facts_not_readable": cleaned_data([*run.verification_unread, *(step.unread if step else ())]),
    }


def _told(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {cleaned(key): cleaned_data(value, 120) for key, value in list(facts.items())[:MAX_FACTS]}


def _step(step: ExecutedStep) -> dict[str, Any]:
    return {
        "step": cleaned(step.step),
        "action": cleaned(step.action),
        "params": cleaned_data(step.params, 200),
        "outcome": step.outcome,
        "exit_code": step.exit_code,
        "seconds": step.duration_seconds,
        "timed_out": step.timed_out,
        "attempts": [[one.offset, one.outcome] for one in step.attempts[:5]],
        "error": cleaned(step.error),
        "output": last_lines(step.output, 3),
    }


def _people(background: Background) -> dict[str, Any]:
    """What people and numbers say about this runbook; people's words are foreign text, too."""
    data = asdict(background)
    lists = {
        key: _bounded(data[key][:MAX_PEOPLE]) for key in ("rates", "refusals", "amendments", "feedback", "related")
    }
    clean, _ = redact_data(lists)
    kept = {key: cleaned_data(value) for key, value in clean.items() if value}
    return {"seen": background.seen, "sites": background.sites, **kept}


def _bounded(value: Any) -> Any:
    """The same without what is so long that nobody would read it; whole texts, so that a secret in one is found."""
    if isinstance(value, str):
        return value if len(value) <= MAX_REMARK else f"[a text of {len(value)} characters was left out]"
    if isinstance(value, dict):
        return {key: _bounded(item) for key, item in value.items()}
    return [_bounded(item) for item in value[:MAX_PEOPLE]] if isinstance(value, (list, tuple)) else value


def _fitted(evidence: Mapping[str, Any]) -> str:
    """The evidence as JSON; what is too much is taken from its longest part until it fits."""
    kept = {key: value for key, value in evidence.items() if value not in (None, "", [], {})}
    text = as_json(kept)
    while len(text) > MAX_EVIDENCE and kept:
        longest = max(kept, key=lambda key: len(as_json(kept[key])))
        kept[longest] = _shorter(kept[longest])
        if not kept[longest]:
            del kept[longest]
        text = as_json(kept)
    return text


def _shorter(value: Any) -> Any:
    """Three quarters of it: of steps the later ones, where runs fail."""
    if isinstance(value, dict):
        return dict(list(value.items())[: len(value) * 3 // 4])
    if isinstance(value, (list, str)):
        return value[len(value) - len(value) * 3 // 4 :]
    return None


def _action_line(action: Action, host: Host) -> str:
    model = variant(action, host).model
    params = ", ".join(_param(name, param) for name, param in action.params.items())
    needs = "; ".join(map(_need, model.needs))
    changes = "; ".join(_change(change) for change in model.changes if change.to is not FORGET)
    said = [f"{action.name} ({params}): {action.summary}"]
    said += [*([f"needs {needs}"] if needs else ()), *([f"makes {changes}"] if changes else ())]
    return _INSERTED.sub(r"\1", " | ".join(said))[:MAX_LINE]


def _param(name: str, param: Param) -> str:
    kind = "/".join(param.enum) or param.type
    return f"{name}: {kind}" if param.required else f"[{name}: {kind}]"


def _need(need: Need) -> str:
    each = f"each {need.each[0]} in {template_text(need.each[1])}: " if need.each else ""
    return each + describe(need.test)


def _change(change: Change) -> str:
    written = "another value" if isinstance(change.to, (Copy, Decrease)) else str(change.to)
    return f"{template_text(change.path)} {written}" + (f" if {describe(change.only_if)}" if change.only_if else "")
