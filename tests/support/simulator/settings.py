"""Actions that only the simulator has, for what the catalogue says seldom: conditions, copies, differences, bindings.

Each comes with its model, for replay, and with its truth, which does not look at the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from runwright.actions import catalogue
from runwright.actions.action import (
    FORGET,
    Action,
    Change,
    Exec,
    Model,
    Need,
    Param,
    Variant,
    copied,
    less,
    need,
    paths,
    read_exit_code,
    sets,
)
from tests.support.simulator.deed import Deed, Done, bad, fine
from tests.support.simulator.host import Host, put_down, put_up

_SERVICE = Param("A service.", pattern="[a-z]+")
_PORT = Param("A port.", pattern="[0-9]+")
_STATE = "services.${{ params.service }}.state"


def _setting(param: str, leaf: str) -> str:
    return f'redis["127.0.0.1"].${{{{ params.{param} }}}}.{leaf}'


def _action(name: str, params: Mapping[str, Param], model: Model, **more: Any) -> Action:
    variant = Variant(Exec((name,)), model, read_exit_code)
    return Action(name, "Only in the simulator.", params, {"any": variant}, **more)


def _model(*changes: Change, needs: tuple[Need, ...] = (), reads: tuple[str, ...] = ()) -> Model:
    return Model(needs=needs, reads=paths(*reads), changes=changes)


_KNOWN = need("services.${{ params.service }}.known", True)
_ACTIONS = (
    # Starts a service, unless its configuration changed: then it leaves it as it is.
    _action(
        "made.start_fresh",
        {"service": _SERVICE},
        _model(
            sets(_STATE, "running", only_if=("services.${{ params.service }}.daemon_reload_pending", False)),
            needs=(_KNOWN,),
        ),
    ),
    _action(
        "made.copy_policy",
        {"source": _PORT, "target": _PORT},
        _model(sets(_setting("target", "eviction_policy"), copied(_setting("source", "eviction_policy")))),
    ),
    _action(
        "made.lower_limit",
        {"port": _PORT, "by": _PORT},
        _model(sets(_setting("port", "memory_limit_bytes"), less(_setting("by", "memory_limit_bytes")))),
    ),
    # Stops every service that does not start by itself.
    _action(
        "made.stop_manual",
        {},
        _model(
            sets(
                "services.${{ each.service }}.state",
                "stopped",
                where=("service", "services.*.start_type", "manual"),
            ),
            sets("services.*.pid", FORGET),
        ),
        destructive=True,
    ),
)


def start_fresh(host: Host, params: Mapping[str, Any]) -> Done:
    service = host.services.get(params["service"])
    if service is None or not service.known:
        return bad("unknown")
    if not service.reload_pending and service.state != "running":
        put_up(host, service)
    return fine()


def copy_policy(host: Host, params: Mapping[str, Any]) -> Done:
    host.settings[params["target"]].policy = host.settings[params["source"]].policy
    return fine()


def lower_limit(host: Host, params: Mapping[str, Any]) -> Done:
    host.settings[params["port"]].limit -= host.settings[params["by"]].limit
    return fine()


def stop_manual(host: Host, _: Mapping[str, Any]) -> Done:
    for service in host.services.values():
        if service.start_type == "manual":
            put_down(host, service)
    return fine()


DEEDS: Mapping[str, Deed] = {
    "made.start_fresh": start_fresh,
    "made.copy_policy": copy_policy,
    "made.lower_limit": lower_limit,
    "made.stop_manual": stop_manual,
}


@contextmanager
def made_actions() -> Iterator[None]:
    """The catalogue has the simulator's actions too, for as long as an experiment lasts."""
    actions: Any = catalogue.ACTIONS
    actions.update({action.name: action for action in _ACTIONS})
    try:
        yield
    finally:
        for action in _ACTIONS:
            actions.pop(action.name, None)
