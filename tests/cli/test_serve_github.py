"""`runwright serve` on GitHub: what it needs to know, and what it says where it is not told."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from runwright.adapters.store.database import Database
from runwright.cli.github_wiring import place_of
from runwright.cli.service_github import claim, redaction_key, webhook_secret
from runwright.errors import ContentError
from tests.support.service_site import environment

SECRET, KEY = "RUNWRIGHT_GITHUB_WEBHOOK_SECRET", "RUNWRIGHT_REDACTION_KEY"
LONG = "s3cret" * 6


def served(folder: Path, *words: str, **given: str) -> subprocess.CompletedProcess[str]:
    """Try to start it; it must end by itself."""
    command = [sys.executable, "-m", "runwright.cli.main", "serve", "--state", str(folder / "state"), *words]
    return subprocess.run(
        command, env={**environment(), **given}, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_forge_in_a_folder_needs_the_bots_key(tmp_path: Path) -> None:
    done = served(tmp_path, "--forge", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "needs --key" in done.stderr


def test_at_github_somebody_must_speak(tmp_path: Path) -> None:
    done = served(tmp_path, "--forge", "github:acme/runbooks")
    assert (done.returncode, done.stdout) == (1, "")
    assert "RUNWRIGHT_GITHUB_APP_ID" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("address", ["github:acme", "github:", "github:acme/a/b", "github:-x/y", "github:a/.."])
def test_what_is_no_repository_is_refused(tmp_path: Path, address: str) -> None:
    done = served(tmp_path, "--forge", address)
    assert done.returncode == 2
    assert "expected github:OWNER/NAME" in done.stderr


def test_a_first_start_without_github_says_so_and_ends(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    given = {"RUNWRIGHT_GITHUB_API": nowhere, "RUNWRIGHT_GITHUB_WEB": nowhere, "RUNWRIGHT_GITHUB_TOKEN": LONG}
    done = served(tmp_path, "--forge", "github:acme/runbooks", "--port", "0", **given)
    assert (done.returncode, done.stdout) == (1, "")
    assert "never fetched" in done.stderr
    assert LONG not in done.stderr


def test_a_state_folder_serves_one_repository_and_no_other(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    given = {"RUNWRIGHT_GITHUB_API": nowhere, "RUNWRIGHT_GITHUB_WEB": nowhere, "RUNWRIGHT_GITHUB_TOKEN": LONG}
    place = place_of("acme/runbooks", given)
    claim(tmp_path / "state", place)
    claim(tmp_path / "state", place_of("Acme/Runbooks", given))
    done = served(tmp_path, "--forge", "github:acme/other", "--port", "0", **given)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        f"belongs to {nowhere}/acme/runbooks, not to {nowhere}/acme/other; name another one with --state" in done.stderr
    )


def test_the_secret_is_given_as_it_is_or_as_a_file(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(f"{LONG}\n")
    assert webhook_secret({SECRET: LONG}) == webhook_secret({SECRET: str(path)}) == LONG.encode()
    assert webhook_secret({}) == webhook_secret({SECRET: ""}) == b""


@pytest.mark.parametrize("held", ["", "short", "fifteen-letters"])
def test_a_secret_that_can_be_found_by_trying_is_refused(tmp_path: Path, held: str) -> None:
    path = tmp_path / "secret"
    path.write_text(held)
    with pytest.raises(ContentError, match="at least 16"):
        webhook_secret({SECRET: str(path)})
    if held:
        with pytest.raises(ContentError, match="at least 16"):
            webhook_secret({SECRET: held})


def test_a_secret_that_cannot_be_read_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="cannot be read"):
        webhook_secret({SECRET: str(tmp_path / "nowhere")})


def test_the_redaction_key_is_made_once_in_the_state_folder_and_nobody_else_reads_it(tmp_path: Path) -> None:
    database, state = Database(f"sqlite:///{tmp_path / 'store.sqlite3'}"), tmp_path / "state"
    made = redaction_key(state, database, {})
    assert len(made) == 64
    assert redaction_key(state, database, {}) == made
    assert redaction_key(tmp_path / "other", database, {}) != made
    assert stat.S_IMODE((state / "redaction.key").stat().st_mode) == 0o600
    assert [path.name for path in state.iterdir()] == ["redaction.key"]


def test_several_services_on_one_database_are_given_their_key(tmp_path: Path) -> None:
    database = Database("postgresql://runwright@127.0.0.1/runwright")
    with pytest.raises(ContentError, match="the same for all replicas"):
        redaction_key(tmp_path, database, {})
    path = tmp_path / "key"
    path.write_text(LONG)
    assert redaction_key(tmp_path, database, {KEY: str(path)}) == LONG.encode()
    path.write_text("short")
    with pytest.raises(ContentError, match="at least 16"):
        redaction_key(tmp_path, database, {KEY: str(path)})
