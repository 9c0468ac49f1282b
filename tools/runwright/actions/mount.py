"""Mounts: bring a file system of fstab(5) back, take it away, and make it writable again.

mount: https://man7.org/linux/man-pages/man8/mount.8.html   umount: https://man7.org/linux/man-pages/man8/umount.8.html
Which file system belongs at a place is read from fstab alone: a runbook names the place and nothing else.
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Change, Exec, Model, Param, Variant, need, read_exit_code, sets
from runwright.actions.file import LEAVES

PLACE = Param("The folder that the file system is mounted on, such as /srv/data.", pattern=r"/[^\x00-\x1f]{0,1000}")
_SELF = "mounts.${{ params.path }}"
_IN_FSTAB = need(f"{_SELF}.in_fstab", True)
_MOUNTED = need(f"{_SELF}.mounted", True)


def _elsewhere() -> tuple[Change, ...]:
    """What stands below the place, and how full it is, is that of another file system now."""
    files = tuple(sets(f"files.*.{leaf}", FORGET) for leaf in LEAVES)
    disks = tuple(sets(f"disks.*.{leaf}", FORGET) for leaf in ("used_percent", "free_bytes", "inodes_used_percent"))
    return (*files, *disks)


MOUNT = Action(
    "mount.mount",
    "Mount the file system that fstab names for a folder.",
    {"path": PLACE},
    {
        "linux": Variant(
            Exec(("mount", "--", "${{ params.path }}")),
            Model(
                needs=(_IN_FSTAB, need(f"{_SELF}.mounted", False), need("files.${{ params.path }}.exists", True)),
                changes=(sets(f"{_SELF}.mounted", True), sets(f"{_SELF}.read_only", FORGET), *_elsewhere()),
            ),
            read_exit_code,
        )
    },
    risk="medium",
    repeatable=False,
)
UNMOUNT = Action(
    "mount.unmount",
    "Take the file system of a folder away; one that is in use stays.",
    {"path": PLACE},
    {
        "linux": Variant(
            Exec(("umount", "--", "${{ params.path }}")),
            Model(
                needs=(_MOUNTED,),
                changes=(sets(f"{_SELF}.mounted", False), *_elsewhere()),
                fails_clean=True,
            ),
            read_exit_code,
        )
    },
    risk="high",
    destructive=True,
    repeatable=False,
)
REMOUNT_WRITABLE = Action(
    "mount.remount_writable",
    "Make a file system that was mounted read-only writable again.",
    {"path": PLACE},
    {
        "linux": Variant(
            Exec(("mount", "-o", "remount,rw", "--", "${{ params.path }}")),
            Model(
                needs=(_MOUNTED,),
                changes=(sets(f"{_SELF}.read_only", False), sets("files.*.read_only", FORGET)),
                fails_clean=True,
            ),
            read_exit_code,
        )
    },
    risk="high",
)
ACTIONS = (MOUNT, UNMOUNT, REMOUNT_WRITABLE)
