"""Where this host keeps the values of secrets: a variable, a private file, or a program that prints the value.

A value is read each time that it is needed and kept nowhere. No message of this file holds one, nor what a program
said beside it.
"""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol

from runwright.errors import EdgeError

MAX_BYTES = 64 * 1024
COMMAND_SECONDS = 10.0
_HOW = "give it under `secrets` in the agent's configuration: {env: NAME}, {file: PATH} or {command: [PROGRAM, …]}"
_OPEN_TO_OTHERS = 0o027
"""Write for the group, and everything for everybody else."""


class Place(Protocol):
    """Where one secret's value is; exactly one of them is given."""

    @property
    def env(self) -> str | None:
        """A variable of this process's environment."""
        ...

    @property
    def file(self) -> str | None:
        """A file."""
        ...

    @property
    def command(self) -> Sequence[str] | None:
        """A program with its arguments."""
        ...


class LocalSecrets:
    """The secrets that a configuration names."""

    def __init__(self, places: Mapping[str, Place], folder: Path) -> None:
        self._places, self._folder = dict(places), folder

    def value(self, name: str) -> str:
        """The value of a secret; raises `EdgeError` that names the secret and what to do, and never the value."""
        place = self._places.get(name)
        if place is None:
            raise EdgeError(f"secret {name!r} is not known to this agent; {_HOW}", retryable=False)
        try:
            text = self._read(place).decode("utf-8")
        except UnicodeDecodeError:
            raise _unusable(name, "it is not UTF-8 text") from None  # the cause would hold the value
        except _Unusable as error:
            raise _unusable(name, str(error)) from None
        return _checked(name, text.removesuffix("\n").removesuffix("\r"))

    def _read(self, place: Place) -> bytes:
        if place.env is not None:
            return _from_variable(place.env)
        if place.file is not None:
            return _from_file(self._folder / Path(place.file).expanduser())
        return _from_command(tuple(place.command or ()))


class _Unusable(Exception):
    """Why a place gives no value."""


def _unusable(name: str, why: str) -> EdgeError:
    return EdgeError(f"secret {name!r} cannot be used: {why}", retryable=False)


def _checked(name: str, text: str) -> str:
    if not text:
        raise _unusable(name, "it is empty")
    if "\x00" in text:
        raise _unusable(name, "it holds a NUL character, which no command can take")
    return text


def _from_variable(name: str) -> bytes:
    found = os.environ.get(name)
    if found is None:
        raise _Unusable(f"the variable {name} is not set for the agent")
    return found.encode("utf-8", "surrogateescape")


def _from_file(path: Path) -> bytes:
    try:
        # A pipe without a writer is not waited for.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        raise _Unusable(f"the file {path} cannot be read: {error.strerror}") from None
    with os.fdopen(handle, "rb") as file:
        _check_file(path, os.fstat(handle))
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise _Unusable(f"the file {path} holds more than {MAX_BYTES} bytes")
    return content


def _check_file(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise _Unusable(f"{path} is not a regular file")
    if os.name == "nt":
        return  # its rights are no mode bits; the folder's own decide there
    if found.st_uid not in (0, os.geteuid()):
        raise _Unusable(f"the file {path} belongs to another account; it must be the agent's or root's")
    if found.st_mode & _OPEN_TO_OTHERS:
        mode = stat.S_IMODE(found.st_mode)
        raise _Unusable(f"the file {path} is open to others (its mode is {mode:04o}); run `chmod 600 {path}`")


def _from_command(argv: tuple[str, ...]) -> bytes:
    try:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=os.path.abspath(os.sep),
            start_new_session=os.name != "nt",
        )
    except (OSError, ValueError) as error:
        raise _Unusable(f"the program {argv[0]!r} could not be started: {_words(error)}") from None
    content, deadline = _Bounded(process.stdout), time.monotonic() + COMMAND_SECONDS
    try:
        code = process.wait(COMMAND_SECONDS)
    except subprocess.TimeoutExpired:
        raise _Unusable(f"the program {argv[0]!r} did not end within {COMMAND_SECONDS:g} s") from None
    finally:
        _end(process)
    if code != 0:
        raise _Unusable(f"the program {argv[0]!r} ended with exit code {code}")
    return content.all(argv[0], deadline)


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


class _Bounded:
    """Reads a stream in the background, up to its limit; what comes after that is thrown away."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self._content, self._stream = bytearray(), stream
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        if self._stream is None:
            return
        with contextlib.suppress(OSError, ValueError), self._stream as stream:
            while chunk := stream.read1(MAX_BYTES):  # type: ignore[attr-defined]  # a buffered pipe has it
                self._content += chunk[: MAX_BYTES + 1 - len(self._content)]

    def all(self, program: str, deadline: float) -> bytes:
        self._thread.join(max(0.1, deadline - time.monotonic()))
        if self._thread.is_alive():
            raise _Unusable(f"the program {program!r} left its output open")
        if len(self._content) > MAX_BYTES:
            raise _Unusable(f"the program {program!r} printed more than {MAX_BYTES} bytes")
        return bytes(self._content)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program with what it started and left behind in its group."""
    if os.name != "nt":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, 9)
    if process.poll() is None:
        process.kill()
        process.wait()
