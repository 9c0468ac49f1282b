"""Check runs and commit statuses: the emulator keeps the runs, with GitHub's limits and App before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.support.github import shapes
from tests.support.github.accounts import APPS, OWNER
from tests.support.github.messages import Answer, RefusalError, custom, not_found
from tests.support.github.routes import Call, Route, page, route

ROUTES: list[Route] = []
MOST_ANNOTATIONS = 50
STATES = {"error", "failure", "pending", "success"}
RUN = r"/check-runs/(?P<run>\d+)"


def check_output(call: Call) -> list[dict[str, Any]]:
    """The annotations of a request, if GitHub would take it."""
    if call.actor.kind != "installation":
        raise RefusalError(403, "You must authenticate via a GitHub App.")
    output = call.json.get("output") or {}
    annotations: list[dict[str, Any]] = output.get("annotations") or []
    if len(annotations) > MOST_ANNOTATIONS:
        raise custom("CheckRun", f"annotations exceeds a maximum quantity of {MOST_ANNOTATIONS}")
    for name in ("summary", "text"):
        if len(output.get(name) or "") > 65_535:
            raise custom("CheckRun", f"{name} exceeds a maximum length of 65535")
    return annotations


@route(ROUTES, "POST", "/check-runs", "checks:write")
def make_run(call: Call) -> Answer:
    """Begin a check run at a commit that is there."""
    annotations = check_output(call)
    if call.bare.kind(str(call.json.get("head_sha"))) != "commit":
        raise RefusalError(422, f"No commit found for SHA: {call.json.get('head_sha')}")
    answer = call.site.emulator.ask(call.request)
    if answer.fine:
        call.site.annotations[answer.body["id"]] = list(annotations)
        call.site.run_apps[answer.body["id"]] = call.actor.app or 0
    return shown(call, answer)


@route(ROUTES, "PATCH", RUN, "checks:write")
def change_run(call: Call) -> Answer:
    """Go on with a check run of one's own; annotations are appended."""
    annotations, number = check_output(call), int(call.found["run"])
    if call.site.run_apps.get(number) != call.actor.app:
        raise RefusalError(403, "Invalid app_id - check run can only be modified by the GitHub App that created it.")
    answer = call.site.emulator.ask(call.request)
    if answer.fine:
        call.site.annotations[number] += annotations
    return shown(call, answer)


@route(ROUTES, "GET", RUN, "checks:read")
def give_run(call: Call) -> Answer:
    """Give a check run."""
    return shown(call, call.site.emulator.ask(call.request))


def shown(call: Call, answer: Answer) -> Answer:
    """A check run with its App and the number of its annotations."""
    return replace(answer, body=run_shape(call, answer.body)) if answer.fine else answer


def run_shape(call: Call, run: dict[str, Any]) -> dict[str, Any]:
    """A check run as GitHub words it."""
    found = call.site.annotations.get(run["id"], [])
    url = f"{call.url}/check-runs/{run['id']}"
    output = {"title": None, "summary": None, "text": None, **(run.get("output") or {})}
    output = {name: output[name] for name in ("title", "summary", "text")}
    counts = {"annotations_count": len(found), "annotations_url": f"{url}/annotations"}
    return {**run, "url": url, "output": output | counts, "app": app_shape(call, call.site.run_apps.get(run["id"], 0))}


def app_shape(call: Call, number: int) -> dict[str, Any] | None:
    """An App in short."""
    slug = next((slug for app, slug, _ in APPS if app == number), None)
    if slug is None:
        return None
    at = "2026-01-01T00:00:00Z"
    return {
        "id": number,
        "slug": slug,
        "node_id": f"A_{number}",
        "client_id": f"Iv1.{number:x}",
        "owner": shapes.account(call.site.api, call.site.accounts, OWNER) | {"type": "Organization"},
        "name": slug.title(),
        "description": None,
        "external_url": call.site.web,
        "html_url": f"{call.site.web}/apps/{slug}",
        "created_at": at,
        "updated_at": at,
        "permissions": {"checks": "write", "contents": "write"},
        "events": ["push", "pull_request"],
    }


@route(ROUTES, "GET", RUN + "/annotations", "checks:read")
def list_annotations(call: Call) -> Answer:
    """List the annotations of a check run."""
    found = call.site.annotations.get(int(call.found["run"]))
    if found is None:
        raise not_found()
    return page(call, [annotation_shape(call, one) for one in found])


def annotation_shape(call: Call, one: dict[str, Any]) -> dict[str, Any]:
    """An annotation with all that GitHub adds."""
    empty = {"start_column": None, "end_column": None, "title": None, "raw_details": None}
    return empty | one | {"blob_href": f"{call.url}/git/blobs/0"}


@route(ROUTES, "GET", "/commits/(?P<name>.+)/check-runs", "checks:read")
def list_runs(call: Call) -> Answer:
    """List the check runs at a commit: by default the latest of each name and App."""
    query = call.request.query
    runs = [run_shape(call, run) for run in all_runs(call)]
    for key, value in (("check_name", "name"), ("status", "status")):
        runs = [run for run in runs if query.get(key) in {None, run[value]}]
    runs = [run for run in runs if query.get("app_id") in {None, str((run["app"] or {}).get("id"))}]
    if query.get("filter", "latest") == "latest":
        runs = list({(run["name"], str(run["app"])): run for run in sorted(runs, key=number_of)}.values())
    runs = sorted(runs, key=number_of, reverse=True)
    shown = page(call, runs, lambda items: {"total_count": len(runs), "check_runs": items})
    return replace(shown, ours=False)


def number_of(run: dict[str, Any]) -> int:
    """The number of a run."""
    return int(run["id"])


def all_runs(call: Call) -> list[dict[str, Any]]:
    """Every run that the emulator has at a commit."""
    oid = call.bare.commit_of(call.found["name"])
    if oid is None:
        raise RefusalError(422, f"No commit found for SHA: {call.found['name']}")
    return [run for run in map(call.site.run_of, call.site.annotations) if run["head_sha"] == oid]


@route(ROUTES, "POST", "/statuses/(?P<oid>[0-9a-f]{40})", "statuses:write")
def set_status(call: Call) -> Answer:
    """Set a status; a newer one of the same context stands before the older."""
    oid, body = call.found["oid"], call.json
    if call.bare.kind(oid) != "commit":
        raise RefusalError(422, f"No commit found for SHA: {oid}")
    if body.get("state") not in STATES:
        raise custom("Status", "state is not included in the list")
    if len(body.get("description") or "") > 140:
        raise custom("Status", "description is too long (maximum is 140 characters)")
    number, at = len(call.site.statuses) + 1, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = {name: body.get(name) for name in ("state", "target_url", "description")}
    creator = shapes.account(call.site.api, call.site.accounts, call.actor.login)
    about = {"id": number, "node_id": f"S_{number}", "url": f"{call.url}/statuses/{oid}", "avatar_url": None}
    status = {**about, **asked, "context": body.get("context", "default"), "created_at": at, "updated_at": at}
    call.site.statuses.append({**status, "creator": creator, "sha": oid})
    return Answer(201, {**status, "creator": creator})


def statuses_at(call: Call) -> list[dict[str, Any]]:
    """The statuses of a commit, newest first."""
    oid = call.bare.commit_of(call.found["name"])
    if oid is None:
        raise not_found()
    found = [one for one in reversed(call.site.statuses) if one["sha"] == oid]
    return [{name: value for name, value in one.items() if name != "sha"} for one in found]


@route(ROUTES, "GET", "/commits/(?P<name>.+)/statuses", "statuses:read")
def list_statuses(call: Call) -> Answer:
    """List the statuses at a commit."""
    return page(call, statuses_at(call))


@route(ROUTES, "GET", "/commits/(?P<name>.+)/status", "statuses:read")
def combined_status(call: Call) -> Answer:
    """The newest status of each context, and what they come to."""
    newest: dict[str, dict[str, Any]] = {}
    for one in statuses_at(call):
        newest.setdefault(one["context"], {name: value for name, value in one.items() if name != "creator"})
    states = {one["state"] for one in newest.values()}
    state = "failure" if states & {"failure", "error"} else "success" if states == {"success"} else "pending"
    oid = str(call.bare.commit_of(call.found["name"]))
    urls = {"commit_url": f"{call.url}/commits/{oid}", "url": f"{call.url}/commits/{oid}/status"}
    body = {"state": state, "statuses": list(newest.values()), "sha": oid, "total_count": len(newest), **urls}
    return Answer(200, {**body, "repository": call.site.repository_json()}, ours=False)
