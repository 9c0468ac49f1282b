"""Joins `runwright release` with a repository at GitHub: a mirror, GitHub's word on who approved, our own checks.

A check at GitHub can be set by whoever may run a workflow there, so what is released is validated and replayed again
here, by the code that releases it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runwright.errors import ContentError

if TYPE_CHECKING:
    from runwright.adapters.forge_github import Connection
    from runwright.adapters.git_repository import GitRepository
    from runwright.adapters.release_git import Attested
    from runwright.adapters.release_published import LastTag
    from runwright.adapters.release_remote import RemoteReleases

TEAMS = "members"
"""The right to see who is in a team; an App of a person's account cannot have it."""


@contextmanager
def github_releases(repository: str, mirror: Path | None, environ: Mapping[str, str]) -> Iterator[RemoteReleases]:
    """Give the releases of a repository at GitHub; without a folder for the mirror, it is thrown away at the end."""
    from runwright.adapters.git_repository import GitRepository
    from runwright.adapters.release_remote import Remote, RemoteReleases

    connection = _connected(repository, environ)
    with tempfile.TemporaryDirectory(prefix="runwright-") as folder:
        # In a folder of its own: what is gone at GitHub goes from the mirror, which must be nobody else's repository.
        bare = GitRepository.init_bare((mirror or Path(folder)) / "mirror.git")
        remote = Remote(connection.place.git_url, connection.credentials.token)
        judge, announce = partial(_judge, connection, bare), partial(_announce, connection, bare)
        yield RemoteReleases(bare, remote, judge, announce, _tell)


def _tell(doing: str) -> None:
    """Say on a terminal what takes a while, and nothing anywhere else."""
    if sys.stderr.isatty():
        click.echo(f"{doing} …", err=True)


def _connected(repository: str, environ: Mapping[str, str]) -> Connection:
    """Speak with what a release needs, and with a look at teams where the App has that."""
    from runwright.adapters.forge_github import Forbidden, Unprocessable
    from runwright.checks.hosting.wanted import RELEASE_PERMISSIONS
    from runwright.cli.github_wiring import connect

    rights = {"metadata": "read", **{one.name: one.level for one in RELEASE_PERMISSIONS if one.name != TEAMS}}
    connection = connect(repository, environ, rights | {TEAMS: "read"})
    try:
        connection.credentials.token()
    except (Forbidden, Unprocessable):
        # GitHub gives no token with a right that the App was not given.
        return connect(repository, environ, rights)
    return connection


def _judge(connection: Connection, mirror: GitRepository, since: str, until: str) -> tuple[Attested, ...]:
    """Say who approved what, and refuse what our own checks do not pass."""
    from runwright.adapters.change_risk import risk_of
    from runwright.adapters.forge_github.provenance import Provenance
    from runwright.release.hosted_line import hosted_approvals

    _tell("asking GitHub who approved what")
    hosting = Provenance(connection, mirror).hosting(since, until)
    approvals = hosted_approvals(mirror, hosting, since, until, partial(risk_of, mirror))
    _tell("validating and replaying main")
    check_content(mirror.path, since, until)
    return approvals


def check_content(repo: Path, since: str, until: str) -> None:
    """Refuse (ContentError) what is not valid, or what replay does not let pass; both are commits."""
    from runwright.cli.changed import at
    from runwright.cli.sides import sides_of
    from runwright.replay.gate import Change, replay_change

    findings, _ = at(repo, until, since, None, 1)
    wrong = [finding for finding in findings if finding.severity == "error"]
    if wrong:
        first = wrong[0]
        raise ContentError(f"main is not valid, so it is not released: {first.message}", path=first.path)
    sides = sides_of(repo, since, until)
    # What stands on main passed with its own labels before; here only a regression stops it.
    report = replay_change(Change(sides.base, sides.head, since, until, frozenset({"needs-staging"})))
    if not report.passed:
        raise ContentError(f"main does not pass replay, so it is not released: {report.headline}")


def _announce(connection: Connection, mirror: GitRepository, last: LastTag) -> bool:
    from runwright.adapters.forge_github.releases import ensure_page, page_of
    from runwright.release.notes import notes_of

    if page_of(connection, last.tag.name) is not None:
        return False
    return ensure_page(connection, last.tag.name, notes_of(last.tag, _changes(mirror, last)))


def _changes(mirror: GitRepository, last: LastTag) -> list[str]:
    """What changed in meaning since the release before, a line each; values stand in code that they cannot leave."""
    from runwright.checks.difference.content import Trees
    from runwright.corpus.corpus import read_corpus
    from runwright.corpus.layout import RULES, RUNBOOKS, SETTINGS
    from runwright.model.release import tag_name
    from runwright.release.objects import parse_tag
    from runwright.replay.telling import code

    before = mirror.resolve(f"refs/tags/{tag_name(last.seq - 1)}") if last.seq > 1 else None
    if before is None:
        return []
    commits = (parse_tag(mirror.read_object(before).data).target, last.tag.target)
    trees = Trees(*(read_corpus(mirror.read_files(commit, RUNBOOKS, RULES, *SETTINGS)) for commit in commits))
    lines: list[str] = []
    for found in trees.differences():
        lines += [f"- **{found.id}** (risk {found.risk})", *(f"  - {code(change.text)}" for change in found.changes)]
    return lines
