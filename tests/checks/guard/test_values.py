"""Variables: one that may hold several values is judged with each of them, one that is not known as not known."""

from __future__ import annotations

import pytest

from runwright.checks.guard import Shell, judge

BASH_WAYS = [
    "while read l; do f={}; done < y",
    "for i in $(true); do f={}; done",
    "for ((i=0; i<2; i++)); do f={}; done",
    "if test -d /a; then f={}; fi",
    "case $1 in a) f={};; esac",
    "test -d /a && f={}",
    "test -d /a || f={}",
    "(f={})",
    "f={} true",
    "f={} | cat",
    "x=$(f={})",
    "g() { f={}; }; g",
    "g() { local f={}; }; g",
    "if test -d /a; then declare f={}; fi",
    "if test -d /a; then read -r f <<< {}; fi",
    "if test -d /a; then printf -v f {}; fi",
    "eval 'f={}'",
]
POWERSHELL_WAYS = [
    "if (Test-Path C:\\a) { $f='{}' }",
    "foreach ($l in Get-Content C:\\a) { $f='{}' }",
    "while (Test-Path C:\\a) { $f='{}' }",
    "switch (1) { 1 { $f='{}' } }",
    "function g { $f='{}' }; g",
    "try { $f='{}' } catch { }",
    "Get-Item C:\\a | ForEach-Object { $f='{}' }",
    "& { $f='{}' }",
    "if (Test-Path C:\\a) { $script:f='{}' }",
    "if (Test-Path C:\\a) { [string]$f='{}' }",
    "if (Test-Path C:\\a) { Set-Variable -Value '{}' -Name f }",
    "if (Test-Path C:\\a) { Set-Item variable:f '{}' }",
]
CMD_WAYS = [
    "if exist C:\\a set f={}",
    "if exist C:\\a (\nset f={}\n)",
    "for %%i in (a) do set f={}",
    "ver && set f={}",
    "call set f={}",
    ":x\nset f={}\ngoto x",
]


@pytest.mark.parametrize("values", [("/", "/tmp/x"), ("/tmp/x", "/")])
@pytest.mark.parametrize("way", BASH_WAYS)
def test_a_value_of_bash_that_not_every_run_sets_does_not_hide_another(way: str, values: tuple[str, str]) -> None:
    first, second = values
    assert (
        judge("bash", f"f={first}; {way.replace('{}', second) if '{}' in way else way}; rm -rf $f").verdict == "block"
    )


@pytest.mark.parametrize("values", [("C:\\Windows", "C:\\Temp\\app.log"), ("C:\\Temp\\app.log", "C:\\Windows")])
@pytest.mark.parametrize("way", POWERSHELL_WAYS)
def test_a_value_of_powershell_that_not_every_run_sets_does_not_hide_another(way: str, values: tuple[str, str]) -> None:
    first, second = values
    script = f"$f='{first}'; {way.replace('{}', second)}; Remove-Item -Recurse -Force $f"
    assert judge("powershell", script).verdict == "block"


@pytest.mark.parametrize("use", ["%f%", "!f!"])
@pytest.mark.parametrize("values", [("C:\\Windows", "C:\\Temp\\x"), ("C:\\Temp\\x", "C:\\Windows")])
@pytest.mark.parametrize("way", CMD_WAYS)
def test_a_value_of_cmd_that_not_every_run_sets_does_not_hide_another(
    way: str, values: tuple[str, str], use: str
) -> None:
    first, second = values
    script = f"set f={first}\n{way.replace('{}', second)}\nrd /s /q {use}"
    assert judge("cmd", script).verdict == "block"


def test_a_value_on_the_same_line_of_cmd_is_the_old_one() -> None:
    assert judge("cmd", "set f=C:\\Windows\nset f=C:\\Temp\\x & rd /s /q %f%").verdict == "block"


@pytest.mark.parametrize(
    "script",
    [
        "for f in / /tmp/x; do test -d $f && break; done; rm -rf $f",
        "for f in /; do if test -d /b; then f=/tmp/x; fi; rm -rf $f; done",
        "while true; do rm -rf $f; f=/; done",
        "a=echo; b=/tmp/x; if test -d /a; then a=rm; fi; if test -d /b; then b='-rf /'; fi; $a $b",
        'a=(/); if test -d /a; then a=(/tmp/x); fi; rm -rf "${a[@]}"',
        'a=(/tmp/x); a+=(/); rm -rf "${a[@]}"',
        "set -- /; if test -d /a; then set -- /tmp/x; fi; rm -rf $1",
        "set -- /tmp/x /; shift; rm -rf $1",
        ": ${f:=/}; rm -rf $f",
    ],
)
def test_loops_arrays_and_arguments_are_followed_the_same_way(script: str) -> None:
    assert judge("bash", script).verdict == "block"


@pytest.mark.parametrize(
    ("shell", "script"),
    [
        ("bash", "u=nginx; @; systemctl restart $u"),
        ("powershell", "$u='C:\\Temp\\app.log'; @; Remove-Item $u"),
        ("cmd", "set u=C:\\Temp\\app.log\n@\ndel %u%"),
    ],
)
def test_a_value_that_is_set_once_is_known(shell: Shell, script: str) -> None:
    harmless = {"bash": "true", "powershell": "Get-Date", "cmd": "echo ok"}[shell]
    assert judge(shell, script.replace("@", harmless)).verdict == "allow"


@pytest.mark.parametrize(
    ("shell", "script", "change"),
    [
        *(
            ("bash", "u=nginx; @; systemctl restart $u", change)
            for change in (
                "read u",
                "while true; do u=$(hostname); done",
                "mapfile u",
                "let u=1",
                "echo $((u++))",
                "u+=$(hostname)",
                "u[0]=redis",
                "for u in $(hostname); do true; done",
                "while true; do u=${u}x; done",
            )
        ),
        *(
            ("powershell", "$u='C:\\Temp\\app.log'; @; Remove-Item $u", change)
            for change in (
                "$u = Get-Date",
                "$u += (Get-Date)",
                "$u++",
                "$u,$v = 'a','b'",
                "Get-Date -OutVariable u",
                "Get-Date -ov:u",
                "foreach ($u in Get-Content C:\\Temp\\app.log) { Get-Date }",
                "if (Test-Path C:\\Temp) { $u = Get-Date }",
            )
        ),
        *(
            ("cmd", "set u=C:\\Temp\\app.log\n@\ndel %u%", change)
            for change in (
                "set /p u=name",
                "set /a u+=1",
                'set /a "v=1,u=2"',
                "for /f %%i in ('ver') do set u=%%i",
                "call set u=%%v%%",
            )
        ),
    ],
)
def test_a_value_that_is_no_longer_known_needs_a_second_person(shell: Shell, script: str, change: str) -> None:
    assert judge(shell, script.replace("@", change)).verdict != "allow"


@pytest.mark.parametrize(
    ("shell", "script"),
    [
        ("bash", "u=nginx; if test -f /etc/hosts; then u=redis; fi; systemctl restart $u"),
        ("bash", "n=0; while [ $n -lt 5 ]; do n=$((n+1)); sleep 1; done; echo $n"),
        ("bash", "for u in nginx redis; do systemctl is-active $u; done; echo done $u"),
        ("bash", "s=ok; systemctl is-active nginx || s=bad; logger $s"),
        ("bash", 'until nc -z "$HOST" 5432; do sleep 1; done'),
        ("powershell", "$u='Spooler'; if (Test-Path C:\\Temp) { $u='W32Time' }; Restart-Service $u"),
        ("powershell", "$n=0; while ($n -lt 5) { $n++; Start-Sleep -Seconds 1 }"),
        ("powershell", "$s='ok'; try { Restart-Service Spooler } catch { $s='bad' }; Write-Output $s"),
        ("cmd", "set u=Spooler\nif exist C:\\Temp set u=W32Time\nsc query %u%"),
    ],
)
def test_several_harmless_values_may_run(shell: Shell, script: str) -> None:
    found = judge(shell, script)
    assert found.verdict == "allow", found.reasons


def test_a_host_that_a_counter_makes_is_a_sweep() -> None:
    assert judge("bash", "i=1; while true; do ping -c1 10.0.0.$i; i=$((i+1)); done").verdict == "review"
    assert judge("powershell", '$i=1; while ($true) { ping -n 1 "10.0.0.$i"; $i+=1 }').verdict == "review"


def test_what_is_stopped_with_one_value_is_not_started_with_another() -> None:
    script = "u=a; systemctl stop $u; if test -f /etc/hosts; then u=b; fi; systemctl start $u"
    assert judge("bash", script).verdict == "review"


@pytest.mark.parametrize("shell", ["bash", "cmd", "powershell"])
@pytest.mark.parametrize("program", ["bash", "sh", "pwsh", "python3"])
def test_asking_an_interpreter_for_its_version_is_a_look(shell: Shell, program: str) -> None:
    assert judge(shell, f"{program} --version").verdict == "allow"
    assert judge(shell, f"{program} --version -c 'rm -rf /'").verdict != "allow"
