"""What a pipeline of harmless text tools prints, where the command itself holds the text.

Commands that are hidden in base64, in hexadecimal, backwards or in another alphabet are thereby read before they run.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable

from runwright.checks.guard.bash_values import MAX_TEXT
from runwright.checks.guard.bash_words import ansi
from runwright.checks.guard.words import UNKNOWN, Call

_MAX_STAGES = 12


def output_of(calls: tuple[Call, ...], stages: int = 0) -> str | None:
    """What these calls print one after another; None when it cannot be told."""
    printed = [_printed(call, stages) for call in calls if call.name or call.redirects]
    known = [text for text in printed if text is not None]
    return "".join(known)[:MAX_TEXT] if len(known) == len(printed) and printed else None


def input_of(call: Call, stages: int = 0) -> str | None:
    """The text on a call's standard input; None when it cannot be told."""
    if call.stdin is not None:
        return call.stdin
    return output_of(call.upstream, stages + 1) if call.upstream and stages < _MAX_STAGES else None


def _printed(call: Call, stages: int) -> str | None:
    if any(UNKNOWN in word.text for word in call.args) or any(
        r.writes and not r.target.text.isdigit() for r in call.redirects
    ):
        return None
    if call.name in _SOURCES:
        return _SOURCES[call.name](call.texts)
    change = _FILTERS.get(call.name)
    if change is None:
        return None
    text = input_of(call, stages)
    return change(call.texts, text) if text is not None else None


def _echo(args: tuple[str, ...]) -> str:
    flags = []
    while args and re.fullmatch(r"-[neE]+", args[0]):
        flags.append(args[0])
        args = args[1:]
    text = " ".join(args)
    text = ansi(re.sub(r"\\0([0-7]{1,3})", r"\\\1", text)) if any("e" in flag for flag in flags) else text
    return text if any("n" in flag for flag in flags) else text + "\n"


def _printf(args: tuple[str, ...]) -> str | None:
    if args[:1] == ("-v",) or not args:
        return None
    args = args[1:] if args[0] == "--" else args
    form, values = ansi(args[0]) if args else "", list(args[1:])
    holes = len(re.findall(r"%[sbcdqx]", form))
    if holes == 0:
        return form.replace("%%", "%")
    rounds = max(1, -(-len(values) // holes))
    values += [""] * (rounds * holes - len(values))
    text = form * rounds if rounds < 200 else form
    return re.sub(r"%([sbcdqx])", lambda found: _hole(found[1], values.pop(0) if values else ""), text)


def _hole(kind: str, value: str) -> str:
    if kind == "b":
        return ansi(value)
    return value[:1] if kind == "c" else value


def _which(args: tuple[str, ...]) -> str | None:
    names = [arg for arg in args if not arg.startswith("-")]
    return names[0] + "\n" if len(names) == 1 else None


def _base64(args: tuple[str, ...], text: str) -> str | None:
    if any(re.fullmatch(r"-[di]*[dD][di]*|--d.*|base64", arg) for arg in args):
        return as_text(decoded64(text))
    return None


def _base32(args: tuple[str, ...], text: str) -> str | None:
    if not any(re.match(r"-d|--d", arg) for arg in args):
        return None
    try:
        return as_text(base64.b32decode("".join(text.split())))
    except (binascii.Error, ValueError):
        return None


def _openssl(args: tuple[str, ...], text: str) -> str | None:
    wanted = {"base64", "-base64", "-a"} & set(args) and "-d" in args
    return as_text(decoded64(text)) if wanted else None


def _xxd(args: tuple[str, ...], text: str) -> str | None:
    flags = "".join(arg for arg in args if arg.startswith("-"))
    digits = re.sub(r"[^0-9a-fA-F]", "", text)
    return as_text(bytes.fromhex(digits[: len(digits) // 2 * 2])) if "r" in flags else None


def _reversed(_: tuple[str, ...], text: str) -> str:
    return "\n".join(line[::-1] for line in text.split("\n"))


def _same(args: tuple[str, ...], text: str) -> str | None:
    return text if all(arg.startswith("-") or arg == "/dev/null" for arg in args) else None


def _tr(args: tuple[str, ...], text: str) -> str | None:
    if len(args) != 2:
        return None
    if args[0] == "-d":
        gone = set(_set(args[1]))
        return "".join(char for char in text if char not in gone)
    if args[0].startswith("-"):
        return None
    old, new = _set(args[0]), _set(args[1])
    new = new + new[-1:] * (len(old) - len(new))
    return text.translate({ord(a): b for a, b in zip(old, new, strict=False)}) if new else None


_CLASSES = {"[:upper:]": "A-Z", "[:lower:]": "a-z", "[:digit:]": "0-9", "[:space:]": " \t\n"}


def _set(text: str) -> str:
    for name, letters in _CLASSES.items():
        text = text.replace(name, letters)
    return re.sub(r"(.)-(.)", lambda found: _range(found[1], found[2]), ansi(text), flags=re.S)[:256]


def _range(first: str, last: str) -> str:
    return "".join(chr(code) for code in range(ord(first), min(ord(last), ord(first) + 128) + 1))


def _sed(args: tuple[str, ...], text: str) -> str | None:
    """Only substitutions of plain text."""
    if len(args) != 1:
        return None
    found = re.fullmatch(r"s(.)([\w .:;@#%!~^-]*)\1([\w .:;@#%!~/-]*)\1(g?)", args[0])
    if found is None or "." in found[2] or "^" in found[2]:
        return None
    return "\n".join(line.replace(found[2], found[3], -1 if found[4] else 1) for line in text.split("\n"))


def decoded64(text: str) -> bytes | None:
    """The bytes of a base64 text; None when it is none."""
    letters = re.sub(r"[^A-Za-z0-9+/_-]", "", text).replace("-", "+").replace("_", "/")[:MAX_TEXT]
    try:
        return base64.b64decode(letters + "=" * (-len(letters) % 4)) if len(letters) % 4 != 1 else None
    except (binascii.Error, ValueError):
        return None


def as_text(data: bytes | None) -> str | None:
    """Bytes as text, in UTF-8 or in the UTF-16 that Windows uses; None when they are neither."""
    if not data:
        return None
    wide = data[1::2].count(0) * 3 > len(data[1::2]) * 2
    text = data.decode("utf-16-le" if wide else "utf-8", "replace")
    return text.replace("\x00", "") if text.count("\ufffd") * 10 < len(text) else None


_SOURCES: dict[str, Callable[[tuple[str, ...]], str | None]] = {
    "echo": _echo,
    "printf": _printf,
    "which": _which,
    "command": _which,
    "type": _which,
}
_FILTERS: dict[str, Callable[[tuple[str, ...], str], str | None]] = {
    "base64": _base64,
    "b64decode": lambda _, text: as_text(decoded64(text)),
    "base32": _base32,
    "openssl": _openssl,
    "xxd": _xxd,
    "rev": _reversed,
    "cat": _same,
    "tee": _same,
    "tac": _same,
    "sort": _same,
    "head": _same,
    "tail": _same,
    "fold": _same,
    "tr": _tr,
    "sed": _sed,
}
