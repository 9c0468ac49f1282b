"""Commands and inline scripts: opaque to replay, because nobody can say what they read and change.

Values arrive as arguments or as environment variables, never as text of a shell line.
"""

from __future__ import annotations

from runwright.actions.action import Action, Exec, Model, Param, Variant, read_exit_code

ENV = Param("Environment variables, by name.", type="environment", required=False, default={})
_OPAQUE = Model(opaque=True)

RUN = Action(
    "command.run",
    "Run one program with its arguments; there is no shell in between.",
    {"argv": Param("The program and its arguments, as a list.", type="strings")},
    {"any": Variant(Exec(("${{ params.argv }}",)), _OPAQUE, read_exit_code)},
    risk="high",
    destructive=True,
    repeatable=False,
)


def _script(interpreter: tuple[str, ...]) -> Variant:
    return Variant(
        Exec(interpreter, env={"*": "${{ params.env }}"}, stdin="${{ params.script }}"), _OPAQUE, read_exit_code
    )


_PARAMS = {
    "script": Param("The script's text; it is given on standard input and holds no insertions.", type="text"),
    "env": ENV,
}
BASH = Action(
    "script.bash",
    "Run a bash script.",
    _PARAMS,
    {"linux": _script(("bash", "-s"))},
    risk="high",
    destructive=True,
    repeatable=False,
)
SH = Action(
    "script.sh",
    "Run a POSIX shell script.",
    _PARAMS,
    {"linux": _script(("sh", "-s"))},
    risk="high",
    destructive=True,
    repeatable=False,
)
PYTHON = Action(
    "script.python",
    "Run a Python script.",
    _PARAMS,
    {"any": _script(("python3", "-"))},
    risk="high",
    destructive=True,
    repeatable=False,
)
POWERSHELL = Action(
    "script.powershell",
    "Run a PowerShell script.",
    _PARAMS,
    {"windows": _script(("powershell.exe", "-NoProfile", "-NonInteractive", "-Command", "-"))},
    risk="high",
    destructive=True,
    repeatable=False,
)
ACTIONS = (RUN, BASH, SH, PYTHON, POWERSHELL)
