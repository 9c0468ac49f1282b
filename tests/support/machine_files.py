"""The files of the machine that tests boot: a small Debian and the product's libraries for its Python.

`mmdebstrap` makes them once, of the same release as this host and from where this host's own packages come; they are
kept in the user's cache by a name that changes with what is in them. Booting them is left to `machine`.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = (
    "systemd",
    "systemd-sysv",
    "systemd-resolved",
    "dbus",
    "python3",
    "chrony",
    "iproute2",
    "nftables",
    "openssh-server",
    "procps",
)
BUILD_SECONDS = 600


def files() -> Path:
    """The machine's files below the user's cache; they are made when they are not there yet."""
    name = hashlib.sha256(" ".join((codename(), *PACKAGES)).encode()).hexdigest()[:16]
    with alone(cache() / f"{name}.lock"):
        return _made(cache() / name)


def _made(there: Path) -> Path:
    if not there.is_dir():
        half = there.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        words = ["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", "--keyring=/usr/share/keyrings"]
        words += [f"--include={','.join(PACKAGES)}"]
        said = _carried_out([*words, codename(), str(half), "-"], "\n".join(sources()))
        assert half.is_dir(), f"mmdebstrap made no machine: {said}"
        half.rename(there)
    return there


def codename() -> str:
    """The name of this host's release: the machine is of the same."""
    return platform.freedesktop_os_release()["VERSION_CODENAME"]


def sources() -> list[str]:
    """Where this host's own packages come from, one line of sources.list(5) each."""
    layout = "deb $(REPO_URI) $(RELEASE) $(COMPONENT)"
    told = _carried_out(
        ["apt-get", "indextargets", "--no-release-info", "--format", layout, "Created-By: Packages"], ""
    )
    here = codename()
    return [
        line
        for line in dict.fromkeys(told.splitlines())
        if line.split()[-2] in (here, f"{here}-updates", f"{here}-security")
    ]


def libraries() -> Path:
    """The libraries of the product: this interpreter's own where the machine's Python is of the same version."""
    inside = min(path.name.removeprefix("python") for path in (files() / "usr/lib").glob("python3.*"))
    if inside == f"{sys.version_info.major}.{sys.version_info.minor}":
        return Path(sysconfig.get_path("purelib"))
    lock = ROOT / "requirements-agent.lock"
    name = hashlib.sha256(inside.encode() + lock.read_bytes()).hexdigest()[:16]
    with alone(cache() / f"site-{name}.lock"):
        return _installed(cache() / f"site-{name}", inside, lock)


def _installed(there: Path, version: str, lock: Path) -> Path:
    if not there.is_dir():
        half = there.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "--quiet", "install", "--only-binary=:all:", f"--python-version={version}"]
        said = _carried_out([*pip, f"--target={half}", "--require-hashes", f"--requirement={lock}"], "")
        assert half.is_dir(), f"pip installed nothing: {said}"
        half.rename(there)
    return there


def compiled() -> Path:
    """Where the machine's Python keeps what it compiles, from one boot to the next."""
    folder = cache() / "compiled"
    folder.mkdir(exist_ok=True)
    return folder


def cache() -> Path:
    """The folder below the user's cache where all of this is kept; the tests point XDG_CACHE_HOME elsewhere."""
    folder = Path.home() / ".cache" / "runwright-tests"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def alone(file: Path) -> Iterator[None]:
    """Hold a lock for the length of a block; other processes wait for it."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _carried_out(words: list[str], text: str) -> str:
    done = subprocess.run(words, input=text, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False)
    assert done.returncode == 0, (
        f"{' '.join(words)} ended with {done.returncode}: {(done.stderr or done.stdout)[-2000:]}"
    )
    return done.stdout
