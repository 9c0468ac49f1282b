"""How fast Executions are taken, against the same door that keeps nothing and against a commit for each post.

Each is a server of its own on the same machine, asked in turn by wrk for a few seconds; the medians count.

All three are the product's own server: the same program, settings, door, token, looks at the body and answer. The one
that keeps nothing lacks the store alone. The one that commits for each post stores by the same function, in a
transaction on a connection of the pool, as everything else here is written, as many at a time as there are posts: so
PostgreSQL flushes several of its commits at once, too. Figures mean something on an idle machine alone.
"""

from __future__ import annotations

import json
import re
import signal
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from runwright.adapters.store.access import Accesses
from runwright.cli.service_wiring import clock, open_database
from runwright.model.telemetry import execution_data, parse_execution
from runwright.service.tokens import hash_token
from tests.support.postgres import postgres
from tests.support.service_site import ROOT, SITE, environment, failed_run, make_service

ROUNDS, SECONDS, CONNECTIONS = 5, 2, 32
INBOXES = ("nowhere", "together", "alone")
MANY = 20
SIZE = 4_096
TOKEN = "rw_agent_" + "b" * 43
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Pace:
    """What wrk saw in one round."""

    requests: float
    """A second."""
    p99: float
    """Milliseconds."""


@dataclass(frozen=True)
class Medians:
    """What counts of the rounds of one server."""

    requests: float
    p99: float


def execution() -> dict[str, object]:
    """A run of 4 KB that went well, as an agent sends it most of the time: a step, and the facts before and after."""
    run = failed_run("NAME", success=True, status="success", verification_passed=True, error_message=None)
    step = {**run["executed_steps"][0], "outcome": "success", "exit_code": 0, "error": None}
    facts = {**run["state_before"]}
    more = {"executed_steps": [step], "incident_id": "NAME", "hostname": "nvdc01", "error_step": None}
    sent: dict[str, object] = {}
    while len(json.dumps({"site_id": SITE, "execution": sent})) < SIZE:
        facts[f"services.unit-{len(facts):02}.state"] = "running"
        run = {**run, **more, "state_before": facts, "state_after": facts}
        sent = execution_data(parse_execution(run))  # as the agent writes it
    return sent


def script(folder: Path, count: int) -> Path:
    """What wrk sends: each Execution has an id of its own, in all rounds and threads."""
    one = json.dumps(execution())
    lua = f"""
local threads = 0
function setup(thread) thread:set("id", threads); threads = threads + 1 end
function init(args) round = args[1] or args[0]; n = 0
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer {TOKEN}" end
local head, tail = [==[{{"site_id": "{SITE}", "executions": []==], "]}}"
local parts = {{}}
for part in ([==[{one}]==] .. "NAME"):gmatch("(.-)NAME") do parts[#parts + 1] = part end
function request()
  local items = {{}}
  for i = 1, {count} do n = n + 1
    items[i] = table.concat(parts, "exec-" .. round .. "-" .. id .. "-" .. n) end
  return wrk.format(nil, nil, nil, head .. table.concat(items, ",") .. tail)
end
"""
    path = folder / f"post-{count}.lua"
    path.write_text(lua)
    return path


@contextmanager
def server(folder: Path, url: str, inbox: str) -> Iterator[str]:
    """One server with a token of its site; gives its address."""
    database = open_database(url)
    Accesses(database).grant(hash_token(TOKEN), "agent", SITE, clock())
    database.close()
    words = [sys.executable, "-m", "tests.support.ingest_server", str(folder), url, inbox]
    env = {**environment(), "PYTHONPATH": f"{ROOT / 'tools'}:{ROOT}"}
    with (folder / f"{inbox}.log").open("ab") as log:
        process = subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, (folder / f"{inbox}.log").read_text()[-2000:]
        yield json.loads(line)["url"]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()


def asked(url: str, lua: Path, name: str) -> Pace:
    """One round of wrk; every answer must be that it was taken."""
    words = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout", "20s", "--latency", "-s", str(lua)]
    said = subprocess.run(
        [*words, f"{url}/api/agent/executions", "--", name], check=True, capture_output=True, text=True, timeout=90
    ).stdout
    assert "Non-2xx" not in said, said
    assert "Socket errors" not in said, said
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    requests = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert p99, said
    assert requests, said
    return Pace(float(requests[1]), float(p99[1]) * _UNITS[p99[2]])


def measured(urls: dict[str, str], lua: Path) -> dict[str, Medians]:
    """The medians of each server; they take turns, so that the machine's moods are the same for all."""
    paces: dict[str, list[Pace]] = {inbox: [] for inbox in urls}
    for number in range(ROUNDS + 1):
        for inbox, url in urls.items():
            paces[inbox].append(asked(url, lua, f"{lua.stem}-{inbox}-{number}"))
    paces = {inbox: seen[1:] for inbox, seen in paces.items()}  # the first round warms up
    return {
        inbox: Medians(statistics.median(pace.requests for pace in seen), statistics.median(pace.p99 for pace in seen))
        for inbox, seen in paces.items()
    }


@dataclass(frozen=True)
class Paces:
    """What was measured on one kind of database."""

    one: dict[str, Medians]
    """One Execution a post."""
    many: dict[str, Medians]
    """Twenty a post."""


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgres-server"))]
)
def paces(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paces]:
    """Measure all of it once a database; each server has a database of its own."""
    folder = tmp_path_factory.mktemp("ingest")
    make_service(folder)
    with ExitStack() as stack:
        if request.param == "sqlite":
            urls = {inbox: f"sqlite:///{folder / inbox}.sqlite3" for inbox in INBOXES}
        else:
            made = stack.enter_context(postgres(durable=True))
            urls = {inbox: made.new_database() for inbox in INBOXES}
        running = {inbox: stack.enter_context(server(folder, url, inbox)) for inbox, url in urls.items()}
        yield Paces(
            measured(running, script(folder, 1)),
            measured({"together": running["together"]}, script(folder, MANY)),
        )


@pytest.mark.needs("wrk")
def test_an_acknowledged_execution_is_durable_at_little_cost(paces: Paces) -> None:
    nowhere, together, alone = (paces.one[inbox] for inbox in INBOXES)
    many = paces.many["together"]
    ratios = {
        "of the requests without storage": together.requests / nowhere.requests,
        "times a commit for each": together.requests / alone.requests,
        "of its p99": together.p99 / alone.p99,
        "times its records in batches of 20": many.requests * MANY / alone.requests,
    }
    print(f"\n{nowhere.requests:.0f}/s kept nowhere, {together.requests:.0f}/s together, {alone.requests:.0f}/s alone")
    print("; ".join(f"{ratio:.2f} {what}" for what, ratio in ratios.items()))
    assert ratios["of the requests without storage"] >= 0.6
    assert ratios["times a commit for each"] >= 2.5
    assert ratios["of its p99"] <= 0.7
    assert ratios["times its records in batches of 20"] >= 3.5
