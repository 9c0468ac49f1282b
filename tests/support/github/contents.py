"""The API's routes for files: read from Git, written as one commit on a branch."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from tests.support.github import shapes
from tests.support.github.gitdata import commit_data
from tests.support.github.history import commit_named
from tests.support.github.messages import Answer, RefusalError, not_found
from tests.support.github.moves import move_ref
from tests.support.github.routes import Call, Route, route

ROUTES: list[Route] = []


@route(ROUTES, "GET", "/contents(?:/(?P<path>.*))?", "contents:read")
def give_contents(call: Call) -> Answer:
    """Give a file or a folder at a ref."""
    path = (call.found["path"] or "").strip("/")
    commit = commit_named(call, call.request.query.get("ref", "main"))
    oid = call.bare.resolve(f"{commit}:{path}")
    if oid is None:
        raise not_found()
    if call.bare.kind(oid) == "tree":
        rows = shapes.tree(call.url, call.bare, oid, recursive=False)["tree"]
        return Answer(200, [listed(call, f"{path}/{row['path']}".strip("/"), row, commit) for row in rows])
    data = call.bare.git("cat-file", "blob", oid)
    if "raw" in call.request.headers.get("accept", ""):
        return Answer(200, data, {"Content-Type": "application/vnd.github.raw; charset=utf-8"})
    row = {"sha": oid, "size": len(data), "type": "blob"}
    content = {"encoding": "base64", "content": base64.encodebytes(data).decode()}
    return Answer(200, listed(call, path, row, commit) | content)


def listed(call: Call, path: str, row: dict[str, Any], commit: str) -> dict[str, Any]:
    """One file or folder."""
    url, git = f"{call.url}/contents/{path}?ref={commit}", f"{call.url}/git/{row['type']}s/{row['sha']}"
    html = f"{call.html}/blob/{commit}/{path}"
    kind = {"blob": "file", "tree": "dir", "commit": "submodule"}[row["type"]]
    return {
        "type": kind,
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": row["sha"],
        "size": row.get("size", 0),
        "url": url,
        "html_url": html,
        "git_url": git,
        "download_url": f"{call.html}/raw/{commit}/{path}" if kind == "file" else None,
        "_links": {"self": url, "git": git, "html": html},
    }


@route(ROUTES, "PUT", "/contents/(?P<path>.+)", "contents:write")
def put_contents(call: Call) -> Answer:
    """Make or change a file; whoever changes one must say which."""
    data = base64.b64decode(call.json["content"])
    made, existed = committed(call, call.bare.write("blob", data))
    path = call.found["path"]
    row = {"sha": call.bare.resolve(f"{made}:{path}"), "size": len(data), "type": "blob"}
    return Answer(200 if existed else 201, {"content": listed(call, path, row, made), "commit": worded(call, made)})


@route(ROUTES, "DELETE", "/contents/(?P<path>.+)", "contents:write")
def drop_contents(call: Call) -> Answer:
    """Delete a file; its id must be said."""
    made, existed = committed(call, None)
    if not existed:
        raise not_found()
    return Answer(200, {"content": None, "commit": worded(call, made)})


def committed(call: Call, blob: str | None) -> tuple[str, bool]:
    """Commit one file to a branch; gives the commit and whether the file was there."""
    branch, path = call.json.get("branch", "main"), call.found["path"]
    tip = call.bare.resolve(f"refs/heads/{branch}")
    if tip is None:
        raise RefusalError(404, f"Branch {branch} not found")
    known = call.bare.resolve(f"{tip}:{path}")
    if known != call.json.get("sha"):
        status, why = (422, '"sha" wasn\'t supplied.') if "sha" not in call.json else (409, f"{path} does not match")
        raise RefusalError(status, f"Invalid request.\n\n{why}" if status == 422 else why)
    tree = call.bare.write_tree(tip, [("100644", blob, path)])
    body: Mapping[str, Any] = {**call.json, "tree": tree, "parents": [tip]}
    made = call.bare.write("commit", commit_data(call, body))
    move_ref(call.site, call.actor, (call.name, f"refs/heads/{branch}"), made)
    return made, known is not None


def worded(call: Call, oid: str) -> dict[str, Any]:
    """The commit as these routes tell it."""
    return shapes.git_commit(call.url, call.html, call.bare, oid)
