"""The API's routes for a repository's settings: itself, its workflows, its CODEOWNERS, its code scanning."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
import uuid
from dataclasses import replace
from typing import Any

from tests.support.github.accounts import OWNER
from tests.support.github.messages import Answer, RefusalError, not_found
from tests.support.github.owners import owners_file
from tests.support.github.protection import MADE, must_be_admin
from tests.support.github.routes import Call, Route, page, route

ROUTES: list[Route] = []
UNKNOWN = "Unknown owner"
PERMISSIONS = ("pull", "triage", "push", "maintain", "admin")
REACH = {"none": 0, "read": 1, "triage": 2, "write": 3, "admin": 5}


@route(ROUTES, "GET", "", "metadata:read")
def give_repository(call: Call) -> Answer:
    """Give the repository with what who asks may do."""
    answer = call.site.emulator.ask(call.site.as_admin("GET", call.request.path))
    role = call.site.accounts.roles.get(call.actor.login, "write" if call.actor.kind == "installation" else "none")
    allowed = {name: at < REACH[role] for at, name in enumerate(PERMISSIONS)}
    return replace(answer, body={**answer.body, "permissions": allowed}, headers=scopes(call))


def scopes(call: Call) -> dict[str, str]:
    """What a classic token's answers tell of it."""
    return {"X-OAuth-Scopes": "repo, workflow"} if call.site.switches.classic and call.actor.kind == "user" else {}


@route(ROUTES, "GET", "/collaborators/(?P<login>[^/]+)/permission", "metadata:read")
def give_permission(call: Call) -> Answer:
    """Tell what an account may do; `maintain` and `triage` are told as write and read."""
    login, accounts = call.found["login"], call.site.accounts
    if login not in accounts.ids:
        raise not_found()
    role = accounts.roles.get(login, "write" if login.endswith("[bot]") else "none")
    user = call.site.account(login) | {"role_name": role}
    user["permissions"] = {name: at < REACH[role] for at, name in enumerate(PERMISSIONS)}
    told = "read" if role == "triage" else role
    return Answer(200, {"permission": told, "role_name": role, "user": user})


@route(ROUTES, "GET", "/actions/permissions", "administration:read")
def give_actions(call: Call) -> Answer:
    """Tell whether workflows run."""
    must_be_admin(call)
    enabled = call.site.switches.actions
    return Answer(200, {"enabled": enabled, **({"allowed_actions": "all"} if enabled else {})})


@route(ROUTES, "GET", "/actions/permissions/workflow", "administration:read")
def give_token_rights(call: Call) -> Answer:
    """Tell what the token of workflows may."""
    must_be_admin(call)
    switches = call.site.switches
    approve = switches.workflows_may_approve
    return Answer(
        200, {"default_workflow_permissions": switches.workflow_token, "can_approve_pull_request_reviews": approve}
    )


@route(ROUTES, "PUT", "/actions/permissions/workflow", "administration:write")
def put_token_rights(call: Call) -> Answer:
    """Change what the token of workflows may."""
    must_be_admin(call)
    switches, asked = call.site.switches, call.json
    switches.workflow_token = asked.get("default_workflow_permissions", switches.workflow_token)
    switches.workflows_may_approve = asked.get("can_approve_pull_request_reviews", switches.workflows_may_approve)
    return Answer(204)


@route(ROUTES, "GET", "/actions/workflows", "actions:read")
def list_workflows(call: Call) -> Answer:
    """List the workflows on the default branch."""
    paths = [
        path
        for path in call.bare.lines("ls-tree", "--name-only", "main", ".github/workflows/")
        if path.endswith(("yml", "yaml"))
    ]
    rows = [workflow_shape(call, number, path) for number, path in enumerate(paths, 1)]
    return page(call, rows, lambda items: {"total_count": len(rows), "workflows": items})


def workflow_shape(call: Call, number: int, path: str) -> dict[str, Any]:
    """One workflow."""
    text = call.bare.text("show", f"main:{path}")
    named = re.search(r"^name: *(.+)$", text, re.MULTILINE)
    url = f"{call.url}/actions/workflows/{number}"
    links = {"url": url, "html_url": f"{call.html}/blob/main/{path}", "badge_url": f"{call.html}/workflows/badge.svg"}
    times = {"created_at": MADE, "updated_at": MADE}
    name = named[1].strip("\"' ") if named else path
    return {"id": number, "node_id": f"W_{number}", "name": name, "path": path, "state": "active", **links, **times}


@route(ROUTES, "GET", "/codeowners/errors", "contents:read")
def owners_errors(call: Call) -> Answer:
    """List what GitHub cannot make sense of in the base branch's CODEOWNERS."""
    at = call.request.query.get("ref", "main")
    found = owners_file(call.bare, at)
    if found is None:
        raise not_found()
    path, lines = found
    return Answer(
        200,
        {"errors": [error for number, line in enumerate(lines, 1) for error in errors_of(call, path, number, line)]},
    )


def errors_of(call: Call, path: str, number: int, line: str) -> list[dict[str, Any]]:
    """The owners of a line that are nobody, or may not write."""
    words = [] if line.lstrip().startswith("#") else line.split()
    unknown = [word for word in words[1:] if word.startswith("@") and not may_own(call, word[1:])]
    return [
        {
            "line": number,
            "column": line.index(word) + 1,
            "kind": UNKNOWN,
            "source": line,
            "suggestion": f"make sure {word} exists and has write access to the repository",
            "message": f"{UNKNOWN} on line {number}: make sure {word} exists and has write access to the repository",
            "path": path,
        }
        for word in unknown
    ]


@route(ROUTES, "GET", "/orgs/(?P<organization>[^/]+)/teams/(?P<team>[^/]+)/memberships/(?P<login>[^/]+)", top=True)
def give_membership(call: Call) -> Answer:
    """Tell whether somebody is in a team."""
    found = call.found
    if found["organization"] != OWNER or found["login"] not in call.site.accounts.teams.get(found["team"], set()):
        raise not_found()
    return Answer(200, {"url": f"{call.site.api}{call.request.path}", "role": "member", "state": "active"})


@route(ROUTES, "GET", "/orgs/(?P<organization>[^/]+)/teams/(?P<team>[^/]+)", top=True)
def give_team(call: Call) -> Answer:
    """Give a team."""
    slug = call.found["team"]
    if call.found["organization"] != OWNER or slug not in call.site.accounts.teams:
        raise not_found()
    url = f"{call.site.api}/orgs/{OWNER}/teams/{slug}"
    links = {
        "url": url,
        "html_url": url,
        "members_url": f"{url}/members{{/member}}",
        "repositories_url": f"{url}/repos",
    }
    about = {"id": 1, "node_id": f"TEAM_{slug}", "name": slug, "slug": slug, "description": None, "privacy": "closed"}
    times = {"created_at": MADE, "updated_at": MADE}
    counts = {"members_count": len(call.site.accounts.teams[slug]), "repos_count": 1}
    who = {"type": "organization", "permission": "push", "parent": None, "organization_id": 1}
    organization = (
        organization_shape(call) | times | {"public_repos": 0, "public_gists": 0, "followers": 0, "following": 0}
    )
    return Answer(200, {**about, **links, **times, **counts, **who, "organization": organization})


def organization_shape(call: Call) -> dict[str, Any]:
    """The organisation with its addresses."""
    url = f"{call.site.api}/orgs/{OWNER}"
    names = ("repos", "events", "hooks", "issues", "members", "public_members")
    links = {f"{name}_url": f"{url}/{name}" for name in names} | {"url": url, "html_url": f"{call.site.web}/{OWNER}"}
    about = {"login": OWNER, "id": 1, "node_id": "O_1", "avatar_url": f"{url}/avatar", "description": None}
    more = {"has_organization_projects": True, "has_repository_projects": True, "type": "Organization"}
    return {**about, **links, **more, "archived_at": None}


def may_own(call: Call, owner: str) -> bool:
    """Whether an owner is a writer, or a team that is there."""
    if "/" in owner:
        organization, _, team = owner.partition("/")
        return organization == OWNER and team in call.site.accounts.teams
    return call.site.accounts.roles.get(owner, "none") in {"write", "admin"}


@route(ROUTES, "POST", "/code-scanning/sarifs", "security_events:write")
def take_sarif(call: Call) -> Answer:
    """Take a report: SARIF, packed with gzip, in base64."""
    if not call.site.switches.code_scanning:
        text = "Advanced Security must be enabled for this repository to use code scanning."
        raise RefusalError(403, text)
    if call.bare.kind(call.json["commit_sha"]) != "commit":
        raise RefusalError(422, f"commit {call.json['commit_sha']} not found")
    try:
        report = json.loads(gzip.decompress(base64.b64decode(call.json["sarif"], validate=True)))
    except (binascii.Error, OSError, ValueError) as error:
        raise RefusalError(400, f"Invalid SARIF: {error}") from error
    number = str(uuid.uuid4())
    call.site.sarifs[number] = {**call.json, "report": report}
    return Answer(202, {"id": number, "url": f"{call.url}/code-scanning/sarifs/{number}"})


@route(ROUTES, "GET", "/code-scanning/sarifs/(?P<sarif>[^/]+)", "security_events:read")
def sarif_state(call: Call) -> Answer:
    """Tell what became of a report."""
    if call.found["sarif"] not in call.site.sarifs:
        raise not_found()
    address = f"{call.url}/code-scanning/analyses?sarif_id={call.found['sarif']}"
    return Answer(200, {"processing_status": "complete", "analyses_url": address, "errors": None})
