"""Runs a runbook on a played Windows host, with the real engine, actions and readers, and writes synthetic recordings.

`python -m tests.support.windows_run` writes tests/recordings anew for every scenario.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runwright.actions.binding import bind_operation
from runwright.actions.catalogue import Host, find, variant
from runwright.agent import wanted
from runwright.agent.accept import refusal
from runwright.agent.facts import FactReader, lookup_in
from runwright.cli.evidence_folder import EvidenceFolder
from runwright.corpus.corpus import read_entry
from runwright.engine.exchange import Act, Acted, Answer, Decide, Decided, Finish, Pause, Paused, Request
from runwright.engine.matcher import incident_scope
from runwright.engine.params import resolve_params
from runwright.engine.result import Circumstances, execution_of
from runwright.engine.state import Run, State
from runwright.engine.stepper import advance, begin, request
from runwright.model.condition import evaluate
from runwright.model.execution import Execution
from runwright.model.fields import Facts
from runwright.model.incident import Incident
from runwright.model.path import str_path
from runwright.model.runbook import Runbook
from runwright.model.telemetry import SYNTHETIC, canonical, execution_data
from tests.support.windows_machine import WindowsMachine
from tests.support.windows_scenarios import SCENARIOS, Scenario

ROOT = Path(__file__).resolve().parents[2]
RECORDINGS = ROOT / "tests" / "recordings"
WINDOWS = Host("windows", "windows")


class Driver:
    """Answers the engine on one played host."""

    def __init__(self, machine: WindowsMachine) -> None:
        self.machine, self.clock = machine, machine.clock
        self.reader = FactReader(machine, WINDOWS)

    def answer(self, asked: Request) -> Answer:
        """Answer one request."""
        if isinstance(asked, Decide):
            return self._decided(asked)
        if isinstance(asked, Pause):
            self.clock.sleep(asked.seconds)
            return Paused(duration=asked.seconds)
        assert isinstance(asked, Act), asked
        return self._acted(asked)

    def capture(self, run: Run) -> Facts:
        """Every fact that the run may depend on."""
        return self.reader.gather(lambda lookup: wanted.of_run(run, WINDOWS, lookup))

    def _decided(self, asked: Decide) -> Decided:
        started = self.clock.monotonic()
        paths = wanted.of_condition(asked.condition, {})
        facts = self.reader.read(paths)
        names = {str_path(path) for path in paths}
        value = evaluate(asked.condition, lookup_in(facts))
        seen = {key: fact for key, fact in facts.items() if key in names}
        return Decided(value=value, facts=seen, duration=self._since(started))

    def _acted(self, act: Act) -> Acted:
        action = find(act.action)
        chosen = variant(action, WINDOWS)
        problem = refusal(action, act.params)
        assert problem is None, problem
        before, at, started = self._state(act), self.clock.now(), self.clock.monotonic()
        result = self.machine.run(bind_operation(chosen.operation, act.params), act.timeout_seconds)
        reading = chosen.read(result, act.success_codes)
        return Acted(
            success=reading.success,
            exit_code=result.exit_code,
            output=result.output,
            error="" if reading.success else reading.error,
            timed_out=result.timed_out,
            started_at=at,
            duration=self._since(started),
            state_before=before,
            state_after=self._state(act),
        )

    def _state(self, act: Act) -> Facts:
        model = variant(find(act.action), WINDOWS).model
        return self.reader.gather(lambda lookup: wanted.of_action(model, act.params, lookup))

    def _since(self, started: float) -> float:
        return round(self.clock.monotonic() - started, 3)


def runbook_of(runbook_id: str) -> Runbook:
    """A runbook of the library."""
    path = ROOT / "runbooks" / "windows" / f"{runbook_id}.yaml"
    entry, findings = read_entry(str(path), path.read_bytes(), Runbook)
    assert entry is not None, findings
    return entry.value


def play(scenario: Scenario) -> Execution:
    """Run the scenario's runbook on its host."""
    runbook, machine = runbook_of(scenario.runbook), scenario.fault()
    driver, incident = Driver(machine), _incident(scenario, runbook, machine)
    params = resolve_params(runbook, dict(scenario.params), incident_scope(incident))
    run = Run(runbook, params, incident_scope(incident))
    about = Circumstances(f"{SYNTHETIC}-{runbook.id.lower()}-{scenario.name}", incident, machine.clock.now())
    before, state = driver.capture(run), begin(run)
    while not isinstance(asked := request(state), Finish):
        state = advance(state, driver.answer(asked))
    return _told(state, about, before, driver.capture(run))


def recorded(scenario: Scenario) -> tuple[Path, bytes]:
    """The recording of a scenario: its file and its content, marked as synthetic."""
    execution = play(scenario)
    data: dict[str, Any] = {**execution_data(execution), "provenance": SYNTHETIC}
    return RECORDINGS / scenario.runbook / f"{execution.execution_id}.json", canonical(data)


def _incident(scenario: Scenario, runbook: Runbook, machine: WindowsMachine) -> Incident:
    return Incident(
        incident_id=f"INC-{SYNTHETIC}",
        incident_type=runbook.incident_types[0],
        check_type="manual",
        status="fail",
        resource=next((str(value) for value in scenario.params.values()), None),
        site_id=SYNTHETIC,
        hostname="windows-host",
        platform="windows",
        detected_at=machine.clock.now(),
    )


def _told(state: State, about: Circumstances, before: Facts, after: Facts) -> Execution:
    return execution_of(state, about, before, after)


def main() -> None:
    """Write every recording, with its line in the manifest."""
    folder = EvidenceFolder(ROOT)
    for scenario in SCENARIOS:
        path, content = recorded(scenario)
        folder.put(path.relative_to(ROOT).as_posix(), content)


if __name__ == "__main__":
    main()
