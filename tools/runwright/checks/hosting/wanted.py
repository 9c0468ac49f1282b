"""What Runwright asks of GitHub by name: labels, permissions of the App, events, checks, branches, environment.

One table each, so that the setup, the doctor and the page `.github/SETUP.md` say the same. How it is compared with what
is there is left to the modules beside this one. Source of names: GitHub's REST description, version 2022-11-28.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from runwright.model.fields import RISKS, FailureType, Priority
from runwright.model.proposal import CloseReason

Level = Literal["read", "write", "admin"]
LEVELS: dict[str, int] = {"none": 0, "read": 1, "write": 2, "admin": 3}


@dataclass(frozen=True, slots=True)
class Label:
    """One label as it is made; the name has at most 50 characters, the description 100."""

    name: str
    color: str
    """Six hexadecimal digits, no number sign."""
    description: str


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission of the bot's App and what it is for."""

    name: str
    level: Level
    reason: str


_COLORS: dict[str, str] = {"high": "b60205", "medium": "fbca04", "low": "0e8a16"}
_PRIORITIES: dict[Priority, str] = {
    "high": "Look at this first",
    "medium": "Look at this in its turn",
    "low": "This may wait",
}
_RISKS: dict[str, str] = {
    "low": "Merging can do little harm",
    "medium": "Merging changes what runs on hosts",
    "high": "Merging needs two people",
}
_FAILURES: dict[FailureType, str] = {
    "wrong_diagnosis": "The incident was something else",
    "wrong_runbook": "Another runbook was the right one",
    "runbook_insufficient": "The runbook lacked something",
    "environment_difference": "The host differed from what the runbook expects",
    "external_dependency": "Something outside the host failed",
    "permission_denied": "The agent was not allowed to do it",
}
_CLOSED: dict[CloseReason, str] = {
    "rejected": "No for good: it is remembered",
    "needs-work": "No to this draft: a better one is wanted",
    "superseded": "Another pull request took its place",
    "stale": "Nobody answered for a week",
    "no-longer-failing": "The failure has not come back",
    "runbook-removed": "The runbook is gone",
    "evidence-withdrawn": "The runs that spoke for it do not count any more",
}


def _labels() -> tuple[Label, ...]:
    return (
        Label("runwright", "1d76db", "Proposed by Runwright"),
        *(Label(f"priority:{name}", _COLORS[name], text) for name, text in _PRIORITIES.items()),
        *(Label(f"risk:{name}", _COLORS[name], _RISKS[name]) for name in RISKS),
        *(Label(f"failure:{name}", "c5def5", _FAILURES[name]) for name in get_args(FailureType)),
        Label("needs-staging", "d93f0b", "Must be tried on a staging host before it is merged"),
        Label("needs-work", "e99695", "Close with this to get a better draft"),
        *(Label(f"closed:{name}", "cccccc", _CLOSED[name]) for name in get_args(CloseReason)),
    )


LABELS = _labels()
"""Every label that Runwright sets or reads: a fixed set, made once."""

PERMISSIONS = (
    Permission("metadata", "read", "every App has it: which repository this is, and who may do what in it"),
    Permission("contents", "write", "to read main, and to write branches below runwright/ and nothing else"),
    Permission("pull_requests", "write", "to open proposals, keep their text up to date, and ask for reviewers"),
    Permission("issues", "write", "labels and comments of a pull request are those of an issue"),
    Permission("checks", "write", "to show the replay at the lines of the change"),
    Permission("statuses", "write", "where a check run is not to be had, its result is a commit status"),
    Permission("actions", "read", "to see whether the checks ran"),
)
"""What the bot's App may do in the repository; more is a danger, and less does not work."""
SETUP_PERMISSIONS = (
    Permission("administration", "write", "rulesets, branch protection, the environment, what workflows may do"),
    Permission("contents", "write", "the branch of the pull request with the files"),
    Permission("pull_requests", "write", "the pull request with the files"),
    Permission("workflows", "write", "the workflows among the files"),
    Permission("issues", "write", "the labels"),
)
"""What a person's own fine-grained token needs for `runwright github setup`; it can be deleted afterwards."""
RELEASE_PERMISSIONS = (
    Permission("contents", "write", "to push release tags and the branch channels, and to publish the notes"),
    Permission("pull_requests", "read", "to see who approved what"),
    Permission("issues", "read", "to see whether a pull request was pointed at another base"),
    Permission("checks", "read", "to see which checks were green"),
    Permission("statuses", "read", "where a check is a commit status"),
    Permission("members", "read", "of the organisation, only where CODEOWNERS names teams"),
)
"""What the App that pushes releases may do, where there is one."""
HARMFUL: dict[str, str] = {
    "administration": "it could switch the rules of main off",
    "workflows": "it could change what checks its own proposals",
    "secrets": "it could replace the key that signs releases",
    "environments": "it could open the environment that holds the release key",
    "members": "",
}
"""Permissions that the bot must not have, and why; an empty reason means that reading it does no harm."""

EVENTS: dict[str, str] = {
    "pull_request": "a proposal was merged, closed, labelled or changed",
    "pull_request_review": "a person decided",
    "issue_comment": "a person said something",
    "push": "main or a tag moved",
    "check_suite": "the checks of a proposal ended",
    "workflow_run": "a workflow ended",
}
"""The events that the App subscribes to."""

CHECKS = ("validate", "replay", "runwright")
"""The checks that main requires: the two workflows by the names of their jobs, and the report about both."""
CHECK_FILES: dict[str, str] = {"validate": "validate.yml", "replay": "replay.yml", "runwright": "report.yml"}
"""Which workflow sets which check: none may be required before its workflow is on main, or nothing could be merged."""
WORKFLOWS = ("validate.yml", "replay.yml", "report.yml", "release.yml", "stale.yml")
BOT_BRANCHES = "runwright"
"""The folder of branches that the bot writes."""
RELEASE_TAGS = "rules-v*"
BASE = "main"
"""The branch that is reviewed and released; another default branch is not known anywhere in Runwright."""
RENAME = "rename it to main in the repository's settings, Default branch; GitHub leads what knew the old name there"
CHANNELS = "channels"
ENVIRONMENT = "release"
CODEOWNERS_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks, in this order; the first one that is there counts alone."""
OWNED = ("runbooks/", "rules/", "tests/recordings/", "guard/", "runwright.toml", ".github/")
"""What must have an owner."""
