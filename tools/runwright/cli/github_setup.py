"""`runwright github setup`: shows what a repository at GitHub lacks, and with --apply sets it up as who asks.

What is wanted is decided in `checks.hosting`; nothing that is there is made less strict.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import click

from runwright.checks.hosting.item import ITEMS
from runwright.cli import options
from runwright.cli.forge_address import ForgeAddress, GitHubAddress
from runwright.cli.init import owner_option, requirement

if TYPE_CHECKING:
    from runwright.adapters.forge_github import Connection
    from runwright.checks.hosting.facts import GitHubFacts
    from runwright.checks.hosting.item import Item, Reviewers
    from runwright.checks.hosting.rulesets import Wishes

MARKS = {
    "there": "there",
    "missing": "missing",
    "different": "different",
    "waits": "waits",
    "yours": "yours to do",
    "impossible": "cannot",
    "left": "left alone",
}


@click.command()
@options.forge
@click.option("--apply", "act", is_flag=True, help="Do it; without this nothing is changed.")
@owner_option
@click.option(
    "--source",
    metavar="REQUIREMENT",
    callback=requirement,
    help="Where CI gets Runwright from, as pip writes it; pin it.",
)
@click.option("--approvals", type=click.IntRange(1, 10), default=1, show_default=True, help="How many must approve.")
@click.option("--linear", is_flag=True, help="Allow squashing and rebasing only.")
@click.option(
    "--allow-behind", is_flag=True, help="Merge without the newest main; the release may refuse such a merge."
)
@click.option("--bot-app", type=click.IntRange(1), help="The id of the bot's App, so that it never gets on a list.")
@click.option(
    "--check-app", type=click.IntRange(1), help="The App that sets the checks, where it is not GitHub Actions."
)
@click.option("--release-app", type=click.IntRange(1), help="The only App that may make release tags and channels.")
@click.option(
    "--other-app", "other_apps", type=click.IntRange(1), multiple=True, help="Another App that writes branches."
)
@click.option("--release-reviewer", "reviewers", multiple=True, metavar="@NAME", help="Asked before each release.")
@click.option("--leave", multiple=True, metavar="ITEM", type=click.Choice(ITEMS), help="An item to leave alone.")
@options.plain_format
def setup(forge: ForgeAddress, act: bool, form: str, **given: Any) -> int:
    """Show what a repository at GitHub lacks, and with --apply set it up.

    It acts as the person whose token it is, an administrator of the repository. Run it again after its pull request is
    merged. The exit code is 0 once everything is in place, and 1 while anything is missing or is yours to do.
    """
    from runwright.cli.github_person import person
    from runwright.errors import ContentError

    if not isinstance(forge, GitHubAddress):
        raise ContentError("there is nothing to set up in a local forge; give --forge github:OWNER/NAME")
    return Setup(person(forge.repository, os.environ), given).run(act, form)


class Setup:
    """One look at a repository and what follows from it."""

    def __init__(self, connection: Connection, given: Mapping[str, Any]) -> None:
        self.connection, self.given = connection, given

    def run(self, act: bool, form: str) -> int:
        """Show the plan, do it where that is wanted, and say whether everything is in place."""
        items, facts = self.planned()
        if act:
            _check_admin(facts)
        done = _done(self.connection, facts.branch, items) if act else {}
        (_json if form == "json" else _text)(items, done, act)
        for note in self.notes(facts, done):
            click.echo(note, err=True)
        good = all(item.state in {"there", "left"} or done.get(item.key, {}).get("done") for item in items)
        return 0 if good else 1

    def notes(self, facts: GitHubFacts, done: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
        """What is said once, of everything together."""
        from runwright.checks.hosting.facts import NotTold
        from runwright.checks.hosting.owners import owners_text
        from runwright.checks.hosting.wanted import SETUP_PERMISSIONS

        if any(one.get("forbidden") for one in done.values()):
            needs = ", ".join(f"{one.name}: {one.level}" for one in SETUP_PERMISSIONS)
            yield f"GitHub refused some of it: a token for the setup needs {needs}"
        found = None if isinstance(facts.files, NotTold) else owners_text(facts.files)
        if found and self.given["owner"]:
            yield f"{found[0]} is there already, so --owner was not used; name {self.given['owner']} there yourself"

    def planned(self) -> tuple[tuple[Item, ...], GitHubFacts]:
        """The plan, and what it rests on."""
        from runwright.adapters.forge_github.inspecting import facts_of
        from runwright.checks.hosting.expected import actions_app
        from runwright.checks.hosting.plan import plan
        from runwright.checks.hosting.wanted import CODEOWNERS_PLACES
        from runwright.cli.wiring import now

        files = _files(self.given["owner"], self.given["source"])
        facts = facts_of(
            (self.connection,), (*dict.fromkeys((*files, *CODEOWNERS_PLACES)), ".github/runwright.txt"), now()
        )
        items = plan(facts, self.wishes(actions_app(facts.files)), files, self.reviewers())
        return tuple(self.waiting(item, facts.branch) for item in items), facts

    def waiting(self, item: Item, branch: str) -> Item:
        """An item whose pull request is open waits for it."""
        from runwright.adapters.forge_github.setup import opened
        from runwright.checks.hosting.item import PullOfFiles
        from runwright.errors import ContentError

        step = next((one for one in item.steps if isinstance(one, PullOfFiles)), None)
        try:
            there = opened(self.connection, branch, step) if step else None
        except ContentError as closed:
            return replace(item, state="yours", why=str(closed), steps=())
        if there is None:
            return item
        more = f"; look at {there.strange} in it, which is not what setup wrote" if there.strange else ""
        return replace(item, state="waits", why=f"for somebody to approve and merge {there.address}{more}", steps=())

    def wishes(self, actions: int) -> Wishes:
        """What was chosen on the command line; `actions` is the App of GitHub Actions."""
        from runwright.adapters.forge_github.place import API
        from runwright.checks.hosting.rulesets import Wishes

        given = self.given
        return Wishes(
            approvals=given["approvals"],
            up_to_date=not given["allow_behind"],
            linear=given["linear"],
            bot_app=given["bot_app"],
            check_app=given["check_app"] or actions,
            release_app=given["release_app"],
            other_apps=given["other_apps"],
            quiet_bypass=self.connection.place.api == API,
            leave=frozenset(given["leave"]),
        )

    def reviewers(self) -> Reviewers:
        """Who is asked before a release, by id."""
        from runwright.adapters.forge_github.speaking import account_id
        from runwright.checks.hosting.item import Reviewers

        return Reviewers(tuple((*account_id(self.connection, name), name) for name in self.given["reviewers"]))


def _files(owner: str | None, source: str | None) -> dict[str, str]:
    """The files of a new repository that GitHub needs."""
    from runwright.cli.init import CODEOWNERS
    from runwright.cli.scaffold import scaffold

    made = scaffold(owner, source)
    wanted = {path for path in made if path.startswith(".github/workflows/")} | {"runwright.toml"}
    wanted |= {CODEOWNERS} if owner else set()
    wanted |= {".github/runwright.txt"} if source else set()
    return {path: made[path] for path in sorted(wanted)}


def _done(connection: Connection, branch: str, items: Iterable[Item]) -> dict[str, dict[str, Any]]:
    """Do every item that has steps; what fails is told and stops no other."""
    from runwright.adapters.forge_github import Forbidden
    from runwright.adapters.forge_github.setup import apply
    from runwright.errors import ContentError, EdgeError

    done: dict[str, dict[str, Any]] = {}
    for item in items:
        if not item.steps:
            continue
        try:
            told = apply(connection, branch, item)
            # What a pull request brings is there once somebody has merged it.
            done[item.key] = {"done": not told, "told": told}
        except (ContentError, EdgeError) as error:
            done[item.key] = {"done": False, "failed": str(error), "forbidden": isinstance(error, Forbidden)}
    return done


def _check_admin(facts: GitHubFacts) -> None:
    """Refuse (ContentError) who does not administer the repository, before anything is done by halves."""
    from runwright.checks.hosting.facts import NotTold
    from runwright.errors import ContentError

    role = facts.speaker.role
    if not isinstance(role, NotTold) and not role.get("admin"):
        raise ContentError(
            f"{facts.speaker.login} does not administer {facts.repository}, and --apply acts as who asks; nothing was "
            "changed. Use an admin's token in RUNWRIGHT_GITHUB_TOKEN"
        )


def _json(items: Iterable[Item], done: Mapping[str, Mapping[str, Any]], act: bool) -> None:
    rows = [
        {
            "key": item.key,
            "state": item.state,
            "what": item.what,
            "why": item.why,
            "steps": [asdict(step) for step in item.steps],
            **done.get(item.key, {}),
        }
        for item in items
    ]
    click.echo(json.dumps({"applied": act, "items": rows}, indent=2, ensure_ascii=False))


def _text(items: tuple[Item, ...], done: Mapping[str, Mapping[str, Any]], act: bool) -> None:
    from runwright.cli.printable import printable

    for item in items:
        mark = _mark(item, done.get(item.key))
        click.echo(f"{mark:<12} {item.key:<16} {printable(item.what, keep='', instead='?')}")
        if item.state != "there":
            click.echo(f"{'':<30}{printable(item.why, keep='', instead='?')}")
        told = done.get(item.key, {})
        for words in (told.get("failed"), told.get("told")):
            if words:
                click.echo(f"{'':<30}{printable(words, keep='', instead='?')}")
    if not act and any(item.steps for item in items):
        click.echo("Nothing was changed. Run it again with --apply to do what is missing or different.", err=True)


def _mark(item: Item, done: Mapping[str, Any] | None) -> str:
    if done is None:
        return MARKS[item.state]
    if "failed" in done:
        return "FAILED"
    return "done" if done["done"] else "opened"
