"""Reads PowerShell: from tokens to the calls that the script makes, and the expressions between them.

An expression becomes a call without a program, whose one argument is the expression in a plain spelling.
Types and methods are let through by name only; all others are doubts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from runwright.checks.guard.powershell_effects import SETTERS, counted, filled, named
from runwright.checks.guard.powershell_names import ALIASES, SAFE_TYPES
from runwright.checks.guard.powershell_operators import number
from runwright.checks.guard.powershell_parts import (
    assigned_at,
    elements,
    is_broken,
    is_path,
    is_safe_method,
    is_understood,
    opened,
    split,
)
from runwright.checks.guard.powershell_spelling import rendered, text_of
from runwright.checks.guard.powershell_tokens import STARTERS, Token, Unreadable, tokenize
from runwright.checks.guard.powershell_values import Values
from runwright.checks.guard.words import MAX_DEPTH, UNKNOWN, Call, Notes, Redirect, Script, Word, listed
from runwright.checks.guard.worlds import Ledger, Value, in_all_worlds

_CONDITIONS = listed("if elseif while until foreach for switch catch")
_BLOCKS = listed("else try finally do begin process end trap")
_DEFINITIONS = listed("function filter workflow class configuration param using data dynamicparam enum")
_FOLLOWING = listed("else elseif catch finally while until")
_NOTHING = Word("")


def read(text: str) -> Script:
    """The calls of a PowerShell script."""
    try:
        tokens = tokenize(text)
    except Unreadable as problem:
        return Script(doubts=(str(problem),))
    return in_all_worlds(lambda ledger, pins, notes: Reader(notes, ledger, pins).read(tokens))


class Reader:
    """Walks tokens; each method gives the calls whose output comes out at the end."""

    def __init__(self, notes: Notes, ledger: Ledger, pins: Mapping[str, Value]) -> None:
        self.notes, self.values = notes, Values(ledger, pins)
        self.inner: list[Call] = []
        self.depth = self.loops = 0

    def read(self, tokens: Sequence[Token]) -> None:
        """Read a whole script."""
        self.statements(tokens)

    def set(self, name: str, value: Any) -> None:
        """Remember a variable; only at the top of the script does every run set it once."""
        self.values.set(name, value, certain=self.depth <= 1)

    def statements(self, tokens: Sequence[Token], upstream: tuple[Call, ...] = ()) -> tuple[Call, ...]:
        """Read statements in order."""
        if self.depth > MAX_DEPTH:
            self.notes.doubt("it nests too deeply to be judged")
            return ()
        self.depth += 1
        found: list[Call] = []
        for part in split(tokens, "break"):
            found += self.statement(part, upstream)
        self.depth -= 1
        return tuple(found)

    def statement(self, tokens: Sequence[Token], upstream: tuple[Call, ...]) -> tuple[Call, ...]:
        """Read one statement: control flow, an assignment or a pipeline."""
        if not tokens:
            return ()
        keyword = tokens[0].text.casefold() if tokens[0].kind == "word" else ""
        if keyword in _CONDITIONS | _BLOCKS:
            return self.control(keyword, tokens[1:], upstream)
        if keyword in _DEFINITIONS:
            self.notes.doubt(f"it uses `{keyword}`")
            return self.groups(tokens[1:], upstream)
        if keyword in STARTERS:
            return self.statement(tokens[1:], upstream)
        if keyword in {"break", "continue"}:
            return ()
        place = assigned_at(tokens)
        return self.assignment(tokens, place) if place else self.pipeline(tokens, upstream)

    def control(self, keyword: str, tokens: Sequence[Token], upstream: tuple[Call, ...]) -> tuple[Call, ...]:
        """Read `if (...) {...}` and its like, and what follows the block."""
        if keyword in {"switch", "trap"}:
            self.notes.doubt(f"it uses `{keyword}`")
        end = next(
            (i for i, token in enumerate(tokens) if token.kind == "group" and token.text == "{"), len(tokens) - 1
        )
        self.loops += keyword in {"foreach", "for", "while", "do"}
        found = self.groups(tokens[: end + 1], upstream, each=keyword == "foreach")
        self.loops -= keyword in {"foreach", "for", "while", "do"}
        rest = tokens[end + 1 :]
        return found + self.statement(rest, upstream) if rest else found

    def groups(self, tokens: Sequence[Token], upstream: tuple[Call, ...], *, each: bool = False) -> tuple[Call, ...]:
        """Read everything in brackets among these tokens."""
        found: tuple[Call, ...] = ()
        for token in tokens:
            if token.kind == "group":
                found += (
                    self._looped(token.parts) if each and token.text == "(" else self.statements(token.parts, upstream)
                )
            elif token.parts:
                self.touch([token])
        return found

    def _looped(self, tokens: Sequence[Token]) -> tuple[Call, ...]:
        """Read the head of a `foreach`: its variable may hold anything."""
        place = next((i for i, token in enumerate(tokens) if token.text.casefold() == "in"), -1)
        if place > 0:
            self.set(tokens[0].text, None)
        return self.statements(tokens[place + 1 :])

    def assignment(self, tokens: Sequence[Token], place: int) -> tuple[Call, ...]:
        """Read `$name = ...` and remember the value where it is known."""
        target, rest = tokens[0], tokens[place + 1 :]
        value = self.values.value(rest)
        if tokens[place].text == "+=" and value is not None:
            value = self.values.value((target, Token("sign", "+"), *rest))
        elif tokens[place].text != "=":
            value = None
        calls = self.statement(rest, ())
        self.touch(tokens[1:place])
        if any(token.text.startswith((".", "::")) or token.text == "[" for token in tokens[1:place]):
            self.notes.doubt("it changes a property of an object")
            self.notes.add(Call("powershell", _NOTHING, (Word(rendered(tokens, self.values)),)))
        alone = place == 1 or (place == 2 and tokens[0].text.casefold() == "string")
        for token in tokens[:place]:
            if token.kind == "variable":
                self.set(token.text, value if alone else None)
        if target.kind == "variable":
            text = str(value) if isinstance(value, (str, int)) else UNKNOWN
            name = target.text.casefold().removeprefix("env:") if ":" in target.text else f"${target.text}"
            self.notes.add(Call("powershell", _NOTHING, settings=((name, Word(text)),), inner=calls))
        return calls

    def pipeline(self, tokens: Sequence[Token], upstream: tuple[Call, ...]) -> tuple[Call, ...]:
        """Read stages that feed each other."""
        text: str | None = None
        outer = self.values.get("_")
        for place, stage in enumerate(split(tokens, "pipe")):
            if not stage:
                continue
            if place:
                self.values.put("_", text)
            upstream = self.stage(stage, upstream, text)
            value = self.values.value(stage)
            text = value if isinstance(value, str) else None
        self.values.put("_", outer)
        return upstream

    def stage(self, tokens: Sequence[Token], upstream: tuple[Call, ...], stdin: str | None) -> tuple[Call, ...]:
        """Read a command or an expression."""
        first = tokens[0]
        if first.text == "&" and len(tokens) == 1:
            return upstream
        if first.kind == "sign" and first.text in {"&", "."} and len(tokens) > 1:
            return self.invocation(tokens[1:], upstream, stdin)
        if first.kind in {"word", "redirect"} and not first.text.startswith("-"):
            return self.command(tokens, upstream, stdin)
        return self.expression(tokens, upstream)

    def invocation(self, tokens: Sequence[Token], upstream: tuple[Call, ...], stdin: str | None) -> tuple[Call, ...]:
        """Read `& name args`: the name may be a value, a block or something worked out."""
        head, first = next(elements(tokens)), tokens[0]
        if first.kind == "group" and first.text == "{" and len(head) == 1:
            return self.statements(first.parts, upstream)
        value = self.values.value(head)
        built = len(head) > 1 or first.kind == "group" or (first.kind == "string" and first.hidden)
        if not isinstance(value, str) and built and not is_path(head):
            self.notes.alarm("it works out the name of a command while it runs")
        elif isinstance(value, str) and built:
            self.notes.alarm("it puts the name of a command together from pieces")
        return self.command(tokens, upstream, stdin)

    def command(self, tokens: Sequence[Token], upstream: tuple[Call, ...], stdin: str | None) -> tuple[Call, ...]:
        """Read a command with its arguments."""
        outside, self.inner = self.inner, []
        parts = list(opened(list(elements(tokens))))
        words: list[Word] = []
        redirects: list[Redirect] = []
        for index, part in enumerate(parts):
            if part[0].kind == "redirect":
                target = (
                    self.word(parts[index + 1]) if index + 1 < len(parts) and "&" not in part[0].text else Word("1")
                )
                redirects.append(Redirect(part[0].text, target))
            elif index == 0 or parts[index - 1][0].kind != "redirect" or "&" in parts[index - 1][0].text:
                words.append(self.word(part, upstream))
        program = self._program(words[0], tokens[0]) if words else _NOTHING
        call = Call("powershell", program, tuple(words[1:]), tuple(redirects), upstream=upstream, stdin=stdin)
        place = self.notes.add(replace(call, inner=tuple(self.inner), looped=self.loops > 0))
        self.inner = outside
        self._follow(self.notes.calls[place])
        return (self.notes.calls[place],)

    def _program(self, word: Word, first: Token) -> Word:
        """The command's full name where it is an alias."""
        known = ALIASES.get(word.text.casefold()) or self.values.get(f"alias:{word.text}")
        hidden = word.disguised or (first.kind == "word" and first.hidden)
        return replace(word, text=known if isinstance(known, str) else word.text, disguised=hidden)

    def _follow(self, call: Call) -> None:
        """Let the commands that set variables and aliases do so."""
        for name in filled(call):
            self.set(name, None)
        if call.name in {"set-alias", "new-alias"}:
            name, word = named(call)
            text = word.text if word is not None else ""
            self.set(f"alias:{name}", ALIASES.get(text.casefold(), text))
        elif call.name in SETTERS:
            name, word = named(call)
            self.set(name, word.text if word is not None and word.known else None)

    def expression(self, tokens: Sequence[Token], upstream: tuple[Call, ...]) -> tuple[Call, ...]:
        """Read an expression: the commands inside it, and its types and methods."""
        outside, self.inner = self.inner, []
        for name in counted(tokens):
            self.set(name, None)
        self.touch(tokens, expression=True)
        call = Call(
            "powershell", _NOTHING, (Word(rendered(tokens, self.values)),), upstream=upstream, inner=tuple(self.inner)
        )
        value = self.values.value(tokens)
        place = self.notes.add(replace(call, stdin=value if isinstance(value, str) else None))
        self.inner = [*outside, *call.inner]
        return (self.notes.calls[place],)

    def touch(self, tokens: Sequence[Token], upstream: tuple[Call, ...] = (), *, expression: bool = False) -> None:
        """Read the brackets among these tokens, and doubt types and methods that are not known to be safe."""
        for index, token in enumerate(tokens):
            following = tokens[index + 1] if index + 1 < len(tokens) else None
            called = following is not None and following.text == "(" and not following.spaced
            before = tokens[index - 1] if index else None
            if token.kind == "word":
                self._bare_word(token, before, called=called, expression=expression)
            elif token.kind == "type" and token.text.casefold() not in SAFE_TYPES:
                self.notes.doubt(f"it uses the type [{token.text}]")
            elif called and (token.kind in {"string", "variable"} or token.text in {"(", "$("}):
                self.notes.doubt("it calls a method whose name is worked out")
            self._inside(token, upstream)

    def _bare_word(self, token: Token, before: Token | None, *, called: bool, expression: bool) -> None:
        if called and not is_safe_method(token.text):
            self.notes.doubt(f"it calls the method {token.text.lstrip('.:')}")
        elif not called and expression and not is_understood(token, before) and number(token.text.lstrip("-")) is None:
            self.notes.doubt(f"the word {token.text} is not understood where it stands")

    def _inside(self, token: Token, upstream: tuple[Call, ...]) -> None:
        if token.text == "[" and any(part.text == ".." for part in token.parts):
            self.notes.doubt("it picks a text apart by numbers")
        if token.kind == "group" and token.text == "@{":
            self.table(token.parts)
        elif token.kind == "group":
            self.inner += self.statements(token.parts, upstream)
        elif token.parts:
            self.touch(token.parts)

    def table(self, tokens: Sequence[Token]) -> None:
        """Read the values of a hash table."""
        for entry in split(tokens, "break"):
            place = next((i for i, token in enumerate(entry) if token.text == "="), -1)
            self.inner += self.statement(entry[place + 1 :], ()) if place >= 0 else ()

    def word(self, tokens: Sequence[Token], upstream: tuple[Call, ...] = ()) -> Word:
        """One argument: tokens that touch each other or are joined by commas."""
        self.touch(tokens, upstream)
        hidden = any(token.hidden for token in tokens) or is_broken(tokens)
        if len(tokens) == 1 and tokens[0].kind == "variable":
            return self._variable(tokens[0])
        if tokens[0].kind == "group" and tokens[0].text == "{" and len(tokens) == 1:
            return Word("{}")
        text = "".join(text_of(token, index, self.values) for index, token in enumerate(tokens))
        quoted = any(token.kind == "string" for token in tokens)
        return Word(text, glob="*" in text and not quoted, disguised=hidden, quoted=quoted)

    def _variable(self, token: Token) -> Word:
        value = self.values.get(token.text)
        if isinstance(value, (str, int)):
            return Word(str(value))
        outside = self.values.outside(token.text)
        return Word(UNKNOWN, token.text.removeprefix("env:") if outside else "", quoted=True)
