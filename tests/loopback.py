"""A server on loopback that answers as a test tells it to: in the provider's wire format, or with whatever breaks it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Answer:
    """What the server says.

    Attributes:
        claimed: the length that it announces, when that is not the true one.
        hang: it says nothing until the test is over.
    """

    body: bytes = b"{}"
    status: int = 200
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    claimed: int | None = None
    hang: bool = False


@dataclass(frozen=True)
class Asked:
    """One request.

    Attributes:
        headers: their names as they were sent.
        form: what stood in its body, where that was a form.
    """

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


Say = Callable[[Asked], Answer]


def as_json(body: Any, **more: Any) -> Answer:
    """An answer in JSON."""
    return Answer(json.dumps(body, ensure_ascii=False).encode(), **more)


class Server:
    """The running server.

    Attributes:
        address: `http://127.0.0.1:PORT`.
        asked: every request so far.
    """

    def __init__(self, say: Say) -> None:
        self.say = say
        self.asked: list[Asked] = []
        self.over = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer._answer(self)

            do_POST = do_GET

            def log_message(self, *_arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
        query, form = ({name: values[-1] for name, values in parse_qs(q).items()} for q in (parts.query, body))
        asked = Asked(handler.command, parts.path, query, form, dict(handler.headers))
        self.asked.append(asked)
        answer = self.say(asked)
        if answer.hang:
            self.over.wait(30)
            handler.close_connection = True
            return
        handler.send_response(answer.status)
        handler.send_header("Content-Type", answer.kind)
        handler.send_header("Content-Length", str(len(answer.body) if answer.claimed is None else answer.claimed))
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):
            handler.wfile.write(answer.body)
        if answer.claimed is not None:
            handler.close_connection = True

    def close(self) -> None:
        """Stop."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def serving(say: Say) -> Iterator[Server]:
    """A server for as long as the block lasts."""
    server = Server(say)
    try:
        yield server
    finally:
        server.close()
