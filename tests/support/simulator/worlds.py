"""Random hosts: what is wrong with them, what nobody sees of it, and what happens to them by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from tests.support.simulator.host import (
    CONF,
    DUMP,
    FLAG,
    LOCK,
    LOG,
    Cause,
    Event,
    File,
    Host,
    Manager,
    Service,
    Setting,
)

NAMES = ("web", "db", "cache", "queue", "mail")
PORTS = {"web": 8080, "db": 5432, "cache": 7000, "queue": 7100, "mail": 7200}
GHOST = "ghost"
"""What some runbooks name, and no host has."""
SERVERS = ("6379", "6380")


@dataclass(frozen=True)
class Climate:
    """How often what nobody sees happens; shares from 0 to 1."""

    hidden: float = 0.1
    """Of the services, those with a hidden reason not to start."""
    side_effects: float = 0.1
    """Of the services, those of which a start or stop does more than its model says."""
    outside: float = 0.05
    """Of the hosts, those to which something happens during the run."""
    running: float = 0.7
    """Of the services that others may need, those that run."""
    causes: tuple[str, ...] = ()
    """The hidden reasons that there are, by kind; empty means any."""
    slow: bool = True
    """Whether some commands take so long that a time limit may cut them off."""


@dataclass(frozen=True, eq=False)
class Theme:
    """What an experiment is about: how rough it is, and what occurs in it how many times as often as usual."""

    climate: Climate = Climate()
    steps: Mapping[str, int] = field(default_factory=dict)
    changes: Mapping[str, int] = field(default_factory=dict)
    manager: Manager | None = None


USUAL, CALM = Theme(), Theme(Climate(0.0, 0.0, 0.0, slow=False))
"""With everything that nobody sees, and with nothing of it."""


@dataclass(frozen=True)
class Site:
    """What the hosts of one site have in common."""

    manager: Manager
    names: tuple[str, ...]
    requires: dict[str, tuple[str, ...]]


def make_site(rng: Random, theme: Theme) -> Site:
    """A few services that require one another without cycles; web is the one that people miss."""
    names = NAMES[: rng.randint(2, 5)]
    requires = {
        name: tuple(other for other in names[at + 1 :] if rng.random() < (0.5 if at == 0 else 0.2))
        for at, name in enumerate(names)
    }
    managers: tuple[Manager, ...] = (theme.manager,) if theme.manager else ("supervisor", "systemd")
    return Site(rng.choice(managers), names, requires)


def make_host(rng: Random, site: Site, climate: Climate) -> Host:
    """One host of a site, with something wrong."""
    services = {name: _service(rng, site, name, climate) for name in site.names}
    services[GHOST] = Service(GHOST, 9, known=False)
    host = Host(site.manager, f"{rng.random()}", services, _files(rng), _settings(rng))
    host.base = rng.choice((200, 300, 500, 680))
    host.journal, host.cache, host.old = (rng.choice((10, 80, 150)) for _ in range(3))
    host.slow = climate.slow
    host.approves = rng.random() < 0.8
    if rng.random() < climate.outside:
        host.events.append(_event(rng, site))
    return host


def _service(rng: Random, site: Site, name: str, climate: Climate) -> Service:
    service = Service(name, PORTS[name], site.requires[name])
    service.known = rng.random() < 0.98
    runs = service.known and rng.random() < (0.15 if name == "web" else climate.running)
    service.state = "running" if runs else rng.choice(("stopped", "failed")) if service.known else "stopped"
    service.warm_up = rng.choice((0.0, 0.0, 0.0, 2.0, 8.0))
    service.start_type = rng.choice(("automatic", "automatic", "manual"))
    service.reload_pending = rng.random() < 0.3
    service.up_to_date = not service.reload_pending
    if site.manager == "systemd":
        service.masked = service.known and not runs and rng.random() < 0.1
        service.start_type = "disabled" if service.masked else service.start_type
    if rng.random() < climate.hidden:
        service.causes = (_cause(rng, site, name, climate.causes),)
    if rng.random() < climate.side_effects:
        _with_side_effect(rng, service)
    return service


def _cause(rng: Random, site: Site, name: str, kinds: tuple[str, ...]) -> Cause:
    others = [other for other in site.names if other != name]
    causes = (
        Cause("never"),
        Cause("room"),
        Cause("file", rng.choice((CONF, FLAG))),
        Cause("mode", CONF),
        Cause("friend", rng.choice(others)),
        Cause("rival", rng.choice(others)),
        Cause("early", amount=rng.choice((3.1, 10.1, 30.1))),
        Cause("mend"),
        Cause("mend"),
        Cause("tries", amount=float(rng.randint(1, 3))),
    )
    return rng.choice([cause for cause in causes if not kinds or cause.kind in kinds])


def _with_side_effect(rng: Random, service: Service) -> None:
    effect = rng.choice(("drags", "fills", "lasts", "idles"))
    if effect == "drags":
        service.drags = True
    elif effect == "fills":
        service.fills = rng.choice((50, 200))
    elif effect == "lasts":
        service.lasts = rng.choice((1.1, 4.1, 12.1))
    else:
        service.idles = True


def _files(rng: Random) -> dict[str, File]:
    files = {
        LOG: File(size=rng.choice((5, 100, 200)), held_by=rng.choice(("", "web"))),
        CONF: File(mode=rng.choice(("0640", "0644"))),
        LOCK: File(),
        FLAG: File(),
        DUMP: File(size=rng.choice((5, 60)), owner="app"),
    }
    return {path: file for path, file in files.items() if rng.random() < (0.4 if path == LOCK else 0.85)}


def _settings(rng: Random) -> dict[str, Setting]:
    policies = ("noeviction", "allkeys-lru")
    return {port: Setting(rng.choice(policies), rng.choice((64, 128, 512))) for port in SERVERS}


def _event(rng: Random, site: Site) -> Event:
    at = rng.choice((0.6, 2.6, 6.6, 15.6))
    kind = rng.choice(("crash", "up", "fill", "write", "delete"))
    subject = rng.choice(site.names) if kind in ("crash", "up") else rng.choice((CONF, LOCK, FLAG))
    return Event(at, kind, subject, amount=rng.choice((30, 150)))  # type: ignore[arg-type]
