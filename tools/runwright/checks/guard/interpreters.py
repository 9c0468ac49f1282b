"""Programs that are given a script: which shell's language it is, and its text.

The text is read like a script of its own. A text that cannot be known is a doubt; what feeds it is left to `flows`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass

from runwright.checks.guard.decode import as_text, input_of
from runwright.checks.guard.programs import POWERSHELLS, SHELLS
from runwright.checks.guard.words import UNKNOWN, Call, Shell, Word, listed


@dataclass(frozen=True, slots=True)
class Opened:
    """What stands inside a call."""

    calls: tuple[Call, ...] = ()
    scripts: tuple[tuple[Shell, str], ...] = ()
    doubts: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    passes: bool = True
    """The call itself needs no known-safe form: only what is inside counts."""


_NOT_KNOWN = "it runs a script whose text is not in the command"
_FED = "it feeds a script to a shell; write its commands as they are"


def interpreted(call: Call) -> Opened | None:
    """The script inside a call of an interpreter; none when it is no such call."""
    if call.texts == ("--version",) and call.args[0].known:
        return None
    if call.name in SHELLS:
        return _unix(call)
    if call.name in POWERSHELLS:
        return _powershell(call)
    handler = _OTHERS.get(call.name)
    return handler(call) if handler else None


def script(shell: Shell, word: Word | None) -> Opened:
    """A script given as one word."""
    if word is None or not word.known:
        partly = ((shell, word.plain),) if word is not None and word.plain.strip() else ()
        return Opened(scripts=partly, doubts=(_NOT_KNOWN,))
    return Opened(scripts=((shell, word.text),))


def _unix(call: Call) -> Opened:
    args = list(call.args)
    while args and re.match(r"[-+]", args[0].text):
        flag = args.pop(0).text
        if re.fullmatch(r"-[a-zA-Z]*c", flag):
            return script("bash", args[0] if args else None)
        if flag in {"-o", "+o", "-O", "--rcfile", "--init-file"} and args:
            args.pop(0)
    if args:
        return Opened(doubts=(_NOT_KNOWN,))
    text = input_of(call)
    return Opened(scripts=(("bash", text),) if text else (), doubts=(_FED if text else _NOT_KNOWN,))


_FLAG_NAMES = (
    "command commandwithargs encodedcommand encodedarguments executionpolicy file windowstyle noprofile noninteractive "
    "nologo noexit version inputformat outputformat configurationname custompipename login mta sta psconsolefile "
    "settingsfile workingdirectory interactive help ec ep ex wd"
)
_PS_FLAGS = tuple(_FLAG_NAMES.split())
_PS_VALUES = listed(
    "executionpolicy windowstyle version inputformat outputformat configurationname custompipename psconsolefile "
    "settingsfile workingdirectory encodedarguments"
)
_PS_SHORT = {"e": "encodedcommand", "ec": "encodedcommand", "ep": "executionpolicy", "ex": "executionpolicy"}
_PS_SHORT |= {"c": "command", "f": "file", "w": "windowstyle", "v": "version", "i": "inputformat", "n": "noprofile"}
_PS_SHORT |= {
    "wd": "workingdirectory",
    "nop": "noprofile",
    "noni": "noninteractive",
    "nol": "nologo",
    "enc": "encodedcommand",
}
_PS_HARMLESS = listed("noprofile noninteractive nologo mta sta outputformat inputformat workingdirectory")


def _powershell(call: Call) -> Opened:
    """Follow PowerShell's own reading of its parameters: any beginning of a name counts."""
    args = list(call.args)
    doubts: list[str] = []
    alarms: list[str] = []
    while args:
        word = args.pop(0)
        flag = parameter(word.text)
        if flag is None:
            return _with(script("powershell", _rest(word, args)), doubts, alarms)
        if flag == "encodedcommand":
            return _with(_encoded(args), doubts, [*alarms, "it runs an encoded script"])
        if flag in {"command", "commandwithargs"}:
            return _with(_given(call, args), doubts, alarms)
        value = args.pop(0).text.casefold() if flag in _PS_VALUES and args else ""
        alarms += _bad_setting(flag, value)
        if flag not in _PS_HARMLESS:
            doubts.append(f"PowerShell's option -{flag} is not known to be safe")
        if flag == "file":
            return Opened(doubts=(*doubts, _NOT_KNOWN), alarms=tuple(alarms))
    return _with(_given(call, []), doubts, alarms)


def parameter(text: str) -> str | None:
    """The full name of a parameter of powershell.exe; none when the word is no parameter."""
    name = text[1:].casefold().rstrip(":") if text[:1] in {"-", "/"} else ""
    if not re.fullmatch("[a-z]+", name):
        return None
    if name in _PS_SHORT:
        return _PS_SHORT[name]
    return next((flag for flag in _PS_FLAGS if flag.startswith(name)), name)


def _bad_setting(flag: str, value: str) -> list[str]:
    if flag == "windowstyle" and value and "hidden".startswith(value):
        return ["it hides its window"]
    if flag == "version" and value[:1] in {"1", "2"}:
        return ["it asks for an old PowerShell that keeps no record"]
    return []


def _given(call: Call, args: list[Word]) -> Opened:
    if args and args[0].text != "-":
        return script("powershell", _rest(args[0], args[1:]))
    text = input_of(call)
    return Opened(scripts=(("powershell", text),) if text else (), doubts=(_FED if text else _NOT_KNOWN,))


def _encoded(args: list[Word]) -> Opened:
    try:
        data = base64.b64decode(args[0].plain + "==" if args else "")
    except (binascii.Error, ValueError):
        data = b""
    text = as_text(data)
    return Opened(scripts=(("powershell", text),) if text else (), doubts=(_NOT_KNOWN,))


def _rest(first: Word, others: list[Word]) -> Word:
    if first.text == "{}":  # a script block: the reader has read it already
        return Word("")
    return Word(" ".join(word.text for word in (first, *others)))


def _with(opened: Opened, doubts: list[str], alarms: list[str]) -> Opened:
    return Opened(opened.calls, opened.scripts, (*doubts, *opened.doubts), (*alarms, *opened.alarms))


def _cmd(call: Call) -> Opened:
    text = " ".join(word.text for word in call.args)
    found = re.search(r"(?:^|\s|/[a-z:]+)/[ckr]\s*(.*)", text, re.I | re.S)
    if found is None:
        given = input_of(call)
        return Opened(scripts=(("cmd", given),) if given else (), doubts=(_FED if given else _NOT_KNOWN,))
    inside = found[1]
    doubts = (_NOT_KNOWN,) if UNKNOWN in inside else ()
    return Opened(scripts=(("cmd", inside.replace(UNKNOWN, "")),), doubts=doubts)


def _eval(call: Call) -> Opened:
    text = Word(" ".join(word.text for word in call.args))
    return script("bash", text)


def _expression(call: Call) -> Opened:
    words = [word for word in call.args if not word.text.startswith("-")]
    text = words[0] if words else Word(call.stdin or UNKNOWN)
    found = script("powershell", text)
    return _with(found, [], ["it runs text as a command (Invoke-Expression)"])


def _trap(call: Call) -> Opened | None:
    first = next((word for word in call.args if not word.text.startswith("-")), None)
    return script("bash", first) if first is not None and len(call.args) > 1 else None


def _alias(call: Call) -> Opened | None:
    """An alias is what it stands for, whoever types it later."""
    values = tuple(text.partition("=")[2] for text in call.texts if "=" in text)
    return Opened(scripts=tuple(("bash", value) for value in values), passes=False) if values else None


def _su(call: Call) -> Opened:
    for index, word in enumerate(call.args[:-1]):
        if word.text in {"-c", "--command"}:
            return script("bash", call.args[index + 1])
    return Opened(doubts=("it becomes another user",))


def _wsl(call: Call) -> Opened:
    words = [
        word.text for word in call.args if not word.text.startswith("--") and word.text not in {"-e", "-u", "root"}
    ]
    return Opened(scripts=(("bash", " ".join(words).replace(UNKNOWN, "")),), doubts=("it crosses into another system",))


_OTHERS: dict[str, Callable[[Call], Opened | None]] = {
    "alias": _alias,
    "cmd": _cmd,
    "eval": _eval,
    "invoke-expression": _expression,
    "trap": _trap,
    "su": _su,
    "wsl": _wsl,
}
