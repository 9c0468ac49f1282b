"""The network as this host sees it: does a port accept a connection, does a name resolve."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from time import monotonic
from typing import Any

MAX_SECONDS = 10.0
_NO_SUCH_NAME = frozenset(
    code for name in ("EAI_NONAME", "EAI_NODATA") if (code := getattr(socket, name, None)) is not None
)

__all__ = ["connects", "dns_facts", "endpoint_facts", "monotonic"]


def endpoint_facts(args: Mapping[str, Any], timeout: float) -> dict[str, Any]:
    """Tell whether a host and port accept a connection from here."""
    return {"open": connects(str(args["host"]), int(args["port"]), timeout)}


def connects(host: str, port: int, timeout: float) -> bool:
    """Try one TCP connection."""
    try:
        with socket.create_connection((host, port), timeout=min(timeout, MAX_SECONDS)):
            return True
    except (OSError, OverflowError, UnicodeError):
        return False


def dns_facts(args: Mapping[str, Any], timeout: float) -> dict[str, Any]:
    """Tell whether a name has an address; a resolver that does not answer tells nothing."""
    found: list[bool] = []
    thread = threading.Thread(target=_resolve, args=(str(args["name"]), found), daemon=True)
    thread.start()
    # getaddrinfo has no time limit of its own.
    thread.join(min(timeout, MAX_SECONDS))
    return {"resolves": found[0]} if found else {}


def _resolve(name: str, found: list[bool]) -> None:
    try:
        found.append(bool(socket.getaddrinfo(name, None)))
    except socket.gaierror as error:
        if error.errno in _NO_SUCH_NAME:
            found.append(False)
    except UnicodeError:
        found.append(False)
