"""The agent's status for people, a line a thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runwright.cli.agent_events import plain


def lines(status: Mapping[str, Any]) -> Iterator[str]:
    """Write a status."""
    yield _release(status)
    refused = status["last_refused"]
    if refused:
        yield f"refused:    {refused['code']} at {refused['at']}: {plain(refused['message'])}"
    if status["last_pull"]:
        yield f"last pull:  {status['last_pull']}"
    yield _queue(status["queue"])
    yield f"incidents:  {len(status['open_incidents'])} open"
    for one in status["open_incidents"]:
        resource = plain(one["resource"] or "")
        yield f"  {one['incident_id']}  {one['incident_type']}  {resource}  {one['state']}  {one['detected_at']}"
    for one in status["approvals"]:
        yield f"waits:      {one['execution_id']} {one['step']}: {plain(one['message'])}"
    yield f"patterns:   {len(status['pattern_stats'])}"
    for one in status["pattern_stats"]:
        yield _pattern(one)


def _release(status: Mapping[str, Any]) -> str:
    if status.get("broken"):
        return f"release:    {status['broken']['code']}: {plain(status['broken']['message'])}"
    if status["seq"] is None:
        return "release:    none is active"
    until = f"{'EXPIRED on' if status['expired'] else 'until'} {status['expires']}"
    signed = f"signed by {status['key_id'] or 'no trusted key'}"
    return f"release:    {status['tag']} (sequence {status['seq']}), {signed}, {until}"


def _queue(queue: Mapping[str, Any]) -> str:
    age = f", the oldest for {round(queue['age_seconds'])} s" if queue["age_seconds"] is not None else ""
    rejected = f"; {queue['rejected']} put aside because the service refused them" if queue["rejected"] else ""
    return f"queue:      {queue['depth']} waiting{age}{rejected}"


def _pattern(stats: Mapping[str, Any]) -> str:
    levels = " ".join(f"{level} {stats[f'{level.lower()}_resolutions']}" for level in ("L1", "L2", "L3"))
    good = f"{stats['success_count']} of {stats['total_occurrences']} resolved"
    return f"  {stats['pattern_signature']}  {good}  {levels}  {stats.get('recommended_action') or ''}".rstrip()
