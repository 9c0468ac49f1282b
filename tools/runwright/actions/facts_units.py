"""What a systemd unit's own settings say of starting and stopping it: what it leaves, and whether others move along.

org.freedesktop.systemd1(5): https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.systemd1.html
Whether it runs is read in `facts`, from the same answer of systemctl.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_STARTED_TOO = ("Requires", "Wants", "BindsTo", "Upholds", "Requisite", "Conflicts")
_STOPPED_TOO = ("RequiredBy", "BoundBy", "ConsistsOf", "UpheldBy")
PROPERTIES = (
    *("Type", "RemainAfterExit", "ConditionResult", "ConditionTimestampMonotonic", "UnitFileState", "FragmentPath"),
    *(name for name in (*_STARTED_TOO, *_STOPPED_TOO) if name != "Requires"),
)
READ_FROM_FILE = ("requires", "start_leaves", "starts_others", "installable", "local")
"""What may be another after systemd has read the unit's file again, or looked behind a mask."""
LEAVES = frozenset({"start_leaves", "starts_others", "stops_others", "installable", "local"})
_INSTALLABLE = {
    **dict.fromkeys(("enabled", "enabled-runtime", "disabled", "linked", "linked-runtime"), True),
    **dict.fromkeys(("static", "generated", "transient", "indirect"), False),
}
_OWN = ("/etc/systemd/system/",)


def unit_facts(values: Mapping[str, str]) -> dict[str, Any]:
    """The facts that settings tell, from the properties of `systemctl show`."""
    if "RequiredBy" not in values:  # the answer of an older question, as recordings have it
        return {}
    facts: dict[str, Any] = {
        "starts_others": _moved(values, _STARTED_TOO),
        "stops_others": _moved(values, _STOPPED_TOO),
        # The file of a masked unit is the mask.
        "local": values.get("LoadState") != "masked" and values.get("FragmentPath", "").startswith(_OWN),
        "start_leaves": _left(values),
    }
    installable = _INSTALLABLE.get(values.get("UnitFileState", ""))
    return facts if installable is None else {**facts, "installable": installable}


def _left(values: Mapping[str, str]) -> str:
    """A job that ends leaves nothing that runs; a unit whose conditions did not hold may be left alone again."""
    tried = values.get("ConditionTimestampMonotonic", "0") != "0"
    if tried and values.get("ConditionResult") == "no":
        return "unsure"
    ends = values.get("Type") == "oneshot" and values.get("RemainAfterExit") != "yes"
    return "stopped" if ends else "running"


def _moved(values: Mapping[str, str], names: Iterable[str]) -> bool:
    """Whether there is a service or a timer among the units that these relations name."""
    units = (unit for name in names for unit in values.get(name, "").split())
    return any(unit.endswith((".service", ".timer")) for unit in units)
