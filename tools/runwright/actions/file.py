"""Files: look at one, empty or delete it, set its mode and owner; no symbolic link is followed to change anything."""

from __future__ import annotations

from runwright.actions.action import (
    FORGET,
    Action,
    Change,
    Exec,
    Model,
    Native,
    Param,
    Variant,
    need,
    read_exit_code,
    sets,
)

FILE = Param("An absolute path.", pattern=r"(/|[A-Za-z]:\\)[^\x00-\x1f]{1,1000}")
ACCOUNT = r"[A-Za-z_][A-Za-z0-9_.-]{0,31}\$?"
_EXISTS = "files.${{ params.path }}.exists"
_SIZE = "files.${{ params.path }}.size_bytes"
_MODE = "files.${{ params.path }}.mode"
_KIND = "files.${{ params.path }}.kind"
_IS_THERE = need(_EXISTS, True)
_IS_FILE = (_IS_THERE, need(_KIND, "file"))
_WRITABLE = need("files.${{ params.path }}.read_only", False)
_CHANGEABLE = (need("files.${{ params.path }}.reachable", True), _WRITABLE, need("files.${{ params.path }}.names", 1))
_FILE_OR_FOLDER = (_IS_THERE, need(_KIND, ["file", "folder"]))
LEAVES = ("exists", "kind", "size_bytes", "mode", "owner", "group", "names", "reachable", "vacant", "read_only")
"""Every fact of a file."""
_ROOM = (sets("disks.*.used_percent", FORGET), sets("disks.*.free_bytes", FORGET))

NAMES = sets("files.*.names", FORGET)
"""A file that goes may have been another one too."""


def gone(path: str) -> tuple[Change, ...]:
    """What nobody can tell of a file that was deleted, or of every file of a family."""
    return tuple(sets(f"{path}.{leaf}", FORGET) for leaf in LEAVES if leaf != "exists")


EXISTS = Action(
    "file.exists",
    "Check that a file or folder exists.",
    {"path": FILE},
    {
        "any": Variant(
            Native("file.exists", {"path": "${{ params.path }}"}),
            Model(needs=(need(_EXISTS, True),), fails_clean=True),
            read_exit_code,
        )
    },
    check=True,
)
REMOVE = Action(
    "file.remove",
    "Delete one file; a folder is refused.",
    {"path": FILE},
    {
        "linux": Variant(
            Exec(("rm", "--", "${{ params.path }}")),
            Model(
                needs=(_IS_THERE, need(_KIND, ["file", "link", "other"]), _WRITABLE),
                changes=(NAMES, sets(_EXISTS, False), *gone("files.${{ params.path }}"), *_ROOM),
                fails_clean=True,
            ),
            read_exit_code,
        )
    },
    risk="high",
    destructive=True,
    repeatable=False,
)
TRUNCATE = Action(
    "file.truncate",
    "Empty one file and keep it, as for a log that a program still writes.",
    {"path": FILE},
    {
        "linux": Variant(
            Native("file.truncate", {"path": "${{ params.path }}"}),
            Model(needs=(*_IS_FILE, *_CHANGEABLE), changes=(sets(_SIZE, 0), *_ROOM), fails_clean=True),
            read_exit_code,
        )
    },
    risk="high",
    destructive=True,
)
SET_MODE = Action(
    "file.set_mode",
    "Set the permission bits of one file or folder.",
    {"path": FILE, "mode": Param("Four octal digits, such as 0640.", pattern=r"0[0-7]{3}")},
    {
        "linux": Variant(
            Native("file.set_mode", {"path": "${{ params.path }}", "mode": "${{ params.mode }}"}),
            Model(
                needs=(*_FILE_OR_FOLDER, *_CHANGEABLE), changes=(sets(_MODE, "${{ params.mode }}"),), fails_clean=True
            ),
            read_exit_code,
        )
    },
    risk="medium",
)
SET_OWNER = Action(
    "file.set_owner",
    "Give one file or folder to a user and a group.",
    {
        "path": FILE,
        "owner": Param("The user's name.", pattern=ACCOUNT),
        "group": Param("The group's name.", pattern=ACCOUNT),
    },
    {
        "linux": Variant(
            Native("file.set_owner", {name: f"${{{{ params.{name} }}}}" for name in ("path", "owner", "group")}),
            Model(
                needs=(*_FILE_OR_FOLDER, *_CHANGEABLE),
                changes=(
                    sets("files.${{ params.path }}.owner", "${{ params.owner }}"),
                    sets("files.${{ params.path }}.group", "${{ params.group }}"),
                    # The kernel takes the bits away that let a program run as its owner (chown(2)).
                    sets(_MODE, FORGET),
                ),
                fails_clean=True,
            ),
            read_exit_code,
        )
    },
    risk="medium",
)
ACTIONS = (EXISTS, REMOVE, TRUNCATE, SET_MODE, SET_OWNER)
