"""The forms that a repository adds for its own programs, from `guard/forms.yaml`.

A form is written like those of the shipped tables and is held against the same kinds of values. What starts other
programs or runs text cannot be let through by a form: its inside is judged instead. The deny list stands above both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from runwright.checks.guard.forms.form import Form, OwnForms, Style, make_form
from runwright.checks.guard.forms.values import KINDS
from runwright.checks.guard.programs import INTERPRETERS, POWERSHELLS, SHELLS, WRAPPERS, family
from runwright.checks.guard.words import Shell, program_name
from runwright.model.guard_forms import GuardForm, GuardForms

Mistake = tuple[tuple[str | int, ...], str, str]
"""Where in the file, what is wrong, what to do."""
_STARTS_OTHERS = INTERPRETERS | WRAPPERS | SHELLS | POWERSHELLS
_STYLES: dict[str, Style] = {"bash": "unix", "sh": "unix", "powershell": "powershell", "cmd": "cmd"}
_KIND = re.compile(r"[A-Z]{3,}")


def own_forms(listed: GuardForms) -> OwnForms:
    """The forms of a list in which `mistakes` finds nothing; those that have one are left out."""
    wrong = {place[1] for place, _, _ in mistakes(listed)}  # the number of the form
    found: dict[Shell, dict[str, tuple[Form, ...]]] = {}
    for index, item in enumerate(listed.forms):
        for shell in item.shells if index not in wrong else ():
            table = found.setdefault(shell, {})
            for program in item.programs:
                name = program if _STYLES[shell] == "unix" else program.casefold()
                table[name] = (*table.get(name, ()), make_form(program, item.words, item.options, _STYLES[shell]))
    return found


def mistakes(listed: GuardForms) -> tuple[Mistake, ...]:
    """Everything that makes a form of the list unusable."""
    return tuple(found for index, item in enumerate(listed.forms) for found in _mistakes(index, item))


def _mistakes(index: int, item: GuardForm) -> Iterator[Mistake]:
    for place, program in enumerate(item.programs):
        if family(program_name(program)) in _STARTS_OTHERS:
            advice = "leave it out; what it starts is judged by itself"
            yield ("forms", index, "programs", place), f"{program!r} starts other programs or runs text", advice
    for place, word in enumerate(item.words):
        for part in word.rstrip("?*+").split("/"):
            yield from _unknown_kind(("forms", index, "words", place), part)
    for place, option in enumerate(item.options):
        kind = option.partition("=")[2]
        if kind and kind not in KINDS:
            yield from _no_kind(("forms", index, "options", place), kind)


def _unknown_kind(place: tuple[str | int, ...], part: str) -> Iterator[Mistake]:
    if part not in KINDS and _KIND.fullmatch(part):
        yield from _no_kind(place, part)


def _no_kind(place: tuple[str | int, ...], kind: str) -> Iterator[Mistake]:
    near = get_close_matches(kind, KINDS, n=1)
    advice = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(KINDS))}"
    yield place, f"{kind!r} is no kind of value", advice
