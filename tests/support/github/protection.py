"""The API's routes for rulesets, branch protection and environments. What they forbid is decided in `rules`."""

from __future__ import annotations

from typing import Any

from tests.support.github import shapes
from tests.support.github.messages import Answer, RefusalError, custom, not_found
from tests.support.github.routes import Call, Route, page, route

ROUTES: list[Route] = []
RULESET = r"/rulesets/(?P<ruleset>\d+)"
BRANCH = "/branches/(?P<branch>.+)/protection"
ENVIRONMENT = "/environments/(?P<environment>[^/]+)"
MADE = "2026-01-01T00:00:00Z"


def is_admin(call: Call) -> bool:
    """Whether who asks may administer the repository."""
    return call.site.accounts.may(call.actor, "administration", "write")


def must_be_admin(call: Call) -> None:
    """Refuse who may not."""
    if not is_admin(call):
        app = call.actor.kind == "installation"
        raise RefusalError(
            403, "Resource not accessible by integration" if app else "Must have admin rights to Repository."
        )


def check_supported(call: Call) -> None:
    """A server may have no rulesets: an old Enterprise server, or a plan without them."""
    if not call.site.switches.rulesets:
        raise not_found()


def ruleset_shape(call: Call, number: int, *, short: bool = False) -> dict[str, Any]:
    """A ruleset; who may bypass it only administrators see."""
    kept = call.site.rules.rulesets[number]
    source = {"source": call.name, "source_type": "Repository", "target": "branch", **kept}
    bypass = "always" if call.site.rules.bypasses(call.actor, kept) else "never"
    shape = {"id": number, "node_id": f"RRS_{number}", "created_at": MADE, "updated_at": MADE, **source}
    hidden = set() if is_admin(call) else {"bypass_actors"}
    hidden |= {"conditions", "rules", "bypass_actors"} if short else set()
    shape |= {} if short else {"current_user_can_bypass": bypass}
    return {name: value for name, value in shape.items() if name not in hidden}


@route(ROUTES, "GET", "/rulesets", "metadata:read")
def list_rulesets(call: Call) -> Answer:
    """List the rulesets."""
    check_supported(call)
    return page(call, [ruleset_shape(call, number, short=True) for number in sorted(call.site.rules.rulesets)])


@route(ROUTES, "POST", "/rulesets", "metadata:read")
def make_ruleset(call: Call) -> Answer:
    """Make a ruleset; its name is its own."""
    check_supported(call)
    must_be_admin(call)
    rules = call.site.rules.rulesets
    if any(one["name"] == call.json["name"] for one in rules.values()):
        raise custom("Ruleset", "Name must be unique")
    number = max(rules, default=40) + 1
    rules[number] = {"bypass_actors": [], "conditions": {}, "rules": [], **call.json}
    return Answer(201, ruleset_shape(call, number))


@route(ROUTES, "GET", RULESET, "metadata:read")
def give_ruleset(call: Call) -> Answer:
    """Give one ruleset."""
    return Answer(200, ruleset_shape(call, existing(call)))


def existing(call: Call) -> int:
    """The number in the path, if there is such a ruleset."""
    check_supported(call)
    number = int(call.found["ruleset"])
    if number not in call.site.rules.rulesets:
        raise not_found()
    return number


@route(ROUTES, "PUT", RULESET, "metadata:read")
def change_ruleset(call: Call) -> Answer:
    """Change a ruleset."""
    number = existing(call)
    must_be_admin(call)
    call.site.rules.rulesets[number] |= call.json
    return Answer(200, ruleset_shape(call, number))


@route(ROUTES, "DELETE", RULESET, "metadata:read")
def drop_ruleset(call: Call) -> Answer:
    """Delete a ruleset."""
    number = existing(call)
    must_be_admin(call)
    del call.site.rules.rulesets[number]
    return Answer(204)


@route(ROUTES, "GET", "/rules/branches/(?P<branch>.+)", "metadata:read")
def rules_of_branch(call: Call) -> Answer:
    """List the rules that hold for a branch, with the rulesets that they come from."""
    check_supported(call)
    numbers = {id(one): number for number, one in call.site.rules.rulesets.items()}
    return page(
        call,
        [
            rule
            | {
                "ruleset_id": numbers[id(ruleset)],
                "ruleset_source": ruleset.get("source", call.name),
                "ruleset_source_type": ruleset.get("source_type", "Repository"),
            }
            for rule, ruleset in call.site.rules.holding(call.found["branch"])
        ],
    )


@route(ROUTES, "GET", BRANCH, "metadata:read")
def give_protection(call: Call) -> Answer:
    """Give a branch's protection, to administrators only."""
    must_be_admin(call)
    branch = call.found["branch"]
    if branch not in call.site.rules.protections:
        raise RefusalError(404, "Branch not protected")
    return Answer(200, protection_shape(call, branch))


@route(ROUTES, "PUT", BRANCH, "metadata:read")
def put_protection(call: Call) -> Answer:
    """Protect a branch."""
    must_be_admin(call)
    branch = call.found["branch"]
    if f"refs/heads/{branch}" not in call.bare.refs():
        raise RefusalError(404, "Branch not found")
    call.site.rules.protections[branch] = call.json
    return Answer(200, protection_shape(call, branch))


@route(ROUTES, "DELETE", BRANCH, "metadata:read")
def drop_protection(call: Call) -> Answer:
    """Protect a branch no more."""
    must_be_admin(call)
    if call.site.rules.protections.pop(call.found["branch"], None) is None:
        raise RefusalError(404, "Branch not protected")
    return Answer(204)


def protection_shape(call: Call, branch: str) -> dict[str, Any]:
    """A protection in the words of the answer; switches become objects, and what is off is left out."""
    put, url = call.site.rules.protections[branch], f"{call.url}/branches/{branch}/protection"
    switches = ("required_linear_history", "allow_force_pushes", "allow_deletions", "required_conversation_resolution")
    shape: dict[str, Any] = {name: {"enabled": bool(put.get(name))} for name in switches}
    shape |= {"url": url, "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": bool(put["enforce_admins"])}}
    if put.get("required_status_checks"):
        shape["required_status_checks"] = checks_shape(put["required_status_checks"], f"{url}/required_status_checks")
    if put.get("required_pull_request_reviews"):
        reviews = put["required_pull_request_reviews"]
        defaults = {"dismiss_stale_reviews": False, "require_code_owner_reviews": False}
        wanted = {name: value for name, value in reviews.items() if not isinstance(value, dict)}
        shape["required_pull_request_reviews"] = {"url": f"{url}/reviews", **defaults, **wanted}
    return shape


def checks_shape(put: dict[str, Any], url: str) -> dict[str, Any]:
    """The required checks in the words of the answer."""
    checks = [{"context": one["context"], "app_id": one.get("app_id")} for one in put.get("checks") or []]
    contexts = sorted({one["context"] for one in checks} | set(put.get("contexts") or []))
    return {
        "url": url,
        "strict": put["strict"],
        "contexts": contexts,
        "contexts_url": f"{url}/contexts",
        "checks": checks,
    }


@route(ROUTES, "GET", "/environments", "actions:read")
def list_environments(call: Call) -> Answer:
    """List the environments."""
    shapes_ = [environment_shape(call, name) for name in sorted(call.site.environments)]
    return page(call, shapes_, lambda items: {"total_count": len(shapes_), "environments": items})


@route(ROUTES, "GET", ENVIRONMENT, "actions:read")
def give_environment(call: Call) -> Answer:
    """Give an environment."""
    if call.found["environment"] not in call.site.environments:
        raise not_found()
    return Answer(200, environment_shape(call, call.found["environment"]))


@route(ROUTES, "PUT", ENVIRONMENT, "metadata:read")
def put_environment(call: Call) -> Answer:
    """Make or change an environment."""
    must_be_admin(call)
    name = call.found["environment"]
    kept = call.site.environments.setdefault(name, {"policies": []})
    call.site.environments[name] = {"policies": kept["policies"], **(call.json or {})}
    return Answer(200, environment_shape(call, name))


def environment_shape(call: Call, name: str) -> dict[str, Any]:
    """An environment with its rules."""
    kept, url = call.site.environments[name], f"{call.url}/environments/{name}"
    rules: list[dict[str, Any]] = []
    if kept.get("reviewers"):
        asked = [{"type": one["type"], "reviewer": reviewer_shape(call, one)} for one in kept["reviewers"]]
        own = bool(kept.get("prevent_self_review"))
        rules.append(
            {"id": 1, "node_id": "GA_1", "type": "required_reviewers", "prevent_self_review": own, "reviewers": asked}
        )
    if kept.get("deployment_branch_policy"):
        rules.append({"id": 2, "node_id": "GA_2", "type": "branch_policy"})
    times = {"created_at": MADE, "updated_at": MADE}
    links = {"id": 1, "node_id": f"EN_{name}", "name": name, "url": url, "html_url": f"{call.html}/deployments"}
    return {
        **links,
        **times,
        "protection_rules": rules,
        "deployment_branch_policy": kept.get("deployment_branch_policy"),
    }


def reviewer_shape(call: Call, one: dict[str, Any]) -> dict[str, Any]:
    """Who must approve: by number, as it was put."""
    ids = call.site.accounts.ids
    login = next((login for login, number in ids.items() if number == one["id"]), None)
    if login is None:
        raise custom("Environment", f"reviewer {one['id']} is not known")
    return shapes.account(call.site.api, call.site.accounts, login)


@route(ROUTES, "GET", ENVIRONMENT + "/deployment-branch-policies", "actions:read")
def list_policies(call: Call) -> Answer:
    """List the branches that may use an environment."""
    if call.found["environment"] not in call.site.environments:
        raise not_found()
    rows = [
        {"id": number, "node_id": f"DBP_{number}", "name": name, "type": "branch"}
        for number, name in enumerate(call.site.environments[call.found["environment"]]["policies"], 1)
    ]
    return page(call, rows, lambda items: {"total_count": len(rows), "branch_policies": items})


@route(ROUTES, "POST", ENVIRONMENT + "/deployment-branch-policies", "metadata:read")
def add_policy(call: Call) -> Answer:
    """Let a branch use an environment."""
    must_be_admin(call)
    kept = call.site.environments.get(call.found["environment"])
    policy = (kept or {}).get("deployment_branch_policy") or {}
    if kept is None or not policy.get("custom_branch_policies"):
        raise not_found()
    kept["policies"].append(call.json["name"])
    number = len(kept["policies"])
    return Answer(200, {"id": number, "node_id": f"DBP_{number}", "name": call.json["name"], "type": "branch"})
