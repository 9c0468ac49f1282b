"""The rules of branches: rulesets and branch protection, and what they refuse.

GitHub's classic branch protection and its rulesets hold side by side; both are asked here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support.github.accounts import APP_ID, Actor
from tests.support.github.owners import are_met, owners_file
from tests.support.github.pulls import Pull, files_of

if TYPE_CHECKING:
    from tests.support.github.site import GitHubSite

ROLES = {2: "maintain", 4: "write", 5: "admin"}
"""GitHub's numbers of the roles on a bypass list."""
WORDS = {
    "creation": "Cannot create ref due to creations being restricted.",
    "update": "Cannot update this protected ref.",
    "deletion": "Cannot delete this protected ref.",
    "non_fast_forward": "Cannot force-push to this branch",
}
"""How a rule of a kind refuses."""


@dataclass
class Rules:
    """The rules of one site's repository."""

    site: GitHubSite
    rulesets: dict[int, dict[str, Any]] = field(default_factory=dict)
    protections: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What was put for a branch, as it was put."""

    def holding(self, branch: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """The rules that hold for a branch, each with its ruleset."""
        return self.holding_ref(f"refs/heads/{branch}")

    def holding_ref(self, ref: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """The rules that hold for a branch or a tag, each with its ruleset."""
        sets = [one for one in self.rulesets.values() if one["enforcement"] == "active" and matches(one, ref)]
        return [(rule, one) for one in sets for rule in one.get("rules", [])]

    def asked(self, branch: str, kind: str) -> list[Mapping[str, Any]]:
        """The parameters of all rules of a kind that hold for a branch."""
        found = [rule.get("parameters") or {} for rule, _ in self.holding(branch) if rule["type"] == kind]
        put = self.protections.get(branch, {})
        if kind == "pull_request" and put.get("required_pull_request_reviews"):
            found.append(as_rule(put["required_pull_request_reviews"]))
        if kind == "required_status_checks" and put.get("required_status_checks"):
            found.append(as_checks(put["required_status_checks"]))
        return found

    def why_not(self, pull: Pull, name: str) -> str:
        """Why a pull request may not be merged; empty where it may."""
        for wanted in self.asked(pull.base_ref, "pull_request"):
            if why := self.why_not_reviewed(pull, name, wanted):
                return why
        for wanted in self.asked(pull.base_ref, "required_status_checks"):
            for check in wanted.get("required_status_checks", []):
                if not self.passed(name, pull.head_sha, check["context"], check.get("integration_id")):
                    return f'Required status check "{check["context"]}" is expected.'
        return ""

    def why_not_reviewed(self, pull: Pull, name: str, wanted: Mapping[str, Any]) -> str:
        """Why the reviews do not suffice for a rule; empty where they do."""
        latest = self.verdicts(name, pull)
        if "CHANGES_REQUESTED" in latest.values():
            return "Changes were requested by a reviewer with write access."
        approved = {login for login, state in latest.items() if state == "APPROVED"}
        if wanted.get("require_last_push_approval"):
            approved.discard(pull.pushed_by)
        need = wanted.get("required_approving_review_count", 0)
        if len(approved) < need:
            return f"At least {need} approving review is required by reviewers with write access."
        if wanted.get("require_code_owner_review") and not self.owners_agree(pull, name, approved):
            return "Waiting on code owner review."
        return ""

    def owners_agree(self, pull: Pull, name: str, approved: set[str]) -> bool:
        """Whether the owners of all that is changed approved it, by the base branch's file."""
        found = owners_file(self.site.bares[name], f"refs/heads/{pull.base_ref}")
        paths = [one["filename"] for one in files_of(self.site, name, pull)]
        return found is None or are_met(found[1], paths, approved, self.site.accounts.teams)

    def dismisses_stale(self, branch: str) -> bool:
        """Whether a push takes approvals back."""
        return any(wanted.get("dismiss_stale_reviews_on_push") for wanted in self.asked(branch, "pull_request"))

    def why_not_moved(self, actor: Actor, ref: str, old: str | None, new: str | None) -> str:
        """Why a ref may not be made, moved or deleted directly; empty where it may."""
        holding = {rule["type"] for rule, ruleset in self.holding_ref(ref) if not self.bypasses(actor, ruleset)}
        branch = ref.removeprefix("refs/heads/")
        if self.asked(branch, "pull_request") and ("pull_request" in holding or branch in self.protections):
            return "Changes must be made through a pull request."
        kind = "creation" if old is None else "deletion" if new is None else "update"
        if kind in holding:
            return WORDS[kind]
        arrived = old and new and self.site.bare.try_git("cat-file", "-e", str(new)).returncode == 0
        forced = arrived and not self.site.bare.is_ancestor(str(old), str(new))
        return WORDS["non_fast_forward"] if forced and "non_fast_forward" in holding else ""

    def steps_only(self, actor: Actor, ref: str) -> bool:
        """Whether a ref only takes steps forward from this account."""
        return any(
            rule["type"] == "non_fast_forward" and not self.bypasses(actor, ruleset)
            for rule, ruleset in self.holding_ref(ref)
        )

    def verdicts(self, name: str, pull: Pull) -> dict[str, str]:
        """The newest verdict of each writer: APPROVED, CHANGES_REQUESTED or DISMISSED."""
        latest: dict[str, str] = {}
        for review in self.site.told("GET", f"/repos/{name}/pulls/{pull.number}/reviews?per_page=100"):
            login = review["user"]["login"]
            counts = login.endswith("[bot]") or self.site.accounts.roles.get(login) in {"write", "admin"}
            if counts and review["state"] in {"APPROVED", "CHANGES_REQUESTED", "DISMISSED"}:
                latest[login] = review["state"]
        return latest

    def passed(self, name: str, sha: str, check: str, app: int | None) -> bool:
        """Whether a check or a status of this name stands well at a commit; from this App if one is named."""
        site, fine = self.site, {"success", "neutral", "skipped"}
        for number, run in ((number, site.run_of(number)) for number in reversed(site.annotations)):
            if (run["head_sha"], run["name"]) == (sha, check) and app in {None, -1, site.run_apps[number]}:
                return run["conclusion"] in fine
        states = [one["state"] for one in site.statuses if (one["sha"], one["context"]) == (sha, check)]
        return app in {None, -1} and states[-1:] == ["success"]

    def bypasses(self, actor: Actor, ruleset: Mapping[str, Any]) -> bool:
        """Whether an actor stands on a ruleset's bypass list."""
        for one in ruleset.get("bypass_actors") or []:
            if one["actor_type"] == "Integration" and one["actor_id"] == APP_ID and actor.kind == "installation":
                return True
            # An App has no role, so none is excepted by one.
            role = self.site.accounts.roles.get(actor.login) if actor.kind == "user" else None
            if one["actor_type"] == "OrganizationAdmin" and role == "admin":
                return True
            if one["actor_type"] == "RepositoryRole" and role is not None and ROLES.get(one["actor_id"]) == role:
                return True
        return False


def matches(ruleset: Mapping[str, Any], ref: str) -> bool:
    """Whether a ruleset is about a ref: a branch's, unless its target is `tag`."""
    if not ref.startswith("refs/tags/" if ruleset.get("target") == "tag" else "refs/heads/"):
        return False
    names = (ruleset.get("conditions") or {}).get("ref_name") or {}
    return hits(names.get("include", []), ref) and not hits(names.get("exclude", []), ref)


def hits(patterns: list[str], ref: str) -> bool:
    """Whether a pattern means a ref; ~DEFAULT_BRANCH and ~ALL are GitHub's words."""
    spelt = {"~ALL": "**", "~DEFAULT_BRANCH": "refs/heads/main"}
    return any(as_pattern(spelt.get(one, one)).fullmatch(ref) for one in patterns)


def as_pattern(glob: str) -> re.Pattern[str]:
    """A pattern of a ruleset (Ruby's File.fnmatch with FNM_PATHNAME): only ** crosses a slash."""
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(parts.get(one) or re.escape(one) for one in re.split(r"(\*\*/?|\*|\?)", glob)))


def as_rule(reviews: Mapping[str, Any]) -> dict[str, Any]:
    """A classic protection's part in the words of a ruleset."""
    return {
        "required_approving_review_count": reviews.get("required_approving_review_count", 1),
        "dismiss_stale_reviews_on_push": reviews.get("dismiss_stale_reviews", False),
        "require_last_push_approval": reviews.get("require_last_push_approval", False),
        "require_code_owner_review": reviews.get("require_code_owner_reviews", False),
    }


def as_checks(checks: Mapping[str, Any]) -> dict[str, Any]:
    """The same for checks."""
    found = [{"context": one["context"], "integration_id": one.get("app_id")} for one in checks.get("checks") or []]
    found += [{"context": one} for one in checks.get("contexts") or [] if one not in {row["context"] for row in found}]
    return {"required_status_checks": found}
