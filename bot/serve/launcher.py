"""The service: one process, one port."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sanic import Request, Sanic, response
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse

from bot.base.db import Database, open_database
from bot.base.errors import Overloaded, SettingsError, StoreUnavailable
from bot.base.settings import Settings
from bot.channels.open_referral import OpenReferralFeed
from bot.channels.port import ChannelPort
from bot.channels.session_files import SessionFiles
from bot.channels.web import HEADERS, Answer, WebChat
from bot.delivery.model import Arrived
from bot.flows.areas import published_areas
from bot.flows.exchange import Answered, Inbound, Outbound
from bot.flows.house import House
from bot.flows.keep_data import purge
from bot.flows.take_in import seen_in
from bot.serve.desk_process import add_desk, listen_for_desk
from bot.serve.desk_verbs import how_to_get_in
from bot.serve.keep_indexed import keep_indexed
from bot.serve.post_office import PostOffice
from bot.serve.start import build_assistant
from bot.serve.turn import Assistant
from bot.serve.watch import watch_often

logger = logging.getLogger(__name__)

MOST_BYTES = 1_000_000
_PURGE_EVERY_S = 3600.0


def launch(settings: Settings) -> int:
    """Load, listen, and say where; returns when stopped.

    Raises:
        SettingsError: the port is in use.
    """
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Access lines would hold query strings; Rasa's and SQLAlchemy's own lines may hold a parent's words.
    # python-telegram-bot writes a provider's answer into its errors.
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
    for name in ("sanic.access", "rasa", "rasa_sdk", "alembic", "sqlalchemy", "httpx", "asyncio"):
        logging.getLogger(name).setLevel(logging.ERROR)
    listener = _listen(settings)
    print("Loading the assistant …", flush=True)
    database = open_database(settings.database_url)
    assistant, house, _store = build_assistant(settings, database)
    office = PostOffice(house, assistant, open_ports(settings, house))
    app = make_app(assistant, office, settings, database, house)
    add_desk(app, listen_for_desk())
    serve_forever(app, listener, settings, how_to_get_in(house))
    return 0


def serve_forever(app: Sanic, listener: socket.socket, settings: Settings, desk: str = "") -> None:
    """Say where, and answer until stopped."""
    print(f"\nThe chat page:  http://{settings.host}:{settings.port}/", flush=True)
    print(f"{desk}\nStop with Ctrl-C.", flush=True)
    app.run(sock=listener, access_log=False, motd=False, debug=False, workers=1)


def open_ports(settings: Settings, house: House) -> dict[str, ChannelPort]:
    """The channels that are switched on in the settings."""
    ports: dict[str, ChannelPort] = {}
    if settings.telegram:
        from bot.channels.telegram import TelegramChannel  # noqa: PLC0415 - loaded only where it is used

        ports["telegram"] = TelegramChannel(settings.telegram, house)
    if settings.whatsapp:
        from bot.channels.whatsapp import WhatsAppChannel  # noqa: PLC0415

        ports["whatsapp"] = WhatsAppChannel(settings.whatsapp, house)
    elif settings.twilio:
        from bot.channels.whatsapp_twilio import TwilioChannel  # noqa: PLC0415

        ports["whatsapp"] = TwilioChannel(settings.twilio, settings.public_url, house)
    return ports


def web_answer(office: PostOffice, assistant: Assistant, house: House) -> Answer:
    """How the web chat gets its turns, also while the database is away."""

    async def answer(arrived: Arrived) -> Answered:
        try:
            turn = await office.accept_and_wait(arrived)
        except Overloaded:
            busy = house.catalogue.reply("utter_sorry_busy", arrived.language or "en", house.facts(arrived.language or "en"))
            return Answered(0, busy.language, "", Outbound(busy.language, "", (busy,)).as_json())
        except StoreUnavailable as error:
            logger.error("the database is away: %s", error)
            turn = None
        if turn is not None:
            return turn
        out = assistant.without_store(Inbound("", language=arrived.language), seen_in(house, arrived))
        return Answered(0, out.language, "", out.as_json())

    return answer


def make_app(assistant: Assistant, office: PostOffice, settings: Settings, database: Database, house: House) -> Sanic:
    """All public routes, health and figures."""
    app = Sanic("kinline", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MOST_BYTES
    app.config.FALLBACK_ERROR_FORMAT = "json"
    WebChat(house, web_answer(office, assistant, house)).add_to(app)
    SessionFiles(house).add_to(app)
    OpenReferralFeed(house.directory.publisher(published_areas(house.areas, settings.area))).add_to(app)
    for port in office.ports.values():
        port.add_to(app, office.accept, office.run)
    app.add_route(_health(database), "/healthz", name="health")
    app.add_route(_figures, "/metrics", name="figures")
    app.error_handler.add(SanicException, _refused)
    app.error_handler.add(Exception, _failed)

    async def begin(running: Sanic, _loop: Any) -> None:
        await asyncio.to_thread(office.start)
        await asyncio.wrap_future(office.run(assistant.understand("hello")))  # the first pass is slow; no parent waits for it
        running.ctx.upkeep = [asyncio.ensure_future(work(house)) for work in (_purge_often, keep_indexed, watch_often)]

    async def end(running: Sanic, _loop: Any) -> None:
        for task in running.ctx.upkeep:
            task.cancel()
        await asyncio.to_thread(office.stop)

    app.register_listener(begin, "before_server_start")
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


async def _purge_often(house: House) -> None:
    while True:
        try:
            gone = await asyncio.to_thread(purge, house)
            logger.info("deleted what was old enough: %s", gone)
        except Exception as error:  # noqa: BLE001 - a failed clean-up is tried again in an hour
            logger.error("clean-up failed with %s", type(error).__name__)
        await asyncio.sleep(_PURGE_EVERY_S)
