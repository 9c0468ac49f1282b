"""Pull requests as GitHub has them: the emulator keeps the conversation, Git says what is in the branches.

Every answer of the emulator about a pull request passes through `corrected`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from tests.support.github import shapes
from tests.support.github.bare import Bare
from tests.support.github.messages import Answer, RefusalError, custom, invalid, not_found
from tests.support.github.routes import Call, Route, page, route

MOST_CHARACTERS = 65_536
ONLY_FULL = [
    "merged",
    "mergeable",
    "rebaseable",
    "mergeable_state",
    "merged_by",
    "comments",
    "review_comments",
    "maintainer_can_modify",
    "commits",
    "additions",
    "deletions",
    "changed_files",
]
"""What a list leaves out."""
ROUTES: list[Route] = []
PULL = r"/pulls/(?P<number>\d+)"


@dataclass
class Pull:
    """What the emulator does not know of one pull request."""

    number: int
    author: str
    head_name: str
    """owner/name of the repository of the head."""
    head_ref: str
    head_sha: str
    base_ref: str
    base_sha: str
    is_open: bool = True
    merge_sha: str = ""
    pushed_by: str = ""
    closed_by: str = ""
    touched: str = ""
    """When it was last changed, in whole seconds."""

    def touch(self) -> None:
        """It was changed just now."""
        self.touched = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def pull_of(call: Call) -> Pull:
    """The pull request in the path."""
    found = call.site.pulls.get(int(call.found["number"]))
    if found is None:
        raise not_found()
    return found


@route(ROUTES, "POST", "/pulls", "pull_requests:read")
def open_pull(call: Call) -> Answer:
    """Open a pull request, if GitHub would."""
    body = call.json
    check_texts(body, "PullRequest")
    owner, _, ref = str(body.get("head", "")).rpartition(":")
    head_name = f"{owner or call.found['owner']}/{call.found['repository']}"
    check_author(call, head_name)
    head = call.site.bares[head_name].resolve(f"refs/heads/{ref}") if head_name in call.site.bares else None
    base = call.bare.resolve(f"refs/heads/{body.get('base')}")
    if head is None or base is None:
        raise invalid("PullRequest", "head" if head is None else "base")
    pull = Pull(0, call.actor.login, head_name, ref, head, body["base"], base, pushed_by=call.actor.login)
    check_new(call, pull)
    answer = tell_emulator(call, pull)
    if answer.fine:
        pull.number = answer.body["number"]
        call.site.pulls[pull.number] = pull
        keep_head(call.site.bares[call.name], pull)
        return replace(answer, body=corrected(call.site, answer.body))
    return answer


def check_author(call: Call, head_name: str) -> None:
    """From the repository itself a pull request takes a writer, from a fork whose it is."""
    needed = "write" if head_name == call.name or call.actor.kind == "installation" else "read"
    if not call.site.accounts.may(call.actor, "pull_requests", needed):
        raise RefusalError(
            403, "Resource not accessible by integration" if needed == "write" else "Must have read access"
        )


def check_texts(body: Mapping[str, Any], resource: str) -> None:
    """Refuse what is too long; GitHub counts characters."""
    if len(body.get("body") or "") > MOST_CHARACTERS:
        raise custom(resource, f"body is too long (maximum is {MOST_CHARACTERS} characters)")
    if len(body.get("title") or "") > 256:
        raise custom(resource, "title is too long (maximum is 256 characters)")


def check_new(call: Call, pull: Pull) -> None:
    """Refuse a second one for a head, and one without commits."""
    call.site.bring(pull.head_name, call.name, pull.head_sha)
    for other in call.site.pulls.values():
        same = (other.head_name, other.head_ref, other.base_ref) == (pull.head_name, pull.head_ref, pull.base_ref)
        if other.is_open and same:
            raise custom("PullRequest", f"A pull request already exists for {label(pull)}.")
    if not call.bare.between(pull.base_sha, pull.head_sha):
        raise custom("PullRequest", f"No commits between {pull.base_ref} and {pull.head_ref}")


def label(pull: Pull) -> str:
    """owner:branch of a head."""
    return f"{pull.head_name.partition('/')[0]}:{pull.head_ref}"


def tell_emulator(call: Call, pull: Pull) -> Answer:
    """Open it at the emulator too; the branches there are stand-ins without the real commits."""
    call.site.stand_in(pull.head_name, pull.head_ref)
    call.site.stand_in(call.name, pull.base_ref)
    with taken_for_a_writer(call):
        return call.site.emulator.ask(call.request)


@contextmanager
def taken_for_a_writer(call: Call) -> Iterator[None]:
    """The emulator lets only writers open and review pull requests: lend a reader the right for the moment."""
    path = f"/repos/{call.name}/collaborators/{call.actor.login}"
    lent = call.actor.kind == "user" and call.site.accounts.roles.get(call.actor.login) == "read"
    if lent:
        call.site.emulator.ask(call.site.as_admin("PUT", path, {"permission": "push"}))
    try:
        yield
    finally:
        if lent:
            call.site.emulator.ask(call.site.as_admin("PUT", path, {"permission": "pull"}))


def keep_head(bare: Bare, pull: Pull) -> None:
    """Let refs/pull/N/head name the head, as GitHub does."""
    bare.set_ref(f"refs/pull/{pull.number}/head", pull.head_sha)


def corrected(site: Any, body: Mapping[str, Any], listed: bool = False) -> dict[str, Any]:
    """A pull request of the emulator with what Git says in the places where the emulator guesses."""
    pull: Pull = site.pulls[body["number"]]
    name = body["base"]["repo"]["full_name"]
    fixed = {**body, "head": body["head"] | {"sha": pull.head_sha}, "base": body["base"] | {"sha": pull.base_sha}}
    fixed["statuses_url"] = f"{site.api}/repos/{name}/statuses/{pull.head_sha}"
    fixed["_links"] = body["_links"] | {"statuses": {"href": fixed["statuses_url"]}}
    fixed |= counted(site, name, pull) | {"updated_at": max(body["updated_at"], pull.touched)}
    return {key: value for key, value in fixed.items() if not (listed and key in ONLY_FULL)}


def counted(site: Any, name: str, pull: Pull) -> dict[str, Any]:
    """What Git says of the changes and whether they merge."""
    bare: Bare = site.bares[name]
    changes = files_of(site, name, pull)
    numbers = {
        "commits": len(bare.between(pull.base_sha, pull.head_sha)),
        "changed_files": len(changes),
        "additions": sum(one["additions"] for one in changes),
        "deletions": sum(one["deletions"] for one in changes),
    }
    if not pull.is_open:
        return numbers | {"merge_commit_sha": pull.merge_sha or None, "mergeable": None, "mergeable_state": "unknown"}
    tip = bare.resolve(f"refs/heads/{pull.base_ref}") or pull.base_sha
    tree = bare.merge_tree(tip, pull.head_sha)
    if tree is None:
        return numbers | {"merge_commit_sha": None, "mergeable": False, "rebaseable": False, "mergeable_state": "dirty"}
    blocked = site.rules.why_not(pull, name)
    state = {"mergeable": True, "rebaseable": True, "mergeable_state": "blocked" if blocked else "clean"}
    return numbers | state | {"merge_commit_sha": test_merge(bare, pull, tip, tree)}


def test_merge(bare: Bare, pull: Pull, tip: str, tree: str) -> str:
    """The commit by which GitHub tries whether it merges: on no branch."""
    stamp = f"GitHub <noreply@github.com> {1767225600 + pull.number} +0000"
    text = f"tree {tree}\nparent {tip}\nparent {pull.head_sha}\nauthor {stamp}\ncommitter {stamp}\n\nTest merge\n"
    oid = bare.write("commit", text.encode())
    bare.set_ref(f"refs/pull/{pull.number}/merge", oid)
    return oid


def files_of(site: Any, name: str, pull: Pull) -> list[dict[str, Any]]:
    """What a pull request changes since it left its base."""
    bare: Bare = site.bares[name]
    left = bare.merge_base(pull.base_sha, pull.head_sha) or pull.base_sha
    return shapes.files(f"{site.api}/repos/{name}", f"{site.web}/{name}", bare, left, pull.head_sha)


@route(ROUTES, "GET", "/pulls", "pull_requests:read")
def list_pulls(call: Call) -> Answer:
    """List pull requests; the order is worked out here, as the emulator does not know when they changed."""
    query = call.request.query
    key = {"updated": "updated_at"}.get(query.get("sort", "created"), "number")
    direction = query.get("direction", "desc" if key == "number" and "sort" not in query else "asc")
    kept = [one for one in every_pull(call) if query.get("base") in {None, one["base"]["ref"]}]
    if query.get("state", "open") != "all":
        kept = [one for one in kept if one["state"] == query.get("state", "open")]
    if "head" in query:
        kept = [one for one in kept if one["head"]["label"] == query["head"]]
    kept.sort(key=lambda one: (one[key], one["number"]), reverse=direction == "desc")
    return replace(page(call, kept), ours=False)


def every_pull(call: Call) -> list[dict[str, Any]]:
    """All pull requests in short."""
    return [call.site.pull_json(number, listed=True) for number in call.site.pulls]


@route(ROUTES, "GET", PULL, "pull_requests:read")
def give_pull(call: Call) -> Answer:
    """Give one pull request."""
    pull_of(call)
    return passed(call)


def passed(call: Call) -> Answer:
    """Ask the emulator and correct its answer."""
    answer = call.site.emulator.ask(call.request)
    return replace(answer, body=corrected(call.site, answer.body)) if answer.fine else answer


@route(ROUTES, "PATCH", PULL, "pull_requests:write")
def change_pull(call: Call) -> Answer:
    """Change title, text or state."""
    pull, body = pull_of(call), call.json
    check_texts(body, "PullRequest")
    if body.get("state") == "open" and not pull.is_open:
        check_reopening(call, pull)
    call.site.stand_in(call.name, body.get("base", pull.base_ref))
    if "base" in body:
        call.site.stand_in(call.name, change_base(call, pull))
    answer = call.site.emulator.ask(call.request)
    if answer.fine:
        if "state" in body and (body["state"] == "open") != pull.is_open:
            call.site.happened(pull, call.actor.login, "closed" if pull.is_open else "reopened")
        pull.is_open = answer.body["state"] == "open"
        pull.closed_by = "" if pull.is_open else pull.closed_by or call.actor.login
        return replace(answer, body=corrected(call.site, answer.body))
    return answer


def change_base(call: Call, pull: Pull) -> str:
    """Let a pull request be for another branch."""
    base = str(call.json["base"])
    tip = call.bare.resolve(f"refs/heads/{base}")
    if tip is None:
        raise invalid("PullRequest", "base")
    if base != pull.base_ref:
        call.site.happened(pull, call.actor.login, "base_ref_changed")
    pull.base_ref, pull.base_sha = base, tip
    return base


def check_reopening(call: Call, pull: Pull) -> None:
    """A merged one stays so, and a branch that is gone brings none back."""
    if pull.merge_sha:
        raise custom("PullRequest", "state cannot be changed. The pull request was merged.")
    if call.site.bares[pull.head_name].resolve(f"refs/heads/{pull.head_ref}") is None:
        raise custom("PullRequest", f"state cannot be changed. The {pull.head_ref} branch has been deleted.")
    check_new(call, pull)


@route(ROUTES, "GET", PULL + "/files", "pull_requests:read")
def list_files(call: Call) -> Answer:
    """List the changed files."""
    return page(call, files_of(call.site, call.name, pull_of(call)))


@route(ROUTES, "GET", PULL + "/commits", "pull_requests:read")
def list_commits(call: Call) -> Answer:
    """List the commits, oldest first."""
    pull = pull_of(call)
    between = call.bare.between(pull.base_sha, pull.head_sha)[:250]
    return page(call, [shapes.commit(call.site.api, call.site.accounts, call.name, call.bare, one) for one in between])


@route(ROUTES, "GET", PULL + "/merge", "contents:read")
def is_merged(call: Call) -> Answer:
    """Tell by the status whether it was merged."""
    if not pull_of(call).merge_sha:
        raise not_found()
    return Answer(204)


@route(ROUTES, "POST", PULL + "/requested_reviewers", "pull_requests:write")
def ask_reviewers(call: Call) -> Answer:
    """Ask for reviews; the author cannot be asked, nor who may not read."""
    pull = pull_of(call)
    asked = call.json.get("reviewers", [])
    if pull.author in asked:
        raise RefusalError(422, "Review cannot be requested from pull request author.")
    if any(call.site.accounts.roles.get(login, "none") == "none" for login in asked):
        raise RefusalError(422, "Reviews may only be requested from collaborators.")
    return shortened(passed(call), 201)


@route(ROUTES, "DELETE", PULL + "/requested_reviewers", "pull_requests:write")
def ask_no_more(call: Call) -> Answer:
    """Take requests for reviews back."""
    pull_of(call)
    return shortened(passed(call), 200)


def shortened(answer: Answer, status: int) -> Answer:
    """A pull request as a list would show it."""
    if not answer.fine:
        return answer
    body = {key: value for key, value in answer.body.items() if key not in ONLY_FULL}
    return replace(answer, status=status, body=body)
