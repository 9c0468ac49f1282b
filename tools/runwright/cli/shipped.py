"""The runbooks and rules that come with Runwright: what the demo and a new repository begin with."""

from __future__ import annotations

from pathlib import Path


def library() -> dict[str, bytes]:
    """Every file by its name: beside the package, or in the work tree that it is run from."""
    package = Path(__file__).resolve().parents[1]
    root = package / "library" if (package / "library").is_dir() else package.parents[1]
    found = sorted(path for folder in ("runbooks", "rules") for path in (root / folder).rglob("*.yaml"))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}
