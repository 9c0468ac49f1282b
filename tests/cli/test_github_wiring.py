"""Who speaks to which GitHub is read from the environment alone; a forge's address is a folder or github:OWNER/NAME."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from runwright.cli import github_wiring as wiring
from runwright.cli.forge_address import ForgeType, GitHubAddress, folder_of
from runwright.errors import ContentError


@click.command()
@click.option("--forge", type=ForgeType())
def where(forge: Path | GitHubAddress) -> None:
    """Say what was read."""
    click.echo(f"{type(forge).__name__} {forge}")


def test_a_forge_is_a_folder_or_a_repository_at_github(tmp_path: Path) -> None:
    local = CliRunner().invoke(where, ["--forge", str(tmp_path)])
    hosted = CliRunner().invoke(where, ["--forge", "github:acme/runbooks"])
    assert local.output.split() == ["PosixPath", str(tmp_path)]
    assert hosted.output == "GitHubAddress github:acme/runbooks\n"


@pytest.mark.parametrize("text", ["github:", "github:acme", "github:acme/../x", "github:a b/c", "/nowhere/at/all"])
def test_what_is_neither_is_told(text: str) -> None:
    result = CliRunner().invoke(where, ["--forge", text])
    assert result.exit_code == 2
    assert "expected github:OWNER/NAME" in result.output or "does not exist" in result.output


def test_a_verb_for_folders_alone_says_so() -> None:
    with pytest.raises(ContentError, match="github:acme/runbooks"):
        folder_of(GitHubAddress("acme/runbooks"))
    assert folder_of(Path("x")) == Path("x")


def test_the_place_is_github_or_an_enterprise_server() -> None:
    assert wiring.place_of("acme/runbooks", {}).git_url == "https://github.com/acme/runbooks.git"
    own = wiring.place_of("acme/runbooks", {wiring.API: "https://git.acme.example/api/v3/"})
    assert (own.api, own.web) == ("https://git.acme.example/api/v3", "https://git.acme.example")
    both = {wiring.API: "https://api.acme.example", wiring.WEB: "https://acme.example/"}
    assert wiring.place_of("acme/runbooks", both).web == "https://acme.example"


@pytest.mark.parametrize("api", ["https://api.acme.example", "http://api.github.com", "nonsense"])
def test_an_address_that_does_not_say_where_the_pages_are_is_told(api: str) -> None:
    with pytest.raises(ContentError):
        wiring.place_of("acme/runbooks", {wiring.API: api})


@pytest.mark.parametrize("name", [wiring.API, wiring.WEB])
def test_what_is_no_address_is_told_by_the_variable_that_holds_it_and_is_not_shown(name: str) -> None:
    with pytest.raises(ContentError, match=f"^{name} holds no address; expected one such as https://") as told:
        wiring.place_of("acme/runbooks", {name: "ghp_in_the_wrong_place"})
    assert "ghp_" not in str(told.value)


def test_a_token_speaks() -> None:
    connection = wiring.connect("acme/runbooks", {wiring.TOKEN: "github_pat_x\n"})
    assert (connection.credentials.kind, connection.credentials.token()) == ("token", "github_pat_x")
    assert connection.pace.gaps.seconds == 1


def test_an_app_speaks_with_the_key_in_a_file(tmp_path: Path) -> None:
    from tests.support.github.keys import app_key

    key = tmp_path / "key.pem"
    key.write_text(app_key(), "ascii")
    environ = {wiring.APP_ID: "4711", wiring.APP_KEY: str(key), wiring.INSTALLATION: "815", wiring.GAP: "0.5"}
    connection = wiring.connect("acme/runbooks", {**environ, wiring.TOKEN: "unused"})
    assert (connection.credentials.kind, connection.pace.gaps.seconds) == ("app", 0.5)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "nobody speaks"),
        ({wiring.APP_ID: "4711"}, wiring.APP_KEY),
        ({wiring.APP_KEY: "/nowhere"}, wiring.APP_ID),
        ({wiring.APP_ID: "4711", wiring.APP_KEY: "/nowhere.pem"}, "cannot be read"),
        ({wiring.APP_ID: "47 11", wiring.APP_KEY: "/nowhere.pem"}, wiring.APP_ID),
        ({wiring.TOKEN: "x", wiring.GAP: "soon"}, wiring.GAP),
        ({wiring.TOKEN: "two words"}, "token"),
    ],
)
def test_what_is_missing_or_wrong_is_told_by_its_name(environ: dict[str, str], said: str) -> None:
    with pytest.raises(ContentError, match=said):
        wiring.connect("acme/runbooks", environ)


def test_a_file_that_is_no_key_is_told_without_a_word_of_it(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("very-secret", "ascii")
    with pytest.raises(ContentError) as found:
        wiring.connect("acme/runbooks", {wiring.APP_ID: "4711", wiring.APP_KEY: str(key)})
    assert "very-secret" not in str(found.value)


@pytest.mark.parametrize("number", ["0", "x", "-1", "1" * 40])
def test_an_installation_is_a_number(tmp_path: Path, number: str) -> None:
    from tests.support.github.keys import app_key

    key = tmp_path / "key.pem"
    key.write_text(app_key(), "ascii")
    environ = {wiring.APP_ID: "4711", wiring.APP_KEY: str(key), wiring.INSTALLATION: number}
    with pytest.raises(ContentError, match=wiring.INSTALLATION):
        wiring.connect("acme/runbooks", environ)
