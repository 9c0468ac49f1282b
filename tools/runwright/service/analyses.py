"""An analysis as it is told to people and programs (SOURCES A.4), and an opinion as it is taken from them.

An opinion is a person's text: it is redacted like telemetry before it is kept.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from runwright.errors import ContentError
from runwright.model.review import Analysis, Opinion
from runwright.redact.redact import redact_text
from runwright.service.governing_ports import Opinions
from runwright.service.rules import moment_text

MAX_TEXT = 4_000
"""Characters of what a person says of a run."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 @._-]{0,63}")


def analysis_data(analysis: Analysis) -> dict[str, Any]:
    """One analysis as JSON; of what people said the last word stands beside everything that was said."""
    said = analysis.opinions
    right = [one.was_correct_runbook for one in said if one.was_correct_runbook is not None]
    texts = [one.human_feedback for one in said if one.human_feedback]
    return {
        "execution_id": analysis.execution_id,
        "site_id": analysis.site_id,
        "analyzed_at": moment_text(analysis.analyzed_at),
        "failure_analysis": {
            "failure_type": analysis.failure_type,
            "improved_runbook_generated": analysis.improved_runbook_generated,
            "improved_runbook_id": analysis.improved_runbook_id,
        },
        "stage": analysis.stage,
        "reason": analysis.reason,
        "fingerprint": analysis.fingerprint,
        "triage": analysis.triage,
        "tried": list(analysis.tried),
        "missing_facts": list(analysis.missing_facts),
        "was_correct_runbook": right[-1] if right else None,
        "human_feedback": texts[-1] if texts else None,
        "opinions": [opinion_data(one) for one in said],
    }


def opinion_data(opinion: Opinion) -> dict[str, Any]:
    """One opinion as JSON."""
    return {
        "site_id": opinion.site_id,
        "execution_id": opinion.execution_id,
        "was_correct_runbook": opinion.was_correct_runbook,
        "human_feedback": opinion.human_feedback,
        "by": opinion.by,
        "at": moment_text(opinion.at),
    }


def kept_opinion(opinions: Opinions, execution_id: str, data: dict[str, Any], by: str, now: datetime) -> Opinion:
    """Keep what a person says of a run; raises ContentError for what cannot be understood, or is about no run."""
    right, text = data.get("was_correct_runbook"), data.get("human_feedback") or ""
    if right is not None and not isinstance(right, bool):
        raise ContentError("$.was_correct_runbook: expected true, false or null")
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        raise ContentError(f"$.human_feedback: expected text of at most {MAX_TEXT} characters")
    if right is None and not text.strip():
        raise ContentError("$: expected was_correct_runbook, or human_feedback, or both")
    site = _site(opinions.sites_of(execution_id), execution_id, data.get("site_id"))
    opinion = Opinion(site, execution_id, right, redact_text(text.strip())[0], named(data.get("reviewer"), by), now)
    opinions.give(opinion)
    return opinion


def named(reviewer: Any, by: str) -> str:
    """Who says it: the name that is given, and always how they came in."""
    if reviewer is None:
        return by
    if not isinstance(reviewer, str) or not _NAME.fullmatch(reviewer):
        raise ContentError("$.reviewer: expected a name of 1 to 64 letters, digits, spaces and @ . _ -")
    return f"{reviewer} ({by})"


def _site(sites: tuple[str, ...], execution_id: str, given: Any) -> str:
    if given is not None and given not in sites:
        raise ContentError(f"no site {str(given)[:128]!a} has sent an execution {execution_id[:128]!a}")
    if not sites:
        raise ContentError(
            f"no execution {execution_id[:128]!a} was received; `runwright feedback` lists those that were"
        )
    if given is None and len(sites) > 1:
        raise ContentError(f"{len(sites)} sites sent an execution {execution_id[:128]!a}; say which with site_id")
    return str(given or sites[0])
