"""Runs of workflows and what they saved: a test says what ran, GitHub only tells of it.

An artifact is fetched as GitHub gives it: by an address at another host, which wants no token.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests.support.github.door import door
from tests.support.github.messages import Answer, Request, not_found
from tests.support.github.routes import Call, Route, page, route

if TYPE_CHECKING:
    from tests.support.github.site import GitHubSite

ROUTES: list[Route] = []
READ = "actions:read"


@dataclass
class Run:
    """One run of one workflow, and the files of its artifact by name; None where it saved nothing."""

    id: int
    name: str
    head_sha: str
    files: Mapping[str, bytes] | None = None
    event: str = "pull_request"
    status: str = "completed"
    conclusion: str | None = "success"
    path: str = ""
    bases: tuple[str, ...] = ()
    """The branches of the pull requests that GitHub names; none for those of forks."""
    archive: bytes = b""
    """Instead of the files: an artifact as it is."""

    def as_json(self) -> dict[str, Any]:
        """What GitHub says, as far as anybody reads it."""
        return {
            "id": self.id,
            "name": self.name,
            "path": self.path or f".github/workflows/{self.name}.yml",
            "head_sha": self.head_sha,
            "event": self.event,
            "status": self.status,
            "conclusion": self.conclusion,
            "run_attempt": 1,
            "pull_requests": [{"number": 1, "base": {"ref": base}} for base in self.bases],
        }

    def packed(self) -> bytes:
        """The artifact."""
        if self.archive:
            return self.archive
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in (self.files or {}).items():
                archive.writestr(name, content)
        return file.getvalue()


@dataclass
class Storage:
    """Where artifacts lie: a host of its own, which takes note of the headers that it is sent."""

    runs: dict[int, Run] = field(default_factory=dict)
    address: str = ""
    asked: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Answer:
        """Give an artifact to whoever knows its address."""
        self.asked.append(request)
        return Answer(200, self.runs[int(request.path.rsplit("/", 1)[1])].packed(), {"Content-Type": "application/zip"})


STORES: dict[int, Storage] = {}
"""The storage of each site that has one, by the site's identity."""


@contextmanager
def storage(site: GitHubSite) -> Iterator[Storage]:
    """Keep a storage beside a site."""
    store = STORES[id(site)] = Storage()
    with door(store) as store.address:
        yield store
    del STORES[id(site)]


def store_of(call: Call) -> Storage:
    """The storage of the site; without one nothing ever ran."""
    return STORES.get(id(call.site)) or Storage()


@route(ROUTES, "GET", "/actions/runs", READ)
def runs(call: Call) -> Answer:
    """The runs for a commit, the newest first."""
    sha = call.request.query.get("head_sha")
    found = [run.as_json() for run in store_of(call).runs.values() if sha in {None, run.head_sha}]
    found.sort(key=lambda run: -int(run["id"]))
    return told(page(call, found, lambda some: {"total_count": len(found), "workflow_runs": some}))


@route(ROUTES, "GET", r"/actions/runs/(?P<run>\d+)/artifacts", READ)
def artifacts(call: Call) -> Answer:
    """What a run saved."""
    run = store_of(call).runs.get(int(call.found["run"]))
    if run is None:
        raise not_found()
    saved = run.files is not None or run.archive
    found = [{"id": run.id, "name": run.name, "expired": False, "size_in_bytes": len(run.packed())}] if saved else []
    named = [one for one in found if call.request.query.get("name") in {None, one["name"]}]
    return told(page(call, named, lambda some: {"total_count": len(named), "artifacts": some}))


def told(answer: Answer) -> Answer:
    """An answer that has less than GitHub's: nobody reads the rest of these."""
    return replace(answer, ours=False)


@route(ROUTES, "GET", r"/actions/artifacts/(?P<artifact>\d+)/zip", READ)
def download(call: Call) -> Answer:
    """Where an artifact lies."""
    store = store_of(call)
    if int(call.found["artifact"]) not in store.runs:
        raise not_found()
    return Answer(302, b"", {"Location": f"{store.address}/artifacts/{call.found['artifact']}"})
