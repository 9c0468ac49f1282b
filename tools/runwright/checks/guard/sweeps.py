"""Probes of many hosts or ports: what a runbook asks of one neighbour, a sweep asks of everybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runwright.checks.guard.words import Call, listed

_PROBES = listed(
    "ping ping6 nc telnet test-netconnection test-connection traceroute tracert tracepath mtr pathping nslookup dig "
    "host drill resolve-dnsname test-wsman pg_isready curl wget invoke-webrequest invoke-restmethod"
)
MOST_TARGETS = 3


def swept(calls: Sequence[Call]) -> Iterator[str]:
    """Why probes of a script need a person: their targets change from turn to turn, or there are many."""
    probes = [call for call in calls if call.name in _PROBES]
    turning = [
        call for call in probes if call.looped and any(not word.known and not word.variable for word in call.args)
    ]
    if turning:
        yield f"{turning[0].name} asks another host or port at every turn of a loop"
    if len({(call.name, call.texts) for call in probes}) > MOST_TARGETS:
        yield f"it probes more than {MOST_TARGETS} hosts or ports"
