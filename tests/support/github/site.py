"""One GitHub for one test: the emulator, the Git data, the accounts, and the way of a request through them."""

from __future__ import annotations

import itertools
import json
import re
import secrets
import threading
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from runwright.adapters.git_repository import GitRepository
from tests.support.github import events, git_http, moves, shapes
from tests.support.github.accounts import (
    APP_ID,
    APPS,
    INSTALLATION,
    PERMISSIONS,
    REPOSITORY,
    SLUG,
    Accounts,
    Actor,
    App,
)
from tests.support.github.bare import Bare
from tests.support.github.bridge import Bridge
from tests.support.github.description import violations
from tests.support.github.device import Devices
from tests.support.github.dressing import dressed
from tests.support.github.emulator import Emulator
from tests.support.github.faults import Faults
from tests.support.github.hooks import Hooks, now
from tests.support.github.issues import issue_shape
from tests.support.github.keys import jwt
from tests.support.github.messages import Answer, RefusalError, Request, not_found
from tests.support.github.pulls import Pull, corrected
from tests.support.github.recording import Recording
from tests.support.github.routes import REPOSITORY as REPOSITORY_PATH
from tests.support.github.routes import Call
from tests.support.github.rules import Rules
from tests.support.github.switches import Switches
from tests.support.github.tables import ROUTES

UNAUTHORIZED = RefusalError(401, "Bad credentials").answer
WRITES_GIT = re.compile(REPOSITORY_PATH + r"/(git/.*|merges|merge-upstream|branches/.*/rename|transfer|forks)")
"""What the emulator would do to its own Git data alone."""
GIT_TOKENS = "contents"


@dataclass
class GitHubSite:
    """What a test holds of its GitHub."""

    folder: Path
    accounts: Accounts
    app: App
    emulator: Emulator
    webhook_secret: str
    api: str
    web: str
    bares: dict[str, Bare] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    annotations: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    """Those of each check run, by its number."""
    run_apps: dict[int, int] = field(default_factory=dict)
    """The App that made each check run."""
    environments: dict[str, dict[str, Any]] = field(default_factory=dict)
    activity: list[dict[str, Any]] = field(default_factory=list)
    """Who moved which branch, oldest first."""
    happenings: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    """What happened to each pull request, oldest first."""
    switches: Switches = field(default_factory=Switches)
    devices: Devices = field(default_factory=Devices)
    sarifs: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The reports for code scanning, as they were sent and unpacked (`report`)."""
    faults: Faults = field(default_factory=Faults)
    recording: Recording = field(default_factory=Recording)
    lock: threading.RLock = field(default_factory=threading.RLock)
    repository: str = REPOSITORY
    forgiven: list[str] = field(default_factory=list)
    """Patterns of violations that a test makes on purpose, to see them refused."""

    def __post_init__(self) -> None:
        self.rules = Rules(self)
        self.hooks = Hooks(self.webhook_secret)
        self.asked = itertools.count()
        self.bridge = Bridge(self)
        self.merging = False

    @property
    def tokens(self) -> Mapping[str, str]:
        """Token by login; `bot` is the machine user's."""
        mine = {login: token for token, login in self.accounts.tokens.items()}
        return mine | {"bot": mine["runwright-bot"]}

    @property
    def bare(self) -> Bare:
        """The repository's Git data, asked with git."""
        return self.bares[self.repository]

    @property
    def git(self) -> GitRepository:
        """The same as the product sees repositories."""
        return GitRepository(self.bare.path)

    @property
    def requests(self) -> list[Request]:
        """What came in, oldest first."""
        return self.recording.requests

    def __call__(self, request: Request) -> Answer | None:
        """Answer a request: faults first, then the truth, then faults again."""
        request = self.recording.came(request)
        planted = self.faults.before(request)
        if planted is not None:
            self.recording.went(request, None)
            return planted.answer
        answer = self.recording.went(request, self.answer(request))
        altered = self.faults.after(request, answer)  # before the tag: what is altered is no old answer
        return None if altered is None else dressed(request, altered)

    def answer(self, request: Request) -> Answer:
        """What GitHub would say."""
        try:
            if git_http.is_git(request.path):
                return self.answer_git(request)
            if "user-agent" not in request.headers:
                return Answer(403, b"Request forbidden by administrative rules.\n", {"Content-Type": "text/html"})
            actor = self.accounts.whose(request.token)
            if actor is None:
                return UNAUTHORIZED
            path = request.path.removeprefix("/api/v3")
            with self.lock:
                request = replace(request, path=path, headers=self.accounts.known_by(request.headers))
                answer = self.route(request, actor)
                self.touch(request, answer)
                events.told(self, request, actor, answer)
                return answer
        except RefusalError as refusal:
            return refusal.answer

    def route(self, request: Request, actor: Actor) -> Answer:
        """Find who answers; what nobody else knows the emulator does."""
        for route in ROUTES:
            found = route.path.fullmatch(request.path) if route.method == request.method else None
            if found:
                call = Call(self, request, actor, found.groupdict())
                self.require(call, route.right)
                return route.answer(call)
        hidden = actor.kind != "app" and not self.accounts.may(actor, "metadata", "read")
        if hidden and re.match(REPOSITORY_PATH, request.path):
            raise not_found()
        if WRITES_GIT.fullmatch(request.path) and request.method != "GET":
            raise RefusalError(501, "This server does not do that: Git would not know of it")
        return self.tidied(self.emulator.ask(request), request)

    def touch(self, request: Request, answer: Answer) -> None:
        """Whatever is done to a pull request changes the time at which it was changed."""
        path = request.path
        if "/issues/comments/" in path and isinstance(answer.body, dict):
            path = answer.body.get("issue_url", "")
        found = re.search(r"/(?:issues|pulls)/(\d+)", path)
        if found and request.method != "GET" and answer.fine and int(found[1]) in self.pulls:
            self.pulls[int(found[1])].touch()

    def require(self, call: Call, right: str) -> None:
        """Refuse who may not: 404 where they may not even see it, else 403."""
        if not right:
            return
        if call.found.get("repository") and call.name not in self.bares:
            raise not_found()
        if call.found.get("owner") == call.actor.login:
            return
        rights = [one.split(":") for one in right.split("|")]
        if any(self.accounts.may(call.actor, area, level) for area, level in rights):
            return
        if call.actor.kind == "installation":
            raise RefusalError(403, "Resource not accessible by integration")
        if call.actor.kind == "nobody":
            raise RefusalError(401, "Requires authentication")
        sees = self.accounts.may(call.actor, "metadata", "read")
        raise RefusalError(403, "Must have write access") if sees else not_found()

    def tidied(self, answer: Answer, request: Request) -> Answer:
        """What the emulator says, where it differs from GitHub in small ways; a new token is remembered."""
        if answer.status == 201 and request.path.endswith("/access_tokens"):
            installation = int(request.path.split("/")[3])
            self.accounts.minted(answer.body["token"], installation, answer.body["permissions"])
        return answer

    def as_admin(self, method: str, path: str, body: Any = None, login: str = "") -> Request:
        """A request in the administrator's name, or somebody's, for the emulator."""
        token = self.tokens[login] if login else self.accounts.inner[next(self.asked) // 4000]
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        bare, _, query = path.partition("?")
        sent = b"" if body is None else json.dumps(body).encode()
        return Request(method, bare, dict(urllib.parse.parse_qsl(query)), headers, sent)

    def told(self, method: str, path: str, body: Any = None, login: str = "") -> Any:
        """Ask the emulator as administrator; it must be done."""
        answer = self.emulator.ask(self.as_admin(method, path, body, login))
        assert answer.fine, (method, path, answer)
        return answer.body

    def pull_json(self, number: int, *, listed: bool = False) -> dict[str, Any]:
        """A pull request as the API gives it."""
        return corrected(self, self.told("GET", f"/repos/{self.repository}/pulls/{number}"), listed)

    def account(self, login: str) -> dict[str, Any]:
        """An account in short."""
        return shapes.account(self.api, self.accounts, login)

    def token_of(self, login: str) -> str:
        """A further token of a person: what signing in gives."""
        token = "gho_" + secrets.token_hex(18)
        self.accounts.aliases[token] = self.tokens[login]
        return token

    def repository_json(self) -> dict[str, Any]:
        """The repository as the API gives it to an administrator."""
        found: dict[str, Any] = self.told("GET", f"/repos/{self.repository}")
        return found

    def run_of(self, number: int) -> dict[str, Any]:
        """A check run as the emulator has it."""
        found: dict[str, Any] = self.told("GET", f"/repos/{self.repository}/check-runs/{number}")
        return found

    def token_for(self, permissions: Mapping[str, str] = PERMISSIONS, installation: int = INSTALLATION) -> str:
        """A fresh installation token: the App's, or (816) that of GitHub's own workflows."""
        app = next(replace(self.app, id=number) for number, _, place in APPS if place == installation)
        words = {"authorization": f"Bearer {jwt(app)}", "content-type": "application/json"}
        body = json.dumps({"permissions": dict(permissions)}).encode()
        path = f"/app/installations/{installation}/access_tokens"
        answer = self.tidied(self.emulator.ask(Request("POST", path, {}, words, body)), Request("POST", path))
        assert answer.fine, answer
        return str(answer.body["token"])

    def issue_json(self, number: int) -> dict[str, Any]:
        """The issue behind a pull request."""
        owner, _, name = self.repository.partition("/")
        found = {"owner": owner, "repository": name}
        return issue_shape(Call(self, Request("GET", ""), Actor("", "nobody"), found), number)

    def violations(self) -> list[str]:
        """What GitHub's description finds wrong in all that was asked, and in what this server made up."""
        found = violations((one.request, one.answer) for one in self.recording.exchanges)
        return [one for one in found if not any(re.search(pattern, one) for pattern in self.forgiven)]

    def tell(self, event: str, about: Mapping[str, Any], login: str) -> None:
        """Deliver an event by somebody, if anybody listens."""
        if self.hooks.url:
            self.hooks.happened(event, {**about, **events.around(self, login)})

    def hooks_to(self, url: str) -> None:
        """Deliver webhooks to an address from now on."""
        self.hooks.to(url)

    def fork(self, login: str) -> str:
        """Make a person's fork of the repository; gives its owner/name."""
        name = f"{login}/{self.repository.partition('/')[2]}"
        self.told("POST", f"/repos/{self.repository}/forks", {}, login)
        self.bares[name] = Bare.make(self.folder / f"{name}.git")
        self.bares[name].git("fetch", "--quiet", str(self.bare.path), "refs/heads/*:refs/heads/*")
        return name

    def stand_in(self, name: str, branch: str) -> None:
        """See that the emulator has a branch of this name; what it holds there is of no account."""
        path, owner = f"/repos/{name}/git/ref/heads/", name.partition("/")[0]
        login = owner if owner in self.tokens else ""
        if not self.emulator.ask(self.as_admin("GET", path + branch, None, login)).fine:
            sha = self.told("GET", path + "main", None, login)["object"]["sha"]
            self.told("POST", f"/repos/{name}/git/refs", {"ref": f"refs/heads/{branch}", "sha": sha}, login)

    def happened(self, pull: Pull, login: str, event: str, commit: str | None = None) -> None:
        """Note what happened to a pull request, for the list of its events."""
        number = sum(map(len, self.happenings.values())) + 1
        url = f"{self.api}/repos/{self.repository}"
        known = {"id": number, "node_id": f"E_{number}", "url": f"{url}/issues/events/{number}", "event": event}
        where = {"commit_id": commit, "commit_url": f"{url}/commits/{commit}" if commit else None}
        times = {"actor": self.account(login), "created_at": now(), "performed_via_github_app": None}
        self.happenings.setdefault(pull.number, []).append({**known, **where, **times})

    def bring(self, source: str, target: str, oid: str) -> None:
        """Bring a commit of a fork into the repository that it was forked from."""
        if source != target:
            self.bares[target].git("fetch", "--quiet", "--no-tags", str(self.bares[source].path), oid)

    def answer_git(self, request: Request) -> Answer:
        """Let git answer a clone or a push, if the token may."""
        name = git_http.repository_of(request.path)
        actor = self.accounts.whose(request.token)
        if actor is None or actor.kind in {"nobody", "app"}:
            return git_http.UNAUTHORIZED
        if name not in self.bares or not self.accounts.may(actor, GIT_TOKENS, "read"):
            return Answer(404, b"Repository not found.\n")
        own = name.startswith(actor.login + "/")
        if git_http.is_write(request) and not (own or self.accounts.may(actor, GIT_TOKENS, "write")):
            return Answer(403, b"Write access to repository not granted.\n")
        with self.lock:
            return moves.pushed(self, request, actor, name)


def app_of(folder: Path) -> App:
    """The App; its key is made once for all tests."""
    return App(APP_ID, SLUG, INSTALLATION, folder / "app.pem")
