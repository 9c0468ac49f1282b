"""The record of the models against reality, as a page: `python -m tests.reality.record` writes it.

What stands in it is what the scenarios say; that the models really do so is what their tests prove, each on a host.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from runwright.actions.action import Action
from runwright.actions.catalogue import ACTIONS
from tests.reality import files, programs, servers, services, system
from tests.support.reality import Scenario

PAGE = Path(__file__).with_name("RECORD.md")
IN_THE_MACHINE = (*services.SCENARIOS, *files.SCENARIOS, *programs.SCENARIOS, *system.SCENARIOS)
BY_MANAGER: Mapping[str, tuple[Scenario, ...]] = {"systemd": IN_THE_MACHINE, "supervisor": servers.SCENARIOS}
SCENARIOS = (*IN_THE_MACHINE, *servers.SCENARIOS)
LINUX = ("linux", "any", "systemd", "supervisor")
NOT_REACHED: Mapping[str, str] = {
    "host.reboot": "it ends the machine; tests/agent/test_reboot_real.py restarts one",
    "selinux.restorecon": "the kernel that the machine shares enforces no SELinux policy",
    "selinux.setsebool": "the kernel that the machine shares enforces no SELinux policy",
}
"""Actions that run on Linux and have no scenario."""
HEAD = """\
# What the models of the actions foretold, and what happened

Each action was carried out for real: below systemd in a booted machine, below a supervisor, on real files, disks and
servers. Before and after it every fact of the host that somebody can read was read. *Right*: the outcome was foretold,
and every fact was afterwards as the model says. *Wrong*: it was not; the reasons stand below. *Silent*: the model said
that it does not know. `python -m tests.reality.record` writes this page; the tests beside it prove it.

| action | right | wrong | silent |
|---|---|---|---|
"""


def text() -> str:
    """The page."""
    counts = Counter((one.action, outcome(one)) for one in SCENARIOS)
    rows = [
        f"| {name} | {counts[name, 'right']} | {counts[name, 'wrong']} | {counts[name, 'silent']} |\n"
        for name in sorted({one.action for one in SCENARIOS})
    ]
    total = Counter(map(outcome, SCENARIOS))
    rows.append(f"| **all** | {total['right']} | {total['wrong']} | {total['silent']} |\n")
    parts = [HEAD, *rows, *_listed("Where a model is wrong", (one for one in SCENARIOS if one.blind))]
    parts += _listed("Where a model is silent", (one for one in SCENARIOS if one.silent))
    return "".join((*parts, *_missing()))


def outcome(scenario: Scenario) -> str:
    """What a scenario says of its model."""
    return "wrong" if scenario.blind else "silent" if scenario.silent else "right"


def on_linux(action: Action) -> bool:
    """Whether an action has anything to run on Linux."""
    return any(key in LINUX for key in action.variants)


def opaque(action: Action) -> bool:
    """Whether nobody says what an action does, so that there is nothing to prove."""
    return all(variant.model.opaque for variant in action.variants.values())


def _listed(title: str, found: Iterable[Scenario]) -> Iterator[str]:
    yield f"\n## {title}\n\n"
    yield from (f"- {one.action}: {one.fact}; {one.blind or one.silent}\n" for one in found)


def _missing() -> Iterator[str]:
    yield "\n## What was not tried\n\n"
    yield from (f"- {name}: {why}\n" for name, why in NOT_REACHED.items())
    scripts = ", ".join(name for name, action in ACTIONS.items() if on_linux(action) and opaque(action))
    yield f"- {scripts}: nothing is said of what they do\n"
    windows = ", ".join(name for name, action in ACTIONS.items() if not on_linux(action))
    yield f"- on Windows alone, where none of this ran: {windows}\n"


def main() -> int:
    """Write the page."""
    PAGE.write_text(text(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
