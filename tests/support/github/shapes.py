"""How GitHub words Git's objects, accounts and refs in JSON. Where they come from is decided elsewhere."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import Any

from tests.support.github.accounts import Accounts
from tests.support.github.bare import Bare

PERSON = re.compile(rb"(?P<name>.*?) ?<(?P<email>[^>]*)> (?P<seconds>\d+) (?P<zone>[+-]\d{4})")
UNVERIFIED = {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}


def account(base: str, accounts: Accounts, login: str) -> dict[str, Any]:
    """A simple user."""
    url = f"{base}/users/{login}"
    rest = "followers following{/other_user} gists{/gist_id} starred{/owner}{/repo} subscriptions orgs repos"
    rest += " events{/privacy} received_events"
    names = {re.split(r"[{]", part)[0]: part for part in rest.split()}
    urls = {("organizations" if name == "orgs" else name) + "_url": f"{url}/{part}" for name, part in names.items()}
    return {
        "login": login,
        "id": accounts.ids.get(login, 0),
        "node_id": f"U_{login}",
        "avatar_url": f"{base}/avatars/u/{login}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{base}/{login}",
        **urls,
        "type": "Bot" if login.endswith("[bot]") else "User",
        "user_view_type": "public",
        "site_admin": False,
    }


def person(line: bytes) -> dict[str, str]:
    """A name, address and time as in a commit; the time in UTC."""
    found = PERSON.fullmatch(line)
    assert found, line
    at = datetime.fromtimestamp(int(found["seconds"]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "name": found["name"].decode("utf-8", "replace"),
        "email": found["email"].decode("utf-8", "replace"),
        "date": at,
    }


def parse(data: bytes) -> tuple[dict[str, list[bytes]], str]:
    """Part a commit or a tag into its headers (continued lines joined) and its message."""
    head, _, message = data.partition(b"\n\n")
    headers: dict[str, list[bytes]] = {}
    for line in re.sub(rb"\n ", b"\x00", head).split(b"\n"):
        name, _, value = line.partition(b" ")
        headers.setdefault(name.decode(), []).append(value.replace(b"\x00", b"\n"))
    return headers, message.decode("utf-8", "replace")


def verification(data: bytes, signature: str | None) -> dict[str, Any]:
    """What the server says of a signature: it knows nobody's keys."""
    if not signature:
        return dict(UNVERIFIED)
    return UNVERIFIED | {"reason": "unknown_key", "signature": signature, "payload": data.decode("utf-8", "replace")}


def git_commit(url: str, html: str, bare: Bare, oid: str) -> dict[str, Any]:
    """A commit as /git/commits gives it; `url` is the repository's."""
    data = bare.git("cat-file", "commit", oid)
    headers, message = parse(data)
    tree = headers["tree"][0].decode()
    parents = [one.decode() for one in headers.get("parent", [])]
    signature = headers.get("gpgsig", [b""])[0].decode()
    return {
        "sha": oid,
        "node_id": f"C_{oid}",
        "url": f"{url}/git/commits/{oid}",
        "html_url": f"{html}/commit/{oid}",
        "author": person(headers["author"][0]),
        "committer": person(headers["committer"][0]),
        "tree": {"sha": tree, "url": f"{url}/git/trees/{tree}"},
        "message": message,
        "parents": [
            {"sha": one, "url": f"{url}/git/commits/{one}", "html_url": f"{html}/commit/{one}"} for one in parents
        ],
        "verification": verification(data, signature),
    }


def commit(base: str, accounts: Accounts, name: str, bare: Bare, oid: str) -> dict[str, Any]:
    """A commit as /commits gives it, without its files: with the accounts that its addresses belong to."""
    url, html = f"{base}/repos/{name}", f"{base}/{name}"
    inner = git_commit(url, html, bare, oid)
    who = {role: accounts.login_of(inner[role]["email"]) for role in ("author", "committer")}
    parents = [part | {"url": f"{url}/commits/{part['sha']}"} for part in inner.pop("parents")]
    kept = {name: inner[name] for name in ("author", "committer", "message", "tree", "verification")}
    return {
        "sha": oid,
        "node_id": f"C_{oid}",
        "commit": {**kept, "url": inner["url"], "comment_count": 0},
        "url": f"{url}/commits/{oid}",
        "html_url": f"{html}/commit/{oid}",
        "comments_url": f"{url}/commits/{oid}/comments",
        **{role: account(base, accounts, login) if login else None for role, login in who.items()},
        "parents": parents,
    }


def tag(url: str, bare: Bare, oid: str) -> dict[str, Any]:
    """An annotated tag."""
    data = bare.git("cat-file", "tag", oid)
    headers, message = parse(data)
    signed = message.find("-----BEGIN ")
    about, kind = headers["object"][0].decode(), headers["type"][0].decode()
    return {
        "node_id": f"T_{oid}",
        "tag": headers["tag"][0].decode(),
        "sha": oid,
        "url": f"{url}/git/tags/{oid}",
        "message": message,
        "tagger": person(headers["tagger"][0]),
        "object": {"sha": about, "type": kind, "url": f"{url}/git/{kind}s/{about}"},
        "verification": verification(data, message[signed:] if signed >= 0 else None),
    }


def tree(url: str, bare: Bare, oid: str, recursive: bool) -> dict[str, Any]:
    """A tree and its entries."""
    deep = ["-r", "-t"] if recursive else []
    rows = bare.git("ls-tree", "-z", "-l", *deep, oid).decode("utf-8", "replace").split("\0")
    entries = [entry(url, row) for row in rows if row]
    return {"sha": oid, "url": f"{url}/git/trees/{oid}", "tree": entries, "truncated": False}


def entry(url: str, row: str) -> dict[str, Any]:
    """One row of `git ls-tree -l`."""
    about, path = row.split("\t", 1)
    mode, kind, oid, size = about.split()
    sized = {"size": int(size)} if size != "-" else {}
    return {"path": path, "mode": mode, "type": kind, "sha": oid, **sized, "url": f"{url}/git/{kind}s/{oid}"}


def blob(url: str, bare: Bare, oid: str) -> dict[str, Any]:
    """A blob with its content."""
    data = bare.git("cat-file", "blob", oid)
    text = base64.encodebytes(data).decode()
    return {
        "sha": oid,
        "node_id": f"B_{oid}",
        "size": len(data),
        "url": f"{url}/git/blobs/{oid}",
        "content": text,
        "encoding": "base64",
    }


def ref(url: str, bare: Bare, name: str, oid: str) -> dict[str, Any]:
    """A ref and what it names."""
    kind = bare.kind(oid)
    return {
        "ref": name,
        "node_id": f"REF_{name}",
        "url": f"{url}/git/{name}",
        "object": {"sha": oid, "type": kind, "url": f"{url}/git/{kind}s/{oid}"},
    }


def files(url: str, html: str, bare: Bare, base: str, head: str) -> list[dict[str, Any]]:
    """What changed between two commits, file by file."""
    words = ["diff", "--no-renames", "-z", "--end-of-options", base, head]
    numbers = bare.git(words[0], "--numstat", *words[1:]).decode("utf-8", "replace").split("\0")[:-1]
    states = bare.git(words[0], "--name-status", *words[1:]).decode("utf-8", "replace").split("\0")[:-1]
    kinds = dict(zip(states[1::2], states[::2], strict=True))
    return [changed(url, html, bare, (base, head), kinds, row) for row in numbers]


def changed(url: str, html: str, bare: Bare, ends: tuple[str, str], kinds: dict[str, str], row: str) -> dict[str, Any]:
    """One changed file from a row of `git diff --numstat`."""
    added, removed, path = row.split("\t", 2)
    plus, minus = (0 if number == "-" else int(number) for number in (added, removed))
    status = {"A": "added", "D": "removed"}.get(kinds[path], "modified")
    sha = bare.resolve(f"{ends[0] if status == 'removed' else ends[1]}:{path}")
    words = ["diff", "--no-renames", "--end-of-options", *ends, "--", f":(literal){path}"]
    text = bare.git(*words).decode("utf-8", "replace")
    patch = text[text.find("@@") :].rstrip("\n") if "\n@@" in text else ""
    return {
        "sha": sha,
        "filename": path,
        "status": status,
        "additions": plus,
        "deletions": minus,
        "changes": plus + minus,
        "blob_url": f"{html}/blob/{ends[1]}/{path}",
        "raw_url": f"{html}/raw/{ends[1]}/{path}",
        "contents_url": f"{url}/contents/{path}?ref={ends[1]}",
        **({"patch": patch} if patch else {}),
    }
