"""A site with an agent: signed releases in a real bare repository, a configuration, and the agent as a process."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runwright.adapters.git_repository import GitRepository, NewCommit, RefChange
from runwright.adapters.release_git import CutRequest, cut_release
from runwright.model.release import Hold
from runwright.release.objects import Identity
from tests.support.forge import NOW, OWNERS, RELEASE, Forge, pins, signers_text
from tests.support.until import NeverHappened

TOOLS = Path(__file__).parents[2] / "tools"
FLOW = "RB-LIN-FLOW-001"
SITE = "north-valley-dental"
START_WEB = """\
id: RB-LIN-SERVICE-001
name: Start a stopped service
version: {version}
platform: linux
incident_types: [service_stopped, service_crash]
params:
  service: {{type: string, pattern: '^[A-Za-z0-9@._-]+$', from: incident.resource}}
limits: {{lock: "${{{{ params.service }}}}", once_within: {once_within}}}
precheck:
  healthy: {{"services.${{{{ params.service }}}}.state": running}}
steps:
{first}  - id: start
    name: Start the service
    action: service.start
    with: {{service: "${{{{ params.service }}}}"}}
verify:
  method: service_status_check
  settle: 200ms
  checks:
    - {{when: {{"services.${{{{ params.service }}}}.state": running}}, confidence: 0.95}}
"""
START_DATABASE = """\
  - id: start-database
    name: Start the database first
    action: service.start
    with: {service: records-db}
    when: {services.records-db.state: {in: [stopped, failed]}}
"""
RULE = """\
id: L1-SERVICE-DOWN
name: Start a service that is down
check_type: {check_type}
action: run_runbook:{runbook}
mode: {mode}
"""


def runbook_text(version: int = 1, *, database: bool = False, once_within: str = "5m") -> str:
    """Write the runbook that starts a service, with or without its database first."""
    return START_WEB.format(version=version, first=START_DATABASE if database else "", once_within=once_within)


def rule_text(check_type: str = "service", runbook: str = "RB-LIN-SERVICE-001", mode: str = "act") -> str:
    """Write the rule that runs a runbook."""
    return RULE.format(check_type=check_type, runbook=runbook, mode=mode)


def content(*runbooks: str, rule: str | None = None) -> dict[str, bytes | None]:
    """Give the files of a release."""
    texts = runbooks or (runbook_text(),)
    named = {"RB-LIN-SERVICE-001" if text.startswith("id:") else FLOW: text for text in texts}
    files: dict[str, bytes | None] = {f"runbooks/linux/{name}.yaml": text.encode() for name, text in named.items()}
    chosen = rule if rule is not None else rule_text(runbook=next(iter(named)))
    return {**files, "rules/promoted/L1-SERVICE-DOWN.yaml": chosen.encode()}


def released(folder: Path, files: Mapping[str, bytes | None], holds: tuple[Hold, ...] = ()) -> Forge:
    """Make a repository whose content is released as rules-v1, now."""
    repository = GitRepository.init_bare(folder / "forge.git")
    policy: dict[str, bytes | None] = {
        ".github/allowed_signers": signers_text().encode(),
        ".github/CODEOWNERS": OWNERS.encode(),
    }
    oid = repository.write_commit(NewCommit("Initial import\n", Identity.of("dana"), NOW, {**policy, **files}))
    repository.update_refs([RefChange("refs/heads/main", oid, None)])
    cut_release(repository, RELEASE, CutRequest(now=datetime.now(UTC), first=True, holds=holds))
    return Forge(repository)


def release_again(forge: Forge, runbook: str, fingerprint: str = "cd" * 8) -> None:
    """Merge a new text of the runbook and release it."""
    forge.merged(runbook, fingerprint)
    cut_release(forge.repository, RELEASE, CutRequest(now=datetime.now(UTC)))


def write_config(folder: Path, *, checks: list[dict[str, Any]], **more: Any) -> Path:
    """Write an agent's configuration; JSON is YAML too."""
    (folder / "trusted_keys").write_text(pins())
    (folder / "agent.token").write_text("token-of-the-site\n")
    config = {"site_id": SITE, "hostname": "nvdc01", "checks": checks, **more}
    path = folder / "agent.yaml"
    path.write_text(json.dumps(config, indent=2))
    return path


def releases_of(forge: Forge) -> dict[str, Any]:
    """Give the part of a configuration that names a forge."""
    return {"remote": str(forge.repository.path), "trusted_keys": "trusted_keys", "every": "1h"}


@dataclass
class AgentProcess:
    """`runwright agent run` as a process of its own; its events can be waited for."""

    process: subprocess.Popen[str]
    events: list[dict[str, Any]] = field(default_factory=list)
    _lines: queue.SimpleQueue[str | None] = field(default_factory=queue.SimpleQueue)
    errors: list[str] = field(default_factory=list)

    def wait_for(self, event: str, *, timeout: float = 90, **fields: Any) -> dict[str, Any]:
        """Give the next event of that name with these fields."""
        try:
            while (line := self._lines.get(timeout=timeout)) is not None:
                told = json.loads(line)
                self.events.append(told)
                if told.get("event") == event and fields.items() <= told.items():
                    return dict(told)
        except queue.Empty:
            pass
        raise NeverHappened(f"the agent never said {event} {fields}; it said {self.events}; {self.errors}")

    def rest(self) -> list[dict[str, Any]]:
        """Wait for the end and give every event."""
        while (line := self._lines.get(timeout=90)) is not None:
            self.events.append(json.loads(line))
        return self.events

    def stop(self) -> int:
        """Ask the agent to stop, and give its exit code."""
        self.process.terminate()
        return self.process.wait(20)

    def kill(self) -> None:
        """End the agent the hard way."""
        self.process.kill()
        self.process.wait(20)


def command(config: Path, verb: str, *words: str) -> list[str]:
    """Give the words that run a verb of the agent."""
    return [sys.executable, "-m", "runwright.cli.main", "agent", verb, "--config", str(config), *words]


def environment() -> dict[str, str]:
    """Give the agent's environment."""
    return {**os.environ, "PYTHONPATH": str(TOOLS), "PYTHONWARNINGS": "default"}


def call(config: Path, verb: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a verb of the agent to its end."""
    return subprocess.run(
        command(config, verb, *words),
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
        stdin=subprocess.DEVNULL,
    )


@contextmanager
def running_agent(config: Path, *words: str) -> Iterator[AgentProcess]:
    """Start the agent; whatever is left of it is gone afterwards."""
    process = subprocess.Popen(
        command(config, "run", "--format", "json", *words),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    agent = AgentProcess(process)
    readers = [threading.Thread(target=_events, args=(agent,)), threading.Thread(target=_errors, args=(agent,))]
    for reader in readers:
        reader.start()
    try:
        yield agent
    finally:
        process.kill()
        process.wait(20)
        for reader in readers:
            reader.join(10)


def _events(agent: AgentProcess) -> None:
    assert agent.process.stdout
    with agent.process.stdout as stream:
        for line in stream:
            agent._lines.put(line)
    agent._lines.put(None)


def _errors(agent: AgentProcess) -> None:
    assert agent.process.stderr
    with agent.process.stderr as stream:
        agent.errors.extend(stream)


def flow_text(steps: list[dict[str, Any]], fixed: Path, **more: Any) -> str:
    """Write a runbook with these steps; it is verified by a file that must exist."""
    runbook: dict[str, Any] = {
        "id": FLOW,
        "name": "Try some steps",
        "version": 1,
        "platform": "linux",
        "incident_types": ["http_failing"],
        "steps": steps,
        "verify": {
            "method": "file_check",
            "checks": [{"when": {f"files[{json.dumps(str(fixed))}].exists": True}, "confidence": 0.9}],
        },
        **more,
    }
    return json.dumps(runbook, indent=1) + "\n"


def script(step: str, text: str, **more: Any) -> dict[str, Any]:
    """Give a step that runs a shell script."""
    return {"id": step, "action": "script.sh", "with": {"script": text}, **more}
