"""The older branch protection, for a GitHub without rulesets: the same wishes, joined with what is there.

`PUT /branches/{branch}/protection` replaces everything, so whatever is there is written again. It binds admins, and
cannot say which branches an App may write. Source: GitHub's REST description, `branch-protection`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from runwright.checks.hosting.facts import Protection
from runwright.checks.hosting.rules import RequiredCheck, Rules, rules_of, rules_of_protection, strictest
from runwright.checks.hosting.rulesets import Wishes, check_rules, main_rules


def wanted_rules(wishes: Wishes, checks: Iterable[str]) -> Rules:
    """What is wanted of main, as rules."""
    names = tuple(checks)
    return rules_of((*main_rules(wishes), *(check_rules(names, wishes) if names else ())))


def protection_body(there: Protection | None, wishes: Wishes, checks: Iterable[str]) -> dict[str, Any]:
    """Write the protection that holds when both hold: never less than what is there."""
    data: Mapping[str, Any] = there.data if there else {}
    rules = strictest((wanted_rules(wishes, checks), rules_of_protection(data) if there else Rules()))
    return {
        "required_status_checks": _checks(rules),
        "enforce_admins": True,
        "required_pull_request_reviews": _reviews(rules, data),
        "restrictions": _restrictions(data),
        "required_linear_history": rules.linear,
        "allow_force_pushes": False,
        "allow_deletions": False,
        "required_conversation_resolution": rules.threads,
        **{name: True for name in ("block_creations", "lock_branch") if (data.get(name) or {}).get("enabled")},
    }


def _checks(rules: Rules) -> dict[str, Any] | None:
    tied = {one.name for one in rules.checks if one.app is not None}
    asked = [one for one in rules.checks if one.app is not None or one.name not in tied]
    if not asked:
        return None
    # GitHub wants the older list as well, and takes only one of the two that is not empty.
    return {"strict": rules.up_to_date, "contexts": [], "checks": [_check(one) for one in sorted(asked, key=str)]}


def _check(check: RequiredCheck) -> dict[str, Any]:
    return {"context": check.name, "app_id": check.app if check.app is not None else -1}


def _reviews(rules: Rules, data: Mapping[str, Any]) -> dict[str, Any]:
    limits = (data.get("required_pull_request_reviews") or {}).get("dismissal_restrictions")
    return {
        "required_approving_review_count": rules.approvals,
        "require_code_owner_reviews": rules.code_owners,
        "dismiss_stale_reviews": rules.stale_dismissed,
        "require_last_push_approval": rules.last_push,
        **({"dismissal_restrictions": _names(limits)} if limits else {}),
    }


def _restrictions(data: Mapping[str, Any]) -> dict[str, list[str]] | None:
    limits = data.get("restrictions")
    return _names(limits) if limits else None


def _names(limits: Mapping[str, Any]) -> dict[str, list[str]]:
    """Users by login, teams and Apps by slug: what is sent, from what was answered."""
    return {
        kind: [str(one.get("login") or one.get("slug")) for one in limits.get(kind) or ()]
        for kind in ("users", "teams", "apps")
    }
