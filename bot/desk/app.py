"""Puts the pages of the desk together, with what surrounds them: headers, size limits, trusted hosts, static files."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.base.sealing import fingerprint
from bot.desk import (
    accounts,
    cases,
    data,
    figures,
    jobs,
    me,
    merging,
    messages,
    new_request,
    queue,
    replies,
    request_changes,
    request_page,
    sign_in,
    stuck,
    team,
    together,
    undelivered,
)
from bot.desk.problems import failed
from bot.desk.shown import filters
from bot.desk.web import HEADERS, Desk, View, routes_of
from bot.flows.house import House
from bot.flows.reach_parent import ParentLine, line_to_parents
from bot.replies.machine import machine_of

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent
_TOO_LARGE = b"<!doctype html><html lang=en><title>Too large</title><p>That is too large. Nothing was saved. Please go back and shorten it."
MOST_BYTES = 262_144
"""Of a form; the longest note is far below."""
_MODULES = (
    sign_in, queue, request_page, request_changes, messages, merging, new_request, together, cases, team, figures, replies, me, accounts,
    data, undelivered, stuck,
)  # fmt: skip


def all_views() -> list[View]:
    """Every view of every page group, in their order."""
    return [view for module in _MODULES for view in vars(module).values() if hasattr(view, "guard")]


def make_app(house: House, line: ParentLine | None = None, *, with_jobs: bool = True) -> Starlette:
    """The desk.

    Args:
        with_jobs: whether timers and notifications run in this process.
    """
    machine = machine_of(house.settings.translator_url, house.settings.translator_key)
    desk = Desk(house, make_pages(house), line or line_to_parents(house), machine)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        running = jobs.start(desk) if with_jobs else []
        yield
        await jobs.stop(running)

    routes: list[Any] = [
        *routes_of(desk, all_views()),
        # Pages are not packed: beside what a visitor typed stands the token of their forms, which the packed length would give away.
        Mount("/desk/static", GZipMiddleware(StaticFiles(directory=HERE / "static")), name="static"),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Surround)], exception_handlers=dict(failed(desk)), lifespan=lifespan)


def make_pages(house: House) -> Environment:
    """Templates: everything is escaped, a name that does not exist is an error."""
    pages = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    pages.filters.update(filters(house))
    pages.globals["static"] = _static_addresses()
    return pages


def _static_addresses() -> Callable[[str], str]:
    marks = {path.name: fingerprint(path.read_bytes())[:8] for path in (HERE / "static").iterdir()}

    def address(name: str) -> str:
        return f"/desk/static/{name}?v={marks[name]}"

    return address


class Surround:
    """Headers on every answer, and no body above the limit, however it is sent."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        taken = 0
        length = dict(scope["headers"]).get(b"content-length", b"0")
        too_large = not length.isdigit() or int(length) > MOST_BYTES

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MOST_BYTES:
                raise TooLarge
            return message

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                static = scope["path"].startswith("/desk/static/")
                named = {name.lower() for name, _value in message["headers"]}
                extra = HEADERS | ({"Cache-Control": "public, max-age=31536000, immutable"} if static else {})
                message["headers"] += [(k.lower().encode(), v.encode()) for k, v in extra.items() if k.lower().encode() not in named]
            await send(message)

        try:
            if too_large:
                raise TooLarge
            await self.app(scope, limited, headed)
        except TooLarge:
            body = _TOO_LARGE
            await headed({"type": "http.response.start", "status": 413, "headers": [(b"content-type", b"text/html; charset=utf-8")]})
            await send({"type": "http.response.body", "body": body})


class TooLarge(Exception):
    """A body above the limit."""
