"""The operators, casts and methods of PowerShell over values that are known."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from runwright.checks.guard.decode import as_text

_MAX = 16_384


def number(text: str) -> int | None:
    """A number as it is written; none when it is none."""
    try:
        return int(text, 16) if text.casefold().startswith("0x") and len(text) < 12 else int(text[:9])
    except ValueError:
        return None


def _texts(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, (list, tuple)) else [str(value)]


def string_call(name: str, args: list[Any]) -> str | None:
    """`[string]::Join(...)` and its like."""
    if name == "format":
        return formatted(str(args[0]), args[1:])
    flat = [text for arg in (args[1:] if name == "join" else args) for text in _texts(arg)]
    return (str(args[0]) if name == "join" else "").join(flat)[:_MAX]


def operate(sign: str, left: Any, right: Any) -> Any:
    """One binary operator over known values."""
    work = _OPERATORS.get(sign)
    return work(left, right) if work else None


def _plus(left: Any, right: Any) -> Any:
    if isinstance(left, list):
        return (left + (right if isinstance(right, list) else [right]))[:_MAX]
    if isinstance(left, int) and isinstance(right, int):
        return left + right
    return (str(left) + "".join(_texts(right)))[:_MAX]


def _times(left: Any, right: Any) -> Any:
    if not isinstance(right, int) or right > 1000 or right < 0:
        return None
    return left * right if isinstance(left, int) else str(left)[:64] * right


def _range(left: Any, right: Any) -> Any:
    if not isinstance(left, int) or not isinstance(right, int) or abs(left - right) > _MAX:
        return None
    return list(range(left, right + 1)) if left <= right else list(range(left, right - 1, -1))


def _comma(left: Any, right: Any) -> list[Any]:
    return [*(left if isinstance(left, list) else [left]), right]


def _join(left: Any, right: Any) -> str:
    return str(right).join(_texts(left))[:_MAX]


def _split(left: Any, right: Any) -> list[str]:
    mark = str(right).strip("\\[]") or " "
    return str(left).split(mark)


def _replace(left: Any, right: Any) -> str | None:
    old, new = [*_texts(right), ""][:2]
    plain = old.replace("\\", "")
    if set(plain) & set("*?[]+^$.|") and plain == old:
        return None
    return re.sub(re.escape(plain), lambda _: new, str(left), flags=re.I)[:_MAX] if plain else None


def formatted(form: str, values: Sequence[Any]) -> str | None:
    """`-f`: numbered holes filled with values."""
    texts = [str(value) for value in values]
    holes = {int(number) for number in re.findall(r"\{(\d{1,3})", form)}
    if any(hole >= len(texts) for hole in holes):
        return None
    return re.sub(r"\{(\d{1,3})[^}]*\}", lambda found: texts[int(found[1])], form)[:_MAX]


def _format(left: Any, right: Any) -> str | None:
    return formatted(str(left), right if isinstance(right, list) else [right])


def pick(value: Any, index: Any) -> Any:
    """`value[index]`, with one index or several."""
    if not isinstance(value, (str, list)) or index is None:
        return None
    wanted = index if isinstance(index, list) else [index]
    if not all(isinstance(i, int) and -len(value) <= i < len(value) for i in wanted):
        return None
    return [value[i] for i in wanted] if isinstance(index, list) else value[wanted[0]]


def cast(name: str, value: Any) -> Any:
    """`[type]value` for characters and strings."""
    codes = value if isinstance(value, list) else [value]
    if name in {"char", "char[]"}:
        if name == "char[]" and isinstance(value, str):
            return list(value)
        chars = [_char(code) for code in codes]
        if any(char is None for char in chars):
            return None
        return chars if isinstance(value, list) else chars[0]
    if name == "string":
        return " ".join(_texts(value))
    return value if name in {"int", "byte", "byte[]", "int[]", "array", "object[]", "string[]"} else None


def _char(code: Any) -> str | None:
    if isinstance(code, str):
        value = number(code) if code[:1].isdigit() and len(code) > 1 else None
        return code if value is None else _char(value)
    return chr(code) if isinstance(code, int) and 0 <= code < 0xD800 else None


def method(value: Any, name: str, args: list[Any] | None) -> Any:
    """`value.name(args)` for the methods of strings."""
    if isinstance(value, str) and value.startswith("encoding "):
        return as_text(args[0]) if name == "getstring" and args and isinstance(args[0], bytes) else None
    if not isinstance(value, str) or args is None:
        return None
    work = _METHODS.get(name)
    try:
        return work(value, args) if work else None
    except (IndexError, TypeError, ValueError):
        return None


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": _plus,
    "*": _times,
    "..": _range,
    ",": _comma,
    "-join": _join,
    "-split": _split,
    "-replace": _replace,
    "-creplace": _replace,
    "-ireplace": _replace,
    "-f": _format,
}
_METHODS: dict[str, Callable[[str, list[Any]], Any]] = {
    "replace": lambda text, args: text.replace(str(args[0]), str(args[1]))[:_MAX] if args[0] else None,
    "substring": lambda text, args: text[args[0] : args[0] + args[1]] if len(args) > 1 else text[args[0] :],
    "tostring": lambda text, _: text,
    "trim": lambda text, _: text.strip(),
    "tolower": lambda text, _: text.lower(),
    "toupper": lambda text, _: text.upper(),
    "tochararray": lambda text, _: list(text),
    "split": lambda text, args: text.split(str(args[0])),
    "insert": lambda text, args: text[: args[0]] + str(args[1]) + text[args[0] :],
    "remove": lambda text, args: text[: args[0]] + (text[args[0] + args[1] :] if len(args) > 1 else ""),
}
