"""What GitHub's rules mean together: rulesets and the older branch protection, of which the strictest counts.

A rule binds only those who cannot bypass the ruleset that has it, so three readings are kept apart: what binds
everybody, what binds where nobody can say who bypasses it, and what some may bypass. Source: GitHub's REST description,
`repository-rule` and `branch-protection`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import reduce
from typing import Any, Literal

from runwright.checks.hosting.facts import Actor, NotTold, Protection, Ruleset

Hold = Literal["everybody", "perhaps", "bypassed", "nobody"]
"""Whom a rule binds: everybody; perhaps everybody, for who may bypass it is not told; all but some; nobody."""


@dataclass(frozen=True, slots=True)
class RequiredCheck:
    """A check that must be green; None where anybody with write access may set it."""

    name: str
    app: int | None


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for a branch or a tag; a larger value is the stricter one, everywhere."""

    pull_request: bool = False
    approvals: int = 0
    code_owners: bool = False
    stale_dismissed: bool = False
    last_push: bool = False
    threads: bool = False
    up_to_date: bool = False
    no_creation: bool = False
    no_update: bool = False
    no_deletion: bool = False
    no_force_push: bool = False
    linear: bool = False
    signed: bool = False
    queue: bool = False
    checks: frozenset[RequiredCheck] = frozenset()

    def tied(self, check: str) -> bool:
        """Say whether a check is required and one App alone can set it, whichever that is."""
        return any(one.name == check and one.app is not None for one in self.checks)

    def requires(self, check: str, apps: Iterable[int]) -> bool:
        """Say whether a check is required and only one of these Apps can set it."""
        return any(RequiredCheck(check, app) in self.checks for app in apps)


def strictest(rules: Iterable[Rules]) -> Rules:
    """Give what holds where all of these hold together."""
    return reduce(_both, rules, Rules())


def _both(one: Rules, other: Rules) -> Rules:
    values: dict[str, Any] = {}
    for item in fields(Rules):
        first, second = getattr(one, item.name), getattr(other, item.name)
        values[item.name] = first | second if item.name == "checks" else max(first, second)
    return Rules(**values)


_FLAGS = {
    "creation": "no_creation",
    "update": "no_update",
    "deletion": "no_deletion",
    "non_fast_forward": "no_force_push",
    "required_linear_history": "linear",
    "required_signatures": "signed",
    "merge_queue": "queue",
}


def rules_of(raw: Iterable[Mapping[str, Any]]) -> Rules:
    """Read the rules of a ruleset; a type that is not known adds nothing."""
    return strictest(_rule(one.get("type", ""), one.get("parameters") or {}) for one in raw)


def _rule(kind: str, words: Mapping[str, Any]) -> Rules:
    if kind in _FLAGS:
        flags: dict[str, Any] = {_FLAGS[kind]: True}
        return Rules(**flags)
    if kind == "pull_request":
        return Rules(
            pull_request=True,
            approvals=int(words.get("required_approving_review_count") or 0),
            code_owners=bool(words.get("require_code_owner_review")),
            stale_dismissed=bool(words.get("dismiss_stale_reviews_on_push")),
            last_push=bool(words.get("require_last_push_approval")),
            threads=bool(words.get("required_review_thread_resolution")),
        )
    if kind == "required_status_checks":
        asked = words.get("required_status_checks") or ()
        found = frozenset(RequiredCheck(str(one.get("context")), one.get("integration_id")) for one in asked)
        return Rules(checks=found, up_to_date=bool(words.get("strict_required_status_checks_policy")))
    return Rules()


def rules_of_protection(data: Mapping[str, Any]) -> Rules:
    """Read the older branch protection of a branch, as `GET /branches/{branch}/protection` gives it."""
    reviews, checks = data.get("required_pull_request_reviews"), data.get("required_status_checks") or {}
    return Rules(
        pull_request=reviews is not None,
        approvals=int((reviews or {}).get("required_approving_review_count") or 0),
        code_owners=bool((reviews or {}).get("require_code_owner_reviews")),
        stale_dismissed=bool((reviews or {}).get("dismiss_stale_reviews")),
        last_push=bool((reviews or {}).get("require_last_push_approval")),
        threads=_enabled(data, "required_conversation_resolution"),
        up_to_date=bool(checks.get("strict")),
        no_deletion=not _enabled(data, "allow_deletions"),
        no_force_push=not _enabled(data, "allow_force_pushes"),
        linear=_enabled(data, "required_linear_history"),
        signed=_enabled(data, "required_signatures"),
        checks=frozenset(_old_checks(checks)),
    )


def _old_checks(checks: Mapping[str, Any]) -> Iterable[RequiredCheck]:
    """The checks by App, and those that only their name is known of; GitHub writes -1 for any App."""
    tied = [RequiredCheck(str(one["context"]), _app(one.get("app_id"))) for one in checks.get("checks") or ()]
    named = {one.name for one in tied}
    return [*tied, *(RequiredCheck(str(name), None) for name in checks.get("contexts") or () if name not in named)]


def _app(number: Any) -> int | None:
    return number if isinstance(number, int) and number > 0 else None


def _enabled(data: Mapping[str, Any], name: str) -> bool:
    return bool((data.get(name) or {}).get("enabled"))


@dataclass(frozen=True, slots=True)
class Binding:
    """What holds for a branch, by whom it binds."""

    everybody: Rules
    perhaps: Rules
    """With the rulesets of which nobody said who may bypass them."""
    all: Rules
    """With those that some may bypass."""
    bypassed_by: tuple[str, ...] = ()
    """Who may bypass a part, in words."""

    def of(self, asked: Callable[[Rules], bool]) -> Hold:
        """Say whom it binds that something is asked for."""
        if asked(self.everybody):
            return "everybody"
        if asked(self.perhaps):
            return "perhaps"
        return "bypassed" if asked(self.all) else "nobody"


def binding(rulesets: Iterable[Ruleset], protection: Protection | None) -> Binding:
    """Join everything that is in force for a branch."""
    found = [_ruleset(one) for one in rulesets if one.enforcement == "active"]
    if protection is not None:
        found.append(_protection(protection))
    everybody = strictest(rules for hold, rules, _ in found if hold == "everybody")
    perhaps = strictest(rules for hold, rules, _ in found if hold != "bypassed")
    who = dict.fromkeys(name for _, _, names in found for name in names)
    return Binding(everybody, perhaps, strictest(rules for _, rules, _ in found), tuple(who))


def _ruleset(ruleset: Ruleset) -> tuple[Hold, Rules, tuple[str, ...]]:
    rules = rules_of(ruleset.rules)
    if isinstance(ruleset.bypass, NotTold):
        # Whoever asks may bypass it: then it is not empty, whatever else it holds.
        known = ruleset.mine not in {"", "never"}
        return ("bypassed", rules, (f"who asked, in {ruleset.name!r}",)) if known else ("perhaps", rules, ())
    who = tuple(f"{actor} in {ruleset.name!r}" for actor in ruleset.bypass)
    return ("bypassed" if who else "everybody"), rules, who


def _protection(protection: Protection) -> tuple[Hold, Rules, tuple[str, ...]]:
    data = protection.data
    allowed = (data.get("required_pull_request_reviews") or {}).get("bypass_pull_request_allowances") or {}
    listed = (one for kind in ("users", "teams", "apps") for one in allowed.get(kind) or ())
    who = [str(one.get("login") or one.get("slug")) for one in listed]
    if not _enabled(data, "enforce_admins"):
        who.append("every repository admin")
    named = tuple(f"{name} in the branch protection" for name in who)
    return ("bypassed" if named else "everybody"), rules_of_protection(data), named


def bypasses(rulesets: Iterable[Ruleset], actor: Actor) -> tuple[str, ...]:
    """Name the rulesets whose bypass list names somebody."""
    return tuple(
        one.name
        for one in rulesets
        if not isinstance(one.bypass, NotTold) and any((a.kind, a.id) == (actor.kind, actor.id) for a in one.bypass)
    )
