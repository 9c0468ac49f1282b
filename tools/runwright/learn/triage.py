"""Triage without a model: why a run failed, from its structure first and from its error's mechanism second.

An unmet need that the recorded facts prove says more than any wording; then comes what the error says, then the course
of the run. Where nothing speaks, the answer is unknown. The wordings themselves stand in `wordings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from runwright.actions.binding import needs_of
from runwright.actions.catalogue import ACTIONS
from runwright.learn.fingerprint import failed_step, normalised_error
from runwright.learn.wordings import DENIED, EXPIRED, FINE, WORDINGS
from runwright.model.condition import concrete, describe
from runwright.model.execution import ExecutedStep, Execution
from runwright.model.fields import IMPROVABLE
from runwright.model.path import str_path
from runwright.model.triage import Triage
from runwright.replay.models import completed, model_for
from runwright.replay.tape import Tape, make_tape

BUILT_IN = "built-in"
MAX_SAID = 8_000
"""Characters of an error that are looked at, from its end."""
_LOOKS = re.compile(r"(^|[._])(check|checks|look|wait|verify|test|status|usage|collect|snapshot|read|get|list)([._]|$)")
_LOOKING_COMMAND = re.compile(r"\b(get|describe|status|nslookup|dig|ping|nc|curl|Test-[A-Za-z]{1,40})\b")
_PREPARES = re.compile(r"^(collect_facts|snapshot_state|check_connectivity|check_maintenance_window)$")


def triage(execution: Execution) -> Triage:
    """Say why a failed run failed."""
    return next(_answers(execution, make_tape(execution)))


def _answers(execution: Execution, tape: Tape) -> Iterator[Triage]:
    step = failed_step(execution)
    if step is None:
        yield from _verification(execution)
    else:
        yield from _unmet_need(execution, step, tape)
    yield from _wording(execution, step)
    if step is not None:
        yield from _course(execution, step)
    yield _triage(execution, "unknown", 0.0, "neither the recorded facts nor the error shows a known mechanism")


def _unmet_need(execution: Execution, step: ExecutedStep, tape: Tape) -> Iterator[Triage]:
    if ACTIONS.get(step.action) is None:
        return
    world = tape.before_step(step)
    model = model_for(step, tape.host)
    for need in needs_of(model, completed(step.action, step.params), world.known):
        if need.holds(world.known) is False:
            path = concrete(need.test)
            facts = {str_path(path): world.known(path)}
            why = f"step {step.step} needs that {describe(need.test)}; the recorded facts say it was not so"
            yield _triage(execution, "runbook_insufficient", 0.9, why, facts)


def _wording(execution: Execution, step: ExecutedStep | None) -> Iterator[Triage]:
    said = f"{step.error if step else ''}\n{execution.error_message or ''}"[-MAX_SAID:]
    if DENIED.pattern.search(said) and _guarded_by_policy(execution):
        why = "access was denied on a host that enforces a security policy besides its file permissions"
        yield _triage(execution, "environment_difference", 0.5, why)
    for wording in WORDINGS:
        if wording.pattern.search(said):
            yield _triage(execution, wording.failure_type, 0.6, wording.rationale)


def _guarded_by_policy(execution: Execution) -> bool:
    return any(
        ("selinux" in key.lower() or "apparmor" in key.lower()) and str(value).lower().startswith("enforc")
        for key, value in execution.state_before.items()
    )


def _course(execution: Execution, step: ExecutedStep) -> Iterator[Triage]:
    """What the order of successes and failures says."""
    earlier = execution.executed_steps[: execution.executed_steps.index(step)]
    mended = [item for item in earlier if item.outcome == "success" and not _only_looks(item)]
    if mended and EXPIRED.search(step.error[-MAX_SAID:]):
        why = f"step {mended[-1].step} succeeded and the old state is still in use, so a step is missing"
        yield _triage(execution, "runbook_insufficient", 0.5, why)
    if mended and _only_looks(step):
        why = f"step {mended[-1].step} did what it should, and step {step.step} finds the trouble unchanged"
        yield _triage(execution, "wrong_runbook", 0.4, why)
    alike = [item for item in earlier if item.outcome == "failed" and _error(item) == _error(step)]
    if alike:
        why = f"steps {alike[-1].step} and {step.step} fail in the same way, whatever is done in between"
        yield _triage(execution, "wrong_runbook", 0.4, why)


def _verification(execution: Execution) -> Iterator[Triage]:
    if execution.verification_passed is not False:
        return
    said = f"{' '.join(item.error for item in execution.executed_steps)}\n{execution.error_message or ''}"[-MAX_SAID:]
    looks = [item for item in execution.executed_steps if not _PREPARES.match(item.action)]
    hints = any(word.pattern.search(said) for word in WORDINGS if word.failure_type == "runbook_insufficient")
    if not hints and _changed_nothing(execution) and any(FINE.search(item.output[-MAX_SAID:]) for item in looks):
        why = "every step succeeded, nothing changed, and what was treated was found in order"
        yield _triage(execution, "wrong_diagnosis", 0.4, why)
    why = "every step succeeded and the verification still says no, so a step is missing"
    yield _triage(execution, "runbook_insufficient", 0.5, why)


def _changed_nothing(execution: Execution) -> bool:
    """Nothing but numbers, which move by themselves."""
    before, after = execution.state_before, execution.state_after
    both = before.keys() & after.keys()
    same = all(isinstance(before[key], (int, float)) or before[key] == after[key] for key in both)
    return same and bool(after) and not any(_writes(item) for item in execution.executed_steps)


def _writes(step: ExecutedStep) -> bool:
    return step.action in ACTIONS and any(
        step.state_before.get(key, value) != value for key, value in step.state_after.items()
    )


def _only_looks(step: ExecutedStep) -> bool:
    action = ACTIONS.get(step.action)
    if action is not None and not _is_opaque(step):
        return action.check
    return bool(_LOOKS.search(step.action)) or bool(_LOOKING_COMMAND.search(str(step.params.get("command", ""))[:200]))


def _is_opaque(step: ExecutedStep) -> bool:
    action = ACTIONS.get(step.action)
    return action is None or all(variant.model.opaque for variant in action.variants.values())


def _error(step: ExecutedStep) -> str:
    return normalised_error(step.error)


def _triage(
    execution: Execution, failure_type: Any, confidence: float, rationale: str, facts: dict[str, Any] | None = None
) -> Triage:
    return Triage(
        execution_id=execution.execution_id,
        failure_type=failure_type,
        improvable=failure_type in IMPROVABLE,
        confidence=confidence,
        rationale=rationale,
        facts=facts or {},
        by=BUILT_IN,
    )
