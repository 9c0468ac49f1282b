"""A pull request seen as an issue: the emulator does not show it so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.support.github import shapes
from tests.support.github.messages import Answer
from tests.support.github.pulls import change_pull
from tests.support.github.routes import Call, Route, page, route

ROUTES: list[Route] = []
ISSUE = r"/issues/(?P<number>\d+)"
SHARED = [
    "node_id",
    "number",
    "state",
    "locked",
    "title",
    "user",
    "body",
    "created_at",
    "updated_at",
    "closed_at",
    "assignee",
    "assignees",
    "labels",
    "milestone",
    "author_association",
    "comments",
    "comments_url",
    "id",
]


@route(ROUTES, "GET", ISSUE, "issues:read|pull_requests:read")
def give_issue(call: Call) -> Answer:
    """Give a pull request as an issue; real issues are the emulator's."""
    number = int(call.found["number"])
    if number not in call.site.pulls:
        return call.site.emulator.ask(call.request)
    return Answer(200, issue_shape(call, number))


def issue_shape(call: Call, number: int) -> dict[str, Any]:
    """The issue behind a pull request, with who closed it."""
    pull = call.site.pull_json(number)
    url, closer = f"{call.url}/issues/{number}", call.site.pulls[number].closed_by
    links = {name: pull[name] for name in ("url", "html_url", "diff_url", "patch_url", "merged_at")}
    return {
        **{name: pull[name] for name in SHARED},
        "url": url,
        "repository_url": call.url,
        "labels_url": f"{url}/labels{{/name}}",
        "events_url": f"{url}/events",
        "html_url": pull["html_url"],
        "draft": pull["draft"],
        "state_reason": None,
        "pull_request": links,
        "closed_by": shapes.account(call.site.api, call.site.accounts, closer) if closer else None,
    }


@route(ROUTES, "PATCH", ISSUE, "issues:write|pull_requests:write")
def change_issue(call: Call) -> Answer:
    """Change a pull request by its issue: title, text, state and labels."""
    number = int(call.found["number"])
    if number not in call.site.pulls:
        return call.site.emulator.ask(call.request)
    if "labels" in call.json:
        call.site.told("PUT", call.request.path + "/labels", {"labels": call.json["labels"]})
    kept = {name: call.json[name] for name in ("title", "body", "state") if name in call.json}
    if kept:
        request = replace(call.request.with_json(kept), path=call.request.path.replace("/issues/", "/pulls/"))
        change_pull(replace(call, request=request))
    return Answer(200, issue_shape(call, number))


@route(ROUTES, "GET", ISSUE + "/events", "issues:read|pull_requests:read")
def list_events(call: Call) -> Answer:
    """List what happened to a pull request, oldest first; real issues are the emulator's."""
    number = int(call.found["number"])
    if number not in call.site.pulls:
        return call.site.emulator.ask(call.request)
    return page(call, call.site.happenings.get(number, []))
