"""What really happens to services, after the manuals of supervisor and systemd, and by hidden reasons.

The supervisor knows no dependencies: a program that needs another one fails by itself. systemd starts what a unit
requires, and stops and restarts what requires it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support.simulator.deed import Deed, Done, bad, fine
from tests.support.simulator.host import Cause, Host, Service, put_down, put_up

FULL = 95.0
"""Per cent from which on a service that needs room does not start."""


def start(host: Host, params: Mapping[str, Any]) -> Done:
    return _started(host, str(params["service"]))


def stop(host: Host, params: Mapping[str, Any]) -> Done:
    service = host.services.get(str(params["service"]))
    if service is None or not service.known:
        return bad("no such service")
    _pulled_down(host, service)
    return fine()


def restart(host: Host, params: Mapping[str, Any]) -> Done:
    service = host.services.get(str(params["service"]))
    if service is None or not service.known or service.masked:
        return bad("it cannot be restarted")
    dragged = _pulled_down(host, service)
    done = _started(host, service.name)
    for name in dragged if host.manager == "systemd" and done.code == 0 else ():
        _started(host, name)
    return done


def enable(host: Host, params: Mapping[str, Any]) -> Done:
    return _set_start_type(host, params, "automatic")


def disable(host: Host, params: Mapping[str, Any]) -> Done:
    return _set_start_type(host, params, "manual")


def unmask(host: Host, params: Mapping[str, Any]) -> Done:
    service = host.services.get(str(params["service"]))
    if service is not None and service.masked:
        service.masked, service.start_type = False, "manual"
    return fine()


def mask(host: Host, params: Mapping[str, Any]) -> Done:
    service = host.services.get(str(params["service"]))
    if service is not None:
        service.masked, service.start_type = True, "disabled"
    return fine()


def reset_failed(host: Host, params: Mapping[str, Any]) -> Done:
    service = host.services.get(str(params["service"]))
    if service is None or not service.known:
        return bad("not loaded")
    if service.state == "failed":
        service.state = "stopped"
    service.result, service.starts = "success", 0
    return fine()


def reload(host: Host, _: Mapping[str, Any]) -> Done:
    for service in host.services.values():
        service.reload_pending = False
    return fine()


def holds_back(host: Host, service: Service, cause: Cause) -> bool:
    """Whether a hidden reason keeps the service from starting now."""
    file = host.files.get(cause.subject)
    answers = {
        "never": True,
        "room": host.used_percent >= FULL,
        "file": file is None,
        "mode": file is None or file.mode != "0640",
        "friend": not host.running(cause.subject),
        "rival": host.running(cause.subject),
        "early": host.clock < cause.amount,
        "mend": service.name not in host.mended,
        "tries": service.starts < cause.amount,
    }
    return answers[cause.kind]


def _started(host: Host, name: str) -> Done:
    service = host.services.get(name)
    if service is None or not service.known or service.masked:
        return bad(f"{name}: cannot be started")
    if service.state == "running":
        return fine()
    if not _has_what_it_requires(host, service):
        return bad(f"{name}: a dependency does not run")
    if any(holds_back(host, service, cause) for cause in service.causes):
        service.starts += 1
        service.state, service.result = "failed", "exit-code"
        return bad(f"{name}: exited too quickly")
    service.idled = service.idles
    if not service.idles:
        put_up(host, service)
    return fine()


def _has_what_it_requires(host: Host, service: Service) -> bool:
    if host.manager == "supervisor":
        return all(host.running(name) for name in service.requires)
    return all(_started(host, name).code == 0 for name in service.requires)


def _pulled_down(host: Host, service: Service) -> list[str]:
    """Stop a service, and those that go with it; their names."""
    # What has ended by itself counts as failed until it is forgiven or started again.
    put_down(host, service, "failed" if service.state == "failed" else "stopped")
    dragged: list[str] = []
    for other in host.services.values() if host.manager == "systemd" or service.drags else ():
        if service.name in other.requires and other.state == "running":
            dragged += [other.name, *_pulled_down(host, other)]
    return dragged


def _set_start_type(host: Host, params: Mapping[str, Any], wanted: str) -> Done:
    service = host.services.get(str(params["service"]))
    if service is None or not service.known or (service.masked and wanted == "automatic"):
        return bad("it cannot be set")
    if not service.masked:
        service.start_type = wanted
    return fine()


DEEDS: Mapping[str, Deed] = {
    "service.start": start,
    "service.stop": stop,
    "service.restart": restart,
    "service.enable": enable,
    "service.disable": disable,
    "service.unmask": unmask,
    "unit.mask": mask,
    "unit.reset_failed": reset_failed,
    "unit.reload": reload,
}
