"""Facts about SELinux, units and PowerShell, read from what their programs print; foreign output tells nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runwright.actions import facts_held, facts_powershell
from runwright.actions.action import Native, Result
from runwright.actions.facts_windows import parse_properties
from runwright.actions.reader import Parse
from runwright.model.facts import spec_of
from runwright.model.path import Path

SHOWN = """\
ExecStartPre={ path=/usr/bin/test ; argv[]=/usr/bin/test -d /srv ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] }
ExecStart={ path=/usr/sbin/nginx ; argv[]=/usr/sbin/nginx -g daemon off; ; ignore_errors=no ; start_time=[n/a] ; pid=0 }
CanReload=yes
"""  # noqa: E501
NOTHING: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("parse", "code", "output", "facts"),
    [
        (facts_held.parse_mode, 0, "Enforcing\n", {"mode": "enforcing"}),
        (facts_held.parse_mode, 0, "Disabled\n", {"mode": "disabled"}),
        (facts_held.parse_mode, 0, "Perhaps\n", NOTHING),
        (facts_held.parse_mode, 1, "Enforcing\n", NOTHING),
        (facts_held.parse_boolean, 0, "nis_enabled --> off\n", {"on": False}),
        (facts_held.parse_boolean, 0, "nis_enabled --> on\n", {"on": True}),
        (facts_held.parse_boolean, 1, "Error getting active value for x\n", NOTHING),
        (facts_held.parse_label, 0, "/usr/sbin/xrdp verified.\n", {"label_right": True}),
        (
            facts_held.parse_label,
            1,
            "/usr/sbin/xrdp has context unconfined_u:object_r:user_home_t:s0, should be system_u:object_r:bin_t:s0\n",
            {"label_right": False},
        ),
        (facts_held.parse_label, 1, "matchpathcon: lstat(/none) failed: No such file or directory\n", NOTHING),
        (facts_held.parse_setting, 0, "8192\n", {"value": "8192"}),
        (facts_held.parse_setting, 255, "", NOTHING),
        (facts_held.parse_unit, 0, SHOWN, {"reloadable": True, "programs": ["/usr/bin/test", "/usr/sbin/nginx"]}),
        (facts_held.parse_unit, 0, "CanReload=no\nExecStart=\n", {"reloadable": False}),
        (facts_held.parse_unit, 0, "", NOTHING),
        (parse_properties(facts_powershell.TLS), 0, '{"Offers":false}', {"tls12_by_default": False}),
        (parse_properties(facts_powershell.VERSION), 0, '{"Version":"5.1.17763.1"}', {"version": "5.1.17763.1"}),
        (parse_properties(facts_powershell.PROVIDER), 0, '{"Installed":true}', {"installed": True}),
        (
            parse_properties(facts_powershell.IMAGE),
            0,
            '{"Health":"Repairable","Source":false}',
            {"health": "repairable", "source_set": False},
        ),
        (parse_properties(facts_powershell.IMAGE), 1, "Access is denied.", NOTHING),
    ],
)
def test_the_output_tells_exactly_these_facts(parse: Parse, code: int, output: str, facts: dict[str, Any]) -> None:
    assert parse(Result(code, output)) == facts


FAMILIES: dict[str, Path] = {
    "mode": ("selinux", "mode"),
    "on": ("selinux_booleans", "x", "on"),
    "label_right": ("files", "/x", "label_right"),
    "value": ("kernel_settings", "x", "value"),
    "programs": ("services", "x", "programs"),
    "reloadable": ("services", "x", "reloadable"),
    "version": ("powershell", "version"),
    "installed": ("psproviders", "x", "installed"),
    "health": ("winimage", "health"),
    "source_set": ("winimage", "source_set"),
    "tls12_by_default": ("wintls", "tls12_by_default"),
}


def test_every_leaf_of_the_readers_stands_in_the_dictionary() -> None:
    for reader in (*facts_held.READERS, *facts_powershell.READERS):
        path = tuple(part if isinstance(part, str) else "x" for part in reader.prefix)
        assert all(spec_of((*path, leaf)) is not None for leaf in reader.leaves), path
    assert all(spec_of(path) is not None for path in FAMILIES.values())


PARSERS = [
    parse
    for reader in (*facts_held.READERS, *facts_powershell.READERS)
    for operation, parse in reader.variants.values()
    if not isinstance(operation, Native)
]


@pytest.mark.parametrize("parse", PARSERS)
@given(st.sampled_from([0, 1, 255, None]), st.text(max_size=120), st.text(max_size=40))
def test_foreign_output_never_upsets_a_reader(parse: Parse, code: int | None, output: str, error: str) -> None:
    told = parse(Result(code, output, error))
    assert set(told) <= FAMILIES.keys()


@pytest.mark.parametrize("output", ["[]", "1", '{"Offers": "maybe"}', '{"Offers": 7}', "{" * 50_000])
def test_another_form_of_json_tells_nothing(output: str) -> None:
    assert parse_properties(facts_powershell.TLS)(Result(0, output)) == {}
