"""The real agent's runner below a real systemd: it restarts the machine in the middle of a run, and the run goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.machine import booted
from tests.support.run_inside import EXECUTION, INCIDENT, fact, runbook
from tests.support.until import until

pytestmark = [
    pytest.mark.needs("root"),
    pytest.mark.needs("mount-rights"),
    pytest.mark.needs("mmdebstrap"),
    pytest.mark.needs("systemd-nspawn"),
    pytest.mark.timeout(600),
]
DRIVE = """
import json, pathlib, sys
from runwright.adapters.clock_system import SystemClock
from runwright.agent.carry_out import Stopping
from runwright.agent.run import Started
from runwright.cli.agent import _obey_signals
from runwright.cli.agent_wiring import join, read_settings, survey
folder = pathlib.Path(sys.argv[1])
clock = SystemClock()
_obey_signals(clock)
settings = read_settings(folder / "agent.json")

def tell(event, fields):
    print(event, json.dumps(fields), flush=True)

agent = join(settings, survey(settings, clock), clock, tell)
try:
    if sys.argv[2] == "start":
        agent.handler.runner.start(Started.model_validate_json((folder / "started.json").read_text()))
    else:
        agent.handler.resume()
except Stopping:
    print("stopped", flush=True)
"""


def test_a_run_goes_on_after_a_real_restart_of_the_machine(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    fixed = site / "fixed"
    steps = (
        {"id": "before", "action": "script.sh", "with": {"script": f"echo before >> {site}/trace"}},
        {"id": "restart", "action": "host.reboot", "timeout": "2m"},
        {"id": "after", "action": "script.sh", "with": {"script": f"echo after >> {site}/trace; touch {fixed}"}},
    )
    check = {"method": "file_check", "checks": [{"when": {fact(str(fixed)): True}, "confidence": 0.9}]}
    started = {
        "execution_id": EXECUTION,
        "check_id": "page",
        "incident": INCIDENT,
        "runbook": json.loads(runbook(*steps, verify=check).model_dump_json(by_alias=True, exclude_unset=True)),
        "params": {},
        "release": None,
        "lock": "page",
        "at": "2026-03-02T09:00:00Z",
        "state_before": {},
    }
    (site / "started.json").write_text(json.dumps(started))
    (site / "agent.json").write_text(json.dumps({"site_id": "a", "checks": [{"id": "d", "type": "disk"}]}))
    (site / "drive.py").write_text(DRIVE)
    with booted(tmp_path, site) as machine:
        drive = f"python3 {site}/drive.py {site}"
        machine.do(
            "systemd-run", "--quiet", "--collect", "sh", "-c", f"{_environment()} {drive} start >> {site}/log 2>&1"
        )
        until(lambda: machine.is_down, timeout=180, what="the machine goes down")
    assert (site / "trace").read_text() == "before\n"
    assert not fixed.exists()
    with booted(tmp_path, site) as machine:
        done = machine.run("python3", str(site / "drive.py"), str(site), "resume")
        assert done.code == 0, done.err
    assert (site / "trace").read_text() == "before\nafter\n", (site / "log").read_text() + done.out
    assert '"status": "success"' in done.out
    assert (site / "log").read_text().count("run_started") == 1


def _environment() -> str:
    """The variables that a unit does not inherit."""
    return "PYTHONPATH=/opt/runwright/tools:/opt/runwright/site"
