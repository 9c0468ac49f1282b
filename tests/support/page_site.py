"""A page that fails once, a runbook that answers it, and a folder where the steps of its run leave traces."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.support.agent_site import FLOW, content, flow_text, released, releases_of, rule_text, script, write_config
from tests.support.service_player import Answer, ServicePlayer, playing_service


class PageSite:
    """What an agent works on: a check of the page finds the incident, the service receives what it sends."""

    def __init__(self, folder: Path, page: ServicePlayer, service: ServicePlayer) -> None:
        self.folder, self.page, self.service = folder, page, service
        self.trace, self.fixed = folder / "trace", folder / "fixed"

    def config(
        self,
        *steps: dict[str, Any],
        top: dict[str, Any] | None = None,
        called: dict[str, Any] | None = None,
        **more: Any,
    ) -> Path:
        """Release a runbook of these steps, and write the agent's configuration; the page fails once."""
        files = content(flow_text(list(steps), self.fixed, **(top or {})), rule=rule_text("http", FLOW))
        if called is not None:
            files = {**files, f"runbooks/linux/{called['id']}.yaml": json.dumps(called).encode()}
        checks = [{"id": "page", "type": "http", "url": self.page.url + "/", "every": "200ms"}]
        service = {"url": self.service.url, "token_file": "agent.token"}
        releases = releases_of(released(self.folder, files))
        self.page.script.append(Answer(503))
        return write_config(self.folder, checks=checks, service=service, releases=releases, **more)

    def mark(self, word: str) -> str:
        """Give the words of a shell that leave a trace."""
        return f"echo {word} >> {self.trace}"

    def marks(self) -> list[str]:
        """Give the traces."""
        return self.trace.read_text().split() if self.trace.exists() else []

    def marking(self, step: str, **more: Any) -> dict[str, Any]:
        """Give a step that leaves its name."""
        return script(step, self.mark(step), **more)

    def fix(self) -> dict[str, Any]:
        """Give the step after which the verification holds."""
        return script("fix", f"{self.mark('fix')}; touch {self.fixed}")

    def blocking(self, step: str, **more: Any) -> dict[str, Any]:
        """Give a step that leaves its name, then waits for a reader that never comes."""
        gate, pid = self.folder / f"{step}.gate", self.folder / f"{step}.pid"
        os.mkfifo(gate)
        words = f"{self.mark(step)}; echo $$ > {pid}.new; mv {pid}.new {pid}; : > {gate}"
        return script(step, words, **more)

    def blocks(self, step: str) -> bool:
        """Tell whether a step that waits has come so far."""
        return (self.folder / f"{step}.pid").exists()

    def end_orphan(self, step: str) -> None:
        """End the command that a killed agent has left behind."""
        with suppress(ProcessLookupError):
            os.kill(int((self.folder / f"{step}.pid").read_text()), signal.SIGKILL)

    def outcomes(self) -> dict[str, str]:
        """Give the outcome of each step of the one Execution that was sent."""
        return {step["step"]: step["outcome"] for step in self.execution()["executed_steps"]}

    def execution(self) -> dict[str, Any]:
        """Give the one Execution that was sent."""
        (execution,) = self.service.executions()
        return execution


@contextmanager
def page_site(folder: Path) -> Iterator[PageSite]:
    """Serve the page and play the service."""
    with playing_service() as page, playing_service() as service:
        yield PageSite(folder, page, service)
