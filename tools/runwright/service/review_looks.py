"""`/api/review/runbook/{id}` and `/comparison/{id}`: what a reviewer looks at before deciding (SOURCES A.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from runwright.checks.difference.content import Difference, Trees
from runwright.corpus.corpus import Corpus, Entry, read_corpus
from runwright.corpus.layout import CONTENT, RECORDINGS, SETTINGS
from runwright.model.execution import Execution
from runwright.model.proposal import PullRequest
from runwright.model.review import PastRun
from runwright.model.runbook import Runbook
from runwright.service.access import admitted, parts_of
from runwright.service.answers import Unfit
from runwright.service.ports import Parts
from runwright.service.review import entry_of
from runwright.service.review_names import proposal_named
from runwright.service.rules import moment_text
from runwright.service.shown import ShownHeads

routes = APIRouter(prefix="/api/review", tags=["reviewers"])
RUNS = 50
"""How many runs of the parent are told."""
CONTEXT = frozenset(
    {
        "execution_id", "runbook_version", "site_id", "hostname", "incident_id", "incident_type", "platform",
        "started_at",
        "status", "error_message", "error_step", "error_traceback", "failure_type", "state_before", "state_after",
        "state_diff", "executed_steps", "verification_passed", "verification_method", "confidence",
    }
)  # fmt: skip


@routes.get("/runbook/{name}")
async def runbook(request: Request, name: str) -> JSONResponse:
    """One proposed version with its parent, the failure that it answers, and how the parent did."""
    return await _looked(request, name, _runbook)


@routes.get("/comparison/{name}")
async def comparison(request: Request, name: str) -> JSONResponse:
    """A proposed version beside its parent, and what differs in meaning."""
    return await _looked(request, name, _comparison)


async def _looked(request: Request, name: str, look: Callable[[Parts, str], dict[str, Any]]) -> JSONResponse:
    """Show a version, and remember which commit this reviewer was shown."""
    access = await admitted(request, "reviewer")
    told = await run_in_threadpool(look, parts_of(request), name)
    shown: ShownHeads = request.app.state.shown
    shown.note(access.id, told["pull_request"], told["head_sha"])
    return JSONResponse(told)


def _runbook(parts: Parts, name: str) -> dict[str, Any]:
    pull = proposal_named(parts, name)
    fork = fork_of(parts, pull)
    parent, improved = _own(_tree(parts, fork), pull), _improved(parts, pull, name)
    return {
        **entry_of(pull, parts.repository),
        "head_sha": pull.head_sha,
        "runbook": _data(improved),
        "parent_runbook": _data(parent) if parent else None,
        "failure_context": _failure(parts, pull, fork),
        "parent_execution_history": _history(parts, parent),
    }


def _comparison(parts: Parts, name: str) -> dict[str, Any]:
    pull = proposal_named(parts, name)
    before, after = _tree(parts, fork_of(parts, pull)), _tree(parts, pull.head_sha)
    parent, improved = _own(before, pull), _improved(parts, pull, name)
    return {
        **{
            key: value
            for key, value in entry_of(pull, parts.repository).items()
            if key in {"runbook_id", "pull_request"}
        },
        "head_sha": pull.head_sha,
        "parent": _side(parent, before) if parent else None,
        "improved": _side(improved, after),
        "differences": [_difference(each) for each in Trees(before, after).differences()],
    }


def fork_of(parts: Parts, pull: PullRequest) -> str:
    """Where a head left the base branch, whatever its record says; of one that was merged as it is, what it says."""
    tip = parts.repository.resolve(parts.base_ref)
    found = parts.repository.merge_base(tip, pull.head_sha) if tip else None
    return pull.base_sha if found in (None, pull.head_sha) else found


def _tree(parts: Parts, commit: str) -> Corpus:
    """What is run, and what judges it, at a commit; recordings are many, and left out."""
    return read_corpus(
        parts.repository.read_files(commit, *(part for part in CONTENT if part != RECORDINGS), *SETTINGS)
    )


def _own(corpus: Corpus, pull: PullRequest) -> Entry[Runbook] | None:
    return corpus.runbook(pull.runbook_id or "")


def _improved(parts: Parts, pull: PullRequest, name: str) -> Entry[Runbook]:
    found = _own(_tree(parts, pull.head_sha), pull)
    if found is None:
        raise Unfit(409, f"{name} cannot be read at {pull.head_sha[:12]}; its checks say why")
    return found


def _data(entry: Entry[Runbook]) -> dict[str, Any]:
    return entry.value.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _side(entry: Entry[Runbook], corpus: Corpus) -> dict[str, Any]:
    text = corpus.files[entry.path].decode("utf-8", "replace")
    return {"path": entry.path, "version": entry.value.version, "runbook": _data(entry), "text": text}


def _difference(each: Difference) -> dict[str, Any]:
    return {
        each.noun: each.id,
        "path": each.path,
        "risk": each.risk,
        "reasons": list(each.reasons),
        "changes": [change.text for change in each.changes],
        "notes": list(each.notes),
        "same_verification": each.same_verification,
    }


def _failure(parts: Parts, pull: PullRequest, fork: str) -> dict[str, Any] | None:
    """The run that the proposal answers, as its recording tells it; None where it brings none."""
    folder = f"{RECORDINGS}{pull.runbook_id}/"
    brought = [path for path in parts.repository.changed_paths(fork, pull.head_sha) if path.startswith(folder)]
    files = parts.repository.read_files(pull.head_sha, *brought) if brought else {}
    runs = [item.execution for item in read_corpus(files).recordings]
    first = next((run for name in pull.evidence for run in runs if run.execution_id == name), next(iter(runs), None))
    return _context(first) if first else None


def _context(run: Execution) -> dict[str, Any]:
    data = run.model_dump(mode="json", by_alias=True)
    return {name: value for name, value in data.items() if name in CONTEXT}


def _history(parts: Parts, parent: Entry[Runbook] | None) -> list[dict[str, Any]]:
    if parent is None or parts.past is None:
        return []
    return [_past(run) for run in parts.past.runs_of(parent.value.id, parent.value.version, RUNS)]


def _past(run: PastRun) -> dict[str, Any]:
    return {
        "execution_id": run.execution_id,
        "site_id": run.site_id,
        "runbook_version": run.version,
        "status": run.status,
        "success": run.success,
        "verification_passed": run.verification_passed,
        "duration_seconds": run.duration_seconds,
        "error_step": run.error_step,
        "error_message": run.error_message,
        "received_at": moment_text(run.at),
    }
