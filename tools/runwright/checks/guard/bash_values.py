"""Values of shell variables and what `${...}` makes of them, as far as the script itself sets them.

Source: POSIX.1-2024, XCU 2.6.2, and the bash manual, "Shell Parameter Expansion". Whatever is not covered is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from runwright.checks.guard.words import UNKNOWN
from runwright.checks.guard.worlds import OUTSIDE, Ledger, Value

_USUAL = {
    "IFS": " \t\n",
    "HOME": "/root",
    "PWD": ".",
    "OLDPWD": ".",
    "SHELL": "/bin/bash",
    "BASH": "/bin/bash",
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "0": "bash",
}
"""What these hold on most hosts; they are often cut into letters to hide a word."""
_COMPUTED = frozenset("?#$!-_") | {"RANDOM", "SECONDS", "LINENO", "UID", "EUID", "PPID", "BASHPID", "HOSTNAME"}
_EXPANSION = re.compile(
    r"\$\{(?P<mark>[!#]?)(?P<name>[A-Za-z_]\w*|[0-9@*#?$!-])(?:\[(?P<index>[^\]]*)\])?(?P<rest>.*)\}", re.S
)
_SLICE = re.compile(r":\s*\(?\s*(-?\d+)\s*\)?\s*(?::\s*(-?\d+)\s*)?")
MAX_TEXT = 16_384
_CALCULATED = re.compile(r"([A-Za-z_]\w*)\s*(?:(?:<<|>>|[-+*/%&|^])?=(?!=)|\+\+|--)|(?:\+\+|--)\s*([A-Za-z_]\w*)")


@dataclass(slots=True)
class Scope:
    """The variables of a script while it is read."""

    values: dict[str, str | None] = field(default_factory=dict)
    """None: set by the script, to a value that is not known."""
    arrays: dict[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    functions: set[str] = field(default_factory=set)
    positional: tuple[str, ...] = ()
    ledger: Ledger = field(default_factory=Ledger)
    pinned: dict[str, Value] = field(default_factory=dict)
    """Those that keep the value that this reading of the script is about."""
    turning: list[str] = field(default_factory=list)
    """The variables of the loops around the place that is read."""
    branches: int = 0
    """Loops, branches and the like around the place that is read: not every run comes here once."""

    def pin(self, values: Mapping[str, Value]) -> None:
        """Give variables the values that they keep while the script is read."""
        self.pinned = dict(values)
        for name, value in values.items():
            self._put(name, value)

    def set(self, name: str, value: str | tuple[str, ...] | None, *, append: bool = False) -> None:
        """Set or extend a variable, an array or, as `@`, the script's own arguments."""
        if append and value is not None:
            value = self._longer(name, value)
        value = value[:MAX_TEXT] if value is not None else None
        self.ledger.record(name, value, certain=not self.branches)
        if self.branches:
            self.ledger.elsewhere.add(name)
        if name not in self.pinned:
            self._put(name, value)

    def turn(self, name: str, value: str | None) -> None:
        """Start a turn of a loop over words: until something else sets its variable, it holds this one."""
        self.ledger.record(name, value, certain=False)
        if name in self.turning:
            self.ledger.elsewhere.add(name)
        if name not in self.pinned or name not in self.ledger.elsewhere:
            self._put(name, value)
        self.turning.append(name)

    def turned(self, name: str) -> None:
        """End a turn: whatever comes behind the loop may see any of its words."""
        self.turning.remove(name)
        if name in self.pinned:
            self._put(name, self.pinned[name])

    def _longer(self, name: str, value: str | tuple[str, ...]) -> str | tuple[str, ...] | None:
        if isinstance(value, tuple):
            items = self.arrays.get(name)
            return (*items, *value) if items is not None else None if name in self.values else value
        before = self.values.get(name, "" if name not in self.arrays else None)
        return None if before is None else before + value

    def _put(self, name: str, value: Value) -> None:
        if name == "@" and value is not OUTSIDE:
            self.positional = value if isinstance(value, tuple) else (UNKNOWN,) * 9
            return
        self.values.pop(name, None)
        self.arrays.pop(name, None)
        if value is OUTSIDE:
            return
        if isinstance(value, tuple):
            self.arrays[name] = value
        else:
            self.values[name] = None if value is None else str(value)

    def get(self, name: str) -> str | None:
        """The value; None when it is not known."""
        if name in self.values:
            return self.values[name]
        if name in self.arrays:
            return self.arrays[name][0] if self.arrays[name] else ""
        if name in {"@", "*"}:
            return " ".join(self.positional)
        if name.isdigit() and name != "0":
            return self.positional[int(name) - 1] if int(name) <= len(self.positional) else ""
        return _USUAL.get(name)

    def declared_outside(self, name: str) -> bool:
        """Whether the value can only come from the environment that the script is given."""
        inside = name in self.values or name in self.arrays or name in _USUAL or name in _COMPUTED
        return not inside and name.isidentifier()


def calculate(scope: Scope, text: str) -> None:
    """Forget the variables that an arithmetic expression sets."""
    for found in _CALCULATED.finditer(text):
        scope.set(found[1] or found[2], None)


def expand(text: str, scope: Scope) -> str:
    """The value of `${...}`, with `UNKNOWN` where it cannot be told."""
    found = _EXPANSION.fullmatch(text)
    if found is None:
        return UNKNOWN
    value = _value(found["name"], found["index"], scope)
    if found["mark"] == "!":
        value = scope.get(value) if value else None
    if found["mark"] == "#" and not found["rest"]:
        return UNKNOWN if value is None else str(len(value))
    changed = _changed(value, found["rest"], scope)
    if found["rest"].lstrip(":")[:1] == "=":
        scope.set(found["name"], changed if UNKNOWN not in changed else None)
    return changed


def _value(name: str, index: str | None, scope: Scope) -> str | None:
    if index is None:
        return scope.get(name)
    items = scope.arrays.get(name)
    if items is None:
        return None
    if index in {"@", "*"}:
        return " ".join(items)
    number = int(index) if index.lstrip("-").isdigit() and len(index) < 6 else None
    return items[number] if number is not None and -len(items) <= number < len(items) else None


def _changed(value: str | None, rest: str, scope: Scope) -> str:
    if not rest:
        return UNKNOWN if value is None else value
    for signs, change in (
        (("-", "=", "?", "+"), _default),
        (("#", "%"), _cut),
        (("/",), _replaced),
        (("^", ","), _cased),
    ):
        if rest.lstrip(":")[:1] in signs and (rest[0] != ":" or change is _default) and not _SLICE.fullmatch(rest):
            return change(value, rest, scope)
    sliced = _SLICE.fullmatch(rest)
    return _slice(value, sliced) if sliced and value is not None else UNKNOWN


def _default(value: str | None, rest: str, scope: Scope) -> str:
    sign, word = rest.lstrip(":")[:1], rest.lstrip(":")[1:]
    word = re.sub(r"\$\{?(\w+)\}?", lambda found: scope.get(found[1]) or UNKNOWN, word).strip("'\"")
    if sign == "+":
        return word if value else ""
    if sign == "?":
        return value or UNKNOWN
    return value or word


def _cut(value: str | None, rest: str, _: Scope) -> str:
    if value is None:
        return UNKNOWN
    longest, pattern = rest[:2] in {"##", "%%"}, rest.lstrip(rest[0]).strip("'\"")
    ends = range(len(value) + 1) if len(value) < 500 else range(0)
    fits = [cut for cut in ends if fnmatchcase(value[:cut] if rest[0] == "#" else value[cut:], pattern)]
    if not fits:
        return value
    if rest[0] == "#":
        return value[max(fits) if longest else min(fits) :]
    return value[: min(fits) if longest else max(fits)]


def _replaced(value: str | None, rest: str, _: Scope) -> str:
    everywhere = rest.startswith("//")
    old, _sign, new = rest[2 if everywhere else 1 :].partition("/")
    old, new = old.strip("'\"").replace("\\", ""), new.strip("'\"").replace("\\", "")
    if value is None or not old or set(old) & set("*?["):
        return UNKNOWN
    return value.replace(old, new) if everywhere else value.replace(old, new, 1)


def _cased(value: str | None, rest: str, _: Scope) -> str:
    if value is None:
        return UNKNOWN
    change = str.upper if rest[0] == "^" else str.lower
    return change(value) if rest[:2] in {"^^", ",,"} else change(value[:1]) + value[1:]


def _slice(value: str, found: re.Match[str]) -> str:
    if max(len(number or "") for number in found.groups()) > 6:
        return UNKNOWN
    start = int(found[1])
    start = start if start >= 0 else max(len(value) + start, 0)
    if found[2] is None:
        return value[start:]
    length = int(found[2])
    return value[start : start + length] if length >= 0 else value[start:length]
