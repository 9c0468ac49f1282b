"""`runwright fmt`: writes runbooks and rules in their canonical form, or says which are not in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

import click

from runwright.cli import options
from runwright.cli.printable import printable

STDIN = "-"
SUFFIXES = (".yaml", ".yml")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@options.repository
@click.option(
    "--check", is_flag=True, help="Change nothing; print what would change, and end with 1 if anything would."
)
def fmt(paths: tuple[Path, ...], repo: Path, check: bool) -> int:
    """Write runbooks and rules in canonical form: order of keys, indentation, comments where they belong.

    PATHS are files or folders; without any, runbooks/ and rules/ of --repo. One `-` reads standard input and writes to
    standard output.
    """
    if STDIN in map(str, paths):
        if len(paths) > 1:
            raise click.UsageError("`-` stands alone: one text comes in and one goes out.")
        return _filter(check)
    wanted = paths or tuple(path for path in (repo / "runbooks", repo / "rules") if os.path.lexists(path))
    if not wanted:
        raise click.UsageError(f"There is no runbooks/ or rules/ in {repo}; name files or folders.")
    results = [_formatted(path, check) for path in _files(wanted)]
    _summary(results, check)
    return 1 if None in results or (check and True in results) else 0


def _filter(check: bool) -> int:
    from runwright.corpus.canonical import canonical

    content = sys.stdin.buffer.read()
    after = canonical(content, "<stdin>").encode()
    if check:
        click.echo(_difference("<stdin>", content, after), nl=False)
    else:
        sys.stdout.buffer.write(after)
    return 1 if check and after != content else 0


def _formatted(path: Path, check: bool) -> bool | None:
    """Format one file; give whether it changes, or None when it cannot be formatted, which is told."""
    from runwright.adapters.file_rewrite import rewrite
    from runwright.corpus.canonical import canonical
    from runwright.errors import RunwrightError

    try:
        before, after = rewrite(path, lambda content: canonical(content, str(path)).encode(), write=not check)
    except RunwrightError as error:
        click.echo(_shown(str(error)), err=True)
        return None
    if before != after:
        click.echo(_difference(str(path), before, after) if check else f"{_shown(str(path))}: formatted\n", nl=False)
    return before != after


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if os.path.islink(path) or not os.path.isdir(path):  # a name that no system takes is no folder
            yield path
            continue
        for folder, below, names in os.walk(path):
            below.sort()
            yield from (Path(folder, name) for name in sorted(names) if name.endswith(SUFFIXES))


def _difference(path: str, before: bytes, after: bytes) -> str:
    old, new = (text.decode("utf-8", "replace").splitlines(keepends=True) for text in (before, after))
    lines = unified_diff(old, new, f"a/{path}", f"b/{path}")
    return "".join(_shown(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n") for line in lines)


def _shown(text: str) -> str:
    """Text of a file or a name of one, without what a terminal would obey."""
    return printable(text, keep="\n\t", instead="?")


def _summary(results: list[bool | None], check: bool) -> None:
    changed, bad = results.count(True), results.count(None)
    verb = "would change" if check else "changed"
    told = f"{len(results)} files: {changed} {verb}, {bad} cannot be formatted"
    click.echo(told, err=True)
