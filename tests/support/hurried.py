"""A runbook of the library as it is, but for the time that it lets pass before its verification.

A real host needs time to show that a repair holds; a small server of a test has shown it at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.support.commands import ROOT

as_written = False
"""Whether runbooks keep their time, as they do in runs that are kept as recordings."""
_IN_VAIN = re.compile(r"(?m)^(    timeout: )[0-9]+s(\n    every: )[0-9]+s(\n    on_failure: continue)$")
"""The end of a `wait_until` that is meant to run out."""


def unchanged(_: str, text: str) -> str:
    """Give a text as it is."""
    return text


instead: Callable[[str, str], str] = unchanged
"""What becomes of the text of a runbook, by its id, on its way to the host."""


def hurried(runbook: str) -> str:
    """Give the text of a runbook with a settle time of one second, so that a test does not wait for nothing."""
    text = next((ROOT / "runbooks").rglob(f"{runbook}.yaml")).read_text("utf-8")
    made, count = re.subn(r"^  settle: [0-9]+s$", "  settle: 1s", text, flags=re.MULTILINE)
    assert count == 1, f"{runbook} has {count} settle times"
    return instead(runbook, text if as_written else _IN_VAIN.sub(r"\g<1>3s\g<2>1s\g<3>", made))
