"""`/open-referral/…`: the directory as a public Open Referral UK 3.0 feed, for anybody to read from anywhere."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from sanic import Request, Sanic, response
from sanic.response import HTTPResponse

from bot.base.errors import StoreUnavailable
from bot.directory.feeds.export import root
from bot.directory.feeds.publish import PER_PAGE, Publisher

BASE = "/open-referral"
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=300",
}
_MOST_DIGITS = 9


class OpenReferralFeed:
    """The feed's four addresses.

    Args:
        publisher: what is given out.
    """

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    def add_to(self, app: Sanic) -> None:
        """Add the routes of the feed."""
        app.add_route(self.feed, BASE, methods=["GET"], name="open_referral")
        app.add_route(self.services, f"{BASE}/services", methods=["GET"], name="open_referral_services")
        app.add_route(self.service, f"{BASE}/services/<wanted:str>", methods=["GET"], name="open_referral_service")
        app.add_route(self.organizations, f"{BASE}/organizations", methods=["GET"], name="open_referral_organizations")

    async def feed(self, request: Request) -> HTTPResponse:
        """What this is, and in which version of the standard."""
        return _json(root(f"{request.scheme}://{request.host}{BASE}"))

    async def services(self, request: Request) -> HTTPResponse:
        """A page of the list; parameters that are not known are passed over, as the standard's peers do."""
        return await self._answer(lambda: self._publisher.services(*_page(request)))

    async def service(self, _request: Request, wanted: str) -> HTTPResponse:
        """One service with everything."""
        return await self._answer(lambda: self._publisher.service(wanted))

    async def organizations(self, request: Request) -> HTTPResponse:
        """A page of the providers."""
        return await self._answer(lambda: self._publisher.organizations(*_page(request)))

    async def _answer(self, ask: Callable[[], dict[str, Any] | None]) -> HTTPResponse:
        try:
            found = await asyncio.to_thread(ask)
        except StoreUnavailable:
            return _json({"error": "the directory cannot be read now; try again later"}, 503)
        return _json(found) if found is not None else _json({"error": "there is no such service"}, 404)


def _json(body: dict[str, Any], status: int = 200) -> HTTPResponse:
    return response.json(body, status=status, headers=HEADERS, dumps=json.dumps, ensure_ascii=False)


def _page(request: Request) -> tuple[int, int]:
    return _number(request, "page", 1), _number(request, "per_page", PER_PAGE)


def _number(request: Request, name: str, default: int) -> int:
    """A number of the query; the default for one that is none."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else default
