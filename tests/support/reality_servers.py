"""A host with real servers under a real supervisor: PostgreSQL, Redis, mosquitto, nginx, and services of no use.

The scenarios find the servers by names that stand for their ports and folder; nothing here is asserted.
"""

from __future__ import annotations

import grp
import os
import pwd
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.clinic import free_port
from tests.support.reality import Place, place
from tests.support.system_packages import postgres_folder
from tests.support.until import until
from tests.support.workshop import AS_ROOT, USER, Program, Workshop, as_user, folder_of_user, give, said, workshop

NEEDED = ("pg_ctlcluster", "redis-server", "mosquitto", "nginx", "openssl")
"""What the machine must have, as `system_packages` names it."""
PORTS = ("DB_PORT", "CACHE_PORT", "BROKER_PORT", "WEB_PORT", "TLS_PORT", "NO_PORT", "IDLE_PORT")
NGINX = """\
daemon off;
pid {folder}/nginx.pid;
error_log stderr crit;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{WEB_PORT}; location / {{ return 200 "well"; }} }}
    server {{
        listen 127.0.0.1:{TLS_PORT} ssl;
        ssl_certificate {folder}/web.pem;
        ssl_certificate_key {folder}/web.key;
    }}
}}
"""
POSTGRES = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
wal_level = replica
max_replication_slots = 4
port = {DB_PORT}
"""
REQUIRED = {
    f"services.{name}.requires": needed
    for name, needed in {
        **{one: [] for one in ("idle-1", "idle-2", "idle-3", "idle-4", "brittle", "no-such")},
        "needy": ["idle-4"],
    }.items()
}
"""What the supervisor does not know, and a site declares."""


@contextmanager
def servers() -> Iterator[Place]:
    """Start all of them, and the program that carries actions out beside them."""
    with folder_of_user("real") as folder:
        values = {name: str(free_port()) for name in PORTS} | {"FOLDER": str(folder)}
        _write(folder, values)
        with workshop(folder, _programs(folder, values)) as made:
            _await(values)
            shell = {**os.environ, **values, "CTL": " ".join(made.control)}
            with place([], _site(made), shell, values) as found:
                yield found


def _write(folder: Path, values: Mapping[str, str]) -> None:
    data = folder / "data"
    as_user(postgres_folder() / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(POSTGRES.format(**values))
    (folder / "mosquitto.conf").write_text(f"listener {values['BROKER_PORT']} 127.0.0.1\nallow_anonymous true\n")
    group = grp.getgrgid(pwd.getpwnam(USER).pw_gid).gr_name
    user = f"user {USER} {group};" if AS_ROOT else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=user, **values))
    (folder / "broken.conf").write_text("nonsense;\n")
    for name, days in (("web", 90), ("old", 3)):
        certificate(folder, name, days)
    script(folder / "renew", f"cp {folder}/web.pem $RUNWRIGHT_PATH")
    script(folder / "needy", f"(exec 3<>/dev/tcp/127.0.0.1/{values['IDLE_PORT']}) && exec sleep infinity")


def script(path: Path, text: str) -> None:
    """Write a program."""
    path.write_text(f"#!/bin/bash\n{text}\n")
    path.chmod(0o755)


def certificate(folder: Path, name: str, days: int) -> None:
    """Make a certificate with openssl that ends in some days."""
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    files = ["-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem", "-subj", "/CN=localhost", "-days", days]
    subprocess.run([str(word) for word in (*words, *files)], check=True, capture_output=True, timeout=30)
    for suffix in ("key", "pem"):
        give(folder / f"{name}.{suffix}")


def _programs(folder: Path, values: Mapping[str, str]) -> dict[str, Program]:
    redis = [
        "redis-server",
        "--port",
        values["CACHE_PORT"],
        "--bind",
        "127.0.0.1",
        "--dir",
        str(folder),
        "--save",
        "''",
    ]
    idle = Program(["sleep", "infinity"], autostart=False)
    return {
        "db": Program([postgres_folder() / "postgres", "-D", folder / "data"], stop_signal="INT"),
        "cache": Program([*redis, "--maxmemory", "4mb"]),
        "broker": Program(["mosquitto", "-c", folder / "mosquitto.conf"]),
        "web": Program(["nginx", "-c", folder / "nginx.conf"], user=None, stop_signal="QUIT"),
        **dict.fromkeys(("idle-1", "idle-2", "idle-3"), idle),
        "idle-4": Program(["redis-server", "--port", values["IDLE_PORT"], "--save", "''"], autostart=False),
        "needy": Program([folder / "needy"], autostart=False),
        "brittle": Program(["false"], autostart=False),
    }


def _await(values: Mapping[str, str]) -> None:
    """Wait until each of them answers its own client."""
    psql = ["pg_isready", "-q", "-h", "127.0.0.1", "-p", values["DB_PORT"]]
    until(lambda: subprocess.run(psql, check=False).returncode == 0, what="PostgreSQL takes connections")
    until(lambda: said("redis-cli", "-p", values["CACHE_PORT"], "PING") == "PONG", what="Redis answers")


def _site(made: Workshop) -> dict[str, Any]:
    folder = made.folder
    programs = {"supervisorctl": made.control, "psql": ["psql", "-U", "postgres"]}
    jobs = {"renew": [str(folder / "renew")], "fail": ["false"]}
    return {"service_manager": "supervisor", "programs": programs, "jobs": jobs, "facts": REQUIRED}
