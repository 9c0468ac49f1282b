"""What PowerShell expressions over fixed values give: joined, formatted, reversed or decoded strings.

They are the usual ways to hide a command's name. Whatever is not covered is not known (`None`).
Operators: about_Operators and about_Operator_Precedence of the PowerShell documentation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from runwright.checks.guard.decode import as_text, decoded64
from runwright.checks.guard.powershell_operators import cast, method, number, operate, pick, string_call
from runwright.checks.guard.powershell_tokens import Token
from runwright.checks.guard.worlds import OUTSIDE, Ledger, Value

USUAL = {
    "env:comspec": r"C:\WINDOWS\system32\cmd.exe",
    "env:public": r"C:\Users\Public",
    "env:systemroot": r"C:\Windows",
    "env:windir": r"C:\Windows",
    "env:systemdrive": "C:",
    "env:programdata": r"C:\ProgramData",
    "env:temp": r"C:\Windows\Temp",
    "env:tmp": r"C:\Windows\Temp",
    "env:programfiles": r"C:\Program Files",
    "env:userprofile": r"C:\Users\user",
    "env:appdata": r"C:\Users\user\AppData\Roaming",
    "env:localappdata": r"C:\Users\user\AppData\Local",
    "env:computername": "localhost",
    "home": r"C:\Users\user",
    "pshome": r"C:\Windows\System32\WindowsPowerShell\v1.0",
    "shellid": "Microsoft.PowerShell",
    "verbosepreference": "SilentlyContinue",
    "null": "",
    "true": "True",
    "false": "False",
    "profile": r"C:\Users\user\Documents\WindowsPowerShell\Microsoft.PowerShell_profile.ps1",
}
"""What these hold on most hosts; words are often cut out of them."""
_LEVELS = {"-join": 1, "-split": 1, "-replace": 1, "-creplace": 1, "-ireplace": 1, "-bxor": 1, "+": 2, "*": 3, "-f": 4}
_LEVELS |= {"..": 5, ",": 6}
_MISSING = object()
_SCOPE = re.compile(r"^(?:global|script|local|private|variable|using):")


class Values:
    """Follows a script's variables and works out its expressions."""

    def __init__(self, ledger: Ledger, pins: Mapping[str, Value]) -> None:
        self.known: dict[str, Any] = {}
        self.depth = 0
        self.ledger, self.pinned = ledger, frozenset(pins)
        for name, value in pins.items():
            if value is not OUTSIDE:
                self.known[name] = list(value) if isinstance(value, tuple) else value

    def set(self, name: str, value: Any, *, certain: bool = False) -> None:
        """Remember a variable; None when its value is not known; `certain` where every run sets it once."""
        key = _key(name)
        self.ledger.record(key, _kept(value), certain=certain)
        if key not in self.pinned:
            self.known[key] = value

    def put(self, name: str, value: Any) -> None:
        """Give a variable of PowerShell's own its value for the moment."""
        self.known[_key(name)] = value

    def get(self, name: str) -> Any:
        """A variable's value; None when it is not known."""
        key = _key(name)
        return self.known[key] if key in self.known else USUAL.get(key)

    def outside(self, name: str) -> bool:
        """Whether the value can only come from the environment."""
        key = _key(name)
        return key.startswith("env:") and key not in self.known and key not in USUAL

    def value(self, tokens: Sequence[Token]) -> Any:
        """The value of an expression; None when it cannot be told."""
        if self.depth > 30 or not tokens:
            return None
        self.depth += 1
        work = _Expression(tokens, self)
        found = work.level(1)
        self.depth -= 1
        return found if work.at == len(tokens) and found is not _MISSING else None


def _key(name: str) -> str:
    return _SCOPE.sub("", name.casefold())


def _kept(value: Any) -> Value:
    """A value that can be noted; whatever else it is counts as not known."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return value if isinstance(value, (str, int)) else None


class _Expression:
    """One expression, by climbing precedence."""

    def __init__(self, tokens: Sequence[Token], values: Values) -> None:
        self.tokens, self.values, self.at = tokens, values, 0

    def level(self, lowest: int) -> Any:
        left = self.operand()
        while self.at < len(self.tokens) and left is not None:
            sign = self.tokens[self.at].text.casefold()
            rank = _LEVELS.get(sign)
            if rank is None or rank < lowest or self.tokens[self.at].kind not in {"word", "sign"}:
                break
            self.at += 1
            right = self.level(rank + 1)
            left = operate(sign, left, right) if right is not None else None
        return left

    def operand(self) -> Any:
        if self.at >= len(self.tokens):
            return None
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "word" and token.text.casefold() in {"-join", "-split"}:
            inside = self.level(5)
            return operate(token.text.casefold(), inside, "") if inside is not None else None
        if token.kind == "sign" and token.text in {"-", "+"}:
            number = self.operand()
            return -number if isinstance(number, int) and token.text == "-" else number
        if token.kind == "type":
            return self.after(token.text.casefold())
        return self.endings(self.atom(token))

    def atom(self, token: Token) -> Any:
        if token.kind == "string":
            return self.string(token)
        if token.kind == "number":
            return number(token.text)
        if token.kind == "variable":
            return self.values.get(token.text)
        if token.kind == "group" and token.text in {"(", "$(", "@("}:
            found = self.values.value(token.parts)
            return [found] if token.text == "@(" and found is not None and not isinstance(found, list) else found
        return None

    def string(self, token: Token) -> str | None:
        parts = [part.text if part.kind == "string" else self.values.value((part,)) for part in token.parts] or [
            token.text
        ]
        return "".join(str(part) for part in parts) if all(part is not None for part in parts) else None

    def after(self, type_name: str) -> Any:
        """What a type does: a cast of what follows, or a static member."""
        short = type_name.removeprefix("system.")
        if self.at < len(self.tokens) and self.tokens[self.at].text == "::":
            self.at += 1
            return self.endings(self.static(short))
        if self.at < len(self.tokens) and self.tokens[self.at].text.startswith("."):
            return None
        inside = self.operand()
        return cast(short, inside) if inside is not None else None

    def static(self, type_name: str) -> Any:
        name = self.tokens[self.at].text.casefold() if self.at < len(self.tokens) else ""
        self.at += 1
        if type_name == "text.encoding":
            return f"encoding {name.partition('.')[0]}" if "." not in name else self.encoded(name)
        args = self.arguments()
        if type_name == "convert" and name == "frombase64string" and args:
            return decoded64(str(args[0]))
        if type_name == "string" and name in {"join", "concat", "format"} and args:
            return string_call(name, args)
        return None

    def encoded(self, name: str) -> Any:
        """`UTF8.GetString(...)`, which the tokeniser leaves in one word."""
        args = self.arguments()
        return as_text(args[0]) if name.endswith(".getstring") and args and isinstance(args[0], bytes) else None

    def arguments(self) -> list[Any] | None:
        """The values in the brackets of a call; None when there are none or they are not known."""
        if self.at >= len(self.tokens) or self.tokens[self.at].text != "(":
            return None
        found = self.values.value(self.tokens[self.at].parts)
        empty = not self.tokens[self.at].parts
        self.at += 1
        if found is None:
            return [] if empty else None
        return found if isinstance(found, list) else [found]

    def endings(self, value: Any) -> Any:
        """Indexes and methods that follow a value."""
        while self.at < len(self.tokens) and value is not None and not self.tokens[self.at].spaced:
            token = self.tokens[self.at]
            if token.kind == "group" and token.text == "[":
                self.at += 1
                value = pick(value, self.values.value(token.parts))
            elif token.kind == "word" and token.text.startswith(".") and token.text != "..":
                self.at += 1
                value = method(value, token.text[1:].casefold(), self.arguments())
            else:
                break
        return value
