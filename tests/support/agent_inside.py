"""An agent in the test's own process: real file, real shell, real releases; only its clock is the test's."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runwright.adapters.agent_database import FILE_NAME
from runwright.adapters.agent_store import AgentRecords
from runwright.agent.agent import Agent
from runwright.cli.agent_wiring import build_agent
from tests.support.hand_clock import HandClock


@dataclass
class Inside:
    """The agent, what it told, and what it keeps."""

    agent: Agent
    clock: HandClock
    folder: Path
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def look(self) -> None:
        """Look at every check once."""
        for check in self.agent.config.checks:
            self.agent.watch.look(check)

    def told(self, event: str) -> list[dict[str, Any]]:
        """Give the fields of every event of that name."""
        return [fields for name, fields in self.events if name == event]

    def names(self) -> list[str]:
        """Give the names of the events, in order."""
        return [name for name, _ in self.events]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read the agent's file as another program would."""
        with closing(sqlite3.connect(self.folder / "agent" / FILE_NAME)) as connection:
            return connection.execute(query).fetchall()

    def resolutions(self) -> list[tuple[Any, ...]]:
        """Give level, action and outcome of every resolution."""
        return self.rows("SELECT level, action, outcome FROM resolutions ORDER BY number")

    def executions(self) -> list[dict[str, Any]]:
        """Give the Executions that wait in the queue."""
        bodies = self.rows("SELECT body FROM outbox WHERE kind = 'execution' ORDER BY number")
        return [json.loads(body)["execution"] for (body,) in bodies]


@contextmanager
def inside(config: Path, clock: HandClock | None = None) -> Iterator[Inside]:
    """Build the agent of a configuration, and close its file afterwards."""
    events: list[tuple[str, dict[str, Any]]] = []

    def emit(event: str, fields: Mapping[str, Any]) -> None:
        events.append((event, dict(fields)))

    chosen = clock or HandClock(datetime.now(UTC))
    agent = build_agent(config, chosen, emit)
    try:
        yield Inside(agent, chosen, config.parent, events)
    finally:
        records = agent.watch.incidents
        assert isinstance(records, AgentRecords)
        records.close()
