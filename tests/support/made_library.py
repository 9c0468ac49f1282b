"""Realistic runbooks by the thousand: the same number gives the same library, byte for byte."""

from __future__ import annotations

import sys
from pathlib import Path

_TEXT = """\
# yaml-language-server: $schema=../../schemas/runbook.schema.json
id: RB-LIN-MADE-{number:05d}
name: Bring {service} back after it stopped
version: {version}
platform: linux
incident_types: [service_stopped, service_crash]
description: Starts {service} and the database that it needs first, when both should run and one does not.
params:
  service: {{type: string, pattern: '^[A-Za-z0-9@._:-]+$', from: incident.resource, description: The service to start.}}
  database: {{type: string, pattern: '^[A-Za-z0-9@._:-]+$', default: {service}-db, description: What it needs first.}}
limits: {{lock: "${{{{ params.service }}}}", once_within: 5m, timeout: 10m}}
precheck:
  healthy: {{"services.${{{{ params.service }}}}.state": running}}
steps:
  # The web service refuses to start without its database.
  - id: start-database
    name: Start the database first
    action: service.start
    with: {{service: "${{{{ params.database }}}}"}}
    when: {{"services.${{{{ params.database }}}}.state": {{in: [stopped, failed]}}}}
    timeout: 60s
    retry: {{attempts: 3, delay: 5s, backoff: 2}}
    on_failure: escalate
  - id: start
    name: Start the service
    action: service.start
    with: {{service: "${{{{ params.service }}}}"}}
    timeout: 60s
  - id: restart-again
    name: Restart it when it did not come up
    action: service.restart
    with: {{service: "${{{{ params.service }}}}"}}
    when:
      "services.${{{{ params.service }}}}.state": {{in: [stopped, failed]}}
    timeout: {timeout}s
verify:
  method: service_status_check
  settle: 5s
  checks:
    - {{when: {{"services.${{{{ params.service }}}}.state": running}}, confidence: 0.95}}
metadata: {{generated_by: runwright, requires_human_review: true, failure_type: runbook_insufficient}}
"""


def made_runbook(number: int, version: int = 1) -> bytes:
    """One runbook of about 40 lines."""
    service = f"site-{number % 977}"
    return _TEXT.format(number=number, service=service, version=version, timeout=30 + number % 61).encode()


def made_library(root: Path, count: int) -> Path:
    """Write so many runbooks below a folder."""
    folder = root / "runbooks" / "linux"
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"RB-LIN-MADE-{number:05d}.yaml").write_bytes(made_runbook(number))
    return root


if __name__ == "__main__":
    made_library(Path(sys.argv[1]), int(sys.argv[2]))
