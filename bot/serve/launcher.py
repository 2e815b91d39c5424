"""The service: one process, one port."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from sanic import Request, Sanic, response
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse

from bot.base.db import Database, open_database
from bot.base.errors import SettingsError
from bot.base.settings import Settings
from bot.channels.session_files import SessionFiles
from bot.channels.web import HEADERS, WebChat
from bot.flows.exchange import Inbound, Outbound
from bot.serve.housekeeping import purge_all
from bot.serve.start import build_assistant
from bot.serve.turn import Assistant

logger = logging.getLogger(__name__)

MOST_BYTES = 1_000_000
_PURGE_EVERY_S = 3600.0
_turns = Counter("kinline_turns", "Turns answered", ["language"])
_seconds = Histogram("kinline_turn_seconds", "Time to answer a turn")


def launch(settings: Settings) -> int:
    """Load, listen, and say where; returns when stopped.

    Raises:
        SettingsError: the port is in use.
    """
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Access lines would hold query strings; Rasa's and SQLAlchemy's own lines may hold a parent's words.
    for name in ("sanic.access", "rasa", "rasa_sdk", "alembic", "sqlalchemy", "httpx", "asyncio"):
        logging.getLogger(name).setLevel(logging.ERROR)
    listener = _listen(settings)
    print("Loading the assistant …", flush=True)
    database = open_database(settings.database_url)
    assistant, house, _store = build_assistant(settings, database)
    app = make_app(assistant, WebChat(house, counted(assistant.answer)), settings, database)
    print(f"\nThe chat page:  http://{settings.host}:{settings.port}/", flush=True)
    print("Requests from parents:  .venv/bin/python -m bot callbacks\nStop with Ctrl-C.", flush=True)
    app.run(sock=listener, access_log=False, motd=False, debug=False, workers=1)
    return 0


def counted(answer: Callable[[Inbound], Awaitable[Outbound]]) -> Callable[[Inbound], Awaitable[Outbound]]:
    """The same, counted and timed; no words, no names."""

    async def counting(inbound: Inbound) -> Outbound:
        begun = time.perf_counter()
        outbound = await answer(inbound)
        _seconds.observe(time.perf_counter() - begun)
        _turns.labels(outbound.language).inc()
        return outbound

    return counting


def make_app(assistant: Assistant, web: WebChat, settings: Settings, database: Database) -> Sanic:
    """All public routes, health and figures."""
    app = Sanic("kinline", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MOST_BYTES
    app.config.FALLBACK_ERROR_FORMAT = "json"
    web.add_to(app)
    SessionFiles(web.house).add_to(app)
    app.add_route(_health(database), "/healthz", name="health")
    app.add_route(_figures, "/metrics", name="figures")
    app.error_handler.add(SanicException, _refused)
    app.error_handler.add(Exception, _failed)

    async def begin(running: Sanic, _loop: Any) -> None:
        await assistant.understand("hello")  # the first pass is slow; no parent waits for it
        running.ctx.purging = asyncio.ensure_future(_purge_often(settings, database))

    async def end(running: Sanic, _loop: Any) -> None:
        running.ctx.purging.cancel()

    app.register_listener(begin, "after_server_start")
    app.register_listener(end, "before_server_stop")
    return app


def _listen(settings: Settings) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        raise SettingsError(f"port {settings.port} {why}: stop the other program or set KINLINE_PORT in .env") from error
    return listener


def _health(database: Database) -> Callable[[Request], Awaitable[HTTPResponse]]:
    async def health(_request: Request) -> HTTPResponse:
        alive = await asyncio.to_thread(database.is_alive)
        return response.json({"database": alive}, status=200 if alive else 503)

    return health


async def _figures(request: Request) -> HTTPResponse:
    # Not public: only from this machine, and not through the proxy.
    if request.ip not in {"127.0.0.1", "::1"} or request.headers.get("x-forwarded-for"):
        return response.empty(status=404)
    return response.raw(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _refused(_request: Request, error: SanicException) -> HTTPResponse:
    return response.json({"error": type(error).__name__}, status=error.status_code, headers=HEADERS)


def _failed(_request: Request, error: Exception) -> HTTPResponse:
    logger.error("a request failed with %s", type(error).__name__)
    return response.json({"error": "something went wrong"}, status=500, headers=HEADERS)


async def _purge_often(settings: Settings, database: Database) -> None:
    while True:
        try:
            gone = await asyncio.to_thread(purge_all, settings, database)
            logger.info("deleted what was old enough: %s", gone)
        except Exception as error:  # noqa: BLE001 - a failed clean-up is tried again in an hour
            logger.error("clean-up failed with %s", type(error).__name__)
        await asyncio.sleep(_PURGE_EVERY_S)
