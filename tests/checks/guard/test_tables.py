"""The tables themselves: each pattern can be used, each form is reachable, each rule speaks."""

from __future__ import annotations

from typing import get_args

import pytest

from runwright.checks.guard import Shell
from runwright.checks.guard.deny.engine import ALL
from runwright.checks.guard.forms.form import Form
from runwright.checks.guard.forms.table import tables
from runwright.checks.guard.forms.values import KINDS
from runwright.checks.guard.matching import is_whole, occurs
from runwright.checks.guard.programs import SHELLS

FORMS: list[Form] = [form for shell in get_args(Shell) for table in tables(shell).values() for form in table]


def test_every_pattern_of_the_deny_list_runs_in_linear_time() -> None:
    for rule in ALL:
        assert isinstance(rule.fits("x" * 1000), bool)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_value_can_be_asked(name: str) -> None:
    kind = KINDS[name]
    for pattern in (kind.pattern, *kind.others):
        assert isinstance(is_whole(pattern, "x"), bool)
    assert not kind.refused or isinstance(occurs(kind.refused, "x"), bool)


def test_every_kind_of_a_form_exists() -> None:
    used = {slot.kind for form in FORMS for slot in form.slots if slot.kind}
    used |= {kind for form in FORMS for kinds in form.options.values() for kind in kinds if kind}
    assert used <= KINDS.keys()


def test_no_capital_word_of_a_form_is_a_misspelt_kind() -> None:
    words = {word for form in FORMS for slot in form.slots for word in slot.words}
    assert {word for word in words if word.isupper() and len(word) > 3} <= {"HTTP"}


def test_no_form_lets_a_shell_through() -> None:
    allowed = {form.program for form in FORMS for _ in form.slots}
    assert not allowed & (SHELLS - {"bash"})


def test_every_rule_says_what_it_is_about() -> None:
    assert all(rule.what and not rule.what.endswith(".") for rule in ALL)
