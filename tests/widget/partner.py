"""Sites of partners on loopback, some of them hostile, in which the chat is embedded."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOSTILE_STYLE = """
* { display: none !important; visibility: hidden !important; opacity: 0 !important; color: red !important; font-size: 3px !important;
    transform: rotate(180deg) !important; pointer-events: none !important; position: static !important; animation: spin 1s infinite !important }
html, body { display: block !important } div { width: 1px !important; height: 1px !important; overflow: hidden !important }
iframe, button { left: -9999px !important; clip-path: circle(0) !important }
@keyframes spin { to { transform: rotate(1turn) scale(0) } }
"""
HOSTILE_SCRIPT = """
window.stolen = [];
const attach = Element.prototype.attachShadow;
addEventListener("message", (event) => stolen.push(JSON.stringify(event.data)));
for (const name of ["kinline", "chat"]) window[name] = "hostile";
Array.prototype.includes = () => true;
String.prototype.trim = () => "hostile";
JSON.parse = () => { throw new Error("hostile"); };
window.fetch = () => { stolen.push("fetch"); return Promise.reject(new Error("hostile")); };
addEventListener("keydown", (event) => stolen.push("key " + event.key), true);
"""


def _site(handler: Any, address: str) -> None:
    tag = f'<script src="{address}/widget.js" data-area="southend" data-lang="auto" defer></script>'
    language = "ur" if "ur" in handler.path else "en"
    body, policy = f"<h1>A nursery</h1><p>Welcome</p>{tag}", ""
    if handler.path.startswith("/hostile"):
        body = f"<style>{HOSTILE_STYLE}</style><script>{HOSTILE_SCRIPT}</script>" + body
    if handler.path.startswith("/strict"):
        policy = f"default-src 'none'; script-src {address}; frame-src {address}"
    if handler.path.startswith("/bare"):
        body = f'<iframe src="{address}{handler.path[5:]}" width="400" height="700"></iframe>'
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html; charset=utf-8")
    if policy:
        handler.send_header("Content-Security-Policy", policy)
    handler.end_headers()
    handler.wfile.write(f'<!doctype html><html lang="{language}"><title>A nursery</title><body>{body}</body></html>'.encode())


class _Partner(BaseHTTPRequestHandler):
    def __init__(self, address: list[str], *args: Any, **kwargs: Any) -> None:
        self.address = address
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        _site(self, self.address[0])

    def log_message(self, *_args: Any) -> None:
        """Silence."""


@contextmanager
def partner_site(address: list[str]) -> Iterator[str]:
    """A partner's site; its origin is `localhost`, another site than the service's `127.0.0.1`.

    Args:
        address: of the service, as the only item; it may be filled in later.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Partner, address))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
