"""Writes texts that Runwright made: whole or not at all, and never through a link inside the repository.

What people edit is rewritten by `adapters.file_rewrite`.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def overwrite(path: Path, text: str, root: Path | None = None) -> None:
    """Write a file anew, beside its place and then moved there; raises `EdgeError`.

    Below `root`, a repository in which anybody may have put links, no folder on the way is one: `ContentError`.
    """
    with _at(path, root):
        # Nobody can lay out a link under a name that nobody knows, and one that is there is not followed.
        new = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}.tmp")
        try:
            _write_new(new, text, _mode(path))
            os.replace(new, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(new)


def create(path: Path, text: str, root: Path | None = None) -> bool:
    """Write a file where there is none, and say whether it was written; raises as `overwrite` does."""
    with _at(path, root):
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            return False
    return True


def refuse_links(path: Path, root: Path) -> None:
    """Raise `ContentError` where a folder between a repository and a file in it is a link, wherever it leads."""
    from runwright.errors import ContentError

    below = Path(os.path.relpath(path.absolute(), root.absolute()))
    folders = [parent for parent in below.parents if parent != Path()]
    if ".." in below.parts:
        raise ContentError(f"lies outside {root.absolute()}", path=str(path))
    for folder in folders:
        if (root / folder).is_symlink():
            raise ContentError("is a link; nothing is written through a link", path=str(root / folder))


def _mode(path: Path) -> int | None:
    """The rights of the file that stands there; None where there is none, or no plain one."""
    with contextlib.suppress(FileNotFoundError):
        found = path.lstat()
        return stat.S_IMODE(found.st_mode) if stat.S_ISREG(found.st_mode) else None
    return None


def _write_new(path: Path, text: str, mode: int | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o666), "w", encoding="utf-8") as file:
        if mode is not None:
            os.fchmod(file.fileno(), mode)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _at(path: Path, root: Path | None) -> Iterator[None]:
    from runwright.errors import EdgeError

    if root is not None:
        refuse_links(path, root)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise EdgeError(f"cannot write {path}: {error.strerror}", retryable=False) from error
