"""What PowerShell's commands do to the variables that the reader follows: `Set-Variable`, `-OutVariable`, `++`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from runwright.checks.guard.powershell_tokens import Token
from runwright.checks.guard.words import Call, Word, listed

SETTERS = listed("set-variable new-variable clear-variable remove-variable set-item set-content clear-item new-item")
_FILLING = re.compile(
    r"-(?:ov|outv\w*|ev|errorv\w*|wv|warningv\w*|iv|informationv\w*|pv|pipelinev\w*|sv|sessionv\w*|rv|responseheadersv\w*|"
    r"statuscodev\w*)(?::(.*))?",
    re.I,
)


def filled(call: Call) -> Iterator[str]:
    """The variables that a command's common parameters fill, as `-OutVariable` does."""
    for word, following in zip(call.args, (*call.args[1:], Word("")), strict=False):
        found = _FILLING.fullmatch(word.plain)
        if found is not None and not word.quoted:
            yield (found[1] or following.plain).lstrip("+")


def named(call: Call) -> tuple[str, Word | None]:
    """The name and the value that a command gives a variable or an alias, with or without their parameters."""
    given: dict[str, Word] = {}
    plain: list[Word] = []
    waiting = ""
    for word in call.args:
        if re.fullmatch(r"-[A-Za-z]+:?", word.text) and not word.quoted:
            waiting = _role(word.text[1:].rstrip(":").casefold())
        elif waiting:
            given[waiting], waiting = word, ""
        else:
            plain.append(word)
    name = given.get("name") or (plain.pop(0) if plain else Word(""))
    return name.plain.lstrip("\\"), given.get("value") or (plain[0] if plain else None)


def _role(parameter: str) -> str:
    """What the word behind a parameter is; empty for a switch."""
    if parameter in {"force", "passthru", "confirm", "whatif", "verbose", "debug"}:
        return ""
    if parameter[:1] == "n" or parameter in {"path", "literalpath", "pspath"}:
        return "name"
    return "value" if parameter[:1] == "v" or parameter == "definition" else "other"


def counted(tokens: Sequence[Token]) -> Iterator[str]:
    """The variables of an expression that `++` or `--` changes, or that it hands out by reference."""
    signs = any(token.text in {"++", "--"} or token.text.casefold() == "ref" for token in tokens)
    double = any(a.text == b.text and a.text in {"+", "-"} for a, b in pairwise(tokens))
    if signs or double:
        yield from (token.text for token in tokens if token.kind == "variable")
