"""The API's routes for Git data, answered from the bare repository: blobs, trees, commits, tags, refs.

What the API writes the emulator is told too, and the ids that it works out must be Git's own.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.support.github import shapes
from tests.support.github.bare import Bare
from tests.support.github.messages import Answer, RefusalError, custom, not_found
from tests.support.github.moves import move_ref
from tests.support.github.routes import Call, Route, page, route

MODES = {"100644", "100755", "040000", "160000", "120000"}
ROUTES: list[Route] = []


@route(ROUTES, "POST", "/git/blobs", "contents:write")
def make_blob(call: Call) -> Answer:
    """Keep a blob."""
    body = call.json
    text = body.get("content", "")
    data = base64.b64decode(text) if body.get("encoding") == "base64" else text.encode()
    oid = call.bare.write("blob", data)
    call.site.bridge.knows_blob(oid)
    return Answer(201, {"sha": oid, "url": f"{call.url}/git/blobs/{oid}"})


@route(ROUTES, "GET", "/git/blobs/(?P<oid>[0-9a-f]{40})", "contents:read")
def give_blob(call: Call) -> Answer:
    """Give a blob."""
    return Answer(200, shapes.blob(call.url, call.bare, existing(call, "blob")))


@route(ROUTES, "POST", "/git/trees", "contents:write")
def make_tree(call: Call) -> Answer:
    """Keep a tree on top of another."""
    body = call.json
    base = body.get("base_tree")
    if base and call.bare.kind(base) not in {"tree", "commit"}:
        raise not_found()
    if not body.get("tree"):
        raise RefusalError(422, "Invalid tree info")
    entries = [entry_of(call.bare, number, one) for number, one in enumerate(body["tree"])]
    oid = call.bare.write_tree(base, entries)
    call.site.bridge.knows_tree(oid)
    return Answer(201, shapes.tree(call.url, call.bare, oid, recursive=False))


def entry_of(bare: Bare, number: int, entry: Mapping[str, Any]) -> tuple[str, str | None, str]:
    """Read one entry of a new tree."""
    path, mode = str(entry.get("path", "")), str(entry.get("mode", ""))
    parts = path.split("/")
    if mode not in MODES or any(part in {"", ".", "..", ".git"} for part in parts):
        raise RefusalError(422, f"tree.{'mode' if mode not in MODES else 'path'} contains a malformed value")
    if "content" in entry:
        return mode, bare.write("blob", entry["content"].encode()), path
    oid = entry.get("sha")
    kind = "tree" if mode == "040000" else "blob"
    if oid is not None and mode != "160000" and bare.kind(oid) != kind:
        raise RefusalError(422, f"tree.sha {oid} is not a valid {kind}")
    return mode, oid, path


@route(ROUTES, "GET", "/git/trees/(?P<name>.+)", "contents:read")
def give_tree(call: Call) -> Answer:
    """Give a tree by its id or by a commit's name."""
    name = call.found["name"]
    oid = call.bare.resolve(f"{call.bare.commit_of(name) or name}^{{tree}}")
    if oid is None:
        raise not_found()
    return Answer(200, shapes.tree(call.url, call.bare, oid, "recursive" in call.request.query))


@route(ROUTES, "POST", "/git/commits", "contents:write")
def make_commit(call: Call) -> Answer:
    """Keep a commit, byte for byte what was asked for."""
    body = call.json
    if call.bare.kind(str(body.get("tree"))) != "tree":
        raise RefusalError(422, "Tree SHA does not exist")
    for parent in body.get("parents", []):
        if call.bare.kind(parent) != "commit":
            raise RefusalError(422, "Parent SHA does not exist or is not a commit object")
    oid = call.bare.write("commit", commit_data(call, body))
    call.site.bridge.knows_commit(oid)
    return Answer(201, shapes.git_commit(call.url, call.html, call.bare, oid))


def commit_data(call: Call, body: Mapping[str, Any]) -> bytes:
    """Word a commit; a signature stands as `gpgsig`."""
    author = {**default_person(call), **(body.get("author") or {})}
    committer = {**author, **(body.get("committer") or {})}
    lines = [f"tree {body['tree']}", *(f"parent {parent}" for parent in body.get("parents", []))]
    lines += [f"author {line_of(author)}", f"committer {line_of(committer)}"]
    if body.get("signature"):
        lines.append("gpgsig " + body["signature"].rstrip("\n").replace("\n", "\n "))
    return "\n".join([*lines, "", body["message"]]).encode()


def default_person(call: Call) -> dict[str, str]:
    """Who asks, now: the address is the one that GitHub keeps for an account."""
    login = call.actor.login
    number = call.site.accounts.ids.get(login, 0)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"name": login, "email": f"{number}+{login}@users.noreply.github.com", "date": now}


def line_of(who: Mapping[str, str]) -> str:
    """A name, address and time as Git writes them."""
    at = datetime.fromisoformat(who["date"])
    return f"{who['name']} <{who['email']}> {int(at.timestamp())} {at.strftime('%z') or '+0000'}"


@route(ROUTES, "GET", "/git/commits/(?P<oid>[0-9a-f]{40})", "contents:read")
def give_commit(call: Call) -> Answer:
    """Give a commit."""
    return Answer(200, shapes.git_commit(call.url, call.html, call.bare, existing(call, "commit")))


@route(ROUTES, "POST", "/git/tags", "contents:write")
def make_tag(call: Call) -> Answer:
    """Keep an annotated tag; it makes no ref."""
    body = call.json
    if call.bare.kind(str(body.get("object"))) != body.get("type"):
        raise RefusalError(422, f"Object {body.get('object')} is not a {body.get('type')}")
    tagger = {**default_person(call), **(body.get("tagger") or {})}
    head = [f"object {body['object']}", f"type {body['type']}", f"tag {body['tag']}", f"tagger {line_of(tagger)}"]
    oid = call.bare.write("tag", "\n".join([*head, "", body["message"]]).encode())
    return Answer(201, shapes.tag(call.url, call.bare, oid))


@route(ROUTES, "GET", "/git/tags/(?P<oid>[0-9a-f]{40})", "contents:read")
def give_tag(call: Call) -> Answer:
    """Give an annotated tag."""
    return Answer(200, shapes.tag(call.url, call.bare, existing(call, "tag")))


def existing(call: Call, kind: str) -> str:
    """The id in the path, if it is of this kind."""
    oid = call.found["oid"]
    if call.bare.kind(oid) != kind:
        raise not_found()
    return oid


def shown(call: Call, name: str) -> Answer:
    """A ref as it stands."""
    oid = call.bare.refs().get(name)
    if oid is None:
        raise not_found()
    return Answer(200, shapes.ref(call.url, call.bare, name, oid))


@route(ROUTES, "GET", "/git/ref/(?P<name>.+)", "contents:read")
def give_ref(call: Call) -> Answer:
    """Give one ref."""
    return shown(call, f"refs/{call.found['name']}")


@route(ROUTES, "GET", "/git/matching-refs/(?P<name>.*)", "contents:read")
def list_refs(call: Call) -> Answer:
    """List refs by how they begin."""
    refs = call.bare.refs(f"refs/{call.found['name']}")
    return Answer(200, [shapes.ref(call.url, call.bare, name, oid) for name, oid in sorted(refs.items())])


@route(ROUTES, "POST", "/git/refs", "contents:write")
def make_ref(call: Call) -> Answer:
    """Make a ref."""
    name, oid = str(call.json.get("ref", "")), str(call.json.get("sha", ""))
    if not is_ref_name(call.bare, name):
        raise RefusalError(422, f"{name} is not a valid ref name.")
    if call.bare.kind(oid) not in allowed_kinds(name):
        raise RefusalError(422, "Object does not exist")
    refs = call.bare.refs()
    if name in refs:
        raise RefusalError(422, "Reference already exists")
    if any(is_inside(name, other) or is_inside(other, name) for other in refs):
        raise custom("Reference", f"{name} collides with another ref")
    move_ref(call.site, call.actor, (call.name, name), oid)
    return Answer(201, shown(call, name).body)


def is_ref_name(bare: Bare, name: str) -> bool:
    """Whether Git takes a name for a branch, a tag or another ref that the API may write."""
    if not re.match(r"refs/[^/]+/.", name) or name.startswith("refs/heads/-"):
        return False
    return bare.try_git("check-ref-format", name).returncode == 0


def is_inside(name: str, other: str) -> bool:
    """Whether one ref's name would be a folder of another's."""
    return name.startswith(other + "/")


def allowed_kinds(name: str) -> set[str | None]:
    """What a ref may name: a branch names commits only."""
    return {"commit"} if name.startswith("refs/heads/") else {"commit", "tag", "blob", "tree"}


@route(ROUTES, "PATCH", "/git/refs/(?P<name>.+)", "contents:write")
def change_ref(call: Call) -> Answer:
    """Move a ref."""
    name, new = f"refs/{call.found['name']}", str(call.json.get("sha", ""))
    old = call.bare.refs().get(name)
    if old is None:
        raise RefusalError(422, "Reference does not exist")
    if call.bare.kind(new) not in allowed_kinds(name):
        raise RefusalError(422, "Object does not exist")
    if not call.json.get("force") and not call.bare.is_ancestor(old, new):
        raise RefusalError(422, "Update is not a fast forward")
    move_ref(call.site, call.actor, (call.name, name), new)
    return shown(call, name)


@route(ROUTES, "DELETE", "/git/refs/(?P<name>.+)", "contents:write")
def delete_ref(call: Call) -> Answer:
    """Delete a ref."""
    name = f"refs/{call.found['name']}"
    if name not in call.bare.refs():
        raise RefusalError(422, "Reference does not exist")
    move_ref(call.site, call.actor, (call.name, name), None)
    return Answer(204)


@route(ROUTES, "GET", "/tags", "contents:read")
def list_tags(call: Call) -> Answer:
    """List tags, newest name first."""
    names = sorted((name.removeprefix("refs/tags/") for name in call.bare.refs("refs/tags/")), reverse=True)
    return page(call, [tag_row(call, name) for name in names])


def tag_row(call: Call, name: str) -> dict[str, Any]:
    """A tag as the list gives it: with the commit below it."""
    oid = call.bare.commit_of(f"refs/tags/{name}")
    balls = {f"{kind}ball_url": f"{call.url}/{kind}ball/refs/tags/{name}" for kind in ("zip", "tar")}
    return {"name": name, **balls, "commit": {"sha": oid, "url": f"{call.url}/commits/{oid}"}, "node_id": f"REF_{name}"}
