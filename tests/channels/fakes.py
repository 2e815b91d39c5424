"""Telegram and WhatsApp on loopback, in their wire formats; they can be told to misbehave."""

from __future__ import annotations

import itertools
import json
import threading
import time
import urllib.parse
from abc import ABC, abstractmethod
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PROBLEMS = ("429", "500", "html", "nothing", "half")
"""What a provider can do instead of answering; of the last three nobody knows whether the message went out."""


@dataclass
class Call:
    """One request: Telegram's method or the last part of the path, and what was sent."""

    method: str
    body: dict[str, Any]
    at: float
    went_out: bool = True
    headers: dict[str, str] = field(default_factory=dict)


class _Server(ThreadingHTTPServer):
    request_queue_size = 256


class FakeProvider(ABC):
    """A server in a thread of this process.

    Attributes:
        calls: everything that was asked, in order.
        problems: for the next messages, what to do instead of answering; one of PROBLEMS, or None.
        answer_after_s: how long an answer takes.
    """

    sends: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.problems: deque[str | None] = deque()
        self.answer_after_s = 0.0
        self.retry_after_s = 1
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"provider": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def messages(self) -> list[Call]:
        """What went out to parents."""
        return [call for call in list(self.calls) if call.method in self.sends and call.went_out and self.is_message(call)]

    def is_message(self, call: Call) -> bool:
        return True

    def take(self, method: str, body: dict[str, Any], headers: dict[str, str]) -> tuple[str | None, Any]:
        """Record a call; the problem to make, and the answer."""
        call = Call(method, body, time.monotonic(), headers=headers)
        with self._lock:
            number = next(self._numbers)
            problem = self.problems.popleft() if self.problems and method in self.sends and self.is_message(call) else None
            call.went_out = not (problem or "").isdigit()
            self.calls.append(call)
        if self.answer_after_s and method in self.sends:
            time.sleep(self.answer_after_s)
        return problem, self.answer(method, body, number)

    @abstractmethod
    def answer(self, method: str, body: dict[str, Any], number: int) -> Any:
        """What the provider answers to its `number`th call."""

    @abstractmethod
    def refusal(self, status: int) -> dict[str, Any]:
        """How the provider words a refusal."""


class _Handler(BaseHTTPRequestHandler):
    provider: FakeProvider
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: Any) -> None:
        pass

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(length)
        if len(raw) < length:
            # Whoever asked was killed in the middle of it: no provider takes half a message.
            self.close_connection = True
            return
        is_json = "json" in (self.headers.get("content-type") or "")
        body = json.loads(raw) if is_json else dict(urllib.parse.parse_qsl(raw.decode()))
        method = urllib.parse.urlparse(self.path).path.rsplit("/", 1)[-1]
        problem, answer = self.provider.take(method, body, dict(self.headers.items()))
        if problem == "nothing":
            self.close_connection = True
        elif problem == "html":
            self._send(200, b"<html><body>Welcome</body></html>", "text/html")
        elif problem == "half":
            self._send(200, json.dumps(answer).encode()[:15], "application/json", length=500)
            self.close_connection = True
        elif problem:
            self._send(int(problem), json.dumps(self.provider.refusal(int(problem))).encode(), "application/json")
        else:
            self._send(200, json.dumps(answer).encode(), "application/json")

    do_GET = do_POST

    def _send(self, status: int, body: bytes, kind: str, length: int | None = None) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(length or len(body)))
            if status == 429:
                self.send_header("Retry-After", str(self.provider.retry_after_s))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            pass


class FakeTelegram(FakeProvider):
    """The Bot API; `updates` are given to whoever polls. A token that was revoked is no longer known."""

    sends = frozenset({"sendMessage"})

    def __init__(self) -> None:
        super().__init__()
        self.updates: list[dict[str, Any]] = []
        self.knows_token = True

    def take(self, method: str, body: dict[str, Any], headers: dict[str, str]) -> tuple[str | None, Any]:
        problem, answer = super().take(method, body, headers)
        return (problem if self.knows_token else "401"), answer

    def answer(self, method: str, body: dict[str, Any], number: int) -> Any:
        if method == "getUpdates":
            offset = int(body.get("offset") or 0)
            deadline = time.monotonic() + 1.0
            while not (waiting := [u for u in self.updates if u["update_id"] >= offset]) and time.monotonic() < deadline:
                time.sleep(0.02)
            return {"ok": True, "result": waiting}
        if method == "sendMessage":
            chat = {"id": int(body["chat_id"]), "type": "private", "first_name": "x"}
            return {"ok": True, "result": {"message_id": number, "date": 1764000000, "chat": chat, "text": body["text"]}}
        return {"ok": True, "result": True}

    def refusal(self, status: int) -> dict[str, Any]:
        if status == 429:
            return {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": self.retry_after_s}}
        description = {
            400: "Bad Request: chat not found",
            401: "Unauthorized",
            403: "Forbidden: bot was blocked by the user",
            504: "Gateway Timeout",
        }.get(status, "Internal Server Error")
        return {"ok": False, "error_code": status, "description": description}


class FakeGraph(FakeProvider):
    """The WhatsApp Cloud API."""

    sends = frozenset({"messages"})

    def is_message(self, call: Call) -> bool:
        return call.body.get("status") != "read"

    def answer(self, method: str, body: dict[str, Any], number: int) -> Any:
        if body.get("status") == "read":
            return {"success": True}
        return {"messaging_product": "whatsapp", "contacts": [], "messages": [{"id": f"wamid.out{number}"}]}

    def refusal(self, status: int) -> dict[str, Any]:
        code = 130429 if status == 429 else 131000
        return {"error": {"message": "no", "type": "OAuthException", "code": code}}


class FakeTwilio(FakeProvider):
    """Twilio's Messages resource; like Twilio's own it refuses a body that is too long."""

    sends = frozenset({"Messages.json"})
    longest = 1600

    def take(self, method: str, body: dict[str, Any], headers: dict[str, str]) -> tuple[str | None, Any]:
        if len(body.get("Body", "")) > self.longest:
            self.problems.appendleft("400")
        return super().take(method, body, headers)

    def answer(self, method: str, body: dict[str, Any], number: int) -> Any:
        return {"sid": f"SM{number:032d}", "status": "queued"}

    def refusal(self, status: int) -> dict[str, Any]:
        return {"code": 21617 if status == 400 else 20429, "message": "no", "status": status}
