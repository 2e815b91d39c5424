"""The chat page and its two endpoints. A parent is known by a random cookie that scripts cannot read."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sanic import Request, Sanic, response
from sanic.response import HTTPResponse

from bot.base.outside_json import read_json
from bot.base.sealing import new_token
from bot.channels.pin import pin
from bot.channels.web_session import Sessions, comes_from_elsewhere
from bot.channels.widget_pages import HEADERS, WidgetPages
from bot.delivery import store as delivery
from bot.delivery.model import Arrived, ArrivedKind
from bot.flows.exchange import Answered
from bot.flows.house import House
from bot.flows.page_words import PageWords

__all__ = ["HEADERS", "Answer", "WebChat"]

logger = logging.getLogger(__name__)

_LONGEST_ID = 64
_JSON_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
"""A turn is paid for by the byte, and JSON is no page that a policy could guard."""
_MOST_TURNS_HAD = 20
_MOST_DIGITS = 18
"""Of a turn's number: what fits every database."""
_PLACE_DECIMALS = 2
"""A pin is rounded to about a kilometre before anything looks at it."""

Answer = Callable[[Arrived], Awaitable[Answered]]


class WebChat:
    """The web channel.

    Args:
        answer: takes a message in and gives its turn.
    """

    def __init__(self, house: House, answer: Answer) -> None:
        self._house, self._answer = house, answer
        self._sessions = Sessions(house)
        self._pages = WidgetPages(house, self._sessions)

    def add_to(self, app: Sanic) -> None:
        """Add the routes of the channel."""
        app.add_route(self.post_without_script, "/", methods=["POST"], name="post_without_script")
        app.add_route(self.post_without_script, "/frame", methods=["POST"], name="post_in_frame")
        app.add_route(self.take_turn, "/chat/turn", methods=["POST"])
        app.add_route(self.events, "/chat/events", methods=["GET"])
        self._pages.add_to(app)

    async def post_without_script(self, request: Request) -> HTTPResponse:
        """A message sent by the plain form; the answer leads to the page on which the turn stands.

        A turn that the page could not find again is in the answer itself: where nothing could be stored, after an erasure, and in
        a browser that keeps no cookie.
        """
        if comes_from_elsewhere(request):
            return response.empty(status=403)
        form = request.form or {}
        arrived = self._arrived(request, {name: form.get(name) for name in ("text", "press", "area", "language", "choose_language")})
        turn = await self._answer(arrived)
        area = arrived.area if arrived.area in self._house.areas else None
        if turn.replies and (turn.turn == 0 or self._sessions.sender(request)[1]):
            said = "" if turn.forgotten else turn.said or arrived.text
            return self._pages.turn_page(request, {"turn": turn.turn, "said": said, "replies": turn.replies}, area)
        query = f"?area={area}" if area else ""
        return self._sessions.with_cookie(request, response.redirect(f"{request.path}{query}", status=303))

    async def take_turn(self, request: Request) -> HTTPResponse:
        """`{"text"}`, `{"press"}` or `{"location"}` in, `{"turn", "replies"}` out."""
        if comes_from_elsewhere(request):
            return response.json({"error": "not from another site"}, status=403, headers=_JSON_HEADERS)
        try:
            body = read_json(request.body or b"{}")
        except ValueError:
            body = None
        if not isinstance(body, dict) or not any(body.get(k) is not None for k in ("text", "press", "choose_language", "location")):
            return response.json({"error": 'send {"text": …} or {"press": …} as JSON'}, status=400, headers=_JSON_HEADERS)
        turn = await self._answer(self._arrived(request, body))
        said = PageWords(self._house, turn.language).said(turn.said)
        answer = {"turn": turn.turn, "language": turn.language, "said": said, "replies": turn.replies}
        if turn.forgotten:
            answer["forgotten"] = True
        return self._sessions.with_cookie(request, response.json(answer, headers=_JSON_HEADERS, ensure_ascii=False, dumps=json.dumps))

    def _arrived(self, request: Request, body: Mapping[str, Any]) -> Arrived:
        """A message of the page; with an `id` of the page's own it is answered once however often it is sent."""
        token, own = self._sessions.token(request), _text(body.get("id"))
        place = _place(body.get("location"))
        press = None if body.get("press") is None else str(body["press"])
        kind: ArrivedKind = "not_text" if body.get("not_text") else "press" if press is not None else "place" if place else "text"
        return Arrived(
            channel="web",
            message_id=f"{token}:{own[:_LONGEST_ID]}" if own else new_token(),
            address=token,
            kind=kind,
            sent_at=self._house.clock.now(),
            text=str(body.get("text") or ""),
            press=press,
            place=place,
            area=_text(body.get("area")),
            language=_known(self._house, body.get("language")),
            choose_language=_text(body.get("choose_language")),
        )

    async def events(self, request: Request) -> HTTPResponse:
        """Turns with a number above `after`, without those that the page says it has.

        `known` is false when no cookie came. `forgotten` is true when the latest turn that the page shows is no longer kept: the
        parent was forgotten elsewhere, or its time was up; what the page shows has to go too.
        """
        after, have = _number(request.args.get("after", "0")), request.args.get("have", "")
        if after is None:
            return response.json({"error": "`after` is a whole number"}, status=400, headers=_JSON_HEADERS)
        sender, is_new = self._sessions.sender(request)
        with self._house.database.session() as session:
            known_turns = set(have.split(",")[-_MOST_TURNS_HAD:])
            latest = max([after, *(_number(turn) or 0 for turn in known_turns)])
            forgotten = latest > 0 and not delivery.has_turn(session, sender, latest)
            turns = delivery.turns_after(session, sender, 0 if forgotten else after)
        spoken = turns[-1]["replies"][0]["lang"] if turns and turns[-1]["replies"] else request.args.get("lang")
        missing = [turn for turn in turns if forgotten or str(turn["turn"]) not in known_turns]
        body = {"turns": PageWords(self._house, spoken).turns(missing), "known": not is_new, "forgotten": forgotten}
        return self._sessions.with_cookie(request, response.json(body, headers=_JSON_HEADERS, ensure_ascii=False, dumps=json.dumps))


def _place(value: Any) -> tuple[float, float] | None:
    """A pin's latitude and longitude, roughly; None for what is none."""
    try:
        lat, lon = pin(value["lat"], value["lon"])
    except (KeyError, TypeError, ValueError):
        return None
    return round(lat, _PLACE_DECIMALS), round(lon, _PLACE_DECIMALS)


def _number(text: str) -> int | None:
    """The number of a turn; None for what cannot be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def _known(house: House, value: Any) -> str | None:
    return value if isinstance(value, str) and value in house.languages else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
