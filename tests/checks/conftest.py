"""Property tests repeat the same examples everywhere; `tests.support.strategies` says how."""

from __future__ import annotations

import tests.support.strategies  # noqa: F401  # loads the profile
