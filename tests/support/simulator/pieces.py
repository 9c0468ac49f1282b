"""Random pieces of runbooks, as plain data: steps, and conditions about what a host may be like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any, TypeVar

from tests.support.simulator.host import CONF, DUMP, FLAG, LOCK, LOG, url_of
from tests.support.simulator.worlds import GHOST, PORTS, SERVERS, Site, Theme

Step = dict[str, Any]
Drawn = TypeVar("Drawn")
CALLED = "RB-LIN-CALLED-001"
_DISK = 'disks["/"].used_percent'


@dataclass
class Pen:
    """Writes steps of its own names."""

    rng: Random
    site: Site
    theme: Theme
    prefix: str = "s"

    def __post_init__(self) -> None:
        self.numbers = count(1)

    def named(self, **fields: Any) -> Step:
        """A step with a name that no other has."""
        return {"id": f"{self.prefix}{next(self.numbers)}", **fields}

    def action(self, action: str, **params: Any) -> Step:
        """A step that is an action."""
        return self.named(action=action, **({"with": params} if params else {}))

    def service(self) -> str:
        """A service of the site; now and then one that is not there."""
        return self.rng.choice(self.site.names) if self.rng.random() < 0.97 else GHOST

    def step(self) -> Step:
        """Any step, with or without something around it."""
        return self.drawn(_KINDS, self.theme.steps)[1](self)

    def plain(self) -> Step:
        """A step that is an action, with what may stand around it."""
        return around(self, self.drawn(_WAYS, self.theme.steps)[1](self))

    def drawn(self, among: Mapping[str, tuple[int, Drawn]], favoured: Mapping[str, int]) -> tuple[str, Drawn]:
        """One of several, by their weights, and its name."""
        weights = [weight * favoured.get(name, 1) for name, (weight, _) in among.items()]
        name = self.rng.choices(tuple(among), weights)[0]
        return name, among[name][1]

    def condition(self) -> dict[str, Any]:
        """What a host may be like."""
        test = self.test()
        if self.rng.random() < 0.15:
            return {self.rng.choice(("all", "any")): [test, self.test()]}
        return {"not": test} if self.rng.random() < 0.1 else test

    def test(self) -> dict[str, Any]:
        """One test of one fact."""
        name = self.rng.choice(self.site.names)
        state = f"services.{name}.state"
        return self.rng.choice(
            (
                {state: "running"},
                {state: ["stopped", "failed"]},
                {state: "failed"},
                {state: {"ne": "running"}},
                {f"services.{name}.known": True},
                {f"ports.{PORTS[name]}.listening": True},
                {_DISK: {self.rng.choice(("gte", "lt")): self.rng.choice((70, 85, 95))}},
                {f'files["{self.rng.choice((CONF, LOCK, FLAG))}"].exists': self.rng.random() < 0.5},
                {f'redis["127.0.0.1"]["{self.rng.choice(SERVERS)}"].memory_limit_bytes': {"lt": 100}},
                {f'redis["127.0.0.1"]["{self.rng.choice(SERVERS)}"].eviction_policy': "noeviction"},
            )
        )


def around(pen: Pen, step: Step) -> Step:
    """The step with a condition, tries, a limit, or another way to fail."""
    rng = pen.rng
    if rng.random() < 0.25:
        step["when"] = pen.condition()
    if rng.random() < 0.12:
        step["retry"] = {"attempts": rng.randint(2, 4), "delay": f"{rng.choice((1, 3, 10))}s"}
    if rng.random() < 0.08:
        step["timeout"] = f"{rng.choice((1, 3, 30))}s"
    if rng.random() < 0.25:
        step["on_failure"] = rng.choice(("continue", "continue", "continue", "escalate"))
    if rng.random() < 0.03 and step["action"] == "service.stop":
        step["rollback"] = {"action": "service.start", "with": step["with"]}
    return step


def _checked(pen: Pen) -> Step:
    name = pen.rng.choice(pen.site.names)
    port = PORTS[name]
    return pen.rng.choice(
        (
            lambda: pen.action("net.port_open", port=port),
            lambda: pen.action("http.get", url=url_of(port)),
            lambda: pen.action("file.exists", path=pen.rng.choice((CONF, FLAG, LOCK))),
            lambda: pen.action("disk.has_room", path="/", below_percent=pen.rng.choice((80, 95))),
            lambda: pen.action("process.running", name=name),
        )
    )()


def _of_a_file(pen: Pen) -> Step:
    path = pen.rng.choice((CONF, LOCK, FLAG, LOG, DUMP))
    return pen.rng.choice(
        (
            lambda: pen.action("file.remove", path=path),
            lambda: pen.action("file.truncate", path=path),
            lambda: pen.action("file.set_mode", path=path, mode=pen.rng.choice(("0640", "0644"))),
            lambda: pen.action("file.set_owner", path=path, owner="app", group="app"),
            lambda: pen.action("disk.copy_file", source=pen.rng.choice((FLAG, DUMP)), path=path),
        )
    )()


def _of_the_disk(pen: Pen) -> Step:
    return pen.rng.choice(
        (
            lambda: pen.action("disk.vacuum_journal", keep=pen.rng.choice(("20M", "50M"))),
            lambda: pen.action("disk.clean_package_cache"),
            lambda: pen.action("file.truncate", path=LOG),
        )
    )()


def _program(pen: Pen) -> Step:
    name = "web" if pen.rng.random() < 0.4 else pen.service()
    return pen.rng.choice(
        (
            lambda: pen.action("command.run", argv=["mend", name]),
            lambda: pen.action("command.run", argv=["tidy"]),
            lambda: pen.action("command.run", argv=["half", name]),
            lambda: pen.action("command.run", argv=["look"]),
            lambda: pen.action("command.run", argv=["nowhere"]),
            lambda: pen.action("command.run", argv=["bring-down", name]),
            lambda: pen.action("script.sh", script="lock\nbring-up $NAME\n", env={"NAME": name}),
            lambda: pen.action("script.sh", script="tidy\nunlock\n", env={}),
        )
    )()


def _declared(pen: Pen) -> Step:
    name = pen.service()
    known = f"services.{name}.known"
    return pen.rng.choice(
        (
            {
                **pen.action("command.run", argv=["bring-up", name]),
                "needs": {known: True},
                "changes": {f"services.{name}.state": "running"},
            },
            {
                **pen.action("script.sh", script="bring-down $NAME\n", env={"NAME": name}),
                "needs": {known: True},
                "changes": {f"services.{name}.state": "stopped"},
            },
            {
                **pen.action("command.run", argv=["unlock"]),
                "needs": {f'files["{LOCK}"].exists': True},
                "changes": {f'files["{LOCK}"].exists': False},
            },
            {**pen.action("command.run", argv=["look"]), "changes": {}},
        )
    )


def _made(pen: Pen) -> Step:
    one, other = pen.rng.choice(SERVERS), pen.rng.choice(SERVERS)
    return pen.rng.choice(
        (
            lambda: pen.action("made.start_fresh", service="web"),
            lambda: pen.action("made.start_fresh", service=pen.service()),
            lambda: pen.action("made.copy_policy", source=one, target=other),
            lambda: pen.action("made.lower_limit", port=one, by="6380" if one == "6379" else "6379"),
            lambda: pen.action("made.stop_manual"),
        )
    )()


def _of_the_unit(pen: Pen) -> Step:
    action = pen.rng.choice(
        ("service.unmask", "service.enable", "service.disable", "unit.mask", "unit.reset_failed", "unit.reload")
    )
    return pen.action(action) if action == "unit.reload" else pen.action(action, service=pen.service())


def _waiting(pen: Pen) -> Step:
    if pen.rng.random() < 0.6:
        return pen.action("wait.for", duration=f"{pen.rng.choice((1, 5, 20))}s")
    return pen.action("wait.for_port", port=PORTS[pen.rng.choice(pen.site.names)])


_WAYS: dict[str, tuple[int, Callable[[Pen], Step]]] = {
    "start": (28, lambda pen: pen.action("service.start", service=pen.service())),
    "restart": (12, lambda pen: pen.action("service.restart", service=pen.service())),
    "stop": (9, lambda pen: pen.action("service.stop", service=pen.service())),
    "terminate": (1, lambda pen: pen.action("process.terminate", name=pen.service())),
    "unit": (8, _of_the_unit),
    "file": (7, _of_a_file),
    "disk": (6, _of_the_disk),
    "check": (8, _checked),
    "program": (4, _program),
    "declared": (5, _declared),
    "made": (6, _made),
    "wait": (2, _waiting),
}


def _block(pen: Pen) -> Step:
    step = pen.named(block=[pen.plain() for _ in range(pen.rng.randint(1, 3))])
    if pen.rng.random() < 0.7:
        step["rescue"] = [pen.plain()]
    if pen.rng.random() < 0.4:
        step["finally"] = [pen.plain()]
    return step


def _parallel(pen: Pen) -> Step:
    return pen.named(parallel=[pen.plain() for _ in range(pen.rng.randint(2, 3))])


def _foreach(pen: Pen) -> Step:
    items = pen.rng.sample(pen.site.names, k=min(len(pen.site.names), pen.rng.randint(1, 3)))
    action = pen.rng.choice(("service.start", "service.start", "service.restart", "service.stop"))
    return {**pen.action(action, service="${{ each.item }}"), "foreach": items, "on_failure": "continue"}


def _foreach_found(pen: Pen) -> Step:
    """One block: list what does not run, then start it."""
    listing = {**pen.action("command.run", argv=["stopped"]), "extract": {"names": {"json": "names"}}}
    if pen.rng.random() < 0.5:
        read = (f"services.{name}.{leaf}" for name in pen.site.names for leaf in ("state", "known"))
        listing |= {"reads": [*read], "changes": {}}
    inserted = f"${{{{ steps.{listing['id']}.outputs.names }}}}"
    start = {**pen.action("service.start", service="${{ each.item }}"), "foreach": inserted, "on_failure": "continue"}
    return pen.named(block=[listing, start])


def _wait_until(pen: Pen) -> Step:
    step = pen.named(wait_until=pen.test(), timeout=f"{pen.rng.choice((5, 20))}s", every="2s")
    return {**step, "on_failure": "continue"} if pen.rng.random() < 0.5 else step


def _assertion(pen: Pen) -> Step:
    return pen.named(**{"assert": pen.condition()})


def _called(pen: Pen) -> Step:
    return pen.named(call=CALLED, **{"with": {"service": pen.service()}, "on_failure": "continue"})


def _asked(pen: Pen) -> Step:
    return pen.named(approve={"message": "may it go on?"})


_KINDS: dict[str, tuple[int, Callable[[Pen], Step]]] = {
    "plain": (70, Pen.plain),
    "block": (5, _block),
    "parallel": (2, _parallel),
    "foreach": (4, _foreach),
    "foreach found": (1, _foreach_found),
    "wait until": (4, _wait_until),
    "assert": (3, _assertion),
    "call": (4, _called),
    "approve": (1, _asked),
}
