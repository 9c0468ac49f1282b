"""Where the values of secrets come from: private files, variables, programs; and no message ever holds one."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from runwright.adapters import secrets_local
from runwright.adapters.secrets_local import MAX_BYTES, LocalSecrets
from runwright.errors import EdgeError
from tests.support.until import until

CANARY = "canary-value"


@dataclass(frozen=True)
class At:
    """Where a secret is."""

    env: str | None = None
    file: str | None = None
    command: tuple[str, ...] | None = None


def python(code: str) -> At:
    return At(command=(sys.executable, "-c", code))


def value(place: At, folder: Path = Path("/")) -> str:
    return LocalSecrets({"db-password": place}, folder).value("db-password")


def refusal(place: At, folder: Path = Path("/")) -> str:
    with pytest.raises(EdgeError) as caught:
        value(place, folder)
    assert "'db-password'" in caught.value.message
    assert CANARY not in caught.value.message
    assert caught.value.__cause__ is None
    return caught.value.message


def private(folder: Path, content: bytes, mode: int = 0o600) -> At:
    path = folder / "secret"
    path.write_bytes(content)
    path.chmod(mode)
    return At(file="secret")


def test_a_value_comes_from_a_variable_of_the_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTED", CANARY)
    assert value(At(env="PLANTED")) == CANARY


def test_a_value_comes_from_a_private_file_beside_the_configuration_without_its_last_line_end(tmp_path: Path) -> None:
    assert value(private(tmp_path, b"two\nlines\r\n"), tmp_path) == "two\nlines"


def test_a_value_comes_from_a_program() -> None:
    assert value(python(f"print({CANARY!r})")) == CANARY


def test_a_value_is_read_anew_each_time(tmp_path: Path) -> None:
    held = LocalSecrets({"a": private(tmp_path, b"first-one\n")}, tmp_path)
    assert held.value("a") == "first-one"
    private(tmp_path, b"second-one\n")
    assert held.value("a") == "second-one"


def test_a_secret_that_nobody_configured_is_told_with_what_to_write() -> None:
    with pytest.raises(EdgeError, match=r"'other' is not known to this agent; give it under `secrets`.*\{env: NAME\}"):
        LocalSecrets({}, Path("/")).value("other")


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o620, 0o602, 0o601, 0o666])
def test_a_file_that_others_can_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    message = refusal(private(tmp_path, CANARY.encode(), mode), tmp_path)
    assert f"its mode is {mode:04o}" in message
    assert "chmod 600" in message


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o440, 0o640])
def test_a_file_for_its_owner_and_the_owners_group_is_read(tmp_path: Path, mode: int) -> None:
    assert value(private(tmp_path, CANARY.encode(), mode), tmp_path) == CANARY


@pytest.mark.needs("root")
def test_a_file_of_another_account_is_refused(tmp_path: Path) -> None:
    place = private(tmp_path, CANARY.encode())
    os.chown(tmp_path / "secret", 65534, 65534)
    assert "belongs to another account" in refusal(place, tmp_path)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "secret", 0o600)
    assert "not a regular file" in refusal(At(file="secret"), tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"\n", "it is empty"),
        (b"a\x00b", "NUL"),
        (b"\xff\xfe" + CANARY.encode(), "not UTF-8"),
        (CANARY.encode() * MAX_BYTES, "more than"),
    ],
)
def test_a_content_that_cannot_be_a_secret_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in refusal(private(tmp_path, content), tmp_path)


def test_an_absent_file_or_variable_is_told_by_its_name(tmp_path: Path) -> None:
    assert "No such file" in refusal(At(file="absent"), tmp_path)
    assert "ABSENT_VARIABLE" in refusal(At(env="ABSENT_VARIABLE"))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (f"import sys; print({CANARY!r}); sys.exit({CANARY!r})", "exit code 1"),
        (f"print({CANARY!r} * 100000)", "printed more than"),
        ("pass", "it is empty"),
    ],
)
def test_a_program_that_fails_is_told_without_what_it_said(code: str, said: str) -> None:
    assert said in refusal(python(code))


def test_a_program_that_is_not_there_is_told() -> None:
    assert "No such file" in refusal(At(command=("/absent/program",)))


def test_a_program_that_does_not_end_is_ended_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets_local, "COMMAND_SECONDS", 1.0)
    code = (
        "import subprocess, time; child = subprocess.Popen(['sleep', '60']); "
        f"print(child.pid, file=open({str(tmp_path / 'pid')!r}, 'w'), flush=True); time.sleep(60)"
    )
    assert "did not end within 1 s" in refusal(python(code))
    child = int((tmp_path / "pid").read_text())
    until(lambda: not Path(f"/proc/{child}").exists() or "Z" in _state(child), what="its child is gone")


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2]
    except OSError:
        return "Z"
