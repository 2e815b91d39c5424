"""Who writes in the web chat: a session id that the server gives, in a cookie that scripts cannot read.

Inside a frame on another site the browser keeps cookies apart by the site around it (CHIPS), so a
frame has a cookie of its own, and asks for it with a header that no other site's script can send.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from sanic import Request
from sanic.response import HTTPResponse

from bot.flows.house import House

COOKIE = "kinline_session"
FRAME_COOKIE = "kinline_frame"
FRAME_HEADER = "x-kinline-frame"
LEFT = "kinline_left"
"""Set by the page's script on a quick exit, also without a connection: the session of this browser is over."""
_SECONDS = 14 * 24 * 3600


class Sessions:
    """Reads and gives session ids."""

    def __init__(self, house: House) -> None:
        self._house = house

    def token(self, request: Request) -> str:
        """The session id of the cookie, or a new one; one that was not given out here counts as none."""
        token = getattr(request.ctx, "new_token", None) or request.cookies.get(_cookie(request)) or ""
        has_left = request.cookies.get(_left(request)) is not None and getattr(request.ctx, "new_token", None) is None
        if has_left or not self._house.sealer.is_session_token(token):
            token = request.ctx.new_token = self._house.sealer.session_token()
        return str(token)

    def sender(self, request: Request) -> tuple[str, bool]:
        """The pseudonym, and whether the session is new."""
        token = self.token(request)
        return self._house.sealer.pseudonym("web", token), getattr(request.ctx, "new_token", None) is not None

    def with_cookie(self, request: Request, answer: HTTPResponse, *, renew: bool = False) -> HTTPResponse:
        """The answer with the session's cookie, when it is a new one.

        Args:
            renew: also when it is not, so that it lasts as long as what was said last.
        """
        token = self.token(request) if renew else getattr(request.ctx, "new_token", None)
        if token:
            answer.headers.add("Set-Cookie", self._set(request, _cookie(request), token, _SECONDS))
        if request.cookies.get(_left(request)) is not None:
            answer.headers.add("Set-Cookie", self._set(request, _left(request), "", 0, http_only=False))
        return answer

    def end(self, request: Request, answer: HTTPResponse) -> HTTPResponse:
        """The answer that takes the cookies back."""
        for name in (_cookie(request), _left(request)):
            answer.headers.add("Set-Cookie", self._set(request, name, "", 0))
        return answer

    def _set(self, request: Request, name: str, value: str, seconds: int, *, http_only: bool = True) -> str:
        parts = [f"{name}={value}", "Path=/", f"Max-Age={seconds}"]
        if http_only:
            parts.append("HttpOnly")
        if is_framed(request):
            parts += ["Secure", "SameSite=None", "Partitioned"]
        else:
            parts += ["SameSite=Lax", *(["Secure"] if self._house.settings.cookie_secure else [])]
        return "; ".join(parts)


def is_framed(request: Request) -> bool:
    """Whether the page that asks stands in a frame."""
    return request.path.startswith("/frame") or request.headers.get(FRAME_HEADER) == "1"


def comes_from_elsewhere(request: Request) -> bool:
    """Whether another site's page sends this; such a message must not count as the parent's."""
    site = request.headers.get("sec-fetch-site")
    if site:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return bool(origin) and origin != "null" and urlsplit(origin).netloc != request.host


def _cookie(request: Request) -> str:
    return FRAME_COOKIE if is_framed(request) else COOKIE


def _left(request: Request) -> str:
    return f"{LEFT}_frame" if is_framed(request) else LEFT
