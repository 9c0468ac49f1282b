"""Waiting: for a time, or until a port answers."""

from __future__ import annotations

from runwright.actions.action import Action, Model, Native, Param, Variant, need, read_exit_code
from runwright.actions.net import HOST, PORT

FOR = Action(
    "wait.for",
    "Wait for a while.",
    {"duration": Param("How long, such as 10s.", type="duration")},
    {"any": Variant(Native("wait", {"duration": "${{ params.duration }}"}), Model(fails_clean=True), read_exit_code)},
    check=True,
    timeout_seconds=900.0,
)
FOR_PORT = Action(
    "wait.for_port",
    "Wait until a TCP port accepts a connection; the step's timeout ends the wait.",
    {"host": HOST, "port": PORT},
    {
        "any": Variant(
            Native("wait.port", {"host": "${{ params.host }}", "port": "${{ params.port }}"}),
            Model(needs=(need("endpoints.${{ params.host }}.${{ params.port }}.open", True),), fails_clean=True),
            read_exit_code,
        )
    },
    check=True,
)
ACTIONS = (FOR, FOR_PORT)
