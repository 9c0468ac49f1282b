"""Other ways to read a text: as a person sees it, and without its escapes; each character knows where it came from.

`plain` takes away what no eye sees (control sequences of terminals, zero width, directions, accents) and makes one
letter of those that look alike to a reader (NFKC, dashes, quotes). `views` adds the text without the escapes of
addresses, JSON, HTML and programs. Nothing is ever written back: only the places count.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

NEUTRAL = "\ufffc"
"""Stands for what was erased."""
_LAYERS = 3
"""Escapes inside escapes that are taken away."""
_UNUSUAL = re.compile(r"(?:\x1b|\x9b)(?:\[?[0-9;:?<=>]{0,32}[ -/]{0,4}[A-Za-z@`~])?|[^ -~\t\n\r]")
_ESCAPE = re.compile(
    r"(?:\\u001b|\\x1b|\\033|\\e|#033|\^\[)\[[0-9;:]{0,16}[A-Za-z]|\[[0-9;]{1,11}m"
    r'|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\["/\\nrt]|%[0-9a-fA-F]{2}'
    r"|\\[0-3][0-7]{2}|\\\r?\n[ \t]{0,16}|[\"'][ \t]{0,4}\+[ \t]{0,4}\r?\n?[ \t]{0,16}[\"']"
    r"|[`^]\r?\n[ \t]{0,16}|=\r?\n|=3[Dd]|(?:=[Cc][2-9A-Fa-f]=[89ABab][0-9A-Fa-f])+"  # RFC 2045, 6.7
    r"|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});"
)
_ESCAPES = ("\\", "%", "&", "^", "#", "[", "+", "=3D", "=3d", "=C", "=c", "=\n", "=\r", "`\n", "`\r")
"""Of these at least one is in every escape."""
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_LATIN = 0x24F
"""The last Latin letter that is written in names of people (Unicode, Latin Extended-B)."""
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d"
_QUOTES = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u2039\u203a", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u300c\u300d\u300e\u300f\uff02", '"'),
}
_STROKES = {
    **dict(zip("\u0142\u0141\u00f8\u00d8\u0111\u0110\u0131\u0127\u0126", "lLoOdDihH", strict=True)),
    **dict(zip("\u00df\u00e6\u00c6\u0153\u0152\u00fe\u00f0", ("ss", "ae", "Ae", "oe", "Oe", "th", "d"), strict=True)),
}
"""Latin letters that no mark can be taken from: what names written without them have instead."""
_LINES = {"\u2028": "\n", "\u2029": "\n", "\x85": "\n", "\x0b": "\n", "\x0c": "\n"}
_SAME_SIGNS = {**dict.fromkeys(_DASHES, "-"), **_QUOTES, **_LINES, NEUTRAL: NEUTRAL, "\ufffd": ""}
_TWINS = dict(
    zip(
        "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u051d\u04bb\u04cf"
        "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0405\u0408"
        "\u03bf\u03b1\u03bd\u03c1\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
        "aeopcyxijsdwhlABEKMHOPCTXISJoavpABEZHIKMNOPTYX",
        strict=True,
    )
)
"""Letters of other alphabets that no eye tells from a Latin one (Unicode Technical Standard 39)."""
_SAME = {**_TWINS, **_STROKES, **_SAME_SIGNS}
_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me", "Cs"})


@dataclass(frozen=True, slots=True)
class View:
    """A text, and for each of its characters where it begins and ends in the text that it was made of."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of the view stands; whole characters, with all that belongs to them."""
        return self.starts[start], self.ends[end - 1]


def is_plain(text: str) -> bool:
    """Whether there is one way to read a text alone."""
    return text.isascii() and not _UNUSUAL.search(text) and not _ESCAPE.search(text)


def as_it_is(text: str) -> View:
    """The text itself."""
    return View(text, range(len(text)), range(1, len(text) + 1))


def views(text: str) -> Iterator[View]:
    """The text as it is seen, and then without one layer of escapes after the other."""
    view = plain(as_it_is(text))
    yield view
    for _ in range(_LAYERS):
        if not any(sign in view.text for sign in _ESCAPES):
            return
        bare = _rewritten(view, _ESCAPE, _meant)
        if bare is view:
            return
        view = plain(bare)
        yield view


def ascii_of(text: str) -> str:
    """The text with one letter or sign of ASCII for each other character: so places in bytes are places in it."""
    return text if text.isascii() else _FOREIGN.sub(_nearest, text)


def _nearest(match: re.Match[str]) -> str:
    char = match.group()
    if not char.isalpha() or ord(char) > _LATIN:
        return "\x1a"
    return "X" if char.isupper() else "x"


def plain(view: View) -> View:
    """The text as it is seen."""
    return view if _UNUSUAL.search(view.text) is None else _rewritten(view, _UNUSUAL, _seen)


def _rewritten(view: View, pattern: re.Pattern[str], rewrite: Callable[[str], str]) -> View:
    """Every match replaced by what is meant by it; the same view where nothing changes."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for match in pattern.finditer(view.text):
        first, last = match.span()
        new = rewrite(match.group())
        parts += (view.text[at:first], new)
        starts += (*view.starts[at:first], *[view.starts[first]] * len(new))
        ends += (*view.ends[at:first], *[view.ends[last - 1]] * len(new))
        at = last
    if not parts:
        return view
    return View("".join((*parts, view.text[at:])), [*starts, *view.starts[at:]], [*ends, *view.ends[at:]])


@lru_cache(maxsize=8192)
def _seen(unusual: str) -> str:
    """What a reader sees of one character that is not plain ASCII, or of a control sequence."""
    if len(unusual) > 1:
        return ""
    if unusual.isdigit():
        return str(unicodedata.digit(unusual))
    same = _SAME.get(unusual)
    if same is not None:
        return same
    letters = "".join(
        char for char in unicodedata.normalize("NFKD", unusual) if unicodedata.category(char) not in _UNSEEN
    )
    return unicodedata.normalize("NFKC", letters)


def _one(escape: str) -> str:
    """What %41 means."""
    return chr(int(escape[1:], 16))


def _meant(escape: str) -> str:
    """What is meant by one escape; a control sequence means nothing."""
    if "[" in escape or "\n" in escape or "+" in escape:
        return ""
    if escape[0] == "&":
        return html.unescape(escape)
    if escape[0] in "%=":
        return bytes.fromhex(escape.replace("=", "")).decode("utf-8", "replace") if escape[0] == "=" else _one(escape)
    if escape[1] in "ux" and len(escape) > 2:
        code = int(escape[2:], 16)
        return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)
    if escape[1] in "0123":
        return chr(int(escape[1:], 8))
    return _CONTROLS.get(escape[1], escape[1])
