"""Doing something until it is done, by looking first each time: no write is ever repeated blindly."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from runwright.adapters.forge_github.refusals import Conflict, Unclear, Unprocessable
from runwright.errors import EdgeError

ROUNDS = 3
"""How often is looked before it is left to the next attempt of who calls."""
FIRST = ("already exists", "already_exists", "not a fast forward", "not a fast-forward")
"""GitHub's words for what somebody else, or an earlier try, has done."""

Value = TypeVar("Value")


def until_done(look_and_do: Callable[[], Value]) -> Value:
    """Look and do what is missing; again where the fate of a write is not known or somebody was first.

    `look_and_do` begins with looking, and writes only what it does not find. Raises what the last round raised.
    """
    failed: EdgeError
    for _ in range(ROUNDS):
        try:
            return look_and_do()
        except (Unclear, Conflict) as error:
            failed = error
        except Unprocessable as error:
            if not is_lost(error):
                raise
            failed = error
    raise EdgeError(f"GitHub leaves it unclear whether it was done; it is looked at again later: {failed.message}")


def is_lost(error: Unprocessable) -> bool:
    """Say whether a refusal means that it is there already, or that somebody else was first."""
    return any(error.says(words) for words in FIRST)
