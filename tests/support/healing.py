"""From a failure that was made for real to a better runbook: the run, the proposal, the new text.

How a fault is made and where the runbook runs is left to the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import yaml

from runwright.checks.validation import errors, validate
from runwright.corpus.corpus import read_corpus
from runwright.learn.improve import Improvement, improve
from runwright.model.telemetry import parse_execution

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def weak(name: str, *steps: Mapping[str, Any], verify: Mapping[str, Any], params: Mapping[str, Any]) -> str:
    """A runbook as somebody wrote it who had not met this fault yet."""
    return yaml.safe_dump(
        {
            "id": f"RB-LIN-{name}-001",
            "name": name.capitalize(),
            "version": 1,
            "platform": "linux",
            "incident_types": ["service_stopped"],
            "description": "Repairs one thing.",
            "params": dict(params),
            "steps": [dict(step) for step in steps],
            "verify": {
                "method": "state_check",
                "settle": "1s",
                "checks": [{"when": {path: value}, "confidence": 0.9} for path, value in verify.items()],
            },
        },
        sort_keys=False,
    )


def thought(text: str, run: Mapping[str, Any]) -> Improvement:
    """What the author makes of a failed run of a runbook's text, with nothing else to go by."""
    base = read_corpus({path_of(run): text.encode()})
    assert errors(validate(base)) == (), errors(validate(base))
    return improve(parse_execution(run), base, NOW)


def new_text(found: Improvement, run: Mapping[str, Any]) -> str:
    """The runbook that is proposed; replay must have predicted that it is the fix."""
    assert found.proposal is not None, (found.reason, found.tried, found.missing_facts)
    assert "fixed (predicted)" in found.proposal.body
    proposed = found.proposal.files[path_of(run)]
    assert proposed is not None
    return proposed


def path_of(run: Mapping[str, Any]) -> str:
    """Where the runbook of a run stands."""
    return f"runbooks/linux/{run['runbook_id']}.yaml"
