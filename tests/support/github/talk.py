"""Speaks with a test's GitHub as anybody: no library between, so that each answer is seen as it is."""

from __future__ import annotations

import base64
import json
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.github.bare import Bare
from tests.support.github.site import GitHubSite


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def errors(self) -> str:
        """The errors of a refusal, as text."""
        return json.dumps(self.body.get("errors", []))


@dataclass(frozen=True)
class Voice:
    """Somebody with a token; paths are below the repository unless they begin with a slash."""

    site: GitHubSite
    token: str

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Said:
        """Ask and give the answer, whatever it is."""
        address = (
            f"{self.site.api}{path}" if path.startswith("/") else f"{self.site.api}/repos/{self.site.repository}/{path}"
        )
        sent = {"User-Agent": "tests", "Content-Type": "application/json", "Accept": "application/vnd.github+json"}
        sent |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address if path else address.rstrip("/"), data, sent | headers, method=method)  # noqa: S310 - same
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the address is the test's own
                return said(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return said(refusal)

    def done(self, method: str, path: str, body: Any = None) -> Any:
        """Ask for what must be done."""
        answer = self(method, path, body)
        assert 200 <= answer.status < 300, (method, path, answer)
        return answer.body


def said(answer: Any) -> Said:
    """Read an answer."""
    data, kind = answer.read(), answer.headers.get("Content-Type", "")
    return Said(
        answer.status,
        {name.lower(): value for name, value in answer.headers.items()},
        json.loads(data) if data and "json" in kind else data,
    )


def voice(site: GitHubSite, login: str) -> Voice:
    """Speak as a person or as the bot's machine user."""
    return Voice(site, site.tokens[login])


def commit(who: Voice, branch: str, files: dict[str, str], base: str = "main") -> str:
    """Make a branch with one commit through the API; gives the commit."""
    parent = who.done("GET", f"git/ref/heads/{base}")["object"]["sha"]
    tree = who.done("GET", f"git/commits/{parent}")["tree"]["sha"]
    entries = [{"path": path, "mode": "100644", "type": "blob", "content": text} for path, text in files.items()]
    made = who.done("POST", "git/trees", {"base_tree": tree, "tree": entries})["sha"]
    body = {"message": f"Change {', '.join(files)}\n", "tree": made, "parents": [parent]}
    oid: str = who.done("POST", "git/commits", body)["sha"]
    ref = f"heads/{branch}"
    if who("GET", f"git/ref/{ref}").status == 404:
        who.done("POST", "git/refs", {"ref": f"refs/{ref}", "sha": oid})
    else:
        who.done("PATCH", f"git/refs/{ref}", {"sha": oid})
    return oid


def opened(who: Voice, branch: str = "runwright/a", files: dict[str, str] | None = None) -> dict[str, Any]:
    """Open a pull request with one commit."""
    commit(who, branch, files or {f"runbooks/{branch.rpartition('/')[2]}.yaml": "id: A\n"})
    body = {"title": "Heal A", "head": branch, "base": "main", "body": "Why"}
    pull: dict[str, Any] = who.done("POST", "pulls", body)
    return pull


def git(site: GitHubSite, token: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run git with a token in its environment."""
    secret = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    more = {
        "GIT_CONFIG_COUNT": "3",
        "GIT_CONFIG_KEY_0": "http.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {secret}",
        "GIT_CONFIG_KEY_1": "user.name",
        "GIT_CONFIG_VALUE_1": "Erin",
        "GIT_CONFIG_KEY_2": "user.email",
        "GIT_CONFIG_VALUE_2": "erin@acme.example",
        "GIT_TERMINAL_PROMPT": "0",
    }
    environment = Bare(folder).environment(more)
    return subprocess.run(["git", *words], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def cloned(site: GitHubSite, login: str, folder: Path) -> Path:
    """Clone the repository as somebody."""
    done = git(site, site.tokens[login], folder, "clone", "--quiet", f"{site.web}/{site.repository}.git", "work")
    assert done.returncode == 0, done.stderr
    return folder / "work"
