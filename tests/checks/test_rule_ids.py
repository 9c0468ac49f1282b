"""Every rule by which a finding is named has a sentence, and it is the one that its check opens with."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from runwright.checks.rule_ids import RULES
from tests.support import cases

FOLDER = Path(__file__).parents[2] / "tools" / "runwright" / "checks"
OPENING = re.compile(r"Check `([a-z-]+)`: (.*?\.)(?:\s|$)", re.DOTALL)


def opening(path: Path) -> re.Match[str] | None:
    return OPENING.match(ast.get_docstring(ast.parse(path.read_text())) or "")


CHECKS = [path for path in sorted(FOLDER.glob("*.py")) if opening(path)]


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: path.stem)
def test_a_rule_is_described_as_its_check_describes_itself(path: Path) -> None:
    found = opening(path)
    assert found is not None
    assert RULES[found[1]] == " ".join(found[2].split())


def test_every_rule_of_the_cases_is_described() -> None:
    assert {case.rule for case in cases.refused()} <= RULES.keys()


def test_every_rule_that_a_check_names_is_described() -> None:
    source = "\n".join(path.read_text() for path in FOLDER.glob("*.py"))
    named = set(re.findall(r'(?:finding\(\s*|rule=|RULE = )"([a-z-]+)"', source))
    assert len(named) > 15
    assert named <= RULES.keys()
