"""What the agent keeps is kept whole or not at all; a bad file is put aside, never overwritten."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from runwright.adapters import agent_database
from runwright.adapters.agent_database import FILE_NAME, only_one
from runwright.adapters.agent_outbox import Outbox
from runwright.adapters.agent_store import AgentRecords, open_store
from runwright.errors import EdgeError
from runwright.model.incident import Incident
from runwright.model.pattern_stats import PatternStats
from tests.support.hand_clock import START as NOW


@dataclass(frozen=True)
class Ended:
    """How an attempt ended."""

    incident_id: str = "INC-1"
    resolution_level: str = "L1"
    resolution_action: str | None = "RB-LIN-SERVICE-001"
    outcome: str = "success"
    resolution_time_ms: float = 1200.0
    reason: str = ""

    def count(self, stats: PatternStats) -> PatternStats:
        return stats.resolved("L1", success=True, time_ms=self.resolution_time_ms, action=self.resolution_action)


OPEN: list[AgentRecords] = []


@pytest.fixture(autouse=True)
def _closed_afterwards() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()


def opened(folder: Path) -> tuple[AgentRecords, Outbox]:
    records, outbox = open_store(folder, NOW)
    OPEN.append(records)
    return records, outbox


def incident(number: int = 1) -> Incident:
    return Incident(
        incident_id=f"INC-{number}",
        incident_type="service_stopped",
        check_type="service",
        status="fail",
        resource="web",
        site_id="site",
        hostname="host",
        detected_at=NOW,
    )


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    records, outbox = opened(tmp_path)
    records.open_incident("web", incident())
    records.begin_run("exec-1", ("RB-1-v1", "web"), NOW, "started")
    records.append("exec-1", "decided", "1")
    records.append("exec-1", "begun", "2")
    outbox.put("status", "status", "{}", NOW)
    records, outbox = opened(tmp_path)
    assert [(one.check_id, one.state, one.incident) for one in records.open_incidents()] == [("web", "new", incident())]
    assert records.unfinished_runs() == ("started",)
    assert [(line.kind, line.body) for line in records.journal("exec-1")] == [("decided", "1"), ("begun", "2")]
    assert records.lock_holder("web") == "exec-1"
    head = outbox.head()
    assert head is not None
    assert head.kind == "status"


def test_an_ended_run_is_resolved_counted_and_queued_at_once(tmp_path: Path) -> None:
    records, outbox = opened(tmp_path)
    records.open_incident("web", incident())
    records.begin_run("exec-1", ("RB-1-v1", "web"), NOW, "started")
    records.append("exec-1", "acted", "1")
    stats = records.settle(Ended(), NOW, ("abc", Ended().count), ("exec-1", "{}"))
    assert (stats.total_occurrences, stats.success_count) == (1, 1)
    assert records.pattern_stats() == (stats,)
    assert records.open_incidents()[0].state == "healed"
    assert (records.unfinished_runs(), records.journal("exec-1"), records.lock_holder("web")) == ((), (), None)
    assert records.last_end(("RB-1-v1", "web")) == NOW
    assert records.last_end(("RB-1-v2", "web")) is None
    head = outbox.head()
    assert head is not None
    assert (head.kind, head.key) == ("execution", "exec-1")


def test_a_settlement_that_fails_halfway_leaves_nothing(tmp_path: Path) -> None:
    records, outbox = opened(tmp_path)
    records.begin_run("exec-1", ("RB-1-v1", "web"), NOW, "started")

    def breaks(_stats: PatternStats) -> PatternStats:
        raise RuntimeError("stop here")

    with pytest.raises(RuntimeError, match="stop here"):
        records.settle(Ended(), NOW, ("abc", breaks), ("exec-1", "{}"))
    assert outbox.head() is None
    assert records.unfinished_runs() == ("started",)
    assert records.pattern_stats() == ()


def test_a_check_has_one_open_incident_at_most(tmp_path: Path) -> None:
    records, _ = opened(tmp_path)
    records.open_incident("web", incident(1))
    with pytest.raises(EdgeError):
        records.open_incident("web", incident(2))
    records.close_incident("INC-1", NOW)
    records.open_incident("web", incident(2))
    assert [one.incident.incident_id for one in records.open_incidents()] == ["INC-2"]


def test_the_queue_keeps_its_order_and_a_newer_snapshot_takes_the_older_ones_place(tmp_path: Path) -> None:
    _, outbox = opened(tmp_path)
    for kind, key, body in [("status", "status", "old"), ("execution", "a", "1"), ("status", "status", "new")]:
        outbox.put(kind, key, body, NOW)
    outbox.put("execution", "b", "2", NOW)
    sent = []
    while (message := outbox.head()) is not None:
        sent.append(message.body)
        outbox.delivered(message.number)
    assert sent == ["1", "new", "2"]


def test_a_rejected_message_is_kept_with_its_reason_and_no_longer_in_the_way(tmp_path: Path) -> None:
    _, outbox = opened(tmp_path)
    outbox.put("execution", "a", "1", NOW)
    outbox.put("execution", "b", "2", NOW)
    first = outbox.head()
    assert first is not None
    outbox.reject(first.number, "status 409", NOW)
    second = outbox.head()
    assert second is not None
    assert second.key == "b"
    assert (outbox.queue().depth, outbox.queue().rejected, outbox.queue().oldest) == (1, 1, NOW)


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    opened(tmp_path / "state")
    assert (tmp_path / "state").stat().st_mode & 0o077 == 0
    assert (tmp_path / "state" / FILE_NAME).stat().st_mode & 0o077 == 0


def zero_head(data: bytes) -> bytes:
    return b"\x00" * 100 + data[100:]


def truncated(data: bytes) -> bytes:
    return data[: len(data) // 2 + 7]


def garbage(_data: bytes) -> bytes:
    return b"this is not a database, but somebody's notes\n" * 100


def flipped(data: bytes) -> bytes:
    step = len(data) // 400
    return b"".join(bytes([byte ^ 0xFF]) if at % step == 0 else bytes([byte]) for at, byte in enumerate(data))


@pytest.mark.parametrize("damage", [zero_head, truncated, garbage, flipped])
def test_a_damaged_file_is_kept_aside_and_the_next_start_works(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = filled(tmp_path)
    bad = damage(path.read_bytes())
    path.write_bytes(bad)
    with pytest.raises(EdgeError, match=r"is damaged .* it was kept as .*the next start begins with an empty file"):
        opened(tmp_path)
    kept = [one for one in tmp_path.iterdir() if ".damaged-" in one.name]
    assert bad in [one.read_bytes() for one in kept]
    records, outbox = opened(tmp_path)
    assert (records.open_incidents(), outbox.head()) == ((), None)


def filled(folder: Path) -> Path:
    """Make a file with many messages, all of it in the main file."""
    _, outbox = opened(folder)
    for number in range(300):
        outbox.put("execution", str(number), "x" * 500, NOW)
    connection = sqlite3.connect(folder / FILE_NAME)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    OPEN.pop().close()
    return folder / FILE_NAME


def test_a_damaged_record_in_a_sound_file_is_found_at_the_start(tmp_path: Path) -> None:
    records, _ = opened(tmp_path)
    records.open_incident("web", incident())
    change(tmp_path, "UPDATE incidents SET body = 'not json'")
    with pytest.raises(EdgeError, match="is damaged"):
        opened(tmp_path)
    assert opened(tmp_path)[0].open_incidents() == ()


def change(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / FILE_NAME)
    with connection:
        connection.execute(statement)
    connection.close()


def test_two_damaged_files_of_one_second_are_both_kept(tmp_path: Path) -> None:
    for text in (b"first" * 200, b"second" * 200):
        (tmp_path / FILE_NAME).write_bytes(text)
        with pytest.raises(EdgeError):
            opened(tmp_path)
    assert sorted(one.read_bytes()[:5] for one in tmp_path.iterdir()) == [b"first", b"secon"]


def test_a_locked_file_is_told_and_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_database, "BUSY_SECONDS", 0.05)
    records, _ = opened(tmp_path)
    other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(EdgeError, match="is locked by another program") as caught:
        records.set_note("a", "b")
    assert caught.value.retryable
    other.execute("ROLLBACK")
    other.close()
    records.set_note("a", "b")
    assert records.note("a") == "b"


def test_a_file_of_a_newer_agent_is_refused_and_left_alone(tmp_path: Path) -> None:
    opened(tmp_path)
    change(tmp_path, "PRAGMA user_version=99")
    with pytest.raises(EdgeError, match="written by a newer agent"):
        opened(tmp_path)
    assert [one.name for one in tmp_path.iterdir() if "damaged" in one.name] == []


def test_one_agent_at_a_time_holds_a_state_folder(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(EdgeError, match="another agent runs"), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EdgeError, match=r"Not a directory|File exists"):
        opened(tmp_path / "file" / "state")


def test_notes_are_kept_and_forgotten(tmp_path: Path) -> None:
    records, _ = opened(tmp_path)
    values: list[Any] = [records.note("x")]
    records.set_note("x", "1")
    records.set_note("x", "2")
    values.append(records.note("x"))
    records.set_note("x", None)
    assert [*values, records.note("x")] == [None, "2", None]


def test_a_file_of_the_first_layout_is_brought_up_and_keeps_what_it_has(tmp_path: Path) -> None:
    records, _ = opened(tmp_path)
    records.open_incident("web", incident())
    records.close()
    change(tmp_path, "DROP TABLE approvals")
    change(tmp_path, "PRAGMA user_version=1")
    records, _ = opened(tmp_path)
    assert [one.check_id for one in records.open_incidents()] == ["web"]
    assert records.approvals.open_questions() == ()
