"""Cuts PowerShell's tokens into statements, stages and arguments; tells what a bare word in an expression may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from runwright.checks.guard.powershell_names import SAFE_METHODS
from runwright.checks.guard.powershell_tokens import Token
from runwright.checks.guard.words import listed


def split(tokens: Sequence[Token], kind: str) -> Iterator[Sequence[Token]]:
    """Cut at every token of a kind."""
    start = 0
    for index, token in enumerate(tokens):
        if token.kind == kind:
            yield tokens[start:index]
            start = index + 1
    yield tokens[start:]


def elements(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Group tokens that touch each other, and lists joined by commas."""
    start = 0
    for index in range(1, len(tokens)):
        before, token = tokens[index - 1], tokens[index]
        joined = before.text == "," or token.text == "," or not token.spaced
        if token.kind == "redirect" or before.kind == "redirect" or not joined:
            yield tokens[start:index]
            start = index
    yield tokens[start:]


def opened(parts: list[Sequence[Token]]) -> Iterator[Sequence[Token]]:
    """Make a bracket right behind the name of a command its first argument, as PowerShell does."""
    head = parts[0]
    if len(head) > 1 and head[0].kind == "word" and head[1].kind == "group":
        yield head[:1]
        yield head[1:]
    else:
        yield head
    yield from parts[1:]


def assigned_at(tokens: Sequence[Token]) -> int:
    """Where the sign of an assignment stands; 0 when there is none."""
    if tokens[0].kind not in {"variable", "type"}:
        return 0
    for index, token in enumerate(tokens[:8]):
        if token.kind == "pipe":
            return 0
        if token.kind == "sign" and token.text.endswith("=") and index:
            return index
    return 0


def is_path(tokens: Sequence[Token]) -> bool:
    """Whether a name is a folder in a variable with a fixed name behind it."""
    return tokens[0].kind == "variable" and len(tokens) > 1 and tokens[1].text.startswith(("\\", "/"))


def is_broken(tokens: Sequence[Token]) -> bool:
    """Whether quotes stand inside a word."""
    for before, token in pairwise(tokens):
        kinds = {before.kind, token.kind}
        if kinds == {"word", "string"} and before.text[-1:].isalnum() and token.text[:1].isalnum():
            return True
        if kinds == {"word", "string"} and "" in {before.text, token.text}:
            return True
    return False


_WORDS = listed(
    "eq ne gt lt ge le like notlike match notmatch contains notcontains in notin replace split join and or not xor is "
    "isnot as f ceq cne clike cmatch creplace ieq ine ilike imatch ireplace csplit isplit cgt clt cge cle band bor shl "
    "shr"
)


def is_understood(token: Token, before: Token | None) -> bool:
    """Whether a bare word in an expression is an operator or a member."""
    text = token.text.casefold()
    if text.startswith("-"):
        return text[1:] in _WORDS
    if before is None or token.spaced:
        return False
    return text.startswith(".") or before.text == "::" or before.text.endswith(":")


def is_safe_method(text: str) -> bool:
    """Whether a method only looks or computes; operators in front of a bracket count as such."""
    return text.startswith("-") or text.rpartition(".")[2].lstrip(":").casefold() in SAFE_METHODS
