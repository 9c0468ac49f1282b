"""Disks: is there room, and make room from what systemd's journal and the package cache keep.

journalctl: https://www.freedesktop.org/software/systemd/man/latest/journalctl.html#--vacuum-size=
apt-get clean: https://manpages.debian.org/stable/apt/apt-get.8.en.html
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Exec, Model, Native, Param, Variant, need, read_exit_code, sets

MOUNT = Param("A path on the disk, such as / or C:\\.", pattern=r"(/|[A-Za-z]:\\?)[^\x00-\x1f]{0,255}")
_USED = "disks.${{ params.path }}.used_percent"

HAS_ROOM = Action(
    "disk.has_room",
    "Check that a disk is not fuller than a limit.",
    {"path": MOUNT, "below_percent": Param("The limit in per cent.", type="number", required=False, default=90)},
    {
        "any": Variant(
            Native("disk.has_room", {"path": "${{ params.path }}", "below_percent": "${{ params.below_percent }}"}),
            Model(needs=(need(_USED, {"lt": "${{ params.below_percent }}"}),), fails_clean=True),
            read_exit_code,
        )
    },
    check=True,
)
VACUUM_JOURNAL = Action(
    "disk.vacuum_journal",
    "Delete the oldest of systemd's journal until it is small enough.",
    {"keep": Param("How much to keep, such as 200M.", pattern=r"[1-9][0-9]{0,5}[KMG]")},
    {
        "linux": Variant(
            Exec(("journalctl", "--vacuum-size", "${{ params.keep }}")),
            Model(
                changes=(sets("disks.*.used_percent", FORGET), sets("disks.*.free_bytes", FORGET)), fails_clean=False
            ),
            read_exit_code,
        )
    },
    risk="medium",
    destructive=True,
    timeout_seconds=300.0,
)
CLEAN_PACKAGE_CACHE = Action(
    "disk.clean_package_cache",
    "Delete the downloaded packages that apt keeps.",
    {},
    {
        "linux": Variant(
            Exec(("apt-get", "clean")),
            Model(changes=(sets("disks.*.used_percent", FORGET), sets("disks.*.free_bytes", FORGET))),
            read_exit_code,
        )
    },
    timeout_seconds=120.0,
)
ACTIONS = (HAS_ROOM, VACUUM_JOURNAL, CLEAN_PACKAGE_CACHE)
