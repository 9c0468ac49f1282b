"""Reviews and comments: who may say what, and which commit a review looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.support.github.accounts import ACTIONS
from tests.support.github.messages import Answer, RefusalError, custom, not_found
from tests.support.github.pulls import PULL, check_texts, pull_of, taken_for_a_writer
from tests.support.github.routes import Call, Route, route

ROUTES: list[Route] = []
VERDICTS = {"APPROVE": "approve", "REQUEST_CHANGES": "request changes on"}


@route(ROUTES, "POST", PULL + "/reviews", "pull_requests:read")
def review(call: Call) -> Answer:
    """Review a pull request: whoever may read may, but nobody approves what they opened."""
    pull, body = pull_of(call), call.json
    event, at = body.get("event"), body.get("commit_id") or pull.head_sha
    if call.actor.login == pull.author and event in VERDICTS:
        raise RefusalError(422, "Unprocessable Entity", [f"Can not {VERDICTS[event]} your own pull request"])
    if event in {"REQUEST_CHANGES", "COMMENT"} and not body.get("body"):
        raise RefusalError(422, "Unprocessable Entity", ["Body cannot be blank"])
    if at != pull.head_sha and at not in call.bare.between(pull.base_sha, pull.head_sha):
        raise RefusalError(422, "Unprocessable Entity", ["commit_id is not part of the pull request"])
    check_app(call, event)
    with taken_for_a_writer(call):
        answer = call.site.emulator.ask(call.request.with_json(body | {"commit_id": at, "comments": placed(body)}))
    if answer.fine and event:
        done = {"reviewers": [call.actor.login]}
        path = call.request.path.replace("/reviews", "/requested_reviewers")
        call.site.emulator.ask(call.site.as_admin("DELETE", path, done))
    return replace(answer, status=200) if answer.fine else answer


def check_app(call: Call, event: str | None) -> None:
    """An App needs the right to write; whether workflows may approve is a setting of the repository."""
    if call.actor.kind != "installation":
        return
    if not call.site.accounts.may(call.actor, "pull_requests", "write"):
        raise RefusalError(403, "Resource not accessible by integration")
    if event == "APPROVE" and call.actor.app == ACTIONS[0] and not call.site.switches.workflows_may_approve:
        text = "GitHub Actions is not permitted to approve pull requests."
        raise RefusalError(422, "Unprocessable Entity", [text])


def placed(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The comments with the position that the emulator wants; GitHub takes a line."""
    return [{"position": one.get("line", 1), **one} for one in body.get("comments", [])]


@route(ROUTES, "POST", r"/issues/\d+/comments", "issues:read|pull_requests:read")
def comment(call: Call) -> Answer:
    """Comment, if it is not too long: whoever may read may, but an App needs the right to write."""
    areas = ("issues", "pull_requests")
    if call.actor.kind == "installation" and not any(call.site.accounts.may(call.actor, one, "write") for one in areas):
        raise RefusalError(403, "Resource not accessible by integration")
    check_texts(call.json, "IssueComment")
    if not call.json.get("body"):
        raise custom("IssueComment", "body can't be blank")
    with taken_for_a_writer(call):
        return call.site.emulator.ask(call.request)


@route(ROUTES, "PATCH", r"/issues/comments/(?P<comment>\d+)", "issues:read|pull_requests:read")
def change_comment(call: Call) -> Answer:
    """Change a comment of one's own, or as a writer anybody's; it may not be too long."""
    check_texts(call.json, "IssueComment")
    comment_to_change(call)
    with taken_for_a_writer(call):
        return call.site.emulator.ask(call.request)


@route(ROUTES, "DELETE", r"/issues/comments/(?P<comment>\d+)", "issues:read|pull_requests:read")
def drop_comment(call: Call) -> Answer:
    """Delete a comment of one's own, or as a writer anybody's."""
    comment = comment_to_change(call)
    with taken_for_a_writer(call):
        answer = call.site.emulator.ask(call.request)
    number = int(comment["issue_url"].rpartition("/")[2])
    if answer.fine and number in call.site.pulls:
        call.site.pulls[number].touch()
        about = {"action": "deleted", "issue": call.site.issue_json(number), "comment": comment}
        call.site.tell("issue_comment", about, call.actor.login)
    return answer


def comment_to_change(call: Call) -> dict[str, Any]:
    """The comment in the path, if who asks may change it."""
    found = call.site.emulator.ask(call.site.as_admin("GET", call.request.path))
    if not found.fine:
        raise not_found()
    may_write = any(call.site.accounts.may(call.actor, one, "write") for one in ("issues", "pull_requests"))
    if not may_write and (found.body["user"]["login"] != call.actor.login or call.actor.kind == "installation"):
        raise RefusalError(403, "Must have write access")
    return dict(found.body)


@route(ROUTES, "POST", "/labels", "issues:write|pull_requests:write")
def make_label(call: Call) -> Answer:
    """Make a label, if GitHub could hold it."""
    name, about = str(call.json.get("name", "")), call.json.get("description") or ""
    if len(name) > 50 or len(about) > 100:
        raise custom("Label", f"{'name' if len(name) > 50 else 'description'} is too long")
    answer = call.site.emulator.ask(call.request)
    if answer.status == 422:
        error = {"resource": "Label", "code": "already_exists", "field": "name"}
        return RefusalError(422, "Validation Failed", [error]).answer
    return answer


@route(ROUTES, "POST", r"/issues/\d+/labels", "issues:write|pull_requests:write")
def put_labels(call: Call) -> Answer:
    """Put labels on, if GitHub could hold them."""
    asked = call.json.get("labels", []) if isinstance(call.json, dict) else call.json
    if any(len(name) > 50 for name in asked):
        raise custom("Label", "name is too long (maximum is 50 characters)")
    return call.site.emulator.ask(call.request)
