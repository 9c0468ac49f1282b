"""A known-safe form: a program, its leading words, the values that may follow, and the options allowed.

Forms are written as one line each: `programs | words | options | condition`. A word in capitals is a kind of value
of `values`, `a/b` are alternatives, and `?`, `*`, `+` say how often. An option with `=KIND` takes a value; of those
with `!` in front, one must be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from runwright.checks.guard.forms.values import KINDS, fits
from runwright.checks.guard.words import Shell, Word

Style = Literal["unix", "cmd", "powershell"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for words: fixed alternatives or a kind of value."""

    words: frozenset[str] = frozenset()
    kind: str = ""
    least: int = 1
    most: int = 1


@dataclass(frozen=True, slots=True)
class Form:
    """One known-safe form."""

    program: str
    slots: tuple[Slot, ...]
    options: dict[str, frozenset[str]]
    """Each option with the kinds of its value; an empty kind: it takes none."""
    style: Style
    required: frozenset[str] = frozenset()
    """Options of which at least one must be there."""
    pairs: str = ""
    """What must happen to the same thing later in the script, such as `start` after `stop`.

    `narrow`: when it has no words of its own, something must choose among what it lists; `piped`: always. `some` and
    `field` are the same for what has few rows: a choice of columns is enough."""


OwnForms = Mapping[Shell, Mapping[str, tuple[Form, ...]]]
"""The forms of a repository, by shell and then by program in the spelling that the shell compares."""
NO_OWN: OwnForms = {}

_ELSEWHERE = (
    "-comp",
    "-cn",
    "-cim",
    "-cred",
    "-sess",
    "-outv",
    "-pipelinev",
    "-vm",
    "-asjob",
    "-server",
    "-hostn",
    "-throttle",
)
"""Beginnings of the options that reach another host or act as somebody else."""


def read_forms(text: str, style: Style) -> dict[str, tuple[Form, ...]]:
    """The forms of a table, by program."""
    found: dict[str, list[Form]] = {}
    for line in text.strip().splitlines():
        if line.strip():
            programs, form = _read(line, style)
            for program in filter(None, programs):
                found.setdefault(program, []).append(form)
    return {program: tuple(forms) for program, forms in found.items()}


def _read(line: str, style: Style) -> tuple[list[str], Form]:
    parts = [part.strip() for part in line.split("|")] + ["", "", ""]
    programs = parts[0].split("/")
    return programs, make_form(programs[0], parts[1].split(), parts[2].split(), style, parts[3])


def make_form(program: str, words: Iterable[str], options: Iterable[str], style: Style, pairs: str = "") -> Form:
    """A form from the spelling of its parts; raises RuntimeError for a kind of value that does not exist."""
    known: dict[str, frozenset[str]] = {}
    required: set[str] = set()
    for text in options:
        name, kind = _option(text.lstrip("!"), style)
        known[name] = known.get(name, frozenset()) | {kind}
        required |= {name} if text.startswith("!") else set()
    return Form(program, tuple(_slot(word, style) for word in words), known, style, frozenset(required), pairs)


def _slot(text: str, style: Style) -> Slot:
    least, most = {"?": (0, 1), "*": (0, 32), "+": (1, 32)}.get(text[-1], (1, 1))
    body = text[:-1] if text[-1] in "?*+" else text
    if body in KINDS:
        return Slot(kind=body, least=least, most=most)
    fixed = body if style == "unix" else body.casefold()
    return Slot(frozenset(fixed.split("/")), least=least, most=most)


def _option(text: str, style: Style) -> tuple[str, str]:
    name, _, kind = text.partition("=")
    if kind and kind not in KINDS:
        raise RuntimeError(f"form option {text!r}: there is no kind of value {kind!r}")
    return (name if style == "unix" else name.casefold()), kind


def matches(form: Form, args: Iterable[Word]) -> bool:
    """Whether arguments are of this form."""
    sorted_out = _sorted_out(form, list(args))
    if sorted_out is None:
        return False
    plain, used = sorted_out
    slots = tuple(_given(slot, form, used) for slot in form.slots)
    return (not form.required or bool(form.required & used)) and _fill(slots, plain, form.style)


def _given(slot: Slot, form: Form, used: set[str]) -> Slot:
    """A slot need not be filled when an option of Windows has given the same, as `-Path` does."""
    given = slot.kind and form.style != "unix" and any(slot.kind in form.options[name] for name in used)
    return replace(slot, least=0) if given else slot


def _sorted_out(form: Form, args: list[Word]) -> tuple[list[Word], set[str]] | None:
    """The words that belong to no option, and the options; none at all when an option is not allowed."""
    plain: list[Word] = []
    used: set[str] = set()
    at = 0
    while at < len(args):
        word = args[at]
        at += 1
        if not _is_option(word, form.style):
            plain.append(word)
        elif word.text == "--" and form.style == "unix":
            rest = args[at:]
            return None if any(each.text.startswith("-") for each in rest) else (plain + rest, used)
        else:
            taken = _allowed(form, word, args[at] if at < len(args) else None, used)
            if taken < 0:
                return None
            at += taken
    return plain, used


def _is_option(word: Word, style: Style) -> bool:
    if word.quoted and style == "powershell":
        return False
    if style == "cmd":
        return word.text[:1] in {"/", "-"} and len(word.text) > 1
    return (
        word.text.startswith("-") and len(word.text) > 1 and not re.fullmatch(r"-\d+(\.\d+)?", word.text)
    ) or word.text == "--"


def _allowed(form: Form, word: Word, following: Word | None, used: set[str]) -> int:
    """How many further words an option takes; -1 when it is not allowed."""
    for name, value in _spellings(word, form.style):
        kinds = form.options.get(name, frozenset())
        given = following if value is None else Word(value, word.variable, quoted=word.quoted)
        if given is not None and any(kind and fits(kind, given) for kind in kinds):
            used.add(name)
            return 1 if value is None else 0
        if value is None and "" in kinds:
            used.add(name)
            return 0
    if form.style == "unix":
        return _clustered(form, word, following, used)
    return 0 if "*" in form.options and not word.text.casefold().startswith(_ELSEWHERE) else -1


def _spellings(word: Word, style: Style) -> Iterator[tuple[str, str | None]]:
    text = word.text
    if style == "unix":
        name, sign, value = text.partition("=")
        yield name, value if sign else None
        if re.match(r"-[A-Za-z].", text):
            yield text[:2], text[2:]
        return
    yield text.casefold(), None
    name, sign, value = text.partition(":")
    if sign:
        yield (name if style == "powershell" else name + ":").casefold(), value


def _clustered(form: Form, word: Word, following: Word | None, used: set[str]) -> int:
    """`-la` for `-l -a`; the last one may take a value. How many further words it takes, or -1."""
    if not re.fullmatch(r"-[A-Za-z0-9]{2,8}", word.text):
        return -1
    letters = [f"-{letter}" for letter in word.text[1:]]
    last = form.options.get(letters[-1])
    if last is None or any("" not in form.options.get(letter, ()) for letter in letters[:-1]):
        return -1
    used.update(letters)
    if following is not None and any(kind and fits(kind, following) for kind in last):
        return 1
    return 0 if "" in last else -1


def _fill(slots: tuple[Slot, ...], words: list[Word], style: Style) -> bool:
    """Fill the slots from the left; a slot takes as many words as fit and leaves what later ones need."""
    at = 0
    for index, slot in enumerate(slots):
        needed = sum(later.least for later in slots[index + 1 :])
        taken = 0
        while taken < slot.most and at < len(words) - needed and _takes(slot, words[at], style):
            at, taken = at + 1, taken + 1
        if taken < slot.least:
            return False
    return at == len(words)


def described(form: Form, name: str, args: Iterable[Word]) -> str:
    """The name of a form, as people would say it: the program and the verb."""
    if form.style == "powershell" or not form.slots or not form.slots[0].words:
        return name
    verb = next((word.text for word in args if word.text.casefold() in form.slots[0].words), "")
    return f"{name} {verb}".strip()


def _takes(slot: Slot, word: Word, style: Style) -> bool:
    if slot.kind:
        return fits(slot.kind, word) and (not word.text.startswith("-") or slot.kind == "INT" or style == "powershell")
    return word.known and (word.text if style == "unix" else word.text.casefold()) in slot.words
