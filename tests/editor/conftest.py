"""The YAML language server that editors use, installed once and started once a session."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.language_server import LanguageServer

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SETTINGS = {"yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}}


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What package-lock.json pins, kept beside other caches and made anew when it changes."""
    lock = (HERE / "package-lock.json").read_bytes()
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = home / "runwright-tests" / hashlib.sha256(lock).hexdigest()[:16]
    if not (place / "node_modules").exists():
        fresh = tmp_path_factory.mktemp("npm")
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, fresh)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=fresh, check=True, timeout=600)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(fresh, place, dirs_exist_ok=True, symlinks=True)
    return place / "node_modules"


@pytest.fixture(scope="session")
def server(node_modules: Path) -> Iterator[LanguageServer]:
    """The server, looking at this repository."""
    program = node_modules / "yaml-language-server" / "bin" / "yaml-language-server"
    found = LanguageServer.start(["node", str(program), "--stdio"], ROOT, SETTINGS)
    yield found
    found.stop()
