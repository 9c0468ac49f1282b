"""Recordings and runbooks made by hand, never by the code that they test.

The hosts run the supervisor unless a test says otherwise: there a service needs what it requires.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from runwright.corpus.corpus import Corpus, read_corpus
from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from runwright.model.telemetry import parse_execution
from runwright.model.verdict import Verdict
from runwright.replay.judging import Pair, judge

SUPERVISOR = {"platform.os": "linux", "platform.service_manager": "supervisor"}
SYSTEMD = {"platform.os": "linux", "platform.service_manager": "systemd"}
RUNBOOK_ID = "RB-LIN-SERVICE-001"
WEB_RUNS = {"services.web.state": "running"}
PATH = f"runbooks/linux/{RUNBOOK_ID}.yaml"

Facts = dict[str, Any]
Step = dict[str, Any]


def service(name: str, state: str, *requires: str) -> Facts:
    """Everything that a start reads of a service."""
    prefix = f"services.{name}"
    return {f"{prefix}.state": state, f"{prefix}.known": True, f"{prefix}.requires": list(requires)}


def step(step_id: str, action: str, /, **fields: Any) -> Step:
    """A step of a runbook; what is not a field of a step is a parameter."""
    known = ("name", "when", "timeout", "retry", "on_failure", "success_codes")
    params = {key: value for key, value in fields.items() if key not in known}
    return {"id": step_id, "action": action, "with": params, **{k: v for k, v in fields.items() if k in known}}


def start(name: str, /, **fields: Any) -> Step:
    """A step that starts a service."""
    return step(fields.pop("id", f"start-{name}"), "service.start", service=name, **fields)


def runbook(*steps: Step, version: int = 1, checks: Mapping[str, Any] | None = None, **fields: Any) -> Runbook:
    """A runbook that is right when web runs, unless `checks` says otherwise."""
    verify = {"method": "service_status_check", "checks": [{"when": checks or WEB_RUNS, "confidence": 0.9}]}
    data = {
        "id": RUNBOOK_ID,
        "name": "Start a stopped service",
        "version": version,
        "platform": "linux",
        "incident_types": ["service_stopped"],
        "steps": list(steps),
        "verify": verify,
        **fields,
    }
    return Runbook.model_validate_json(json.dumps(data))


def ran(step_id: str, action: str, /, outcome: str = "success", **fields: Any) -> Step:
    """A recorded step; what is not a field of a recorded step is a parameter."""
    known = {"state_before", "state_after", "facts", "attempts", "timed_out", "exit_code", "error", "output"}
    known.add("duration_seconds")
    told = {key: value for key, value in fields.items() if key in known}
    params = {key: value for key, value in fields.items() if key not in known}
    told.setdefault("exit_code", {"success": 0, "failed": 1}.get(outcome))
    told.setdefault("duration_seconds", 0.0 if outcome == "skipped" else 1.0)
    return {"step": step_id, "action": action, "params": params, "outcome": outcome, **told}


def started(name: str, outcome: str = "success", /, **fields: Any) -> Step:
    """A recorded start of a service."""
    return ran(fields.pop("id", f"start-{name}"), "service.start", outcome, service=name, **fields)


def tries(*outcomes: str, every: float, lasting: float = 0.0) -> list[dict[str, Any]]:
    """The tries of a recorded step, one every so many seconds."""
    return [{"offset": n * every, "duration": lasting, "outcome": outcome} for n, outcome in enumerate(outcomes)]


def recording(*steps: Step, before: Facts | None = None, after: Facts | None = None, **fields: Any) -> Execution:
    """A recorded run of the runbook above: a verified success, unless `verified` says otherwise."""
    verified = fields.pop("verified", True)
    host = fields.pop("host", SUPERVISOR)
    data = {
        "execution_id": "exec-1",
        "runbook_id": RUNBOOK_ID,
        "runbook_version": 1,
        "platform": "linux",
        "status": "success" if verified else "failure",
        "success": verified is True,
        "verification_passed": verified,
        "verification_method": "service_status_check",
        "state_before": {**host, **(before or {})},
        "state_after": {**host, **after} if after is not None else {},
        "executed_steps": list(steps),
        **fields,
    }
    return parse_execution(data)


def judged(base: Runbook, head: Runbook, run: Execution, *others: Execution) -> Verdict:
    """What replay says of one recording when base becomes head."""
    return judge(Pair(base, head), run, others)


def said(verdict: Verdict) -> str:
    """The verdict with its grade, such as `fixed (predicted)`."""
    return f"{verdict.verdict} ({verdict.grade})" if verdict.grade else verdict.verdict


def answers(verdict: Verdict) -> list[tuple[str, str, str]]:
    """How each step was answered."""
    return [(item.step, item.answer, item.outcome) for item in verdict.steps]


def tree(book: Runbook, *runs: Execution, **files: bytes) -> Corpus:
    """A tree with one runbook and its recordings, as JSON, which is YAML too."""
    from runwright.model.telemetry import canonical, execution_data

    found = {PATH: book.model_dump_json(by_alias=True, exclude_none=True, exclude_defaults=True).encode()}
    for run in runs:
        found[f"tests/recordings/{run.runbook_id}/{run.execution_id}.json"] = canonical(execution_data(run))
    return read_corpus({**found, **files})
