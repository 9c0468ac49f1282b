"""Whether the rest is in place: webhook, workflows, owners, labels, environment, published keys, GitHub's clock.

Judges facts alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from runwright.checks.hosting.diagnosis import Diagnosis, good, unknown, wrong
from runwright.checks.hosting.facts import GitHubFacts, Hook, NotTold
from runwright.checks.hosting.judge_release import SIGNERS, judge_channels, judge_key
from runwright.checks.hosting.judge_rules import AS_ADMIN, SETUP
from runwright.checks.hosting.owners import fewest_owners, owners_text, uncovered
from runwright.checks.hosting.wanted import BASE, CHECK_FILES, ENVIRONMENT, EVENTS, LABELS, RENAME, WORKFLOWS
from runwright.errors import ContentError

SLOW_CLOCK = 60
"""So many seconds may this clock differ from GitHub's: an App's signature is refused when it comes from the future."""

ENOUGH = 3
"""So many people must own something for each of them to change it, however high the risk."""


def judge_site(facts: GitHubFacts) -> Iterator[Diagnosis]:
    """Everything beside the bot and the rules."""
    if facts.branch != BASE:
        told = f"the default branch is {facts.branch}; what the service reads and what is released is {BASE}"
        yield wrong("branch", told, RENAME)
    yield from _hooks(facts)
    yield from _workflows(facts)
    yield _actions(facts)
    yield from _owners(facts)
    yield _labels(facts)
    yield _environment(facts)
    yield _key(facts)
    signers = None if isinstance(facts.files, NotTold) else facts.files.get(SIGNERS)
    yield from judge_channels(facts.channels, signers, facts.at)
    yield _clock(facts)


def _hooks(facts: GitHubFacts) -> Iterator[Diagnosis]:
    key = "webhook"
    if isinstance(facts.hooks, NotTold):
        yield unknown(
            key, facts.hooks.why, "look at the App's page Advanced; without it changes are seen every 10 minutes"
        )
        return
    active = [hook for hook in facts.hooks if hook.active]
    if not active:
        do = "give the App the address of POST /webhooks/github; until then changes are seen every 10 minutes"
        yield wrong(key, "no webhook tells the service anything", do)
        return
    for hook in active:
        yield _hook(hook)
        yield _events(facts, hook)
        yield _delivered(hook)


def _hook(hook: Hook) -> Diagnosis:
    key = "webhook"
    if not hook.has_secret:
        return wrong(key, "the webhook has no secret, so the service refuses all that it sends", "set one at both ends")
    if hook.content_type != "json":
        return wrong(
            key, f"the webhook sends {hook.content_type}; the service takes JSON alone", "choose application/json"
        )
    if not hook.verified:
        return wrong(key, "the webhook does not check the service's certificate", "switch SSL verification on")
    if not hook.url.startswith("https://"):
        return wrong(key, "the webhook's address is not https://", "put the service behind TLS and correct the address")
    return good(key, f"the {'App' if hook.of_app else 'repository'}'s webhook is active and signed")


def _events(facts: GitHubFacts, hook: Hook) -> Diagnosis:
    key, told = "webhook.events", facts.bot.events
    events = told if hook.of_app and not isinstance(told, NotTold) else hook.events
    if hook.of_app and isinstance(told, NotTold):
        return unknown(key, told.why, "look at the App's page Permissions & events")
    missing = [name for name in EVENTS if name not in events and "*" not in events]
    if missing:
        return wrong(
            key,
            f"the webhook does not tell of {', '.join(missing)}",
            "tick them on the App's page Permissions & events",
        )
    return good(key, f"the webhook tells of all {len(EVENTS)} events")


def _delivered(hook: Hook) -> Diagnosis:
    key = "webhook.delivered"
    if isinstance(hook.deliveries, NotTold):
        return unknown(key, hook.deliveries.why, "look at the App's page Advanced, Recent deliveries")
    if not hook.deliveries:
        return unknown(key, "nothing was delivered yet", "open any pull request, or press Redeliver on a ping")
    moment, status = hook.deliveries[0]
    failed = sum(not 200 <= status < 300 for _, status in hook.deliveries)
    if not 200 <= status < 300:
        what = f"with {status}" if status else "without an answer"
        told = (
            f"the last delivery of {moment:%Y-%m-%d %H:%M} UTC ended {what}; {failed} of {len(hook.deliveries)} failed"
        )
        return wrong(key, told, "see that the service is up and reachable from GitHub, and that both have one secret")
    return good(key, f"the last delivery arrived; {failed} of the last {len(hook.deliveries)} failed")


def _workflows(facts: GitHubFacts) -> Iterator[Diagnosis]:
    if isinstance(facts.workflows, NotTold):
        yield unknown("workflows", facts.workflows.why, AS_ADMIN)
        return
    missing = [name for name in WORKFLOWS if name not in facts.workflows]
    asleep = [
        f"{name} ({state})"
        for name, state in sorted(facts.workflows.items())
        if state != "active" and name in WORKFLOWS
    ]
    if missing:
        used = [name for name in missing if name in CHECK_FILES.values()]
        do = f"{SETUP}; {', '.join(used)} set required checks" if used else SETUP
        yield wrong("workflows", f"there is no {', '.join(missing)} on {facts.branch}", do)
    if asleep:
        yield wrong("workflows.enabled", f"switched off: {', '.join(asleep)}", "enable them on the page Actions")
    if not missing and not asleep:
        yield good("workflows", f"all {len(WORKFLOWS)} workflows are there and enabled")


def _actions(facts: GitHubFacts) -> Diagnosis:
    key, rights = "actions", facts.actions
    if isinstance(rights, NotTold):
        return unknown(key, rights.why, AS_ADMIN)
    if rights.may_approve:
        return wrong(key, "workflows may approve pull requests, which is an approval by nobody", SETUP)
    if rights.default_write:
        return wrong(key, "workflows may write unless they say otherwise", SETUP)
    return good(key, "workflows read by default, and approve nothing")


def _owners(facts: GitHubFacts) -> Iterator[Diagnosis]:
    key = "owners"
    if isinstance(facts.files, NotTold):
        yield unknown(key, facts.files.why, "give the token the right to read contents")
        return
    found = owners_text(facts.files)
    if found is None:
        yield wrong(key, "there is no CODEOWNERS, so nobody is asked", SETUP + ", with --owner")
        return
    yield covered(key, *found)
    yield people(*found)
    yield _owners_errors(facts)


def covered(key: str, path: str, text: str) -> Diagnosis:
    """Whether a CODEOWNERS names somebody for everything that counts."""
    try:
        open_paths = uncovered(text, path)
    except ContentError as error:
        return wrong(key, str(error), "correct the line")
    if open_paths:
        return wrong(key, f"{path} names no owner for {', '.join(open_paths)}", "add a line for each")
    return good(key, f"{path} names an owner for everything that counts")


def people(path: str, text: str) -> Diagnosis:
    """Whether enough people own what counts: a change of high risk needs two who did not write it."""
    key = "owners.people"
    try:
        fewest, where = fewest_owners(text, path)
    except ContentError as error:
        return wrong(key, str(error), "correct the line")
    if fewest is None:
        return unknown(key, f"how many people are in the teams that {path} names is not counted", "see that it is 3")
    if fewest >= ENOUGH:
        return good(key, f"{path} names {fewest} people or more for everything that counts")
    told = f"{path} names {'one person' if fewest == 1 else f'{fewest} people'} for {where}"
    if fewest == ENOUGH - 1:
        lacks = "a change of high risk that one of them writes cannot be merged"
        return unknown(key, f"{told}: enough for the bot's proposals, but {lacks}", "name a third person, or a team")
    return wrong(key, f"{told}: a change of high risk needs two who did not write it", "name three people, or a team")


def _owners_errors(facts: GitHubFacts) -> Diagnosis:
    key, errors = "owners.errors", facts.owners_errors
    if isinstance(errors, NotTold):
        return unknown(key, errors.why, "open CODEOWNERS at GitHub, which marks wrong lines")
    if errors:
        told = "; ".join(f"{one.path}:{one.line}: {one.message}" for one in errors[:5])
        return wrong(
            key, f"GitHub cannot use {len(errors)} lines: {told}", "owners need write access; correct the lines"
        )
    return good(key, "GitHub finds no mistake in CODEOWNERS")


def _labels(facts: GitHubFacts) -> Diagnosis:
    if isinstance(facts.labels, NotTold):
        return unknown("labels", facts.labels.why, AS_ADMIN)
    there = {name.casefold() for name in facts.labels}
    missing = [label.name for label in LABELS if label.name.casefold() not in there]
    if missing:
        return wrong("labels", f"missing: {', '.join(missing)}", SETUP)
    return good("labels", f"all {len(LABELS)} labels are there")


def _environment(facts: GitHubFacts) -> Diagnosis:
    key, there = "environment", facts.environment
    if isinstance(there, NotTold):
        return unknown(key, there.why, AS_ADMIN)
    if there is None:
        told = f"there is no environment {ENVIRONMENT}; a release key kept elsewhere is open to every workflow"
        return wrong(key, told, SETUP)
    if there.branches is None or set(there.branches) - {facts.branch}:
        where = "any branch" if there.branches is None else ", ".join(there.branches)
        return wrong(key, f"{where} may use the environment {ENVIRONMENT}, and so the release key", SETUP)
    if there.reviewers and there.self_review:
        told = f"who starts a run may agree to it alone, though {', '.join(there.reviewers)} are asked"
        return wrong(key, told, f"tick Prevent self-review on the page of the environment {ENVIRONMENT}")
    asked = f", after {', '.join(there.reviewers)} agreed" if there.reviewers else ", without anybody being asked"
    return good(key, f"only {facts.branch} uses the release key{asked}")


def _key(facts: GitHubFacts) -> Diagnosis:
    if isinstance(facts.files, NotTold):
        return unknown("release.key", facts.files.why, "give the token the right to read contents")
    return judge_key(facts.files.get(SIGNERS), facts.at)


def _clock(facts: GitHubFacts) -> Diagnosis:
    key = "clock.github"
    if facts.clock is None:
        return unknown(key, "GitHub did not say what time it is", "see that this machine's clock is synchronised")
    apart = abs((facts.at - facts.clock).total_seconds())
    if apart > SLOW_CLOCK:
        return wrong(key, f"this clock and GitHub's differ by {apart:.0f} s", "synchronise this machine's clock")
    return good(key, f"this clock and GitHub's differ by {apart:.0f} s")
