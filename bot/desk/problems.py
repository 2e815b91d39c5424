"""Pages for what goes wrong, and the visitor's address for throttling."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.base.errors import StoreUnavailable
from bot.desk.web import HEADERS, Desk, Visit

logger = logging.getLogger(__name__)


def address_of(request: Request) -> str:
    """The visitor's address, never stored as it is: the last one that a proxy of ours has written down, else the connection's."""
    direct = request.client.host if request.client else ""
    if direct not in ("127.0.0.1", "::1", ""):
        return direct
    named = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    return next((part for part in reversed(named) if part not in ("127.0.0.1", "::1")), direct)


def failed(desk: Desk) -> Mapping[Any, Any]:
    """Pages for what goes wrong."""

    def render(request: Request, status: int, problem: str) -> Response:
        visit = Visit(desk, request, None)
        response = visit.page("problem.html", status, problem=problem)
        response.headers.update(HEADERS)
        return response

    async def http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        words = {404: "There is no such page.", 405: "There is no such page.", 400: "That could not be read.", 413: "That is too large."}
        return render(request, status, words.get(status, "That is not possible."))

    async def away(request: Request, _error: Exception) -> Response:
        return render(request, 503, "The database cannot be reached just now. Nothing was changed. Please try again in a minute.")

    async def broken(request: Request, error: Exception) -> Response:
        logger.error("a page of the desk failed with %s", type(error).__name__)
        return render(request, 500, "Something went wrong. Nothing more is known here; the log of the service names the kind of error.")

    return {HTTPException: http, StoreUnavailable: away, Exception: broken}
