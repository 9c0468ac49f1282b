"""What a native operation is, and the two usual kinds: a reader of facts and a check.

A reader answers with values; what it cannot find out it leaves out, because not known is not no. A check answers
with exit code 0 or 1. Which ones there are stands in `facts_local` and `natives_data`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from runwright.actions.action import Result

Args = Mapping[str, Any]
Values = Mapping[str, Any]
Pause = Callable[[float], bool]
"""Lets time pass; True as soon as the agent is asked to stop."""
Native = Callable[[Args, float, Pause], Result]


def reader(read: Callable[[Args, float], Values]) -> Native:
    """A native that tells facts."""

    def native(args: Args, timeout: float, _pause: Pause) -> Result:
        try:
            return Result(0, values=read(args, timeout))
        except OSError as error:
            return Result(1, error=error.strerror or str(error))

    return native


def check(read: Callable[[Args, float], Values], holds: Callable[[Values, Args], tuple[bool, str]]) -> Native:
    """A native that looks at facts and says whether they are as they should be, with the reason."""

    def native(args: Args, timeout: float, _pause: Pause) -> Result:
        try:
            good, said = holds(read(args, timeout), args)
        except OSError as error:
            return Result(1, error=error.strerror or str(error))
        return Result(0, output=said) if good else Result(1, error=said)

    return native


def change(carry_out: Callable[[Args, float, Pause], str]) -> Native:
    """A native that changes something and says what; an `OSError` is a failure that a person can read."""

    def native(args: Args, timeout: float, pause: Pause) -> Result:
        try:
            return Result(0, output=carry_out(args, timeout, pause))
        except OSError as error:
            said = error.strerror or str(error)
            return Result(1, error=f"{error.filename}: {said}" if error.filename else said)

    return native
