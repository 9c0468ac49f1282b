"""Limits of forms that no single word shows: the order of words, which of them must be there, and how long it runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from runwright.checks.guard.words import Call, listed

_ACTIONS = listed("-delete -exec -execdir -ok -okdir")
_LOOKS = listed("ls cat head tail grep egrep zgrep zcat wc stat file du md5sum sha256sum echo basename")
_AGES = listed("-mtime -mmin -atime -ctime")
_TESTS = listed(
    "-name -iname -type -size -user -group -empty -path -newer -newermt -maxdepth -mindepth -xdev -prune -not !"
)
_OLD = re.compile(r"\+[1-9]\d*")
_RUNTIMES = listed("docker podman nerdctl crictl")
_FIELD = (
    r"\.(?:State|Id|Name|Created|RestartCount|Image|NetworkSettings|Mounts|LogPath|Driver|Size|RepoTags|RepoDigests|Platform"
    r"|HostConfig\.(?:RestartPolicy|Memory|NanoCpus|LogConfig|NetworkMode)|Config\.(?:Image|Healthcheck|Hostname))"
    r"(?:\.[A-Za-z]\w*)*"
)
_SHOWN = re.compile(
    rf"(?:[\w :=,/|'\"\\.-]|\{{\{{\s*(?:json\s+|if\s+)?{_FIELD}\s*\}}\}}|\{{\{{\s*(?:end|else)\s*\}}\}}){{1,400}}"
)
_PIDS = re.compile(r"/(?:var/)?run/(?:[\w.@-]+/)*[\w.@-]+\.pid")
MOST_COUNTED = 100_000
_READ_FOLDER = listed("git terraform docker podman docker-compose nerdctl ansible make npm pip pip3")
"""Programs that obey files of the folder that they are started in."""
_OPEN_TO_ALL = re.compile(r"/(?:var/)?tmp(?:/|$)|/dev/shm|.*\.\.")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_RECURSIVE = re.compile(r"-\w*R\w*|--recursive")


def limited(calls: Sequence[Call]) -> Iterator[str]:
    """Why calls need a person although each of their words is harmless."""
    for call in calls:
        check = _CHECKS.get(call.name) if call.shell in {"bash", "sh"} else None
        doubt = check(call) if check is not None else ""
        if doubt:
            yield doubt
    if any(_enters_temporary(call) for call in calls) and any(call.name in _READ_FOLDER for call in calls):
        yield "it works in a folder where anybody may have put settings that run programs"


def _enters_temporary(call: Call) -> bool:
    goes = call.name in {"cd", "pushd"} and call.shell in {"bash", "sh"} and bool(call.args)
    return goes and (not call.args[-1].known or _OPEN_TO_ALL.match(call.texts[-1]) is not None)


def _find(call: Call) -> str:
    """A search acts on what its words before the action have chosen; those behind it come too late."""
    texts = call.texts
    places = [place for place, text in enumerate(texts) if text in _ACTIONS]
    changing = [place for place in places if texts[place + 1 : place + 2] not in [(look,) for look in _LOOKS]]
    changing = [place for place in changing if call.through[-1:] != ("find",)]
    if not changing:
        return ""
    first = changing[0]
    aged = any(text in _AGES and _OLD.fullmatch(value) for text, value in pairwise(texts[: first + 1]))
    late = any(text in _AGES | _TESTS for text in texts[first + 1 :])
    mixed = any(text in {"-o", "-or", "-not", "!", ","} for text in texts)
    return "" if aged and not late and not mixed else "find changes files before, or without, a test of their age"


def _container(call: Call) -> str:
    """What a container was started with holds its passwords."""
    if "inspect" not in call.texts[:2]:
        return ""
    formats = [call.texts[at + 1] for at, text in enumerate(call.texts[:-1]) if text in {"-f", "--format"}]
    formats += [text.partition("=")[2] for text in call.texts if text.startswith(("--format=", "-f="))]
    if formats and all(_SHOWN.fullmatch(each) for each in formats):
        return ""
    return f"{call.name} inspect shows the environment, where passwords are kept; ask for one field of the state"


def _systemctl(call: Call) -> str:
    if call.texts[:1] != ("show",) or any(re.match(r"-p|--property", text) for text in call.texts):
        return ""
    return "systemctl show without a property shows the environment, where passwords are kept"


def _kill(call: Call) -> str:
    """A number that is not known may be 1, or minus one for all."""
    if all(word.known for word in call.args):
        return ""
    good = [each for each in call.inner if each.name in {"pidof", "pgrep"} or _reads_pid(each)]
    return "" if good and len(good) == len(call.inner) else "kill of a process that is not known"


def _reads_pid(call: Call) -> bool:
    return call.name == "cat" and len(call.texts) == 1 and _PIDS.fullmatch(call.texts[0]) is not None


def _seq(call: Call) -> str:
    counts = [text for text in call.texts if re.fullmatch(r"-?\d+", text)]
    huge = any(len(text) > len(str(MOST_COUNTED)) or int(text) > MOST_COUNTED for text in counts)
    return f"seq counts further than {MOST_COUNTED}" if huge or not all(word.known for word in call.args) else ""


def _sleep(call: Call) -> str:
    """Whoever waits longer than a day holds a run and its locks."""
    found = [re.fullmatch(r"(\d+)(?:\.\d+)?([smhd]?)", text) for text in call.texts]
    seconds = sum(int(each[1][:9]) * _SECONDS[each[2]] for each in found if each)
    return "sleep waits longer than a day" if seconds > _SECONDS["d"] else ""


def _owner(call: Call) -> str:
    """Everything below the folder of a service, at once."""
    deep = any(_RECURSIVE.fullmatch(text) for text in call.texts)
    vital = any(text.startswith(("/var/lib/", "/var/spool/", "/run/", "/var/run/")) for text in call.texts)
    return f"{call.name} changes everything below a folder that a service lives in" if deep and vital else ""


def _touch(call: Call) -> str:
    signs = any(re.fullmatch(r"/(?:var/)?run/[\w.@-]+", text) for text in call.texts)
    return "touch makes a file that the system takes as a sign" if signs else ""


_CHECKS: dict[str, Callable[[Call], str]] = {
    "find": _find,
    **dict.fromkeys(sorted(_RUNTIMES), _container),
    "systemctl": _systemctl,
    "kill": _kill,
    "seq": _seq,
    "sleep": _sleep,
    "chown": _owner,
    "chmod": _owner,
    "chgrp": _owner,
    "touch": _touch,
}
