"""Jobs: commands that the site itself names in the agent's configuration, such as its backup.

A runbook gives the name and nothing else, so it can never choose a command; what belongs to the job arrives there
as environment variables (RUNWRIGHT_FOLDER and so on).
"""

from __future__ import annotations

from collections.abc import Iterable

from runwright.actions.action import Change, Model, Native, Need, Param, Variant, read_exit_code

JOB = Param("The name of a job in the agent's configuration.", pattern=r"[a-z][a-z0-9-]{0,63}")


def job_variant(needs: tuple[Need, ...], changes: tuple[Change, ...], *params: str) -> Variant:
    """The variant of an action that runs a job of the site; its parameters go along by name."""
    args = {name: f"${{{{ params.{name} }}}}" for name in _once("job", params)}
    return Variant(Native("job.run", args), Model(needs=needs, changes=changes), read_exit_code)


def _once(first: str, others: Iterable[str]) -> tuple[str, ...]:
    return (first, *(name for name in others if name != first))
