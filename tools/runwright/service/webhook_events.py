"""Which webhooks of GitHub are heeded, and where each says that something changed.

A payload is a hint and no more: a few of its fields are read, each may be missing or of another kind, and what is true
is asked of the source afterwards. Fields come and go, so no payload is ever refused for its shape.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from runwright.model.delivery import Delivery

ANY = frozenset[str]()
"""Every action of an event, and none."""
HEEDED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "pull_request": frozenset(
            {
                "opened",
                "closed",
                "reopened",
                "synchronize",
                "labeled",
                "unlabeled",
                "edited",
                "ready_for_review",
                "enqueued",
                "dequeued",
            }
        ),
        "pull_request_review": frozenset({"submitted", "edited", "dismissed"}),
        "issue_comment": frozenset({"created", "edited", "deleted"}),
        "push": ANY,
        "check_suite": frozenset({"completed"}),
        "workflow_run": frozenset({"completed"}),
        "installation": ANY,
        "installation_repositories": ANY,
    }
)
"""The events that make the service look, with their actions; `ping`, `merge_group` and all others are only answered."""
MOST_PULLS = 20
_NAME = re.compile(r"[a-z_]{1,64}")
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def delivery_of(id_: str, event: str, payload: Mapping[str, Any], repository: str) -> Delivery | None:
    """What a payload hints at; None where it is not about this repository, or of no interest."""
    action = payload.get("action")
    action = action if isinstance(action, str) and _NAME.fullmatch(action) else ""
    heeded = HEEDED.get(event)
    if heeded is None or (heeded and action not in heeded) or not _is_here(event, payload, repository):
        return None
    numbers = _numbers(event, payload)
    if event == "issue_comment" and not numbers:
        return None  # about an issue that is no pull request
    return Delivery(id_, event, action, repository, numbers, _sha(event, payload))


def _is_here(event: str, payload: Mapping[str, Any], repository: str) -> bool:
    """Whether it is about this repository; what is about the installation names none."""
    name = _at(payload, "repository", "full_name")
    if name is None and event.startswith("installation"):
        return True
    return isinstance(name, str) and name.casefold() == repository.casefold()


def _numbers(event: str, payload: Mapping[str, Any]) -> tuple[int, ...]:
    """The pull requests that it names."""
    if event == "issue_comment":
        is_pull = isinstance(_at(payload, "issue", "pull_request"), dict)
        return _plain([_at(payload, "issue", "number")]) if is_pull else ()
    if event in {"check_suite", "workflow_run"}:
        listed = _at(payload, event, "pull_requests")
        return _plain([_at(one, "number") for one in listed[:MOST_PULLS]] if isinstance(listed, list) else [])
    return _plain([_at(payload, "pull_request", "number")])


def _sha(event: str, payload: Mapping[str, Any]) -> str:
    found = {
        "push": _at(payload, "after"),
        "check_suite": _at(payload, "check_suite", "head_sha"),
        "workflow_run": _at(payload, "workflow_run", "head_sha"),
    }.get(event, _at(payload, "pull_request", "head", "sha"))
    return found if isinstance(found, str) and _SHA.fullmatch(found) else ""


def _plain(found: list[Any]) -> tuple[int, ...]:
    """Those that can be numbers of pull requests."""
    numbers = (one for one in found if isinstance(one, int) and not isinstance(one, bool) and 0 < one < 2**31)
    return tuple(dict.fromkeys(numbers))


def _at(value: Any, *path: str) -> Any:
    """What stands at a path; None where the way there is not what it should be."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
