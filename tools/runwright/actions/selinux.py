"""SELinux: give a file the label that the policy wants, switch a boolean of the policy on.

Nothing here makes the policy less than its authors foresaw: no domain is set free, nothing is turned off.
restorecon(8): https://man7.org/linux/man-pages/man8/restorecon.8.html
setsebool(8): https://man7.org/linux/man-pages/man8/setsebool.8.html
"""

from __future__ import annotations

from runwright.actions.action import Action, Exec, Model, Param, Variant, need, read_exit_code, sets

# More than one word would be several settings; `=` would give a value of its own.
BOOLEAN = Param("The boolean's name, as getsebool lists it.", pattern=r"[A-Za-z][A-Za-z0-9_]{0,127}")
PROGRAM = Param("The absolute path of a file.", pattern=r"/[^\x00-\x1f]{1,1000}")
_ACTIVE = need("selinux.mode", ["enforcing", "permissive"])

RESTORECON = Action(
    "selinux.restorecon",
    "Give one file the SELinux label that the policy of this host wants for its path.",
    {"path": PROGRAM},
    {
        "linux": Variant(
            Exec(("restorecon", "-F", "--", "${{ params.path }}")),
            Model(
                needs=(_ACTIVE, need("files.${{ params.path }}.exists", True)),
                changes=(sets("files.${{ params.path }}.label_right", True),),
                fails_clean=True,
            ),
            read_exit_code,
        )
    },
    risk="medium",
)
SETSEBOOL = Action(
    "selinux.setsebool",
    "Switch a boolean of the SELinux policy on, now and after the next start: the policy then allows what it guards.",
    {"boolean": BOOLEAN},
    {
        "linux": Variant(
            Exec(("setsebool", "-P", "${{ params.boolean }}", "on")),
            Model(needs=(_ACTIVE,), changes=(sets("selinux_booleans.${{ params.boolean }}.on", True),)),
            read_exit_code,
        )
    },
    risk="high",
    timeout_seconds=120.0,
)
ACTIONS = (RESTORECON, SETSEBOOL)
