"""Queries that only look at the state of a database: its catalogue, its statistics, its settings.

What is not one of these needs a person: a table of people, a function of the site's own, a statement that is carried
out to be measured.
"""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

import re

from runwright.checks.guard.words import listed

_FUNCTIONS = listed(
    "count sum avg min max round floor ceil abs coalesce nullif greatest least now age extract date_trunc to_char "
    "lower upper length left right substring concat concat_ws trim replace format cast in values any all exists over filter "
    "and or not as on using where when then else by having select from like ilike between string_agg group_concat "
    "row_number rank lag version current_database current_schema current_setting pg_is_in_recovery pg_size_pretty "
    "pg_database_size pg_relation_size pg_total_relation_size pg_table_size pg_indexes_size pg_tablespace_size "
    "pg_current_wal_lsn pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp pg_wal_lsn_diff "
    "pg_postmaster_start_time pg_conf_load_time pg_blocking_pids pg_backend_pid pg_stat_file_ txid_current_snapshot "
    "pg_is_wal_replay_paused mxid_age pg_get_indexdef to_timestamp timestampdiff unix_timestamp date_sub date_add "
    "curdate datediff ifnull if sqlite_version getdate datepart isnull convert database interval"
)
"""Words that may stand before a bracket: functions that only work out, and words of the language."""
_TABLES = re.compile(
    r"(?:pg_catalog\.)?pg_(?:stat_\w+|statio_\w+|locks|database|class|namespace|index|indexes|tables|settings|tablespace|"
    r"replication_slots|extension|prepared_xacts|sequences|matviews|publication|subscription_rel|attribute)"
    r"|information_schema\.(?:tables|processlist|schemata|innodb_\w+|global_status|global_variables|columns|statistics|partitions|engines)"
    r"|performance_schema\.(?:threads|global_status|global_variables|replication_\w+|data_locks|data_lock_waits|events_\w+|memory_\w+|table_io_\w+)"
    r"|sys\.(?:dm_\w+|databases|schema_\w+|innodb_\w+|memory_\w+|host_summary\w*|processlist|session)|sqlite_(?:master|schema)"
)
_CHANGING = re.compile(
    r"\b(?:into|update|delete|insert|merge|drop|alter|create|grant|revoke|execute|call|do|copy|set|lock|truncate|table|procedure|"
    r"notify|listen|load|import|refresh|cluster|prepare|declare|fetch|for|operator|returning)\b"
)
_SIGNS = re.compile(r"[\w\s.,*()=<>!+\-/%'|:@\\\"]*", re.ASCII)
"""No quotes of other kinds, such as dollars and brackets: what stands between those could hide the rest."""
_CASTS = re.compile(
    r"::\s*(?:text|int|int4|int8|integer|bigint|numeric|float|float8|regclass|interval|date|timestamptz?|oid|name|varchar)\b"
)
_ENDS = re.compile(
    r"\b(?:where|group|order|having|limit|offset|join|left|right|inner|outer|full|cross|natural|on|using|union|intersect|except|window)\b|[()]"
)
_SOURCE = re.compile(r"([\w.]+)(?:\s+(?:as\s+)?[a-z_]\w*)?")
_SHOW = re.compile(
    r"show\s+(?:(?:full\s+)?processlist|(?:global\s+|session\s+)?(?:variables|status)(?:\s+like\s+'')?|(?:slave|replica|master|binary log)\s+status|"
    r"(?:slave|replica)\s+hosts|engine\s+innodb\s+status|engines|databases|(?:full\s+)?tables(?:\s+from\s+\w+)?|open\s+tables|warnings|plugins|binary\s+logs|"
    r"all|pools|stats|clients|servers|[a-z_]+(?:\.[a-z_]+)?)"
)
_UPKEEP = re.compile(
    r"(?:vacuum|analyze|reindex|check\s+table)\b[\w\s.,()\"]*|pragma\s+(?:integrity_check|quick_check)(?:\s*\(\d*\))?|exec\s+sp_who2?|dbcc\s+(?:sqlperf|checkdb|opentran)\b[\w\s(),]*|"
    r"\\(?:l|dt|conninfo|d)\+?|status|processlist|ping"
)


def is_look(query: str) -> bool:
    """Whether a query only looks at the state of the database, or keeps its tables in order."""
    text = re.sub(r"\\[gG]\s*$", "", query.strip()).rstrip("; \n").casefold()
    text = re.sub(r"'(?:[^'\\]|'')*'", "''", text)
    if not _SIGNS.fullmatch(text) or re.search(r"--|/\*|:=", text) or re.search(r"\bgrants\b|\bcreate\b", text):
        return False
    if _SHOW.fullmatch(text) or _UPKEEP.fullmatch(text):
        return True
    body = re.sub(r"^explain\s+(?:verbose\s+)?(?=select\b)", "", text)
    return body.startswith("select") and _is_plain_select(body)


def _is_plain_select(text: str) -> bool:
    text = re.sub(r"\b(?:extract|substring|trim)\s*\(\s*\w+\s+from\b", "extract(", text)
    text = re.sub(r"\bis\s+(?:not\s+)?distinct\s+from\b", "=", text)
    text = re.sub(r"\bas\s+\"[\w %]*\"", "", _CASTS.sub("", text))
    if "::" in text or '"' in text or "\\" in text or _CHANGING.search(text):
        return False
    named = (found[1].removeprefix("pg_catalog.") for found in re.finditer(r"([\w.$]+)\s*\(", text))
    if any(name not in _FUNCTIONS for name in named):
        return False
    return all(_is_catalogue(text[found.end() :]) for found in re.finditer(r"\b(?:from|join)\b", text))


def _is_catalogue(rest: str) -> bool:
    """Whether what stands behind `from` or `join` is views of the catalogue alone."""
    end = _ENDS.search(rest)
    parts = (rest[: end.start()] if end else rest).split(",")
    found = [_SOURCE.fullmatch(part.strip()) for part in parts]
    return all(each is not None and _TABLES.fullmatch(each[1]) is not None for each in found)
