"""`runwright library`: writes the library's page, or checks that the committed one is what the runbooks say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import click

from runwright.cli import options
from runwright.cli.writing import overwrite

TESTS = Path("tests/library")
"""Where the tests stand that make real faults, below a repository; those of played hosts stand in a folder of it."""


@click.command()
@options.repository
@click.option("--write", is_flag=True, help="Write runbooks/README.md.")
@click.option("--check", is_flag=True, help="Exit with 1 when runbooks/README.md is not what the runbooks say.")
def library(repo: Path, write: bool, check: bool) -> int:
    """Print, write or check the page that lists every runbook."""
    from runwright.checks.library import PAGE, library_page
    from runwright.cli import wiring

    corpus = wiring.corpus_from_folder(repo)
    page = library_page(corpus, named_by_tests(repo, [entry.value.id for entry in corpus.runbooks]))
    if write:
        overwrite(repo / PAGE, page, repo)
        return 0
    if not check:
        click.echo(page, nl=False)
        return 0
    if _there(repo / PAGE) == page:
        return 0
    click.echo(f"{repo / PAGE}: differs from the runbooks; run `runwright library --write`", err=True)
    return 1


def named_by_tests(repo: Path, runbooks: Iterable[str]) -> frozenset[str]:
    """The runbooks that a test in tests/library names; raises `EdgeError`."""
    text = "\n".join(_there(path) for path in sorted((repo / TESTS).glob("test_*.py")))
    words = frozenset(re.findall(r"RB(?:-[A-Z0-9]+)+", text))
    return frozenset(runbooks) & words


def _there(path: Path) -> str:
    from runwright.errors import EdgeError

    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise EdgeError(f"cannot read {path}: {error}", retryable=False) from error
