"""Writes a commit of the mirror to GitHub by the Git data API, and a branch that only ever moves forward.

Objects are named by their content: to send one again changes nothing, and GitHub's name of it must be ours. A branch
is never forced: a new draft stands on top of what is there, so nobody's commit can be lost, whoever pushes meanwhile.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.reading import understood
from runwright.adapters.forge_github.refusals import Missing
from runwright.adapters.git_repository import GitRepository
from runwright.errors import EdgeError
from runwright.fault import point
from runwright.release.objects import Identity, object_id


def upload(connection: Connection, mirror: GitRepository, oid: str) -> str:
    """Send the tree and the commit of that id, whose parents must be at GitHub; gives the id that it has there.

    That is ours, but for the end of the last line of its message, of which GitHub's description says nothing. Raises
    EdgeError for any other.
    """
    commit = mirror.commit(oid)
    base = mirror.tree_of(commit.parents[0])
    if commit.tree != base:
        tree = {"base_tree": base, "tree": entries(mirror, commit.parents[0], oid)}
        made = sha_of(connection.write("POST", "git/trees", tree))
        same("tree", made, commit.tree)
    body = {
        "message": commit.message,
        "tree": commit.tree,
        "parents": list(commit.parents),
        "author": stamp(commit.author, commit.committed_at),
        "committer": stamp(commit.committer, commit.committed_at),
    }
    made = sha_of(connection.write("POST", "git/commits", body))
    same("commit", made, spelled(mirror, oid, made))
    point("objects_written")
    return made


def spelled(mirror: GitRepository, oid: str, made: str) -> str:
    """Give the id of our commit as the other side spells its end, and have it in the mirror, too."""
    data = mirror.read_object(oid).data
    for other in (data.rstrip(b"\n"), data.rstrip(b"\n") + b"\n"):
        if object_id("commit", other) == made:
            return mirror.write_object("commit", other)
    return oid


def entries(mirror: GitRepository, parent: str, oid: str) -> list[dict[str, Any]]:
    """Give what a commit changes in its first parent's tree: texts as they are, None for a file that goes."""
    found = []
    for path in mirror.changed_paths(parent, oid):
        data = mirror.read_file(oid, path)
        what = {"sha": None} if data is None else {"content": data.decode("utf-8")}
        found.append({"path": path, "mode": "100644", "type": "blob", **what})
    return found


def stamp(person: Identity, when: datetime) -> dict[str, str]:
    """Give who wrote a commit and when, to the second and in UTC, as it stands in the object."""
    moment = when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"name": person.name, "email": person.email, "date": moment}


def sha_of(answer: Any) -> str:
    """Read the id of an object that was made."""
    return understood(lambda: str(answer["sha"]))


def same(kind: str, found: str, wanted: str) -> None:
    """Refuse an object that GitHub names otherwise: then it is not what was written and looked at here."""
    if found != wanted:
        raise EdgeError(
            f"GitHub made the {kind} {found[:12]} of what is {wanted[:12]} here; nothing was moved to it, report this",
            retryable=False,
        )


def tip_at(connection: Connection, branch: str) -> str | None:
    """Give the commit that a branch is at; None when there is none."""
    try:
        data = connection.get(f"git/ref/heads/{quote(branch)}")
    except Missing:
        return None
    return understood(lambda: str(data["object"]["sha"]))


def put_branch(connection: Connection, branch: str, old: str | None, new: str) -> None:
    """Make a branch, or move it forward; GitHub refuses (422) when it has moved elsewhere meanwhile."""
    if old is None:
        connection.write("POST", "git/refs", {"ref": f"refs/heads/{branch}", "sha": new})
    elif old != new:
        connection.write("PATCH", f"git/refs/heads/{quote(branch)}", {"sha": new, "force": False})
    point("references_moved")
