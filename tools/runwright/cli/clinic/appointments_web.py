"""A little web page of appointments: needs records-db to start and to answer; a program of the demo.

Started by supervisord as `python -m runwright.cli.clinic.appointments_web PORT DATABASE_PORT`.
"""

from __future__ import annotations

import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def ask_database(port: int) -> bytes:
    """Ask records-db for the appointments; raises `OSError` when it does not answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        connection.sendall(b"LIST\n")
        return connection.makefile("rb").readline(65536)


class Page(BaseHTTPRequestHandler):
    """Answers every address with the appointments."""

    database_port = 0

    def do_GET(self) -> None:  # the name that http.server calls
        """Answer 200 with the appointments, or 503 while the database is away."""
        try:
            status, content = 200, ask_database(self.database_port)
        except OSError as error:
            status, content = 503, f"records-db: {error}\n".encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's own name for it
        """Say nothing for each request."""


def main(port: int, database_port: int) -> None:
    """Check that the database answers, then serve until the process ends."""
    try:
        ask_database(database_port)
    except OSError as error:
        sys.exit(f"records-db does not answer on 127.0.0.1:{database_port}: {error}")
    Page.database_port = database_port
    with ThreadingHTTPServer(("127.0.0.1", port), Page) as server:
        print(f"appointments-web listens on 127.0.0.1:{port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
