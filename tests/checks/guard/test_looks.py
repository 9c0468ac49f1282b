"""Looks: a question about one thing may run, a look around goes to a person."""

from __future__ import annotations

import pytest

from runwright.checks.guard import Shell, judge, judge_argv

HOSTS_OF_THE_SITE = [
    "db01",
    "10.2.3.4",
    "172.31.0.9",
    "192.168.7.1",
    "169.254.1.1",
    "fe80::1",
    "fd00:1::2",
    "::1",
    "a.lan",
]
HOSTS_ELSEWHERE = [
    "203.0.113.4",
    "172.32.0.9",
    "11.2.3.4",
    "www.example.com",
    "2001:db8::1",
    "3405803780",
    "10.example.com",
]


@pytest.mark.parametrize("host", HOSTS_OF_THE_SITE)
def test_a_host_of_the_site_may_be_probed(host: str) -> None:
    assert judge("bash", f"ping -c 1 {host}").verdict == "allow"
    assert judge("cmd", f"ping -n 1 {host}").verdict == "allow"
    assert judge("powershell", f"Test-NetConnection -ComputerName {host} -Port 443").verdict == "allow"


@pytest.mark.parametrize("host", HOSTS_ELSEWHERE)
def test_a_probe_that_leaves_the_site_needs_a_second_person(host: str) -> None:
    assert judge("bash", f"ping -c 1 {host}").verdict == "review"
    assert judge("bash", f"nc -z {host} 443").verdict == "review"
    assert judge("cmd", f"tracert {host}").verdict == "review"
    assert judge("powershell", f"Test-NetConnection -ComputerName {host} -Port 443").verdict == "review"


def test_a_host_that_a_parameter_gives_may_be_probed() -> None:
    assert judge_argv(["ping", "-c", "1", "${{ params.host }}"]).verdict == "allow"


def test_a_name_of_the_site_may_be_looked_up_but_only_at_a_server_of_the_site() -> None:
    assert judge("bash", "dig +short db01.internal").verdict == "allow"
    assert judge("bash", "dig +short secret.example.com").verdict == "review"
    assert judge("bash", "dig +short db01.internal @203.0.113.53").verdict == "review"
    assert judge("bash", "dig example.lan axfr").verdict == "review"


def test_a_shell_inside_a_shell_needs_a_second_person_and_an_agents_own_call_does_not() -> None:
    assert judge("bash", "bash -c 'df -h /'").verdict == "review"
    assert judge("cmd", 'powershell -Command "Get-Service Spooler"').verdict == "review"
    assert judge_argv(["bash", "-c", "df -h /"]).verdict == "allow"
    assert judge_argv(["powershell", "-Command", "Get-Service Spooler"], "windows").verdict == "allow"
    assert judge_argv(["bash", "-c", "sh -c 'df -h /'"]).verdict == "review"


@pytest.mark.parametrize(
    ("shell", "whole", "part"),
    [
        ("bash", "ps aux", "ps aux | grep nginx"),
        ("bash", "dpkg -l", "dpkg -l nginx"),
        ("bash", "kubectl get pods -A", "kubectl get pods -n shop"),
        ("bash", "iptables -L", "iptables -L INPUT"),
        ("bash", "echo $(ps aux)", "ps aux | wc -l"),
        ("bash", "ps aux | grep .", "ps aux | head -5"),
        ("cmd", "sc query", "sc query Spooler"),
        ("cmd", "net start", "net start Spooler"),
        ("powershell", "Get-Service *", "Get-Service Spooler"),
        ("powershell", "Get-Service -ErrorAction Stop", "Get-Service Spooler -ErrorAction Stop"),
        ("powershell", "Get-Process | Select-Object Name", "Get-Process | Select-Object -First 5"),
        ("powershell", "(Get-Service).Name", "(Get-Service Spooler).Name"),
        ("powershell", "Get-MpComputerStatus", "Get-MpComputerStatus | Select-Object RealTimeProtectionEnabled"),
    ],
)
def test_all_of_a_kind_needs_a_second_person_and_one_of_it_does_not(shell: Shell, whole: str, part: str) -> None:
    assert judge(shell, whole).verdict == "review"
    assert judge(shell, part).verdict == "allow"


@pytest.mark.parametrize(
    ("shell", "command", "reason"),
    [
        ("powershell", "foreach ($p in 1..99) { Test-NetConnection db01 -Port $p }", "every turn of a loop"),
        ("bash", "nc -z a 1; nc -z a 2; nc -z a 3; nc -z a 4", "more than 3 hosts or ports"),
        ("bash", "ip addr; ss -tlnp; lsblk", "surveys the host"),
        ("powershell", "Get-Volume | Out-Null", "thrown away"),
        ("powershell", "Get-NetTCPConnection | ForEach-Object { Get-Process -Id $_.OwningProcess }", "joins what"),
        ("cmd", "echo %USERNAME%", "who is logged in"),
    ],
)
def test_the_reason_names_what_makes_a_look_a_survey(shell: Shell, command: str, reason: str) -> None:
    found = judge(shell, command)
    assert found.verdict == "review"
    assert any(reason in each for each in found.reasons), found.reasons


def test_a_look_that_stops_the_script_when_it_fails_is_a_check() -> None:
    assert judge("powershell", "Get-Service Spooler -ErrorAction Stop | Out-Null").verdict == "allow"
