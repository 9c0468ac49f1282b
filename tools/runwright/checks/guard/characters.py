"""Characters that look like others, and those that cannot be seen.

A command is ASCII. What is not is read as what it pretends to be, so that the alarms still see it, and a person looks.
The confusable letters are the Cyrillic, Greek and other ones that fonts draw like Latin (Unicode TR 39).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_LOOKS = {
    "a": "аɑα",
    "b": "Ьƅ",
    "c": "сϲⅽ",
    "d": "ԁⅾ",
    "e": "еҽ℮",
    "f": "ſϝ",
    "g": "ɡց",
    "h": "һհ",
    "i": "іıɩⅰι",
    "j": "јϳ",
    "k": "κк",
    "l": "ӏⅼǀ",
    "m": "мⅿ",
    "n": "ոп",
    "o": "оοօ",
    "p": "рρ",
    "q": "ԛզ",
    "r": "гᴦ",
    "s": "ѕꜱ",
    "t": "тτ",
    "u": "υսᴜ",
    "v": "νѵⅴ",
    "w": "ԝѡա",
    "x": "хχⅹ",
    "y": "уγү",
    "z": "ᴢ",
    "A": "АΑ",
    "B": "ВΒ",
    "C": "СϹ",
    "E": "ЕΕ",
    "H": "НΗ",
    "I": "ІΙӀ",
    "K": "КΚ",
    "M": "МΜ",
    "N": "Ν",
    "O": "ОΟ",
    "P": "РΡ",
    "S": "Ѕ",
    "T": "ТΤ",
    "X": "ХΧ",
    "Y": "ҮΥ",
    "Z": "Ζ",
    "-": "‐‑‒–—―−﹣",
    "'": "‘’‚‛′ʼ",
    '"': "“”„‟″",
    "/": "⁄∕⧸／",
    "\\": "∖⧵＼",
    ";": ";；",
    "|": "∣｜",
    " ": "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
}
_FOLD = {ord(look): plain for plain, looks in _LOOKS.items() for look in looks}
_INVISIBLE = {"Cf", "Cc", "Co", "Cn", "Cs", "Mn"}
_KEPT = "\t\n\r"


@dataclass(frozen=True, slots=True)
class Plain:
    """A command in ASCII where that is possible, and what was strange about it."""

    text: str
    doubts: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()


def plain(text: str) -> Plain:
    """Read look-alikes as what they look like and drop what cannot be seen."""
    if text.isascii() and text.isprintable():
        return Plain(text)
    folded = _folded(text)
    if folded == text:
        return Plain(text, () if text.isascii() else ("it holds letters that are not ASCII",))
    doubts = ["it holds characters that are not plain ASCII"]
    alarms = ["letters of other alphabets, or invisible ones, stand inside its words"] if _mixed(text) else []
    return Plain(folded, tuple(doubts), tuple(alarms))


def _folded(text: str) -> str:
    normal = text if text.isascii() else unicodedata.normalize("NFKC", text.translate(_FOLD)).translate(_FOLD)
    return "".join(char for char in normal.replace("\r\n", "\n").replace("\r", "\n") if _visible(char))


def _visible(char: str) -> bool:
    return char in _KEPT or unicodedata.category(char) not in _INVISIBLE


def _mixed(text: str) -> bool:
    """Whether a word mixes ASCII letters with letters that only look like them, or with invisible characters."""
    return any(not word.isascii() and _deceives(word) for word in text.split())


def _deceives(word: str) -> bool:
    latin = any(char.isascii() and char.isalpha() for char in word)
    fake = any(_stands_for_a_letter(char) or not _visible(char) for char in word if not char.isascii())
    return latin and fake


def _stands_for_a_letter(char: str) -> bool:
    if ord(char) in _FOLD:
        return _FOLD[ord(char)].isalpha()
    as_ascii = unicodedata.normalize("NFKC", char)
    return as_ascii != char and as_ascii.isascii() and as_ascii.isalpha()
