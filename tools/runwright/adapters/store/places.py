"""Which site's failure is thought about next: those served least recently first, and none takes all the places.

A flood of one site must not hold up what another one sends now and then. Who takes what is `failures`' part.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, or_, select

from runwright.adapters.store.tables import failures

FAR = timedelta(days=8)
"""A due time farther away than this was set by a clock that has since been put back."""


def turns(connection: Connection, held: Counter[str], slots: int, now: datetime) -> list[str]:
    """The sites that take the free places of one owner, in order; `held` says how many each has already."""
    share = _share(connection, slots)
    sites = _sites(connection, now, slots)
    again = [site for turn in range(share) for site in sites if held[site] + turn < share]
    return again[: max(slots - held.total(), 0)]


def is_due(now: datetime) -> ColumnElement[bool]:
    """Whether somebody may take a failure at a moment."""
    # A clock that jumps must not hide what waits.
    in_time = or_(failures.c.due_at <= now, failures.c.due_at > now + FAR)
    return failures.c.open & ~failures.c.under_way & in_time


def _share(connection: Connection, slots: int) -> int:
    """How many places a site may have: all where it is alone, else half, so that another's failure finds one free."""
    first, last = connection.execute(select(func.min(failures.c.site_id), func.max(failures.c.site_id))).one()
    return slots if first == last else max(slots // 2, 1)


def _sites(connection: Connection, now: datetime, slots: int) -> list[str]:
    """The sites whose turn it is: those that were served least recently come first."""
    waiting = select(failures.c.site_id).where(is_due(now)).distinct()
    served = func.max(failures.c.claimed_at)
    turn = select(failures.c.site_id).where(failures.c.site_id.in_(waiting)).group_by(failures.c.site_id)
    # At most so many sites as there are places have their share already; as many others are enough.
    return list(connection.scalars(turn.order_by(served.is_not(None), served, failures.c.site_id).limit(2 * slots)))
