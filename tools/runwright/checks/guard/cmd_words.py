"""Words of cmd.exe: quotes and carets taken away, and `%name:~0,1%` worked out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from runwright.checks.guard.words import UNKNOWN, Word

USUAL = {
    "comspec": r"C:\Windows\System32\cmd.exe",
    "systemroot": r"C:\Windows",
    "windir": r"C:\Windows",
    "systemdrive": "C:",
    "homedrive": "C:",
    "programdata": r"C:\ProgramData",
    "allusersprofile": r"C:\ProgramData",
    "programfiles": r"C:\Program Files",
    "programfiles(x86)": r"C:\Program Files (x86)",
    "userprofile": r"C:\Users\user",
    "appdata": r"C:\Users\user\AppData\Roaming",
    "localappdata": r"C:\Users\user\AppData\Local",
    "public": r"C:\Users\Public",
    "temp": r"C:\Windows\Temp",
    "tmp": r"C:\Windows\Temp",
    "computername": "localhost",
    "os": "Windows_NT",
    "pathext": ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC",
    "path": r"C:\Windows\system32;C:\Windows;C:\Windows\System32\Wbem",
    "cd": ".",
}
"""What these hold on most hosts; words are often cut out of them."""
_PART = re.compile(
    r"(?P<space>[ \t]+)|(?P<sign>(?:(?<![^ \t])[0-9])?(?:>>?|<)(?:&[0-9])?)|\^(?P<escaped>.)|"
    r"\"(?P<quoted>[^\"]*)\"?|(?P<bare>[^ \t\"^<>]+)|(?P<other>.)",
    re.S,
)
_NAME = re.compile(r"(?:echo(?=[.:(/\\+,;=\[])|cd(?=[.\\])|[A-Za-z]+(?=/)|[^\s,;=]+)", re.I)


@dataclass(frozen=True, slots=True)
class Raw:
    """A word as it was written and as it is read."""

    text: str
    quoted: bool = False
    hidden: bool = False
    sign: bool = False


def pieces(text: str) -> Iterator[Raw]:
    """Words and signs of redirection, with quotes and carets taken away."""
    word: list[Raw] = []
    for found in _PART.finditer(text):
        kind = found.lastgroup or ""
        if kind in {"space", "sign"}:
            yield from _joined(word)
            word = []
            if kind == "sign":
                yield Raw(found["sign"], sign=True)
        else:
            hidden = kind == "escaped" and found["escaped"].isalnum()
            word.append(Raw(found[kind], kind == "quoted", hidden))
    yield from _joined(word)


def _joined(parts: list[Raw]) -> Iterator[Raw]:
    """One word of the parts that touch each other; quotes between letters hide it."""
    if parts:
        broken = any(a.quoted != b.quoted and _meet(a.text, b.text) for a, b in pairwise(parts))
        text = "".join(part.text for part in parts)
        yield Raw(text, any(part.quoted for part in parts), broken or any(part.hidden for part in parts))


def _meet(left: str, right: str) -> bool:
    return (left.isalnum() or not left) and (right[:1].isalnum() or not right)


def as_word(raw: Raw) -> Word:
    """A word, with the variables that the script never sets."""
    found = re.fullmatch("\x02([^\x03]*)\x03", raw.text)
    text = re.sub("\x02[^\x03]*\x03", UNKNOWN, raw.text)
    return Word(text, found[1] if found else "", "*" in text and not raw.quoted, raw.hidden, raw.quoted)


def divided(word: Word) -> tuple[Word, tuple[Word, ...]]:
    """The name of the program, and what touches it without a space, as in `cmd/c` and `echo.text`."""
    found = _NAME.match(word.text)
    if word.quoted or found is None or found.end() == len(word.text):
        return word, ()
    rest = word.text[found.end() :]
    if found[0].casefold() == "echo":
        return replace(word, text="echo"), (Word(rest[1:]),)
    return replace(word, text=found[0]), tuple(Word(part) for part in re.split("[,;=]+", rest) if part)


def changed(value: str, change: str) -> str:
    """`%name:~start,length%` and `%name:old=new%`."""
    if not change.startswith("~"):
        old, sign, new = change.partition("=")
        return re.sub(re.escape(old), lambda _: new, value, flags=re.I) if sign and old else value
    start, _, length = change[1:].partition(",")
    first = int(start[:6] or 0)
    first = first if first >= 0 else max(len(value) + first, 0)
    if not length:
        return value[first:]
    count = int(length[:6])
    return value[first : first + count] if count >= 0 else value[first:count]
