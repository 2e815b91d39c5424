"""The chat page and its two endpoints. A parent is known by a random cookie that scripts cannot read."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from sanic import Request, Sanic, response
from sanic.response import HTTPResponse

from bot.base.errors import StoreUnavailable
from bot.base.sealing import new_token
from bot.delivery import store as delivery
from bot.delivery.model import Arrived, ArrivedKind
from bot.flows.exchange import Answered
from bot.flows.house import House
from bot.flows.page_words import PageWords

logger = logging.getLogger(__name__)

COOKIE = "kinline_session"
_COOKIE_SECONDS = 14 * 24 * 3600
_HERE = Path(__file__).parent
_SHORTEST_TOKEN = 40
_LONGEST_ID = 64
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

Answer = Callable[[Arrived], Awaitable[Answered]]


class WebChat:
    """The web channel.

    Args:
        answer: takes a message in and gives its turn.
    """

    def __init__(self, house: House, answer: Answer) -> None:
        self.house, self._answer = house, answer
        self._pages = Environment(loader=FileSystemLoader(_HERE / "pages"), autoescape=select_autoescape(default=True))

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
        await self._answer(
            self._arrived(request, {name: form.get(name) for name in ("text", "press", "area", "language", "choose_language")})
        )
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
        turn = await self._answer(self._arrived(request, body))
        answer = {"turn": turn.turn, "language": turn.language, "said": turn.said, "replies": turn.replies}
        return self._with_cookie(request, response.json(answer, headers=HEADERS, ensure_ascii=False, dumps=json.dumps))

    def _arrived(self, request: Request, body: Mapping[str, Any]) -> Arrived:
        """A message of the page; with an `id` of the page's own it is answered once however often it is sent."""
        token, own = self._token(request), _text(body.get("id"))
        press = None if body.get("press") is None else str(body["press"])
        kind: ArrivedKind = "not_text" if body.get("not_text") else "press" if press is not None else "text"
        return Arrived(
            channel="web",
            message_id=f"{token}:{own[:_LONGEST_ID]}" if own else new_token(),
            address=token,
            kind=kind,
            sent_at=self.house.clock.now(),
            text=str(body.get("text") or ""),
            press=press,
            area=_text(body.get("area")),
            language=_known(self.house, body.get("language")),
            choose_language=_text(body.get("choose_language")),
        )

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

    def _token(self, request: Request) -> str:
        """The session id of the cookie, or a new one."""
        token = request.cookies.get(COOKIE) or getattr(request.ctx, "new_token", None)
        if not token or len(token) < _SHORTEST_TOKEN:
            token = request.ctx.new_token = new_token()
        return str(token)

    def _sender(self, request: Request) -> tuple[str, bool]:
        """The pseudonym, and whether the cookie is new."""
        token = self._token(request)
        return self.house.sealer.pseudonym("web", token), getattr(request.ctx, "new_token", None) is not None

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


def _known(house: House, value: Any) -> str | None:
    return value if isinstance(value, str) and value in house.languages else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
