"""Where content stands in a repository, and what a file there is; nothing here reads a file.

Imports next to nothing, because every start of the command line passes here.
"""

from __future__ import annotations

import hashlib
from typing import Literal

RUNBOOKS, RULES, RECORDINGS = "runbooks/", "rules/", "tests/recordings/"
CONTENT = (RUNBOOKS, RULES, RECORDINGS)
FORMS, POLICY = "guard/forms.yaml", "runwright.toml"
SETTINGS = (FORMS, POLICY)
"""Files that say how content is judged: the known-safe commands, and what each risk needs."""
Kind = Literal["runbook", "rule", "recording", "healthy", "manifest"]
HEALTHY = f"{RECORDINGS}_healthy/"
"""States of hosts on which nothing was wrong, where no rule may fire."""
MANIFEST = "MANIFEST"
"""The file of each folder of recordings that lists them with their digests."""
_YAML = (".yaml", ".yml")


def kind_of(path: str) -> Kind | None:
    """What the file at a path below a repository is, or None when it is no content."""
    if path.startswith(RECORDINGS):
        return _kind_of_evidence(path)
    if not path.endswith(_YAML):
        return None
    return "runbook" if path.startswith(RUNBOOKS) else "rule" if path.startswith(RULES) else None


def _kind_of_evidence(path: str) -> Kind | None:
    if path.endswith(f"/{MANIFEST}"):
        return "manifest"
    if not path.endswith(".json"):
        return None
    return "healthy" if path.startswith(HEALTHY) else "recording"


def blob_id(content: bytes) -> str:
    """The name that Git gives to a file's bytes (SHA-1 of a header and the bytes)."""
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content), usedforsecurity=False).hexdigest()
