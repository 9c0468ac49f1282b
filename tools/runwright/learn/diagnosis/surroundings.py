"""What the facts say of this host and of the others: how it is set up, which versions it has, where else it works."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from runwright.learn.diagnosis.clues import Clue, clue
from runwright.learn.diagnosis.course import Course
from runwright.learn.diagnosis.domains import tokens
from runwright.model.execution import Execution

Facts: TypeAlias = Mapping[str, Any]
MAX_FACTS = 200
MAX_VALUE = 200
COMPARES = re.compile(r"(^|_)(other|others|elsewhere|peer|rest|sibling|hosts?_with)|_hosts$|_hosts_", re.IGNORECASE)
"""The name of a fact about other hosts."""
_WORKS = re.compile(r"(ok|works?|fine|good|healthy|passes|succeeds?|up|reachable|running)\b", re.IGNORECASE)
_EVERYONE = re.compile(r"worked_yesterday|hosts_affected|everywhere|since_today|sites_affected", re.IGNORECASE)
_YESTERDAY = re.compile(r"\b(ok|works?|worked|fine|succeeded|passed|until|still)\b.{0,40}\byesterday", re.IGNORECASE)
_ALIVE = re.compile(r"(up|running|reachable)\b", re.IGNORECASE)
"""That the others are there, which says nothing of what was done on this one."""
_OTHERWISE = re.compile(r"(^|_)(by|via|with|using|from)_[a-z]|manual|interactive|by_hand", re.IGNORECASE)
_PLACES = frozenset(("site", "sites", "url", "urls", "endpoint", "endpoints", "registry", "mirror", "mirrors", "peers"))
_VERSION = re.compile(r"(?<![\d.])v?(\d{1,4})\.\d{1,5}(\.\d{1,6})?\b")
_PATH = re.compile(r"[A-Za-z]:\\|/[A-Za-z]|~/")
"""How a fact begins that is called after a file or a folder."""
_GONE = re.compile(r"(absent|missing|not found|does not exist|no such)\b", re.IGNORECASE)
_OWNED = re.compile(r"\b(gpo|group[ _]policy|mdm|intune|managed[ _]by)\b", re.IGNORECASE)
_NOISE = frozenset(("load1", "load5", "load15", "uptime_h", "uptime", "mem_free_pct"))
_ALWAYS = ("platform.", "agent.")
"""How the facts begin that our own agent tells of every host, so that they say nothing of this failure."""
_HOST_WORDS = (
    "os kernel arch architecture distro distribution locale powershell psversion virtualization init libc glibc openssl"
    " selinux apparmor edition shell python platform release build securityprotocol hardening"
)
_HOST = frozenset(_HOST_WORDS.split())
_KINDS = frozenset(("arch", "architecture", "encoding", "edition", "dialect", "libc"))
"""What has to be the same on both sides."""
_ACCOUNT = frozenset(("logon", "account", "user", "role", "roles", "groups", "group", "identity", "principal"))


def facts_of(run: Execution) -> dict[str, Any]:
    """The facts from before the run, without those that every host reports all the time."""
    kept = list(run.state_before.items())[:MAX_FACTS]
    return {key: value for key, value in kept if key not in _NOISE and not key.startswith(_ALWAYS)}


def clues_of(course: Course) -> Iterator[Clue]:
    """What the facts say of the surroundings."""
    facts = facts_of(course.execution)
    yield from _of_the_host(facts)
    yield from _of_others(facts)
    account = {key: value for key, value in facts.items() if tokens(key) & _ACCOUNT}
    if account:
        yield clue("the facts name the account", account, permission_denied=0.6)


def _of_the_host(facts: Facts) -> Iterator[Clue]:
    host = {key: value for key, value in facts.items() if tokens(key) & _HOST}
    if host:
        yield clue("the facts describe how this host is set up", host, environment_difference=0.8)
    gone = {key: value for key, value in facts.items() if _PATH.match(key) and _GONE.match(str(value)[:MAX_VALUE])}
    owned = {key: value for key, value in facts.items() if _OWNED.search(f"{key} {value}"[:MAX_VALUE])}
    if owned:
        why = "a policy that is kept elsewhere owns what is set here"
        yield clue(why, owned, wrong_runbook=1.2, environment_difference=0.4)
    if gone:
        yield clue("a file or folder is not there", gone, runbook_insufficient=1.8, environment_difference=0.8)
    if differing := _contradicting(facts):
        yield clue("two sides that have to be alike differ", differing, environment_difference=2.0)
    found = {key: _VERSION.search(str(value)[:MAX_VALUE]) for key, value in facts.items()}
    versions = {key: match[1] for key, match in found.items() if match}
    told = {key: facts[key] for key in versions}
    if len(set(versions.values())) > 1:
        why = "the tools on this host have versions that may not fit together"
        yield clue(why, told, environment_difference=1.0)
    elif versions and not host:
        yield clue("the facts name a version", told, environment_difference=0.4)


def _contradicting(facts: Facts) -> dict[str, Any]:
    """The facts that tell of one kind, such as an architecture, and differ."""
    for kind in sorted(_KINDS):
        found = {key: value for key, value in facts.items() if kind in tokens(key) and isinstance(value, str)}
        if len({value.lower() for value in found.values()}) > 1:
            return found
    return {}


def _of_others(facts: Facts) -> Iterator[Clue]:
    works = {key: value for key, value in facts.items() if _WORKS.match(str(value)[:MAX_VALUE])}
    compared = {key: value for key, value in works.items() if COMPARES.search(key)}
    places = {key: value for key, value in compared.items() if tokens(key) & _PLACES}
    hosts = {key: value for key, value in compared.items() if not _ALIVE.match(str(value)[:MAX_VALUE])}
    if places:
        why = "other places outside are reached from here, so it is the one that was asked for"
        yield clue(why, places, external_dependency=1.5)
    elif hosts:
        yield clue("it works on other hosts", hosts, environment_difference=2.0)
    if otherwise := {key: value for key, value in works.items() if _OTHERWISE.search(key)}:
        yield clue("it works here when it is done in another way", otherwise, environment_difference=1.5)
    everyone = {key: value for key, value in facts.items() if _is_everywhere(key, value)}
    if everyone:
        why = "it began everywhere, or without a change here"
        yield clue(why, everyone, external_dependency=2.5, environment_difference=-1.5)


def _is_everywhere(key: str, value: Any) -> bool:
    return bool(_EVERYONE.search(key) or _YESTERDAY.search(str(value)[:MAX_VALUE]))
