"""What a webhook says of a change that was just made through the API or by a push."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tests.support.github import shapes
from tests.support.github.accounts import INSTALLATION, OWNER, Actor
from tests.support.github.bare import NOBODY
from tests.support.github.messages import Answer, Request

if TYPE_CHECKING:
    from tests.support.github.site import GitHubSite

Event = tuple[str, dict[str, Any]]
Teller = Callable[["GitHubSite", re.Match[str], Request, Answer], Iterator[Event]]
NUMBER = r"/repos/[^/]+/[^/]+/(?:pulls|issues)/(\d+)"


def told(site: GitHubSite, request: Request, actor: Actor, answer: Answer) -> None:
    """Deliver what a request changed, if anybody listens."""
    if not site.hooks.url or not answer.fine or request.method == "GET":
        return
    for method, path, teller in TABLE:
        found = re.fullmatch(path, request.path) if method == request.method else None
        if found:
            for event, about in teller(site, found, request, answer):
                site.hooks.happened(event, {**about, **around(site, actor.login)})


def around(site: GitHubSite, login: str) -> dict[str, Any]:
    """What every payload says: where, who, and by which installation."""
    return {
        "repository": site.told("GET", f"/repos/{site.repository}"),
        "organization": organization(site),
        "sender": shapes.account(site.api, site.accounts, login),
        "installation": {"id": INSTALLATION, "node_id": "I_815"},
    }


def organization(site: GitHubSite) -> dict[str, Any]:
    """The organisation, in short."""
    return {"login": OWNER, "id": 1, "node_id": "O_1", "url": f"{site.api}/orgs/{OWNER}", "description": None}


def about_pull(site: GitHubSite, number: int, action: str, **more: Any) -> Event:
    """An event of a pull request."""
    return "pull_request", {"action": action, "number": number, "pull_request": site.pull_json(number), **more}


def opened(site: GitHubSite, found: re.Match[str], request: Request, answer: Answer) -> Iterator[Event]:
    """A pull request was opened."""
    yield about_pull(site, answer.body["number"], "opened")


def changed(site: GitHubSite, found: re.Match[str], request: Request, answer: Answer) -> Iterator[Event]:
    """A pull request was closed, reopened or edited."""
    number, body = int(found[1]), request.json
    if number not in site.pulls:
        return
    if "state" in body:
        yield about_pull(site, number, "closed" if body["state"] == "closed" else "reopened")
    edited = {name: {"from": ""} for name in ("title", "body") if name in body}
    if edited:
        yield about_pull(site, number, "edited", changes=edited)


def merged(site: GitHubSite, found: re.Match[str], request: Request, answer: Answer) -> Iterator[Event]:
    """A pull request was merged."""
    yield about_pull(site, int(found[1]), "closed")


def labelled(site: GitHubSite, found: re.Match[str], request: Request, answer: Answer) -> Iterator[Event]:
    """Labels were put on."""
    names = request.json.get("labels", []) if isinstance(request.json, dict) else request.json
    for label in answer.body:
        if label["name"] in names and int(found[1]) in site.pulls:
            yield about_pull(site, int(found[1]), "labeled", label=label)


def asked(site: GitHubSite, found: re.Match[str], request: Request, answer: Answer) -> Iterator[Event]:
    """Reviews were asked for."""
    for login in request.json.get("reviewers", []):
        reviewer = shapes.account(site.api, site.accounts, login)
        yield about_pull(site, int(found[1]), "review_requested", requested_reviewer=reviewer)


def reviewed(site: GitHubSite, found: re.Match[str], request: Request, answer: Answer) -> Iterator[Event]:
    """A review was submitted or dismissed."""
    if answer.body["state"] == "PENDING":
        return
    action = "dismissed" if request.path.endswith("/dismissals") else "submitted"
    review = answer.body | {"state": answer.body["state"].lower()}
    yield "pull_request_review", {"action": action, "review": review, "pull_request": site.pull_json(int(found[1]))}


def commented(site: GitHubSite, found: re.Match[str], request: Request, answer: Answer) -> Iterator[Event]:
    """Somebody commented, or changed a comment."""
    number = int(answer.body["issue_url"].rpartition("/")[2])
    issue = site.issue_json(number) if number in site.pulls else {"number": number}
    action = "created" if request.method == "POST" else "edited"
    more = {} if action == "created" else {"changes": {"body": {"from": ""}}}
    yield "issue_comment", {"action": action, "issue": issue, "comment": answer.body, **more}


def checked(site: GitHubSite, found: re.Match[str], request: Request, answer: Answer) -> Iterator[Event]:
    """A check run began or ended."""
    done = answer.body["status"] == "completed"
    yield "check_run", {"action": "completed" if done else "created", "check_run": answer.body}
    if done:
        names = ("head_sha", "status", "conclusion", "app")
        suite = {name: answer.body[name] for name in names} | {"id": 1, "head_branch": None, "pull_requests": []}
        yield "check_suite", {"action": "completed", "check_suite": suite}


def stated(site: GitHubSite, found: re.Match[str], request: Request, answer: Answer) -> Iterator[Event]:
    """A commit status was set."""
    names = ("context", "state", "description", "target_url", "created_at", "updated_at")
    yield "status", {"id": answer.body["id"], "sha": found[1], **{name: answer.body[name] for name in names}}


def released(site: GitHubSite, found: re.Match[str], request: Request, answer: Answer) -> Iterator[Event]:
    """A release was published."""
    if not answer.body.get("draft"):
        yield "release", {"action": "published", "release": answer.body}


REPO = r"/repos/[^/]+/[^/]+"
TABLE: tuple[tuple[str, str, Teller], ...] = (
    ("POST", f"{REPO}/pulls", opened),
    ("PATCH", NUMBER, changed),
    ("PUT", f"{NUMBER}/merge", merged),
    ("POST", f"{NUMBER}/labels", labelled),
    ("POST", f"{NUMBER}/requested_reviewers", asked),
    ("POST", f"{NUMBER}/reviews", reviewed),
    ("PUT", rf"{NUMBER}/reviews/\d+/dismissals", reviewed),
    ("POST", f"{NUMBER}/comments", commented),
    ("PATCH", rf"{REPO}/issues/comments/(\d+)", commented),
    ("POST", f"{REPO}/check-runs", checked),
    ("PATCH", rf"{REPO}/check-runs/(\d+)", checked),
    ("POST", rf"{REPO}/statuses/([0-9a-f]+)", stated),
    ("POST", f"{REPO}/releases", released),
)


def push(site: GitHubSite, actor: Actor, ref: str, old: str | None, new: str | None) -> Mapping[str, Any]:
    """What a moved ref says."""
    commits = site.bare.between(old, new)[:20] if old and new else []
    shown = [in_push(site, one) for one in commits]
    head = in_push(site, str(site.bare.commit_of(new))) if new else None
    return {
        "ref": ref,
        "before": old or NOBODY,
        "after": new or NOBODY,
        "created": old is None,
        "deleted": new is None,
        "forced": bool(old and new and not site.bare.is_ancestor(old, new)),
        "base_ref": None,
        "compare": f"{site.web}/{site.repository}/compare/{(old or NOBODY)[:12]}...{(new or NOBODY)[:12]}",
        "commits": shown,
        "head_commit": head,
        "pusher": {"name": actor.login, "email": f"{actor.login}@acme.example"},
        **around(site, actor.login),
    }


def in_push(site: GitHubSite, oid: str) -> dict[str, Any]:
    """A commit as a push tells it."""
    url = f"{site.web}/{site.repository}"
    shape = shapes.git_commit(f"{site.api}/repos/{site.repository}", url, site.bare, oid)
    names = site.bare.git("show", "--no-renames", "--format=", "--name-status", oid).decode().splitlines()
    rows = [line.split("\t", 1) for line in names if line]
    by = {name: [path for state, path in rows if state == letter] for name, letter in KINDS.items()}
    times = {"timestamp": shape["committer"]["date"]}
    who = {role: {"name": shape[role]["name"], "email": shape[role]["email"]} for role in ("author", "committer")}
    known = {"id": oid, "tree_id": shape["tree"]["sha"], "distinct": True, "message": shape["message"]}
    return {**known, **times, "url": shape["html_url"], **who, **by}


KINDS = {"added": "A", "removed": "D", "modified": "M"}
