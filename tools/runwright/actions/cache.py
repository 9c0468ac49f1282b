"""Redis: does it answer, what is its limit of memory, set that limit until the next restart.

CONFIG GET and CONFIG SET: https://redis.io/docs/latest/commands/config-set/
Memory: https://redis.io/docs/latest/develop/reference/eviction/
"""

from __future__ import annotations

from runwright.actions.action import (
    FORGET,
    Action,
    Exec,
    Model,
    Native,
    Param,
    Reading,
    Result,
    Variant,
    need,
    paths,
    read_exit_code,
    sets,
)
from runwright.actions.facts_data import REDIS
from runwright.actions.net import HOST, PORT

_SERVER = "redis.${{ params.host }}.${{ params.port }}"
_ANSWERS = need(f"{_SERVER}.answers", True)


def _read_ok(result: Result, success_codes: tuple[int, ...]) -> Reading:
    """Redis says OK; redis-cli ends with 0 for an error as well."""
    reading = read_exit_code(result, success_codes)
    if not reading.success or result.output.strip() == "OK":
        return reading
    return Reading(False, result.output.strip()[-2000:] or "the server gave no answer")


def _read_limit(result: Result, success_codes: tuple[int, ...]) -> Reading:
    """Two lines: the name of the setting and its value."""
    reading = read_exit_code(result, success_codes)
    if not reading.success or result.output.split()[:1] == ["maxmemory"]:
        return reading
    return Reading(False, result.output.strip()[-2000:] or "the server gave no answer")


ANSWERS = Action(
    "cache.answers",
    "Check that a Redis server answers.",
    {"host": HOST, "port": PORT},
    {
        "any": Variant(
            Native("redis.ping", {"host": "${{ params.host }}", "port": "${{ params.port }}"}),
            Model(needs=(_ANSWERS,), fails_clean=True),
            read_exit_code,
        )
    },
    check=True,
    timeout_seconds=10.0,
)
MEMORY_LIMIT = Action(
    "cache.memory_limit",
    "Tell a Redis server's limit of memory: the line maxmemory, then the bytes; 0 means no limit.",
    {"host": HOST, "port": PORT},
    {
        "any": Variant(
            Exec((*REDIS, "CONFIG", "GET", "maxmemory")),
            Model(needs=(_ANSWERS,), reads=paths(f"{_SERVER}.memory_limit_bytes"), fails_clean=True),
            _read_limit,
        )
    },
    check=True,
    timeout_seconds=10.0,
)
SET_MEMORY_LIMIT = Action(
    "cache.set_memory_limit",
    "Set a Redis server's limit of memory until its next restart; its configuration file stays as it is.",
    {
        "host": HOST,
        "port": PORT,
        "bytes": Param("The new limit in bytes; 0 means none.", type="integer", pattern=r"[0-9]{1,15}"),
    },
    {
        "any": Variant(
            Exec((*REDIS, "CONFIG", "SET", "maxmemory", "${{ params.bytes }}")),
            Model(
                needs=(_ANSWERS,),
                changes=(
                    sets(f"{_SERVER}.memory_limit_bytes", "${{ params.bytes }}"),
                    sets(f"{_SERVER}.used_memory_percent", FORGET),
                ),
                fails_clean=True,
            ),
            _read_ok,
        )
    },
    risk="medium",
    timeout_seconds=10.0,
)
ACTIONS = (ANSWERS, MEMORY_LIMIT, SET_MEMORY_LIMIT)
