"""Joins the native operations that need the site's configuration: its jobs and its channels for messages."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from runwright.adapters.http_notify import Channel, notifier
from runwright.adapters.native import Native
from runwright.adapters.shell_jobs import job_runner

if TYPE_CHECKING:
    from runwright.cli.agent_wiring import Settings


def site_natives(settings: Settings | None) -> dict[str, Native]:
    """The native operations of a site; without a configuration there are no jobs and no channels."""
    if settings is None:
        return {"job.run": job_runner({}), "notify.send": notifier({}, {})}
    config = settings.config
    channels = {
        name: Channel(written.url, _token(settings, name) if written.token_file else None)
        for name, written in config.notify.items()
    }
    sender = {"site_id": config.site_id, "hostname": config.hostname or socket.gethostname()}
    return {"job.run": job_runner(config.jobs), "notify.send": notifier(channels, sender)}


def _token(settings: Settings, channel: str) -> Callable[[], str]:
    def read() -> str:
        written = settings.config.notify[channel].token_file or ""
        return settings.text(written, ("notify", channel, "token_file"), "the token file").strip()

    return read
