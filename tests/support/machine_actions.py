"""Carries one action out in a machine, as the agent does, and compares the host afterwards with the action's model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.support.machine import Machine

_CARRY_OUT = """
import json, sys
from runwright.actions.action import FORGET
from runwright.actions.binding import bind_operation, changes_of, needs_of
from runwright.actions.catalogue import find, variant
from runwright.adapters.shell_local import LocalHost
from runwright.agent.facts import FactReader, lookup_in
from runwright.agent.wanted import of_action
from runwright.model.condition import UNKNOWN
from runwright.model.path import str_path

name, params = sys.argv[1], json.loads(sys.argv[2])
port = LocalHost(lambda seconds: False)
host = port.detect()
action = find(name)
params = {**{key: spec.default for key, spec in action.params.items() if spec.default is not None}, **params}
chosen = variant(action, host)
reader = FactReader(port, host)
wanted = lambda lookup: of_action(chosen.model, params, lookup)
before = reader.gather(wanted)
needs = [need.holds(lookup_in(before)) for need in needs_of(chosen.model, params, lookup_in(before))]
result = port.run(bind_operation(chosen.operation, params), 30)
after = reader.gather(wanted)
told = [(path, to) for path, to in changes_of(chosen.model, params) if to is not FORGET and "*" not in path]
promised = {str_path(path): to for path, to in told}
reading = chosen.read(result, (0,))
print(json.dumps({"success": reading.success, "error": reading.error, "needs": needs, "before": before, "after": after,
    "broken": {path: [to, after.get(path)] for path, to in promised.items() if after.get(path) != to}}))
"""


@dataclass(frozen=True)
class Carried:
    """How an action went: its own word, what it needed, and the facts around it."""

    success: bool
    error: str
    needs: list[bool | None]
    before: dict[str, Any]
    after: dict[str, Any]
    broken: dict[str, list[Any]]
    """What the model promises of a success, and the host tells otherwise."""


def carried_out(machine: Machine, action: str, **params: Any) -> Carried:
    """Carry one action out in the machine."""
    return Carried(**json.loads(machine.do("python3", "-c", _CARRY_OUT, action, json.dumps(params))))


def kept_its_word(machine: Machine, action: str, **params: Any) -> Carried:
    """Carry out an action that must succeed; all that it needs must hold, and all that its model promises come true."""
    done = carried_out(machine, action, **params)
    assert done.success, done
    assert all(done.needs), done
    assert not done.broken, done
    return done


def failed_as_foretold(machine: Machine, action: str, **params: Any) -> Carried:
    """Carry out an action that must fail, and whose model says so before: one of its needs does not hold."""
    done = carried_out(machine, action, **params)
    assert not done.success, done
    assert done.error, done
    assert False in done.needs, done
    return done
