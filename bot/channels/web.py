"""The chat page and its two endpoints. A parent is known by a random cookie that scripts cannot read."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from sanic import Request, Sanic, response
from sanic.response import HTTPResponse

from bot.base.errors import StoreUnavailable
from bot.base.sealing import new_token
from bot.delivery import store as delivery
from bot.flows.exchange import Inbound, Outbound
from bot.flows.house import House
from bot.flows.page_words import PageWords

logger = logging.getLogger(__name__)

COOKIE = "kinline_session"
_COOKIE_SECONDS = 14 * 24 * 3600
_HERE = Path(__file__).parent
_SHORTEST_TOKEN = 40
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

Answer = Callable[[Inbound], Awaitable[Outbound]]


class WebChat:
    """The web channel.

    Args:
        answer: what turns a message into replies.
    """

    def __init__(self, house: House, answer: Answer) -> None:
        self.house, self._answer = house, answer
        self._pages = Environment(loader=FileSystemLoader(_HERE / "pages"), autoescape=select_autoescape(default=True))
        self._running: set[asyncio.Task[Any]] = set()

    def add_to(self, app: Sanic) -> None:
        """Add the routes of the channel."""
        app.add_route(self.chat_page, "/", methods=["GET"])
        app.add_route(self.post_without_script, "/", methods=["POST"], name="post_without_script")
        app.add_route(self.take_turn, "/chat/turn", methods=["POST"])
        app.add_route(self.events, "/chat/events", methods=["GET"])
        app.add_route(self.colours, "/colours/<area:str>", methods=["GET"])
        app.add_route(self.privacy_page, "/privacy", methods=["GET"])
        app.add_route(self.accessibility_page, "/accessibility", methods=["GET"])
        app.static("/static", _HERE / "static")

    async def chat_page(self, request: Request) -> HTTPResponse:
        """The page; without JavaScript the turns so far stand in it."""
        return self._page(request, "chat.html", turns=self._turns(request))

    async def post_without_script(self, request: Request) -> HTTPResponse:
        """A message sent by the plain form."""
        form = request.form or {}
        said = Inbound(
            self._sender(request)[0], str(form.get("text") or ""), form.get("press"), area=form.get("area"),
            language=form.get("language"), choose_language=form.get("choose_language"),
        )  # fmt: skip
        await self._turn(said)
        query = f"?area={form.get('area')}" if form.get("area") in self.house.areas else ""
        return self._with_cookie(request, response.redirect(f"/{query}", status=303))

    async def take_turn(self, request: Request) -> HTTPResponse:
        """`{"text"}` or `{"press"}` in, `{"turn", "replies"}` out."""
        try:
            body = json.loads(request.body or b"{}")
        except (json.JSONDecodeError, UnicodeDecodeError):
            body = None
        if not isinstance(body, dict) or not any(body.get(k) is not None for k in ("text", "press", "choose_language")):
            return response.json({"error": 'send {"text": …} or {"press": …} as JSON'}, status=400, headers=HEADERS)
        sender = self._sender(request)[0]
        inbound = Inbound(
            sender, str(body.get("text") or ""), None if body.get("press") is None else str(body["press"]),
            "not_text" if body.get("not_text") else "text", _text(body.get("area")), _text(body.get("language")),
            _text(body.get("choose_language")),
        )  # fmt: skip
        # Shielded: a browser that goes away must not cancel a turn half-way.
        task = asyncio.ensure_future(self._turn(inbound))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        number, outbound = await asyncio.shield(task)
        answer = {"turn": number, "language": outbound.language, "said": outbound.said, "replies": outbound.as_json()}
        return self._with_cookie(request, response.json(answer, headers=HEADERS, ensure_ascii=False, dumps=json.dumps))

    async def events(self, request: Request) -> HTTPResponse:
        """Turns with a number above `after`."""
        after = request.args.get("after", "0")
        if not after.isdigit():
            return response.json({"error": "`after` is a whole number"}, status=400, headers=HEADERS)
        with self.house.database.session() as session:
            turns = delivery.turns_after(session, self._sender(request)[0], int(after))
        return self._with_cookie(request, response.json({"turns": turns}, headers=HEADERS, ensure_ascii=False, dumps=json.dumps))

    async def colours(self, _request: Request, area: str) -> HTTPResponse:
        """The partnership's colours as CSS variables."""
        colours = self.house.area(area).colours
        css = f":root{{--primary:{colours['primary']};--on-primary:{colours['on_primary']}}}"
        return response.text(css, content_type="text/css", headers={"Cache-Control": "max-age=3600"})

    async def privacy_page(self, request: Request) -> HTTPResponse:
        """What is kept, who sees it, when it goes."""
        return self._page(request, "topic.html", topic="privacy")

    async def accessibility_page(self, request: Request) -> HTTPResponse:
        """How the page can be used, and where the maps' data comes from."""
        return self._page(request, "topic.html", topic="accessibility")

    async def _turn(self, inbound: Inbound) -> tuple[int, Outbound]:
        outbound = await self._answer(inbound)
        number = 0
        try:
            with self.house.database.session() as session:
                if outbound.forget:
                    delivery.forget_turns(session, inbound.sender)
                else:
                    number = delivery.add_turn(session, inbound.sender, outbound.said, outbound.as_json(), self.house.clock.now())
        except StoreUnavailable:
            logger.error("a turn was answered but could not be stored for a reload")
        return number, outbound

    def _turns(self, request: Request) -> list[dict[str, Any]]:
        sender, is_new = self._sender(request)
        if is_new:
            return []
        try:
            with self.house.database.session() as session:
                return delivery.turns_after(session, sender, 0)
        except StoreUnavailable:
            return []

    def _page(self, request: Request, template: str, **values: Any) -> HTTPResponse:
        area = self.house.area(request.args.get("area"))
        turns = values.get("turns") or []
        spoken = turns[-1]["replies"][-1]["lang"] if turns and turns[-1]["replies"] else None
        words = PageWords(self.house, request.args.get("lang") or spoken or self._preferred(request))
        html = self._pages.get_template(template).render(area=area, words=words, house=self.house, **values)
        return self._with_cookie(request, response.html(html, headers=HEADERS))

    def _preferred(self, request: Request) -> str:
        for part in request.headers.get("accept-language", "").split(","):
            code = part.split(";")[0].strip()
            for known in (code, code.split("-")[0]):
                if known in self.house.languages:
                    return known
        return "en"

    def _sender(self, request: Request) -> tuple[str, bool]:
        """The pseudonym, and whether the cookie is new."""
        token = request.cookies.get(COOKIE) or getattr(request.ctx, "new_token", None)
        is_new = not token or len(token) < _SHORTEST_TOKEN
        if is_new:
            token = request.ctx.new_token = new_token()
        return self.house.sealer.pseudonym("web", str(token)), is_new

    def _with_cookie(self, request: Request, answer: HTTPResponse) -> HTTPResponse:
        token = getattr(request.ctx, "new_token", None)
        if token:
            answer.cookies[COOKIE] = token
            cookie = answer.cookies[COOKIE]
            cookie["httponly"] = True
            cookie["samesite"] = "Lax"
            cookie["path"] = "/"
            cookie["max-age"] = _COOKIE_SECONDS
            if self.house.settings.cookie_secure:
                cookie["secure"] = True
        return answer


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
