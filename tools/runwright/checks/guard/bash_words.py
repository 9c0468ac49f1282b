"""Words of bash and sh: quotes, escapes, expansions and braces, taken apart the way the shell does it.

What a substitution prints is asked of the reader (`Reading`); calls are left to `bash`.
Source: the bash manual, "Quoting" and "Shell Expansions".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from runwright.checks.guard.bash_tree import Node, source
from runwright.checks.guard.bash_values import Scope, calculate, expand
from runwright.checks.guard.words import UNKNOWN, Word

_GLOB = re.compile(r"(?<!\\)[*?\[]")
_ESCAPE = re.compile(r"\\(.)", re.S)
_ANSI = re.compile(r"\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|c.|.)", re.S)
_ANSI_SIGNS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}
_BRACES = re.compile(r"\{([^{}]*,[^{}]*)\}")
_RANGE = re.compile(r"\{(\d{1,4}|[A-Za-z])\.\.(\d{1,4}|[A-Za-z])\}")
_ARRAY = re.compile(r"\"?\$\{(\w+)\[[@*]\]\}\"?")
MAX_WORDS = 64


class Reading(Protocol):
    """What the words of a script need of its reader."""

    scope: Scope

    def substituted(self, node: Node) -> str:
        """Read the commands of a substitution and give what they print, as far as it is known."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a word that was written in one way."""

    text: str
    quoted: bool = False
    splits: bool = False
    hidden: bool = False
    variable: str = ""


def words(node: Node, reading: Reading) -> tuple[Word, ...]:
    """The words that one node of the tree becomes: mostly one."""
    if reading.scope.positional and source(node).strip('"{}') in {"$@", "${@", "$*"}:
        return tuple(Word(text) for text in reading.scope.positional)
    array = _ARRAY.fullmatch(source(node))
    if array and array[1] in reading.scope.arrays:
        return tuple(Word(text) for text in reading.scope.arrays[array[1]])
    pieces = tuple(_pieces(node, reading))
    if any(piece.splits and not piece.quoted for piece in pieces):
        return tuple(_split(pieces, reading.scope))
    if not any(piece.quoted for piece in pieces) and "{" in source(node):
        return tuple(_word((Piece(text, hidden=_hides(pieces)),)) for text in braces("".join(p.text for p in pieces)))
    return (_word(pieces),)


def word(node: Node, reading: Reading) -> Word:
    """The one word that a node becomes, with several joined by spaces."""
    found = words(node, reading)
    return found[0] if len(found) == 1 else Word(" ".join(each.text for each in found))


def _hides(pieces: tuple[Piece, ...]) -> bool:
    return any(piece.hidden for piece in pieces)


def _word(pieces: tuple[Piece, ...]) -> Word:
    text = "".join(piece.text for piece in pieces)
    whole = pieces[0].variable if len(pieces) == 1 or all(p.variable or not p.text for p in pieces) else ""
    variable = next((piece.variable for piece in pieces if piece.variable), whole) if whole else ""
    glob = any(not piece.quoted and _GLOB.search(piece.text) for piece in pieces)
    quoted = any(piece.quoted for piece in pieces)
    return Word(text, variable, glob, _hides(pieces) or _broken(pieces), quoted)


def _broken(pieces: tuple[Piece, ...]) -> bool:
    """Whether quotes or expansions stand inside a run of letters, where they only hide it."""
    if len(pieces) < 2:
        return False
    if any(not piece.text for piece in pieces):
        return True
    return any(a.text[-1:].isalnum() and b.text[:1].isalnum() for a, b in pairwise(pieces))


def _split(pieces: tuple[Piece, ...], scope: Scope) -> Iterator[Word]:
    """Split unquoted expansions at the separators, as the shell does."""
    separators = scope.values.get("IFS") or " \t\n"
    current: list[Piece] = []
    for piece in pieces:
        if not piece.splits or piece.quoted:
            current.append(piece)
            continue
        parts = re.split(f"[{re.escape(separators)}]+", piece.text)
        for index, part in enumerate(parts):
            if index and current:
                yield from _flush(current)
                current = []
            if part or piece.variable:
                current.append(Piece(part, splits=True, variable=piece.variable))
    yield from _flush(current)


def _flush(pieces: list[Piece]) -> Iterator[Word]:
    if pieces and (any(piece.text for piece in pieces) or any(piece.quoted for piece in pieces)):
        yield _word(tuple(pieces))


def braces(text: str) -> list[str]:
    """Expand `{a,b}` and `{1..3}`; at most a fixed number of words."""
    done: list[str] = []
    waiting = [text]
    while waiting and len(done) + len(waiting) <= MAX_WORDS:
        now = waiting.pop(0)
        found = _BRACES.search(now) or _RANGE.search(now)
        if found is None:
            done.append(now)
            continue
        waiting[:0] = [now[: found.start()] + part + now[found.end() :] for part in _choices(found)]
    return done + waiting


def _choices(found: re.Match[str]) -> list[str]:
    if found.re is _BRACES:
        return found[1].split(",")
    first, last = found[1], found[2]
    if first.isdigit() and last.isdigit():
        low, high = int(first), int(last)
        return [str(number) for number in range(low, min(high, low + MAX_WORDS) + 1)] or [first]
    return [chr(code) for code in range(ord(first[0]), ord(last[0]) + 1)] or [first]


# One function for each kind of node.


def _pieces(node: Node, reading: Reading) -> Iterator[Piece]:
    kind = node.type
    if kind in {"command_name", "concatenation", "array"}:
        for child in node.children:
            yield from _pieces(child, reading)
    elif kind in {"string", "translated_string"}:
        yield from _string(node, reading)
    elif kind in {"command_substitution", "process_substitution"}:
        yield Piece(reading.substituted(node), splits=kind == "command_substitution")
    elif kind in {"simple_expansion", "expansion"}:
        yield _expansion(node, reading)
    elif kind == "arithmetic_expansion":
        calculate(reading.scope, source(node))
        yield Piece(UNKNOWN)
    else:
        yield _literal(node)


def _literal(node: Node) -> Piece:
    text, kind = source(node), node.type
    if kind == "raw_string":
        return Piece(text[1:-1], quoted=True)
    if kind == "ansi_c_string":
        return Piece(ansi(text[2:-1]), quoted=True, hidden=re.search(r"\\[xuU0-7]", text) is not None)
    return _bare(text)


def _bare(text: str) -> Piece:
    """An unquoted word: a back-slash before a letter, past the first, only hides the word."""
    plain = text.replace("\\\n", "")
    hidden = re.search(r"(?<=.)\\[A-Za-z0-9]", plain) is not None
    return Piece(_ESCAPE.sub(r"\1", plain), hidden=hidden)


def _string(node: Node, reading: Reading) -> Iterator[Piece]:
    found = False
    for child in node.children:
        if child.type == "string":  # inside $"..."
            yield from _string(child, reading)
            found = True
        elif child.type == "string_content":
            text = re.sub(r"\\([$`\"\\\n])", lambda m: "" if m[1] == "\n" else m[1], source(child))
            yield Piece(text, quoted=True)
            found = True
        elif child.is_named:
            for piece in _pieces(child, reading):
                yield Piece(piece.text, True, False, piece.hidden, piece.variable)
                found = True
    if not found:
        yield Piece("", quoted=True)


def _expansion(node: Node, reading: Reading) -> Piece:
    text, scope = source(node), reading.scope
    for child in _below(node):
        if child.type in {"command_substitution", "process_substitution"}:
            reading.substituted(child)
    if node.type == "expansion":
        name, value = text[2:-1], expand(text, scope)
        value = value if len(value) else ""
    else:
        name, known = text[1:], scope.get(text[1:])
        value = UNKNOWN if known is None else known
    outside = value == UNKNOWN and scope.declared_outside(name)
    return Piece(value, splits=True, variable=name if outside else "")


def _below(node: Node) -> Iterator[Node]:
    waiting = list(node.children)
    while waiting:
        child = waiting.pop()
        yield child
        waiting.extend(child.children)


def ansi(text: str) -> str:
    """Decode the escapes of `$'...'`, `echo -e` and `printf`."""
    return _ANSI.sub(lambda found: _sign(found[1]), text)


def _sign(escape: str) -> str:
    if escape[0] in "xuU" and len(escape) > 1:
        code = int(escape[1:], 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else UNKNOWN
    if escape[0] in "01234567":
        return chr(int(escape, 8) & 0xFF)
    return _ANSI_SIGNS.get(escape[0], escape[-1])
