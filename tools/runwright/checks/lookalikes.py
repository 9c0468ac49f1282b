"""Check `lookalikes`: a name is what it looks like: no letters of another script among Latin ones, no O for 0.

The letters are those of https://www.unicode.org/Public/security/latest/confusables.txt that look like one ASCII letter
in common fonts. Ids are ASCII by their patterns; characters that cannot be seen are left to `hidden_text`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from runwright.checks.texts import ESCAPE, PROSE, field_of, texts
from runwright.checks.tree import Tree
from runwright.corpus.corpus import Entry
from runwright.model.finding import Finding
from runwright.model.runbook import Runbook
from runwright.model.walk import Pointer, nested

_CYRILLIC = dict(zip("аеорсухіјѕһԁԛԝӏьАВЕКМНОРСТУХІЈЅԌԚԜ", "aeopcyxijshdqwlbABEKMHOPCTYXIJSGQW", strict=True))
_GREEK = dict(zip("οανρυιϲϳΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oavpuicjABEZHIKMNOPTYX", strict=True))
_OTHERS = dict(zip("օսոհցզոᎠᎡᎢᎪᎬᎳᎻᏃᏚᏞᏢɑɡıℓ", "ounhgqnDRTAEWHZSLPagil", strict=True))
ALIKE = {**_OTHERS, **_CYRILLIC, **_GREEK}
"""Letters that pass for an ASCII letter, and the letter."""
_WORD = re.compile(r"[^\W\d_]+")
_UPPER, _LOWER = str.maketrans("01", "OI"), str.maketrans("01", "ol")


def check(entry: Entry[Any]) -> Iterator[Finding]:
    """Find words that mix in letters of another script, and names in one file that only look different."""
    content = entry.document.content
    if not content.isascii() or ESCAPE.search(content) is not None:
        for pointer, text in texts(entry.document.data):
            if not text.isascii():
                yield from _words(entry, pointer, text)
    if isinstance(entry.value, Runbook):
        steps = (((*placed.pointer, "id"), placed.step.id) for placed in nested(entry.value))
        yield from _alike(entry, steps)
        yield from _alike(entry, ((("params", name), name) for name in entry.value.params))


def check_tree(tree: Tree) -> Iterator[Finding]:
    """Find ids that differ in O for 0 or I for 1 alone."""
    first: dict[str, str] = {}
    for summary in (*tree.of("runbook"), *tree.of("rule")):
        other = first.setdefault(summary.id.translate(_UPPER), summary.id)
        if other != summary.id:
            yield tree.finding(summary.path, "lookalikes", **_confusing(summary.id, other), at=("id",))


def plain(char: str) -> str | None:
    """The ASCII letter that a letter passes for, or None."""
    if char in ALIKE:
        return ALIKE[char]
    folded = unicodedata.normalize("NFKC", char) if not char.isascii() and char not in "ªº" else ""
    return folded if len(folded) == 1 and folded.isascii() and folded.isalpha() else None


def _words(entry: Entry[Any], pointer: Pointer, text: str) -> Iterator[Finding]:
    prose = field_of(pointer) in PROSE
    for word in _WORD.findall(text):
        foreign = [char for char in word if plain(char) is not None]
        mixed = bool(foreign) and _mixed(word, foreign)
        # A whole word of another script is a word of that language, unless each of its letters passes for ASCII.
        if mixed or (not prose and len(foreign) == len(word)):
            yield _told(entry, pointer, word, foreign[0], "error" if mixed and not prose else "warning")


def _told(entry: Entry[Any], pointer: Pointer, word: str, char: str, severity: str) -> Finding:
    name = unicodedata.name(char, "a character without a name")
    message = f"{word!r:.80} holds U+{ord(char):04X} ({name}), which looks like {plain(char)!r}"
    looks = "".join(plain(one) or one for one in word)
    advice = f"write {looks!r:.80} if that is meant"
    return entry.finding("lookalikes", message, pointer, severity=severity, suggestion=advice)


def _mixed(word: str, foreign: list[str]) -> bool:
    """Whether letters that pass for ASCII stand among ASCII letters, or are ASCII letters in another dress."""
    return any(char not in ALIKE for char in foreign) or any(char.isascii() for char in word)


def _alike(entry: Entry[Any], names: Iterable[tuple[Pointer, str]]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for pointer, name in names:
        other = first.setdefault(name.translate(_LOWER), name)
        if other != name:
            yield entry.finding("lookalikes", **_confusing(name, other), at=pointer)


def _confusing(name: str, other: str) -> dict[str, Any]:
    message = f"{name!r} is easily taken for {other!r}"
    return {"message": message, "severity": "warning", "suggestion": "choose names that differ in more than O, 0, l, 1"}
