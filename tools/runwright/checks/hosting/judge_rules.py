"""Whether the rules are in force: rulesets of every source and the older branch protection, the strictest counts.

`GET /rules/branches/{branch}` is what holds; where there is no branch protection, a ruleset may protect all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from runwright.checks.hosting.diagnosis import Diagnosis, good, unknown, wrong
from runwright.checks.hosting.expected import setters
from runwright.checks.hosting.facts import GitHubFacts, NotTold, Ruleset
from runwright.checks.hosting.rules import Binding, Rules, binding, rules_of
from runwright.checks.hosting.wanted import BOT_BRANCHES, CHANNELS, RELEASE_TAGS

SETUP = "run `runwright github setup`, look at what it would do, and run it again with --apply"
AS_ADMIN = "run doctor with an admin's token in RUNWRIGHT_GITHUB_TOKEN as well"


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is asked of main."""

    key: str
    what: str
    holds: Callable[[Rules], bool]


OF_MAIN = (
    Asked("main.pull-request", "changes come by pull request alone", lambda rules: rules.pull_request),
    Asked("main.approval", "somebody must approve", lambda rules: rules.approvals >= 1),
    Asked("main.owners", "an owner must approve", lambda rules: rules.code_owners),
    Asked("main.stale", "a push makes approvals void", lambda rules: rules.stale_dismissed),
    Asked("main.last-push", "somebody else than who pushed last must approve", lambda rules: rules.last_push),
    Asked("main.force-push", "history cannot be rewritten", lambda rules: rules.no_force_push),
    Asked("main.deletion", "it cannot be deleted", lambda rules: rules.no_deletion),
)


def judge_rules(facts: GitHubFacts) -> Iterator[Diagnosis]:
    """Everything that GitHub itself enforces."""
    holds = _binding(facts)
    for asked in OF_MAIN:
        yield _held(facts, holds, asked)
    for check, apps in setters(facts.files, facts.bot.app_id).items():
        yield _check(facts, holds, check, apps)
    yield _bypass(facts, holds)
    yield from _elsewhere(facts)


def _binding(facts: GitHubFacts) -> Binding:
    rulesets = () if isinstance(facts.in_force, NotTold) else facts.in_force
    return binding(rulesets, None if isinstance(facts.protection, NotTold) else facts.protection)


def _held(facts: GitHubFacts, holds: Binding, asked: Asked) -> Diagnosis:
    hold = holds.of(asked.holds)
    what = f"{facts.branch}: {asked.what}"
    if hold == "everybody":
        return good(asked.key, what)
    if hold == "perhaps":
        return unknown(asked.key, f"{what}; who may bypass that is shown to admins alone", AS_ADMIN)
    if hold == "bypassed":
        return wrong(asked.key, f"{what}, but not for {', '.join(holds.bypassed_by)}", "empty the bypass list")
    return _not_held(facts, asked.key, f"no rule says of {facts.branch}: {asked.what}")


def _not_held(facts: GitHubFacts, key: str, what: str) -> Diagnosis:
    """Nothing asks for it, as far as everything could be seen."""
    for source in (facts.in_force, facts.protection):
        if isinstance(source, NotTold):
            return unknown(key, f"{what}, as far as this token sees: {source.why}", AS_ADMIN)
    return wrong(key, what, SETUP)


def _check(facts: GitHubFacts, holds: Binding, name: str, apps: frozenset[int]) -> Diagnosis:
    key, wanted = f"check.{name}", " or ".join(map(str, sorted(apps)))
    what = f"the check {name} must be green, set by App {wanted} alone"
    tied = Asked(key, what, lambda rules: rules.requires(name, apps))
    named = holds.of(lambda rules: any(one.name == name for one in rules.checks))
    if holds.of(tied.holds) != "nobody" or named == "nobody":
        return _held(facts, holds, tied)
    others = sorted({one.app for one in holds.all.checks if one.name == name and one.app is not None})
    if others:
        told = f"the check {name} must come from App {', '.join(map(str, others))}, and App {wanted} sets it"
        return wrong(key, told, f"tie it to App {wanted}, or name the other in [github] checks of runwright.toml")
    return wrong(key, f"anybody who may write can set the check {name}", f"tie it to App {wanted}: {SETUP}")


def _bypass(facts: GitHubFacts, holds: Binding) -> Diagnosis:
    key = "main.bypass"
    if holds.bypassed_by:
        told = f"{', '.join(holds.bypassed_by)} may bypass rules of {facts.branch}"
        return wrong(key, told, "empty the bypass list; who administers can still change the rules, and that is seen")
    if isinstance(facts.in_force, NotTold) or isinstance(facts.protection, NotTold) or _hidden(facts.in_force):
        return unknown(key, f"who may bypass rules of {facts.branch} is shown to admins alone", AS_ADMIN)
    return good(key, f"nobody bypasses the rules of {facts.branch}, admins included")


def _hidden(rulesets: tuple[Ruleset, ...]) -> bool:
    return any(isinstance(one.bypass, NotTold) for one in rulesets)


def _elsewhere(facts: GitHubFacts) -> Iterator[Diagnosis]:
    """Tags, channels and the bot's branches."""
    if isinstance(facts.rulesets, NotTold):
        for key in ("tags", "channels", "branches"):
            yield unknown(f"rules.{key}", f"rules of {key}: {facts.rulesets.why}", AS_ADMIN)
        return
    active = tuple(one for one in facts.rulesets if one.enforcement == "active")
    yield _tags(active)
    yield _channels(active)
    yield _branches(active)


def _about(rulesets: tuple[Ruleset, ...], target: str, ref: str) -> list[Rules]:
    """The rules of rulesets that name a ref or all of them, and that nobody is known to bypass."""
    wanted = {ref, "~ALL"}
    return [
        rules_of(one.rules)
        for one in rulesets
        if one.target == target
        and wanted & set(one.include)
        and not (one.bypass and not isinstance(one.bypass, NotTold))
    ]


def _tags(rulesets: tuple[Ruleset, ...]) -> Diagnosis:
    rules = _about(rulesets, "tag", f"refs/tags/{RELEASE_TAGS}")
    if any(one.no_deletion for one in rules) and any(one.no_update for one in rules):
        return good("rules.tags", "release tags are neither moved nor deleted")
    return wrong(
        "rules.tags", "release tags can be moved or deleted; agents refuse a moved one, and then get none", SETUP
    )


def _channels(rulesets: tuple[Ruleset, ...]) -> Diagnosis:
    rules = _about(rulesets, "branch", f"refs/heads/{CHANNELS}")
    if any(one.no_deletion for one in rules) and any(one.no_force_push for one in rules):
        return good("rules.channels", "the history of the channels is kept")
    return wrong(
        "rules.channels",
        f"the branch {CHANNELS} can be rewritten or deleted; agents refuse it, and then get none",
        SETUP,
    )


def _branches(rulesets: tuple[Ruleset, ...]) -> Diagnosis:
    """A ruleset for all branches but the bot's, which people bypass by their role."""
    key = "rules.branches"
    for one in rulesets:
        rules, outside = (
            rules_of(one.rules),
            any(name.startswith(f"refs/heads/{BOT_BRANCHES}/") for name in one.exclude),
        )
        if one.target == "branch" and "~ALL" in one.include and outside and rules.no_creation and rules.no_update:
            return good(key, f"an App writes branches below {BOT_BRANCHES}/ only")
    return wrong(key, f"the bot could write branches outside {BOT_BRANCHES}/", SETUP)
