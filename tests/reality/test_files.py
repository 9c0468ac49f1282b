"""Files, disks and mounts on real file systems."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.reality.files import SCENARIOS
from tests.support.machine import IN_A_MACHINE
from tests.support.reality import Scenario

pytestmark = IN_A_MACHINE


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.fact)
def test_the_model_foretells_that(scenario: Scenario, meets: Callable[[Scenario], None]) -> None:
    meets(scenario)
