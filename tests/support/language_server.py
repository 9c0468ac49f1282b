"""A small client of a language server: JSON-RPC over the pipes of a process (Language Server Protocol 3.17)."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

SECONDS = 60.0


@dataclass
class LanguageServer:
    """One server and the files that are open in it."""

    process: subprocess.Popen[bytes]
    root: Path
    settings: Mapping[str, Any]
    told: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)
    """What the server answered or reported, in order."""
    asked: int = 0
    reported: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """The newest diagnostics, by the file's address."""

    @classmethod
    def start(cls, command: Sequence[str], root: Path, settings: Mapping[str, Any]) -> LanguageServer:
        """Start a server for a folder and greet it."""
        process = subprocess.Popen([*command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root)
        server = cls(process, root, settings)
        threading.Thread(target=server._listen, args=(process.stdout,), daemon=True).start()
        documents = {
            "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
            "publishDiagnostics": {},
            "hover": {"contentFormat": ["markdown"]},
        }
        capabilities = {"workspace": {"configuration": True}, "textDocument": documents}
        folder = {"uri": root.as_uri(), "name": root.name}
        server.ask(
            "initialize",
            {"processId": None, "rootUri": root.as_uri(), "workspaceFolders": [folder], "capabilities": capabilities},
        )
        server.say("initialized", {})
        server.say("workspace/didChangeConfiguration", {"settings": settings})
        return server

    def stop(self) -> None:
        """Stop the server; it is gone afterwards."""
        self.process.kill()
        self.process.wait(SECONDS)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def open(self, path: Path, text: str) -> list[dict[str, Any]]:
        """Open a text as a file that need not exist; gives what the server finds wrong with it."""
        uri = path.as_uri()
        self.reported.pop(uri, None)
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.say("textDocument/didOpen", {"textDocument": document})
        while uri not in self.reported:
            self._take()
        return self.reported[uri]

    def close(self, path: Path) -> None:
        """Close a file."""
        self.say("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})

    def complete(self, path: Path, line: int, column: int) -> dict[str, dict[str, Any]]:
        """What may be written at a place, by its label; lines and columns count from 0."""
        answer = self._at("textDocument/completion", path, line, column)
        items = answer["items"] if isinstance(answer, dict) else answer or []
        return {item["label"]: item for item in items}

    def hover(self, path: Path, line: int, column: int) -> str:
        """What the server explains about a place."""
        answer = self._at("textDocument/hover", path, line, column)
        return str(answer["contents"]["value"]) if answer else ""

    def _at(self, method: str, path: Path, line: int, column: int) -> Any:
        place = {"textDocument": {"uri": path.as_uri()}, "position": {"line": line, "character": column}}
        return self.ask(method, place)

    def ask(self, method: str, params: Mapping[str, Any]) -> Any:
        """Ask the server and wait for its answer."""
        self.asked += 1
        number = self.asked
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._take()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message["error"]
                return message.get("result")

    def say(self, method: str, params: Mapping[str, Any]) -> None:
        """Tell the server something."""
        self._send({"method": method, "params": params})

    def _take(self) -> dict[str, Any]:
        message = self.told.get(timeout=SECONDS)
        if message.get("method") == "textDocument/publishDiagnostics":
            self.reported[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            self._reply(message)
        return message

    def _reply(self, message: Mapping[str, Any]) -> None:
        """The server asks for its settings, a section each; it gets nothing else."""
        items = message.get("params", {}).get("items", []) if message["method"] == "workspace/configuration" else None
        result = None if items is None else [self.settings.get(item.get("section")) for item in items]
        self._send({"id": message["id"], "result": result})

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _listen(self, pipe: IO[bytes]) -> None:
        while headers := self._headers(pipe):
            self.told.put(json.loads(pipe.read(headers["content-length"])))

    @staticmethod
    def _headers(pipe: IO[bytes]) -> dict[str, int]:
        found: dict[str, int] = {}
        while (line := pipe.readline()).strip():
            name, _, value = line.decode().partition(":")
            if name.lower() == "content-length":
                found["content-length"] = int(value)
        return found
