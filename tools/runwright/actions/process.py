"""Processes: ask whether one runs, end one by name, end the aged ones of a user, remove a pid file nobody holds.

pkill, pgrep: procps-ng; taskkill: https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/taskkill
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Exec, Model, Native, Param, Variant, need, read_exit_code, sets

NAME = Param("The program's exact name, without its folder.", pattern=r"[A-Za-z0-9._+-]{1,64}")
_COUNT = "processes.${{ params.name }}.count"

RUNNING = Action(
    "process.running",
    "Check that a program runs.",
    {"name": NAME},
    {
        "any": Variant(
            Native("process.running", {"name": "${{ params.name }}"}),
            Model(needs=(need(_COUNT, {"gt": 0}),), fails_clean=True),
            read_exit_code,
        )
    },
    check=True,
)
TERMINATE = Action(
    "process.terminate",
    "Ask every process of a name to end.",
    {"name": NAME},
    {
        "linux": Variant(
            Exec(("pkill", "-TERM", "-x", "--", "${{ params.name }}")),
            Model(needs=(need(_COUNT, {"gt": 0}),), changes=(sets(_COUNT, FORGET), sets("services.*.state", FORGET))),
            read_exit_code,
        ),
        "windows": Variant(
            Exec(("taskkill.exe", "/IM", "${{ params.name }}")),
            Model(needs=(need(_COUNT, {"gt": 0}),), changes=(sets(_COUNT, FORGET), sets("services.*.state", FORGET))),
            read_exit_code,
        ),
    },
    risk="high",
    destructive=True,
    repeatable=False,
)
_AGED = "aged_processes.${{ params.name }}.${{ params.user }}.${{ params.seconds }}.count"
END_AGED = Action(
    "process.end_aged",
    "End the processes of one name and one user that have run for a time: first politely, after 5 s by force.",
    {
        "name": NAME,
        "user": Param("The user whose processes they are.", pattern=r"[A-Za-z_][A-Za-z0-9._-]{0,63}[$]?"),
        "seconds": Param("For how many seconds a process must have run.", type="integer", pattern=r"[1-9][0-9]{0,8}"),
        "at_most": Param(
            "More than so many are left alone.", type="integer", required=False, default=5, pattern=r"[1-9][0-9]?"
        ),
    },
    {
        "linux": Variant(
            Native(
                "process.end_aged",
                {name: f"${{{{ params.{name} }}}}" for name in ("name", "user", "seconds", "at_most")},
            ),
            Model(
                needs=(need(_AGED, {"lte": "${{ params.at_most }}"}),),
                changes=(
                    sets(_AGED, 0),
                    sets(_COUNT, FORGET),
                    sets("processes.${{ params.name }}.memory_mib", FORGET),
                    sets("services.*.state", FORGET),
                    sets("memory.used_percent", FORGET),
                    sets("cpu.load_1m", FORGET),
                ),
            ),
            read_exit_code,
        )
    },
    risk="high",
    destructive=True,
    timeout_seconds=30.0,
)
_PID_FILE = "pid_files.${{ params.path }}.${{ params.program }}.state"
REMOVE_PID_FILE = Action(
    "process.remove_pid_file",
    "Remove a pid or lock file whose process is gone or is another program; one that is held is left alone.",
    {
        "path": Param("The pid file: its first line is the process's number.", pattern=r"/[^\x00-\x1f]{1,1000}"),
        "program": Param("The name of the program that holds it when all is well.", pattern=r"[A-Za-z0-9._+-]{1,64}"),
    },
    {
        "linux": Variant(
            Native("pid_file.remove", {"path": "${{ params.path }}", "program": "${{ params.program }}"}),
            Model(
                needs=(need(_PID_FILE, ["stale", "absent"]),),
                changes=(sets(_PID_FILE, "absent"), sets("files.${{ params.path }}.exists", False)),
                fails_clean=True,
            ),
            read_exit_code,
        )
    },
    risk="high",
    destructive=True,
)
ACTIONS = (RUNNING, TERMINATE, END_AGED, REMOVE_PID_FILE)
