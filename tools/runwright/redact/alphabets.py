"""Secrets and names in sentences of other alphabets: behind the word that announces them there.

The patterns of rules see one sign for each letter that is not Latin; here the words themselves are read, as `views`
leaves them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from runwright.redact.views import NEUTRAL, as_it_is, plain

_SECRETS = (
    "\u5bc6\u7801", "\u5bc6\u78bc", "\u53e3\u4ee4", "\u30d1\u30b9\u30ef\u30fc\u30c9", "\u6697\u8a3c\u756a\u53f7",
    "\ube44\ubc00\ubc88\ud638", "\uc554\ud638", "\u043f\u0430\u0440\u043e\u043b",
    "\u043a\u043e\u0434 \u0434\u043e\u0441\u0442\u0443\u043f\u0430", "\u03ba\u03c9\u03b4\u03b9\u03ba",
    "\u0643\u0644\u0645\u0629 \u0627\u0644\u0645\u0631\u0648\u0631",
    "\u0643\u0644\u0645\u0629 \u0627\u0644\u0633\u0631", "\u0631\u0645\u0632 \u0639\u0628\u0648\u0631",
    "\u05e1\u05d9\u05e1\u05de", "\u092a\u093e\u0938\u0935\u0930\u094d\u0921",
    "\u0e23\u0e2b\u0e31\u0e2a\u0e1c\u0e48\u0e32\u0e19",
)  # fmt: skip
"""What a password is called (Chinese, Japanese, Korean, Russian, Greek, Arabic, Persian, Hebrew, Hindi, Thai)."""
_PEOPLE = (
    "\u59d3\u540d", "\u60a3\u8005", "\u6c0f\u540d", "\u75c5\u4eba", "\uc774\ub984", "\ud658\uc790", "\uc131\uba85",
    "\u0444\u0438\u043e", "\u043f\u0430\u0446\u0438\u0435\u043d\u0442",
    "\u043f\u0430\u0446\u0456\u0454\u043d\u0442", "\u0431\u043e\u043b\u044c\u043d", "\u0438\u043c\u044f",
    "\u0444\u0430\u043c\u0438\u043b\u0438\u044f", "\u0433-\u043d", "\u0433-\u0436\u0430",
    "\u03b1\u03c3\u03b8\u03b5\u03bd", "\u03ba\u03c5\u03c1\u03b9", "\u03bf\u03bd\u03bf\u03bc",
    "\u0627\u0644\u0645\u0631\u064a\u0636", "\u0627\u0644\u0627\u0633\u0645", "\u0627\u0633\u0645",
    "\u0627\u0644\u0633\u064a\u062f", "\u0628\u06cc\u0645\u0627\u0631", "\u05de\u05d8\u05d5\u05e4\u05dc",
    "\u05d7\u05d5\u05dc\u05d4", "\u05e9\u05dd", "\u05de\u05e8", "\u092e\u0930\u0940\u091c",
    "\u0e1c\u0e39\u0e49\u0e1b\u0e48\u0e27\u0e22",
)  # fmt: skip
"""Before a person's name, in the same languages."""
_PATRONYMICS = "|".join(
    plain(as_it_is(end)).text
    for end in (
        "\u043e\u0432\u0438\u0447",
        "\u0435\u0432\u0438\u0447",
        "\u043e\u0432\u043d\u0430",
        "\u0435\u0432\u043d\u0430",
        "\u0456\u0432\u043d\u0430",
    )
)
"""How a name made of a father's ends in East Slavic languages."""
_NEXT = r"[^\W\d_]{0,6}[\s:=,.\u3000-\u3020\uff1a-]{0,3}[\u306f\u662f\u4e3a\u70ba\uc740\ub294]?[\s:\"']{0,2}"
"""Between the word and the value: the rest of the word, a sign, a small word."""


def _behind(words: Iterable[str], value: str) -> re.Pattern[str]:
    seen = "|".join(re.escape(plain(as_it_is(word)).text) for word in words)
    return re.compile(f"(?i:{seen}){_NEXT}({value})")


_SECRET = _behind(_SECRETS, r"[^\s\"'(),.:;<>\[\]\u3000-\u3020]{4,64}")
_PERSON = _behind(_PEOPLE, r"[^\W\d_]{2,24}(?: [^\W\d_]{2,24}){0,2}")
_FATHERED = re.compile(
    rf"\b(?:[^\W\d_]{{2,24}} ){{1,2}}[^\W\d_]{{2,20}}(?:{_PATRONYMICS})\b"
    rf"|\b[^\W\d_]{{2,20}}(?:{_PATRONYMICS}) [^\W\d_]{{2,24}}"
)
_CARET = re.compile("|".join(rf"{one}{{1,24}}\^{one}{{1,24}}" for one in ("[\u2e80-\ud7ff]", "[\u0370-\u1fff]")))
"""A name as HL7 and DICOM write it."""
_SIGNS = "!#$&*+?@^_~"
_LETTER = re.compile("[\u0370-\u1fff\u2e80-\ud7ff\uf900-\ufaff]")
"""One of another alphabet."""
_EAST = "\u2e80"
"""The first sign of the scripts that set no blank between words."""
_EAST_NAME = 3


def foreign(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of what a word of another alphabet announces."""
    if text.isascii() or _LETTER.search(text) is None:
        return
    yield from _secrets(text)
    for match in _PERSON.finditer(text):
        size = _name(match.group(1))
        if size:
            yield match.start(1), match.start(1) + size, "name"
    for match in _CARET.finditer(text):
        yield *match.span(), "name"
    yield from _fathered(text)


def _secrets(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _SECRET.finditer(text):
        value = match.group(1)
        if any(char.isalpha() for char in value) and any(char.isdigit() or char in _SIGNS for char in value):
            yield *match.span(1), "password"


def _fathered(text: str) -> Iterator[tuple[int, int, str]]:
    """Names of which one word is made of a father's name; a word without a capital before them is none."""
    for match in _FATHERED.finditer(text):
        words = match.group().split(" ")
        first = next((place for place, word in enumerate(words) if _capital(word)), 0)
        if all(map(_capital, words[first:])):
            yield match.start() + sum(len(word) + 1 for word in words[:first]), match.end(), "name"


def _name(words: str) -> int:
    """How long the name is that words begin with; a name has capitals where the alphabet has them."""
    if words.isascii() or NEUTRAL in words:
        return 0
    parts = words.split(" ")
    if words[0] >= _EAST:
        return min(_EAST_NAME, len(parts[0]))
    if words[0].lower() == words[0].upper():
        return len(" ".join(parts[:2]))
    named = next((place for place, word in enumerate(parts) if not _capital(word)), len(parts))
    return len(" ".join(parts[:named]))


def _capital(word: str) -> bool:
    return word[:1] != word[:1].lower()
