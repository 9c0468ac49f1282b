"""Every action with every platform that it names, and good parameters for it."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.actions.action import Action
from runwright.actions.catalogue import ACTIONS, Host

EXAMPLES: dict[str, dict[str, Any]] = {
    "service": {"service": "web@1.service"},
    "process": {"name": "nginx"},
    "process.end_aged": {"name": "report", "user": "www-data", "seconds": 600, "at_most": 3},
    "process.remove_pid_file": {"path": "/run/x y.pid", "program": "postgres"},
    "net.port_open": {"host": "db.example", "port": 5432},
    "net.resolves": {"name": "db.example"},
    "disk.has_room": {"path": "/var", "below_percent": 80},
    "disk.vacuum_journal": {"keep": "200M"},
    "disk.clean_package_cache": {},
    "disk.remove_old_files": {"folder": "/var/tmp/app", "pattern": "*.tmp", "days": 7},
    "disk.copy_end": {"source": "/var/log/x y.log", "path": "/var/log/x.end", "kib": 64},
    "disk.copy_file": {"source": "/var/backups/x.conf", "path": "/etc/x.conf"},
    "file": {"path": "/var/log/x y.log"},
    "file.set_mode": {"path": "/etc/x", "mode": "0640"},
    "http.get": {"url": "http://localhost:8080/health?x=1", "status": 200},
    "http.request": {
        "url": "http://localhost:8080/flush",
        "method": "PUT",
        "headers": ["Accept: text/plain"],
        "body": "now",
        "fields": {"cache": "all"},
        "expect_status": 204,
    },
    "database": {"host": "/run/postgresql", "port": 5432},
    "database.end_idle_sessions": {"host": "db.example", "port": 5432, "seconds": 600},
    "database.drop_slot": {"host": "db.example", "port": 5432, "slot": "standby_1"},
    "cache": {"host": "127.0.0.1", "port": 6379},
    "cache.set_memory_limit": {"host": "127.0.0.1", "port": 6379, "bytes": 1048576},
    "broker": {"host": "127.0.0.1", "port": 1883},
    "web": {"config": "/etc/nginx/nginx.conf"},
    "cert.valid": {"path": "/etc/ssl/web.pem", "days": 14},
    "cert.served": {"host": "www.example", "port": 443, "days": 14},
    "cert.renew": {"job": "renew-web", "path": "/etc/ssl/web.pem"},
    "backup.fresh": {"folder": "/var/backups/db", "pattern": "*.dump", "hours": 26, "bytes": 1024},
    "backup.run": {"job": "backup-db", "folder": "/var/backups/db", "pattern": "*.dump"},
    "notify": {"channel": "operations", "message": "the disk is full", "severity": "critical"},
    "winfirewall": {"profile": "Public"},
    "schtask": {"task": "\\Backup\\Nightly copy"},
    "eventlog": {"log": "Application"},
    "eventlog.archive": {"log": "Application", "folder": "D:\\Logs"},
    "eventlog.resize": {"log": "Application", "max_bytes": 134217728},
    "winclean.old_temp_files": {"days": 14},
    "mount": {"path": "/srv/x y"},
    "disk.release_deleted": {"service": "rsyslog.service"},
    "selinux.restorecon": {"path": "/usr/sbin/x y"},
    "selinux.setsebool": {"boolean": "nis_enabled"},
    "wintls": {},
    "psprovider": {"provider": "NuGet"},
    "dns.use_resolved": {"target": "/run/systemd/resolve/resolv.conf"},
    "file.set_owner": {"path": "/srv/x", "owner": "www-data", "group": "adm"},
    "unit": {"service": "web@1.service"},
    "unit.reload": {},
    "command.run": {"argv": ["ls", "-l", "a b"]},
    "script": {"script": "echo hi", "env": {"A": "b"}},
    "wait.for": {"duration": "5s"},
    "wait.for_port": {"host": "127.0.0.1", "port": 80},
}
HOSTS = {
    "systemd": Host("linux", "systemd"), "supervisor": Host("linux", "supervisor"),
    "windows": Host("windows", "windows"),
    "linux": Host("linux", "systemd"), "any": Host("linux", "systemd"),
}  # fmt: skip
CASES = [(action, key) for action in ACTIONS.values() for key in action.variants]
NAMES = [f"{action.name} {key}" for action, key in CASES]
each_variant = pytest.mark.parametrize(("action", "key"), CASES, ids=NAMES)


def example(action: Action) -> dict[str, Any]:
    """Good parameters of an action, its defaults among them."""
    defaults = {name: spec.default for name, spec in action.params.items() if spec.default is not None}
    return {**defaults, **EXAMPLES.get(action.name, EXAMPLES.get(action.name.split(".", maxsplit=1)[0], {}))}
