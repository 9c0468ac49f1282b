"""The rulesets that the setup makes, and how one that is there already is joined with what is wanted.

Joining only ever makes stricter: the higher number, the flag that is set, every check of both. Source of the shapes:
GitHub's REST description, `POST /repos/{owner}/{repo}/rulesets`. Who makes them is left to `adapters`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.checks.hosting.facts import Actor, NotTold, Ruleset
from runwright.checks.hosting.wanted import BOT_BRANCHES, CHANNELS, CHECKS, RELEASE_TAGS
from runwright.model.hosting import ACTIONS_APP

Raw = Mapping[str, Any]
PEOPLE = (Actor("RepositoryRole", 4), Actor("RepositoryRole", 2), Actor("RepositoryRole", 5))
"""Everybody with the role write, maintain or admin; an App has no role."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person who sets up has chosen."""

    approvals: int = 1
    up_to_date: bool = True
    """Whether a pull request must hold the newest main before it is merged."""
    linear: bool = False
    """Whether only squashing and rebasing is allowed."""
    bot_app: int | None = None
    check_app: int = ACTIONS_APP
    release_app: int | None = None
    """The App that pushes releases; None where nobody is the only one who may."""
    other_apps: tuple[int, ...] = ()
    """Apps beside the bot that write branches of their own, such as one that updates dependencies."""
    quiet_bypass: bool = True
    """Whether people may push to their own branches without a note about it; older servers cannot do that."""
    leave: frozenset[str] = frozenset()
    """Items that are left alone, by their key."""


@dataclass(frozen=True, slots=True)
class WantedRuleset:
    """One ruleset as it should be."""

    key: str
    name: str
    target: str
    include: tuple[str, ...]
    rules: tuple[Raw, ...]
    reason: str
    exclude: tuple[str, ...] = ()
    bypass: tuple[Actor, ...] = ()
    exact_bypass: bool = True
    """Whether nobody else may bypass it; else who is listed already stays."""
    barred: tuple[Actor, ...] = ()
    """Who never stays on the list."""

    def body(self) -> dict[str, Any]:
        """Write it as GitHub wants it."""
        return _body(self, self.rules, self.include, self.exclude, self.bypass)


def main_rules(wishes: Wishes) -> tuple[Raw, ...]:
    """The rules of main without its checks: a reviewed pull request is the only way in."""
    review: dict[str, Any] = {
        "required_approving_review_count": wishes.approvals,
        "require_code_owner_review": True,
        "dismiss_stale_reviews_on_push": True,
        "require_last_push_approval": True,
        "required_review_thread_resolution": False,
    }
    if wishes.linear:
        review["allowed_merge_methods"] = ["squash", "rebase"]
    linear = ({"type": "required_linear_history"},) if wishes.linear else ()
    return ({"type": "deletion"}, {"type": "non_fast_forward"}, {"type": "pull_request", "parameters": review}, *linear)


def check_rules(names: Iterable[str], wishes: Wishes) -> tuple[Raw, ...]:
    """The rule that these checks must be green, each set by one App."""
    asked = [{"context": name, "integration_id": wishes.check_app} for name in names]
    words = {
        "required_status_checks": asked,
        # The release refuses a merge whose base had changed the same file meanwhile, and then nothing goes out.
        "strict_required_status_checks_policy": wishes.up_to_date,
        "do_not_enforce_on_create": True,
    }
    return ({"type": "required_status_checks", "parameters": words},)


def main_ruleset(wishes: Wishes) -> WantedRuleset:
    """Main: an approval of an owner who pushed none of it, for exactly what is merged; nobody bypasses it."""
    return WantedRuleset(
        key="main",
        name="runwright: main",
        target="branch",
        include=("~DEFAULT_BRANCH",),
        rules=main_rules(wishes),
        reason="the merge is the approval, so nothing reaches main in any other way, admins included",
    )


def checks_ruleset(wishes: Wishes, names: Iterable[str] = CHECKS) -> WantedRuleset:
    """Main: these checks are green, each set by the one App."""
    return WantedRuleset(
        key="checks",
        name="runwright: checks",
        target="branch",
        include=("~DEFAULT_BRANCH",),
        rules=check_rules(names, wishes),
        reason=f"each is tied to App {wishes.check_app}: without that anybody who may write sets them green",
    )


def other_rulesets(wishes: Wishes, branch: str) -> tuple[WantedRuleset, ...]:
    """Everything beside main: the bot's branches, the tags and the channels."""
    return (_bot_branches(wishes, branch), *_tags(wishes), *_channels(wishes))


def _bot_branches(wishes: Wishes, branch: str) -> WantedRuleset:
    mode = "exempt" if wishes.quiet_bypass else "always"
    apps = (Actor("Integration", number) for number in wishes.other_apps)
    return WantedRuleset(
        key="bot-branches",
        name="runwright: the bot's branches",
        target="branch",
        include=("~ALL",),
        exclude=(
            f"refs/heads/{BOT_BRANCHES}/**/*",
            f"refs/heads/{branch}",
            f"refs/heads/{CHANNELS}",
            "refs/heads/gh-readonly-queue/**/*",
        ),
        rules=({"type": "creation"}, {"type": "update"}, {"type": "deletion"}),
        bypass=tuple(Actor(one.kind, one.id, mode) for one in (*PEOPLE, *apps)),
        exact_bypass=False,
        barred=(Actor("Integration", wishes.bot_app),) if wishes.bot_app else (),
        reason=f"an App writes below {BOT_BRANCHES}/ only; people go on as before, because their role is on the list",
    )


def _tags(wishes: Wishes) -> tuple[WantedRuleset, ...]:
    where = (f"refs/tags/{RELEASE_TAGS}",)
    stay = WantedRuleset(
        key="tags",
        name="runwright: releases stay",
        target="tag",
        include=where,
        rules=({"type": "deletion"}, {"type": "update"}),
        reason="a release is never moved or removed; a rollback is a new one",
    )
    if wishes.release_app is None:
        return (stay,)
    made = WantedRuleset(
        key="tag-makers",
        name="runwright: who makes releases",
        target="tag",
        include=where,
        rules=({"type": "creation"},),
        bypass=(Actor("Integration", wishes.release_app),),
        reason=f"only App {wishes.release_app} makes release tags",
    )
    return (stay, made)


def _channels(wishes: Wishes) -> tuple[WantedRuleset, ...]:
    where = (f"refs/heads/{CHANNELS}",)
    stay = WantedRuleset(
        key="channels",
        name="runwright: channels stay",
        target="branch",
        include=where,
        rules=({"type": "deletion"}, {"type": "non_fast_forward"}),
        reason="the history of what agents were told is kept",
    )
    if wishes.release_app is None:
        return (stay,)
    written = WantedRuleset(
        key="channel-writers",
        name="runwright: who writes channels",
        target="branch",
        include=where,
        rules=({"type": "creation"}, {"type": "update"}),
        bypass=(Actor("Integration", wishes.release_app),),
        reason=f"only App {wishes.release_app} tells agents which release is current",
    )
    return (stay, written)


def joined(there: Ruleset, wanted: WantedRuleset) -> dict[str, Any]:
    """Write what holds when both hold: never less than what is there."""
    return _body(
        wanted,
        joined_rules(there.rules, wanted.rules),
        tuple(dict.fromkeys((*there.include, *wanted.include))),
        tuple(one for one in there.exclude if one in wanted.exclude),
        _joined_bypass(there, wanted),
    )


def as_it_is(there: Ruleset, wanted: WantedRuleset) -> dict[str, Any]:
    """Write what is there in the same form, to compare the two."""
    bypass = () if isinstance(there.bypass, NotTold) else there.bypass
    return {**_body(wanted, there.rules, there.include, there.exclude, bypass), "enforcement": there.enforcement}


def _joined_bypass(there: Ruleset, wanted: WantedRuleset) -> tuple[Actor, ...]:
    if wanted.exact_bypass or isinstance(there.bypass, NotTold):
        return wanted.bypass
    barred = {(one.kind, one.id) for one in wanted.barred}
    return tuple(one for one in there.bypass if (one.kind, one.id) not in barred)


def _body(
    wanted: WantedRuleset,
    rules: Iterable[Raw],
    include: Iterable[str],
    exclude: Iterable[str],
    bypass: Iterable[Actor],
) -> dict[str, Any]:
    return {
        "name": wanted.name,
        "target": wanted.target,
        "enforcement": "active",
        "bypass_actors": [{"actor_id": one.id, "actor_type": one.kind, "bypass_mode": one.mode} for one in bypass],
        "conditions": {"ref_name": {"include": list(include), "exclude": list(exclude)}},
        "rules": sorted((_plain(one) for one in rules), key=lambda one: str(one["type"])),
    }


def _plain(rule: Raw) -> dict[str, Any]:
    """A rule as it is sent: without what GitHub adds about where it comes from."""
    return {name: rule[name] for name in ("type", "parameters") if rule.get(name) is not None}


def joined_rules(there: Iterable[Raw], wanted: Iterable[Raw]) -> tuple[Raw, ...]:
    """Join two lists of rules, type by type; what only one has stays as it is."""
    found = {str(one["type"]): one for one in there}
    for one in wanted:
        kind = str(one["type"])
        found[kind] = _stricter(found[kind], one) if kind in found else one
    return tuple(found.values())


_RAISED = (
    "require_code_owner_review",
    "dismiss_stale_reviews_on_push",
    "require_last_push_approval",
    "required_review_thread_resolution",
    "strict_required_status_checks_policy",
)
"""Flags of which True is the stricter one."""


def _stricter(there: Raw, wanted: Raw) -> Raw:
    old, new = dict(there.get("parameters") or {}), dict(wanted.get("parameters") or {})
    for name in _RAISED:
        if name in new:
            old[name] = bool(old.get(name)) or new[name]
    if "required_approving_review_count" in new:
        old["required_approving_review_count"] = max(
            int(old.get("required_approving_review_count") or 0), new["required_approving_review_count"]
        )
    if "required_status_checks" in new:
        old["required_status_checks"] = _joined_checks(old.get("required_status_checks") or (), new)
    if "allowed_merge_methods" in new:
        allowed = [one for one in old.get("allowed_merge_methods") or () if one in new["allowed_merge_methods"]]
        old["allowed_merge_methods"] = allowed or new["allowed_merge_methods"]
    return {"type": there["type"], **({"parameters": old} if old else {})}


def _joined_checks(there: Iterable[Raw], wanted: Raw) -> list[Raw]:
    """Every check of both; one that is tied to an App stays with it, one that is tied to none is tied."""
    found = {str(one["context"]): one for one in there}
    for one in wanted["required_status_checks"]:
        if not (found.get(one["context"]) or {}).get("integration_id"):
            found[one["context"]] = one
    return list(found.values())
