"""Whether CODEOWNERS names somebody for everything that counts.

What a line of it means is left to `release.codeowners`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from runwright.checks.hosting.wanted import CODEOWNERS_PLACES, OWNED
from runwright.release.codeowners import parse_codeowners

_BELOW = {
    "runbooks/": "runbooks/linux/RB-LIN-SERVICE-001.yaml",
    "rules/": "rules/promoted/L1-SERVICE-DOWN.yaml",
    "tests/recordings/": "tests/recordings/RB-LIN-SERVICE-001/x.json",
    "guard/": "guard/forms.yaml",
    ".github/": ".github/workflows/validate.yml",
}
"""A path below each folder: what an owner of the folder owns."""


def owners_text(files: Mapping[str, str]) -> tuple[str, str] | None:
    """The path and the text of the CODEOWNERS that counts; None where there is none."""
    return next(((path, files[path]) for path in CODEOWNERS_PLACES if path in files), None)


def uncovered(text: str, path: str) -> tuple[str, ...]:
    """What counts and has no owner; raises ContentError for a file that cannot be read."""
    owners = parse_codeowners(text, path)
    return tuple(one for one in OWNED if not owners.owners(_BELOW.get(one, one)))


def fewest_owners(text: str, path: str) -> tuple[int | None, str]:
    """The least number of owners of anything that counts, and of what; no number where teams own it all.

    What nobody owns is left to `uncovered`. Raises ContentError.
    """
    owners = parse_codeowners(text, path)
    named = ((owners.owners(_BELOW.get(one, one)), one) for one in OWNED)
    counted = [(_count(names), one) for names, one in named if names]
    known = [(number, one) for number, one in counted if number is not None]
    return min(known, key=lambda found: found[0]) if known else (None, "")


def _count(owners: Collection[str]) -> int | None:
    return None if any("/" in owner for owner in owners) else len({owner.casefold() for owner in owners})


def all_owners(text: str, path: str) -> frozenset[str]:
    """Every owner that is named, without @ and in small letters; raises ContentError."""
    lines = parse_codeowners(text, path).lines
    return frozenset(owner.removeprefix("@").casefold() for line in lines for owner in line.owners)
