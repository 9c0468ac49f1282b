"""The fingerprint of a failure: runbook, failing step with its parameters, and the error without its details.

It names the branch of a proposal, so that a second identical failure finds the first one's pull request.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from runwright.model.execution import ExecutedStep, Execution

VERIFICATION = "verify"
MAX_RAW = 65_536
MAX_ERROR = 4_000
"""Characters of the normalised error that count, from its end."""
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DETAILS = (
    (re.compile(r"(\[erased:[a-z0-9_]{1,41}):[0-9a-f]{8}\]"), r"\1]"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<uuid>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d)?[0-9.,z+:-]{0,16}"), "<time>"),
    (re.compile(rf"\b(?:{_MONTHS})[a-z]{{0,6}} {{1,2}}\d{{1,2}}\b(?:[ ,]{{1,2}}\d{{4}}\b)?"), "<day>"),
    (re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)(?:[a-z]{1,6}day|sday|day)?,? <day>"), "<day>"),
    (re.compile(r"\b(?<=/)(?:tmp|temp)[._-][a-z0-9_]{3,32}\b"), "<temporary>"),
    (re.compile(r"\b0x[0-9a-f]{1,64}\b|\b(?=[a-f]{0,63}\d)[0-9a-f]{7,64}\b"), "<hex>"),
    (re.compile(r"\d+(?:[.,:]\d+)*"), "<n>"),
    (re.compile(r"\s+"), " "),
)


def fingerprint(execution: Execution) -> str:
    """The failure's name: 64 hexadecimal digits."""
    step = failed_step(execution)
    known = [execution.runbook_id, execution.platform, *_step(execution, step)]
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()


def failed_step(execution: Execution) -> ExecutedStep | None:
    """The step that stopped the run, or None when the verification alone said no."""
    named = next((step for step in execution.executed_steps if step.step == execution.error_step), None)
    failed = [step for step in execution.executed_steps if step.outcome == "failed"]
    return named or (failed[-1] if failed else None)


def normalised_error(text: str) -> str:
    """An error message without numbers, times, addresses and digests."""
    said = text[-MAX_RAW:].lower()
    for pattern, instead in _DETAILS:
        said = pattern.sub(instead, said)
    return said.strip()[-MAX_ERROR:]


def _step(execution: Execution, step: ExecutedStep | None) -> list[object]:
    if step is None:
        return [VERIFICATION, execution.verification_method, _text(execution.params)]
    return [step.step, step.action, _text(step.params), normalised_error(step.error)]


def _text(params: Mapping[str, Any]) -> str:
    return json.dumps(params, sort_keys=True, ensure_ascii=False, default=str)
