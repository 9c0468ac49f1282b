"""Carries actions out on a real host as the agent does, with every fact that the host can be asked for around them.

It runs as a program of its own, in a booted machine or here: its first line of input says what the site has (service
manager, programs, jobs, channels), and each further line asks for one action. The answer to each is one line of JSON.
What the answers mean is judged in `reality`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runwright.actions.action import Exec, Result
from runwright.actions.catalogue import Host, find, variant
from runwright.actions.facts import READERS, FactRead, facts_from, plan_reads
from runwright.adapters.clock_system import SystemClock
from runwright.adapters.http_notify import Channel, notifier
from runwright.adapters.probe_boot import BootProbe
from runwright.adapters.shell_jobs import job_runner
from runwright.adapters.shell_local import LocalHost
from runwright.agent.carry_out import Hands
from runwright.agent.facts import FactReader
from runwright.agent.secrets import Vault
from runwright.agent.wanted import of_action
from runwright.engine.exchange import Act
from runwright.errors import EdgeError
from runwright.model.facts import kind_of
from runwright.model.path import Path as FactPath
from runwright.model.path import concrete_path

READ_SECONDS = 10.0
SLOW = ("cpu", "memory")
"""Measures that tell nothing of an action, and take time to read."""


class NoSecrets:
    """No action here needs a secret."""

    def value(self, name: str) -> str:
        """Refuse; raises `EdgeError`."""
        raise EdgeError(f"there is no secret {name}")


class Hand:
    """The agent's hands on this host, and the eyes of everybody."""

    def __init__(self, site: dict[str, Any]) -> None:
        channels = {name: Channel(url) for name, url in site.get("channels", {}).items()}
        own = {"job.run": job_runner(site.get("jobs", {})), "notify.send": notifier(channels, {"site": "clinic"})}
        clock = SystemClock()
        port = LocalHost(clock.sleep, site.get("programs", {}), site.get("service_manager", "auto"), own)
        self.host = port.detect()
        self.reader = FactReader(port, self.host, site.get("facts", {}))
        self.hands = Hands(port, self.reader, clock, Vault(NoSecrets()), BootProbe())

    def carry_out(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Look at everything, carry one action out, and look again."""
        act = Act(
            step="it", attempt=1, action=asked["action"], params=params_of(asked), timeout_seconds=asked["seconds"]
        )
        before = self.facts(act, asked["also"])
        done = self.hands.act(self.hands.prepare(act))
        after = self.facts(act, asked["also"])
        told = {"success": done.success, "error": done.error, "timed_out": done.timed_out, "params": act.params}
        return {**told, "before": before, "after": after, "host": [self.host.os, self.host.service_manager]}

    def facts(self, act: Act, also: list[str]) -> dict[str, Any]:
        """Every fact of this host that somebody can read."""
        model = variant(find(act.action), self.host).model
        named = {concrete_path(path) for path in also}
        found = self.reader.gather(lambda lookup: of_action(model, act.params, lookup) | named)
        around = [
            *singles(self.host, find(act.action).check),
            *mounts(),
            *neighbours(concrete_path(key) for key in found),
        ]
        return {**units(self.host), **self.reader.read(around), **found}


def params_of(asked: dict[str, Any]) -> dict[str, Any]:
    """The parameters with the action's defaults, as the engine completes them."""
    specs = find(asked["action"]).params
    return {**{name: spec.default for name, spec in specs.items() if spec.default is not None}, **asked["params"]}


def singles(host: Host, all_kinds: bool) -> Iterator[FactPath]:
    """The facts that exist once on a host, such as the state of its packages; what only follows is for checks."""
    for reader in READERS:
        prefix = tuple(part for part in reader.prefix if isinstance(part, str))
        paths = [(*prefix, leaf) for leaf in sorted(reader.leaves)]
        paths = [path for path in paths if all_kinds or kind_of(path) == "state"]
        if len(prefix) == len(reader.prefix) and prefix[0] not in SLOW and plan_reads(paths, host):
            yield from paths


def mounts() -> Iterator[FactPath]:
    """Every place where a file system is mounted, or could be."""
    table = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    fstab = Path("/etc/fstab")
    lines = fstab.read_text().splitlines() if fstab.exists() else []
    table += [line.split()[1] for line in lines if line.strip() and not line.startswith("#")]
    yield from (("mounts", place, "mounted") for place in sorted(set(table)) if "\\" not in place)


def neighbours(paths: Iterator[FactPath]) -> Iterator[FactPath]:
    """What lies beside each file that is named, and the folder that holds it."""
    places = {Path(path[1]) for path in paths if path[0] == "files"}
    for folder in {place.parent for place in places if place.parent.is_dir() and place.parent != Path("/")}:
        yield ("files", str(folder), "exists")
        yield from (("files", str(one), "exists") for one in sorted(folder.iterdir())[:30])


def units(host: Host) -> dict[str, Any]:
    """Every service and timer of a host with systemd, read by one command with the product's own reader."""
    if host.service_manager != "systemd":
        return {}
    names = {*listed(), *(path.name for path in Path("/etc/systemd/system").glob("*.[st]*[re]"))}
    # Units that `systemd-run` made are gone when their program ends, whoever ended it.
    passing = {path.name for path in Path("/run/systemd/transient").glob("*")}
    plain = sorted(name for name in names - passing if "@." not in name)
    (read,) = plan_reads([("services", "x", "state")], host)
    assert isinstance(read.operation, Exec)
    argv = [*read.operation.argv[:-1], *plain]
    said = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=30).stdout.split("\n\n")
    assert len(said) == len(plain), f"systemctl told of {len(said)} units, not of {len(plain)}"
    found: dict[str, Any] = {}
    for name, text in zip(plain, said, strict=True):
        one = FactRead(("services", name), read.operation, read.parse)
        found |= facts_from(one, Result(0, text))
    return found


def listed() -> Iterator[str]:
    """The names of the units that systemd has loaded."""
    words = ["systemctl", "list-units", "--all", "--plain", "--no-legend", "--type=service,timer"]
    said = subprocess.run(words, capture_output=True, text=True, check=False, timeout=30).stdout
    yield from (line.split()[0] for line in said.splitlines() if line.strip())


def main() -> None:
    """Answer until the input ends."""
    hand = Hand(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        print(json.dumps(hand.carry_out(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
