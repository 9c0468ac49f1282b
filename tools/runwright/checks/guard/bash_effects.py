"""What the builtins of bash do to the variables that the reader follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from runwright.checks.guard.bash_values import Scope
from runwright.checks.guard.decode import output_of
from runwright.checks.guard.words import Call

LATER = "it keeps a text that a shell could run later"


def runs_later(text: str) -> bool:
    """Whether a text holds a substitution in quotes: arithmetic and prompts run those long after."""
    return "$(" in text or "`" in text or "${" in text


def _alias(scope: Scope, call: Call) -> None:
    for text in call.texts:
        name, sign, value = text.partition("=")
        if sign:
            scope.aliases[name.casefold()] = value


def _set(scope: Scope, call: Call) -> None:
    if call.texts[:1] == ("--",):
        scope.positional = tuple(item.text for item in call.args[1:])


def _read(scope: Scope, call: Call) -> None:
    names = [text for text in call.texts if text.isidentifier()]
    text = call.stdin if call.stdin is not None else output_of(call.upstream)
    parts = (text or "").split(None, len(names) - 1) if names else []
    for index, name in enumerate(names):
        scope.set(name, parts[index].rstrip("\n") if index < len(parts) else None)


def _printf(scope: Scope, call: Call) -> None:
    if call.texts[:1] == ("-v",) and len(call.args) > 2:
        scope.set(call.texts[1], output_of((replace(call, args=call.args[2:]),)))


EFFECTS: dict[str, Callable[[Scope, Call], None]] = {"alias": _alias, "set": _set, "read": _read, "printf": _printf}
