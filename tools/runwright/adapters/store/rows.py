"""Puts many rows in by one statement: one for each would hand the interpreter back and forth with every row.

SQLite is given them row by row. PostgreSQL is sent each column as one array, and what all rows share only once: the
statement stays short, so that its driver reads it and the server plans it once, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, DateTime, Integer, Table
from sqlalchemy.types import TypeDecorator

MOST = 500
"""Rows in one statement where each value is sent by itself; SQLite takes tens of thousands of values."""
Processor = Callable[[Any], Any] | None
Columns = dict[str, list[Any]]
_KINDS = ((Boolean, "boolean"), (Integer, "bigint"), (DateTime, "timestamp"))


class Written(str):
    """A value in the form in which the database takes it already, such as JSON as text."""

    __slots__ = ()


def put_in(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], told: tuple[str, ...]) -> set[Any]:
    """Insert rows with the same columns, leaving out those that are there already; gives `told` of each new one."""
    server = connection.dialect.name == "postgresql"
    at_once, statement = (max(len(rows), 1), _by_column) if server else (MOST, _by_row)
    new: set[Any] = set()
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        columns = {name: _values(connection, table, name, some) for name in some[0]}
        new.update(map(tuple, connection.exec_driver_sql(*statement(table, columns, told))))
    return new


def _values(connection: Connection, table: Table, name: str, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """One column of all rows, as the database takes it."""
    write = table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return [_as_taken(write, row[name]) for row in rows]


def _as_taken(write: Processor, value: Any) -> Any:
    if isinstance(value, Written):
        return str(value)
    return write(value) if write is not None else value


def _by_row(table: Table, columns: Columns, told: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    values = tuple(value for row in zip(*columns.values(), strict=True) for value in row)
    return _of_rows(table.name, tuple(columns), len(values) // len(columns), told), values


def _by_column(table: Table, columns: Columns, told: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    shared = tuple(name for name, values in columns.items() if values.count(values[0]) == len(values))
    own = tuple(name for name in columns if name not in shared)
    sent = (*(columns[name][0] for name in shared), *(columns[name] for name in own))
    return _of_columns(table, shared, own, told), sent


@lru_cache(maxsize=256)
def _of_rows(table: str, names: tuple[str, ...], rows: int, told: tuple[str, ...]) -> str:
    """The text; its names are those of our own tables."""
    row = f"({', '.join(['?'] * len(names))})"
    return _text(table, names, f"VALUES {', '.join([row] * rows)}", told)


@lru_cache(maxsize=256)
def _of_columns(table: Table, shared: tuple[str, ...], own: tuple[str, ...], told: tuple[str, ...]) -> str:
    """The text where some columns have one value for all rows and the others an array."""
    values = [f"%b::{_kind(table, name)}{_cast(table, name)}" for name in shared]
    values += [f"{name}{_cast(table, name)}" for name in own]
    arrays = ", ".join(f"%b::{_kind(table, name)}[]" for name in own)
    given = f" FROM unnest({arrays}) AS given ({', '.join(own)})" if own else ""
    return _text(table.name, (*shared, *own), f"SELECT {', '.join(values)}{given}", told)


def _text(table: str, names: tuple[str, ...], values: str, told: tuple[str, ...]) -> str:
    into, back = ", ".join(names), ", ".join(told)
    return f"INSERT INTO {table} ({into}) {values} ON CONFLICT DO NOTHING RETURNING {back}"


def _kind(table: Table, name: str) -> str:
    """As what a value is sent; text has no limit here, so that one that is too long is refused and not cut."""
    kind = table.c[name].type
    plain = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    return next((word for known, word in _KINDS if isinstance(plain, known)), "text")


def _cast(table: Table, name: str) -> str:
    return "::json" if isinstance(table.c[name].type, JSON) else ""
