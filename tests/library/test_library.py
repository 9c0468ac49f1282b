"""What holds for every runbook: valid, explained, bounded, verified, guarded, and tested or said why not.

The runbooks are named in the tests that make their faults, and not here.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from runwright.actions.catalogue import ACTIONS
from runwright.checks.library import PAGE, library_page, risk_of
from runwright.checks.validation import validate
from runwright.cli.library import named_by_tests
from runwright.corpus.corpus import Corpus
from runwright.model.runbook import Runbook
from runwright.model.walk import verbs
from tests.support.commands import ROOT, runwright
from tests.support.library import library

BOOKS = [entry.value for entry in library().runbooks]
EXCEPTIONS = json.loads((Path(__file__).parent / "exceptions.json").read_text("utf-8"))
"""Runbooks without a test on a real system or without a vendor's page, each with the reason."""
UNTESTED, WITHOUT_REFERENCE = EXCEPTIONS["untested"], EXCEPTIONS["without_reference"]
SETTLE_SECONDS = {"RB-LIN-SERVICE-001": 1.0}
"""The shortest settle time of those that need less than 5 s."""
EXPLAINED = 80
"""Characters that a description needs to say what is done and when it should not be."""
each_book = pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.id)


@cache
def corpus() -> Corpus:
    recordings = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in (ROOT / "tests/recordings").rglob("*")
        if path.suffix == ".json" or path.name == "MANIFEST"
    }
    return library(**recordings)


@cache
def named() -> frozenset[str]:
    return named_by_tests(ROOT, [book.id for book in BOOKS])


def test_nothing_is_found_on_the_library() -> None:
    assert [str(finding) for finding in validate(corpus())] == []


def test_the_library_is_as_large_as_it_is_said_to_be() -> None:
    assert len(BOOKS) >= 24
    assert len({name for book in BOOKS for name in book.incident_types}) >= 15
    assert {book.platform for book in BOOKS} >= {"linux", "windows"}
    assert len([book for book in BOOKS if book.platform == "linux" and book.id in named()]) >= 12
    assert len([book for book in BOOKS if book.platform == "windows"]) >= 9


@each_book
def test_a_runbook_says_what_it_does_and_when_not_to_use_it(book: Runbook) -> None:
    description = book.description or ""
    assert len(description) >= EXPLAINED
    assert re.search(r"\b(not|never|nor|nothing)\b", description, re.IGNORECASE)
    assert book.references or WITHOUT_REFERENCE.get(book.id)
    assert all(step.name for step in book.steps)


@each_book
def test_every_parameter_is_explained_and_bounded(book: Runbook) -> None:
    for name, spec in book.params.items():
        assert spec.description, name
        if spec.type in ("string", "strings"):
            assert spec.pattern or spec.enum, f"{name} takes any text"
        if spec.type in ("integer", "number"):
            bounds = (spec.minimum, spec.maximum, *spec.enum)
            assert any(bound is not None for bound in bounds), f"{name} takes any number"


@each_book
def test_a_runbook_looks_before_it_acts_and_rests_between_runs(book: Runbook) -> None:
    assert book.precheck.healthy is not None
    assert book.limits.lock is not None
    assert book.limits.timeout is not None


@each_book
def test_the_verification_waits_and_knows_no_exit_code(book: Runbook) -> None:
    assert book.verify.settle.total_seconds() >= SETTLE_SECONDS.get(book.id, 5.0)
    for check in book.verify.checks:
        assert check.confidence > 0.5


@each_book
def test_what_deletes_or_ends_something_is_guarded(book: Runbook) -> None:
    destructive = [verb for verb in verbs(book) if ACTIONS[verb.action].destructive]
    if destructive:
        assert risk_of(book) == "high"
    for verb in destructive:
        assert verb.step.when is not None or book.precheck.unsafe is not None or book.precheck.healthy is not None


@pytest.mark.parametrize("book", [book for book in BOOKS if book.platform != "windows"], ids=lambda book: book.id)
def test_a_test_makes_the_real_fault_or_it_is_said_why_not(book: Runbook) -> None:
    assert (book.id in named()) != bool(UNTESTED.get(book.id)), f"{book.id}: name it in a test or in exceptions.json"


def test_only_runbooks_that_exist_are_excused() -> None:
    assert UNTESTED.keys() | WITHOUT_REFERENCE.keys() <= {book.id for book in BOOKS}


def test_every_rule_names_a_runbook_of_the_library() -> None:
    ids = {book.id for book in BOOKS}
    for rule in library().rules:
        assert rule.value.runbook_id in ids, rule.value.id


def test_the_page_of_the_library_is_current() -> None:
    page = library_page(corpus(), named())
    assert (ROOT / PAGE).read_text("utf-8") == page, "run `make docs`"
    assert runwright("library", "--check", "--repo", ROOT).code == 0
