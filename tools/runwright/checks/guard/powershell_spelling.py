"""The plain spelling of PowerShell's words and expressions: known values in place, no quotes."""

from __future__ import annotations

from collections.abc import Sequence

from runwright.checks.guard.powershell_tokens import Token
from runwright.checks.guard.powershell_values import Values
from runwright.checks.guard.words import UNKNOWN


def text_of(token: Token, index: int, values: Values) -> str:
    """A token of a word as text; brackets behind a name are kept."""
    if token.kind == "group" and index:
        inside = values.value(token.parts)
        return f"({inside if isinstance(inside, str) else UNKNOWN})"
    if token.kind in {"string", "variable", "group"}:
        value = values.value((token,))
        return str(value) if isinstance(value, (str, int)) else _partly(token, values)
    return token.text


def _partly(token: Token, values: Values) -> str:
    if token.kind != "string":
        return UNKNOWN
    return "".join(part.text if part.kind == "string" else text_of(part, 0, values) for part in token.parts)


def rendered(tokens: Sequence[Token], values: Values) -> str:
    """An expression as text; brackets are kept."""
    parts: list[str] = []
    for token in tokens:
        space = " " if token.spaced and parts else ""
        parts.append(space + _rendered(token, values))
    return "".join(parts).strip()


def _rendered(token: Token, values: Values) -> str:
    if token.kind == "group":
        return _bracket(token, values)
    if token.kind == "type":
        return f"[{token.text}]"
    if token.kind == "variable":
        value = values.get(token.text)
        return str(value) if isinstance(value, (str, int)) else f"${token.text}"
    return text_of(token, 0, values).replace(UNKNOWN, "?") if token.kind == "string" else token.text


def _bracket(token: Token, values: Values) -> str:
    value = values.value(token.parts) if token.text == "(" else None
    if isinstance(value, str):
        return f"({value})"
    closing = {"{": "}", "@{": "}", "[": "]"}.get(token.text, ")")
    return token.text + rendered(token.parts, values) + closing
