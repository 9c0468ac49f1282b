"""The API's routes for what Git remembers: commits, comparisons, branches, files, and who pushed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.support.github import shapes
from tests.support.github.accounts import Actor
from tests.support.github.bare import NOBODY
from tests.support.github.messages import Answer, RefusalError, not_found
from tests.support.github.routes import Call, Route, page, route

ROUTES: list[Route] = []


def activity_of(site: Any, actor: Actor, name: str, ref: str, ends: tuple[str | None, str | None]) -> dict[str, Any]:
    """What the list of activity says of a moved ref."""
    old, new = ends
    forced = bool(old and new and not site.bares[name].is_ancestor(old, new))
    moved = "force_push" if forced else "pr_merge" if site.merging else "push"
    number = len(site.activity) + 1
    return {
        "id": number,
        "node_id": f"PUSH_{number}",
        "before": old or NOBODY,
        "after": new or NOBODY,
        "ref": ref,
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "activity_type": moved if old and new else "branch_creation" if new else "branch_deletion",
        "actor": shapes.account(site.api, site.accounts, actor.login),
        "repository": name,
    }


@route(ROUTES, "GET", "/activity", "contents:read")
def list_activity(call: Call) -> Answer:
    """List who moved which branch, newest first."""
    query = call.request.query
    found = [one for one in reversed(call.site.activity) if one["repository"] == call.name]
    wanted = {"ref": query.get("ref"), "activity_type": query.get("activity_type")}
    found = [one for one in found if all(value in {None, one[key]} for key, value in wanted.items())]
    found = [one for one in found if query.get("actor") in {None, one["actor"]["login"]}]
    return page(call, [{key: value for key, value in one.items() if key != "repository"} for one in found])


def commit_shape(call: Call, oid: str) -> dict[str, Any]:
    """A commit without its files."""
    return shapes.commit(call.site.api, call.site.accounts, call.name, call.bare, oid)


def commit_named(call: Call, name: str) -> str:
    """The commit that a name means."""
    oid = call.bare.commit_of(name)
    if oid is None:
        raise RefusalError(422, f"No commit found for SHA: {name}")
    return oid


@route(ROUTES, "GET", "/commits", "contents:read")
def list_commits(call: Call) -> Answer:
    """List commits, newest first."""
    query = call.request.query
    words = ["rev-list", commit_named(call, query.get("sha", "main"))]
    words += ["--", f":(literal){query['path']}"] if "path" in query else []
    shown = page(call, call.bare.lines(*words))
    return Answer(200, [commit_shape(call, oid) for oid in shown.body], shown.headers)


@route(ROUTES, "GET", "/commits/(?P<oid>[0-9a-f]{40})/pulls", "pull_requests:read")
def pulls_of_commit(call: Call) -> Answer:
    """List the pull requests that a commit came by."""
    oid = call.found["oid"]
    found = [
        pull
        for pull in call.site.pulls.values()
        if oid == pull.merge_sha or oid in call.bare.between(pull.base_sha, pull.head_sha)
    ]
    return replace(page(call, [call.site.pull_json(pull.number, listed=True) for pull in found]), ours=False)


@route(
    ROUTES,
    "GET",
    "/commits/(?P<name>(?!.*/(?:check-runs|check-suites|status|statuses|comments|pulls)$).+)",
    "contents:read",
)
def give_commit(call: Call) -> Answer:
    """Give a commit with its files."""
    oid = commit_named(call, call.found["name"])
    shape = commit_shape(call, oid)
    parent = shape["parents"][0]["sha"] if shape["parents"] else call.bare.write("tree", b"")
    files = shapes.files(call.url, call.html, call.bare, parent, oid)
    numbers = {name: sum(one[name] for one in files) for name in ("additions", "deletions")}
    return Answer(200, {**shape, "stats": numbers | {"total": sum(numbers.values())}, "files": files})


@route(ROUTES, "GET", r"/compare/(?P<base>.+?)\.\.\.(?P<head>.+)", "contents:read")
def compare(call: Call) -> Answer:
    """Compare two commits."""
    base, head = (commit_named(call, call.found[name].rpartition(":")[2]) for name in ("base", "head"))
    left = call.bare.merge_base(base, head)
    if left is None:
        raise not_found()
    ahead, behind = call.bare.between(base, head), call.bare.between(head, base)
    states = {(True, True): "diverged", (True, False): "ahead", (False, True): "behind", (False, False): "identical"}
    url = f"{call.url}/compare/{base}...{head}"
    urls = {"url": url, "html_url": url, "permalink_url": url, "diff_url": url + ".diff", "patch_url": url + ".patch"}
    ends = {"base_commit": commit_shape(call, base), "merge_base_commit": commit_shape(call, left)}
    numbers = {"ahead_by": len(ahead), "behind_by": len(behind), "total_commits": len(ahead)}
    found = {"status": states[bool(ahead), bool(behind)], "commits": [commit_shape(call, one) for one in ahead]}
    files = shapes.files(call.url, call.html, call.bare, left, head)
    return Answer(200, {**urls, **ends, **numbers, **found, "files": files})


@route(ROUTES, "GET", "/branches", "contents:read")
def list_branches(call: Call) -> Answer:
    """List branches."""
    names = sorted(name.removeprefix("refs/heads/") for name in call.bare.refs("refs/heads/"))
    return page(call, [branch_row(call, name) for name in names])


def branch_row(call: Call, name: str) -> dict[str, Any]:
    """A branch as the list gives it."""
    oid = call.bare.refs()[f"refs/heads/{name}"]
    protected = bool(call.site.rules.protections.get(name) or call.site.rules.holding(name))
    return {"name": name, "commit": {"sha": oid, "url": f"{call.url}/commits/{oid}"}, "protected": protected}


@route(ROUTES, "GET", "/branches/(?P<name>(?!.*/protection).+)", "contents:read")
def give_branch(call: Call) -> Answer:
    """Give a branch."""
    name = call.found["name"]
    if f"refs/heads/{name}" not in call.bare.refs():
        raise RefusalError(404, "Branch not found")
    row = branch_row(call, name)
    url = f"{call.url}/branches/{name}/protection"
    shape = commit_shape(call, row["commit"]["sha"])
    links = {"_links": {"self": f"{call.url}/branches/{name}", "html": f"{call.html}/tree/{name}"}}
    asked = {"enforcement_level": "off", "contexts": [], "checks": []}
    protection = {"enabled": row["protected"], "required_status_checks": asked}
    return Answer(200, {**row, "commit": shape, **links, "protection": protection, "protection_url": url})
