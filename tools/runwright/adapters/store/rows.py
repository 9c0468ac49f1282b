"""Puts many rows in by one statement: one for each would hand the interpreter back and forth with every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table

MOST = 500
"""Rows in one statement; both databases take tens of thousands of values."""
Processor = Callable[[Any], Any] | None


class Written(str):
    """A value in the form in which the database takes it already, such as JSON as text."""

    __slots__ = ()


def put_in(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert rows with the same columns, leaving out those that are there already; gives how many were new."""
    count = 0
    for start in range(0, len(rows), MOST):
        some = rows[start : start + MOST]
        names = tuple(some[0])
        written = [_processor(connection, table, name) for name in names]
        values = [_as_taken(write, row[name]) for row in some for name, write in zip(names, written, strict=True)]
        mark = "%s" if connection.dialect.paramstyle in {"format", "pyformat"} else "?"
        count += connection.exec_driver_sql(_statement(table.name, names, len(some), mark), tuple(values)).rowcount
    return count


def _as_taken(write: Processor, value: Any) -> Any:
    if isinstance(value, Written):
        return str(value)
    return write(value) if write is not None else value


@lru_cache(maxsize=256)
def _statement(table: str, names: tuple[str, ...], rows: int, mark: str) -> str:
    """The text; its names are those of our own tables."""
    row = f"({', '.join([mark] * len(names))})"
    columns, values = ", ".join(names), ", ".join([row] * rows)
    return f"INSERT INTO {table} ({columns}) VALUES {values} ON CONFLICT DO NOTHING"  # noqa: S608


def _processor(connection: Connection, table: Table, name: str) -> Processor:
    return table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
