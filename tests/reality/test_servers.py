"""Services below a supervisor, and real servers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.reality.servers import SCENARIOS
from tests.support.reality import Scenario
from tests.support.reality_servers import NEEDED

pytestmark = [pytest.mark.needs(name) for name in NEEDED]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.fact)
def test_the_model_foretells_that(scenario: Scenario, is_served: Callable[[Scenario], None]) -> None:
    is_served(scenario)
