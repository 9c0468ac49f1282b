"""What was found out about a repository on GitHub: values only, each of them known or not told.

Who asked for them is left to `adapters`; what they mean to `judge_*`. `NotTold` says why a thing is not known, so that
"cannot tell" never turns into yes or no.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

SpeakerKind = Literal["app", "actions", "fine-grained", "classic", "oauth", "other"]


@dataclass(frozen=True, slots=True)
class NotTold:
    """What GitHub does not tell this token, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose token it is, and what it may do."""

    kind: SpeakerKind
    login: str
    app_id: int | None = None
    permissions: Mapping[str, str] | NotTold = NotTold("only an App's permissions can be read")
    """Of an App: the level by the name of the permission."""
    scopes: tuple[str, ...] | NotTold = NotTold("only a classic token tells its scopes")
    role: Mapping[str, bool] | NotTold = NotTold("GitHub did not say what the account may do here")
    """What the account may do in the repository: admin, maintain, push, triage, pull."""
    events: tuple[str, ...] | NotTold = NotTold("only an App's events can be read")
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who may bypass a ruleset."""

    kind: str
    """As GitHub calls it: Integration, RepositoryRole, Team, User, OrganizationAdmin, DeployKey."""
    id: int | None
    mode: str = "always"

    def __str__(self) -> str:
        """Name it for a person."""
        roles = {2: "everybody with the role maintain", 4: "everybody who may write", 5: "every repository admin"}
        if self.kind == "RepositoryRole":
            return roles.get(self.id or 0, f"the role {self.id}")
        words = {"Integration": "the App", "Team": "the team", "User": "the user"}
        fixed = {"OrganizationAdmin": "every organisation owner", "DeployKey": "every deploy key"}
        return fixed.get(self.kind) or f"{words.get(self.kind, self.kind)} {self.id}"


@dataclass(frozen=True, slots=True)
class Ruleset:
    """One ruleset, of the repository or of its organisation."""

    id: int
    name: str
    target: str
    enforcement: str
    rules: tuple[Mapping[str, Any], ...]
    """As GitHub writes them: type and parameters."""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    bypass: tuple[Actor, ...] | NotTold = NotTold("only an admin of the repository sees who may bypass it")
    mine: str = ""
    """Whether who asks may bypass it: never, always, pull_requests_only, exempt; empty where it is not told."""
    source: str = ""
    """The repository or the organisation that it belongs to."""


@dataclass(frozen=True, slots=True)
class Protection:
    """The older branch protection of one branch."""

    data: Mapping[str, Any]
    """As GitHub writes it."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook of the App or of the repository, with what became of its last deliveries."""

    url: str
    active: bool
    events: tuple[str, ...]
    content_type: str
    verified: bool
    """Whether the receiver's certificate is checked."""
    has_secret: bool
    of_app: bool
    deliveries: tuple[tuple[datetime, int], ...] | NotTold = ()
    """When and with which status the last ones ended, the newest first; 0 where nobody answered."""


PROTECTED = "every protected branch"
"""What stands for the branches of an environment that any protected one may use."""


@dataclass(frozen=True, slots=True)
class Environment:
    """A deployment environment."""

    reviewers: tuple[str, ...]
    self_review: bool
    """Whether who started a run may approve it."""
    branches: tuple[str, ...] | None
    """Which branches may use it; None means any."""


@dataclass(frozen=True, slots=True)
class ActionsRights:
    """What workflows may do in this repository."""

    enabled: bool
    default_write: bool
    may_approve: bool


@dataclass(frozen=True, slots=True)
class OwnersError:
    """A line of CODEOWNERS that GitHub cannot use."""

    line: int
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class GitHubFacts:
    """All that was found out, at one moment."""

    repository: str
    at: datetime
    branch: str
    """The default branch."""
    speaker: Speaker
    bot: Speaker
    """Who opens the proposals; the same as the speaker where only one token is there."""
    in_force: tuple[Ruleset, ...] | NotTold
    """The rulesets that hold for the default branch."""
    rulesets: tuple[Ruleset, ...] | NotTold
    """All rulesets that concern the repository."""
    protection: Protection | NotTold | None
    actions: ActionsRights | NotTold
    workflows: Mapping[str, str] | NotTold
    """The state of each workflow by the name of its file."""
    owners_errors: tuple[OwnersError, ...] | NotTold
    labels: frozenset[str] | NotTold
    hooks: tuple[Hook, ...] | NotTold
    environment: Environment | NotTold | None
    files: Mapping[str, str] | NotTold
    """Text by path on the default branch, of the files that are looked at; what is missing is not there."""
    channels: Mapping[str, bytes] | NotTold = field(default_factory=dict)
    """The documents on the branch of the channels, by the name of the file."""
    offers_rulesets: bool = True
    """False on a GitHub that has only the older branch protection."""
    clock: datetime | None = None
    """GitHub's own clock, when it answered."""
