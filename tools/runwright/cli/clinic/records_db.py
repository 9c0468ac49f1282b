"""A little database of appointments: answers `LIST` over TCP on loopback; a program of the demo.

Started by supervisord as `python -m runwright.cli.clinic.records_db PORT`.
"""

from __future__ import annotations

import json
import socketserver
import sys

APPOINTMENTS = [{"at": "09:00", "room": 1}, {"at": "09:30", "room": 2}, {"at": "10:00", "room": 1}]


class Query(socketserver.StreamRequestHandler):
    """Answers one line with one line."""

    def handle(self) -> None:
        """Answer `LIST` with the appointments as JSON."""
        asked = self.rfile.readline(64).strip()
        answer = json.dumps(APPOINTMENTS) if asked == b"LIST" else '{"error": "unknown query"}'
        self.wfile.write(answer.encode() + b"\n")


class Server(socketserver.ThreadingTCPServer):
    """Listens again at once after it was killed."""

    allow_reuse_address = True
    daemon_threads = True


def main(port: int) -> None:
    """Serve until the process ends."""
    with Server(("127.0.0.1", port), Query) as server:
        print(f"records-db listens on 127.0.0.1:{port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
