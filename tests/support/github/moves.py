"""What follows when a ref is moved, by the API or by a push: rules, pull requests, approvals, webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.github import events, git_http
from tests.support.github.accounts import Actor
from tests.support.github.bare import NO_FORCE, STEPS_ONLY, WHY_NOT
from tests.support.github.history import activity_of
from tests.support.github.messages import Answer, RefusalError, Request
from tests.support.github.pulls import Pull, keep_head
from tests.support.github.rules import WORDS

if TYPE_CHECKING:
    from tests.support.github.site import GitHubSite


def pushed(site: GitHubSite, request: Request, actor: Actor, name: str) -> Answer:
    """Let git work and look what it changed."""
    bare = site.bares[name]
    before = bare.refs()
    more = bare.environment({WHY_NOT: why_not_pushed(site, request, actor, name), STEPS_ONLY: "", NO_FORCE: ""})
    if name == site.repository:
        refs = [ref for ref, _, _ in git_http.moves(request) if site.rules.steps_only(actor, ref)]
        more |= {STEPS_ONLY: " ".join(refs), NO_FORCE: WORDS["non_fast_forward"]}
    answer = git_http.backend(site.folder, request, actor.login, more)
    after = bare.refs()
    for ref in sorted(before.keys() | after.keys()):
        if before.get(ref) != after.get(ref):
            moved(site, actor, (name, ref), before.get(ref), after.get(ref))
    return answer


def why_not_pushed(site: GitHubSite, request: Request, actor: Actor, name: str) -> str:
    """Why the rules refuse a push; empty where they do not. What is forced, the hook tells."""
    if name != site.repository:
        return ""
    found = (site.rules.why_not_moved(actor, *move) for move in git_http.moves(request))
    return next((why for why in found if why), "")


def move_ref(site: GitHubSite, actor: Actor, place: tuple[str, str], new: str | None, *, merging: bool = False) -> None:
    """Make, move or delete a ref of a repository through the API, if its rules let it."""
    name, ref = place
    old = site.bares[name].refs().get(ref)
    if name == site.repository and not merging and (why := site.rules.why_not_moved(actor, ref, old, new)):
        raise RefusalError(422, f"Repository rule violations found\n\n{why}\n\n")
    site.bares[name].set_ref(ref, new, old)
    site.merging = merging
    moved(site, actor, place, old, new)
    site.merging = False


def moved(site: GitHubSite, actor: Actor, place: tuple[str, str], old: str | None, new: str | None) -> None:
    """A ref was moved: open pull requests from it follow; from a deleted branch they are closed."""
    name, ref = place
    site.activity.append(activity_of(site, actor, name, ref, (old, new)))
    if site.hooks.url and name == site.repository:
        site.hooks.happened("push", events.push(site, actor, ref, old, new))
    for pull in site.pulls.values():
        if pull.is_open and (pull.head_name, f"refs/heads/{pull.head_ref}") == place:
            if new is None:
                close(site, pull, actor)
            else:
                follow(site, pull, new, actor)


def close(site: GitHubSite, pull: Pull, actor: Actor) -> None:
    """Close a pull request whose branch is gone."""
    site.happened(pull, actor.login, "closed")
    pull.is_open, pull.closed_by = False, actor.login
    site.told("PATCH", f"/repos/{site.repository}/pulls/{pull.number}", {"state": "closed"})
    site.tell(*events.about_pull(site, pull.number, "closed"), actor.login)


def follow(site: GitHubSite, pull: Pull, new: str, actor: Actor) -> None:
    """A pull request has a new head; approvals go where a rule says so."""
    site.bring(pull.head_name, site.repository, new)
    old, pull.head_sha, pull.pushed_by = pull.head_sha, new, actor.login
    pull.base_sha = str(site.bare.resolve(f"refs/heads/{pull.base_ref}"))
    keep_head(site.bare, pull)
    pull.touch()
    site.tell(*events.about_pull(site, pull.number, "synchronize", before=old, after=new), actor.login)
    if site.rules.dismisses_stale(pull.base_ref):
        dismiss(site, pull, actor)


def dismiss(site: GitHubSite, pull: Pull, actor: Actor) -> None:
    """Take all approvals back; their texts stay."""
    path = f"/repos/{site.repository}/pulls/{pull.number}/reviews"
    for review in site.told("GET", f"{path}?per_page=100"):
        if review["state"] == "APPROVED":
            gone = site.told("PUT", f"{path}/{review['id']}/dismissals", {"message": review["body"] or ""})
            told = {"action": "dismissed", "review": gone | {"state": "dismissed"}}
            told["pull_request"] = site.pull_json(pull.number)
            site.tell("pull_request_review", told, actor.login)
