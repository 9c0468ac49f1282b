"""A real service in a process of its own: its forge, its database, its tokens, and a client for its doors."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3

from runwright.adapters.forge_local import read_pulls
from runwright.cli.access_wiring import granted
from runwright.release.sshkeys import private_key_text
from tests.support.forge import Forge, make_forge
from tests.support.quick_start import Quick, begin, ran
from tests.support.until import until

ROOT = Path(__file__).resolve().parents[2]
RUNBOOK_PATH = "runbooks/linux/RB-LIN-SERVICE-001.yaml"
RUNBOOK = """\
id: RB-LIN-SERVICE-001
name: Start a stopped service
version: 1
platform: linux
incident_types: [service_stopped, service_crash]
description: Starts a stopped service.
params:
  service: {type: string, pattern: '^[A-Za-z0-9@._:-]+$', from: incident.resource}
precheck:
  healthy: {"services.${{ params.service }}.state": running}
steps:
  - id: start
    name: Start the service
    action: service.start
    with: {service: "${{ params.service }}"}
    timeout: 60s
verify:
  method: service_status_check
  settle: 1s
  checks:
    - {when: {"services.${{ params.service }}.state": running}, confidence: 0.95}
"""
LIMITS = b"[proposals]\nper_hour = 60\nopen = 100\nper_approver_a_day = 100\n"
"""More than people want to see in an hour; a test asks for more."""
SITE = "north-valley-dental"


def failed_run(execution_id: str = "exec-0001", web: str = "appointments-web", **more: Any) -> dict[str, Any]:
    """A run that failed because what the service requires does not run; each `web` is a failure of its own."""
    facts: dict[str, Any] = {
        "platform.os": "linux",
        "platform.service_manager": "supervisor",
        f"services.{web}.state": "stopped",
        f"services.{web}.known": True,
        f"services.{web}.requires": ["records-db"],
        "services.records-db.state": "stopped",
        "services.records-db.known": True,
        "services.records-db.requires": [],
    }
    after, error = {**facts, f"services.{web}.state": "failed"}, f"{web}: ERROR (spawn error)"
    step = {"step": "start", "action": "service.start", "params": {"service": web}, "outcome": "failed"}
    return {
        "execution_id": execution_id,
        "runbook_id": "RB-LIN-SERVICE-001",
        "runbook_version": 1,
        "incident_type": "service_stopped",
        "platform": "linux",
        "started_at": "2026-03-02T09:00:00Z",
        "status": "failure",
        "success": False,
        "verification_passed": False,
        "verification_method": "service_status_check",
        "params": {"service": web},
        "state_before": facts,
        "state_after": after,
        "executed_steps": [{**step, "exit_code": 1, "error": error, "state_before": facts, "state_after": after}],
        "error_step": "start",
        "error_message": error,
        **more,
    }


def good_run(execution_id: str) -> dict[str, Any]:
    """The minimal execution that is valid input."""
    return {"execution_id": execution_id, "runbook_id": "RB-LIN-SERVICE-001", "hostname": "nvdc01", "success": True}


@dataclass
class Answer:
    """What the service said."""

    status: int
    data: Any
    headers: Mapping[str, str]


@dataclass
class Service:
    """The service of one folder; it may be started and killed as often as needed."""

    folder: Path
    forge: Forge
    key: Path
    process: subprocess.Popen[str] | Quick | None = None
    url: str = ""
    starts: int = 0
    tokens: dict[str, str] = field(default_factory=dict)
    client: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(maxsize=64, retries=False, timeout=urllib3.Timeout(60))
    )

    @property
    def database(self) -> Path:
        """The database's file."""
        return self.folder / "state" / "runwright.sqlite3"

    def start(self) -> None:
        """Start the process and wait until it listens."""
        words = ["serve", "--forge", str(self.forge.repository.path), "--key", str(self.key), "--port", "0"]
        words += ["--state", str(self.folder / "state"), "--format", "json"]
        self.starts += 1
        out, log = self.folder / f"service-{self.starts}.out", self.folder / "service.log"
        started = self.process = Quick(begin(words, environment(), out, log), out)
        until(lambda: started.line() or not started.process.is_alive(), what="the service listens or has ended")
        if not started.line():
            self.kill()
            raise AssertionError(log.read_text()[-3000:])
        self.url = json.loads(started.line())["url"]

    def kill(self) -> None:
        """Kill it without warning."""
        self.end(signal.SIGKILL)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; gives the exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(number)
        code = self.process.wait(60)
        if isinstance(self.process, subprocess.Popen) and self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None
        return code

    def close(self) -> None:
        """Leave no process behind."""
        self.kill()
        self.client.clear()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run another verb on the same state."""
        return ran((*words, "--state", str(self.folder / "state")), environment())

    def token(self, site: str | None = SITE) -> str:
        """A site's token, or the reviewer's; granted once."""
        name = site or "reviewer"
        if name not in self.tokens:
            self.tokens[name], _ = granted(self.folder / "state", None, "agent" if site else "reviewer", site)
        return self.tokens[name]

    def ask(self, method: str, path: str, body: Any = None, token: str | None = None, **headers: str) -> Answer:
        """Send one request; a dict becomes JSON, bytes stay as they are."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {self.token() if token is None else token}", **headers}
        got = self.client.request(method, self.url + path, body=data, headers=sent)
        is_json = got.headers.get("content-type", "").startswith("application/json")
        return Answer(got.status, got.json() if is_json else got.data, got.headers)

    def post(self, execution: Mapping[str, Any], site: str = SITE) -> Answer:
        """Send one execution as its site's agent."""
        body = {"site_id": site, "execution": dict(execution)}
        return self.ask("POST", "/api/agent/executions", body, self.token(site))

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Look into the database, past the service."""
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def processor_ticks(self) -> int:
        """How many hundredths of a second its process has computed."""
        assert self.process is not None
        said = Path(f"/proc/{self.process.pid}/stat").read_text()
        return sum(int(word) for word in said.rsplit(")", 1)[1].split()[11:13])

    def rests(self) -> None:
        """Wait for a second in which it did next to nothing."""

        def idle() -> bool:
            before = self.processor_ticks()
            time.sleep(1)  # a second of doing nothing is what is measured
            return self.processor_ticks() - before <= 10

        until(idle, what="a second in which it did nothing")

    def stages(self) -> dict[str, str]:
        """The stage of each execution."""
        return dict(self.rows("select execution_id, stage from executions"))

    def settled(self, timeout: float = 90) -> dict[str, str]:
        """Wait until nothing is left to be worked on."""
        until(lambda: "received" not in self.stages().values(), timeout=timeout, what="an empty backlog")
        return self.stages()

    def pulls(self) -> tuple[Any, ...]:
        """All pull requests, oldest first."""
        return read_pulls(self.forge.repository)


COMMAND = (sys.executable, "-m", "runwright.cli.main")


def environment() -> dict[str, str]:
    """What the product's processes are given."""
    return {"PYTHONPATH": str(ROOT / "tools"), "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}


def make_service(folder: Path) -> Service:
    """Make a forge with a real runbook and a service that is not started yet."""
    folder.mkdir(parents=True, exist_ok=True)
    forge = make_forge(folder)
    library: dict[str, bytes | None] = {
        RUNBOOK_PATH: RUNBOOK.encode(),
        "rules/promoted/L1-SERVICE-DOWN.yaml": None,
        "runwright.toml": LIMITS,
    }
    forge.push(library)
    key = folder / "bot"
    key.write_bytes(private_key_text(hashlib.sha256(b"runwright-bot").digest(), "runwright-bot"))
    key.chmod(0o600)
    return Service(folder, forge, key)
