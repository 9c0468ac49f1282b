"""`runwright serve` on GitHub: what it needs to know, and what it says where it is not told."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runwright.adapters.store.database import Database
from runwright.cli.github_wiring import connect, place_of
from runwright.cli.service_github import check_base, claim, redaction_key, webhook_secret
from runwright.errors import ContentError
from tests.support.github import faults
from tests.support.github.faults import Fault
from tests.support.github.keys import app_key
from tests.support.github.messages import Answer
from tests.support.github.site import GitHubSite
from tests.support.hosted_service import HostedService, make_hosted
from tests.support.service_site import environment, failed_run
from tests.support.until import until

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


@pytest.mark.needs("github-server")
@pytest.mark.parametrize(("branch", "refused"), [("trunk", True), ("main", False)])
def test_a_repository_whose_default_branch_is_another_is_refused_with_the_way_out(
    github_site: GitHubSite, branch: str, refused: bool
) -> None:
    def named(answer: Answer | None) -> Answer | None:
        assert answer is not None
        return replace(answer, body={**answer.body, "default_branch": branch})

    github_site.faults.add(Fault(named, after=True), "GET", f"/repos/{github_site.repository}$", times=9)
    given = {"RUNWRIGHT_GITHUB_API": github_site.api, "RUNWRIGHT_GITHUB_WEB": github_site.web}
    connection = connect(github_site.repository, {**given, "RUNWRIGHT_GITHUB_TOKEN": github_site.tokens["bot"]})
    if not refused:
        return check_base(connection)
    with pytest.raises(ContentError, match=r"default branch .* is 'trunk', and Runwright works on main; rename it"):
        check_base(connection)
    return None


def test_where_github_is_away_its_default_branch_stops_nobody() -> None:
    nowhere = "http://127.0.0.1:9"
    given = {"RUNWRIGHT_GITHUB_API": nowhere, "RUNWRIGHT_GITHUB_WEB": nowhere, "RUNWRIGHT_GITHUB_TOKEN": LONG}
    check_base(connect("acme/runbooks", given))


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


# Who is let in, asked at the start.


@pytest.fixture
def hosted(github_site: GitHubSite, tmp_path: Path) -> Iterator[HostedService]:
    """A service that has served a while, so that a copy of the repository is there."""
    made = make_hosted(github_site, tmp_path)
    made.start()
    made.kill()
    yield made
    made.close()


def started_with(hosted: HostedService, **given: str) -> subprocess.CompletedProcess[str]:
    """Start it again with something else in its environment; it must end by itself."""
    environ = {name: value for name, value in {**hosted.environ(), **given}.items() if value}
    command = [sys.executable, "-m", "runwright.cli.main", "serve", "--state", str(hosted.state), "--port", "0"]
    return subprocess.run(
        [*command, *hosted.words()],
        env={**environment(), **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


needs_github = pytest.mark.needs("github-server")


def refused(hosted: HostedService, **given: str) -> str:
    """Start it so, and give what it said when it did not."""
    done = started_with(hosted, **given)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert "runwright doctor --forge github:acme/runbooks" in done.stderr
    return done.stderr


@needs_github
def test_a_key_of_another_app_ends_the_start_though_a_copy_is_there(hosted: HostedService, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_text(app_key.__wrapped__())
    said = refused(hosted, RUNWRIGHT_GITHUB_APP_KEY=str(other))
    assert "401" in said
    assert "number and its key belong together" in said


@needs_github
def test_an_installation_that_is_none_ends_the_start(hosted: HostedService) -> None:
    assert "RUNWRIGHT_GITHUB_INSTALLATION" in refused(hosted, RUNWRIGHT_GITHUB_INSTALLATION="99")


@needs_github
def test_an_app_that_lacks_a_permission_is_not_let_in(hosted: HostedService) -> None:
    lacks = "The permissions requested are not granted to this installation."
    hosted.site.faults.add(faults.unprocessable(lacks), "POST", "/access_tokens$", nth=1, times=9)
    assert "with all its permissions" in refused(hosted)


def by_token(hosted: HostedService, token: str) -> dict[str, str]:
    return {"RUNWRIGHT_GITHUB_APP_ID": "", "RUNWRIGHT_GITHUB_APP_KEY": "", "RUNWRIGHT_GITHUB_TOKEN": token}


@needs_github
def test_a_token_that_github_does_not_know_ends_the_start(hosted: HostedService) -> None:
    said = refused(hosted, **by_token(hosted, "github_pat_nobodys"))
    assert "RUNWRIGHT_GITHUB_TOKEN" in said
    assert "nobodys" not in said


@needs_github
def test_a_token_that_may_only_read_ends_the_start(hosted: HostedService) -> None:
    said = refused(hosted, **by_token(hosted, hosted.site.tokens["gina"]))
    assert "gina may only read acme/runbooks" in said


@needs_github
def test_a_github_that_is_away_ends_no_start_once_a_copy_is_there(hosted: HostedService) -> None:
    hosted.site.faults.add(faults.bad_gateway(), times=100_000)
    hosted.start()
    assert hosted.ask("GET", "/readyz").data["status"] in {"ready", "degraded"}


@needs_github
def test_who_may_no_longer_write_is_told_in_the_log_and_by_readyz(hosted: HostedService) -> None:
    """A role that was taken away while the service ran."""
    hosted.as_app = False
    hosted.start()
    hosted.post(failed_run("exec-1"))
    hosted.wait_for_pull()
    hosted.site.accounts.roles["runwright-bot"] = "read"
    hosted.post(failed_run("exec-2"))
    until(lambda: hosted.ask("GET", "/readyz").data["status"] == "degraded", timeout=60, what="it says so")
    assert "GitHub refused" in hosted.ask("GET", "/readyz").data["checks"]["hosting"]
    assert "open requests were not looked after: GitHub refused" in hosted.log.read_text()
