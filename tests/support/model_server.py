"""A model's server on loopback that speaks OpenAI's chat completions, says what it is told, and fails as it is told.

It has no mind: a turn of its script is a function from what was asked to what is sent. What an obedient or a hostile
model would say is in `model_answers`; how a question is worded and an answer read is the product's.
Format: https://platform.openai.com/docs/api-reference/chat/create
"""

from __future__ import annotations

import hashlib
import json
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Manner = Literal["whole", "cut", "reset", "endless", "silent", "dripping"]
"""How a body is sent: all of it; half and then the end, or a reset; without an end; never; a byte at a time."""
DRIP_SECONDS = 0.2


@dataclass(frozen=True)
class Asked:
    """One question, as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        """The body, read."""
        read: dict[str, Any] = json.loads(self.body)
        return read

    @property
    def model(self) -> str:
        """The model that was asked for."""
        return str(self.data.get("model", ""))

    @property
    def prompt(self) -> str:
        """All that the messages say."""
        return "\n".join(str(message.get("content", "")) for message in self.data.get("messages", []))

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema that the answer must meet; empty where none was given."""
        form = self.data.get("response_format") or {}
        found: dict[str, Any] = (form.get("json_schema") or {}).get("schema") or {}
        return found

    @property
    def schema_name(self) -> str:
        """What the schema is called."""
        form = self.data.get("response_format") or {}
        return str((form.get("json_schema") or {}).get("name", ""))

    @property
    def digest(self) -> str:
        """The same question has the same digest."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Said:
    """What is sent back, and how."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    manner: Manner = "whole"


Turn = Callable[[Asked], Said]


def text(content: str, finish: str = "stop", usage: tuple[int, int] = (100, 20), **message: Any) -> Turn:
    """Answer with a text; `usage` is the tokens in and out."""

    def turn(asked: Asked) -> Said:
        said = {"role": "assistant", "content": content, "refusal": None, **message}
        data = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_772_442_000,
            "model": asked.model,
            "choices": [{"index": 0, "message": said, "finish_reason": finish, "logprobs": None}],
            "usage": dict(
                zip(("prompt_tokens", "completion_tokens", "total_tokens"), (*usage, sum(usage)), strict=True)
            ),
        }
        return Said(body=json.dumps(data).encode(), headers={"Content-Type": "application/json"})

    return turn


def answer(data: Any, usage: tuple[int, int] = (100, 20)) -> Turn:
    """Answer with JSON."""
    return text(json.dumps(data), usage=usage)


def refusal(why: str = "I cannot help with that.") -> Turn:
    """Refuse, as structured output does."""
    return text("", refusal=why)


def length(content: str = '{"steps": [{"id": "st', usage: tuple[int, int] = (100, 2000)) -> Turn:
    """Stop in the middle: the answer was longer than it may be."""
    return text(content, finish="length", usage=usage)


def filtered() -> Turn:
    """Stop because of a filter of the provider's."""
    return text("", finish="content_filter")


def status(code: int, retry_after: str | None = None) -> Turn:
    """Answer with an error, as the provider words it."""
    more = {} if retry_after is None else {"Retry-After": retry_after}
    body = json.dumps({"error": {"message": f"error {code}", "type": "server_error", "code": None}}).encode()
    return lambda asked: Said(code, body, {"Content-Type": "application/json", **more})


def raw(body: bytes, kind: str = "application/json", code: int = 200) -> Turn:
    """Send any bytes as if they were an answer."""
    return lambda asked: Said(code, body, {"Content-Type": kind})


GARBAGE = raw(b"<html><body>it works</body></html>", "text/html")
NO_JSON = raw(b'{"id": "chatcmpl-1", "choices": [{"message"')
NO_CHOICE = raw(b'{"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m", "choices": []}')


def sent(manner: Manner, of: Turn | None = None) -> Turn:
    """Send an answer in a manner of its own: see `Manner`."""

    def turn(asked: Asked) -> Said:
        said = (of or text("{}"))(asked)
        return Said(said.status, said.body, said.headers, manner)

    return turn


@dataclass
class ModelServer:
    """The running server: its script, what it says when that is over, and what it was asked."""

    port: int = 0
    otherwise: Turn = field(default_factory=lambda: status(503))
    script: list[Turn] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    turns: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """What OPENAI_BASE_URL is set to."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def environment(self) -> dict[str, str]:
        """What a process is given that shall ask this server."""
        return {"OPENAI_BASE_URL": self.url, "OPENAI_API_KEY": "sk-test-of-no-value"}

    @property
    def calls(self) -> int:
        """How often it was asked."""
        return len(self.asked)

    def repeated(self) -> Counter[str]:
        """How often each question came, by digest."""
        return Counter(one.digest for one in self.asked)

    def say(self, *turns: Turn) -> None:
        """Add turns to the script; each is for one question."""
        with self.turns:
            self.script.extend(turns)

    def take(self, asked: Asked) -> Turn:
        """Note a question and give the turn for it."""
        with self.turns:
            self.asked.append(asked)
            return self.script.pop(0) if self.script else self.otherwise


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    model: ModelServer

    def do_POST(self) -> None:
        """Answer one question."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Asked(self.path, dict(self.headers.items()), body)
        if not self.path.split("?")[0].endswith("/chat/completions"):
            self.send_error(404)
            return
        with suppress(OSError):  # the client left: that is its right
            self.send(self.model.take(asked)(asked))

    def send(self, said: Said) -> None:
        """Send it in its manner."""
        if said.manner == "silent":
            self.model.closing.wait()
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        if said.manner == "endless":
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(said.body)))
        self.end_headers()
        SENDERS[said.manner](self, said.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        """Say nothing."""


def send_half(handler: Handler, body: bytes) -> None:
    """Send half of what was promised, and end."""
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True


def send_reset(handler: Handler, body: bytes) -> None:
    """Send half of what was promised, and reset the connection."""
    handler.wfile.write(body[: len(body) // 2])
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def send_endless(handler: Handler, body: bytes) -> None:
    """Send the body's opening and then blanks, as long as anybody listens."""
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(body) // 2, body[: len(body) // 2]))
    blanks = b"1000\r\n" + b" " * 0x1000 + b"\r\n"
    while not handler.model.closing.is_set():
        handler.wfile.write(blanks)


def send_dripping(handler: Handler, body: bytes) -> None:
    """Send a byte at a time: no single read waits long, and all of them wait for ever."""
    for at in range(len(body)):
        if handler.model.closing.wait(DRIP_SECONDS):
            return
        handler.wfile.write(body[at : at + 1])


SENDERS: dict[Manner, Callable[[Handler, bytes], Any]] = {
    "whole": lambda handler, body: handler.wfile.write(body),
    "silent": lambda handler, body: None,
    "cut": send_half,
    "reset": send_reset,
    "endless": send_endless,
    "dripping": send_dripping,
}


@contextmanager
def model_server(*script: Turn, otherwise: Turn | None = None) -> Iterator[ModelServer]:
    """Start a server with a script; what is asked beyond it gets `otherwise`, or 503."""
    model = ModelServer(script=list(script), otherwise=otherwise or status(503))
    handler = type("BoundHandler", (Handler,), {"model": model})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        model.port = int(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield model
        finally:
            model.closing.set()
            server.shutdown()
            thread.join(10)


@contextmanager
def deaf_port() -> Iterator[int]:
    """Give a port whose connections are neither taken nor refused: whoever connects waits."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for filling in (first, second):
            filling.setblocking(False)
            filling.connect_ex(listener.getsockname())
        yield int(listener.getsockname()[1])
