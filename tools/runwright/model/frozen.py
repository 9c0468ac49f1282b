"""The two ways a noun treats what it does not know.

Authored content (runbooks, rules, releases) forbids unknown fields: a typing mistake must not pass.
Telemetry keeps them: a newer agent may say more than this version understands. And what makes frozen values cheap
where a replay makes thousands of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict

_NEW = object.__new__
M = TypeVar("M", bound=BaseModel)
V = TypeVar("V")


class Authored(BaseModel):
    """A value that people or our own code write; unknown fields are refused."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )


class Telemetry(BaseModel):
    """A value that arrives from the field; unknown fields are kept as they came."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="allow", allow_inf_nan=False, use_attribute_docstrings=True
    )


class ByCopy:
    """A frozen dataclass without slots that is changed by copy; ten times as fast as `dataclasses.replace`."""

    @classmethod
    def of(cls, **fields: Any) -> Self:
        """A value with every field named; their names and types are not looked at."""
        made = _NEW(cls)
        _FIELDS(made, fields)
        return made

    def but(self, **changes: Any) -> Self:
        """The same value with some fields changed; their names and types are not looked at."""
        made = _NEW(self.__class__)
        _FIELDS(made, self.__dict__ | changes)
        return made


_FIELDS = ByCopy.__dict__["__dict__"].__set__
"""Puts fields where a frozen value keeps them, without asking it."""


class Kept(Generic[V]):
    """What is worked out of a value at the first question and kept in it; `cached_property` without its lock."""

    def __init__(self, work: Callable[[Any], V]) -> None:
        self._work, self._name, self.__doc__ = work, work.__name__, work.__doc__

    def __get__(self, value: Any, _: type) -> V:
        """Work it out; the next question finds it in the value itself."""
        found = value.__dict__[self._name] = self._work(value)
        return found


def own(noun: type[M], values: dict[str, Any]) -> M:
    """A value that our own code has made, with every field named, in the noun's order; nothing is looked at again."""
    made: M = _NEW(noun)
    _put_values(made, values)
    # One set for all of them: nothing adds to that of a frozen value, and a copy has its own.
    _put_named(made, _NAMED.get(noun) or _names_of(noun))
    _put_extra(made, {} if noun.__base__ is Telemetry else None)
    _put_private(made, None)
    return made


_put_values, _put_named, _put_extra, _put_private = (
    BaseModel.__dict__[name].__set__
    for name in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)


def _names_of(noun: type[BaseModel]) -> set[str]:
    return _NAMED.setdefault(noun, set(noun.model_fields))


_NAMED: dict[type[BaseModel], set[str]] = {}


def blank_of(noun: type[BaseModel]) -> Callable[[], dict[str, Any]]:
    """Makes the fields of a value of which nothing is said, for `own`; those that must be said are None."""
    fields = noun.model_fields.items()
    fixed = {name: None if field.is_required() else field.default for name, field in fields}
    fresh = [(name, field.default_factory) for name, field in fields if field.default_factory is not None]
    if not fresh:
        return fixed.copy

    def blank() -> dict[str, Any]:
        found = fixed.copy()
        for name, make in fresh:
            found[name] = make()  # type: ignore[call-arg]
        return found

    return blank
