"""Releases: the emulator keeps them, Git has their tags."""

from __future__ import annotations

from tests.support.github.messages import Answer, RefusalError
from tests.support.github.moves import move_ref
from tests.support.github.pulls import check_texts
from tests.support.github.routes import Call, Route, route

ROUTES: list[Route] = []


@route(ROUTES, "POST", "/releases", "contents:write")
def make_release(call: Call) -> Answer:
    """Publish a release; a tag that is not there is made where `target_commitish` says, as a light one."""
    tag = str(call.json.get("tag_name", ""))
    check_texts(call.json, "Release")
    listed = call.site.told("GET", f"/repos/{call.name}/releases?per_page=100")
    if any(one["tag_name"] == tag for one in listed):
        error = {"resource": "Release", "code": "already_exists", "field": "tag_name"}
        raise RefusalError(422, "Validation Failed", [error])
    if not call.json.get("draft"):
        see_tag(call, tag)
    return call.site.emulator.ask(call.request)


def see_tag(call: Call, tag: str) -> None:
    """See that there is a tag."""
    ref = f"refs/tags/{tag}"
    if call.bare.try_git("check-ref-format", ref).returncode != 0:
        error = {"resource": "Release", "code": "custom", "field": "tag_name", "message": "tag_name is not well-formed"}
        raise RefusalError(422, "Validation Failed", [error])
    if ref in call.bare.refs():
        return
    oid = call.bare.commit_of(call.json.get("target_commitish") or "main")
    if oid is None:
        error = {"resource": "Release", "code": "invalid", "field": "target_commitish"}
        raise RefusalError(422, "Validation Failed", [error])
    move_ref(call.site, call.actor, (call.name, ref), oid)
