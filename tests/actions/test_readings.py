"""How the answers of service managers are read, where the exit code alone would mislead."""

from __future__ import annotations

from runwright.actions.action import Reading, Result
from runwright.actions.catalogue import ACTIONS


def read(action: str, manager: str, result: Result) -> Reading:
    return ACTIONS[action].variants[manager].read(result, (0,))


def test_a_restart_of_what_did_not_run_succeeds_when_it_runs_now() -> None:
    said = Result(0, "web: ERROR (not running)\nweb: started\n")
    assert read("service.restart", "supervisor", said).success


def test_a_restart_of_what_did_not_run_fails_when_it_does_not_run_now_either() -> None:
    said = Result(7, "web: ERROR (not running)\nweb: ERROR (spawn error)\n")
    reading = read("service.restart", "supervisor", said)
    assert not reading.success
    assert "spawn error" in reading.error


def test_what_is_so_already_is_no_error() -> None:
    assert read("service.start", "supervisor", Result(7, "web: ERROR (already started)\n")).success
    assert read("service.stop", "supervisor", Result(1, "web: ERROR (not running)\n")).success


def test_a_unit_that_is_not_loaded_has_no_failure_to_forget() -> None:
    said = "Failed to reset failed state of unit web.service: Unit web.service not loaded.\n"
    assert read("unit.reset_failed", "systemd", Result(1, error=said)).success
    assert not read("unit.reset_failed", "systemd", Result(1, error="Access denied\n")).success
