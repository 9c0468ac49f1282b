"""`runwright agent`: watch this host, run approved runbooks, pull signed releases, and say how the agent is."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runwright.cli import options
from runwright.cli.agent_approvals import approvals, approve

if TYPE_CHECKING:
    from runwright.adapters.clock_system import SystemClock
    from runwright.agent.agent import Agent

FINDINGS, TRUST, INTERRUPTED = 1, 4, 130
TROUBLES = frozenset({"pull_failed", "push_failed", "push_rejected", "trouble"})
"""Events that say that something could not be done; one that comes again by itself is told all the same."""


@click.group()
def agent() -> None:
    """Watch this host, run approved runbooks, pull signed releases."""


agent.add_command(approvals)
agent.add_command(approve)


@agent.command(short_help="Detect, run, verify, record and push, until asked to stop.")
@options.agent_config
@click.option("--once", is_flag=True, help="Look at every check once, finish what was found, send it, and leave.")
@options.plain_format
def run(config_path: Path, once: bool, form: str) -> int:
    """Detect, match, run, verify, record and push, until asked to stop.

    Events are told as they happen, a line each: as text on standard error, or as JSON lines on standard output. With
    --once the exit code is 4 where a release was refused, and 1 where it could not be pulled or something not be sent.
    """
    from runwright.adapters.agent_database import only_one
    from runwright.adapters.clock_system import SystemClock
    from runwright.cli.agent_events import EventLines, Heard
    from runwright.cli.agent_wiring import join, read_settings, survey

    clock = SystemClock()
    interrupted = _obey_signals(clock)
    emit = Heard(EventLines(form, clock.now))
    settings = read_settings(config_path)
    around = survey(settings, clock)
    with only_one(settings.state):
        built = join(settings, around, clock, emit)
        _tell_start(built)
        built.once() if once else built.run()
        emit("stopped", {"reason": "done" if once and not clock.stopping else "asked to stop"})
    if interrupted:
        return INTERRUPTED
    return _outcome(emit.names, built) if once and not clock.stopping else 0


def _outcome(heard: Set[str], built: Agent) -> int:
    """How one round ended: whoever runs it by a timer sees from the exit code that something needs a look."""
    if "refused" in heard:
        return TRUST
    unsent = built.pusher is not None and built.pusher.next_in() is not None
    return FINDINGS if unsent or heard & TROUBLES else 0


def _tell_start(built: Agent) -> None:
    import os

    status = built.reporter.status()
    told = {"pid": os.getpid(), "release": status["tag"], "site_id": built.config.site_id}
    built.emit("started", {**told, "service_manager": built.watch.reader.host.service_manager})


def _obey_signals(clock: SystemClock) -> list[int]:
    """Stop on SIGTERM and SIGINT, pull on SIGHUP; the list holds SIGINT once it came."""
    import signal

    interrupted: list[int] = []

    def stop(number: int, _frame: Any) -> None:
        if number == signal.SIGINT:
            interrupted.append(number)
        clock.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda _number, _frame: clock.nudge())
    return interrupted


@agent.command(short_help="Fetch, verify and activate the newest release.")
@options.agent_config
@options.plain_format
def pull(config_path: Path, form: str) -> None:
    """Fetch, verify and activate the release that the channel is at; a refused one leaves the last good one."""
    from runwright.adapters.clock_system import SystemClock
    from runwright.agent.pull import Puller
    from runwright.cli.agent_events import EventLines
    from runwright.cli.agent_wiring import build_releases, build_reporter, open_kept, read_settings

    settings, clock = read_settings(config_path), SystemClock()
    kept = open_kept(settings, clock, build_releases(settings))
    if kept.releases is None:
        raise settings.mistake((), "`releases` is missing; it says where releases come from and which keys are trusted")
    emit = EventLines("json", clock.now) if form == "json" else _quiet
    reporter = build_reporter(settings, kept, clock)
    try:
        pulled = Puller(kept.releases, kept.records, clock, emit).pull_or_refuse()
    finally:
        reporter.queue_status()
    if form == "text":
        key_id = reporter.status()["key_id"]
        said = "is active now" if pulled.changed else "was active already"
        click.echo(f"{pulled.active.tag} {said}, signed by {key_id}")


def _quiet(_event: str, _fields: object) -> None:
    """A person reads the outcome, not the events."""


@agent.command(short_help="Say how the agent is: release, queue, incidents.")
@options.agent_config
@options.plain_format
def status(config_path: Path, form: str) -> None:
    """Say which release is active, what was refused, what waits to be sent, and which incidents are open."""
    import json

    from runwright.adapters.clock_system import SystemClock
    from runwright.agent.approve import told as asked
    from runwright.cli.agent_status import lines
    from runwright.cli.agent_wiring import build_releases, build_reporter, open_kept, read_settings

    settings, clock = read_settings(config_path), SystemClock()
    kept = open_kept(settings, clock, build_releases(settings))
    reporter = build_reporter(settings, kept, clock)
    told = {
        **reporter.status(),
        "open_incidents": reporter.open_incidents(),
        "approvals": [dict(asked(question)) for question in kept.records.approvals.open_questions()],
        "pattern_stats": [stats.model_dump(mode="json") for stats in kept.records.pattern_stats()],
    }
    click.echo(json.dumps(told, indent=2) if form == "json" else "\n".join(lines(told)))
