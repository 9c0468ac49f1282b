"""The lock files: exact, hashed, without addresses, and in step with pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-agent.lock")
PINNED = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[0-9][^ ]*)( ; [^\\]+)? \\$")


def entries(lock: str) -> dict[str, str]:
    """Give name and version of everything that a lock file pins."""
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    matches = [PINNED.match(line) for line in lines if re.match(r"[A-Za-z]", line)]
    assert all(matches), f"{lock} has a line that is not pinned"
    return {match["name"]: match["version"] for match in matches if match}


def names(requirements: list[str]) -> set[str]:
    """Give the names of requirements as lock files spell them."""
    found = [re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in requirements]
    return {re.sub(r"[._-]+", "-", match[0]).lower() for match in found if match}


@pytest.fixture(scope="module")
def project() -> dict[str, object]:
    """The table [project] of pyproject.toml."""
    table: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return table


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_holds_no_address_and_no_path(lock: str) -> None:
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    assert [line for line in lines if "://" in line or re.search(r"(^|[ =@])/", line) or "--index" in line] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pinned_package_has_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    blocks = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(entries(lock))
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_full_lock_holds_everything_that_the_project_asks_for(project: dict[str, object]) -> None:
    extras = project["optional-dependencies"]
    assert isinstance(extras, dict)
    asked = [*project["dependencies"], *(item for extra in extras.values() for item in extra)]  # type: ignore[misc]
    assert names(asked) <= entries("requirements.lock").keys()


def test_the_agent_gets_the_base_install_alone(project: dict[str, object]) -> None:
    agent = entries("requirements-agent.lock").keys()
    assert names(project["dependencies"]) <= agent  # type: ignore[arg-type]
    assert agent & {"fastapi", "sqlalchemy", "openai", "pygithub", "supervisor", "pytest"} == set()


def test_both_locks_pin_the_same_versions() -> None:
    full, agent = entries("requirements.lock"), entries("requirements-agent.lock")
    assert {name: full.get(name) for name in agent} == agent
