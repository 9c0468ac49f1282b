"""Signing in to GitHub: the device flow, against a real server, with a clock that the test moves."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from runwright.adapters.login_files import Login, Logins
from runwright.adapters.login_github import DeviceFlow, Grant, Waiting, granted
from runwright.errors import ContentError, EdgeError
from tests.support.device_server import PENDING, TOKEN, DeviceServer, device_server
from tests.support.hand_clock import HandClock


@pytest.fixture
def server() -> Iterator[DeviceServer]:
    with device_server() as running:
        yield running


def signed_in(server: DeviceServer, *answers: Any, clock: HandClock | None = None, **code: Any) -> Grant:
    """Go through a sign-in; the first answer is the code."""
    clock = clock or HandClock()
    server.answers.extend((server.code(**code), *answers))
    flow = DeviceFlow(server.web, "Iv1.abc")
    return flow.wait(flow.begin(("repo", "read:org")), Waiting(clock.monotonic, clock.sleep))


def test_a_person_who_enters_the_code_is_given_a_token(server: DeviceServer) -> None:
    clock = HandClock()
    grant = signed_in(server, PENDING, PENDING, TOKEN, clock=clock)
    assert (grant.token, grant.scopes, grant.expires_in) == (TOKEN["access_token"], ("repo", "read:org"), None)
    (first, begun), *polls = server.asked
    assert (first, begun) == ("/login/device/code", {"client_id": "Iv1.abc", "scope": "repo read:org"})
    assert {path for path, _ in polls} == {"/login/oauth/access_token"}
    assert polls[0][1] == {
        "client_id": "Iv1.abc",
        "device_code": "d" * 40,
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
    }
    assert clock.slept == 15


def test_github_is_never_asked_sooner_than_it_lets_us(server: DeviceServer) -> None:
    """`slow_down` makes every later interval longer by five seconds, or as long as GitHub says."""
    clock = HandClock()
    signed_in(server, {"error": "slow_down", "interval": 12}, PENDING, {"error": "slow_down"}, TOKEN, clock=clock)
    assert clock.slept == 5 + 12 + 12 + 17


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("expired_token", "the code expired"),
        ("access_denied", "GitHub was told no"),
        ("device_flow_disabled", "switched off"),
        ("incorrect_client_credentials", "check --client-id"),
        ("Not Found", "check --client-id"),
        ("incorrect_device_code", "run the command again"),
        ("unsupported_grant_type", "fine-grained token"),
        ("something_new", "GitHub refused the sign-in: something_new"),
    ],
)
def test_a_no_ends_the_sign_in_and_says_what_to_do(server: DeviceServer, error: str, said: str) -> None:
    with pytest.raises(ContentError, match=said):
        signed_in(server, PENDING, {"error": error})
    assert len(server.asked) == 3


def test_a_client_id_that_github_does_not_know_is_told_at_once(server: DeviceServer) -> None:
    server.answers.append({"error": "incorrect_client_credentials"})
    with pytest.raises(ContentError, match="client id"):
        DeviceFlow(server.web, "wrong").begin()


def test_nobody_waits_for_a_code_that_nobody_enters(server: DeviceServer) -> None:
    clock = HandClock()
    with pytest.raises(ContentError, match="the code expired"):
        signed_in(server, PENDING, clock=clock, expires_in=31)
    assert clock.slept == 30


@pytest.mark.parametrize("trouble", [502, 429, b"<html>", b"[1]"])
def test_trouble_at_github_only_makes_the_next_question_later(server: DeviceServer, trouble: Any) -> None:
    clock = HandClock()
    assert signed_in(server, trouble, TOKEN, clock=clock).token == TOKEN["access_token"]
    assert clock.slept == 5 + 10


def test_an_address_on_another_host_is_not_shown_as_githubs(server: DeviceServer) -> None:
    with pytest.raises(EdgeError, match="gave no code that can be entered there"):
        signed_in(server, TOKEN, verification_uri="https://github.com.evil.example/login/device")


@pytest.mark.parametrize("web", ["http://github.com", "ftp://127.0.0.1", "github.com", ""])
def test_a_token_does_not_travel_in_the_clear(web: str) -> None:
    with pytest.raises(ContentError, match="must begin with https://"):
        DeviceFlow(web, "Iv1.abc")


@pytest.mark.parametrize("token", [None, "", 7, "a b", "a\r\nX-Header: b", "ä", "x" * 5000])
def test_what_cannot_stand_in_a_header_is_no_token(token: Any) -> None:
    with pytest.raises(EdgeError, match="holds no token"):
        granted({"access_token": token})


def test_a_token_of_any_length_and_shape_is_taken() -> None:
    assert granted({"access_token": "ghu_1.eyJ-" + "x" * 600 + ".=="}).token.startswith("ghu_")


def test_a_token_that_ends_is_renewed_without_a_secret(server: DeviceServer) -> None:
    server.answers.append({**TOKEN, "expires_in": 28800, "refresh_token": "ghr_2"})
    grant = DeviceFlow(server.web, "Iv1.abc").renew("ghr_1")
    assert (grant.expires_in, grant.refresh_token) == (28800, "ghr_2")
    form = {"client_id": "Iv1.abc", "grant_type": "refresh_token", "refresh_token": "ghr_1"}
    assert server.asked == [("/login/oauth/access_token", form)]


def test_tokens_stand_in_no_representation(server: DeviceServer) -> None:
    grant = Grant("gho_secret", 1.0, "ghr_secret")
    login = Login("dana", "gho_secret", refresh_token="ghr_secret")
    assert "secret" not in repr(grant) + repr(login) + repr(DeviceFlow(server.web, "x").__dict__)


KEPT = Login("dana", "gho_x", "Iv1.abc", 1_800_000_000.0, "ghr_x")


def test_a_sign_in_is_kept_where_nobody_else_can_read_it(tmp_path: Path) -> None:
    logins = Logins(tmp_path / "config" / "github")
    path = logins.keep("https://github.com", KEPT)
    assert path.name == "github.com.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert logins.read("https://github.com") == KEPT
    assert logins.read("https://ghe.example") is None
    assert [entry.name for entry in path.parent.iterdir()] == ["github.com.json"]


def test_each_github_has_a_sign_in_of_its_own(tmp_path: Path) -> None:
    logins = Logins(tmp_path)
    names = {logins.path(web).name for web in ("https://github.com", "http://127.0.0.1:80", "http://127.0.0.1:8080")}
    assert len(names) == 3
    assert logins.path("https://../../etc").parent == tmp_path


def test_a_newer_sign_in_takes_the_place_of_the_older(tmp_path: Path) -> None:
    logins = Logins(tmp_path)
    logins.keep("https://github.com", KEPT)
    logins.path("https://github.com").chmod(0o644)
    logins.keep("https://github.com", Login("erin", "gho_y"))
    assert stat.S_IMODE(logins.path("https://github.com").stat().st_mode) == 0o600
    assert logins.read("https://github.com") == Login("erin", "gho_y")


def test_signing_out_leaves_nothing(tmp_path: Path) -> None:
    logins = Logins(tmp_path)
    logins.keep("https://github.com", KEPT)
    assert logins.forget("https://github.com")
    assert not logins.forget("https://github.com")
    assert list(tmp_path.iterdir()) == []


def test_a_token_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    logins = Logins(tmp_path)
    logins.keep("https://github.com", KEPT).chmod(0o640)
    with pytest.raises(ContentError, match="others may read this token; revoke it") as refused:
        logins.read("https://github.com")
    assert "gho_x" not in str(refused.value)


def test_a_link_in_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    logins = Logins(tmp_path / "mine")
    path = logins.keep("https://github.com", KEPT)
    path.rename(tmp_path / "elsewhere.json")
    path.symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(ContentError, match="cannot be read"):
        logins.read("https://github.com")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        json.dumps({"schema": "runwright.login/2", **asdict(KEPT)}),
        json.dumps({"schema": "runwright.login/1", "login": "dana", "token": ""}),
        json.dumps({"schema": "runwright.login/1", "login": "dana", "token": 5}),
        json.dumps({"schema": "runwright.login/1", "login": "dana", "token": "x", "expires_at": "soon"}),
        json.dumps({"schema": "runwright.login/1", "login": "dana", "token": "x", "more": 1}),
    ],
)
def test_a_broken_file_says_what_to_do_and_nothing_of_the_token(tmp_path: Path, text: str) -> None:
    logins = Logins(tmp_path)
    descriptor = os.open(logins.path("https://github.com"), os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(descriptor, text.encode())
    os.close(descriptor)
    with pytest.raises(ContentError, match="this is no sign-in; delete the file") as refused:
        logins.read("https://github.com")
    assert "gho_x" not in str(refused.value)
