"""What the builtins of bash do to the variables that the reader follows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from runwright.checks.guard.bash_values import Scope, calculate
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
    first = call.texts[0] if call.texts else "-"
    if first == "--" or not first.startswith(("-", "+")):
        scope.set("@", tuple(item.text for item in call.args[first == "--" :]))


def _shift(scope: Scope, call: Call) -> None:
    count = call.texts[0] if call.texts else "1"
    scope.set("@", scope.positional[int(count) :] if re.fullmatch("[0-9]{1,3}", count) else None)


def _read(scope: Scope, call: Call) -> None:
    names = [text for text in call.texts if text.isidentifier()]
    text = call.stdin if call.stdin is not None else output_of(call.upstream)
    parts = (text or "").split(None, len(names) - 1) if names else []
    for index, name in enumerate(names or ["REPLY"]):
        scope.set(name, parts[index].rstrip("\n") if index < len(parts) else None)


def _printf(scope: Scope, call: Call) -> None:
    texts = call.texts
    if texts[:1] == ("-v",) and len(texts) > 2:
        whole = "[" not in texts[1]
        printed = output_of((replace(call, args=call.args[2:]),)) if whole else None
        scope.set(texts[1].partition("[")[0], printed)
    elif texts and texts[0].startswith("-v"):
        scope.set(texts[0][2:].partition("[")[0], None)


def _fill(scope: Scope, call: Call) -> None:
    """`mapfile`, `getopts` and their like: whatever word is a name may be set."""
    for name in [text for text in call.texts if text.isidentifier()] + ["MAPFILE", "OPTARG"]:
        scope.set(name, None)


def _let(scope: Scope, call: Call) -> None:
    calculate(scope, call.line)


def _eval(scope: Scope, call: Call) -> None:
    """A text that is run may set anything that it names."""
    scope.branches += 1
    for found in re.finditer(r"([A-Za-z_]\w*)\+?=(\"[^\"]*\"|'[^']*'|[^\s;&|]*)", call.line):
        value = found[2].strip("'\"")
        scope.set(found[1], value if "$" not in value and "`" not in value else None)
    scope.branches -= 1


EFFECTS: dict[str, Callable[[Scope, Call], None]] = {
    "alias": _alias,
    "set": _set,
    "shift": _shift,
    "read": _read,
    "printf": _printf,
    "mapfile": _fill,
    "readarray": _fill,
    "getopts": _fill,
    "let": _let,
    "eval": _eval,
    "trap": _eval,
}
