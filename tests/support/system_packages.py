"""What some tests need of the machine, and how it is got where it is missing.

`NEEDS` is the one table: tests/conftest.py reads it to leave out only the tests whose need is absent, and
`make test` runs this file to install what can be installed. A new need is a new line in the table and
`@pytest.mark.needs("its-name")` on the tests. It runs before anything is installed: standard library only.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

INSTALL_SECONDS = 900


@dataclass(frozen=True)
class Need:
    """One thing of the machine: how to see that it is there, its Debian package if any, its use."""

    is_there: Callable[[], bool]
    package: str | None
    purpose: str
    remedy: str = "no package; it depends on the user"
    """What to do where no Debian package brings it."""


def program(name: str) -> Callable[[], bool]:
    """Make the question whether a program is on PATH."""
    return lambda: shutil.which(name) is not None


def is_root() -> bool:
    """Tell whether this process may do everything."""
    return os.geteuid() == 0


def can_become_nobody() -> bool:
    """Tell whether a test can start a process as the unprivileged user `nobody`."""
    try:
        pwd.getpwnam("nobody")
    except KeyError:
        return False
    return is_root()


def can_mount() -> bool:
    """Tell whether this process may mount file systems, as a container that boots must: CAP_SYS_ADMIN is bit 21."""
    status = Path("/proc/self/status")
    lines = status.read_text("utf-8").splitlines() if status.exists() else []
    return any(int(line.split()[1], 16) >> 21 & 1 for line in lines if line.startswith("CapEff:"))


def postgres_folder() -> Path:
    """Find the folder of the newest PostgreSQL server's programs; Debian has one for each version, off PATH."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max(found, key=lambda path: int(path.parts[-3])).parent


def has_postgres() -> bool:
    """Tell whether a PostgreSQL server's programs are installed."""
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def has_github_server() -> bool:
    """Tell whether tests/support/github/node.py installed what its lock file pins: both digests are the same."""
    here, stamp = Path(__file__).parent / "github", Path(__file__).parents[2] / ".node" / ".set-up"
    if shutil.which("node") is None or not stamp.exists():
        return False
    lists = b"".join((here / name).read_bytes() for name in ("package.json", "package-lock.json"))
    return stamp.read_text("utf-8").strip() == hashlib.sha256(lists).hexdigest()


def can_unshare() -> bool:
    """Tell whether a user and mount namespace of its own can be made."""
    return shutil.which("unshare") is not None and run(["unshare", "-Urm", "true"])


NEEDS: Mapping[str, Need] = {
    "ssh-keygen": Need(program("ssh-keygen"), "openssh-client", "compare signatures with OpenSSH and git"),
    "mmdebstrap": Need(program("mmdebstrap"), "mmdebstrap", "make the files of a machine with a real systemd"),
    "systemd-nspawn": Need(program("systemd-nspawn"), "systemd-container", "boot a machine with a real systemd"),
    "mount-rights": Need(can_mount, None, "boot a machine with a real systemd"),
    "openssl": Need(program("openssl"), "openssl", "make certificates that end soon"),
    "pg_ctlcluster": Need(program("pg_ctlcluster"), "postgresql", "break and mend a real PostgreSQL server"),
    "postgres-server": Need(has_postgres, "postgresql", "keep the service's own data in a real PostgreSQL"),
    "redis-server": Need(program("redis-server"), "redis-server", "break and mend a real Redis server"),
    "nginx": Need(program("nginx"), "nginx-light", "break and mend a real web server"),
    "mosquitto_pub": Need(program("mosquitto_pub"), "mosquitto-clients", "speak with a real MQTT broker"),
    "mosquitto": Need(program("mosquitto"), "mosquitto", "break and mend a real MQTT broker"),
    "wrk": Need(program("wrk"), "wrk", "measure how fast Executions are taken"),
    "user-namespace": Need(can_unshare, None, "fill a small file system of its own"),
    "npm": Need(program("npm"), "npm", "ask the YAML language server what an editor would show"),
    "github-server": Need(
        has_github_server,
        None,
        "speak with a GitHub that runs on this machine",
        "packages from npm; `make test` installs them where npm and its registry are",
    ),
    "root": Need(is_root, None, "act as an agent that may do everything"),
    "non-root-user": Need(can_become_nobody, None, "drop to the user nobody and meet refusals"),
}


def missing(needs: Mapping[str, Need] = NEEDS) -> dict[str, Need]:
    """Give the needs that this machine does not meet."""
    return {name: need for name, need in needs.items() if not need.is_there()}


def nothing_may_be_left_out(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether this is a CI run, where a missing need is an error."""
    return environment.get("CI", "").lower() in {"1", "true", "yes"}


def describe(name: str, need: Need) -> str:
    """Name a missing need, its use and its remedy in one line."""
    remedy = f"Debian package {need.package}" if need.package else need.remedy
    return f"{name} ({remedy}): needed to {need.purpose}"


def install_prefix() -> list[str] | None:
    """Give the words that run apt-get with the rights to install, or None where it may not install."""
    if shutil.which("apt-get") is None:
        return None
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    if is_root():
        return quiet
    may = shutil.which("sudo") and run(["sudo", "-n", "true"])
    return ["sudo", "-n", *quiet] if may else None


def run(words: list[str]) -> bool:
    """Run a command that asks nothing; tell whether it went well."""
    try:
        done = subprocess.run(
            words, check=False, stdin=subprocess.DEVNULL, timeout=INSTALL_SECONDS, capture_output=True
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def install(packages: list[str], prefix: list[str]) -> bool:
    """Install Debian packages; the list of packages is fetched only if they are not found at first."""
    words = [*prefix, "install", "-y", "--no-install-recommends", *packages]
    return run(words) or (run([*prefix, "update"]) and run(words))


def install_missing() -> None:
    """Install what is missing and may be installed, and say so."""
    packages = sorted({need.package for need in missing().values() if need.package})
    if not packages:
        return
    prefix = install_prefix()
    if prefix is None:
        print("system packages: may not install here (neither root nor sudo without a password)")
        return
    print("system packages: installing", *packages, flush=True)
    if not install(packages, prefix):
        print("system packages: apt-get could not install", *packages)


def main() -> int:
    """Install what is missing; exit code 1 if a package is still missing where nothing may be left out."""
    install_missing()
    left = {name: need for name, need in missing().items() if need.package}
    for name, need in left.items():
        print("system packages: missing", describe(name, need))
    return 1 if left and nothing_may_be_left_out() else 0


if __name__ == "__main__":
    sys.exit(main())
