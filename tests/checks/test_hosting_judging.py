"""What the doctor says of a repository at GitHub: one fact changed, one diagnosis that changes with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from runwright.checks.hosting.diagnosis import Diagnosis, counts
from runwright.checks.hosting.facts import ActionsRights, Actor, Environment, GitHubFacts, NotTold, OwnersError, Speaker
from runwright.checks.hosting.judge_bot import judge_bot
from runwright.checks.hosting.judge_forge import judge_forge
from runwright.checks.hosting.judge_release import judge_channels, judge_key, judge_pins
from runwright.checks.hosting.judge_rules import judge_rules
from runwright.checks.hosting.judge_site import judge_site
from runwright.checks.hosting.rulesets import Wishes, checks_ruleset, main_ruleset
from runwright.checks.hosting.wanted import LABELS, PERMISSIONS
from runwright.release.signers import CHANNEL, GIT, allowed_signers_line
from tests.support.forge import OWNERS, key_of, signers_text
from tests.support.hosting import (
    APP,
    BOT,
    HOOK,
    NOW,
    channels,
    elsewhere,
    facts,
    files,
    of_main,
    protection,
    ruleset,
    signers,
)

HIDDEN = NotTold("not for this token")


def found(there: GitHubFacts) -> dict[str, Diagnosis]:
    """Every diagnosis by its key; the worst where there are several."""
    order = {"good": 0, "unknown": 1, "wrong": 2}
    all_of = (*judge_bot(there), *judge_rules(there), *judge_site(there))
    return {one.key: one for one in sorted(all_of, key=lambda one: order[one.state])}


def test_a_repository_that_is_set_up_has_nothing_wrong_and_nothing_open() -> None:
    assert [one for one in found(facts()).values() if one.state != "good"] == []


def test_another_default_branch_than_the_one_that_is_released_is_wrong() -> None:
    assert "branch" not in found(facts())
    told = found(facts(branch="master"))["branch"]
    assert (told.state, "is master" in told.what, "rename it to main" in told.do) == ("wrong", True, True)


def test_whoever_sees_nothing_says_so_and_nothing_is_wrong_or_good_by_guess() -> None:
    blind = facts(
        bot=Speaker("other", "", permissions=HIDDEN, role=HIDDEN),
        **dict.fromkeys(
            (
                "in_force",
                "rulesets",
                "protection",
                "actions",
                "workflows",
                "owners_errors",
                "labels",
                "hooks",
                "environment",
                "files",
                "channels",
            ),
            HIDDEN,
        ),
        clock=None,
    )
    assert {one.state for one in found(blind).values()} == {"unknown"}


def test_everything_that_is_not_good_says_what_to_do() -> None:
    for case in CASES:
        for one in found(case[0]).values():
            assert bool(one.do) == (one.state != "good"), one


def permissions(**changes: str) -> dict[str, str]:
    return {**{one.name: one.level for one in PERMISSIONS}, **changes}


def bot(**changes: Any) -> GitHubFacts:
    return facts(bot=replace(BOT, **changes))


def user(kind: str, **changes: Any) -> GitHubFacts:
    """The bot is a user's account, and looks alone."""
    role = {"admin": False, "push": True}
    speaker = replace(Speaker(kind, "runwright-bot", role=role), **changes)  # type: ignore[arg-type]
    return facts(bot=speaker, speaker=speaker)


CHECKS = checks_ruleset(Wishes())
MAIN = main_ruleset(Wishes())
HIDDEN_MAIN = of_main(bypass=HIDDEN, mine="never")
SERVER = files(**{"runwright.toml": "[github]\nchecks = {validate = 7, replay = 7}\n"})
"""An Enterprise Server, whose Actions are App 7."""
CASES: list[tuple[GitHubFacts, str, str]] = [
    # The bot's token.
    (bot(suspended=True), "bot.token", "wrong"),
    (user("fine-grained"), "bot.token", "good"),
    (user("classic", scopes=("repo", "workflow")), "bot.token", "wrong"),
    (user("actions"), "bot.token", "wrong"),
    (user("oauth"), "bot.token", "unknown"),
    # Will CI run on what it opens?
    (user("actions"), "bot.ci", "wrong"),
    (facts(actions=ActionsRights(False, False, False)), "bot.ci", "wrong"),
    (user("other"), "bot.ci", "unknown"),
    (user("fine-grained"), "bot.ci", "good"),
    # What it may do.
    (bot(permissions=permissions(contents="read")), "bot.permissions", "wrong"),
    (bot(permissions=permissions(workflows="write")), "bot.permissions.more", "wrong"),
    (bot(permissions=permissions(members="read")), "bot.permissions.more", "good"),
    (bot(permissions=permissions(members="write")), "bot.permissions.more", "wrong"),
    (bot(permissions=permissions(administration="write")), "bot.admin", "wrong"),
    (user("fine-grained"), "bot.permissions", "unknown"),
    (user("fine-grained", role={"admin": True}), "bot.admin", "wrong"),
    (user("fine-grained", role=HIDDEN), "bot.admin", "unknown"),
    # Is it on a bypass list?
    (facts(rulesets=(*of_main(bypass=(Actor("Integration", APP),)), *elsewhere())), "bot.bypass", "wrong"),
    (facts(rulesets=(*of_main(bypass=HIDDEN), *elsewhere())), "bot.bypass", "unknown"),
    (user("fine-grained", role={}), "bot.bypass", "good"),
    (facts(rulesets=HIDDEN), "bot.bypass", "unknown"),
    (
        facts(protection=protection(required_pull_request_reviews={
            "bypass_pull_request_allowances": {"apps": [{"slug": "runwright-acme"}]}})),
        "bot.bypass",
        "wrong",
    ),
    # Can it approve?
    (facts(files=files(**{".github/CODEOWNERS": "* @dana @runwright-acme\n"})), "bot.approve", "wrong"),
    (facts(in_force=(ruleset(CHECKS, 2),)), "bot.approve", "wrong"),
    (facts(files=files(**{".github/CODEOWNERS": "[a] @dana\n"})), "bot.approve", "unknown"),
    (facts(files=files(**{".github/CODEOWNERS": "* @a @b @c\n"})), "owners.people", "good"),
    (facts(files=files(**{".github/CODEOWNERS": "* @acme/team\n"})), "owners.people", "unknown"),
    (facts(files=files(**{".github/CODEOWNERS": "* @a @b\n"})), "owners.people", "unknown"),
    (facts(files=files(**{".github/CODEOWNERS": "* @a @b @c\nrules/ @A @a\n"})), "owners.people", "wrong"),
    (facts(files=files(**{".github/CODEOWNERS": "* @acme/team\nrules/ @a\n"})), "owners.people", "wrong"),
    (facts(files=files(**{".github/CODEOWNERS": "[a] @dana\n"})), "owners.people", "wrong"),
    (user("fine-grained", role={"push": False, "pull": True}), "bot.write", "wrong"),
    (user("fine-grained", role={"push": True, "pull": True}), "bot.write", "good"),
    # The rules of main, from whatever source.
    (facts(in_force=(), protection=None), "main.approval", "wrong"),
    (facts(in_force=(), protection=protection()), "main.approval", "good"),
    (facts(in_force=(), protection=protection()), "check.replay", "good"),
    (facts(in_force=(), protection=HIDDEN), "main.approval", "unknown"),
    (facts(in_force=HIDDEN, protection=None), "main.owners", "unknown"),
    (facts(in_force=HIDDEN_MAIN), "main.stale", "unknown"),
    (facts(in_force=of_main(bypass=(Actor("RepositoryRole", 5),))), "main.last-push", "wrong"),
    (facts(in_force=of_main(bypass=(Actor("OrganizationAdmin", None),))), "main.bypass", "wrong"),
    (facts(in_force=HIDDEN_MAIN), "main.bypass", "unknown"),
    (facts(in_force=of_main(enforcement="evaluate")), "main.pull-request", "wrong"),
    # Checks that anybody could set, or that another App sets.
    (facts(in_force=(ruleset(MAIN, 1),)), "check.validate", "wrong"),
    (facts(in_force=(ruleset(checks_ruleset(Wishes(check_app=5)), 2),)), "check.runwright", "wrong"),
    (facts(in_force=(ruleset(checks_ruleset(Wishes(check_app=APP)), 2),)), "check.runwright", "good"),
    (
        facts(in_force=(ruleset(CHECKS, 2, rules=({"type": "required_status_checks", "parameters": {
            "required_status_checks": [{"context": "validate"}]}},)),)),
        "check.validate",
        "wrong",
    ),
    # What the release counts stands in runwright.toml.
    (facts(files=SERVER), "check.validate", "wrong"),
    (
        facts(
            files=SERVER,
            in_force=(ruleset(MAIN, 1), ruleset(checks_ruleset(Wishes(check_app=7)), 2)),
        ),
        "check.runwright",
        "good",
    ),
    (facts(files=files(**{"runwright.toml": "[github]\nchecks = {lint = 7}\n"})), "check.lint", "wrong"),
    (facts(files=files(**{"runwright.toml": "[github\n"})), "check.validate", "good"),
    # Beside main.
    (facts(rulesets=of_main()), "rules.tags", "wrong"),
    (facts(rulesets=of_main()), "rules.channels", "wrong"),
    (facts(rulesets=of_main()), "rules.branches", "wrong"),
    (facts(rulesets=tuple(replace(one, bypass=(Actor("Team", 1),)) for one in elsewhere())), "rules.tags", "wrong"),
    # The webhook.
    (facts(hooks=()), "webhook", "wrong"),
    (facts(hooks=(replace(HOOK, has_secret=False),)), "webhook", "wrong"),
    (facts(hooks=(replace(HOOK, content_type="form"),)), "webhook", "wrong"),
    (facts(hooks=(replace(HOOK, verified=False),)), "webhook", "wrong"),
    (facts(hooks=(replace(HOOK, url="http://runwright.example/webhooks/github"),)), "webhook", "wrong"),
    (facts(hooks=(replace(HOOK, active=False),)), "webhook", "wrong"),
    (bot(events=("push",)), "webhook.events", "wrong"),
    (facts(hooks=(replace(HOOK, of_app=False, events=("*",)),)), "webhook.events", "good"),
    (facts(hooks=(replace(HOOK, deliveries=((NOW, 503), (NOW, 202))),)), "webhook.delivered", "wrong"),
    (facts(hooks=(replace(HOOK, deliveries=((NOW, 0),)),)), "webhook.delivered", "wrong"),
    (facts(hooks=(replace(HOOK, deliveries=()),)), "webhook.delivered", "unknown"),
    (facts(hooks=(replace(HOOK, deliveries=HIDDEN),)), "webhook.delivered", "unknown"),
    # Workflows and what they may do.
    (facts(workflows={"validate.yml": "active"}), "workflows", "wrong"),
    (facts(workflows={**dict.fromkeys(["validate.yml", "replay.yml", "report.yml", "release.yml"], "active"),
                      "stale.yml": "disabled_inactivity"}), "workflows.enabled", "wrong"),
    (facts(actions=ActionsRights(True, False, True)), "actions", "wrong"),
    (facts(actions=ActionsRights(True, True, False)), "actions", "wrong"),
    # Owners, labels, environment.
    (facts(files=files(**{".github/CODEOWNERS": None})), "owners", "wrong"),
    (facts(files=files(**{".github/CODEOWNERS": "/runbooks/ @dana\n"})), "owners", "wrong"),
    (facts(owners_errors=(OwnersError(3, ".github/CODEOWNERS", "Unknown owner"),)), "owners.errors", "wrong"),
    (facts(labels=frozenset({"bug"})), "labels", "wrong"),
    (facts(labels=frozenset(label.name.upper() for label in LABELS)), "labels", "good"),
    (facts(environment=None), "environment", "wrong"),
    (facts(environment=Environment((), False, None)), "environment", "wrong"),
    (facts(environment=Environment((), False, ("main", "dev"))), "environment", "wrong"),
    (facts(environment=Environment(("@dana",), True, ("main",))), "environment", "wrong"),
    (facts(environment=Environment(("@dana",), False, ("main",))), "environment", "good"),
    # Keys, channels, clocks.
    (facts(files=files(**{".github/allowed_signers": None})), "release.key", "wrong"),
    (facts(channels={}), "channel", "unknown"),
    (facts(channels=channels(NOW - timedelta(days=8))), "channel.stable", "wrong"),
    (facts(channels=channels(NOW - timedelta(days=6))), "channel.stable", "wrong"),
    (facts(channels=channels(NOW + timedelta(hours=1))), "channel.stable", "wrong"),
    (facts(channels={"stable.json": b"{}"}), "channel.stable", "wrong"),
    (facts(channels={"stable.json": channels()["stable.json"]}), "channel.stable", "wrong"),
    (facts(channels=channels(by="mallory")), "channel.stable", "wrong"),
    (facts(channels=channels() | {"stable.json.sig": channels(by="x")["stable.json.sig"]}), "channel.stable", "wrong"),
    (facts(clock=NOW + timedelta(minutes=2)), "clock.github", "wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("there", "key", "state"), CASES)
def test_one_fact_changes_one_diagnosis(there: GitHubFacts, key: str, state: str) -> None:
    assert found(there)[key].state == state, found(there)[key]


def test_a_bot_that_looks_for_itself_learns_from_github_whether_it_may_bypass() -> None:
    told = {
        one: found(user("fine-grained") if one == "never" else _mine(one))["bot.bypass"].state
        for one in ("never", "always")
    }
    assert told == {"never": "good", "always": "wrong"}


def _mine(answer: str) -> GitHubFacts:
    there = user("fine-grained")
    return replace(there, rulesets=of_main(bypass=HIDDEN, mine=answer))


def test_the_bots_harmful_permissions_are_named_with_what_they_would_let_it_do() -> None:
    told = found(bot(permissions=permissions(workflows="write")))["bot.permissions.more"].what
    assert "it could change what checks its own proposals" in told


# Releases and what agents pin.


def test_a_key_that_may_not_sign_channels_is_no_release_key() -> None:
    line = allowed_signers_line("x", key_of("x").public, (GIT,))
    assert judge_key(line, NOW).state == "wrong"
    assert judge_key(signers(), NOW).state == "good"


@pytest.mark.parametrize(
    ("pins", "published", "state"),
    [
        (signers(), signers(), "good"),
        (signers(), None, "unknown"),
        (allowed_signers_line("x", key_of("x").public, (GIT, CHANNEL)), signers(), "wrong"),
        (allowed_signers_line("x", key_of("x").public, (GIT,)), signers(), "wrong"),
        ("nonsense\n", signers(), "wrong"),
    ],
)
def test_an_agent_must_pin_a_published_key(pins: str, published: str | None, state: str) -> None:
    assert judge_pins(pins, published, NOW).state == state


def test_a_forge_in_a_folder_is_good_with_two_people_and_machines_that_decide_nothing() -> None:
    there = {".github/allowed_signers": signers_text(), ".github/CODEOWNERS": OWNERS}
    assert counts(judge_forge(there, channels(), NOW)) == {"good": 6, "wrong": 0, "unknown": 0}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (signers_text().replace("runwright-proposal", "runwright-proposal,git"), "signers.proposal"),
        (signers_text().replace("runwright-check", "git"), "signers.check"),
        ("".join(line for line in signers_text().splitlines(True) if not line.startswith(("alex", "mallory"))),
         "signers.people"),
        ("dana nonsense\n", "signers"),
    ],
)  # fmt: skip
def test_what_a_machine_may_too_much_and_who_is_missing_is_found(text: str, key: str) -> None:
    there = {".github/allowed_signers": text, ".github/CODEOWNERS": OWNERS}
    assert {one.key for one in judge_forge(there, {}, NOW) if one.state == "wrong"} >= {key}


def test_channels_that_nobody_may_read_are_not_told() -> None:
    assert [one.state for one in judge_channels(NotTold("no"), None, NOW)] == ["unknown"]
