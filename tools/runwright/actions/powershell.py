"""Windows PowerShell as an argument vector: the script is constant, values come in as environment variables.

PowerShell reads everything behind -Command as one script, so no value may ever stand there. What the scripts do
stands with the actions and the readers of facts; how their answers are understood is left to those as well.
https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.core/about/about_powershell_exe
"""

from __future__ import annotations

from runwright.actions.action import Exec, Model, Variant, read_exit_code

# A cmdlet's error ends the script with exit code 1; the answer is UTF-8 whatever the console's code page is.
_PREAMBLE = "$ErrorActionPreference = 'Stop'; [Console]::OutputEncoding = [Text.Encoding]::UTF8; "
VARIABLE = "RUNWRIGHT_"
"""How the name of every variable begins that brings a value."""


def powershell(script: str, **values: str) -> Exec:
    """A constant script, with each value in the variable RUNWRIGHT_ and its name in capitals."""
    env = {f"{VARIABLE}{name.upper()}": value for name, value in values.items()}
    return Exec(("powershell.exe", "-NoProfile", "-NonInteractive", "-Command", _PREAMBLE + script), env)


def windows(operation: Exec, model: Model, *also_good: int) -> Variant:
    """The variant of an action on Windows; some exit codes beside those of the step may mean success too."""
    return Variant(operation, model, lambda result, codes: read_exit_code(result, (*codes, *also_good)))
