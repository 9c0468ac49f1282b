"""A service on a repository at GitHub that is killed and disturbed between its writes: one pull request a cause."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.faults import SETTINGS, SITES, Agents, await_done, library_of, verdict, workload
from tests.support.github.site import GitHubSite
from tests.support.hosted_service import HostedService, make_hosted
from tests.support.postgres import Postgres
from tests.support.until import until

pytestmark = pytest.mark.needs("github-server")
POINTS = (
    "pull_begun",
    "objects_written",
    "references_moved",
    "hosted_written/pull",
    "hosted_written/reviewers",
    "hosted_written/labels",
    "pull_opened",
    "hosted_written/comment",
)
KILLS, PASSAGES = 3, 40


@pytest.fixture
def replica(github_site: GitHubSite, tmp_path: Path) -> Iterator[HostedService]:
    made = make_hosted(github_site, tmp_path, library_of(6), SETTINGS.encode())
    for site in SITES:
        made.token(site)
    yield made
    made.close()


def test_a_github_that_fails_before_and_after_each_write_is_asked_again_and_keeps_one_of_each(
    replica: HostedService,
) -> None:
    chance, agents = random.Random(3), Agents(lambda: replica)
    replica.start(",".join(f"raise@{point}:1" for point in POINTS))
    agents.send(workload(chance, range(2), each=3))
    await_done(replica, agents)
    until(lambda: set(replica.faults("raise")) == set(POINTS), timeout=180, what="it failed at every point")
    assert verdict(replica, agents.history) == []


def test_killed_at_random_between_its_writes_nothing_is_lost_and_nothing_is_opened_twice(
    replica: HostedService,
) -> None:
    chance, agents = random.Random(5), Agents(lambda: replica)
    for life in range(KILLS):
        agents.send(workload(chance, [life], each=2))
        replica.start(f"*:{chance.randint(10, PASSAGES)}")
        until(lambda: not replica.alive() or replica.is_done(agents), timeout=60, what="it is killed or done")
        replica.kill()
    replica.start()
    await_done(replica, agents)
    assert verdict(replica, agents.history) == []


@pytest.mark.needs("postgres-server")
def test_what_one_replica_leaves_between_two_writes_another_one_with_a_mirror_of_its_own_finishes(
    replica: HostedService, postgres_server: Postgres, tmp_path: Path
) -> None:
    key = tmp_path / "redaction-key"
    key.write_text("the same for all replicas")
    first = replace(
        replica,
        server=postgres_server,
        database_url=postgres_server.new_database(),
        tokens={},
        more={"RUNWRIGHT_REDACTION_KEY": str(key)},
    )
    second = replace(first, name="b")
    for site in SITES:
        first.token(site)
    agents = Agents(lambda: second if second.url else first)
    try:
        first.start("hosted_written/pull")
        agents.send(workload(random.Random(7), range(2), each=2))
        until(lambda: not first.alive(), timeout=60, what="the first one is killed")
        first.end()
        second.start()
        await_done(second, agents)
        assert verdict(second, agents.history) == []
        assert all("runwright" in pull.labels for pull in second.pulls())
    finally:
        first.close()
        second.close()
