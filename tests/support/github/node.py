"""The packages from npm that these tests need: where they are, and their installation by `make test`.

It runs before anything is installed: standard library only.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[2] / ".node"
"""In the work tree, so that two work trees share nothing; Git ignores it."""
LISTS = ("package.json", "package-lock.json")
STAMP = FOLDER / ".set-up"
DESCRIPTION = "@octokit/openapi/generated/api.github.com.json"


def wanted() -> str:
    """What the lock file pins, as a digest."""
    return hashlib.sha256(b"".join((HERE / name).read_bytes() for name in LISTS)).hexdigest()


def is_installed() -> bool:
    """Tell whether the packages are there, in the versions that the lock file pins."""
    return shutil.which("node") is not None and STAMP.exists() and STAMP.read_text("utf-8").strip() == wanted()


def module(name: str) -> Path:
    """Where a package's file is."""
    return FOLDER / "node_modules" / name


def install() -> str:
    """Install the packages; gives what went wrong, or nothing."""
    STAMP.unlink(missing_ok=True)
    for name in LISTS:
        shutil.copy(HERE / name, FOLDER)
    words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(words, cwd=FOLDER, check=False, capture_output=True, text=True, timeout=600)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode != 0:
        return done.stderr.strip()[-600:] or f"npm ended with {done.returncode}"
    drop_what_nobody_reads()
    STAMP.write_text(wanted() + "\n", "utf-8")
    return ""


def drop_what_nobody_reads() -> None:
    """Delete GitHub's other descriptions: 380 MB that no test opens."""
    kept = module(DESCRIPTION)
    for path in kept.parent.glob("*.json"):
        if path != kept:
            path.unlink()


def main() -> int:
    """Install what is missing and say so; that nothing may be left out is checked by pytest."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_installed():
            return 0
        print("npm packages: installing what tests/support/github/package-lock.json pins", flush=True)
        if trouble := install():
            print("npm packages: could not install them:", trouble)
    return 0


if __name__ == "__main__":
    sys.exit(main())
