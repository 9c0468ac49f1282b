"""`runwright.toml`: what each risk needs; never less than without the file."""

from __future__ import annotations

import pytest

from runwright.errors import ContentError
from runwright.model.policy import DEFAULT, policy_mistakes, read_hosting, read_policy

HIGH = b"[policy.risk.high]\napprovals = 3\n"


def test_without_a_file_the_defaults_hold() -> None:
    assert read_policy(None) == read_policy(b"") == DEFAULT
    assert [DEFAULT.approvals("low"), DEFAULT.approvals("medium"), DEFAULT.approvals("high")] == [1, 1, 2]


def test_a_risk_can_need_more_people() -> None:
    assert read_policy(HIGH).approvals("high") == 3
    assert read_policy(HIGH).approvals("medium") == 1


def test_what_a_lower_risk_needs_a_higher_one_needs_too() -> None:
    policy = read_policy(b"[policy.risk.low]\napprovals = 3\n")
    assert [policy.approvals("low"), policy.approvals("medium"), policy.approvals("high")] == [3, 3, 3]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[policy.risk.high]\napprovals = 1\n", 2, "greater than or equal to 2"),
        ("[policy.risk.low]\napprovals = 0\n", 2, "greater than or equal to 1"),
        ("[policy.risk.low]\napprovals = true\n", 2, "integer"),
        ("[policy.risk.low]\n\napprovals = '2'\n", 3, "integer"),
        ("[policy.risk.hihg]\napprovals = 2\n", 1, "not known"),
        ("[policy.guard]\nreview = 'never'\n", 2, "'warning' or 'error'"),
        ("[polcy]\n", 1, "not known"),
        ("policy.guard.new_forms = 'low'\n", 1, "'medium' or 'high'"),
        ("a = 1\na = 2\n", 2, "not valid TOML"),
        ("[policy\n", 1, "not valid TOML"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int, words: str) -> None:
    (found,) = policy_mistakes(text.encode())
    assert (found.path, found.line) == ("runwright.toml", line)
    assert words in found.message


def test_checks_at_github_can_be_added_and_none_taken_away() -> None:
    assert read_hosting(None).required == {"validate": 15368, "replay": 15368}
    assert read_hosting(b"[github]\nchecks = {scan = 7}\n").required == {"validate": 15368, "replay": 15368, "scan": 7}
    assert read_hosting(b"[github]\nchecks = {replay = 9}\n").required == {"validate": 15368, "replay": 9}


@pytest.mark.parametrize(
    "text",
    [
        "[github]\nchecks = {replay = 0}\n",
        "[github]\nchecks = {replay = true}\n",
        "[github]\nchecks = {replay = 'any'}\n",
        "[github]\nchecks = {'a`b' = 1}\n",
        "[github]\nother_bots = ['dana']\n",
        "[github]\ntoken = 'x'\n",
    ],
)
def test_who_sets_a_check_is_a_number_and_a_bot_is_a_bot(text: str) -> None:
    (found,) = policy_mistakes(text.encode())
    assert (found.path, found.line) == ("runwright.toml", 2)


@pytest.mark.parametrize("content", [b"\xff", b"a=" + b"[" * 60_000, b"#" * 100_000])
def test_what_is_no_policy_at_all_is_refused(content: bytes) -> None:
    with pytest.raises(ContentError, match=r"runwright\.toml"):
        read_policy(content)
