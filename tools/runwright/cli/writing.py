"""Writes texts that Runwright made: whole or not at all. What people edit is rewritten by `adapters.file_rewrite`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def overwrite(path: Path, text: str) -> None:
    """Write a file anew, beside its place and then moved there; raises `EdgeError`."""
    with _at(path):
        new = path.with_name(f".{path.name}.new")
        new.write_text(text, encoding="utf-8")
        new.replace(path)


def create(path: Path, text: str) -> bool:
    """Write a file where there is none, and say whether it was written; raises `EdgeError`."""
    with _at(path):
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            return False
    return True


@contextmanager
def _at(path: Path) -> Iterator[None]:
    from runwright.errors import EdgeError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise EdgeError(f"cannot write {path}: {error.strerror}", retryable=False) from error
