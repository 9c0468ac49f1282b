"""Asks servers for the least that shows that they work: PING of a Redis server, CONNECT of an MQTT broker.

Redis: https://redis.io/docs/latest/develop/reference/protocol-spec/ (a plain PING is an inline command).
MQTT 3.1.1, sections 3.1 and 3.2: https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/mqtt-v3.1.1.html
A server that only accepts the connection and says nothing does not answer.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

Args = Mapping[str, Any]
MAX_SECONDS = 2.0
_PING = b"PING\r\n"
_PONGS = (b"+PONG", b"-NOAUTH", b"-NOPERM")
"""A server that asks for a password first is alive."""
_CLIENT_ID = b"runwright"
_CONNECT_BODY = b"\x00\x04MQTT\x04\x02\x00\x0a" + len(_CLIENT_ID).to_bytes(2, "big") + _CLIENT_ID
"""Protocol name and level 4, a clean session, 10 s of keep-alive, the client's name."""
_CONNECT = b"\x10" + bytes([len(_CONNECT_BODY)]) + _CONNECT_BODY
_CONNACK, _DISCONNECT = b"\x20\x02", b"\xe0\x00"


def redis_facts(args: Args, timeout: float) -> dict[str, Any]:
    """Whether a Redis server answers PING."""
    return {"answers": _asked(args, timeout, _PING, b"").startswith(_PONGS)}


def mqtt_facts(args: Args, timeout: float) -> dict[str, Any]:
    """Whether an MQTT broker acknowledges a connection, be it with a refusal."""
    return {"answers": _asked(args, timeout, _CONNECT, _DISCONNECT).startswith(_CONNACK)}


def _asked(args: Args, timeout: float, question: bytes, goodbye: bytes) -> bytes:
    """The beginning of the answer; empty where there is none."""
    try:
        address = (str(args["host"]), int(args["port"]))
        with socket.create_connection(address, timeout=min(timeout, MAX_SECONDS)) as connection:
            connection.sendall(question)
            answer = connection.recv(64)
            with suppress(OSError):  # it has answered already
                connection.sendall(goodbye)
            return answer
    except (OSError, OverflowError, UnicodeError):
        return b""
