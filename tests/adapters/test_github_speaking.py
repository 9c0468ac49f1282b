"""Whose token it is: by what GitHub tells, and by its first letters as a hint alone."""

from __future__ import annotations

import pytest

from runwright.adapters.clock_kept import is_kept
from runwright.adapters.forge_github.inspecting import text_of
from runwright.adapters.forge_github.speaking import kind_of


@pytest.mark.parametrize(
    ("token", "login", "scopes", "kind"),
    [
        ("github_pat_11ABC", "dana", None, "fine-grained"),
        ("ghp_abc", "dana", "repo", "classic"),
        ("0123456789abcdef", "dana", "repo, workflow", "classic"),
        ("gho_abc", "dana", "repo", "oauth"),
        ("ghs_abc", "github-actions[bot]", None, "actions"),
        ("a-token-of-a-form-that-is-not-known", "dana", None, "other"),
        ("ghs_15368_ey.J0.eX", "dana", None, "other"),
    ],
)
def test_a_token_is_taken_for_nothing_that_nothing_tells(token: str, login: str, scopes: str | None, kind: str) -> None:
    assert kind_of(token, login, scopes) == kind


@pytest.mark.parametrize(
    "found",
    [[], {"type": "dir"}, {"type": "file", "size": 2**30, "content": ""}, {"type": "symlink", "target": "x"}, None],
)
def test_what_is_no_text_file_has_no_text(found: object) -> None:
    assert text_of(found) is None


def test_a_file_is_read_from_what_github_wraps_in_lines() -> None:
    assert text_of({"type": "file", "size": 3, "content": "YWJj\n"}) == "abc"


def test_asking_about_the_clock_sets_nothing_and_ends() -> None:
    assert is_kept() in {True, False, None}
