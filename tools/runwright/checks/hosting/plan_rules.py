"""The part of the plan that is about rules: of main, of the bot's branches, of tags and channels.

Rules of others count where they bind everybody, and are never touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from runwright.checks.hosting.facts import GitHubFacts, NotTold, Protection, Ruleset
from runwright.checks.hosting.item import Item, Request, State
from runwright.checks.hosting.protection import protection_body, wanted_rules
from runwright.checks.hosting.rules import Binding, Rules, binding, rules_of, rules_of_protection, strictest
from runwright.checks.hosting.rulesets import (
    WantedRuleset,
    Wishes,
    as_it_is,
    checks_ruleset,
    joined,
    main_ruleset,
    other_rulesets,
)
from runwright.checks.hosting.wanted import CHECK_FILES


def main_items(facts: GitHubFacts, wishes: Wishes) -> Iterator[Item]:
    """How main is guarded, and by which checks."""
    if not facts.offers_rulesets:
        yield _old_protection(facts, wishes)
        return
    yield _for_main(facts, main_ruleset(wishes))
    ready, late = checks_on(facts)
    if late:
        waiting = f"{', '.join(late)}: the workflows must be on the default branch first, or nothing could be merged"
        yield Item("checks-later", "waits", waiting, "run setup again once they are merged")
    if ready:
        yield _checks(facts, wishes, ready)


def _checks(facts: GitHubFacts, wishes: Wishes, ready: tuple[str, ...]) -> Item:
    """The required checks; one that is tied to another App already stays with it."""
    rules = _in_force(facts).everybody
    wanted = checks_ruleset(wishes, ready)
    if all(rules.tied(name) for name in ready) and _is_there(facts, wanted) is None:
        return Item(wanted.key, "there", f"{wanted.name}: required by rules that are there", wanted.reason)
    loose = tuple(name for name in ready if not rules.tied(name) or rules.requires(name, (wishes.check_app,)))
    return _for_main(facts, checks_ruleset(wishes, loose))


def _in_force(facts: GitHubFacts) -> Binding:
    protection = None if isinstance(facts.protection, NotTold) else facts.protection
    return binding(() if isinstance(facts.in_force, NotTold) else facts.in_force, protection)


def checks_on(facts: GitHubFacts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The checks whose workflow is on the default branch, and those whose is not."""
    there = {} if isinstance(facts.files, NotTold) else facts.files
    ready = tuple(name for name, file in CHECK_FILES.items() if f".github/workflows/{file}" in there)
    return ready, tuple(name for name in CHECK_FILES if name not in ready)


def _for_main(facts: GitHubFacts, wanted: WantedRuleset) -> Item:
    """A ruleset of main; rules of others count, as long as they bind everybody."""
    if isinstance(facts.in_force, NotTold):
        return Item(wanted.key, "impossible", wanted.name, facts.in_force.why)
    if _satisfied(_in_force(facts).everybody, rules_of(wanted.rules)) and _is_there(facts, wanted) is None:
        return Item(wanted.key, "there", f"{wanted.name}: held by rules that are there", wanted.reason)
    return _ruleset(facts, wanted)


def _satisfied(there: Rules, wanted: Rules) -> bool:
    return strictest((there, wanted)) == there


def other_items(facts: GitHubFacts, wishes: Wishes) -> Iterator[Item]:
    """How everything beside main is guarded."""
    for wanted in other_rulesets(wishes, facts.branch):
        if facts.offers_rulesets:
            yield _ruleset(facts, wanted)
        else:
            told = "this GitHub has no rulesets, and the older branch protection cannot say it"
            yield Item(wanted.key, "impossible", wanted.name, told)


def _is_there(facts: GitHubFacts, wanted: WantedRuleset) -> Ruleset | None:
    """The ruleset of the repository's own that bears the name."""
    if isinstance(facts.rulesets, NotTold):
        return None
    own = (one for one in facts.rulesets if one.source.casefold() == facts.repository.casefold())
    return next((one for one in own if (one.name, one.target) == (wanted.name, wanted.target)), None)


def _ruleset(facts: GitHubFacts, wanted: WantedRuleset) -> Item:
    if isinstance(facts.rulesets, NotTold):
        return Item(wanted.key, "impossible", wanted.name, facts.rulesets.why)
    there = _is_there(facts, wanted)
    if there is None:
        return Item(wanted.key, "missing", wanted.name, wanted.reason, (Request("POST", "rulesets", wanted.body()),))
    body = joined(there, wanted)
    if body == as_it_is(there, wanted):
        return Item(wanted.key, "there", wanted.name, wanted.reason)
    told = f"{wanted.name}: {_difference(there, body)}"
    return Item(wanted.key, "different", told, wanted.reason, (Request("PUT", f"rulesets/{there.id}", body),))


def _difference(there: Ruleset, body: Mapping[str, Any]) -> str:
    """Say in which parts they differ; never a word of anybody's own."""
    if there.enforcement != "active":
        return f"it is {there.enforcement}, and would be made active"
    if not isinstance(there.bypass, NotTold) and len(there.bypass) > len(body["bypass_actors"]):
        return f"{', '.join(str(one) for one in there.bypass)} may bypass it, and would not any more"
    return "it asks for less than is wanted, and would be made stricter"


def _old_protection(facts: GitHubFacts, wishes: Wishes) -> Item:
    what = f"branch protection of {facts.branch}"
    if isinstance(facts.protection, NotTold):
        return Item("main", "impossible", what, facts.protection.why)
    ready, late = checks_on(facts)
    why = "this GitHub has no rulesets; the older branch protection binds admins as well"
    if late:
        why += f"; {', '.join(late)} are required once their workflows are merged"
    if facts.protection and _old_is_enough(facts.protection, wanted_rules(wishes, ready)):
        return Item("main", "there", what, why)
    body = protection_body(facts.protection, wishes, ready)
    state: State = "different" if facts.protection else "missing"
    return Item(
        "main", state, what, why, (Request("PUT", f"branches/{quote(facts.branch, safe='')}/protection", body),)
    )


def _old_is_enough(there: Protection, wanted: Rules) -> bool:
    return not binding((), there).bypassed_by and _satisfied(rules_of_protection(there.data), wanted)
