"""Runs the jobs that the site's configuration names: commands such as its backup, each with its arguments.

A runbook gives the name alone. What belongs to the job reaches it as environment variables, RUNWRIGHT_ and the
parameter's name in capitals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runwright.actions.action import Exec, Result
from runwright.adapters.native import Args, Native, Pause
from runwright.adapters.shell_local import run_program
from runwright.model.insertion import as_text

PREFIX = "RUNWRIGHT_"


def job_runner(jobs: Mapping[str, Sequence[str]]) -> Native:
    """The native operation that runs one of these jobs to its end."""

    def run(args: Args, timeout: float, _pause: Pause) -> Result:
        name = str(args["job"])
        if name not in jobs:
            known = ", ".join(sorted(jobs)) or "none"
            said = f"the agent's configuration has no job {name!r} under `jobs`; it has: {known}"
            return Result(1, error=said, never_started=True)
        given = {f"{PREFIX}{key.upper()}": as_text(value) for key, value in args.items()}
        return run_program(Exec(tuple(jobs[name]), given), timeout)

    return run
