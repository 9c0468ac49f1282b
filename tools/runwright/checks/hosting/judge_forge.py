"""Whether a forge in a folder is fit: who may propose, check and decide, who owns what, and what is released.

Pure: the texts of its main come in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from runwright.checks.hosting.diagnosis import Diagnosis, good, wrong
from runwright.checks.hosting.judge_release import SIGNERS, judge_channels, judge_key
from runwright.checks.hosting.judge_site import covered
from runwright.checks.hosting.owners import owners_text
from runwright.errors import ContentError
from runwright.release.signers import CHANNEL, CHECK, DECISION, GIT, PROPOSAL, AllowedSigners, parse_allowed_signers

NEEDED = {PROPOSAL: "the bot", CHECK: "the checks"}
"""What needs a key of its own, and whose it is."""


def judge_forge(files: Mapping[str, str], channels: Mapping[str, bytes], now: datetime) -> Iterator[Diagnosis]:
    """Everything about a forge in a folder, from the files of its main and of its channels."""
    yield from _signers(files.get(SIGNERS))
    found = owners_text(files)
    if found is None:
        yield wrong(
            "owners", "there is no CODEOWNERS, so nobody may approve", "name an owner for everything that counts"
        )
    else:
        yield covered("owners", *found)
    yield judge_key(files.get(SIGNERS), now)
    yield from judge_channels(channels, files.get(SIGNERS), now)


def _signers(text: str | None) -> Iterator[Diagnosis]:
    if text is None:
        yield wrong(
            "signers", f"there is no {SIGNERS} on main, so nobody may do anything", "list every key and its rights"
        )
        return
    try:
        signers = parse_allowed_signers(text, SIGNERS)
    except ContentError as error:
        yield wrong("signers", str(error), "correct the line")
        return
    for namespace, who in NEEDED.items():
        yield _machine(signers, namespace, who)
    yield _people(signers)


def _machine(signers: AllowedSigners, namespace: str, who: str) -> Diagnosis:
    key = f"signers.{namespace.removeprefix('runwright-')}"
    lines = [line for line in signers.lines if namespace in line.namespaces]
    if not lines:
        return wrong(key, f"no key may speak for {who}", f"add one to {SIGNERS} with the namespace {namespace}")
    more = {name for line in lines for name in signers.namespaces_of(line.key)} & {DECISION, GIT, CHANNEL}
    if more:
        told = f"the key of {who} may also sign {', '.join(sorted(more))}"
        return wrong(key, told, "give each its own key: who proposes or checks decides nothing")
    return good(key, f"a key for {who} alone, which decides nothing")


def _people(signers: AllowedSigners) -> Diagnosis:
    people = {name for line in signers.lines if DECISION in line.namespaces for name in line.principals}
    if len(people) < 2:
        told = f"{len(people) or 'nobody'} may decide; a change of high risk needs two who did not write it"
        return wrong("signers.people", told, f"list two people in {SIGNERS} with the namespace {DECISION}")
    return good("signers.people", f"{len(people)} people may decide")
