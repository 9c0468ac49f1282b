"""What really happens to files, the disk and processes, and what a look at ports and addresses finds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.support.simulator.deed import Deed, Done, bad, fine, when
from tests.support.simulator.host import File, Host, put_down

_SECONDS = re.compile(r"(\d+)s")


def exists(host: Host, params: Mapping[str, Any]) -> Done:
    return when(params["path"] in host.files, "there is no such file")


def remove(host: Host, params: Mapping[str, Any]) -> Done:
    file = host.files.get(params["path"])
    if file is None or file.kind != "file":
        return bad("cannot remove")
    del host.files[params["path"]]
    if file.held_by and host.running(file.held_by):
        host.lost[file.held_by] = host.lost.get(file.held_by, 0) + file.size
    return fine()


def truncate(host: Host, params: Mapping[str, Any]) -> Done:
    file = host.files.get(params["path"])
    if file is None or file.kind != "file":
        return bad("cannot truncate")
    file.size = 0
    return fine()


def set_mode(host: Host, params: Mapping[str, Any]) -> Done:
    file = host.files.get(params["path"])
    if file is None or file.kind not in ("file", "folder"):
        return bad("cannot change the mode")
    file.mode = params["mode"]
    return fine()


def set_owner(host: Host, params: Mapping[str, Any]) -> Done:
    file = host.files.get(params["path"])
    if file is None or file.kind not in ("file", "folder"):
        return bad("cannot change the owner")
    file.owner, file.group = params["owner"], params["group"]
    return fine()


def copy_file(host: Host, params: Mapping[str, Any]) -> Done:
    source, there = host.files.get(params["source"]), host.files.get(params["path"])
    if source is None or source.kind != "file":
        return bad("there is nothing to copy")
    kept = there or File()
    host.files[params["path"]] = replace(kept, kind="file", size=source.size, held_by="")
    return fine()


def has_room(host: Host, params: Mapping[str, Any]) -> Done:
    return when(host.used_percent < float(params["below_percent"]), "the disk is too full")


def vacuum_journal(host: Host, params: Mapping[str, Any]) -> Done:
    host.journal = min(host.journal, int(str(params["keep"])[:-1]))
    return fine()


def clean_package_cache(host: Host, _: Mapping[str, Any]) -> Done:
    host.cache = 0
    return fine()


def process_running(host: Host, params: Mapping[str, Any]) -> Done:
    return when(host.running(params["name"]), "it does not run")


def terminate(host: Host, params: Mapping[str, Any]) -> Done:
    """The supervisor starts what was ended again, where it can; systemd calls it stopped."""
    service = host.services.get(params["name"])
    if service is None or service.state != "running":
        return bad("no process matched")
    put_down(host, service)
    if host.manager == "supervisor" and host.chance("again", service.name) < 0.5:
        host.after(1.0, "up", service.name)
    return fine()


def port_open(host: Host, params: Mapping[str, Any]) -> Done:
    return when(host.listens(int(params["port"])), "connection refused")


def http_get(host: Host, params: Mapping[str, Any]) -> Done:
    port = int(str(params["url"]).rsplit(":", maxsplit=1)[1].split("/")[0])
    status = 200 if host.serves(port) else 503
    return when(status == int(params["status"]), f"it answered {status}")


def wait_for(host: Host, params: Mapping[str, Any]) -> Done:
    found = _SECONDS.fullmatch(str(params["duration"]))
    return Done(0, extra=float(found.group(1)) if found else 0.0)


def wait_for_port(host: Host, params: Mapping[str, Any]) -> Done:
    """It looks every second, for as long as it is let."""
    waited = 0.0
    while not host.listens(int(params["port"])):
        if waited + 1.0 > host.patience:
            return Done(1, "", "the port stayed closed", passed=waited, timed_out=True)
        host.pass_time(1.0)
        waited += 1.0
    return Done(0, passed=waited)


DEEDS: Mapping[str, Deed] = {
    "file.exists": exists,
    "file.remove": remove,
    "file.truncate": truncate,
    "file.set_mode": set_mode,
    "file.set_owner": set_owner,
    "disk.copy_file": copy_file,
    "disk.has_room": has_room,
    "disk.vacuum_journal": vacuum_journal,
    "disk.clean_package_cache": clean_package_cache,
    "process.running": process_running,
    "process.terminate": terminate,
    "net.port_open": port_open,
    "http.get": http_get,
    "wait.for": wait_for,
    "wait.for_port": wait_for_port,
}
