"""What numbers, owners and the run's own work say of a remedy: the right one that lacks a step, or the wrong one."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.learn.diagnosis.measures import amount, share_in
from runwright.learn.triage import triage
from tests.learn.test_triage import broke, did, field

FULL = {"incident_type": "disk_full", "verification_passed": False}


def looked(action: str, output: str, /, **params: Any) -> dict[str, Any]:
    return {**did(action, **params), "output": output}


def told(*steps: dict[str, Any], before: dict[str, Any], after: dict[str, Any], **run: Any) -> Any:
    return triage(field(*steps, state_before=before, state_after={**before, **after}, **run))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"volume": "50Gi 100%"}, {"volume": "100Gi 100%"}),
        ({"pool_limit": 100, "pool_used": 100}, {"pool_limit": 3500, "pool_used": 3500}),
    ],
)
def test_what_was_given_more_and_is_used_up_again_has_the_wrong_remedy(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    steps = (did("run_command", command="expand it"), broke("disk_usage", "it is full", path="/"))
    found = told(*steps, before=before, after=after, **FULL)
    assert (found.failure_type, found.improvable) == ("wrong_runbook", False)
    assert "used up again" in found.rationale


def test_what_was_given_more_and_suffices_is_no_such_case() -> None:
    steps = (did("run_command", command="expand it"), broke("tcp_check", "connection refused", port=80))
    before, after = {"volume": "50Gi 100%"}, {"volume": "100Gi 50%"}
    assert "used up again" not in told(*steps, before=before, after=after, **FULL).rationale


def test_a_measure_that_rose_is_no_progress() -> None:
    step = did("run_command", command="psql -c 'VACUUM FULL'")
    before = {"data_used": "404G", "wal": "332G"}
    worse = told(step, before=before, after={"data_used": "434G", "wal": "362G"}, **FULL)
    better = told(step, before=before, after={"data_used": "380G", "wal": "332G"}, **FULL)
    assert better.failure_type == "runbook_insufficient"
    assert worse.improvable is False


def test_a_remedy_that_found_nothing_is_wrong_where_the_facts_bear_the_trouble_out() -> None:
    step = looked("run_command", "Total reclaimed space: 0B", command="docker system prune -af")
    shown = told(step, before={"root_fs_used_pct": 93}, after={}, **FULL)
    assert shown.failure_type == "wrong_runbook"
    unshown = told(step, before={"containers": "static"}, after={}, incident_type="image_leak")
    assert unshown.failure_type == "wrong_diagnosis"


def test_the_sign_that_an_incident_is_called_after_may_be_denied_by_the_facts() -> None:
    step = did("run_command", command="kubectl set resources deploy/app --limits=memory=1Gi")
    run = {"incident_type": "oom_killed", "verification_passed": False}
    assert "the sign that" in told(step, before={"oom_killed_flag": False}, after={}, **run).rationale
    shown = told(step, before={"oom_killed_flag": True}, after={}, **run)
    assert "the sign that" not in shown.rationale


def test_two_clocks_that_are_an_hour_apart_are_the_trouble() -> None:
    steps = (did("run_command", command="set a password"), broke("run_command", "the attempted logon is invalid"))
    apart, alike = ({"dc_time": "15:02", "host_time": other} for other in ("14:02", "15:02"))
    run = {"incident_type": "authentication_failure"}
    assert told(*steps, before=apart, after={}, **run).failure_type == "wrong_diagnosis"
    assert told(*steps, before=alike, after={}, **run).failure_type != "wrong_diagnosis"


def test_what_the_run_itself_put_there_and_does_not_start_is_its_own_incomplete_work() -> None:
    steps = (did("run_command", command="svc.exe install"), broke("service_start", "it ended", service="svc"))
    assert "the run itself" in triage(field(*steps)).rationale
    assert "the run itself" not in triage(field(did("service_restart", service="db"), *steps[1:])).rationale


def test_a_setting_that_a_policy_owns_does_not_hold_here() -> None:
    error = "The config setting cannot be changed because it is controlled by policies."
    run = field(broke("run_powershell", error, command="Set-Item x"), state_before={"x": "by domain GPO"})
    assert triage(run).failure_type == "wrong_runbook"


def test_two_attempts_that_fail_alike_count_whatever_fails_last() -> None:
    same = "cannot clear errors: I/O error"
    run = field(broke("clear", same), broke("clear_harder", same), broke("export", "the pool is currently suspended"))
    assert "in the same way twice" in triage(run).rationale


def test_that_the_others_are_up_says_nothing_of_this_step() -> None:
    run = field(broke("run_command", "A specified logon session does not exist"), state_before={"other_nodes": "up"})
    assert "other hosts" not in triage(run).rationale


def test_a_password_of_yesterday_is_no_outage() -> None:
    run = field(broke("login", "it failed for some reason"), state_before={"password_last_set": "yesterday"})
    assert "everywhere" not in triage(run).rationale


def test_a_long_wait_is_known_by_what_it_was_told() -> None:
    steps = (did("service_restart", service="web"), did("wait", hours=6), broke("http_check", "500", url="http://x"))
    assert "came back" in triage(field(*steps)).rationale


def test_a_file_that_is_not_there_is_a_missing_step() -> None:
    run = field(broke("service_start", "it ended", service="db"), state_before={"C:\\db\\Logs": "absent"})
    assert "is not there" in triage(run).rationale


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (7, 7.0),
        ("58G", 58e9),
        ("212Mi", 212e6),
        ("1.5 TB", 1.5e12),
        ("12 of 20", 12.0),
        ("v1.2.3", None),
        (True, None),
        (10**400, None),
    ],
)
def test_an_amount_is_read_with_its_unit(value: Any, found: float | None) -> None:
    assert amount(value) == found


@pytest.mark.parametrize(("text", "share"), [("58G 97%", 97.0), ("1.6M of 1.6M", 100.0), ("0 of 0", None), ("x", None)])
def test_a_share_is_read_as_people_write_it(text: str, share: float | None) -> None:
    assert share_in(text) == share


def test_what_was_taken_away_and_put_there_anew_is_no_new_work_of_the_run() -> None:
    steps = (did("run_command", command="svc remove"), did("run_command", command="svc install"))
    run = field(*steps, broke("service_start", "it ended", service="svc"))
    assert "the run itself" not in triage(run).rationale


def test_a_fact_that_denies_what_is_wanted_is_trouble_elsewhere() -> None:
    steps = (did("service_restart", service="rabbitmq"), broke("tcp_check", "no broker", port=5672))
    told_so = [
        field(*steps, incident_type="broker_down", state_before={"hostname_resolves": it}) for it in (False, True)
    ]
    assert ["trouble elsewhere" in triage(run).rationale for run in told_so] == [True, False]


def test_no_answer_of_this_very_host_is_no_trouble_of_others() -> None:
    own, other = (
        triage(field(broke("run_command", "RPC: Timed out", command=f"showmount -e {host}")))
        for host in ("localhost", "filer")
    )
    assert own.confidence < other.confidence or own.failure_type != other.failure_type
