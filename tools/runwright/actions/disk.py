"""Disks: is there room, make room from the journal, the package cache and old files; copy a file or its end.

journalctl: https://www.freedesktop.org/software/systemd/man/latest/journalctl.html#--vacuum-size=
apt-get clean: https://manpages.debian.org/stable/apt/apt-get.8.en.html
"""

from __future__ import annotations

from runwright.actions.action import (
    FORGET,
    Action,
    Exec,
    Model,
    Native,
    Param,
    Variant,
    need,
    paths,
    read_exit_code,
    sets,
)
from runwright.actions.backup import PATTERN
from runwright.actions.file import FILE, LEAVES, NAMES

MOUNT = Param("A path on the disk, such as / or C:\\.", pattern=r"(/|[A-Za-z]:\\?)[^\x00-\x1f]{0,255}")
_USED = "disks.${{ params.path }}.used_percent"
_FILES = tuple(sets(f"files.*.{leaf}", FORGET) for leaf in LEAVES)
"""What is deleted, and the folders that it was in, may be facts of their own."""

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
    "Close the journal's current files, then delete the oldest until it is small enough.",
    {"keep": Param("How much to keep, such as 200M.", pattern=r"[1-9][0-9]{0,5}[KMG]")},
    {
        "linux": Variant(
            Exec(("journalctl", "--rotate", "--vacuum-size", "${{ params.keep }}")),
            Model(
                changes=(
                    sets("disks.*.used_percent", FORGET),
                    sets("disks.*.free_bytes", FORGET),
                    sets("journal.size_bytes", FORGET),
                    *_FILES,
                )
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
            Model(changes=(sets("disks.*.used_percent", FORGET), sets("disks.*.free_bytes", FORGET), *_FILES)),
            read_exit_code,
        )
    },
    timeout_seconds=120.0,
)
_ROOM = (
    sets("disks.*.used_percent", FORGET),
    sets("disks.*.free_bytes", FORGET),
    sets("disks.*.inodes_used_percent", FORGET),
)
_OLD = "old_files.${{ params.folder }}.${{ params.pattern }}.${{ params.days }}"
REMOVE_OLD_FILES = Action(
    "disk.remove_old_files",
    "Delete the old files of a name below a folder; links, other file systems and files in use are left alone.",
    {
        "folder": Param(
            "The absolute path of a folder of its own, such as /var/tmp/app.",
            pattern=r"/[^\x00-\x1f/]{1,255}/[^\x00-\x1f]{1,700}",
        ),
        "pattern": PATTERN,
        "days": Param(
            "How many days ago a file must have been written last; at least 1.",
            type="integer",
            pattern=r"[1-9][0-9]{0,4}",
        ),
    },
    {
        "linux": Variant(
            Native(
                "disk.remove_old_files",
                {name: f"${{{{ params.{name} }}}}" for name in ("folder", "pattern", "days")},
            ),
            Model(
                needs=(
                    need("files.${{ params.folder }}.exists", True),
                    need("files.${{ params.folder }}.kind", "folder"),
                    need("files.${{ params.folder }}.reachable", True),
                    need("files.${{ params.folder }}.read_only", False),
                ),
                reads=paths(f"{_OLD}.count"),
                changes=(sets(f"{_OLD}.count", 0), sets(f"{_OLD}.bytes", 0), *_ROOM, *_FILES),
            ),
            read_exit_code,
        )
    },
    risk="high",
    destructive=True,
    timeout_seconds=300.0,
)
_SOURCE, _PLACE = "files.${{ params.source }}", "files.${{ params.path }}"
_CAN_BE_COPIED = (
    need(f"{_SOURCE}.exists", True),
    need(f"{_SOURCE}.kind", "file"),
    need(f"{_SOURCE}.reachable", True),
    need(f"{_PLACE}.reachable", True),
    need(f"{_PLACE}.vacant", True),
    need(f"{_PLACE}.read_only", False),
)
MAX_COPIED = 64 * 1024 * 1024
"""The largest file, in bytes, that is copied whole; a configuration is smaller."""
_WRITTEN = (
    NAMES,
    sets("files.${{ params.path }}.names", 1),
    sets("files.${{ params.path }}.exists", True),
    sets("files.${{ params.path }}.kind", "file"),
    sets("files.${{ params.path }}.size_bytes", FORGET),
    *_ROOM,
)
_SAID_OF_FILES = ("nginx.*.valid", "certificates.*.days_left", "ssh.config_valid", "firewall.rules_valid")
"""What programs say of a configuration that may have been copied."""
COPY_END = Action(
    "disk.copy_end",
    "Copy the end of a file into another file, as before a log is emptied; an older copy is replaced.",
    {
        "source": FILE,
        "path": FILE,
        "kib": Param(
            "How much of it, in KiB.", type="integer", required=False, default=1024, pattern=r"[1-9][0-9]{0,6}"
        ),
    },
    {
        "linux": Variant(
            Native("disk.copy_end", {name: f"${{{{ params.{name} }}}}" for name in ("source", "path", "kib")}),
            Model(needs=_CAN_BE_COPIED, changes=_WRITTEN, fails_clean=True),
            read_exit_code,
        )
    },
    risk="medium",
)
COPY_FILE = Action(
    "disk.copy_file",
    "Put a copy of a file in the place of another in one step; what was there keeps its owner and mode.",
    {"source": FILE, "path": FILE},
    {
        "linux": Variant(
            Native("disk.copy_file", {"source": "${{ params.source }}", "path": "${{ params.path }}"}),
            Model(
                needs=(*_CAN_BE_COPIED, need(f"{_SOURCE}.size_bytes", {"lte": MAX_COPIED})),
                changes=(*_WRITTEN, *(sets(fact, FORGET) for fact in _SAID_OF_FILES)),
                fails_clean=True,
            ),
            read_exit_code,
        )
    },
    risk="medium",
    destructive=True,
)
ACTIONS = (HAS_ROOM, VACUUM_JOURNAL, CLEAN_PACKAGE_CACHE, REMOVE_OLD_FILES, COPY_END, COPY_FILE)
