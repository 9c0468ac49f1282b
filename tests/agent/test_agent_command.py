"""`runwright agent` as a person meets it: clear refusals, exit codes, a status that tells everything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.agent_site import (
    FLOW,
    call,
    content,
    flow_text,
    released,
    releases_of,
    rule_text,
    script,
    write_config,
)
from tests.support.forge import CHANNEL, GIT, allowed_signers_line, key_of
from tests.support.service_player import Answer, ServicePlayer, playing_service

DISK = [{"id": "root", "type": "disk", "below_percent": 100}]


@pytest.fixture
def page() -> Iterator[ServicePlayer]:
    with playing_service() as page:
        yield page


def refused(config: Path, verb: str = "run", code: int = 1) -> str:
    """The verb leaves with the exit code, a line that says why, and no traceback."""
    done = call(config, verb, *(["--once"] if verb == "run" else []))
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


def releasing(folder: Path, page: ServicePlayer | None = None) -> dict[str, Any]:
    text = flow_text([script("fix", f"touch {folder}/fixed")], folder / "fixed")
    forge = released(folder, content(text, rule=rule_text("http", FLOW)))
    checks = DISK if page is None else [{"id": "page", "type": "http", "url": page.url + "/"}]
    return {"checks": checks, "releases": releases_of(forge)}


def test_a_mistake_in_the_configuration_is_one_line_with_its_place(tmp_path: Path) -> None:
    config = write_config(tmp_path, checks=[{"id": "a", "type": "port", "port": "x"}])
    assert refused(config).startswith(f"{config}:8:7: `checks[0].port`: Input should be a valid integer")
    assert not (tmp_path / "agent").exists()


def test_a_configuration_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = refused(tmp_path / "absent.yaml")
    assert said == f"{tmp_path / 'absent.yaml'}: cannot be read: No such file or directory; name a file with --config"


def test_a_service_manager_that_is_not_here_is_told_at_its_place(tmp_path: Path) -> None:
    config = write_config(tmp_path, checks=DISK, host={"service_manager": "windows"})
    said = refused(config)
    assert said.startswith(f"{config}:12:5: the service manager windows is not on this host")
    assert not (tmp_path / "agent").exists()


def test_trusted_keys_that_cannot_be_read_are_told_at_their_place(tmp_path: Path) -> None:
    config = write_config(tmp_path, **releasing(tmp_path))
    (tmp_path / "trusted_keys").write_text("nobody at all\n")
    assert refused(config).startswith(f"{config}:13:5: line 1 of {tmp_path / 'trusted_keys'}: ")
    (tmp_path / "trusted_keys").unlink()
    said = refused(config)
    assert said == (
        f"{config}:13:5: the file of trusted keys {tmp_path / 'trusted_keys'} cannot be read: No such file or directory"
    )


def test_a_missing_token_file_is_told_at_its_place(tmp_path: Path) -> None:
    service = {"url": "http://127.0.0.1:1", "token_file": "absent"}
    config = write_config(tmp_path, checks=DISK, service=service)
    assert f"the token file {tmp_path / 'absent'} cannot be read" in refused(config)


def test_a_damaged_queue_is_told_kept_and_the_next_start_works(tmp_path: Path) -> None:
    config = write_config(tmp_path, checks=DISK)
    (tmp_path / "agent").mkdir()
    (tmp_path / "agent" / "agent.sqlite3").write_bytes(b"not a database" * 100)
    said = refused(config)
    assert "is damaged" in said
    assert "kept as" in said
    assert call(config, "run", "--once").returncode == 0
    assert len(list((tmp_path / "agent").glob("*.damaged-*"))) == 1


def test_once_looks_once_heals_sends_and_leaves(tmp_path: Path, page: ServicePlayer) -> None:
    with playing_service() as service:
        told = {"url": service.url, "token_file": "agent.token"}
        config = write_config(tmp_path, **releasing(tmp_path, page), service=told)
        page.script.append(Answer(503))
        done = call(config, "run", "--once")
        assert done.returncode == 0
        (execution,) = service.executions()
    assert execution["status"] == "success"
    assert done.stdout == ""
    assert " run_finished " in done.stderr


def test_without_a_service_everything_waits(tmp_path: Path, page: ServicePlayer) -> None:
    config = write_config(tmp_path, **releasing(tmp_path, page))
    page.script.append(Answer(503))
    assert call(config, "run", "--once").returncode == 0
    status = json.loads(call(config, "status", "--format", "json").stdout)
    assert status["queue"]["depth"] == 3
    assert status["pattern_stats"][0]["l1_resolutions"] == 1
    assert status["open_incidents"] == []


def test_pull_activates_and_says_by_whose_key(tmp_path: Path) -> None:
    config = write_config(tmp_path, **releasing(tmp_path))
    first, second = call(config, "pull"), call(config, "pull")
    key_id = key_of("runwright-release").public.key_id
    assert first.stdout == f"rules-v1 is active now, signed by {key_id}\n"
    assert second.stdout == f"rules-v1 was active already, signed by {key_id}\n"


def test_a_release_by_an_unknown_key_is_refused_reported_and_nothing_is_active(tmp_path: Path) -> None:
    config = write_config(tmp_path, **releasing(tmp_path))
    stranger = allowed_signers_line("runwright-release", key_of("mallory").public, (CHANNEL, GIT))
    (tmp_path / "trusted_keys").write_text(stranger)
    assert refused(config, "pull", code=4).startswith("refused: ")
    status = json.loads(call(config, "status", "--format", "json").stdout)
    assert status["tag"] is None
    assert status["last_refused"]["code"]
    assert status["queue"]["depth"] == 1
    shown = call(config, "status").stdout
    assert "release:    none is active" in shown
    assert f"refused:    {status['last_refused']['code']} at" in shown


def test_a_refused_release_does_not_stop_the_agent(tmp_path: Path) -> None:
    config = write_config(tmp_path, **releasing(tmp_path))
    stranger = allowed_signers_line("runwright-release", key_of("mallory").public, (CHANNEL, GIT))
    (tmp_path / "trusted_keys").write_text(stranger)
    done = call(config, "run", "--once", "--format", "json")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 4
    assert [told["event"] for told in events] == ["started", "refused", "stopped"]
    assert events[1]["code"]


def test_pull_without_a_source_says_what_is_missing(tmp_path: Path) -> None:
    config = write_config(tmp_path, checks=DISK)
    assert "`releases` is missing" in refused(config, "pull")


def test_a_remote_that_is_away_is_told_and_tried_again(tmp_path: Path) -> None:
    parts = releasing(tmp_path)
    parts["releases"]["remote"] = str(tmp_path / "absent.git")
    config = write_config(tmp_path, **parts)
    done = call(config, "run", "--once")
    assert done.returncode == 1
    assert " pull_failed " in done.stderr


@pytest.mark.parametrize("status", [503, 400])
def test_a_timer_sees_that_something_could_not_be_sent(tmp_path: Path, page: ServicePlayer, status: int) -> None:
    with playing_service() as service:
        told = {"url": service.url, "token_file": "agent.token"}
        config = write_config(tmp_path, **releasing(tmp_path, page), service=told)
        service.script.append(Answer(status))
        assert call(config, "run", "--once").returncode == 1
        # What is left waits for its moment, which is not sent either.
        assert call(config, "run", "--once").returncode == (1 if status == 503 else 0)


def test_an_open_incident_is_shown_with_its_text_made_harmless(tmp_path: Path, page: ServicePlayer) -> None:
    config = write_config(tmp_path, checks=[{"id": "page", "type": "http", "url": page.url + "/a"}])
    page.script.append(Answer(503))
    done = call(config, "run", "--once")
    assert done.returncode == 0
    assert "http_failing" in call(config, "status").stdout
    assert "1 open" in call(config, "status").stdout


def test_events_for_people_hold_no_control_characters(capfd: pytest.CaptureFixture[str]) -> None:
    from datetime import UTC, datetime

    from runwright.cli.agent_events import EventLines

    emit = EventLines("text", lambda: datetime(2026, 3, 2, tzinfo=UTC))
    emit("escalated", {"reason": 'a\x1b[31m\nb\u202e "c"', "password": "hunter2hunter2", "n": 3, "none": None})
    line = capfd.readouterr().err
    assert line == (
        '2026-03-02T00:00:00.000Z escalated reason="a\\u001b[31m\\nb\\u202e \\"c\\"" '
        "password=[erased:password] n=3 none=null\n"
    )
