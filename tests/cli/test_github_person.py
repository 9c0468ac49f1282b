"""Whose token is used: the environment's, else the sign-in's, renewed before it ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runwright.adapters.login_files import Login
from runwright.cli.github_person import logins_of, mirror_folder, person, token_of
from runwright.cli.github_wiring import place_of
from runwright.errors import ContentError
from tests.support.device_server import TOKEN, DeviceServer, device_server


@pytest.fixture
def server() -> Iterator[DeviceServer]:
    with device_server() as running:
        yield running


def environ(folder: Path, server: DeviceServer, **more: str) -> dict[str, str]:
    return {
        "XDG_CONFIG_HOME": str(folder),
        "HOME": "/nowhere",
        "RUNWRIGHT_GITHUB_API": server.web,
        "RUNWRIGHT_GITHUB_WEB": server.web,
        **more,
    }


def kept(folder: Path, server: DeviceServer, **more: object) -> dict[str, str]:
    """Sign in beforehand; gives the environment."""
    env = environ(folder, server)
    values = {"client_id": "Iv1.abc", "expires_at": time.time() - 1, "refresh_token": "ghr_1", **more}
    logins_of(env).keep(server.web, Login("erin", "ghu_old", **values))  # type: ignore[arg-type]
    return env


def test_nobody_signed_in_is_told_how(tmp_path: Path, server: DeviceServer) -> None:
    env = environ(tmp_path, server)
    with pytest.raises(ContentError, match="run `runwright github login --forge github:acme/runbooks`"):
        person("acme/runbooks", env)


def test_the_environment_wins(tmp_path: Path, server: DeviceServer) -> None:
    env = {**kept(tmp_path, server), "RUNWRIGHT_GITHUB_TOKEN": " ghp_mine\n"}
    assert token_of(place_of("acme/runbooks", env), env) == ("ghp_mine", "environment")
    assert server.asked == []


def test_a_token_that_lasts_is_used_as_it_is(tmp_path: Path, server: DeviceServer) -> None:
    env = kept(tmp_path, server, expires_at=time.time() + 3600)
    assert person("acme/runbooks", env).credentials.token() == "ghu_old"
    env = kept(tmp_path, server, expires_at=None, refresh_token="")
    assert person("acme/runbooks", env).credentials.token() == "ghu_old"
    assert server.asked == []


def test_a_token_that_is_over_is_renewed_and_kept(tmp_path: Path, server: DeviceServer) -> None:
    env = kept(tmp_path, server)
    server.answers.append({**TOKEN, "expires_in": 28800, "refresh_token": "ghr_2"})
    assert person("acme/runbooks", env).credentials.token() == TOKEN["access_token"]
    assert person("acme/runbooks", env).credentials.token() == TOKEN["access_token"]
    assert len(server.asked) == 1
    login = logins_of(env).read(server.web)
    assert login is not None
    assert (login.login, login.refresh_token, login.client_id) == ("erin", "ghr_2", "Iv1.abc")


def test_who_comes_second_to_renew_takes_what_the_first_got(tmp_path: Path, server: DeviceServer) -> None:
    """A refresh token works once; what another process kept meanwhile is as good."""
    env = kept(tmp_path, server)
    logins = logins_of(env)
    old = logins.read(server.web)
    assert old is not None
    logins.keep(server.web, Login("erin", "ghu_new", "Iv1.abc", time.time() + 3600, "ghr_2"))
    server.answers.append({"error": "bad_refresh_token"})
    from runwright.cli.github_person import current

    assert current(logins, server.web, old).token == "ghu_new"


@pytest.mark.parametrize("more", [{"refresh_token": ""}, {"client_id": ""}])
def test_what_cannot_be_renewed_asks_for_another_sign_in(
    tmp_path: Path, server: DeviceServer, more: dict[str, str]
) -> None:
    env = kept(tmp_path, server, **more)
    with pytest.raises(ContentError, match=r"the sign-in of erin .* is over"):
        person("acme/runbooks", env)


def test_a_renewal_that_is_refused_asks_for_another_sign_in(tmp_path: Path, server: DeviceServer) -> None:
    env = kept(tmp_path, server)
    server.answers.append({"error": "bad_refresh_token"})
    with pytest.raises(ContentError, match="run `runwright github login` again") as refused:
        person("acme/runbooks", env)
    assert "ghr_1" not in str(refused.value)


def test_each_repository_has_a_copy_of_its_own(tmp_path: Path, server: DeviceServer) -> None:
    env = environ(tmp_path, server, XDG_CACHE_HOME=str(tmp_path / "cache"))
    names = {mirror_folder(place_of(name, env), env) for name in ("acme/runbooks", "acme/other", "evil/runbooks")}
    assert len(names) == 3
    assert {path.parent.parent for path in names} == {tmp_path / "cache" / "runwright" / "github"}
