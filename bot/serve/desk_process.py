"""The desk as a process beside the service: started, kept alive, and reached through `/desk` of the one public port."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import Mapping

import httpx
from sanic import Request, Sanic, response
from sanic.response import HTTPResponse

from bot.base.settings import ROOT

logger = logging.getLogger(__name__)

_METHODS = ["GET", "POST"]
_TIMEOUT_S = 30.0
_STARTING = "<!doctype html><html lang=en><title>Desk</title><p>The desk is starting. Please try again in a few seconds."
_AGAIN_AFTER_S = (0.5, 1.0, 2.0, 5.0, 10.0)
_NOT_PASSED_ON = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailers", "transfer-encoding", "upgrade", "host",
     "content-length", "x-forwarded-for"}
)  # fmt: skip
"""Headers that mean one connection only. Source: RFC 9110, 7.6.1."""


def listen_for_desk() -> socket.socket:
    """A socket on loopback with a free port; the desk is given it, so that nothing is lost while it starts again."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    listener.set_inheritable(True)
    return listener


async def keep_desk_alive(listener: socket.socket) -> None:
    """Run the desk's process, and run it again when it ends; ends it when cancelled."""
    failures = 0
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "desk", "serve", "--fd", str(listener.fileno()), cwd=ROOT, pass_fds=(listener.fileno(),)
        )
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
            raise
        wait = _AGAIN_AFTER_S[min(failures, len(_AGAIN_AFTER_S) - 1)]
        failures += 1
        logger.error("the desk ended with code %s and is started again", code)
        await asyncio.sleep(wait)


def add_desk(app: Sanic, listener: socket.socket) -> None:
    """Pass `/desk` on to the desk, and run it for as long as the service runs."""
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"

    async def pass_on(request: Request, **_path: str) -> HTTPResponse:
        query = f"?{request.query_string}" if request.query_string else ""
        try:
            answer = await request.app.ctx.to_desk.request(
                request.method, f"{base}{request.path}{query}", headers=_inward(request), content=request.body
            )
        except httpx.HTTPError as error:
            logger.warning("the desk did not answer: %s", type(error).__name__)
            return response.html(_STARTING, status=503)
        kept = [(name, value) for name, value in answer.headers.multi_items() if name.lower() not in _NOT_PASSED_ON | {"content-encoding"}]
        outward = response.raw(answer.content, status=answer.status_code)
        for name, value in kept:
            if name.lower() == "content-type":
                outward.content_type = value
            else:
                outward.headers.add(name, value)
        return outward

    async def begin(running: Sanic, _loop: object) -> None:
        running.ctx.to_desk = httpx.AsyncClient(timeout=_TIMEOUT_S, follow_redirects=False, trust_env=False)
        running.ctx.desk = asyncio.ensure_future(keep_desk_alive(listener))

    async def end(running: Sanic, _loop: object) -> None:
        running.ctx.desk.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running.ctx.desk
        await running.ctx.to_desk.aclose()

    app.add_route(pass_on, "/desk", methods=_METHODS, name="desk")
    app.add_route(pass_on, "/desk/", methods=_METHODS, name="desk_start", strict_slashes=True)
    app.add_route(pass_on, "/desk/<path:path>", methods=_METHODS, name="desk_pages")
    app.register_listener(begin, "after_server_start")
    app.register_listener(end, "before_server_stop")


def _inward(request: Request) -> Mapping[str, str]:
    """The browser's headers, and its address for the desk's throttling."""
    kept = {name: value for name, value in request.headers.items() if name.lower() not in _NOT_PASSED_ON}
    known = [request.headers.get("x-forwarded-for"), request.ip] if request.ip in {"127.0.0.1", "::1"} else [request.ip]
    return kept | {"host": request.headers.get("host", ""), "x-forwarded-for": ", ".join(a for a in known if a)}
