"""What a mechanism behind an error text is, and which facts its words ask for.

Which mechanisms there are stands in `mechanisms`; what becomes of the facts is left to `extracting`. All patterns are
bounded, because what they are tried on is hostile; a name out of a text only ever chooses what is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from runwright.model.path import Path

MAX_SAID = 8_000
"""Characters of an error that are looked at, from its end."""
MAX_MATCHES = 3
"""How often one mechanism is taken from one text."""
NOT_SAID: Final = object()
"""The words show that a fact matters, and do not say what it is."""
LINUX, WINDOWS = frozenset({"linux"}), frozenset({"windows"})
BOTH = LINUX | WINDOWS
COMPOSE = "/usr/libexec/docker/cli-plugins/docker-compose"
"""Where Debian's packages of Docker put the plugin."""
_CONNECTS = re.compile(r"(?:-connect |https://)(?P<host>[A-Za-z0-9][A-Za-z0-9.-]{0,200})(?::(?P<port>\d{1,5}))?")
_PROGRAM_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
Fact = tuple[Path, Any]
Facts = Callable[[re.Match[str], "Subject"], Iterable[Fact]]
"""The facts that the words ask for, in view of what the step was about."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the failed step was about, by what the run says that it ran."""

    os: str
    action: str = ""
    params: Mapping[str, Any] | None = None
    place: str = "/"
    """A folder that the run worked in."""

    def param(self, *names: str) -> str:
        """The first of these parameters that the step has, as text; empty where it has none."""
        found = (str((self.params or {}).get(name, "")) for name in names)
        return next((value for value in found if 0 < len(value) <= 255 and value.isprintable()), "")

    def speaks_of(self, host: str) -> bool:
        """Whether the run's own parameters name a host: a look may be counted by whoever answers.

        A text must not send the agents of a site knocking at an address of its choice.
        """
        return any(
            re.search(rf"(?<![\w.-]){re.escape(host)}(?![\w-])", str(value)) for value in (self.params or {}).values()
        )

    @property
    def service(self) -> str:
        """The service that the step names."""
        return self.param("service", "unit")

    @property
    def program(self) -> str:
        """The program that the step's own command begins with."""
        # The command of the run itself, never a word of its error.
        given = (self.params or {}).get("argv")
        words = given if isinstance(given, list) else self.param("command", "script").split()
        name = str(words[0]).rpartition("/")[2] if words else ""
        return name if _PROGRAM_NAME.fullmatch(name) else ""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """Words that show a mechanism, and the facts that tell whether it is at work."""

    name: str
    pattern: re.Pattern[str]
    facts: Facts
    source: str
    """Where the wording comes from."""
    systems: frozenset[str] = BOTH

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """The first places of a text where it shows."""
        for number, match in enumerate(self.pattern.finditer(text)):
            if number >= MAX_MATCHES:
                return
            yield match


def words(pattern: str) -> re.Pattern[str]:
    """Words in any case."""
    return re.compile(pattern, re.IGNORECASE)


def of_service(*leaves: str, **said: Any) -> Facts:
    """Facts of the step's service; where it names none, of the unit that the words name."""

    def facts(match: re.Match[str], subject: Subject) -> Iterable[Fact]:
        unit = match.groupdict().get("unit")
        name = subject.service or (unit or "").rstrip(".")
        told = [(leaf, NOT_SAID) for leaf in leaves] + list(said.items())
        return [(("services", name, leaf), value) for leaf, value in told] if name else []

    return facts


def of_host(*paths: Path, said: tuple[Fact, ...] = ()) -> Facts:
    """Facts that the words ask for whatever the step was about, and those that they claim."""
    told = [*said, *((path, NOT_SAID) for path in paths)]
    return lambda _match, _subject: told


def together(*several: Facts) -> Facts:
    """The facts of several at once."""
    return lambda match, subject: [fact for one in several for fact in one(match, subject)]


def of_port(match: re.Match[str], _subject: Subject) -> Iterable[Fact]:
    """The port that the words name, and who has it."""
    number = match.groupdict().get("port")
    if not number or not 0 < int(number) < 65536:
        return []
    port = ("ports", str(int(number)))
    return [((*port, "listening"), True), ((*port, "owner"), NOT_SAID), ((*port, "unit"), NOT_SAID)]


def of_full_disk(_match: re.Match[str], subject: Subject) -> Iterable[Fact]:
    """How full the disk is that the run worked on, and whether deleted files fill it."""
    place = subject.place
    leaves = ("used_percent", "inodes_used_percent")
    return [(("disks", place, leaf), NOT_SAID) for leaf in leaves] + [(("deleted_open", place, "percent"), NOT_SAID)]


def of_deleted_files(_match: re.Match[str], subject: Subject) -> Iterable[Fact]:
    """What deleted files hold of the disk that the run worked on."""
    held = [(("deleted_open", subject.place, leaf), NOT_SAID) for leaf in ("percent", "holder")]
    return [*held, (("disks", subject.place, "used_percent"), NOT_SAID)]


def of_spawned(match: re.Match[str], subject: Subject) -> Iterable[Fact]:
    """The program that could not be started, and how the host guards it."""
    path = match["path"]
    missing = "no such file" in match["why"].lower()
    leaves = ("mode", "owner", "label_right")
    known = [(("files", path, "exists"), False)] if missing else [(("files", path, leaf), NOT_SAID) for leaf in leaves]
    programs = [(("services", subject.service, "programs"), NOT_SAID)] if subject.service else []
    return [*known, *programs, (("selinux", "mode"), NOT_SAID)]


def of_program(match: re.Match[str], _subject: Subject) -> Iterable[Fact]:
    """A program that was not found."""
    name = match["name"]
    compose = [(("files", COMPOSE, "exists"), NOT_SAID)] if name == "docker-compose" else []
    return [(("programs", name, "present"), False), *compose] if _PROGRAM_NAME.fullmatch(name) else []


def of_version(_match: re.Match[str], subject: Subject) -> Iterable[Fact]:
    """The version of the program that the step's own command runs."""
    return [(("programs", subject.program, "version"), NOT_SAID)] if subject.program else []


def of_endpoint(_match: re.Match[str], subject: Subject) -> Iterable[Fact]:
    """What is served where the step looked, what would be, and by whom."""
    asked = _CONNECTS.search(subject.param("command", "script"))
    host = subject.param("host") or (asked["host"] if asked else "")
    port = subject.param("port") or (asked["port"] if asked else None) or "443"
    leaves = ("days_left", "renewed_days_left", "served_by")
    return [(("tls", host, port, leaf), NOT_SAID) for leaf in leaves] if host else []


def of_name(match: re.Match[str], subject: Subject) -> Iterable[Fact]:
    """A name that did not resolve, where the run itself was about it."""
    return [(("dns", match["host"], "resolves"), False)] if subject.speaks_of(match["host"]) else []


def of_connection(match: re.Match[str], subject: Subject) -> Iterable[Fact]:
    """A place that refused a connection, where the run itself was about it."""
    said = [(("endpoints", match["host"], match["port"], "open"), False)]
    return said if subject.speaks_of(match["host"]) else []


def of_running_program(_match: re.Match[str], subject: Subject) -> Iterable[Fact]:
    """How often the program runs that the step's own command begins with."""
    return [(("processes", subject.program, "count"), NOT_SAID)] if subject.program else []


def of_named_service(match: re.Match[str], _subject: Subject) -> Iterable[Fact]:
    """A service that the words name as one that should run."""
    return [(("services", match["unit"], leaf), NOT_SAID) for leaf in ("state", "start_type")]


def of_folder(match: re.Match[str], _subject: Subject) -> Iterable[Fact]:
    """A folder on which something should be mounted."""
    folder = match["folder"].rstrip("/") or "/"
    return [(("mounts", folder, leaf), NOT_SAID) for leaf in ("mounted", "in_fstab")]
