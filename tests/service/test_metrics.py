"""`/metrics`: numbers for Prometheus, and nothing that names anybody."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runwright.adapters.store.agents import Agents
from runwright.adapters.store.database import Database
from runwright.adapters.store.gauges import Gauges
from runwright.adapters.store.migrate import upgrade
from runwright.model.intake import AgentReport
from tests.support.service_site import SITE, Service, failed_run
from tests.support.until import until

LINE = re.compile(r'runwright_([a-z_]+)(\{[a-z]+="[^"]*"\})? (\d+)')


def scraped(service: Service) -> dict[str, int]:
    """Read the page as Prometheus does: each sample after its HELP and TYPE."""
    page = service.client.request("GET", service.url + "/metrics")
    assert page.status == 200
    assert page.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found: dict[str, int] = {}
    described: set[str] = set()
    for line in page.data.decode().splitlines():
        if line.startswith("# TYPE "):
            name, kind = line.removeprefix("# TYPE ").split()
            assert kind == "gauge"
            described.add(name.removeprefix("runwright_"))
        elif not line.startswith("# HELP "):
            sample = LINE.fullmatch(line)
            assert sample is not None, line
            assert sample[1] in described
            found[sample[1] + (sample[2] or "")] = int(sample[3])
    return found


def test_it_says_what_readyz_says_and_what_waits_without_a_token(fresh: Service) -> None:
    found = scraped(fresh)
    assert {name: found[f'ready{{part="{name}"}}'] for name in ("database", "repository", "worker")} == {
        "database": 1,
        "repository": 1,
        "worker": 1,
    }
    assert (found["executions_waiting"], found["agents"], "hosting_ok" in found) == (0, 0, False)


def test_agents_that_are_behind_or_silent_are_counted(tmp_path: Path) -> None:
    now, database = datetime(2026, 3, 2, 9, tzinfo=UTC), Database(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    upgrade(database)
    agents, gauges = Agents(database), Gauges(database)
    for name, seq, hours in (("newest", 3, 0), ("older", 2, 0), ("none", None, 0), ("gone", 3, 2)):
        agents.report(AgentReport(SITE, name, seq, {}), now - timedelta(hours=hours))
    found = gauges.numbers(now, 3)
    assert {name: found[name] for name in ("agents", "agents_behind", "agents_silent")} == {
        "agents": 4,
        "agents_behind": 2,
        "agents_silent": 1,
    }
    assert gauges.numbers(now, None)["agents_behind"] == 0
    database.close()


def test_what_was_accepted_is_counted_until_its_end(fresh: Service) -> None:
    fresh.post(failed_run("exec-1"))
    until(lambda: scraped(fresh)["executions_waiting"] == 0, timeout=60, what="it came to its end")
    assert scraped(fresh)["failures_open"] == 0


def test_no_site_no_host_and_no_runbook_is_named(fresh: Service) -> None:
    fresh.post(failed_run("exec-1"))
    page = fresh.client.request("GET", fresh.url + "/metrics").data.decode()
    assert SITE not in page
    assert "RB-LIN" not in page


def test_a_database_that_is_away_leaves_numbers_out_and_says_so(fresh: Service) -> None:
    with sqlite3.connect(fresh.folder / "state" / "runwright.sqlite3") as other:
        other.execute("ALTER TABLE agents RENAME TO elsewhere")
    found = scraped(fresh)
    assert "agents" not in found
    assert 'ready{part="database"}' in found


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_it_is_for_reading_alone(service: Service, method: str) -> None:
    assert service.client.request(method, service.url + "/metrics").status == 405
