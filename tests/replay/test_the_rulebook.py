"""The rulebook of replay names a test for each rule and each adversarial case; the tests must exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.support.commands import ROOT

RULEBOOK = ROOT / "tools" / "runwright" / "replay" / "README.md"
CASES = """1a 1b 2a 2b 2c 2d 3 4a 4b 4c 5 6a-6d 6f 6e 7a-7c 7d 7e 8a 8b 8c 9 10a 10b 10c 11a 11b 12a 12b
13 13b 14"""
_CASE = re.compile(r"\d+[a-f]?(?:-\d+[a-f])?")


def existing() -> frozenset[str]:
    """The names of the tests of replay, and of its command."""
    folders = (Path(__file__).parent, ROOT / "tests" / "cli")
    trees = (ast.parse(path.read_bytes()) for folder in folders for path in folder.glob("test_*.py"))
    functions = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


def test_each_test_that_the_rulebook_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", RULEBOOK.read_text()))
    assert len(named) > 80
    assert named - existing() == set()


def test_each_rule_and_each_adversarial_case_has_a_test() -> None:
    text = RULEBOOK.read_text()
    parts = re.split(r"^(\d+)\. ", text, flags=re.MULTILINE)
    rules = {int(number): said for number, said in zip(parts[1::2], parts[2::2], strict=True)}
    assert sorted(rules) == list(range(1, 27))
    assert [number for number, said in rules.items() if "`test_" not in said] == []
    rows = [line for line in text.splitlines() if re.match(r"\| \d", line)]
    assert [case for row in rows for case in _CASE.findall(row.split(":")[0])] == CASES.split()
    assert [row for row in rows if "`test_" not in row] == []
