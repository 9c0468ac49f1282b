"""How long certificates last: the one in a file, and the one that a server presents.

The served one is only looked at: whether it can be trusted is another question, so nothing is verified here.
Raises `OSError` where there is no certificate to be read.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Args = Mapping[str, Any]
MAX_BYTES = 1024 * 1024
MAX_SECONDS = 10.0
_DAY_SECONDS = 86400


def file_facts(args: Args, _timeout: float) -> dict[str, Any]:
    """Days until the first certificate of a PEM file ends; the file may be a link, as certbot makes them."""
    # A pipe in the place of the file would block for ever.
    file = os.open(str(args["path"]), os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        content = os.read(file, MAX_BYTES)
    finally:
        os.close(file)
    return {"days_left": _days_left(content)}


def served_facts(args: Args, timeout: float) -> dict[str, Any]:
    """Days until the certificate that a server presents ends."""
    host, port = str(args["host"]), int(args["port"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    # An expired certificate is just what must be looked at.
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), timeout=min(timeout, MAX_SECONDS)) as connection,
            context.wrap_socket(connection, server_hostname=host) as secured,
        ):
            served = secured.getpeercert(binary_form=True)
    except (ValueError, OverflowError) as error:
        raise OSError(f"{host} port {port} cannot be asked: {error}") from error
    if not served:
        raise OSError(f"{host} port {port} presents no certificate")
    return {"days_left": _days_left(ssl.DER_cert_to_PEM_cert(served).encode())}


def _days_left(content: bytes) -> float:
    from cryptography import x509  # heavy, and few runbooks ask for it

    try:
        ends = x509.load_pem_x509_certificate(content).not_valid_after_utc
    except ValueError as error:
        raise OSError("no certificate in PEM form") from error
    return round((ends - datetime.now(UTC)).total_seconds() / _DAY_SECONDS, 2)
