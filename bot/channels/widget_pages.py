"""The public pages, the chat in a frame, and the script that puts it on a partner's site."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, select_autoescape
from sanic import Request, Sanic, response
from sanic.response import HTTPResponse

from bot.base.errors import StoreUnavailable
from bot.channels.assets import Asset, load_asset, pack_answer
from bot.channels.bubbles import Drawing, link_pattern
from bot.channels.colours import css_variables
from bot.channels.web_session import Sessions, comes_from_elsewhere, is_framed
from bot.delivery import store as delivery
from bot.flows.house import House
from bot.flows.page_words import PageWords
from bot.flows.start_afresh import clear_chat

_HERE = Path(__file__).parent
LOOK = "kinline_look"
"""Cookie of the page's script: how the page looks to this parent (size of text, plain), so that it never looks otherwise for a moment."""
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'"
HEADERS = {
    "Content-Security-Policy": f"{_POLICY}; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_LEAVING = {"Clear-Site-Data": '"cache", "storage"', "Cache-Control": "no-store"}
"""Not `"cookies"`, which would sign the parent out of every page of the whole registered domain."""
_FOR_A_YEAR = "public, max-age=31536000, immutable"
_FOR_AN_HOUR = "public, max-age=3600"


class WidgetPages:
    """Pages and files of the web chat.

    Args:
        sessions: shared with the turns.
    """

    def __init__(self, house: House, sessions: Sessions) -> None:
        self._house, self._sessions = house, sessions
        self._pages = Environment(loader=FileSystemLoader(_HERE / "pages"), autoescape=select_autoescape(default=True))
        static = _HERE / "static"
        self._script = load_asset([static / name for name in ("bubbles.js", "page.js", "chat.js")], "text/javascript")
        self._styles = {
            area.id: load_asset([static / "chat.css"], "text/css", after=css_variables(area.colours)) for area in house.areas.values()
        }
        self._widget = load_asset([_HERE / "widget" / "widget.js"], "text/javascript", before=self._known_to_the_widget())
        # Browsers hold the redirect after a form to the same rule as the form: the quick exit leads to another site.
        away = urlsplit(house.settings.exit_url)
        policy = f"{_POLICY}; form-action 'self' {away.scheme}://{away.netloc}"
        origins = " ".join(("'self'", *house.settings.embed_origins))
        self._page_headers = HEADERS | {"Content-Security-Policy": f"{policy}; frame-ancestors 'none'"}
        self._frame_headers = HEADERS | {"Content-Security-Policy": f"{policy}; frame-ancestors {origins}"}

    def add_to(self, app: Sanic) -> None:
        """Add the routes."""
        app.add_route(self.chat_page, "/", methods=["GET"])
        app.add_route(self.chat_page, "/frame", methods=["GET"], name="frame")
        app.add_route(self.leave, "/chat/exit", methods=["POST"])
        app.add_route(self.leave_without_script, "/exit", methods=["POST"])
        app.add_route(self.leave_without_script, "/frame/exit", methods=["POST"], name="leave_frame_without_script")
        app.add_route(self.clear, "/chat/clear", methods=["POST"])
        app.add_route(self.words, "/words/<code:str>", methods=["GET"])
        app.add_route(self.icon, "/icon/<area:str>", methods=["GET"])
        app.add_route(self.privacy_page, "/privacy", methods=["GET"])
        app.add_route(self.accessibility_page, "/accessibility", methods=["GET"])
        app.add_route(self.script, "/static/chat.js", methods=["GET"])
        app.add_route(self.style, "/style/<area:str>", methods=["GET"])
        app.add_route(self.widget, "/widget.js", methods=["GET"])
        app.register_middleware(pack_answer, "response")

    async def chat_page(self, request: Request) -> HTTPResponse:
        """The chat, alone or in a frame; without JavaScript the turns so far stand in it."""
        return self._chat(request, self._turns(request))

    def turn_page(self, request: Request, turn: Mapping[str, Any], area: str | None) -> HTTPResponse:
        """The chat so far, as far as it can be read, and a turn that stands nowhere else."""
        return self._chat(request, [*self._turns(request), dict(turn)], area)

    async def leave(self, request: Request) -> HTTPResponse:
        """The quick exit: this browser has no session any more. What was said stays until its time is up."""
        if comes_from_elsewhere(request):
            return response.empty(status=403)
        return self._sessions.end(request, response.empty(headers=_LEAVING))

    async def leave_without_script(self, request: Request) -> HTTPResponse:
        """The same for the plain form, and on to a harmless page."""
        if comes_from_elsewhere(request):
            return response.empty(status=403)
        return self._sessions.end(request, response.redirect(self._house.settings.exit_url, status=303, headers=HEADERS | _LEAVING))

    async def clear(self, request: Request) -> HTTPResponse:
        """The chat so far goes, from the screen and from the database."""
        if comes_from_elsewhere(request):
            return response.empty(status=403)
        try:
            clear_chat(self._house, self._sessions.sender(request)[0])
        except StoreUnavailable:
            return response.json({"error": "not now"}, status=503, headers=HEADERS)
        return self._sessions.with_cookie(request, response.empty(headers={"Cache-Control": "no-store"}))

    async def words(self, _request: Request, code: str) -> HTTPResponse:
        """The page's words in another language."""
        words = PageWords(self._house, code)
        body = {"lang": words.language.code, "dir": words.language.direction, "words": words.for_script()}
        return response.json(body, headers={"Cache-Control": _FOR_AN_HOUR}, ensure_ascii=False, dumps=json.dumps)

    async def icon(self, _request: Request, area: str) -> HTTPResponse:
        """A bubble in the partnership's colour, for the browser's tab."""
        svg = self._pages.get_template("icon.svg").render(colours=self._house.area(area).colours)
        return response.text(svg, content_type="image/svg+xml", headers={"Cache-Control": _FOR_AN_HOUR})

    async def script(self, request: Request) -> HTTPResponse:
        """The page's script."""
        return self._kept(request, self._script)

    async def style(self, request: Request, area: str) -> HTTPResponse:
        """The style sheet with a partnership's colours."""
        return self._kept(request, self._styles[self._house.area(area).id])

    def _kept(self, request: Request, asset: Asset) -> HTTPResponse:
        """For a year under the address that holds its version."""
        return asset.answer(request, _FOR_A_YEAR if request.args.get("v") == asset.version else _FOR_AN_HOUR)

    async def widget(self, request: Request) -> HTTPResponse:
        """The script for a partner's site; any site may load it, the frame decides who may show it."""
        answer = self._widget.answer(request, _FOR_AN_HOUR)
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return answer

    async def privacy_page(self, request: Request) -> HTTPResponse:
        """What is kept, who sees it, when it goes."""
        return self._page(request, "topic.html", topic="privacy")

    async def accessibility_page(self, request: Request) -> HTTPResponse:
        """How the page can be used, and where the maps' data comes from."""
        return self._page(request, "topic.html", topic="accessibility")

    def _turns(self, request: Request) -> list[dict[str, Any]]:
        sender, is_new = self._sessions.sender(request)
        if is_new:
            return []
        try:
            with self._house.database.session() as session:
                return delivery.turns_after(session, sender, 0)
        except StoreUnavailable:
            return []

    def _chat(self, request: Request, turns: Sequence[Mapping[str, Any]], area: str | None = None) -> HTTPResponse:
        page = self._page(request, "chat.html", turns=turns, area=area)
        return self._sessions.with_cookie(request, page, renew=True)

    def _page(self, request: Request, template: str, **values: Any) -> HTTPResponse:
        area = self._house.area(values.pop("area", None) or request.args.get("area"))
        turns = values.pop("turns", [])
        spoken = turns[-1]["replies"][0]["lang"] if turns and turns[-1]["replies"] else None
        words = PageWords(self._house, request.args.get("lang") or spoken or self._preferred(request))
        pattern = link_pattern(self._house.facts())
        drawing = Drawing(pattern, self._house.settings.map_url, words("page_map"))
        look = request.cookies.get(LOOK, "")
        if turns:
            values["turns"] = words.turns(turns)
        html = self._pages.get_template(template).render(
            area=area, words=words, house=self._house, framed=is_framed(request), drawing=drawing, settings=self._house.settings,
            plain="p" in look, size=next((c for c in look if c in "123"), ""),
            script=self._script.version, style=self._styles[area.id].version, **values,
        )  # fmt: skip
        headers = self._frame_headers if is_framed(request) else self._page_headers
        return response.html(html, headers=headers)

    def _preferred(self, request: Request) -> str:
        for part in request.headers.get("accept-language", "").split(","):
            code = part.split(";")[0].strip()
            for known in (code, code.split("-")[0]):
                if known in self._house.languages:
                    return known
        return "en"

    def _known_to_the_widget(self) -> str:
        """Words, colours and addresses, in front of the script that uses them."""
        offered = [PageWords(self._house, language.code) for language in self._house.languages.offered()]
        known = {
            "words": {words.language.code: words.for_launcher() | {"dir": words.language.direction} for words in offered},
            "areas": {area.id: {"name": area.assistant_name, **area.colours} for area in self._house.areas.values()},
            "area": self._house.settings.area,
            "exit": self._house.settings.exit_url,
        }
        return f"window.kinlineKnown={json.dumps(known, ensure_ascii=False, separators=(',', ':'))};\n"
