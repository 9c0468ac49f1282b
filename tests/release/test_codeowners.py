"""CODEOWNERS: the last line that matches decides."""

from __future__ import annotations

import pytest

from runwright.errors import ContentError
from runwright.release.codeowners import parse_codeowners


@pytest.mark.parametrize(
    ("pattern", "path", "owned"),
    [
        ("*", "a", True),
        ("*", "a/b/c", True),
        ("*.yaml", "runbooks/linux/x.yaml", True),
        ("*.yaml", "runbooks/linux/x.yml", False),
        ("/runbooks/", "runbooks/linux/x.yaml", True),
        ("/runbooks/", "tests/runbooks/x.yaml", False),
        ("runbooks/", "tests/runbooks/x.yaml", True),
        ("runbooks/", "runbooks", False),
        ("/runbooks", "runbooks/x", True),
        ("/runbooks", "runbooks2/x", False),
        ("runbooks/linux", "runbooks/linux/x", True),
        ("runbooks/linux", "a/runbooks/linux/x", False),
        ("docs/*", "docs/x", True),
        ("docs/*", "docs/a/x", False),
        ("**/logs", "a/b/logs/x", True),
        ("**/logs", "logs/x", True),
        ("a/**/z", "a/b/c/z", True),
        ("a/**/z", "a/z", True),
        ("a/**", "a/b/c", True),
        ("RB-?.yaml", "runbooks/RB-1.yaml", True),
        ("RB-?.yaml", "runbooks/RB-12.yaml", False),
        ("a.b", "axb", False),
        (".github/", ".github/workflows/x.yml", True),
    ],
)
def test_patterns_match_as_github_says(pattern: str, path: str, owned: bool) -> None:
    assert parse_codeowners(f"{pattern} @dana\n").owns("dana", path) is owned


def test_the_last_match_wins() -> None:
    owners = parse_codeowners("* @dana\n/rules/ @alex @ops/leads # the rules\n/rules/free/\n")
    assert owners.owners("rules/x.yaml") == ("@alex", "@ops/leads")
    assert not owners.owns("dana", "rules/x.yaml")
    assert owners.owners("rules/free/x.yaml") == ()
    assert owners.owners("else") == ("@dana",)


def test_handles_are_compared_without_case_and_addresses_count() -> None:
    owners = parse_codeowners("* @Dana alex@example.org\n")
    assert owners.owns("dana", "x")
    assert owners.owns("Alex@example.org", "x")
    assert not owners.owns("dan", "x")


@pytest.mark.parametrize("line", ["!x @dana", "[ab] @dana", "a\\ b @dana", "* dana", "* @", "* @da na"])
def test_what_github_would_ignore_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(ContentError) as caught:
        parse_codeowners(f"# owners\n{line}\n")
    assert caught.value.line == 2
