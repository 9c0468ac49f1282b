"""After a failure the agent looks closer: it only reads, within bounds, and the run ends as it would have."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runwright.actions.action import Exec, Native, Operation, Result
from runwright.actions.catalogue import Host
from runwright.actions.facts import READERS
from runwright.agent import suspects
from runwright.agent.facts import FactReader, dependencies
from runwright.agent.probe import MAX_READS, MAX_SECONDS, MAX_UNREAD, Probe
from runwright.agent.secrets import NoSecrets, Vault
from runwright.agent.suspects import MAX_NAMES, MAX_PROBES, of_error, of_params
from runwright.model.condition import UNKNOWN
from runwright.model.execution import ExecutedStep, Execution
from runwright.model.path import Path as FactPath
from runwright.model.path import concrete_path, str_path
from tests.support.file_world import FileWorld
from tests.support.hand_clock import HandClock
from tests.support.run_inside import fact, fix, mode, program, runbook, running_inside

LINUX = Host("linux", "systemd")
READ_ONLY = {
    ("systemctl", "show"), ("systemctl", "cat"), ("supervisorctl", "status"), ("sc.exe", "queryex"), ("sc.exe", "qc"),
    ("chronyc", "-n"), ("nft", "--json"), ("nft", "--check"), ("dpkg", "--audit"), ("sshd", "-t"),
    ("journalctl", "--disk-usage"), ("getenforce",), ("getsebool", "${{ params.boolean }}"), ("matchpathcon", "-V"),
    ("sysctl", "-n"),
}  # fmt: skip


def step_of(execution: Execution, name: str) -> ExecutedStep:
    """Give a recorded step."""
    return next(step for step in execution.executed_steps if step.step == name)


def failed(folder: Path, *steps: dict[str, Any], world: FileWorld | None = None, **more: Any) -> Execution:
    """Give a run of these steps on a host in memory."""
    with running_inside(folder, world) as inside:
        return inside.run(runbook(*steps, **more))


# what it looks at


def test_the_facts_of_a_failed_step_its_resource_and_the_whole_run_are_read(tmp_path: Path) -> None:
    world = FileWorld(modes={"/data": "0600"}, failing={"/data": -1})
    step = step_of(failed(tmp_path, mode("set", "/data"), world=world), "set")
    assert step.outcome == "failed"
    assert step.state_after[fact("/data")] is True
    assert step.state_after[fact("/fixed")] is False, "what the verification looks at"
    assert 'disks["/data"].used_percent' in step.unread, "nobody can say it on this host"
    assert "memory.used_percent" in step.unread


def test_a_step_that_went_well_is_not_looked_at_again(tmp_path: Path) -> None:
    step = step_of(failed(tmp_path, mode("set", "/data"), fix()), "set")
    assert fact("/fixed") not in step.state_after
    assert step.unread == ()


def test_a_failed_check_is_looked_at_too(tmp_path: Path) -> None:
    checks = {"assert": {fact("/data"): True}}, {"wait_until": {fact("/data"): True}, "timeout": "3s", "every": "1s"}
    for number, check in enumerate(checks):
        step = step_of(failed(tmp_path / str(number), {"id": "sure", **check}), "sure")
        assert step.outcome == "failed"
        assert step.facts == {fact("/data"): False}
        assert step.state_after[fact("/fixed")] is False
        assert "memory.used_percent" in step.unread


def test_a_wait_is_looked_at_once_at_its_end(tmp_path: Path) -> None:
    asked: list[str] = []

    class Counting(FileWorld):
        def run(self, operation: Operation, timeout_seconds: float) -> Result:
            asked.append(operation.name if isinstance(operation, Native) else operation.argv[0])
            return super().run(operation, timeout_seconds)

    waits = {
        "id": "sure",
        "wait_until": {fact("/data"): True},
        "timeout": "10s",
        "every": "1s",
        "on_failure": "continue",
    }
    failed(tmp_path, waits, world=Counting())
    assert asked.count("file.facts") >= 10
    assert asked.count("memory.facts") == 3, "before the run, after the wait, after the run"


def test_a_verification_that_says_no_keeps_what_it_read_before_anything_was_taken_back(tmp_path: Path) -> None:
    undo = {"action": "file.set_mode", "with": {"path": "/data", "mode": "0600"}}
    verify = {"method": "file_check", "checks": [
        {"when": {fact("/data", "mode"): "0640"}, "confidence": 0.9},
        {"when": {fact("/fixed"): True}, "confidence": 0.9},
    ]}  # fmt: skip
    told = failed(tmp_path, mode("set", "/data", rollback=undo), world=FileWorld({"/data": "0600"}), verify=verify)
    assert told.verification_passed is False
    assert told.verification_facts[fact("/data", "mode")] == "0640"
    assert told.verification_facts[fact("/fixed")] is False
    assert told.state_after[fact("/data", "mode")] == "0600"
    assert "memory.used_percent" in told.verification_unread


def test_a_verification_behind_a_failed_step_is_looked_at_only_where_something_is_taken_back(tmp_path: Path) -> None:
    world = FileWorld({"/data": "0600"}, failing={"/broken": -1})
    told = failed(tmp_path, mode("set", "/broken"), world=world)
    assert told.verification_facts == {fact("/fixed"): False}
    assert told.verification_unread == ()
    assert {fact("/broken"), fact("/fixed")} <= told.state_after.keys(), "the end of the run shows the same moment"


def test_a_verification_that_says_yes_keeps_what_it_read_and_nothing_more(tmp_path: Path) -> None:
    told = failed(tmp_path, fix())
    assert told.verification_facts == {fact("/fixed"): True}
    assert told.verification_unread == ()


def test_a_rollback_that_fails_is_looked_at(tmp_path: Path) -> None:
    undo = {"action": "file.set_mode", "with": {"path": "/back", "mode": "0600"}}
    world = FileWorld({"/data": "0600", "/back": "0600"}, failing={"/back": -1})
    step = step_of(failed(tmp_path, mode("set", "/data", rollback=undo), world=world), "set.rollback")
    assert step.outcome == "failed"
    assert step.state_after[fact("/back")] is True
    assert 'disks["/back"].used_percent' in step.unread


def test_of_several_at_the_same_time_the_group_tells_what_was_seen_when_all_had_ended(tmp_path: Path) -> None:
    retried = mode("one", "/one", on_failure="continue", retry={"attempts": 2, "delay": "1s"})
    world = FileWorld(failing={"/one": -1, "/two": -1})
    told = failed(
        tmp_path, {"id": "all", "parallel": [retried, mode("two", "/two"), mode("three", "/three")]}, world=world
    )
    assert [bool(step_of(told, name).unread) for name in ("one", "two", "three", "all")] == [False, False, False, True]
    assert {'disks["/one"].used_percent', 'disks["/two"].used_percent'} <= {*step_of(told, "all").unread}
    assert step_of(told, "all").state_after[fact("/fixed")] is False


def test_a_called_runbook_that_its_verification_denies_says_what_was_read(tmp_path: Path) -> None:
    verify = {"method": "file_check", "checks": [{"when": {fact("/inner"): True}, "confidence": 0.9}]}
    called = runbook(mode("set", "/other"), id="RB-LIN-SUB-001", verify=verify)
    with running_inside(tmp_path) as inside:
        told = inside.run(runbook({"id": "sub", "call": called.id}), called)
    step = step_of(told, "sub")
    assert step.outcome == "failed"
    assert step.facts[fact("/inner")] is False
    assert step.unread


def test_many_failures_of_one_run_are_looked_at_a_few_times_and_everything_once(tmp_path: Path) -> None:
    items = [f"/file{number}" for number in range(20)]
    each = mode("each", "${{ each.item }}", foreach=items, on_failure="continue")
    told = failed(tmp_path, each, world=FileWorld(failing=dict.fromkeys(items, -1)))
    looked = [step for step in told.executed_steps if step.unread]
    assert [step.step for step in looked] == [f"each[{number}]" for number in range(MAX_PROBES)]
    assert [step.step for step in looked if "cpu.load_1m" in step.unread] == ["each[0]"]


# what its names may be


def test_an_error_text_chooses_what_is_read_and_no_more_than_a_few() -> None:
    text = "bind: address already in use 0.0.0.0:8080; port 99999; " + " ".join(f"port {n}" for n in range(1, 50))
    found = list(of_error(text, LINUX))
    assert ("ports", "8080", "owner") in found
    assert all(path[0] == "ports" and 0 < int(path[1]) < 65536 for path in found)
    assert len(found) <= MAX_NAMES
    unit_text = (
        "A dependency job for web.service failed. See 'journalctl -xe'. Failed to start db@1.service: ../x.service"
    )
    assert list(of_error(unit_text, LINUX)) == [
        ("services", "web.service", "state"), ("services", "db@1.service", "state"),
    ]  # fmt: skip
    assert list(of_error("write: No space left on device", LINUX)) == [("disks", "/", "used_percent")]
    assert list(of_error("web.service failed", Host("linux", "supervisor"))) == []


@given(st.text(max_size=300))
def test_a_hostile_error_text_names_nothing_but_ports_units_and_the_disk(text: str) -> None:
    for path in of_error(text, LINUX):
        assert path[0] in ("ports", "services", "disks")
        assert "/" not in path[1] or path[1] == "/"
        assert not path[1].startswith("-")


def test_a_parameter_that_is_no_name_is_not_looked_for() -> None:
    assert list(of_params({"service": "web", "port": 80})) == [("services", "web", "state"), ("ports", "80", "owner")]
    for value in ("", "*", "a\nb", "x" * 300, True, ["web"], {"a": 1}, None, 1.5):
        assert list(of_params({"service": value})) == []


# that it is harmless


@dataclass
class Watching:
    """Plays a host that says nothing, and remembers what was asked of it."""

    clock: HandClock
    lasting: float = 0.0
    answer: Result = field(default_factory=lambda: Result(0))
    asked: list[Operation] = field(default_factory=list)

    def run(self, operation: Operation, timeout_seconds: float) -> Result:
        assert 0 < timeout_seconds <= MAX_SECONDS
        self.asked.append(operation)
        self.clock.move(self.lasting)
        return self.answer


def looking(host: Any, declared: dict[str, Any] | None = None) -> Probe:
    return Probe(FactReader(host, LINUX, declared or {}), Vault(NoSecrets()), host.clock)


def files(count: int) -> tuple[FactPath, ...]:
    return tuple(("files", f"/f{number}", "exists") for number in range(count))


def test_a_probe_takes_no_more_reads_and_time_than_it_may() -> None:
    many = Watching(HandClock())
    seen = looking(many).look(files(200), {})
    assert (len(many.asked), len(seen.unread), seen.facts) == (MAX_READS, MAX_UNREAD, {})
    slow = Watching(HandClock(), lasting=4.0)
    looking(slow).look(files(200), {})
    assert len(slow.asked) == 3


def test_a_probe_ends_when_the_agent_is_asked_to_stop() -> None:
    host = Watching(HandClock())
    host.clock.stop = True
    assert looking(host).look(files(3), {}).unread == tuple(fact(f"/f{number}") for number in range(3))
    assert host.asked == []


def test_what_was_read_just_now_is_not_read_again() -> None:
    host = Watching(HandClock())
    looking(host).look(files(3), {fact("/f0"): True, fact("/f1", "mode"): "0600"})
    assert [operation.args["path"] for operation in host.asked if isinstance(operation, Native)] == ["/f2"]


@pytest.mark.parametrize(
    "answer",
    [Result(None, never_started=True), Result(None, timed_out=True), Result(1, "\x00{]", "no"), Result(0, "a=b\n" * 9)],
)
def test_an_answer_that_says_nothing_is_named_as_unread(answer: Result) -> None:
    wanted = (("services", "web", "state"), ("timers", "t.timer", "unit"), ("firewall", "rules"), ("clock", "tracking"))
    seen = looking(Watching(HandClock(), answer=answer)).look(wanted, {})
    assert {"services.web.state", "firewall.rules"} <= {*seen.unread}


@dataclass
class Units(Watching):
    """Plays `systemctl show`: web requires db, and db requires disk."""

    def run(self, operation: Operation, timeout_seconds: float) -> Result:
        assert isinstance(operation, Exec)
        super().run(operation, timeout_seconds)
        needs = {"web.service": "db.service system.slice", "db.service": "disk.service"}.get(operation.argv[-1], "")
        return Result(0, f"LoadState=loaded\nActiveState=inactive\nNeedDaemonReload=no\nMainPID=0\nRequires={needs}\n")

    def units(self) -> list[str]:
        """Give the units that were asked for, each once."""
        return list(dict.fromkeys(operation.argv[-1] for operation in self.asked if isinstance(operation, Exec)))


def test_what_an_answer_leaves_out_was_read_and_what_has_no_reader_was_not() -> None:
    host = Watching(HandClock(), answer=Result(0, values={"exists": False}))
    paths = [("files", "/none", "mode"), ("services", "web", "requires"), ("hosts", "web", "served_by")]
    told = Probe(FactReader(host, Host("linux", "supervisor")), Vault(NoSecrets()), host.clock).look(paths, {})
    assert told.facts == {fact("/none"): False}
    assert told.unread == ("services.web.requires", "hosts.web.served_by")


def test_what_a_service_requires_is_looked_at_one_level_deep() -> None:
    host = Units(HandClock())
    probe = looking(host)
    seen = probe.look([("services", "web.service", "state")], {})
    assert seen.facts['services["db.service"].state'] == "stopped"
    assert 'services["disk.service"].state' not in seen.facts
    assert host.units() == ["web.service", "db.service"]
    after = probe.look([], {'services["web.service"].requires': ["db.service"]})
    assert after.facts['services["db.service"].state'] == "stopped"


def test_every_operation_that_tells_facts_only_reads() -> None:
    """A probe carries out nothing but these; what a name in them may be is tested with the hostile values."""
    for reader in READERS:
        for operation, _ in reader.variants.values():
            if isinstance(operation, Native):
                assert operation.name.endswith(".facts")
                continue
            assert isinstance(operation, Exec)
            known = tuple(map(str, operation.argv[:2])) in READ_ONLY
            assert known or operation.argv[0] in DATA_READERS, operation.argv


DATA_READERS = {"redis-cli", "pg_isready", "psql", "nginx", "powershell.exe", "vssadmin.exe", "w32tm.exe"}
"""Programs that ask servers; the statements that they are given stand in `actions/facts_data` and `facts_windows`."""


def test_a_probe_asks_for_nothing_but_readings_whatever_the_run_names(tmp_path: Path) -> None:
    world = FileWorld(failing={"/data": -1}, codes={"false": 1})
    with running_inside(tmp_path, world) as inside:
        book = runbook(mode("set", "/data", on_failure="continue"), program("run", "false"))
        inside.run(book)
    assert [done for done in world.ran if not done.startswith("systemctl show")] == [
        "file.set_mode /data 0640",
        "false",
    ]


# that it changes nothing of the run


def test_a_slow_probe_is_no_part_of_the_run_s_time(tmp_path: Path) -> None:
    clock = HandClock()

    class Slow(FileWorld):
        def run(self, operation: Operation, timeout_seconds: float) -> Result:
            if isinstance(operation, Native) and operation.name == "disk.facts":
                clock.move(5.0)
            return super().run(operation, timeout_seconds)

    world = Slow(failing={"/data": -1})
    with running_inside(tmp_path, world, clock) as inside:
        told = inside.run(runbook(mode("set", "/data", on_failure="continue"), fix(), limits={"timeout": "4s"}))
    assert (told.status, told.success) == ("success", True)
    assert step_of(told, "set").duration_seconds == 0.0


def test_every_try_keeps_how_it_ended(tmp_path: Path) -> None:
    retried = mode("set", "/data", retry={"attempts": 3, "delay": "1s"})
    step = step_of(failed(tmp_path, retried, fix(), world=FileWorld(failing={"/data": 2})), "set")
    assert [(one.outcome, one.exit_code, one.error, one.timed_out) for one in step.attempts] == [
        ("failed", 1, "cannot change /data", False),
        ("failed", 1, "cannot change /data", False),
        ("success", 0, "", False),
    ]


def test_a_secret_is_in_no_try_and_in_nothing_that_a_probe_saw(tmp_path: Path) -> None:
    secret = "s3cret-value-of-the-site"

    class Talking(FileWorld):
        def run(self, operation: Operation, timeout_seconds: float) -> Result:
            if isinstance(operation, Native) and operation.name == "disk.facts":
                return Result(0, values={"used_percent": f"{secret} of 9"})
            done = super().run(operation, timeout_seconds)
            return Result(done.exit_code, done.output, f"refused {secret}", values=done.values)

    world = Talking(secrets={"key": secret}, codes={"/bin/sh": 1, "sh": 1})
    script = {"script": "false", "env": {"KEY": "secret://key"}}
    leak = {"id": "leak", "action": "script.sh", "with": script, "retry": {"attempts": 2, "delay": "1s"}}
    told = failed(tmp_path, leak, world=world, secrets={"key": {"description": "a key"}})
    step = step_of(told, "leak")
    assert (step.outcome, len(step.attempts)) == ("failed", 2)
    assert "disks" in str(step.state_after)
    assert secret not in told.model_dump_json()


def test_the_words_of_a_success_are_kept_and_are_no_error_of_the_step(tmp_path: Path) -> None:
    class Warning_(FileWorld):
        def run(self, operation: Operation, timeout_seconds: float) -> Result:
            done = super().run(operation, timeout_seconds)
            return Result(done.exit_code, "ok", "it is old" * 1000) if isinstance(operation, Exec) else done

    told = failed(
        tmp_path,
        program("run", "true"),
        {**fix(), "when": {"steps.run.error": ""}},
        world=Warning_(),
    )
    step = step_of(told, "run")
    assert step.outcome == "success"
    assert step.error.endswith("it is old")
    assert step.error.startswith("[5000 bytes before this were left out]")
    assert told.success


def test_paths_that_were_not_read_are_paths(tmp_path: Path) -> None:
    told = failed(tmp_path, mode("set", "/da ta*", on_failure="continue"), world=FileWorld(failing={"/da ta*": -1}))
    for name in (*step_of(told, "set").unread, *told.verification_unread):
        assert concrete_path(name)


# what may stand behind a failure


def suspected(action: str, **params: Any) -> tuple[str, ...]:
    """Give the facts that may tell why this action failed on a host with systemd."""
    step = ExecutedStep(step="it", action=action, params=params, outcome="failed")
    return tuple(map(str_path, suspects.of_failed(step, None, Host("linux", "systemd"), lambda _: UNKNOWN)))


def test_behind_a_full_disk_deleted_files_are_looked_for() -> None:
    assert 'deleted_open["/srv"].percent' in suspected("disk.has_room", path="/srv", below_percent=90)


def test_behind_an_old_certificate_the_unit_that_serves_it_is_looked_for() -> None:
    assert 'tls["www.example"].443.served_by' in suspected("cert.served", host="www.example", port=443, days=14)


def test_what_nearly_always_holds_is_looked_at_where_something_failed() -> None:
    asked = suspected("service.start", service="web")
    assert {"services.web.programs", "services.web.refused_by", "selinux.mode"} <= set(asked)


def test_whom_a_fact_names_is_looked_at_one_level_deep() -> None:
    facts = {
        "services.web.requires": ["db"], "services.web.programs": ["/usr/sbin/web"], "services.web.refused_by": ["b"],
        'deleted_open["/"].holder': "log.service", "tls.here.443.served_by": "web.service", "services.web.pid": 7,
        "files.x.owner": "root",
    }  # fmt: skip
    named = set(map(str_path, dependencies(facts)))
    assert named == {
        "services.db.state", "services.db.start_type", 'files["/usr/sbin/web"].label_right',
        'files["/usr/sbin/web"].exists', "selinux_booleans.b.on", 'services["log.service"].state',
        'services["web.service"].state', 'services["web.service"].reloadable',
    }  # fmt: skip
