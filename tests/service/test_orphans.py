"""Which failures are thought about again when their proposal was taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from runwright.learn.unanswered import told
from runwright.model.proposal import ELSEWHERE, PullRequest
from runwright.service.tidying import orphans

ENDED = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reason", "again"),
    [("RB-LIN-X-001 is at version 3 since; its failure is looked at again with that", True), (told(), False)],
)
def test_what_nobody_answered_is_not_asked_again_at_once(reason: str, again: bool) -> None:
    pull = closed(reason, by="runwright[bot]")
    assert bool(list(orphans((pull,), ENDED + timedelta(hours=1)))) == again


@pytest.mark.parametrize("by", ["", "frank"])
def test_what_somebody_merged_elsewhere_is_thought_about_again(by: str) -> None:
    pull = closed(f"{ELSEWHERE}'franks', not into refs/heads/main", by)
    (found,) = orphans((pull,), ENDED + timedelta(hours=1))
    assert (found.fingerprint, found.pull_number) == ("abababababab", 4)
    newer = pull.model_copy(update={"number": 5, "state": "open", "closed_as": None, "closed_by": "", "ended_at": None})
    assert list(orphans((pull, newer), ENDED + timedelta(hours=1))) == []
    assert list(orphans((pull,), ENDED + timedelta(days=31))) == []


def test_what_a_person_closed_as_stale_is_not() -> None:
    assert list(orphans((closed("not now", "dana"),), ENDED + timedelta(hours=1))) == []


def closed(reason: str, by: str) -> PullRequest:
    """A proposal that was closed as stale."""
    return PullRequest(
        number=4,
        title="t",
        body="b",
        branch="runwright/improve/RB-LIN-X-001/abababababab",
        base_ref="refs/heads/main",
        base_sha="b" * 40,
        head_sha="a" * 40,
        fingerprint="abababababab",
        opened_at=ENDED - timedelta(days=8),
        updated_at=ENDED,
        by="runwright[bot]",
        state="closed",
        closed_as="stale",
        closed_reason=reason,
        closed_by=by,
        ended_at=ENDED,
    )
