"""Answers of GitHub that are odd, or not GitHub's at all: each is an error that is told, and none ends the reading."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runwright.adapters.forge_github.as_proposal import View, pull_of
from runwright.adapters.forge_github.connection import content
from runwright.adapters.forge_github.place import Place
from runwright.adapters.forge_github.reading import translated, understood
from runwright.adapters.forge_github.refusals import Answer
from runwright.adapters.forge_github.translating import Around
from runwright.errors import ContentError, EdgeError
from runwright.model.proposal import PullRequest
from runwright.release.codeowners import parse_codeowners

BOT = {"login": "runwright[bot]", "id": 5, "type": "Bot"}
VIEW = View("runwright[bot]", "acme/runbooks")
NOON = "2026-01-01T12:00:00Z"
HEAD = "1" * 40
DATA: dict[str, Any] = {
    "number": 1,
    "title": "Heal A",
    "body": "Why",
    "state": "open",
    "user": BOT,
    "head": {"ref": f"runwright/improve/RB-LIN-A/{'a' * 12}", "sha": HEAD, "repo": {"full_name": "acme/runbooks"}},
    "base": {"ref": "main", "sha": "2" * 40},
    "created_at": NOON,
    "updated_at": NOON,
}


def read(data: dict[str, Any], around: Around = Around()) -> PullRequest:  # noqa: B008 - a frozen value
    hosted = translated({**DATA, **data}, around)
    return understood(lambda: pull_of(hosted, VIEW))


@pytest.mark.parametrize(
    "name", ["0" * 100, "3.12, ubuntu-24.04, every extra that there is, with the lowest versions", "-", "日本"]
)
def test_a_check_may_have_any_name_that_github_takes(name: str) -> None:
    run = {"id": 1, "name": name, "head_sha": HEAD, "conclusion": "success", "completed_at": NOON}
    assert [check.conclusion for check in read({}, Around(runs=[run])).checks] == ["success"]


@pytest.mark.parametrize(
    "text",
    ['{"number": 1e999}', '{"number": NaN}', '{"updated_at": "0001-01-01T00:00:00+23:59"}', '{"head": {"sha": "?"}}'],
)
def test_a_value_that_cannot_be_is_an_error_that_is_told(text: str) -> None:
    with pytest.raises(EdgeError, match="not as expected"):
        read(json.loads(text))


def test_half_a_character_is_an_error_that_is_told() -> None:
    said = {"id": 1, "user": BOT, "body": "\ud800", "created_at": NOON}
    with pytest.raises(EdgeError, match="not as expected"):
        read({}, Around(comments=[said]))


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "9" * 5_000])
def test_json_without_an_end_is_an_error_that_is_told(text: str) -> None:
    with pytest.raises(EdgeError, match="no JSON"):
        content(Answer(200, {}, text), "pulls")
    assert Answer(403, {}, text).said() == ("", ())


@pytest.mark.parametrize(
    "address",
    [
        "https://[::1",
        "https://host:99999/api/v3",
        "https://host:x/",
        "https://host:0/",
        "https://a b/",
        "https://evil.example\n.github.com",
        "http://127.0.0.1:1/\r\nX: y",
        "https://host\\evil.example",
        "https://gіthub.com",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(address: str) -> None:
    with pytest.raises(ContentError, match="address of GitHub"):
        Place("acme/runbooks", address)
    with pytest.raises(ContentError, match="address of GitHub"):
        Place("acme/runbooks", web=address)


@pytest.mark.parametrize(
    ("api", "web"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://API.github.com", "https://GitHub.com"),
        ("https://api.acme.ghe.com", "https://acme.ghe.com"),
        ("https://github.acme.example/api/v3", "https://github.acme.example"),
        ("https://github.acme.example:8443/api/v3", "https://github.acme.example"),
        ("http://127.0.0.1:4000", "http://localhost:4001"),
    ],
)
def test_the_api_and_the_pages_of_one_github_are_taken(api: str, web: str) -> None:
    assert Place("acme/runbooks", api, web).api == api


@pytest.mark.parametrize(
    ("api", "web"),
    [
        ("https://api.github.com", "https://github.acme.example"),
        ("https://github.acme.example/api/v3", "https://github.com"),
        ("https://api.evil.example", "https://github.com"),
        ("https://api.github.com.evil.example", "https://github.com"),
        ("https://evil.example/api.github.com", "https://github.com"),
        ("https://github.com", "https://api.github.com"),
        ("http://127.0.0.1:4000", "https://github.com"),
        ("https://api.github.com", "http://localhost:4001"),
    ],
)
def test_the_api_of_one_github_and_the_pages_of_another_are_refused(api: str, web: str) -> None:
    with pytest.raises(ContentError, match="do not belong to one GitHub"):
        Place("acme/runbooks", api, web)


@pytest.mark.parametrize("pattern", ["/runbooks/", "/runbooks/**", "runbooks"])
def test_a_name_with_the_end_of_a_line_does_not_slip_past_the_owners_of_its_folder(pattern: str) -> None:
    owners = parse_codeowners(f"* @dana\n{pattern} @erin\n")
    assert owners.owners("runbooks/linux\n/RB-LIN-A.yaml") == owners.owners("runbooks/RB-LIN\n.yaml") == ("@erin",)
