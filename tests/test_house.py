"""The house rules: imports go down and never sideways, pure rooms touch nothing, a library has one door."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import house
from tests.support.house import House, Source

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "tools" / "runwright"

FLOORS: dict[str, float] = {
    "__main__": 6,
    "cli": 5,
    "service": 4,
    "agent": 4,
    "adapters": 4,
    "learn": 3,
    "checks": 2,
    "replay": 2,
    "corpus": 1,
    "redact": 1,
    "engine": 1,
    "release": 1,
    # The ground has an order of its own: errors < fault < model < actions.
    "actions": 0.2,
    "model": 0.1,
    "fault": 0.05,
    "errors": 0,
}

# Refused beside the floors: who writes rules runs no commands, who runs commands writes no rules.
REFUSED = {
    "agent": frozenset({"learn", "service"}),
    "service": frozenset({"agent", "adapters"}),
    "adapters": frozenset({"agent", "service"}),
}

# An outside library is imported by the files named here and by no other.
DOORS: dict[str, tuple[str, ...]] = {
    "pydantic": ("*",),
    "pydantic_core": ("*",),
    "click": ("cli/*",),
    "cryptography": ("release/ssh*.py", "adapters/facts_certificate.py"),
    "yaml": ("corpus/yaml_*.py", "corpus/editing.py"),
    "re2": ("model/pattern.py",),
    # A parser is pure computation: text in, tree out.
    "tree_sitter": ("checks/guard/bash_tree.py",),
    "tree_sitter_bash": ("checks/guard/bash_tree.py",),
    "git": ("adapters/git.py",),
    "psutil": ("adapters/facts_*.py", "adapters/shell_*.py", "adapters/probe_*.py", "cli/clinic/*.py"),
    "urllib3": ("adapters/http*.py", "cli/clinic/*.py"),
    "sqlalchemy": ("adapters/store*", "adapters/migrations/*"),
    "alembic": ("adapters/store*", "adapters/migrations/*"),
    "fastapi": ("service/*",),
    "starlette": ("service/*",),
    "uvicorn": ("adapters/*server*.py", "cli/*"),
    "openai": ("adapters/llm_openai.py",),
    "httpx2": ("adapters/llm_*.py",),
    "github": ("adapters/forge_github*",),
    "jwt": ("adapters/forge_github/credentials.py",),
    "dbos": ("adapters/durable_dbos.py",),
}

HOUSE = House(floors=FLOORS, refused=REFUSED, pure_below=4, doors=DOORS)

HEAVY = ("openai", "dbos", "fastapi", "github", "sqlalchemy", "pydantic", "git", "cryptography")


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    """Every file of the package, parsed once."""
    return house.read_package(PACKAGE)


def complaints(sources: list[Source], rule: Callable[[Source], Iterator[str]]) -> list[str]:
    return [complaint for source in sources for complaint in rule(source)]


def planted(path: str, text: str) -> Source:
    return Source(path, ast.parse(text))


# The package keeps the rules.


def test_the_package_is_really_read(sources: list[Source]) -> None:
    assert {"errors", "model"} <= {source.room for source in sources}


def test_every_room_has_a_floor(sources: list[Source]) -> None:
    assert {source.room for source in sources} - {""} <= FLOORS.keys()


def test_imports_go_down_and_never_sideways(sources: list[Source]) -> None:
    assert complaints(sources, lambda source: house.sideways(source, HOUSE)) == []


def test_pure_rooms_touch_neither_world_nor_clock_nor_chance(sources: list[Source]) -> None:
    assert complaints(sources, lambda source: house.impurities(source, HOUSE)) == []


def test_each_outside_library_has_one_door(sources: list[Source]) -> None:
    assert complaints(sources, lambda source: house.strangers_at_the_door(source, HOUSE)) == []


def test_no_value_becomes_a_word_of_a_shell_line(sources: list[Source]) -> None:
    assert complaints(sources, house.shell_words) == []


def test_git_is_never_called_with_unguarded_options(sources: list[Source]) -> None:
    assert complaints(sources, house.unguarded_git) == []


def test_the_command_line_starts_without_heavy_libraries() -> None:
    code = f"import sys, runwright.cli.main; print(*sorted(sys.modules.keys() & set({HEAVY!r})))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
        env={"PYTHONPATH": str(PACKAGE.parent), "PATH": ""},
    )
    assert done.stdout.split() == []


# The rules find what they are for: each snippet breaks exactly one of them.


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("errors.py", "from runwright.model import rule"),
        ("model/rule.py", "from runwright.actions.service import start"),
        ("model/rule.py", "import runwright.engine.match"),
        ("engine/step.py", "from runwright.corpus.loader import load"),
        ("engine/step.py", "def late():\n    from runwright import replay"),
        ("engine/step.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import runwright.learn"),
        ("checks/risk.py", "from runwright.replay.verdict import decide"),
        ("learn/author.py", "from runwright.adapters.git import GitRepository"),
        ("agent/run.py", "from runwright.learn.author import draft"),
        ("agent/run.py", "from runwright.service.app import app"),
        ("agent/run.py", "from ..adapters import shell_local"),
        ("service/app.py", "from runwright.agent.run import run"),
        ("service/app.py", "from runwright.adapters.shell_local import LocalShell"),
        ("adapters/store.py", "from runwright.service.ports import Store"),
        ("adapters/store.py", "from runwright.agent import ports"),
        ("service/app.py", "from runwright.cli import main"),
        ("common/text.py", "from runwright.errors import ContentError"),
        ("errors.py", "from runwright.common import text"),
        ("__init__.py", "from runwright.model import rule"),
    ],
)
def test_an_import_that_does_not_go_down_is_found(path: str, text: str) -> None:
    assert len(list(house.sideways(planted(path, text), HOUSE))) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("cli/wiring.py", "from runwright.adapters.git import GitRepository\nimport runwright.agent.run"),
        ("cli/wiring.py", "from runwright.cli import demo"),
        (
            "learn/author.py",
            "from runwright.replay.drive import drive\nfrom runwright.learn.ports import Model",
        ),
        ("agent/run.py", "from runwright.engine.step import step\nfrom . import ports"),
        (
            "actions/service.py",
            "from runwright.model.fields import Duration\nfrom runwright import __version__",
        ),
        ("model/rule.py", "import runwright.errors\nfrom runwright.model.frozen import Authored"),
    ],
)
def test_an_import_that_goes_down_is_let_through(path: str, text: str) -> None:
    assert list(house.sideways(planted(path, text), HOUSE)) == []


@pytest.mark.parametrize(
    "text",
    [
        "import os",
        "from os import environ",
        "import os.path",
        "import subprocess",
        "import socket",
        "import random",
        "import secrets",
        "import pathlib",
        "from pathlib import Path",
        "from uuid import uuid4",
        "import uuid",
        "from time import monotonic",
        "import time",
        "import urllib.request",
        "from urllib import request",
        "from importlib import resources",
        "from sys import argv",
        "text = open('x')",
        "reader = open",
        "print('x')",
        "name = input()",
        "at = clock.now()",
        "at = day.today()",
        "default = dict(factory=datetime.now)",
        "import sys\nsys.stdout",
        "import io\nio.open('x')",
        "key = Ed25519PrivateKey.generate()",
        "text = where.read_text()",
    ],
)
@pytest.mark.parametrize("room", ["model", "engine", "checks", "learn"])
def test_a_touch_of_the_world_in_a_pure_room_is_found(room: str, text: str) -> None:
    assert len(list(house.impurities(planted(f"{room}/x.py", text), HOUSE))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime, time, timedelta",
        "from pathlib import PurePosixPath",
        "from uuid import uuid5",
        "from http import HTTPStatus",
        "import re, json, hashlib, posixpath\nre.compile('x')",
        "def decide(now): return now",
        "def decide(state): return state.now",
    ],
)
def test_pure_code_is_let_through(text: str) -> None:
    assert list(house.impurities(planted("engine/x.py", text), HOUSE)) == []


@pytest.mark.parametrize("room", ["agent", "service", "adapters", "cli"])
def test_the_hands_may_touch_the_world(room: str) -> None:
    assert list(house.impurities(planted(f"{room}/x.py", "import os, time\nprint(time.time())"), HOUSE)) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("adapters/forge_local.py", "from git import Repo"),
        ("service/app.py", "import sqlalchemy"),
        ("learn/author.py", "def ask():\n    import openai"),
        ("cli/main.py", "import github"),
        ("adapters/git.py", "import numpy"),
    ],
)
def test_a_library_at_the_wrong_door_is_found(path: str, text: str) -> None:
    assert len(list(house.strangers_at_the_door(planted(path, text), HOUSE))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "subprocess.run(line, shell=True)",
        "subprocess.run(line, shell=chosen)",
        "os.system(line)",
        "os.popen(line)",
        "from os import system",
        "subprocess.getoutput(line)",
        "asyncio.create_subprocess_shell(line)",
    ],
)
def test_a_shell_line_is_found(text: str) -> None:
    assert len(list(house.shell_words(planted("adapters/x.py", text)))) == 1


def test_a_git_command_made_from_an_attribute_is_found() -> None:
    source = planted("adapters/git.py", "import git\nrepo = git.Repo(x)\nrepo.git.log(name)\nrepo.git.execute(words)")
    assert [line.split(": ")[1] for line in house.unguarded_git(source)] == [
        "calls .git.log(), whose options are not guarded"
    ]
