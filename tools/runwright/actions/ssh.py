"""The SSH server: check its configuration before anybody is locked out.

sshd -t: https://man.openbsd.org/sshd.8#t
"""

from __future__ import annotations

import re

from runwright.actions.action import Action, Exec, Model, Reading, Result, Variant, need, read_exit_code
from runwright.model.condition import Truth

TEST = Exec(("sshd", "-t"))
_ONLY_STOPPED = "Missing privilege separation directory"
_BAD_LINE = re.compile(r"(?:^|: )line \d+|bad configuration option|No such file or directory", re.MULTILINE)


def accepts(result: Result) -> Truth:
    """Whether `sshd -t` accepts the configuration; None where it tells nothing of it, as without the right to read it.

    It reads the configuration first; the folder that it misses afterwards is made by the service when it starts.
    """
    if result.timed_out:
        return None
    if result.exit_code == 0 or (result.exit_code == 255 and result.error.startswith(_ONLY_STOPPED)):
        return True
    return False if _BAD_LINE.search(result.error) else None


def _read(result: Result, success_codes: tuple[int, ...]) -> Reading:
    return Reading(True) if accepts(result) else read_exit_code(result, success_codes)


CHECK_CONFIG = Action(
    "ssh.check_config",
    "Check that the SSH server accepts its configuration.",
    {},
    {"linux": Variant(TEST, Model(needs=(need("ssh.config_valid", True),), fails_clean=True), _read)},
    check=True,
)
ACTIONS = (CHECK_CONFIG,)
