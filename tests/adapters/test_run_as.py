"""A program runs as another account with that account's groups and home, or it does not run at all."""

from __future__ import annotations

import json
import os
import pwd
import sys

import pytest

from runwright.actions.action import Exec, Native
from runwright.adapters.accounts_local import person_here
from runwright.adapters.shell_account import NoSuchAccount, account_of
from runwright.adapters.shell_local import LocalHost

HOST = LocalHost(lambda _seconds: False)
ME = pwd.getpwuid(os.geteuid())
TELL = (
    "import json, os; print(json.dumps({'ids': [os.getuid(), os.geteuid(), os.getgid()], "
    "'groups': os.getgroups(), 'env': {k: os.environ.get(k) for k in ('HOME', 'USER', 'LOGNAME', 'GIVEN')}}))"
)


@pytest.mark.needs("root")
def test_a_program_has_the_ids_groups_and_home_of_the_account() -> None:
    nobody = pwd.getpwnam("nobody")
    words = "id -u; id -g; id -G; echo $HOME $USER $LOGNAME $GIVEN"
    user, group, groups, variables = HOST.run_as(
        "nobody", Exec(("sh", "-c", words), {"GIVEN": "yes"}), 20
    ).output.splitlines()
    assert (int(user), int(group)) == (nobody.pw_uid, nobody.pw_gid)
    assert {int(one) for one in groups.split()} == set(os.getgrouplist("nobody", nobody.pw_gid))
    assert variables == f"{nobody.pw_dir} nobody nobody yes"


@pytest.mark.needs("root")
def test_a_program_that_does_not_end_in_time_is_ended_whoever_it_runs_as() -> None:
    result = HOST.run_as("nobody", Exec(("sleep", "60")), 0.5)
    assert result.timed_out


def test_the_own_account_needs_no_rights() -> None:
    result = HOST.run_as(ME.pw_name, Exec((sys.executable, "-c", TELL)), 20)
    assert json.loads(result.output)["env"]["USER"] == ME.pw_name
    assert account_of(ME.pw_name).popen == {}


def test_an_account_that_does_not_exist_is_told_and_nothing_runs() -> None:
    result = HOST.run_as("no-such-account", Exec(("touch", "/planted")), 20)
    assert result.never_started
    assert "no account 'no-such-account' on this host" in result.error
    assert not os.path.exists("/planted")


def test_what_needs_no_program_cannot_run_as_somebody_else() -> None:
    result = HOST.run_as(ME.pw_name, Native("file.truncate", {"path": "/absent"}), 20)
    assert result.never_started
    assert "leave `run_as` out" in result.error


def test_without_root_only_the_own_account_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(NoSuchAccount, match="runs as 12345 and cannot run as 'root'; that needs root"):
        account_of("root")


def test_behind_sudo_the_person_is_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("SUDO_USER", "nobody")
    assert person_here().account == "nobody"
    assert "nogroup" in person_here().groups


def test_whoever_is_not_root_cannot_claim_to_be_somebody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: pwd.getpwnam("nobody").pw_uid)
    monkeypatch.setenv("SUDO_USER", "root")
    assert person_here().account == "nobody"


def test_a_caller_that_does_not_exist_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("SUDO_USER", "no-such-account")
    assert person_here().account == "root"
