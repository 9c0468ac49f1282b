"""Programs run without a shell, in a clean environment, and end as a whole when their time is up."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import psutil
import pytest

from runwright.actions.action import Exec, Native
from runwright.actions.catalogue import Host
from runwright.adapters import shell_local
from runwright.adapters.shell_local import LocalHost
from runwright.adapters.shell_streams import MAX_BYTES, Tail
from runwright.errors import ContentError
from runwright.redact.registered import Registered
from tests.support.until import until


def host(**programs: list[str]) -> LocalHost:
    return LocalHost(lambda _seconds: False, programs)


def python(code: str, *words: str, **more: object) -> Exec:
    return Exec((sys.executable, "-c", code, *words), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("word", ["; touch planted", "$(touch planted)", "`id`", "a b", "", "--help", "*", "\n"])
def test_an_argument_stays_one_argument_whatever_it_holds(word: str) -> None:
    result = host().run(python("import sys; print(repr(sys.argv[1:]))", word), 20)
    assert result.output == f"{[word]!r}\n"


def test_the_environment_is_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTED_TOKEN", "abc")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    code = "import os, json; print(*sorted(os.environ)); print(os.environ['LANG'], os.environ['GIVEN'])"
    names, values = host().run(python(code, env={"GIVEN": "yes"}), 20).output.splitlines()
    assert set(names.split()) <= {"GIVEN", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "PATH", "TEMP", "TMP"}
    assert values == "C.UTF-8 yes"


def test_the_last_part_of_a_long_output_is_kept_and_it_says_so() -> None:
    result = host().run(python("print('x' * 200000 + 'end'); import sys; sys.stderr.write('y' * 70000)"), 20)
    first, rest = result.output.split("\n", 1)
    assert first == f"[{200004 - MAX_BYTES} bytes before this were left out]"
    assert rest.endswith("xend\n")
    assert len(rest) == MAX_BYTES
    assert result.error.startswith(f"[{70000 - MAX_BYTES} bytes before")


def test_a_stream_of_gigabytes_never_stays_in_memory() -> None:
    tail = Tail(limit=100)
    for _ in range(10_000):
        tail.add(b"z" * 64)
    assert len(tail._kept) <= 300
    assert tail.text().endswith("z" * 100)


def test_output_that_is_not_utf_8_is_kept_with_replacements() -> None:
    result = host().run(python("import sys; sys.stdout.buffer.write(b'a\\xff\\x00b')"), 20)
    assert result.output == "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}b"


def test_exit_code_and_error_stream_are_told() -> None:
    result = host().run(python("import sys; sys.stderr.write('no'); sys.exit(7)"), 20)
    assert (result.exit_code, result.error, result.timed_out) == (7, "no", False)


def test_standard_input_arrives_and_need_not_be_read() -> None:
    assert host().run(Exec(("cat",), stdin="grüße\n"), 20).output == "grüße\n"
    assert host().run(Exec(("true",), stdin="x" * 1_000_000), 20).exit_code == 0


def test_a_command_without_input_meets_the_end_of_it_at_once() -> None:
    assert host().run(Exec(("cat",)), 20).exit_code == 0


def test_a_time_out_ends_the_whole_process_group(tmp_path: Path) -> None:
    family = "import os, subprocess, sys, time\n" + (
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))\n"
        "print('so far', flush=True)\ntime.sleep(600)\n"
    )
    result = host().run(python(family), 2)
    child = int((tmp_path / "pid").read_text())
    assert (result.exit_code, result.timed_out, result.output) == (None, True, "so far\n")
    assert "did not end within 2 s" in result.error
    until(lambda: not alive(child), what="the grandchild is gone")


def test_a_time_out_ends_what_left_the_group_and_claims_no_more(tmp_path: Path) -> None:
    script = f"setsid sh -c 'echo $$ > {tmp_path / 'pid'}; exec sleep 600' & wait"
    result = host().run(Exec(("sh", "-c", script)), 1)
    detached = int((tmp_path / "pid").read_text())
    assert result.timed_out
    assert "that was found; one that detached itself from it may live on" in result.error
    until(lambda: not alive(detached), what="the process in a session of its own is gone")


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_service_that_a_command_leaves_behind_is_not_waited_for(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "print(child.pid)"
    )
    result = host().run(python(code), 30)
    child = int(result.output)
    try:
        assert result.exit_code == 0
        assert alive(child)
    finally:
        psutil.Process(child).kill()


def test_a_program_that_is_not_there_was_never_started() -> None:
    result = host().run(Exec(("no-such-program-here", "x")), 20)
    assert (result.exit_code, result.never_started) == (127, True)
    assert "'no-such-program-here' was not found" in result.error


def test_a_file_that_may_not_be_executed_was_never_started(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("echo no\n")
    result = host().run(Exec((str(tmp_path / "plain"),)), 20)
    assert (result.exit_code, result.never_started) == (126, True)


@pytest.mark.parametrize("argv", [(), ("",), ("true", "a\x00b"), ("x" * 5000,)])
def test_a_command_that_cannot_be_is_never_started(argv: tuple[str, ...]) -> None:
    result = host().run(Exec(argv), 20)
    assert result.never_started
    assert result.exit_code in (126, 127)


def test_a_configured_program_stands_for_its_name(tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    tool.write_text('#!/bin/sh\necho "$@"\n')
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    result = host(supervisorctl=[str(tool), "-c", "conf"]).run(Exec(("supervisorctl", "status", "web")), 20)
    assert result.output == "-c conf status web\n"


def test_a_service_manager_that_was_named_but_is_not_here_is_refused() -> None:
    with pytest.raises(ContentError, match=r"the service manager windows is not on this host .* write .* or start"):
        LocalHost(lambda _seconds: False, service_manager="windows").detect()


def test_systemd_is_found_by_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell_local, "SYSTEMD_RUNS", tmp_path)
    assert host().detect() == Host("linux", "systemd")


def test_without_any_service_manager_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell_local, "SYSTEMD_RUNS", tmp_path / "absent")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert host().detect() == Host("linux", None)
    assert host(supervisorctl=[sys.executable]).detect() == Host("linux", "supervisor")


def test_what_this_agent_does_not_know_is_never_started() -> None:
    result = host().run(Native("registry.read", {}), 20)
    assert result.never_started
    assert "does not know 'registry.read'" in result.error


def test_the_working_folder_is_the_root() -> None:
    assert host().run(Exec(("pwd",)), 20).output.strip() == os.path.abspath(os.sep)


@pytest.mark.parametrize("left", range(4, 24))
def test_the_rest_of_a_secret_that_a_cut_stream_begins_with_is_erased(left: int) -> None:
    secret = "пароль-horse-ключ"
    tail = Tail(1000)
    tail.add(b"y" * 5000 + secret.encode() + b" " * (1000 - left))
    text = Registered().plus(secret).mask(tail.text())
    assert text.startswith("[")
    assert "left out]" in text
    assert not any(secret[-size:] in text for size in range(4, len(secret)))
