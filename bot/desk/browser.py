"""What a browser sends besides what was typed: whose it is, and whether the form is ours."""

from __future__ import annotations

import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request

from bot.base.sealing import fingerprint
from bot.flows.house import House
from bot.staff import session_store
from bot.staff.credentials import IDLE_AT_MOST
from bot.staff.model import SignedIn

COOKIE = "kinline_desk"
HALF_WAY = timedelta(minutes=10)


def who_is_it(house: House, request: Request) -> SignedIn | None:
    """Who is signed in with the browser's cookie; None when nobody is."""
    token = request.cookies.get(COOKIE, "")
    if len(token) < 40:
        return None
    now = house.clock.now()
    idle = timedelta(minutes=house.settings.desk_idle_minutes)
    with house.database.session() as session:
        found = session_store.find(session, fingerprint(token.encode()), now - idle, now - IDLE_AT_MOST)
    if found and found.stage == "password" and found.seen_at < now - HALF_WAY:
        return None
    return found


def is_same_site(request: Request) -> bool:
    """Whether a form comes from the desk itself."""
    # Browsers that send neither header are older than any that can use the desk; the token is asked for all the same.
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def csrf_fits(fields: FormData, signed_in: SignedIn) -> bool:
    """Whether a form holds the secret of this sign-in."""
    token = fields.get("csrf")
    return isinstance(token, str) and secrets.compare_digest(token.encode(), signed_in.csrf.encode())
