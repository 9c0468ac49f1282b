"""What this host tells of what services hold on to: programs, certificates, refusals, settings read long ago."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from runwright.adapters import facts_held
from runwright.adapters.facts_refusals import refusals
from runwright.adapters.facts_started import started_facts
from tests.support.reality_servers import certificate

WHY = """\
type=AVC msg=audit(1530181320.456:218): avc:  denied  { name_bind } for  pid=4321 comm="icinga2" src=5665 scontext=system_u:system_r:icinga2_t:s0 tcontext=system_u:object_r:unreserved_port_t:s0 tclass=tcp_socket permissive=0

\tWas caused by:
\tThe boolean nis_enabled was set incorrectly.
\tDescription:
\tAllow nis to enabled

\tAllow access by executing:
\t# setsebool -P nis_enabled 1
type=AVC msg=audit(1530181333.111:219): avc:  denied  { read } for  pid=99 comm="httpd" name="x" permissive=0

\tWas caused by:
\t\tMissing type enforcement (TE) allow rule.

\t\tYou can use audit2allow to generate a loadable module to allow this access.
"""  # noqa: E501


def test_audit2why_names_the_boolean_for_the_program_that_was_refused() -> None:
    assert set(refusals(WHY)) == {("icinga2", "nis_enabled")}


@pytest.mark.parametrize("text", ["", "The boolean nis_enabled was set incorrectly.", 'comm="x"', "type=\n" * 1000])
def test_a_boolean_without_a_refusal_before_it_says_nothing(text: str) -> None:
    assert list(refusals(text)) == []


def test_a_program_is_found_by_its_name_and_its_package_tells_the_version() -> None:
    told = facts_held.program_facts({"name": "git"}, 10.0)
    assert told["present"] is True
    assert isinstance(told.get("version", ""), str)
    assert facts_held.program_facts({"name": "no-such-program"}, 10.0) == {"present": False}


@pytest.mark.parametrize("name", ["/bin/sh", "../sh", "a\\b", "a\0b", "", "--help"])
def test_a_path_is_no_name_of_a_program(name: str) -> None:
    assert facts_held.program_facts({"name": name}, 10.0) == {}


def test_a_deleted_file_that_is_still_open_is_seen(tmp_path: Path) -> None:
    before = facts_held.deleted_facts({"path": str(tmp_path)}, 10.0)
    with (tmp_path / "log").open("wb") as file:
        file.write(b"x" * 4096)
        file.flush()
        (tmp_path / "log").unlink()
        told = facts_held.deleted_facts({"path": str(tmp_path)}, 10.0)
    # A process that belongs to no unit is nobody's to restart, so then nothing is told.
    assert told == {} or (told["percent"] >= before.get("percent", 0.0) and told["holder"].endswith(".service"))


def test_a_certificate_that_certbot_keeps_is_known_without_being_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "www.example"
    folder.mkdir()
    certificate(folder, "fullchain", 30)
    monkeypatch.setattr(facts_held, "CERTBOT", tmp_path)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
    told = facts_held.served_here({"host": "www.example", "port": 443}, 10.0)
    assert set(told) == {"renewed_days_left"}
    assert 28 < told["renewed_days_left"] <= 30


@pytest.mark.parametrize("host", ["..", "a/b", "", "a..b", "x" * 300, "a\0b", f"{'a' * 70}.example"])
def test_what_is_no_name_of_a_host_is_not_looked_up(host: str) -> None:
    with pytest.raises(OSError, match=r"\S"):
        facts_held.served_here({"host": host, "port": 443}, 10.0)
    with pytest.raises(OSError, match=r"\S"):
        facts_held.served_here({"host": "a.example", "port": "https"}, 10.0)


def test_without_systemd_nobody_says_how_old_a_service_is() -> None:
    assert started_facts({"service": "no-such-unit-here"}, 10.0) == {}
