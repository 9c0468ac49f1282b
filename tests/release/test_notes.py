"""The page of a release: told from the signed tag alone, and nothing in it calls anybody or runs away."""

from __future__ import annotations

from runwright.release.notes import LONGEST, merges_of, notes_of
from runwright.release.objects import TagObject

HEAD = "ab" * 20
LINE = (
    f"Pull-request: #7 approved-by=dana,erin accounts=1,2 reviews=3,4 risk=high head={HEAD} tree={HEAD} merge={HEAD} "
    "checks=replay@15368:9,validate@15368:8"
)


def tag(*lines: str, name: str = "rules-v2") -> TagObject:
    """A tag with these lines in its message."""
    return TagObject("cd" * 20, "commit", name, "\n".join(["Release", "", *lines, ""]), "", b"")


def test_each_merge_is_a_row_with_who_approved_it() -> None:
    told = notes_of(tag(LINE), ["- **RB-LIN-SERVICE-001** (risk high)"])
    assert f"| #7 | `dana, erin` | high | `replay@15368:9, validate@15368:8` | `{HEAD[:12]}` |" in told
    assert "- **RB-LIN-SERVICE-001** (risk high)" in told
    assert "verify-tag rules-v2" in told


def test_nobody_is_called_by_a_page() -> None:
    assert "@dana" not in notes_of(tag(LINE), [])


def test_a_line_that_no_release_writes_is_no_merge() -> None:
    lines = ("Pull-request: #x approved-by=eve", "Pull-request: #8 <b>", "Pull-request: #9 approved-by=`eve`")
    assert merges_of(tag(*lines)) == ()


def test_a_release_without_merges_has_no_table() -> None:
    told = notes_of(tag("Merged: nothing that was reviewed as a pull request"), [])
    assert "|" not in told
    assert "nothing that agents run" in told


def test_a_page_that_is_too_long_is_cut_at_a_line() -> None:
    told = notes_of(tag(LINE), [f"- change {number} {'x' * 1000}" for number in range(200)])
    assert len(told) < LONGEST + 2000
    assert "runwright diff" in told
