"""What the same drafts can be made of again, offline: the run, the commit, the moment, and what a model answered.

`runwright propose --from` reads it. It holds nothing that is not in a pull request's evidence or in the store already.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from runwright.learn.background import Background
from runwright.learn.drafts import Failure
from runwright.model.asking import ModelSettings
from runwright.model.telemetry import execution_data
from runwright.redact.redact import redact_data
from runwright.service.consulting import ModelDrafts

SCHEMA = "runwright.evidence/1"


def evidence(
    failure: Failure, background: Background, drafts: ModelDrafts, settings: ModelSettings, commit: str
) -> dict[str, Any]:
    """The evidence of a model's drafts for one failure, as JSON; the run is redacted."""
    return {
        "schema": SCHEMA,
        "at": failure.now.isoformat(),
        "commit": commit,
        "fingerprint": failure.fingerprint,
        "execution": redact_data(execution_data(failure.execution))[0],
        "triage": failure.triage.model_dump(mode="json"),
        "background": asdict(background),
        "model": settings.model_dump(mode="json"),
        "answers": [answer.model_dump(mode="json") for answer in drafts.answers],
    }
