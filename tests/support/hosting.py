"""A repository at GitHub that is set up as it should be, as facts; a case changes one thing of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from runwright.checks.hosting.facts import (
    ActionsRights,
    Actor,
    Environment,
    GitHubFacts,
    Hook,
    Protection,
    Ruleset,
    Speaker,
)
from runwright.checks.hosting.rulesets import WantedRuleset, Wishes, checks_ruleset, main_ruleset, other_rulesets
from runwright.checks.hosting.wanted import EVENTS, LABELS, PERMISSIONS, WORKFLOWS
from runwright.model.release import ChannelDocument
from runwright.release.document import encode, sign_document
from runwright.release.signers import CHANNEL, GIT, allowed_signers_line
from tests.support.forge import key_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
APP = 4242
WISHES = Wishes()
OWNERS = "* @dana @erin @frank\n"
BOT = Speaker(
    "app",
    "runwright-acme[bot]",
    app_id=APP,
    permissions={one.name: one.level for one in PERMISSIONS},
    events=tuple(EVENTS),
)
ADMIN = Speaker("fine-grained", "dana", role={"admin": True, "push": True})
HOOK = Hook(
    "https://runwright.example/webhooks/github",
    active=True,
    events=(),
    content_type="json",
    verified=True,
    has_secret=True,
    of_app=True,
    deliveries=((NOW, 202), (NOW - timedelta(hours=1), 202)),
)


def ruleset(wanted: WantedRuleset, number: int, **changes: Any) -> Ruleset:
    """A ruleset of the repository, as it is after the setup made it."""
    made = Ruleset(
        number,
        wanted.name,
        wanted.target,
        "active",
        wanted.rules,
        include=wanted.include,
        exclude=wanted.exclude,
        bypass=wanted.bypass,
        source="acme/runbooks",
    )
    return replace(made, **changes)


def of_main(**changes: Any) -> tuple[Ruleset, ...]:
    """The rulesets of main; the first one is changed."""
    return (ruleset(main_ruleset(WISHES), 1, **changes), ruleset(checks_ruleset(WISHES), 2))


def elsewhere() -> tuple[Ruleset, ...]:
    """The rulesets beside main."""
    return tuple(ruleset(one, number) for number, one in enumerate(other_rulesets(WISHES, "main"), 3))


def channels(issued: datetime = NOW, by: str = "runwright-release") -> dict[str, bytes]:
    """A channel: its document and the signature."""
    data = document(issued, by)
    return {"stable.json": data, "stable.json.sig": sign_document(data, (key_of(by),))}


def document(issued: datetime = NOW, by: str = "runwright-release") -> bytes:
    """The document of a channel, for seven days."""
    zeros = "0" * 40
    made = ChannelDocument(
        schema="runwright.channel/1",
        channel="stable",
        seq=3,
        tag="rules-v3",
        tag_oid=zeros,
        commit=zeros,
        tree=zeros,
        content="0" * 64,
        issued=issued,
        expires=issued + timedelta(days=7),
        min_agent="0.1.0",
        key_ids=(key_of(by).public.key_id,),
        merged_by="dana",
    )
    return encode(made)


def signers() -> str:
    """The allowed signers, with the release key alone."""
    return allowed_signers_line("runwright-release", key_of("runwright-release").public, (GIT, CHANNEL))


def files(**changes: str | None) -> dict[str, str]:
    """The files of the default branch."""
    there: dict[str, str | None] = {
        ".github/CODEOWNERS": OWNERS,
        ".github/allowed_signers": signers(),
        **{f".github/workflows/{name}": f"name: {name}\n" for name in WORKFLOWS},
        **changes,
    }
    return {path: text for path, text in there.items() if text is not None}


def facts(**changes: Any) -> GitHubFacts:
    """Everything as it should be, but for the changes; an admin looks beside the bot's App."""
    there = GitHubFacts(
        repository="acme/runbooks",
        at=NOW,
        branch="main",
        speaker=ADMIN,
        bot=BOT,
        in_force=of_main(),
        rulesets=(*of_main(), *elsewhere()),
        protection=None,
        actions=ActionsRights(enabled=True, default_write=False, may_approve=False),
        workflows=dict.fromkeys(WORKFLOWS, "active"),
        owners_errors=(),
        labels=frozenset(label.name for label in LABELS),
        hooks=(HOOK,),
        environment=Environment((), self_review=False, branches=("main",)),
        files=files(),
        channels=channels(),
        clock=NOW,
    )
    return replace(there, **changes)


def protection(**changes: Any) -> Protection:
    """The older branch protection, as strict as it can be."""
    data: Mapping[str, Any] = {
        "required_pull_request_reviews": {
            "required_approving_review_count": 1,
            "require_code_owner_reviews": True,
            "dismiss_stale_reviews": True,
            "require_last_push_approval": True,
        },
        "required_status_checks": {
            "strict": True,
            "contexts": ["validate", "replay", "runwright"],
            "checks": [{"context": name, "app_id": 15368} for name in ("validate", "replay", "runwright")],
        },
        "enforce_admins": {"enabled": True},
        "allow_force_pushes": {"enabled": False},
        "allow_deletions": {"enabled": False},
    }
    return Protection({**data, **changes})


def actor(kind: str, number: int | None) -> Actor:
    """Somebody on a bypass list."""
    return Actor(kind, number)
