"""Cuts PowerShell into tokens: strings, variables, groups, words and signs, nested as the text nests.

A small tokeniser of our own: it covers what remediation scripts use, and says `Unreadable` for the rest.
Source: the PowerShell language specification, chapter 2 (lexical structure).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from runwright.checks.guard.words import listed

Kind = Literal["word", "string", "variable", "group", "type", "sign", "break", "pipe", "redirect", "number"]
MAX_NESTING = 24
MAX_TOKENS = 6_000

_SPACE = re.compile(r"(?:[ \t\r\f\v]|`\r?\n|<#.*?#>|(?<![^\s;(){}|,])#[^\n]*)+", re.S)
_STRING1 = re.compile(r"'((?:[^']|'')*)'")
_HERE = re.compile(r"@(['\"])[ \t]*\n(.*?)(?:^|\n)\1@", re.S)
_HERE_START = re.compile(r"@['\"][ \t]*\n")
_VARIABLE = re.compile(r"\$(?:\{([^}]*)\}|((?:[A-Za-z_]\w*:)?[A-Za-z_]\w*|[$?^_]|\d+))")
_SPLAT = re.compile(r"@[A-Za-z_]\w*")
_TYPE = re.compile(r"\[\s*([A-Za-z_`][\w.+`]*)\s*(\[\s*,?\s*\])?(\[[\w.,+ ]*\])?\s*\]")
_REDIRECT = re.compile(r"[1-6*]?>>?(?:&[12])?")
_COMMAND_WORD = re.compile(r"(?:`.|[^\s|;&(){},'\"$`<>]|@)+", re.S)
_NUMBER = re.compile(r"(?:0x[0-9a-f]+|\d+(?:\.\d+)?)(?:[kmgtp]b|[ldu])?(?![\w:\\])", re.I)
_OPERATOR = re.compile(
    r"::|\.\.|\+\+|--|[-+*/%]?=|-[A-Za-z`]+\b|[+\-*/%!:]|\.[A-Za-z_`][\w`]*|\.|[A-Za-z_?`][\w.:?`-]*|[\\~^#@]"
)
_SIGNS = listed("= += -= *= /= %= + - * / % ! .. ++ -- , :: .")
_OPENING = {"(": ")", "{": "}", "[": "]", "$(": ")", "@(": ")", "@{": "}"}


class Unreadable(ValueError):  # it is an answer of the tokeniser, told as a doubt
    """The text is beyond this tokeniser; the message says where."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token; a group and a string with expansions hold further ones."""

    kind: Kind
    text: str
    spaced: bool = True
    parts: tuple[Token, ...] = ()
    hidden: bool = False


def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of a script; raises `Unreadable`."""
    return tuple(_Lexer(text).until(""))


class _Lexer:
    """Walks the text once; `self.expression` says which of PowerShell's two modes the text is in."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth, self.count = text, 0, 0, 0
        self.expression: bool | None = None
        self.hash = False

    def until(self, closing: str) -> list[Token]:
        """Read up to a closing bracket, or to the end."""
        found: list[Token] = []
        while True:
            spaced = self._skip_space() or not found
            if self.at >= len(self.text):
                if closing:
                    raise Unreadable(f"a bracket is never closed: {closing!r} is missing")
                return found
            if closing and self.text[self.at] == closing:
                self.at += 1
                return found
            self._count()
            token = self._next(spaced, found[-1] if found else None)
            self._switch(token)
            found.append(token)

    def _count(self) -> None:
        self.count += 1
        if self.count > MAX_TOKENS:
            raise Unreadable("it is too long to be judged")

    def _skip_space(self) -> bool:
        found = _SPACE.match(self.text, self.at)
        if found:
            self.at = found.end()
        if self.text.startswith("<#", self.at):
            raise Unreadable("a comment is never closed")
        return found is not None

    def _switch(self, token: Token) -> None:
        """Follow the mode: a segment that starts with a word is a command, all others are expressions."""
        if token.kind in {"break", "pipe"} or (token.kind == "sign" and token.text.endswith("=")):
            self.expression = True if self.hash and token.kind == "break" else None
        elif self.expression is None and not (token.kind == "word" and token.text.casefold() in STARTERS):
            self.expression = token.kind not in {"word", "redirect"} and token.text not in {"&", "."}

    def _next(self, spaced: bool, before: Token | None) -> Token:
        char, two = self.text[self.at], self.text[self.at : self.at + 2]
        if char in "\n;":
            return self._take("break", 1, spaced)
        if two in {"&&", "||"}:
            return self._take("break", 2, spaced)
        if char == "|":
            return self._take("pipe", 1, spaced)
        if char in "'\"" or _HERE_START.match(self.text, self.at):
            return self._string(spaced)
        opened = two if two in _OPENING else char
        if opened in _OPENING:
            return self._bracket(opened, spaced, before)
        return self._name(char, spaced)

    def _take(self, kind: Kind, length: int, spaced: bool) -> Token:
        text = self.text[self.at : self.at + length]
        self.at += length
        return Token(kind, text, spaced)

    def _name(self, char: str, spaced: bool) -> Token:
        for kind, pattern, fits in (
            ("variable", _VARIABLE, char == "$"),
            ("variable", _SPLAT, char == "@"),
            ("redirect", _REDIRECT, spaced or char == ">"),
            ("number", _NUMBER, self.expression is not False),
        ):
            found = pattern.match(self.text, self.at) if fits else None
            if found and not (kind == "redirect" and self.expression):
                self.at = found.end()
                name = (
                    next((group for group in found.groups() if group is not None), found[0])
                    if char == "$"
                    else found[0]
                )
                return Token(kind, name, spaced)  # type: ignore[arg-type]  # the table's first column holds kinds
        return self._word(char, spaced)

    def _word(self, char: str, spaced: bool) -> Token:
        if char in "&,":
            return self._take("sign", 1, spaced)
        pattern = _OPERATOR if self.expression else _COMMAND_WORD
        found = pattern.match(self.text, self.at)
        if found is None:
            if char in "$<>":
                return self._take("sign", 1, spaced)
            raise Unreadable(f"the character {char!r} at position {self.at} is not understood")
        self.at = found.end()
        text = re.sub(r"`(.)", r"\1", found[0], flags=re.S)
        hidden = re.search(r"`[A-Za-z0-9]", found[0]) is not None
        is_sign = text in _SIGNS and not (text == "%" and self.expression is None)
        return Token("sign" if is_sign else "word", text, spaced, hidden=hidden)

    def _bracket(self, opened: str, spaced: bool, before: Token | None) -> Token:
        if opened == "[":
            type_name = _TYPE.match(self.text, self.at)
            ends_value = before is not None and not spaced and before.kind not in {"sign", "pipe", "break", "type"}
            if self.expression is False and spaced:
                return self._bare_bracket(spaced)
            if type_name and not ends_value and (before is None or before.kind != "word" or spaced or self.expression):
                self.at = type_name.end()
                return Token("type", type_name[0].strip("[]").replace("`", "").strip(), spaced)
        return self._group(opened, spaced)

    def _bare_bracket(self, spaced: bool) -> Token:
        found = _COMMAND_WORD.match(self.text, self.at)
        self.at = found.end() if found else self.at + 1
        return Token("word", found[0] if found else "[", spaced)

    def _group(self, opened: str, spaced: bool) -> Token:
        if self.depth >= MAX_NESTING:
            raise Unreadable("it nests too deeply to be judged")
        mode, in_hash = self.expression, self.hash
        self.at += len(opened)
        self.depth += 1
        self.hash = opened == "@{"
        self.expression = True if self.hash or opened == "[" else None
        parts = self.until(_OPENING[opened])
        self.depth -= 1
        self.expression, self.hash = mode, in_hash
        return Token("group", opened, spaced, tuple(parts))

    def _string(self, spaced: bool) -> Token:
        here = _HERE.match(self.text, self.at)
        if here is None and self.text[self.at] == "@":
            raise Unreadable("a here-string is never closed")
        if here:
            self.at = here.end()
            return self._expanded(here[2], spaced) if here[1] == '"' else Token("string", here[2], spaced)
        if self.text[self.at] == '"':
            return self._double(spaced)
        found = _STRING1.match(self.text, self.at)
        if found is None:
            raise Unreadable("a quote is never closed")
        self.at = found.end()
        return Token("string", found[1].replace("''", "'"), spaced)

    def _double(self, spaced: bool) -> Token:
        end = closing_quote(self.text, self.at + 1)
        inside = self.text[self.at + 1 : end]
        self.at = end + 1
        return self._expanded(inside, spaced)

    def _expanded(self, text: str, spaced: bool) -> Token:
        """Find the variables and sub-expressions inside a string in double quotes."""
        parts, hidden = Inside(text, self.depth).parts()
        return Token(
            "string", "".join(part.text for part in parts if part.kind == "string"), spaced, tuple(parts), hidden
        )


def closing_quote(text: str, start: int) -> int:
    """Where a string in double quotes ends; `$(...)` inside it may hold quotes of its own."""
    at, open_groups = start, 0
    while at < len(text):
        char = text[at]
        if char == "`":
            at += 1
        elif text.startswith("$(", at):
            open_groups += 1
        elif char == ")" and open_groups:
            open_groups -= 1
        elif char == '"' and not open_groups:
            if text[at + 1 : at + 2] != '"':
                return at
            at += 1
        at += 1
    raise Unreadable("a quote is never closed")


_TICKS = {"n": "\n", "t": "\t", "r": "\r", "0": "\x00", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}


class Inside:
    """The inside of a string in double quotes."""

    def __init__(self, text: str, depth: int) -> None:
        self.text, self.depth, self.at = text, depth, 0
        self.found: list[Token] = []
        self.letters: list[str] = []
        self.hidden = False

    def parts(self) -> tuple[list[Token], bool]:
        """Literal texts, variables and groups, in order; and whether escapes hide letters."""
        while self.at < len(self.text):
            self._step()
        self._flush()
        return self.found or [Token("string", "")], self.hidden

    def _flush(self) -> None:
        if self.letters:
            self.found.append(Token("string", "".join(self.letters), False))
            self.letters = []

    def _step(self) -> None:
        char = self.text[self.at]
        variable = _VARIABLE.match(self.text, self.at) if char == "$" else None
        if self.text.startswith("$(", self.at):
            self._flush()
            self._group()
        elif variable:
            self._flush()
            self.found.append(Token("variable", variable[1] or variable[2] or "", False))
            self.at = variable.end()
        elif char == "`" and self.at + 1 < len(self.text):
            self._escape(self.text[self.at + 1])
        else:
            self.letters.append(char)
            self.at += 2 if self.text.startswith('""', self.at) else 1

    def _escape(self, letter: str) -> None:
        self.hidden = self.hidden or (letter.isalnum() and letter not in _TICKS)
        self.letters.append(_TICKS.get(letter, letter))
        self.at += 2

    def _group(self) -> None:
        lexer = _Lexer(self.text)
        lexer.at, lexer.depth = self.at + 2, self.depth + 1
        if lexer.depth > MAX_NESTING:
            raise Unreadable("it nests too deeply to be judged")
        parts = tuple(lexer.until(")"))
        self.at = lexer.at
        self.found.append(Token("group", "$(", False, parts))


STARTERS = listed("return throw exit else do try finally in begin process end")
"""Keywords after which a new statement starts."""
