"""Message brokers: does an MQTT broker answer.

MQTT 3.1.1, CONNECT and CONNACK: https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/mqtt-v3.1.1.html
"""

from __future__ import annotations

from runwright.actions.action import Action, Model, Native, Variant, need, read_exit_code
from runwright.actions.net import HOST, PORT

ANSWERS = Action(
    "broker.answers",
    "Check that an MQTT broker answers a client, be it with a refusal.",
    {"host": HOST, "port": PORT},
    {
        "any": Variant(
            Native("mqtt.connect", {"host": "${{ params.host }}", "port": "${{ params.port }}"}),
            Model(needs=(need("mqtt.${{ params.host }}.${{ params.port }}.answers", True),), fails_clean=True),
            read_exit_code,
        )
    },
    check=True,
    timeout_seconds=10.0,
)
ACTIONS = (ANSWERS,)
