"""What the doctor finds at a forge: at GitHub with the tokens that are there, or in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from runwright.errors import ContentError, EdgeError, RunwrightError

if TYPE_CHECKING:
    from runwright.adapters.forge_github import Connection
    from runwright.adapters.git_repository import GitRepository
    from runwright.checks.hosting.diagnosis import Diagnosis
    from runwright.checks.hosting.facts import GitHubFacts

MAIN, CHANNELS = "refs/heads/main", "refs/heads/channels"


@dataclass(frozen=True)
class Seen:
    """What was found, and the allowed signers that are published."""

    found: tuple[Diagnosis, ...]
    signers: str | None = None


def of_github(repository: str) -> Seen:
    """Everything about a repository at GitHub; where nobody may look, that is what is wrong."""
    try:
        connections, with_bot = _connections(repository, os.environ)
    except ContentError as error:
        return Seen((_unreached(error),))
    try:
        return _seen(connections, with_bot)
    except (ContentError, EdgeError) as error:
        return Seen((*_speaker(connections[0], with_bot), _unreached(error)))


def _seen(connections: tuple[Connection, ...], with_bot: bool) -> Seen:
    from runwright.adapters.forge_github.inspecting import facts_of
    from runwright.checks.hosting.facts import NotTold
    from runwright.checks.hosting.judge_release import SIGNERS
    from runwright.cli.wiring import now

    facts = facts_of(connections, _paths(), now(), with_bot=with_bot)
    signers = None if isinstance(facts.files, NotTold) else facts.files.get(SIGNERS)
    found = (*_judged(facts), *_secret(with_bot, os.environ))
    return Seen(tuple(replace(one, do=_named(one.do, facts.repository)) for one in found), signers)


def _named(do: str, repository: str) -> str:
    """Commands that can be typed as they stand."""
    return do.replace("runwright github setup", f"runwright github setup --forge github:{repository}")


def _secret(with_bot: bool, environ: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Whether a service with these variables would take webhooks."""
    from runwright.checks.hosting.diagnosis import good, unknown
    from runwright.cli.service_github import SECRET

    if with_bot and environ.get(SECRET):
        yield good("webhook.taken", f"{SECRET} is set, so a service started like this takes webhooks")
    elif with_bot:
        told = f"{SECRET} is not set here; a service without it takes no webhook, and sees changes a minute later"
        yield unknown("webhook.taken", told, "set it as for the service, and look again")


def _unreached(error: RunwrightError) -> Diagnosis:
    from runwright.checks.hosting.diagnosis import wrong

    return wrong("github", str(error), _remedy(error))


def _remedy(error: RunwrightError) -> str:
    """What helps against not getting in."""
    from runwright.adapters.forge_github.refusals import Forbidden, Missing

    if isinstance(error, ContentError):
        return (
            "set RUNWRIGHT_GITHUB_APP_ID and _APP_KEY, or RUNWRIGHT_GITHUB_TOKEN, as .github/SETUP.md says; look again"
        )
    if isinstance(error, Missing):
        return "check the name after github:, and that the App is installed there or the token may see the repository"
    if isinstance(error, Forbidden):
        return "make a new token, or check that the App's number and its key belong together, and look again"
    return "check the network, a proxy and RUNWRIGHT_GITHUB_API, and look again"


def _speaker(bot: Connection, with_bot: bool) -> tuple[Diagnosis, ...]:
    """What an App says of itself by its key, where its tokens are refused: mostly that it lacks a permission."""
    from runwright.adapters.forge_github.speaking import speaker_of
    from runwright.checks.hosting.judge_bot import judge_speaker

    if not with_bot or bot.credentials.kind != "app":
        return ()
    try:
        return tuple(judge_speaker(speaker_of(bot)))
    except EdgeError:
        return ()


def _judged(facts: GitHubFacts) -> Iterator[Diagnosis]:
    from runwright.checks.hosting.judge_bot import judge_bot
    from runwright.checks.hosting.judge_rules import judge_rules
    from runwright.checks.hosting.judge_site import judge_site

    yield from judge_bot(facts)
    yield from judge_rules(facts)
    yield from judge_site(facts)


def _paths() -> tuple[str, ...]:
    from runwright.checks.hosting.judge_release import SIGNERS
    from runwright.checks.hosting.wanted import CODEOWNERS_PLACES
    from runwright.model.policy import FILE

    return (*CODEOWNERS_PLACES, SIGNERS, FILE)


def _connections(repository: str, environ: Mapping[str, str]) -> tuple[tuple[Connection, ...], bool]:
    """The bot's connection, and a person's beside it, who sees more; whether the first one is the bot's."""
    from runwright.cli.github_person import person
    from runwright.cli.github_wiring import APP_ID, APP_KEY, TOKEN, connect

    is_app = bool(environ.get(APP_ID) or environ.get(APP_KEY))
    if not is_app and environ.get(TOKEN):
        return (connect(repository, environ),), True
    try:
        others: tuple[Connection, ...] = (person(repository, environ),)
    except ContentError:
        if not is_app:
            raise
        others = ()
    return ((connect(repository, environ), *others), True) if is_app else (others, False)


def of_folder(forge: Path) -> Seen:
    """Everything about a forge in a folder."""
    from runwright.adapters.git_repository import GitRepository
    from runwright.checks.hosting.diagnosis import wrong
    from runwright.checks.hosting.judge_forge import judge_forge
    from runwright.checks.hosting.judge_release import SIGNERS
    from runwright.cli.wiring import now

    repository = GitRepository(forge)
    try:
        main = repository.resolve(MAIN)
        if main is None:
            return Seen((wrong("forge", f"{forge} has no branch main", "push the first commit to it"),))
        files = dict(_texts(repository, main))
        channels = _channels(repository)
    except EdgeError as error:
        return Seen((wrong("forge", str(error), "give --forge a bare Git repository"),))
    return Seen(tuple(judge_forge(files, channels, now())), files.get(SIGNERS))


def _texts(repository: GitRepository, commit: str) -> Iterator[tuple[str, str]]:
    for path in _paths():
        data = repository.read_file(commit, path)
        if data is not None:
            yield path, data.decode("utf-8", "replace")


def _channels(repository: GitRepository) -> dict[str, bytes]:
    tip = repository.resolve(CHANNELS)
    files = repository.read_files(tip) if tip is not None else {}
    return {path: data for path, data in files.items() if path.endswith((".json", ".json.sig")) and "/" not in path}
