"""Merging as GitHub does it: in Git, by the three methods, refused where a rule is not met."""

from __future__ import annotations

from dataclasses import replace

from tests.support.github.messages import Answer, RefusalError
from tests.support.github.moves import move_ref
from tests.support.github.pulls import PULL, Pull, label, pull_of
from tests.support.github.routes import Call, Route, route

ROUTES: list[Route] = []


@route(ROUTES, "PUT", PULL + "/merge", "contents:write")
def merge_pull(call: Call) -> Answer:
    """Merge a pull request, or refuse."""
    pull = pull_of(call)
    check(call, pull)
    method = call.json.get("merge_method", "merge")
    tip = str(call.bare.resolve(f"refs/heads/{pull.base_ref}"))
    made = {"merge": merge, "squash": squash, "rebase": rebase}[method](call, pull, tip)
    told = {"merge_method": method} | {key: call.json[key] for key in ("commit_title",) if key in call.json}
    answer = call.site.emulator.ask(call.request.with_json(told))
    if not answer.fine:
        return answer
    call.site.happened(pull, call.actor.login, "merged", made)
    call.site.happened(pull, call.actor.login, "closed")
    pull.is_open, pull.merge_sha, pull.closed_by = False, made, call.actor.login
    move_ref(call.site, call.actor, (call.name, f"refs/heads/{pull.base_ref}"), made, merging=True)
    return Answer(200, {"sha": made, "merged": True, "message": "Pull Request successfully merged"})


@route(ROUTES, "PUT", PULL + "/update-branch", "contents:write")
def update_branch(call: Call) -> Answer:
    """Merge the base into the head."""
    pull = pull_of(call)
    if call.json.get("expected_head_sha", pull.head_sha) != pull.head_sha:
        raise RefusalError(422, "expected head sha didn't match current head ref.")
    tip = str(call.bare.resolve(f"refs/heads/{pull.base_ref}"))
    tree = call.bare.merge_tree(pull.head_sha, tip)
    if tree is None or not pull.is_open or pull.head_name != call.name:
        raise RefusalError(422, "merge conflict between base and head")
    text = f"Merge branch '{pull.base_ref}' into {pull.head_ref}\n".encode()
    words = ["commit-tree", tree, "-p", pull.head_sha, "-p", tip, "-F", "-"]
    made = call.bare.git(*words, stdin=text, more=stamped(call)).decode().strip()
    move_ref(call.site, call.actor, (call.name, f"refs/heads/{pull.head_ref}"), made)
    return Answer(202, {"message": "Updating pull request branch.", "url": f"{call.url}/pulls/{pull.number}"})


def check(call: Call, pull: Pull) -> None:
    """Refuse what GitHub would not merge."""
    if "sha" in call.json and call.json["sha"] != pull.head_sha:
        raise RefusalError(409, "Head branch was modified. Review and try the merge again.")
    answer = call.site.emulator.ask(
        replace(call.request, method="GET", path=call.request.path.removesuffix("/merge"), body=b"")
    )
    if not pull.is_open or (answer.fine and answer.body["draft"]):
        raise RefusalError(405, "Pull Request is still a draft" if pull.is_open else "Pull Request is not mergeable")
    if why := refused_method(call) or call.site.rules.why_not(pull, call.name):
        raise RefusalError(405, why)
    if call.bare.merge_tree(f"refs/heads/{pull.base_ref}", pull.head_sha) is None:
        raise RefusalError(405, "Pull Request is not mergeable")


def refused_method(call: Call) -> str:
    """Why a method may not be used; empty where it may. The repository's own settings say."""
    method, repository = call.json.get("merge_method", "merge"), call.site.repository_json()
    allowed = repository["allow_merge_commit" if method == "merge" else f"allow_{method}_merge"]
    name = {"merge": "Merge commits", "squash": "Squash merges", "rebase": "Rebase merges"}[method]
    return "" if allowed else f"{name} are not allowed on this repository."


def stamped(call: Call) -> dict[str, str]:
    """The committer is GitHub; the author is who merged."""
    number = call.site.accounts.ids.get(call.actor.login, 0)
    who = {"NAME": call.actor.login, "EMAIL": f"{number}+{call.actor.login}@users.noreply.github.com"}
    author = {f"GIT_AUTHOR_{name}": value for name, value in who.items()}
    return author | {"GIT_COMMITTER_NAME": "GitHub", "GIT_COMMITTER_EMAIL": "noreply@github.com"}


def message_of(call: Call, default: str) -> bytes:
    """The message: as asked, else GitHub's own."""
    title, text = call.json.get("commit_title") or default, call.json.get("commit_message") or ""
    return f"{title}\n\n{text}\n".encode() if text else f"{title}\n".encode()


def merge(call: Call, pull: Pull, tip: str) -> str:
    """A merge commit of both ends."""
    tree = str(call.bare.merge_tree(tip, pull.head_sha))
    text = message_of(call, f"Merge pull request #{pull.number} from {label(pull).replace(':', '/')}")
    words = ["commit-tree", tree, "-p", tip, "-p", pull.head_sha, "-F", "-"]
    return call.bare.git(*words, stdin=text, more=stamped(call)).decode().strip()


def squash(call: Call, pull: Pull, tip: str) -> str:
    """One commit with all changes."""
    tree = str(call.bare.merge_tree(tip, pull.head_sha))
    title = call.site.emulator.ask(call.site.as_admin("GET", f"/repos/{call.name}/pulls/{pull.number}")).body["title"]
    text = message_of(call, f"{title} (#{pull.number})")
    return call.bare.git("commit-tree", tree, "-p", tip, "-F", "-", stdin=text, more=stamped(call)).decode().strip()


def rebase(call: Call, pull: Pull, tip: str) -> str:
    """The commits one by one on the base; always new ones, as GitHub's committer is another."""
    for one in call.bare.between(pull.base_sha, pull.head_sha):
        tree = replayed(call, one, tip)
        name, email, date, text = (
            call.bare.git("log", "-1", "--format=%an%x00%ae%x00%aI%x00%B", one).decode().split("\0", 3)
        )
        author = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email, "GIT_AUTHOR_DATE": date}
        words = ["commit-tree", tree, "-p", tip, "-F", "-"]
        tip = call.bare.git(*words, stdin=text.encode(), more=stamped(call) | author).decode().strip()
    return tip


def replayed(call: Call, one: str, tip: str) -> str:
    """The tree of a commit's change on another commit."""
    onto = call.bare.git("commit-tree", f"{tip}^{{tree}}", "-p", f"{one}^", "-m", "base", more=stamped(call))
    tree = call.bare.merge_tree(onto.decode().strip(), one)
    if tree is None:
        raise RefusalError(405, "This branch can't be rebased")
    return tree
