"""The comment on what was seen again: our own words, and names that cannot do anything."""

from __future__ import annotations

import pytest

from runwright.model.review import Seen
from runwright.service.evidence import evidence_text, postable
from tests.support.forge import later
from tests.support.gfm import active
from tests.support.markdown import HOSTILE

TEXTS = [
    *HOSTILE,
    "@dana",
    "fixes #1",
    "https://evil.example",
    "![x](http://x)",
    "<img src=x>",
    "```\n# out",
    "`@dana`",
]


def test_it_says_how_often_where_and_since_when() -> None:
    told = evidence_text(Seen(12, 2, later(0), later(90), ("exec-12", "exec-11"), (("north", 10), ("south", 2))))
    assert told.startswith(
        "Seen 12 times at 2 sites, first 2026-03-02 09:00 and last 2026-03-02 10:30 UTC. "
        "This comment is kept up to date; no other is added."
    )
    assert "| `north` | 10 |\n| `south` | 2 |" in told
    assert "exec-12\nexec-11" in told


def test_of_one_site_no_table_is_needed() -> None:
    assert evidence_text(Seen(2, 1)) == (
        "Seen 2 times at one site. This comment is kept up to date; no other is added."
    )


@pytest.mark.parametrize("text", TEXTS)
def test_no_name_does_anything(text: str) -> None:
    assert active(evidence_text(Seen(3, 2, newest=(text, "exec-1"), busiest=((text, 2), ("north", 1))))) == []


def test_a_name_that_looks_like_a_secret_is_not_posted() -> None:
    told = postable(Seen(3, 1, newest=("password=hunter2-hunter2",)))
    assert "hunter2" not in told
    assert told.startswith("Seen 3 times")
