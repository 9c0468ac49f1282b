"""Joins the agent with this host: its file, its shell, the releases and the service. Nothing else joins them."""

from __future__ import annotations

import random
import secrets
import socket
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from runwright import __version__
from runwright.actions.catalogue import Host
from runwright.adapters.agent_outbox import Outbox
from runwright.adapters.agent_store import AgentRecords, open_store
from runwright.adapters.clock_system import SystemClock
from runwright.adapters.http_service import ServiceClient
from runwright.adapters.probe_boot import BootProbe
from runwright.adapters.release_store import ReleaseStore, Source
from runwright.adapters.secrets_local import LocalSecrets
from runwright.adapters.shell_local import LocalHost
from runwright.agent.agent import Agent
from runwright.agent.approve import KeptQuestions
from runwright.agent.aside import PATIENCE_SECONDS
from runwright.agent.carry_out import Hands
from runwright.agent.config import AgentConfig, ReleasesConfig, ServiceConfig, mistake, read_config
from runwright.agent.facts import FactReader
from runwright.agent.handle import Handler
from runwright.agent.marking import Marking
from runwright.agent.match import Contents
from runwright.agent.ports import Clock, Emit
from runwright.agent.pull import Puller
from runwright.agent.push import Hear, Pusher
from runwright.agent.report import Identity, Reporter
from runwright.agent.requested import Requested
from runwright.agent.resolve import Resolver
from runwright.agent.run import Runner
from runwright.agent.secrets import Vault
from runwright.agent.targets import Here
from runwright.agent.watch import Watch
from runwright.cli.agent_natives import site_natives
from runwright.corpus.strict_yaml import Document, Pointer
from runwright.errors import ContentError, EdgeError


@dataclass(frozen=True)
class Settings:
    """A configuration, read, and the file that it stands in."""

    config: AgentConfig
    document: Document
    path: Path

    def resolved(self, written: str) -> Path:
        """A path of the configuration; a relative one starts at the configuration's folder."""
        return (self.path.absolute().parent / Path(written).expanduser()).resolve()

    @property
    def state(self) -> Path:
        """The agent's own folder."""
        return self.resolved(self.config.state_dir)

    def mistake(self, at: Pointer, message: str) -> ContentError:
        """An error about one place of the configuration."""
        return mistake(self.document, str(self.path), at, message)

    def text(self, written: str, at: Pointer, what: str) -> str:
        """The content of a file that the configuration names; raises `ContentError` at that place."""
        try:
            return self.resolved(written).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise self.mistake(at, f"{what} {self.resolved(written)} cannot be read: {why}") from error


@dataclass(frozen=True)
class Surroundings:
    """What the agent found around it; finding it has changed nothing."""

    port: LocalHost
    reader: FactReader
    client: ServiceClient | None
    releases: ReleaseStore | None


@dataclass(frozen=True)
class Kept:
    """What outlives the agent."""

    records: AgentRecords
    outbox: Outbox
    releases: ReleaseStore | None


def read_settings(path: Path) -> Settings:
    """Read a configuration; raises `ContentError` with the place of every mistake."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ContentError(f"cannot be read: {error.strerror}; name a file with --config", path=str(path)) from error
    config, document = read_config(content, str(path))
    return Settings(config, document, path)


def survey(settings: Settings, clock: Clock) -> Surroundings:
    """Look at what the configuration asks for; raises `ContentError` at the place of what is not here."""
    config = settings.config
    natives = site_natives(settings)
    port = LocalHost(clock.sleep, config.host.programs, config.host.service_manager, natives)
    reader = FactReader(port, detected(settings, port), config.facts)
    return Surroundings(port, reader, build_client(settings), build_releases(settings))


def open_kept(settings: Settings, clock: Clock, releases: ReleaseStore | None) -> Kept:
    """Open what outlives the agent; raises `EdgeError`."""
    records, outbox = open_store(settings.state, clock.now())
    return Kept(records, outbox, releases)


def build_releases(settings: Settings) -> ReleaseStore | None:
    """The releases, pinned to the trusted keys; None where the configuration names no source."""
    written: ReleasesConfig | None = settings.config.releases
    if written is None:
        return None
    pins = settings.text(written.trusted_keys, ("releases", "trusted_keys"), "the file of trusted keys")
    remote = written.remote if "://" in written.remote else str(settings.resolved(written.remote))
    token = token_in(settings, written.token_file, ("releases", "token_file")) if written.token_file else None
    source = Source(remote=remote, pins=pins, channel=written.channel, revoked=written.revoked, token=token)
    try:
        return ReleaseStore(settings.state / "releases", source)
    except ContentError as error:
        said = f"line {error.line} of {settings.resolved(written.trusted_keys)}: {error.message}"
        raise settings.mistake(("releases", "trusted_keys"), said) from error


def build_agent(config_path: Path, clock: Clock | None = None, emit: Emit = lambda _event, _fields: None) -> Agent:
    """Build the agent that a configuration describes; raises `ContentError` and `EdgeError`."""
    settings, chosen = read_settings(config_path), clock or SystemClock()
    return join(settings, survey(settings, chosen), chosen, emit)


def join(settings: Settings, around: Surroundings, clock: Clock, emit: Emit) -> Agent:
    """Join the parts of an agent; raises `EdgeError`."""
    config, port, reader, client = settings.config, around.port, around.reader, around.client
    kept = open_kept(settings, clock, around.releases)
    for path in reader.unused():
        emit("declared_fact_unused", {"fact": path, "reason": "this host reads the fact itself"})
    reporter = build_reporter(settings, kept, clock)
    hands = Hands(port, reader, clock, Vault(build_secrets(settings)), BootProbe())
    approvals = kept.records.approvals
    contents = Contents(kept.releases)
    requested = Requested(kept.records, contents, reader.host)
    questions = KeptQuestions(approvals, clock, emit)
    runner = Runner(hands, kept.records, questions, clock, emit, requested.paths, PATIENCE_SECONDS)
    marking = Marking(kept.records)
    resolver = Resolver(kept.records, clock, config.site_id, marking.marks)
    here = here_of(settings, reader.host)
    handler = Handler(contents, runner, resolver, reporter, kept.records, approvals, clock, emit, new_id("exec"), here)
    watch = Watch(config, reporter.identity.hostname, reader, kept.records, handler, clock, emit, new_id("INC"))
    hear = hearing(requested, marking)
    pusher = Pusher(kept.outbox, kept.records, client, clock, emit, random.random, hear) if client else None
    puller = Puller(kept.releases, kept.records, clock, emit) if kept.releases else None
    return Agent(config, watch, handler, reporter, puller, pusher, clock, emit)


def hearing(requested: Requested, marking: Marking) -> Hear:
    """What becomes of the service's answer to a status."""

    def hear(answer: Mapping[str, Any]) -> None:
        requested.hear(answer)
        marking.hear(answer)

    return hear


def build_secrets(settings: Settings) -> LocalSecrets:
    """The secrets that the configuration names; the values are read when they are needed."""
    return LocalSecrets(settings.config.secrets, settings.path.absolute().parent)


def here_of(settings: Settings, host: Host) -> Here:
    """This host, as the targets of runbooks name hosts."""
    config = settings.config
    name = config.hostname or socket.gethostname()
    return Here(host, name, frozenset(config.host.groups), config.host.labels)


def build_reporter(settings: Settings, kept: Kept, clock: Clock) -> Reporter:
    """What the agent tells of itself."""
    identity = Identity.of(settings.config, socket.gethostname(), hardware_address(), __version__)
    return Reporter(identity, kept.records, kept.records, kept.records, kept.outbox, kept.releases, clock)


def detected(settings: Settings, port: LocalHost) -> Host:
    """What this host is; raises `ContentError` at the place that asks for what is not here."""
    try:
        host = port.detect()
    except ContentError as error:
        raise settings.mistake(("host", "service_manager"), error.message) from error
    for number, check in enumerate(settings.config.checks):
        if check.type == "service" and host.service_manager is None:
            said = "a service check needs a service manager, and none was found on this host; "
            raise settings.mistake(
                ("checks", number, "type"), said + "start one, or name its program under host.programs"
            )
    return host


def build_client(settings: Settings) -> ServiceClient | None:
    """The way to the service; the token is read anew each time, so that it can be changed."""
    written: ServiceConfig | None = settings.config.service
    if written is None:
        return None
    return ServiceClient(written.url, token_in(settings, written.token_file, ("service", "token_file")))


def token_in(settings: Settings, written: str, place: Pointer) -> Callable[[], str]:
    """A way to read a token file each time; raises `ContentError` where it cannot be read now."""
    settings.text(written, place, "the token file")

    def token() -> str:
        try:
            return settings.text(written, place, "the token file").strip()
        except ContentError as error:
            raise EdgeError(str(error)) from error

    return token


def hardware_address() -> str:
    """The host's hardware address, such as 00:11:22:33:44:55."""
    digits = f"{uuid.getnode():012x}"
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def new_id(kind: str) -> Callable[[datetime], str]:
    """Make ids such as exec-20251110-5b8f1c09d2e4: they sort by day, and nobody else has them."""
    return lambda now: f"{kind}-{now:%Y%m%d}-{secrets.token_hex(6)}"
