"""Does the steps of a plan, as the person whose token it is: single requests, and one pull request with new files.

What the steps are is decided in `checks.hosting.plan`. Each looks whether it was done before, so a setup that was cut
off is simply run again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.inspecting import text_of
from runwright.adapters.forge_github.refusals import Forbidden, Missing, Refused, Unprocessable
from runwright.checks.hosting.item import Item, PullOfFiles, Request
from runwright.errors import ContentError, EdgeError

PREFIX = "setup/runwright-"
"""Where the branch of the files begins: outside the bot's own folder, for it is a person's pull request."""
TITLE = "Set up Runwright"
BODY = """\
These files are what Runwright needs in this repository: who owns what, what CI checks, what a change needs.

Look at each, above all at who is named in CODEOWNERS: an approval of theirs puts a change on hosts.
"""
EXISTS = ("already exists", "already_exists", "must be unique")


def apply(connection: Connection, branch: str, item: Item) -> str:
    """Do what an item asks for; gives what a person can look at, or nothing.

    Raises EdgeError where GitHub refuses or does not answer; then running it again is safe.
    """
    told = ""
    for step in item.steps:
        if isinstance(step, Request):
            _request(connection, step)
        else:
            told = _pull_of(connection, branch, step)
    return told


def _request(connection: Connection, step: Request) -> None:
    try:
        connection.write(step.verb, step.path, step.body)
    except Unprocessable as refused:
        # Somebody else was faster, or the answer to our own first try was lost.
        if not any(refused.says(words) for words in EXISTS):
            raise


def _pull_of(connection: Connection, base: str, step: PullOfFiles) -> str:
    """Open one pull request with the files, or find it; gives its address."""
    there = opened(connection, base, step)
    if there is not None:
        return there.address
    branch = branch_of(step)
    tip = str(connection.get(f"git/ref/heads/{quote(base)}")["object"]["sha"])
    if not _branch_is_there(connection, branch):
        _make_branch(connection, branch, tip, step.files)
    strange = _strange(connection, base, branch, step.files)
    if strange:
        raise ContentError(
            f"the branch {branch} is there and {strange} in it is not what setup writes; look at who made it, "
            "delete it, and run setup again"
        )
    return _open(connection, base, branch)


@dataclass(frozen=True, slots=True)
class Opened:
    """An open pull request with the files."""

    address: str
    strange: str
    """A path in it that is not what setup writes; empty where there is none."""


def opened(connection: Connection, base: str, step: PullOfFiles) -> Opened | None:
    """The open pull request for these files.

    Raises ContentError where somebody has closed it: that was a no.
    """
    branch = branch_of(step)
    address = _pull(connection, branch)
    return None if address is None else Opened(address, _strange(connection, base, branch, step.files))


def branch_of(step: PullOfFiles) -> str:
    """The branch, named after what it holds."""
    return f"{PREFIX}{_digest(step.files)}"


def _digest(files: Mapping[str, str]) -> str:
    text = "\0".join(f"{path}\0{files[path]}" for path in sorted(files))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _pull(connection: Connection, branch: str) -> str | None:
    """The address of the pull request that is there; raises ContentError for one that somebody has closed."""
    head = f"{connection.place.owner}:{branch}"
    for pull in connection.pages("pulls", head=head, state="all"):
        if pull["state"] == "open":
            return str(pull["html_url"])
        if not pull.get("merged_at"):
            raise ContentError(
                f"the pull request with these files was closed: {pull['html_url']}; reopen it, or run setup with "
                "--leave files"
            )
    return None


def _branch_is_there(connection: Connection, branch: str) -> bool:
    try:
        connection.get(f"git/ref/heads/{quote(branch)}")
    except Missing:
        return False
    return True


def _make_branch(connection: Connection, branch: str, tip: str, files: Mapping[str, str]) -> None:
    tree = str(connection.get(f"git/commits/{tip}")["tree"]["sha"])
    entries = [{"path": path, "mode": "100644", "type": "blob", "content": files[path]} for path in sorted(files)]
    try:
        made = connection.write("POST", "git/trees", {"base_tree": tree, "tree": entries})["sha"]
        commit = connection.write("POST", "git/commits", {"message": TITLE, "tree": made, "parents": [tip]})["sha"]
        connection.write("POST", "git/refs", {"ref": f"refs/heads/{branch}", "sha": commit})
    except Unprocessable as refused:
        if not refused.says("already exists"):
            raise _explained(refused) from refused
    except (Forbidden, Missing) as refused:
        raise _explained(refused) from refused


def _explained(refused: Refused) -> EdgeError:
    """GitHub lets only a token with a right of its own write workflows, and says so in several ways."""
    return EdgeError(
        f"{refused.message}; the token needs Contents: write and Workflows: write (a classic one the scope `workflow`)",
        retryable=False,
    )


def _strange(connection: Connection, base: str, branch: str, files: Mapping[str, str]) -> str:
    """A path that the branch has otherwise than it should: who opens the pull request stands for all of it."""
    compared: Any = connection.get(f"compare/{quote(base, safe='')}...{quote(branch, safe='')}")
    changed = {str(one["filename"]) for one in compared.get("files") or ()}
    if changed - set(files):
        return min(changed - set(files))
    found = ((path, text_of(connection.get(f"contents/{quote(path)}", ref=branch))) for path in sorted(files))
    return next((path for path, text in found if text != files[path]), "")


def _open(connection: Connection, base: str, branch: str) -> str:
    words = {"title": TITLE, "body": BODY, "head": branch, "base": base}
    try:
        return str(connection.write("POST", "pulls", words)["html_url"])
    except Unprocessable as refused:
        found = _pull(connection, branch) if refused.says("already exists") else None
        if found is None:
            raise
        return found
