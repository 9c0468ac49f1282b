"""Random runbooks: recipes that make sense where something does not run, with more or less sense added."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from runwright.model.runbook import Runbook
from tests.support.simulator.host import FLAG
from tests.support.simulator.pieces import CALLED, Pen, Step
from tests.support.simulator.worlds import PORTS, Site, Theme

Book = dict[str, Any]
MAIN = "${{ params.service }}"


def make_book(rng: Random, site: Site, theme: Theme) -> Book:
    """One runbook as plain data."""
    pen = Pen(rng, site, theme)
    steps = rng.choices((_starting, _restarting, _making_room, _anything), (6, 3, 1, 2))[0](pen)
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        steps.insert(rng.randint(0, len(steps)), pen.step())
    book: Book = {
        "id": "RB-LIN-SERVICE-001",
        "name": "Bring a service back",
        "version": 1,
        "platform": "linux",
        "incident_types": ["service_stopped"],
        "params": {"service": {"from": "incident.resource"}},
        "steps": steps,
        "verify": {"method": "look", "settle": rng.choice(("0s", "0s", "2s", "5s")), "checks": _checks(pen)},
    }
    return book | _rest(pen)


def read_book(book: Book) -> Runbook:
    """The runbook that the data says; raises `ValueError` where it says none."""
    return Runbook.model_validate_json(json.dumps(book))


def make_called(rng: Random, site: Site, theme: Theme) -> Book:
    """A runbook that others call: it brings one service up and looks whether it is."""
    pen = Pen(rng, site, theme, "c")
    steps = [pen.action("service.start", service=MAIN)]
    if rng.random() < 0.4:
        steps.insert(0, pen.plain())
    running = {f"services.{MAIN}.state": "running"}
    return {
        "id": CALLED,
        "name": "Start one service",
        "version": 1,
        "platform": "linux",
        "incident_types": ["service_stopped"],
        "params": {"service": {}},
        "precheck": {"healthy": running} if rng.random() < 0.5 else {},
        "steps": steps,
        "verify": {"method": "look", "checks": [{"when": running, "confidence": 0.9}]},
    }


def _starting(pen: Pen) -> list[Step]:
    """Start what the main service requires, or some of it, then the service."""
    rng, needed = pen.rng, pen.site.requires["web"]
    steps = []
    for name in needed:
        if rng.random() < 0.75:
            step = pen.action("service.start", service=name)
            steps.append({**step, "when": _not_running(name)} if rng.random() < 0.4 else step)
    if rng.random() < 0.05 * pen.theme.steps.get("mend", 1):
        steps.append(pen.action("command.run", argv=["mend", "web"]))
    last = pen.action("service.start", service=MAIN)
    if rng.random() < 0.3 * pen.theme.steps.get("retry", 1):
        last["retry"] = {"attempts": rng.randint(2, 4), "delay": f"{rng.choice((1, 3, 10))}s"}
    return [*steps, last]


def _restarting(pen: Pen) -> list[Step]:
    """Stop it, do something meanwhile, start it."""
    between = [pen.plain() for _ in range(pen.rng.randint(0, 2))]
    if pen.rng.random() < 0.4:
        return [*between, pen.action("service.restart", service="web")]
    return [pen.action("service.stop", service="web"), *between, pen.action("service.start", service="web")]


def _making_room(pen: Pen) -> list[Step]:
    rng = pen.rng
    steps = [pen.action("disk.clean_package_cache"), pen.action("disk.vacuum_journal", keep="20M")]
    rng.shuffle(steps)
    check = pen.action("disk.has_room", path="/", below_percent=rng.choice((80, 90)))
    return [*steps[: rng.randint(1, 2)], check, pen.action("service.start", service="web")]


def _anything(pen: Pen) -> list[Step]:
    return [pen.step() for _ in range(pen.rng.randint(2, 5))]


def _rest(pen: Pen) -> Book:
    rng = pen.rng
    more: Book = {}
    if rng.random() < 0.12:
        more["precheck"] = {rng.choice(("healthy", "unsafe")): pen.test()}
    if rng.random() < 0.08:
        more["rescue"] = [pen.plain()]
    if rng.random() < 0.06:
        more["finally"] = [pen.plain()]
    if rng.random() < 0.05:
        more["limits"] = {"timeout": rng.choice(("20s", "10m"))}
    return more


def _checks(pen: Pen) -> list[dict[str, Any]]:
    runs = {"services.web.state": "running"}
    other = pen.rng.choice(
        (
            runs,
            {f"ports.{PORTS['web']}.listening": True},
            {f'http["http://localhost:{PORTS["web"]}/health"].ok': True},
            {'disks["/"].used_percent': {"lt": 85}},
            {f'files["{FLAG}"].exists': True},
            pen.condition(),
        )
    )
    checks = [runs] if pen.rng.random() < 0.9 else [other] if pen.rng.random() < 0.5 else [runs, other]
    return [{"when": check, "confidence": 0.9} for check in checks]


def _not_running(name: str) -> dict[str, Any]:
    return {f"services.{name}.state": ["stopped", "failed"]}
