"""Notify: send a message to a channel that the agent's configuration names; a runbook never gives an address."""

from __future__ import annotations

from runwright.actions.action import Action, Model, Native, Param, Variant, read_exit_code

SEND = Action(
    "notify.send",
    "Send a message to a channel of the agent's configuration, as JSON by HTTP.",
    {
        "channel": Param("The name of a channel in the agent's configuration.", pattern=r"[a-z][a-z0-9-]{0,31}"),
        "message": Param("What to say, in at most 2000 characters."),
        "severity": Param("How bad it is.", required=False, default="warning", enum=("info", "warning", "critical")),
    },
    {
        "any": Variant(
            Native("notify.send", {name: f"${{{{ params.{name} }}}}" for name in ("channel", "message", "severity")}),
            Model(),
            read_exit_code,
        )
    },
    repeatable=False,
    timeout_seconds=15.0,
)
ACTIONS = (SEND,)
