"""Which failures are thought about again when their proposal was taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from runwright.learn.unanswered import told
from runwright.model.proposal import PullRequest
from runwright.service.tidying import orphans

ENDED = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reason", "again"),
    [("RB-LIN-X-001 is at version 3 since; its failure is looked at again with that", True), (told(), False)],
)
def test_what_nobody_answered_is_not_asked_again_at_once(reason: str, again: bool) -> None:
    pull = PullRequest(
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
        closed_by="runwright[bot]",
        ended_at=ENDED,
    )
    assert bool(list(orphans((pull,), ENDED + timedelta(hours=1)))) == again
