"""An action's parameters are checked at the moment of the run, after every insertion."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.actions.catalogue import ACTIONS, find
from runwright.agent.accept import refusal
from runwright.model.pattern import compiled


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("service.start", {"service": "web@1.service"}),
        ("http.get", {"url": "https://example.org:8443/a?b=c", "status": 204}),
        ("wait.for", {"duration": "10s"}),
        ("command.run", {"argv": ["ls", "-l"]}),
        ("script.sh", {"script": "true", "env": {"A": "1"}}),
        ("disk.has_room", {"path": "/", "below_percent": 90}),
        ("disk.clean_package_cache", {}),
        ("file.set_mode", {"path": "/etc/x", "mode": "0640"}),
    ],
)
def test_good_parameters_are_accepted(action: str, params: dict[str, Any]) -> None:
    assert refusal(find(action), params) is None


@pytest.mark.parametrize(
    ("action", "params", "said"),
    [
        ("service.start", {}, "parameter 'service' is missing"),
        ("service.start", {"service": "web; reboot"}, "'web; reboot'"),
        ("service.start", {"service": "--now"}, "'--now'"),
        ("service.start", {"service": "ALL"}, "a word of its own"),
        ("service.start", {"service": "a" * 201}, "parameter 'service' is"),
        ("service.start", {"service": "web", "force": True}, "has no parameter 'force'; it has: service"),
        ("service.start", {"service": ["web"]}, "expected string"),
        ("service.start", {"service": True}, "expected string"),
        ("http.get", {"url": "http://x/\nHost: y"}, "parameter 'url'"),
        ("http.get", {"url": "file:///etc/passwd"}, "an http or https address"),
        ("http.get", {"url": "http://x/", "status": "200"}, "expected integer"),
        ("http.get", {"url": "http://x/", "status": True}, "expected integer"),
        ("wait.for", {"duration": "soon"}, "'soon' is not a duration"),
        ("file.remove", {"path": "etc/passwd"}, "an absolute path"),
        ("file.set_mode", {"path": "/x", "mode": "777"}, "four octal digits"),
        ("command.run", {"argv": "ls -l"}, "expected a list of texts"),
    ],
)
def test_other_parameters_are_refused_with_the_reason(action: str, params: dict[str, Any], said: str) -> None:
    assert said in str(refusal(find(action), params))


def test_every_pattern_of_the_catalogue_can_be_run_in_linear_time() -> None:
    for action in ACTIONS.values():
        for spec in action.params.values():
            if spec.pattern:
                compiled(spec.pattern)
