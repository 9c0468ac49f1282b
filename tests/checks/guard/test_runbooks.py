"""The commands of a runbook: what is found in it, and which forms a change brings."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runwright.checks.guard.forms_of import forms_of, judged, new_forms
from runwright.checks.guard.own import mistakes, own_forms
from runwright.model.guard_forms import GuardForms
from runwright.model.policy import GuardPolicy, Policy
from runwright.model.runbook import Runbook

ASK = {"programs": ["queuectl"], "words": ["queue", "list/pause", "NAME?"], "options": ["--json"], "reason": "Asks."}


def runbook(*steps: dict[str, Any], platform: str = "linux", **more: Any) -> Runbook:
    named = [{"id": f"s{number}", **step} for number, step in enumerate(steps)]
    data = {
        "id": "RB-LIN-X-1", "name": "X", "version": 1, "platform": platform, "incident_types": ["t"], "steps": named,
        "verify": {"method": "m", "checks": [{"when": {"a": 1}, "confidence": 1.0}]}, **more,
    }  # fmt: skip
    return Runbook.model_validate_json(json.dumps(data))


def run(*argv: str) -> dict[str, Any]:
    return {"action": "command.run", "with": {"argv": list(argv)}}


def bash(script: str, **env: str) -> dict[str, Any]:
    return {"action": "script.bash", "with": {"script": script, "env": env}}


def verdicts(book: Runbook) -> list[str]:
    return [each.judgement.verdict for each in judged(book)]


def known(**changes: Any) -> GuardForms:
    return GuardForms.model_validate_json(json.dumps({"forms": [{**ASK, **changes}]}))


def test_every_command_is_judged_however_deep_it_stands() -> None:
    deep = {"block": [{"id": "a", **run("df")}], "rescue": [{"id": "b", **bash("rm -rf /")}]}
    undone = {**run("df"), "rollback": {"action": "command.run", "with": {"argv": ["rm", "-rf", "/etc"]}}}
    last = [{"id": "z", **run("wipefs", "-a", "/dev/sda")}]
    found = list(judged(runbook(deep, undone, **{"finally": last})))
    assert [(each.step, each.judgement.verdict) for each in found] == [
        ("a", "allow"), ("b", "block"), ("s1", "allow"), ("s1", "block"), ("z", "block"),
    ]  # fmt: skip
    assert found[1].pointer == ("steps", 0, "rescue", 0, "with", "script")
    assert found[3].pointer == ("steps", 1, "rollback", "with", "argv")


def test_each_language_is_read_in_its_own_way() -> None:
    power = {"action": "script.powershell", "with": {"script": "Restart-Service Spooler"}}
    assert verdicts(runbook(power, platform="windows")) == ["allow"]
    assert verdicts(runbook(bash("Restart-Service Spooler"))) == ["review"]
    assert verdicts(runbook({"action": "script.python", "with": {"script": "print(1)"}})) == ["review"]
    assert verdicts(runbook({"action": "script.sh", "with": {"script": "uptime"}})) == ["allow"]


def test_a_program_of_any_platform_must_be_safe_on_both() -> None:
    assert verdicts(runbook(run("docker", "--version"), platform="any")) == ["allow"]
    assert verdicts(runbook(run("systemctl", "restart", "web"), platform="any")) == ["review"]


def test_the_environment_that_a_step_gives_counts() -> None:
    assert verdicts(runbook(bash('systemctl restart "$UNIT"', UNIT="web"))) == ["allow"]
    assert verdicts(runbook(bash('systemctl restart "$UNIT"', BASH_ENV="/tmp/x"))) == ["block"]


def test_the_program_may_not_be_inserted() -> None:
    assert verdicts(runbook({"action": "command.run", "with": {"argv": "${{ params.words }}"}})) == ["review"]


def test_a_form_is_the_command_without_its_values() -> None:
    one = forms_of(runbook(run("systemctl", "restart", "web"), bash("df -h /var")))
    other = forms_of(runbook(run("systemctl", "restart", "db"), bash("df -h /srv")))
    assert one == other == {"run: systemctl restart", "bash: df"}


def test_the_text_of_a_script_that_is_not_known_safe_is_its_form() -> None:
    assert forms_of(runbook(bash("queuectl pause a"))) != forms_of(runbook(bash("queuectl pause b")))


def test_a_new_form_raises_the_risk() -> None:
    base = runbook(run("systemctl", "restart", "web"))
    head = runbook(run("systemctl", "restart", "db"), run("df"), run("queuectl", "pause"), bash("rm -rf /"))
    found = {each.form: (each.step, each.verdict, each.risk) for each in new_forms([base], head)}
    assert found.pop("run: df") == ("s1", "allow", "medium")
    assert found.pop("run: queuectl pause") == ("s2", "review", "high")
    assert {risk for _, _, risk in found.values()} == {"high"}


def test_a_policy_may_ask_for_more_when_a_form_is_new() -> None:
    strict = Policy(guard=GuardPolicy(new_forms="high"))
    (found,) = new_forms([], runbook(run("df")), policy=strict)
    assert found.risk == "high"


def test_a_form_of_the_repository_is_known() -> None:
    book = runbook(run("queuectl", "queue", "list", "orders", "--json"))
    assert verdicts(book) == ["review"]
    assert [each.judgement.verdict for each in judged(book, own_forms(known()))] == ["allow"]


def test_a_form_of_the_repository_lets_nothing_else_through() -> None:
    own = own_forms(known())
    for argv in (
        ("queuectl", "queue", "drop"),
        ("queuectl", "queue", "list", "--all"),
        ("queuectl",),
        ("other", "queue"),
    ):
        assert [each.judgement.verdict for each in judged(runbook(run(*argv)), own)] == ["review"]


def test_the_deny_list_stands_above_a_form_of_the_repository() -> None:
    own = own_forms(known(programs=["rm"], words=["PATH+"], options=["-rf"]))
    assert [each.judgement.verdict for each in judged(runbook(run("rm", "-rf", "/etc")), own)] == ["block"]


@pytest.mark.parametrize("program", ["bash", "sudo", "python3", "xargs", "docker", "env", "pwsh", "awk"])
def test_what_starts_other_programs_cannot_be_listed(program: str) -> None:
    listed = known(programs=[program])
    assert [place for place, _, _ in mistakes(listed)] == [("forms", 0, "programs", 0)]
    assert own_forms(listed) == {}


def test_a_misspelt_kind_of_value_is_found() -> None:
    (_, message, advice), *_ = mistakes(known(words=["NAMEE?"]))
    assert "'NAMEE' is no kind of value" in message
    assert advice == "did you mean 'NAME'?"
    assert mistakes(known(options=["--queue=NAMEE"]))


def test_windows_ignores_case_in_a_form_of_the_repository() -> None:
    own = own_forms(known(programs=["QueueCtl"], shells=["cmd"], words=["Queue", "List"]))
    book = runbook(run("queuectl.exe", "queue", "LIST", "--JSON"), platform="windows")
    assert [each.judgement.verdict for each in judged(book, own)] == ["allow"]
