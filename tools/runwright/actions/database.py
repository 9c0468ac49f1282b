r"""PostgreSQL: does it take connections, end idle sessions, drop a replication slot that nobody uses.

pg_isready: https://www.postgresql.org/docs/current/app-pg-isready.html
Sessions: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL
Slots: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION
Statements are fixed texts; a value arrives by the environment and is quoted by psql (`\getenv`, psql 14 and newer).
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Exec, Model, Param, Variant, need, paths, read_exit_code, sets
from runwright.actions.facts_data import PG_ISREADY, PSQL, PSQL_ENV
from runwright.actions.net import PORT

SERVER = Param(
    "A host name, an address, or the folder of the server's socket.", pattern=r"[A-Za-z0-9/][A-Za-z0-9._:/-]{0,252}"
)
_SERVER = "postgres.${{ params.host }}.${{ params.port }}"
_ACCEPTING = need(f"{_SERVER}.state", "accepting")
_SLOT = "postgres_slots.${{ params.host }}.${{ params.port }}.${{ params.slot }}"

_END_IDLE = """\
\\getenv seconds RUNWRIGHT_SECONDS
SELECT count(*) FILTER (WHERE pg_terminate_backend(a.pid)) || ' sessions ended'
FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
WHERE a.backend_type = 'client backend' AND a.pid <> pg_backend_pid() AND NOT r.rolsuper AND a.state LIKE 'idle%'
    AND a.state_change < now() - make_interval(secs => :'seconds'::int);
"""
_DROP_SLOT = """\
\\getenv slot RUNWRIGHT_SLOT
SELECT pg_drop_replication_slot(:'slot');
"""

ACCEPTS = Action(
    "database.accepts",
    "Check that PostgreSQL takes connections.",
    {"host": SERVER, "port": PORT},
    {"any": Variant(Exec(PG_ISREADY), Model(needs=(_ACCEPTING,), fails_clean=True), read_exit_code)},
    check=True,
    timeout_seconds=10.0,
)
END_IDLE_SESSIONS = Action(
    "database.end_idle_sessions",
    "End the sessions of ordinary roles that have been idle for a time; a transaction they left open is undone.",
    {
        "host": SERVER,
        "port": PORT,
        "seconds": Param("For how many seconds a session must be idle.", type="integer", pattern=r"[1-9][0-9]{0,8}"),
    },
    {
        "any": Variant(
            Exec(PSQL, {**PSQL_ENV, "RUNWRIGHT_SECONDS": "${{ params.seconds }}"}, _END_IDLE),
            Model(
                needs=(_ACCEPTING,),
                reads=paths(f"{_SERVER}.idle_sessions"),
                changes=(
                    sets(f"{_SERVER}.connections", FORGET),
                    sets(f"{_SERVER}.connections_percent", FORGET),
                    sets(f"{_SERVER}.idle_sessions", FORGET),
                ),
            ),
            read_exit_code,
        )
    },
    risk="high",
    destructive=True,
    timeout_seconds=30.0,
)
DROP_SLOT = Action(
    "database.drop_slot",
    "Drop a replication slot that no receiver uses; its receiver must be set up anew.",
    {
        "host": SERVER,
        "port": PORT,
        "slot": Param("The slot's name: lower-case letters, digits and _.", pattern=r"[a-z0-9_]{1,63}"),
    },
    {
        "any": Variant(
            Exec(PSQL, {**PSQL_ENV, "RUNWRIGHT_SLOT": "${{ params.slot }}"}, _DROP_SLOT),
            Model(
                needs=(_ACCEPTING, need(f"{_SLOT}.exists", True), need(f"{_SLOT}.active", False)),
                changes=(
                    sets(f"{_SLOT}.exists", False),
                    sets(f"{_SLOT}.retained_bytes", 0),
                    sets("disks.*.used_percent", FORGET),
                    sets("disks.*.free_bytes", FORGET),
                ),
                fails_clean=True,
            ),
            read_exit_code,
        )
    },
    risk="high",
    destructive=True,
    repeatable=False,
    timeout_seconds=30.0,
)
ACTIONS = (ACCEPTS, END_IDLE_SESSIONS, DROP_SLOT)
