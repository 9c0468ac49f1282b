"""Runs the web application in this process: the socket, the signals, the logs, the line that says where it listens."""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import uvicorn

from runwright.cli.service_protocol import HEADER_SECONDS, PunctualProtocol
from runwright.errors import EdgeError
from runwright.service.app import build_app
from runwright.service.ports import Parts
from runwright.service.short_way import ShortWay

BACKLOG = 1024
MAX_CONNECTIONS = 512
"""Connections at a time; a request on one more is answered with 503."""
GRACE_SECONDS = 5
"""Seconds that requests under way have to end."""
TURN_SECONDS = 0.0005
"""Seconds that one thread may compute while another waits for the interpreter. What thinks about failures computes a
lot, and with Python's own 5 ms an answer, which takes a tenth of that, would wait for its turn several times."""
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; port 0 takes a free one."""

    host: str
    port: int


class Server(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config, listening: str) -> None:
        super().__init__(config)
        self.listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so: whoever reads the line can connect."""
        await super().startup(sockets)
        # What is there now stays until the end: the garbage collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        if self.started:
            print(self.listening, flush=True)


def run_service(parts: Parts, where: Address | socket.socket, *, as_json: bool) -> None:
    """Serve until SIGTERM or SIGINT, on a socket that is bound; raises EdgeError when an address cannot be had."""
    sys.setswitchinterval(TURN_SECONDS)
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT, stream=sys.stderr, force=True)
    with bound(where) if isinstance(where, Address) else where as listener:
        url = url_of(listener)
        said = {"event": "listening", "url": url, "pid": os.getpid()}
        line = json.dumps(said) if as_json else f"listening on {url} (process {os.getpid()})"
        server = Server(config_of(ShortWay(build_app(parts))), line)
        # uvicorn raises the signal again once it has ended in order; by then there is nothing left to interrupt.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        server.run(sockets=[listener])
    if parts.worker.status().alive:
        # Its step may take long, and is done again after the next start: nothing is lost by leaving now.
        sys.stdout.flush()
        os._exit(0)


def config_of(app: Callable[..., Any], protocol: type[PunctualProtocol] = PunctualProtocol) -> uvicorn.Config:
    """The server's settings: our own logs, no access log, since addresses and queries belong to sites."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_keep_alive=int(HEADER_SECONDS),
        limit_concurrency=MAX_CONNECTIONS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        backlog=BACKLOG,
        http=protocol,
        ws="none",
        proxy_headers=False,
    )


def bound(address: Address) -> socket.socket:
    """A socket bound to the address; raises EdgeError when it is taken or not ours."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    # The protocol is named, since asyncio has answers sent without delay only where it is: 40 ms an answer otherwise.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address.host, address.port))
    except OSError as error:
        listener.close()
        raise EdgeError(
            f"cannot listen on {address.host} port {address.port}: {error.strerror or error}; choose another --port",
            retryable=False,
        ) from error
    return listener


def url_of(listener: socket.socket) -> str:
    """The address of a bound socket as a URL."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
