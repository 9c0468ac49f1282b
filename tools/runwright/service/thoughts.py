"""What the steps of the pipeline bring, as JSON that a durable store keeps, and back as values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from runwright.learn.background import Background
from runwright.learn.choosing import Improvement
from runwright.learn.drafts import Candidate, Drafted
from runwright.learn.judging import Judged
from runwright.model.intake import Finished
from runwright.model.proposal import Proposal
from runwright.model.question import Provenance
from runwright.model.triage import Triage
from runwright.service.ports import Json

BUILT_IN = "built-in"
_BACKGROUND = TypeAdapter(Background)


def triage_data(found: Triage) -> Json:
    """A triage as JSON."""
    return found.model_dump(mode="json")


def triage_of(data: Json) -> Triage:
    """A triage from JSON."""
    return Triage.model_validate_json(json.dumps(data))


def background_data(known: Background) -> Json:
    """What is known as JSON."""
    return _BACKGROUND.dump_python(known, mode="json")


def background_of(data: Json) -> Background:
    """What is known, from JSON."""
    return _BACKGROUND.validate_python(data)


def drafted_data(found: Drafted) -> dict[str, Any]:
    """Drafts as JSON."""
    candidates = [
        {
            "text": one.text,
            "summary": one.summary,
            "provenance": one.provenance.model_dump(mode="json"),
            "measured": one.measured,
            "path": one.path,
        }
        for one in found.candidates
    ]
    return {"candidates": candidates, "missing": list(found.missing_facts), "reason": found.reason}


def drafted_of(data: Json) -> Drafted:
    """Drafts from JSON."""
    candidates = tuple(
        Candidate(
            one["text"],
            one["summary"],
            Provenance.model_validate_json(json.dumps(one["provenance"])),
            measured=one.get("measured", False),
            path=one.get("path", ""),
        )
        for one in data["candidates"]
    )
    return Drafted(candidates, tuple(data["missing"]), data["reason"])


def judged_data(found: Judged) -> Json:
    """What the judges said, without the report: that is made again for the one that is chosen."""
    told = {"ok": found.ok, "why": found.why, "rank": list(found.rank), "undecided": found.undecided}
    return {**told, "missing": list(found.missing_facts)}


def judged_of(data: Json, candidate: Candidate) -> Judged:
    """What the judges said, from JSON."""
    predicted, opened, fixed, changes, risk = data["rank"]
    return Judged(
        candidate,
        data["ok"],
        data["why"],
        (bool(predicted), int(opened), int(fixed), int(changes), int(risk)),
        undecided=data["undecided"],
        missing_facts=tuple(data["missing"]),
    )


def improvement_data(found: Improvement) -> dict[str, Any]:
    """The end of the thinking as JSON, with its proposal where it has one."""
    proposal = found.proposal.model_dump(mode="json") if found.proposal is not None else None
    return {**ended(found.kind, found.reason, found.triage, found.tried, found.missing_facts), "proposal": proposal}


def proposal_of(data: Json) -> Proposal:
    """A proposal from JSON."""
    return Proposal.model_validate_json(json.dumps(data))


def ended(
    stage: str, reason: str, found: Triage, tried: Sequence[str] = (), missing: Sequence[str] = ()
) -> dict[str, Any]:
    """How the work on a failure ended, as JSON."""
    said = {"stage": stage, "reason": reason, "triage": triage_data(found), "tried": list(tried)}
    opened: dict[str, Any] = {"pull": None, "evidence": [], "improved": None}
    return {**said, **opened, "missing": list(missing), "asked": found.by != BUILT_IN}


def finished_of(data: Json, fingerprint: str) -> Finished:
    """The end of the leader, from JSON."""
    return Finished(
        data["stage"],
        data["reason"],
        triage=triage_of(data["triage"]),
        fingerprint=fingerprint,
        pull_number=data["pull"],
        improved_runbook_id=data["improved"],
        tried=tuple(data["tried"]),
        missing_facts=tuple(data["missing"]),
    )
