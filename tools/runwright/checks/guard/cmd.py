"""Reads the language of cmd.exe: from the text to the calls that it makes.

Carets, quotes and `%variables%` are taken apart the way cmd does it; variables that the script sets are followed.
What is not understood becomes a doubt. Source: the Windows commands reference and `cmd /?`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from runwright.checks.guard.cmd_words import USUAL, as_word, changed, divided, pieces
from runwright.checks.guard.words import MAX_DEPTH, UNKNOWN, Call, Notes, Redirect, Script, Word
from runwright.checks.guard.worlds import OUTSIDE, Ledger, Value, in_all_worlds

_PERCENT = re.compile(r"%(?P<name>[A-Za-z_][\w()]*)(?::(?P<change>~-?\d*(?:,-?\d+)?|[^%=\n]+=[^%\n]*))?%")
_DELAYED = re.compile(r"!(?P<name>[A-Za-z_]\w*)(?::(?P<change>~-?\d*(?:,-?\d+)?))?!")
_LOOP_VARIABLE = re.compile(r"%%?(?:~[a-z]*)?([A-Za-z])\b|%[*0-9]")
_FOR = re.compile(
    r"for\s+(?P<kind>/[a-z])?\s*(?P<options>\"[^\"]*\")?\s*(?P<folder>[^\s%\"(]+)?\s*%%?(?P<name>\w)\s+in\s*\(", re.I
)
_IF = re.compile(
    r"if\s+(?:/i\s+)?(?:not\s+)?(?:exist\s+(?:\"[^\"]*\"|\S+)|defined\s+\S+|errorlevel\s+\d+|"
    r"(?:\"[^\"]*\"|[^\s=]+)\s*==\s*(?:\"[^\"]*\"|\S+)|"
    r"(?:\"[^\"]*\"|\S+)\s+(?:equ|neq|lss|leq|gtr|geq)\s+(?:\"[^\"]*\"|\S+))\s*",
    re.I,
)
_OPERATORS = "&|\n"
_JUMPS = re.compile(r"(?im)\b(?:goto|endlocal)\b|\bcall\s+:|^\s*:[A-Za-z]")
_JOINED = re.compile(r"[&|()]")
_CALCULATED = re.compile(r"([A-Za-z_]\w*)\s*(?:<<|>>|[-+*/%&|^])?=")
MAX_LOOP = 8


def read(text: str) -> Script:
    """The calls of a cmd script."""
    plain = re.sub(r"\^\n", "", text)
    found = in_all_worlds(lambda ledger, pins, notes: Reader(plain, notes, ledger=ledger, pins=pins).read())
    if r"\"" not in text:
        return found
    doubt = "it escapes quotes with a back-slash, which cmd and programs read differently"
    return replace(found, doubts=(doubt, *found.doubts))


class Reader:
    """Walks the text once; each method gives the calls whose output comes out at the end."""

    def __init__(self, text: str, notes: Notes, depth: int = 0, *, ledger: Ledger, pins: Mapping[str, Value]) -> None:
        self.text, self.notes, self.at, self.depth = text, notes, 0, depth
        self.ledger, self.pins = ledger, pins
        self.values = {name: _text(value) for name, value in pins.items() if value is not OUTSIDE}
        self.letters: dict[str, str] = {}
        self.seen: set[str] = set()
        self.jumps = _JUMPS.search(text) is not None

    def read(self) -> None:
        """Read a whole script."""
        self.block()

    def set(self, name: str, value: str | None) -> None:
        """Remember a variable; what is set twice, in a block or beside other commands may still hold its old value."""
        name = name.strip().casefold()
        if not name:
            return
        once = name not in self.seen and not self.jumps and self._alone()
        self.seen.add(name)
        self.ledger.record(name, value, certain=once)
        if name not in self.pins:
            self.values[name] = value

    def _alone(self) -> bool:
        """Whether the command that was just read has a line of its own."""
        start = self.text.rfind("\n", 0, self.at) + 1
        return (
            self.depth <= 1
            and self.text[self.at : self.at + 1] in {"", "\n"}
            and not _JOINED.search(self.text[start : self.at])
        )

    def block(self, *, inside: bool = False) -> tuple[Call, ...]:
        """Read commands up to the closing bracket, or to the end."""
        found: tuple[Call, ...] = ()
        while self._skip(" \t\n&;,@"):
            if self.text[self.at] == ")":
                self.at += 1
                if inside:
                    return found
                continue
            before = self.at
            found += self.pipeline()
            self.at += self.at == before
        return found

    def _skip(self, chars: str) -> bool:
        while self.at < len(self.text) and self.text[self.at] in chars:
            self.at += 1
        return self.at < len(self.text)

    def pipeline(self) -> tuple[Call, ...]:
        """Read commands that feed each other; `||` ends a pipeline."""
        calls = self.command(())
        while self._skip(" \t") and self.text[self.at] == "|" and self.text[self.at : self.at + 2] != "||":
            self.at += 1
            self._skip(" \t")
            calls = self.command(calls)
        self.at += 2 if self.text.startswith("||", self.at) else 0
        return calls

    def command(self, upstream: tuple[Call, ...]) -> tuple[Call, ...]:
        """Read one command: control flow, a block or a call."""
        if self.depth > MAX_DEPTH:
            self.notes.doubt("it nests too deeply to be judged")
            self.at = len(self.text)
            return ()
        self.depth += 1
        found = self._command(upstream)
        self.depth -= 1
        return found

    def _command(self, upstream: tuple[Call, ...]) -> tuple[Call, ...]:
        if not self._skip(" \t@,;="):
            return ()
        if self.text[self.at] == "(":
            self.at += 1
            return self._after_block(self.block(inside=True))
        loop, condition = _FOR.match(self.text, self.at), _IF.match(self.text, self.at)
        if loop:
            return self.loop(loop)
        if condition:
            self.at = condition.end()
            return self.command(upstream) + self._otherwise(upstream)
        if self.text[self.at] == ":":
            self._line()
            return ()
        return self.call(self.segment(), upstream)

    def _after_block(self, calls: tuple[Call, ...]) -> tuple[Call, ...]:
        """Give the redirections behind a block to its last call."""
        rest = self.text[self.at : self.at + 200].lstrip(" \t")
        if rest[:1] in {">", "<"} or rest[:2] in {"1>", "2>"}:
            self._skip(" \t")
            _words, redirects = self.cut(self.segment())
            self.notes.add(Call("cmd", Word(""), redirects=redirects, upstream=calls))
        return calls

    def _otherwise(self, upstream: tuple[Call, ...]) -> tuple[Call, ...]:
        found = re.compile(r"\s*else\b", re.I).match(self.text, self.at)
        if found is None:
            return ()
        self.at = found.end()
        return self.command(upstream)

    def _line(self) -> str:
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        line, self.at = self.text[self.at : end], end
        return line

    def loop(self, head: re.Match[str]) -> tuple[Call, ...]:
        """Read `for`: its words, or the command whose output it reads, and its body."""
        self.at = head.end()
        values = self.segment(until=")").strip()
        self.at += self.text[self.at : self.at + 1] == ")"
        found = re.compile(r"\s*do\b\s*", re.I).match(self.text, self.at)
        if found is None:
            self.notes.doubt("a `for` without `do`")
            return ()
        self.at = found.end()
        if (head["kind"] or "").casefold() == "/f" and values[:1] in {"'", "`"}:
            self._nested(values.strip("'`"))
        fixed = [word.text for word in self.cut(values)[0]] if not head["kind"] else []
        start = self.at
        result: tuple[Call, ...] = ()
        for value in fixed if 0 < len(fixed) <= MAX_LOOP and not self.letters else [UNKNOWN]:
            self.at, self.letters[head["name"]] = start, value
            result = self.command(())
        self.letters.pop(head["name"], None)
        return result

    def _nested(self, text: str) -> None:
        plain = re.sub(r"\^([|&<>])", r"\1", text)
        inside = Reader(plain, self.notes, self.depth + 2, ledger=self.ledger, pins=self.pins)
        inside.values = self.values
        inside.block()

    def segment(self, until: str = "") -> str:
        """The text of one call: up to an operator that is neither quoted nor escaped."""
        start, quoted, opened = self.at, False, 0
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == '"':
                quoted = not quoted
            elif char == "^" and not quoted:
                self.at += 1
            elif not quoted and char == "(":
                opened += 1
            elif not quoted and char == ")":
                if not opened and (until or self.depth):
                    break
                opened -= 1
            if char in _OPERATORS and not quoted and not until and not self._is_handle():
                break
            self.at += 1
        return self.text[start : min(self.at, len(self.text))]

    def _is_handle(self) -> bool:
        """Whether an ampersand is the one of `2>&1`."""
        return self.text[self.at] == "&" and self.text[self.at - 1 : self.at] in {">", "<"}

    def expanded(self, text: str) -> str:
        """Put the values of variables in place."""
        text = _PERCENT.sub(self._value, text)
        text = _DELAYED.sub(
            lambda found: self._value(found) if found["name"].casefold() in self.values else found[0], text
        )
        return _LOOP_VARIABLE.sub(lambda found: self.letters.get(found[1] or "", UNKNOWN), text)

    def _value(self, found: re.Match[str]) -> str:
        name = found["name"].casefold()
        value = self.values[name] if name in self.values else USUAL.get(name)
        if value is None:
            return f"\x02{name}\x03" if name not in self.values and not found["change"] else UNKNOWN
        return changed(value, found["change"] or "")

    def call(self, raw: str, upstream: tuple[Call, ...]) -> tuple[Call, ...]:
        """Read a program with its arguments."""
        expanded = self.expanded(raw)
        if any(expanded.count(sign) > raw.count(sign) for sign in "&|<>"):
            self.notes.alarm("its variables bring signs that start further commands")
        words, redirects = self.cut(expanded)
        if not words:
            return (self.notes.calls[self.notes.add(Call("cmd", Word(""), redirects=redirects))],) if redirects else ()
        head, rest = divided(words[0])
        call = Call("cmd", head, (*rest, *words[1:]), redirects, upstream=upstream, looped=bool(self.letters))
        if call.name == "set":
            call = self._set(call, raw)
        elif call.name == "call" and call.texts and call.texts[0].casefold() == "set":
            self._set(call, re.sub(r"^\W*call\s+", "", raw.replace("%%", "%"), flags=re.I))
        return (self.notes.calls[self.notes.add(call)],)

    def _set(self, call: Call, raw: str) -> Call:
        text = re.sub(r"^\s*set\s*", "", self.expanded(raw), flags=re.I).strip().strip('"')
        text = re.sub(r"\^(.)", r"\1", text)
        if text[:2].casefold() == "/a":
            for name in _CALCULATED.findall(text[2:]):
                self.set(name, None)
            return call
        if text[:2].casefold() == "/p":
            self.set(text[2:].strip().strip('"').partition("=")[0], None)
            return call
        name, sign, value = text.partition("=")
        if not sign:
            return call
        known = UNKNOWN not in value and "\x02" not in value
        self.set(name, value if known else None)
        return replace(call, program=Word(""), args=(), settings=((name.strip(), Word(value if known else UNKNOWN)),))

    def cut(self, text: str) -> tuple[tuple[Word, ...], tuple[Redirect, ...]]:
        """Cut a call into words and redirections."""
        words: list[Word] = []
        redirects: list[Redirect] = []
        sign = ""
        for raw in pieces(text):
            if raw.sign and "&" in raw.text:
                redirects.append(Redirect(raw.text, Word(raw.text[-1])))
            elif raw.sign:
                sign = raw.text
            elif sign:
                redirects.append(Redirect(sign, as_word(raw)))
                sign = ""
            else:
                words.append(as_word(raw))
        if any(word.disguised for word in words):
            self.notes.alarm("carets or quotes inside words hide what it does")
        return tuple(words), tuple(redirects)


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None
