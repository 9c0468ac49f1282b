"""`/metrics`: what `/readyz` says and how much waits, for Prometheus (text exposition format 0.0.4).

Numbers alone, of the whole service: no site, no host and no runbook is named, so that nothing of a customer leaves
here. Asking costs the database a few counts and the hosting service nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool

from runwright import __version__
from runwright.errors import RunwrightError
from runwright.service.access import parts_of
from runwright.service.health import away_of, checks_of
from runwright.service.ports import Parts

routes = APIRouter(tags=["operations"])
FORMAT = "text/plain; version=0.0.4; charset=utf-8"
HELP: Mapping[str, str] = {
    "info": "The version of the service, as a label.",
    "ready": "Whether each part that is needed is ready, as /readyz says.",
    "hosting_ok": "Whether the hosting service can be reached and lets the service do its work.",
    "release_sequence": "The sequence number of the newest release.",
    "executions_waiting": "Executions that were accepted and have not reached their end.",
    "failures_open": "Failures that are being thought about, or wait for it.",
    "failures_under_way": "Failures that are being thought about now.",
    "failures_put_off": "Failures that wait for a moment: a limit, a pause, a try that failed.",
    "agents": "Agents that ever reported.",
    "agents_behind": "Agents whose last report names an older release than the newest.",
    "agents_silent": "Agents that have not reported for an hour.",
}
"""What each number is; all are gauges."""


@routes.get("/metrics")
async def metrics(request: Request) -> PlainTextResponse:
    """What operations watch: readiness, and how much waits."""
    text = await run_in_threadpool(_text, parts_of(request))
    return PlainTextResponse(text, media_type=FORMAT)


def _text(parts: Parts) -> str:
    lines: list[str] = []
    for name, samples in _gauges(parts):
        lines += [f"# HELP runwright_{name} {HELP[name]}", f"# TYPE runwright_{name} gauge"]
        lines += [f"runwright_{name}{labels} {value}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def _gauges(parts: Parts) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Each gauge with its samples; what cannot be counted now is left out, as Prometheus wants it."""
    checks = checks_of(parts)
    yield "info", [(f'{{version="{__version__}"}}', 1)]
    yield "ready", [(f'{{part="{part}"}}', int(said == "ok")) for part, said in checks.items()]
    if parts.hosting is not None:
        yield "hosting_ok", [("", int(away_of(parts) is None))]
    newest = _newest(parts)
    if newest is not None:
        yield "release_sequence", [("", newest)]
    for name, number in _numbers(parts, newest).items():
        yield name, [("", number)]


def _newest(parts: Parts) -> int | None:
    try:
        latest = parts.releases.latest()
    except RunwrightError:
        return None
    return latest.seq if latest is not None else None


def _numbers(parts: Parts, newest: int | None) -> Mapping[str, int]:
    try:
        return parts.counts.numbers(parts.clock(), newest) if parts.counts is not None else {}
    except RunwrightError:
        return {}
