"""Readers of facts about data: old files, certificates, backups, databases, caches, brokers, web servers, processes.

PostgreSQL: https://www.postgresql.org/docs/current/app-pg-isready.html and
https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
Redis: https://redis.io/docs/latest/commands/info/   nginx: https://nginx.org/en/docs/switches.html
Which role and password a client program uses is the site's: `host.programs` may add options, and a password file
or the server's peer authentication does the rest. A password never stands on a command line here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from runwright.actions.action import Exec, Result
from runwright.actions.reader import Reader, native
from runwright.model.path import parse_path

PSQL = (
    "psql",
    "-X",
    "-A",
    "-t",
    "-q",
    "-w",
    "-v",
    "ON_ERROR_STOP=1",
    "-d",
    "postgres",
    "-h",
    "${{ params.host }}",
    "-p",
    "${{ params.port }}",
)
"""psql without a start-up file and without asking for a password; the statement comes by standard input."""
PSQL_ENV: Mapping[str, str] = {"PGCONNECT_TIMEOUT": "5", "PGAPPNAME": "runwright"}
PG_ISREADY = ("pg_isready", "-q", "-t", "3", "-h", "${{ params.host }}", "-p", "${{ params.port }}")
REDIS = ("redis-cli", "-h", "${{ params.host }}", "-p", "${{ params.port }}")
NGINX_TEST = ("nginx", "-t", "-q", "-c", "${{ params.config }}")

_SESSIONS = """\
SELECT json_build_object(
    'connections', count(*),
    'idle_sessions', count(*) FILTER (WHERE a.state LIKE 'idle%' AND NOT r.rolsuper),
    'max_connections', current_setting('max_connections')::int,
    'connections_percent', round(100.0 * count(*) / current_setting('max_connections')::int, 1))
FROM pg_stat_activity a LEFT JOIN pg_roles r ON r.oid = a.usesysid
WHERE a.backend_type = 'client backend' AND a.pid <> pg_backend_pid();
"""
_SLOT = """\
\\getenv slot RUNWRIGHT_SLOT
SELECT json_build_object(
    'exists', count(*) > 0,
    'active', coalesce(bool_or(active), false),
    'retained_bytes', coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0)::bigint)
FROM pg_replication_slots WHERE slot_name = :'slot';
"""
_READY = {0: "accepting", 1: "rejecting", 2: "silent"}


def parse_pg_isready(result: Result) -> dict[str, Any]:
    """Read the exit code of pg_isready; 3 means that it made no attempt, which says nothing."""
    return {"state": _READY[result.exit_code]} if result.exit_code in _READY else {}


def parse_json_row(result: Result) -> dict[str, Any]:
    """Read one row that is a JSON object; anything else says nothing."""
    if result.exit_code != 0:
        return {}
    try:
        row = json.loads(result.output)
    except (ValueError, RecursionError):
        return {}
    return row if isinstance(row, dict) else {}


def parse_redis_info(result: Result) -> dict[str, Any]:
    """Read the sections of INFO that tell of memory and role; without a limit there is no share of it."""
    pairs = (line.split(":", 1) for line in result.output.splitlines() if ":" in line)
    said = {name.strip(): value.strip() for name, value in pairs}
    used, limit = _number(said.get("used_memory")), _number(said.get("maxmemory"))
    facts: dict[str, Any] = {} if limit is None else {"memory_limit_bytes": limit}
    if used is not None and limit:
        facts["used_memory_percent"] = round(100 * used / limit, 1)
    names = {"maxmemory_policy": "eviction_policy", "role": "role"}
    return facts | {leaf: said[name] for name, leaf in names.items() if name in said}


def parse_nginx_test(result: Result) -> dict[str, Any]:
    """Read the exit code of `nginx -t`."""
    return {"valid": result.exit_code == 0} if result.exit_code in (0, 1) else {}


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else None


_HOST_PORT = ("host", "port")
_OLD = "old_files.${{ params.folder }}.${{ params.pattern }}.${{ params.days }}"
_AGED = "aged_processes.${{ params.name }}.${{ params.user }}.${{ params.seconds }}"
_BACKUP = "backups.${{ params.folder }}.${{ params.pattern }}"
_SERVER = "${{ params.host }}.${{ params.port }}"

READERS: tuple[Reader, ...] = (
    native(_OLD, "old_files.facts", ("folder", "pattern", "days"), "count", "bytes", on="linux"),
    native(_AGED, "aged_processes.facts", ("name", "user", "seconds"), "count", on="linux"),
    native(
        "pid_files.${{ params.path }}.${{ params.program }}", "pid_file.facts", ("path", "program"), "state", on="linux"
    ),
    native("certificates.${{ params.path }}", "certificate.facts", ("path",), "days_left"),
    native(f"tls.{_SERVER}", "tls.facts", _HOST_PORT, "days_left"),
    native(_BACKUP, "backup.facts", ("folder", "pattern"), "newest_age_hours", "newest_size_bytes", "count"),
    native(f"redis.{_SERVER}", "redis.facts", _HOST_PORT, "answers"),
    native(f"mqtt.{_SERVER}", "mqtt.facts", _HOST_PORT, "answers"),
    Reader(
        parse_path(f"redis.{_SERVER}"),
        frozenset({"used_memory_percent", "memory_limit_bytes", "eviction_policy", "role"}),
        {"any": (Exec((*REDIS, "INFO")), parse_redis_info)},
    ),
    Reader(parse_path(f"postgres.{_SERVER}"), frozenset({"state"}), {"any": (Exec(PG_ISREADY), parse_pg_isready)}),
    Reader(
        parse_path(f"postgres.{_SERVER}"),
        frozenset({"connections", "idle_sessions", "max_connections", "connections_percent"}),
        {"any": (Exec(PSQL, PSQL_ENV, _SESSIONS), parse_json_row)},
    ),
    Reader(
        parse_path(f"postgres_slots.{_SERVER}.${{{{ params.slot }}}}"),
        frozenset({"exists", "active", "retained_bytes"}),
        {"any": (Exec(PSQL, {**PSQL_ENV, "RUNWRIGHT_SLOT": "${{ params.slot }}"}, _SLOT), parse_json_row)},
    ),
    Reader(
        parse_path("nginx.${{ params.config }}"),
        frozenset({"valid"}),
        {"linux": (Exec(NGINX_TEST), parse_nginx_test)},
    ),
)
