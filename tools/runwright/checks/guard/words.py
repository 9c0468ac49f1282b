"""What a command is made of once its shell's own spelling is taken away: words, redirections, calls.

The three readers (bash, PowerShell, cmd) all end here, so that one set of rules judges all of them.
Judging is left to the rest of the room.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

Shell = Literal["bash", "sh", "powershell", "cmd"]

UNKNOWN = "\x00"
"""Stands in a word's text for a part whose value is known only when the command runs."""

MAX_CALLS = 200
MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Word:
    """One word as the program would get it."""

    text: str
    variable: str = ""
    """The whole word is the value of this variable, which the script itself never sets."""
    glob: bool = False
    """The shell replaces it by the files that it matches."""
    disguised: bool = False
    """Its letters are written in a way that hides them from a reader."""
    quoted: bool = False

    @property
    def known(self) -> bool:
        """Whether every character of it is known."""
        return UNKNOWN not in self.text

    @property
    def plain(self) -> str:
        """The text without the parts that are not known."""
        return self.text.replace(UNKNOWN, "")


@dataclass(frozen=True, slots=True)
class Redirect:
    """A file that a call reads from or writes to."""

    sign: str
    target: Word

    @property
    def writes(self) -> bool:
        """Whether something is written."""
        return ">" in self.sign


@dataclass(frozen=True, slots=True)
class Call:
    """One program with its arguments, and what flows into it."""

    shell: Shell
    program: Word
    args: tuple[Word, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    settings: tuple[tuple[str, Word], ...] = ()
    """Environment variables that it sets, for itself or for the script."""
    upstream: tuple[Call, ...] = ()
    """The calls whose output it reads."""
    inner: tuple[Call, ...] = ()
    """The calls whose output became a part of its words."""
    stdin: str | None = None
    """Its standard input, where the command itself holds that text."""
    looped: bool = False
    world: int = 0
    """Which reading of the script it comes from: see `worlds`."""
    through: tuple[str, ...] = ()
    """The wrappers that start it, outermost first, such as sudo."""

    @property
    def name(self) -> str:
        """The program without folder, suffix and case; empty when there is none."""
        return program_name(self.program.plain)

    @property
    def texts(self) -> tuple[str, ...]:
        """The arguments without the parts that are not known."""
        return tuple(word.plain for word in self.args)

    @property
    def line(self) -> str:
        """The arguments as one line."""
        return " ".join(self.texts)


@dataclass(frozen=True, slots=True)
class Script:
    """Everything that a command text calls."""

    calls: tuple[Call, ...] = ()
    doubts: tuple[str, ...] = ()
    """Why a person must look, whatever the calls are."""
    alarms: tuple[str, ...] = ()
    """Why it must never run, whatever the calls are."""


@dataclass(slots=True)
class Notes:
    """What a reader has found so far."""

    calls: list[Call] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    world: int = 0

    def doubt(self, reason: str) -> None:
        """Note once why a person must look."""
        if reason not in self.doubts:
            self.doubts.append(reason)

    def alarm(self, reason: str) -> None:
        """Note once why it must never run."""
        if reason not in self.alarms:
            self.alarms.append(reason)

    def add(self, call: Call) -> int:
        """Keep a call and give its place; past the limit it is only counted as a doubt."""
        if len(self.calls) >= MAX_CALLS:
            self.doubt(f"more than {MAX_CALLS} commands; split the script")
            return len(self.calls) - 1
        self.calls.append(replace(call, world=self.world) if self.world else call)
        return len(self.calls) - 1

    def script(self) -> Script:
        """Close the notes."""
        return Script(tuple(self.calls), tuple(self.doubts), tuple(self.alarms))


def listed(text: str) -> frozenset[str]:
    """A set of names that are written with spaces between them."""
    return frozenset(text.split())


_SUFFIXES = (".exe", ".com", ".bat", ".cmd")


def program_name(text: str) -> str:
    """The last part of a path in lower case, without a suffix that Windows adds by itself."""
    name = text.replace("\\", "/").rstrip("/").rpartition("/")[2].casefold()
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return name
