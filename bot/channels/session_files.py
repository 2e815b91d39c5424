"""`GET /sessions/<service>/<beginning>.ics`: a session for the parent's own calendar."""

from __future__ import annotations

import asyncio

from sanic import Request, Sanic, response
from sanic.response import HTTPResponse

from bot.channels.web import HEADERS
from bot.flows.calendar_link import session_of_link
from bot.flows.house import House


class SessionFiles:
    """The public files of sessions; nothing of a parent is in them or asked for them."""

    def __init__(self, house: House) -> None:
        self._house = house

    def add_to(self, app: Sanic) -> None:
        """Add the route."""
        app.add_route(self.file, "/sessions/<service_id:str>/<name:str>", methods=["GET"], name="session_file")

    async def file(self, _request: Request, service_id: str, name: str) -> HTTPResponse:
        """The file; 404 when the service is not offered or has no session then."""
        made = await asyncio.to_thread(session_of_link, self._house, service_id, name)
        if made is None:
            return response.json({"error": "there is no such session"}, status=404, headers=HEADERS)
        headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"}
        return response.raw(made, content_type="text/calendar; charset=utf-8", headers=headers)
