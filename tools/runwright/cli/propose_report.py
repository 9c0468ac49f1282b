"""Tells what `runwright propose` found: as text, as JSON, as the pull request's own Markdown."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from runwright.cli.printable import printable
from runwright.model.probe import plain_facts

if TYPE_CHECKING:
    from runwright.cli.proposing import Draft


def report(drafts: list[Draft], form: str) -> str:
    """All of them, in order; of several, JSON has one a line."""
    if form == "json":
        return "".join(json.dumps(_data(one), indent=None if drafts[1:] else 2) + "\n" for one in drafts)
    return "\n".join((_body if form == "markdown" else _text)(one) for one in drafts)


def _data(one: Draft) -> dict[str, Any]:
    found, proposal = one.found, one.found.proposal
    data: dict[str, Any] = {
        "execution_id": one.execution.execution_id,
        "kind": found.kind,
        "reason": found.reason,
        "failure_type": one.triage.failure_type,
        "improvable": one.triage.improvable,
        "rationale": one.triage.rationale,
        "fingerprint": found.fingerprint,
        "tried": list(found.tried),
        "missing_facts": list(found.missing_facts) if proposal is None else [],
        "probe_request": {"facts": list(plain_facts(found.missing_facts)) if proposal is None else []},
    }
    if proposal is None:
        return data
    return {
        **data,
        "runbook_id": proposal.runbook_id,
        "title": proposal.title,
        "labels": list(proposal.labels),
        "branch": proposal.branch,
        "held_back": one.held_back,
        "files": dict(proposal.files),
        "diff": "".join(_diff(one)),
        "body": proposal.body,
    }


def _body(one: Draft) -> str:
    """What a reviewer would read."""
    if one.found.proposal is None:
        return _text(one)
    return f"# {one.found.proposal.title}\n\n{one.found.proposal.body.rstrip()}\n"


def _text(one: Draft) -> str:
    lines = _proposed(one) if one.found.proposal else _needs_person(one)
    head = f"{one.execution.execution_id}: {one.found.reason}"
    return printable("\n".join([head, *lines]), keep="\n", instead="?") + "\n"


def _proposed(one: Draft) -> Iterator[str]:
    proposal = one.found.proposal
    if proposal is None:
        return
    yield f"title: {proposal.title}"
    yield f"why: {_why(one)}"
    yield f"labels: {', '.join(proposal.labels)}"
    yield f"branch: {proposal.branch}"
    yield from _tried(one)
    if one.held_back:
        yield f"a service would leave this to a person: {one.held_back}"
    yield ""
    yield "".join(_diff(one)).rstrip()
    others = [path for path in proposal.files if not path.endswith(".yaml")]
    yield f"\nand the evidence: {', '.join(others)}" if others else ""


def _needs_person(one: Draft) -> Iterator[str]:
    found = one.found
    yield f"why: {_why(one)}"
    yield from _tried(one)
    asked = plain_facts(found.missing_facts)
    if asked:
        yield "missing facts, for an agent to read at the next occurrence:"
        yield from (f"  - {fact}" for fact in asked)
    yield from (f"also open: {said}" for said in found.missing_facts if said not in asked)


def _tried(one: Draft) -> Iterator[str]:
    """Every draft, with what replay or a check said of it."""
    if one.found.tried:
        yield "tried:"
        yield from (f"  - {tried}" for tried in one.found.tried)


def _why(one: Draft) -> str:
    doubt = "" if one.triage.improvable else " (a better version would not have helped, as far as triage can tell)"
    return f"{one.triage.failure_type}: {one.triage.rationale}{doubt}"


def _diff(one: Draft) -> Iterator[str]:
    """The change of each runbook, as Git would show it."""
    proposal, before = one.found.proposal, one.library.corpus.files
    for path, text in (proposal.files if proposal else {}).items():
        if not path.endswith(".yaml") or text is None:
            continue
        old = before[path].decode().splitlines(keepends=True) if path in before else []
        name = f"a/{path}" if old else "/dev/null"
        yield from difflib.unified_diff(old, text.splitlines(keepends=True), name, f"b/{path}")
