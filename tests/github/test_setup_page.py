"""The page that leads through the setup names what the code names: no more, no less."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runwright.adapters.forge_github.credentials import PERMISSIONS as ASKED_FOR
from runwright.checks.hosting import wanted
from runwright.checks.hosting.item import ITEMS
from runwright.checks.hosting.owners import uncovered
from runwright.checks.hosting.rulesets import Wishes, other_rulesets
from runwright.cli.github import VERBS
from runwright.cli.main import COMMANDS
from runwright.model.hosting import ACTIONS_APP
from runwright.service.webhook_events import HEEDED

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / ".github" / "SETUP.md").read_text("utf-8")
CODE = "".join(
    path.read_text("utf-8")
    for folder, pattern in (("tools", "*.py"), (".github/workflows", "*.yml"))
    for path in sorted((ROOT / folder).rglob(pattern))
)
NAMES = re.compile(r"RUNWRIGHT_[A-Z][A-Z_]*[A-Z]")


def rows(heading: str) -> dict[str, tuple[str, ...]]:
    """The rows of the table whose first heading is this: the first cell, and the others."""
    found: dict[str, tuple[str, ...]] = {}
    for table in re.findall(rf"^\| {re.escape(heading)} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", PAGE, re.MULTILINE):
        for line in table.splitlines():
            first, *others = [cell.strip() for cell in line.strip("|").split("|")]
            found[first.strip("`")] = tuple(others)
    return found


@pytest.mark.parametrize(
    ("heading", "permissions"),
    [
        ("permission", wanted.PERMISSIONS),
        ("permission of that token", wanted.SETUP_PERMISSIONS),
        ("permission of the release's App", wanted.RELEASE_PERMISSIONS),
    ],
)
def test_each_permission_stands_there_with_its_level_and_reason(
    heading: str, permissions: tuple[wanted.Permission, ...]
) -> None:
    assert rows(heading) == {one.name: (one.level, one.reason) for one in permissions}


def test_the_bot_asks_for_exactly_the_permissions_that_the_page_names() -> None:
    assert dict(ASKED_FOR) == {one.name: one.level for one in wanted.PERMISSIONS}


def test_each_event_stands_there_and_no_other() -> None:
    answered = {"ping", "merge_group"}
    assert set(rows("event")) == set(HEEDED) | answered
    assert {name: (reason,) for name, reason in wanted.EVENTS.items()}.items() <= rows("event").items()
    # GitHub sends these to every App; all others must be ticked.
    assert set(HEEDED) - set(wanted.EVENTS) == {"installation", "installation_repositories"}


def test_each_variable_about_github_stands_there_and_is_read_by_something() -> None:
    on_page, in_code = set(NAMES.findall(PAGE)), set(NAMES.findall(CODE))
    about_github = {name for name in in_code if name.startswith(("RUNWRIGHT_GITHUB_", "RUNWRIGHT_RELEASE_"))}
    assert about_github - on_page == set()
    assert on_page - in_code == set()


def test_each_item_of_the_setup_is_explained() -> None:
    made = {one.key for one in other_rulesets(Wishes(release_app=1), "main")}
    # What only a person can do is told when it is missing.
    keys = set(ITEMS) - {"owners", "source"}
    assert made < keys
    named = {name for cell in rows("item") for name in re.findall(r"[a-z-]+", cell.replace("`", ""))}
    assert named == keys


def test_each_command_on_the_page_is_one() -> None:
    for group, verb in re.findall(r"`?runwright ([a-z]+)(?: ([a-z]+))?", PAGE):
        assert group in COMMANDS, group
        if group == "github":
            assert verb in VERBS, verb


def test_the_app_of_the_checks_is_named_by_its_number() -> None:
    assert f"App {ACTIONS_APP}" in PAGE


def test_this_repository_has_an_owner_for_everything_that_the_doctor_asks_for() -> None:
    assert uncovered((ROOT / ".github" / "CODEOWNERS").read_text("utf-8"), "CODEOWNERS") == ()
