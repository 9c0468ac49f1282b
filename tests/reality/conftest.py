"""The hosts that the scenarios run on: one booted machine, and one with real servers below a supervisor."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.support.machine import ENVIRONMENT, booted
from tests.support.reality import Place, Scenario, judge, place
from tests.support.reality_servers import servers

JOBS = {"copy": ["/opt/jobs/copy"], "fail": ["/bin/false"]}
CHANNELS = {"operations": "http://127.0.0.1:7001/", "nobody": "http://127.0.0.1:7009/"}
Meet = Callable[[Scenario], None]


@pytest.fixture(scope="package")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One machine for all of them: each scenario has names of its own."""
    with booted(tmp_path_factory.mktemp("machine")) as started:
        site = {"jobs": JOBS, "channels": CHANNELS}
        with place(started.enter, site, ENVIRONMENT) as found:
            yield found


@pytest.fixture(scope="package")
def supervised() -> Iterator[Place]:
    """The servers."""
    with servers() as found:
        yield found


@pytest.fixture
def meets(machine: Place) -> Meet:
    """Arrange a scenario in the machine, carry its action out, and judge the model."""
    return lambda scenario: meet(machine, scenario)


@pytest.fixture
def is_served(supervised: Place) -> Meet:
    """The same where the servers are."""
    return lambda scenario: meet(supervised, scenario)


def meet(there: Place, scenario: Scenario) -> None:
    """One scenario at one place."""
    filled = there.filled(scenario)
    there.arrange(filled.arrange)
    judge(filled, there.carry_out(filled))
