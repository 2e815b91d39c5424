"""What every page of the desk goes through: who is it, may they, did the form come from here; and the audit.

A view is a plain function of a `Visit`. It becomes a route only through `page`, `half` or `public`
below, so that none can be reached without a decision about who may. Nothing is decided by looking at paths.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from html import escape
from typing import Any, Literal
from urllib.parse import quote

from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.base.db import Session
from bot.base.errors import BadInput
from bot.base.text import clean
from bot.callbacks.model import CASES
from bot.callbacks.rules import NotAllowed
from bot.desk.browser import csrf_fits, is_same_site, who_is_it
from bot.flows.house import House
from bot.flows.reach_parent import ParentLine
from bot.replies.machine import Machine
from bot.staff import record_store, session_store
from bot.staff.model import Member, Role, SignedIn

_TOUCH_EVERY = timedelta(minutes=1)
MOST_FIELDS = 200
CASE = "case"
"""How the audit calls a look at a safeguarding case; such lines are for the lead alone."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

Stage = Literal["public", "half", "full", "together"]


@dataclass(frozen=True)
class Desk:
    """What views are given.

    Attributes:
        line: the way to a parent's screen.
        machine: translates; None where none is set up.
    """

    house: House
    pages: Environment
    line: ParentLine
    machine: Machine | None = None


@dataclass
class Visit:
    """One request of a browser.

    Attributes:
        fields: what was typed, cleaned of control characters; empty for a page that is only looked at.
        detail: what the audit says besides who, what, which request and whether it was refused; never a parent's words, name or number.
    """

    desk: Desk
    request: Request
    signed_in: SignedIn | None
    fields: FormData = field(default_factory=FormData)
    detail: str = ""

    @property
    def house(self) -> House:
        """The rooms."""
        return self.desk.house

    @property
    def me(self) -> Member:
        """Who is signed in."""
        if self.signed_in is None:
            raise HTTPException(401)
        return self.signed_in.member

    def path(self, name: str) -> str:
        """A part of the address; empty, as if there were none, when it holds a NUL, which PostgreSQL takes in no text."""
        part = str(self.request.path_params.get(name, ""))
        return "" if "\x00" in part else part

    def query(self, name: str, limit: int = 200) -> str:
        """A value from the address."""
        return clean(self.request.query_params.get(name, "")[: limit * 2], limit)

    def typed(self, name: str, limit: int = 200) -> str:
        """One line that was typed.

        Raises:
            BadInput: longer than `limit`.
        """
        value = self.fields.get(name)
        text = clean(value, 4 * limit) if isinstance(value, str) else ""
        if len(text) > limit:
            raise BadInput(f"That is too long: {limit} characters at most.")
        return text

    def words(self, name: str) -> str:
        """Words that were typed, as they are; whoever stores them checks their length."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def echo(self, name: str, most_bytes: int = 30_000) -> str:
        """The same, to stand in the form again: the beginning that takes up so many bytes of a page at most."""
        text = self.words(name)
        for place, letter in enumerate(text):
            most_bytes -= len(escape(letter).encode("utf-8", "replace"))
            if most_bytes < 0:
                return text[:place]
        return text

    def all(self, name: str) -> list[str]:
        """All ticked values of a name."""
        return [clean(v, 200) for v in self.fields.getlist(name) if isinstance(v, str)]

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page."""
        html = self.desk.pages.get_template(template).render(
            me=self.signed_in.member if self.signed_in else None, csrf=self.signed_in.csrf if self.signed_in else "",
            stage=self.signed_in.stage if self.signed_in else "public", now=self.house.clock.now(), house=self.house,
            done=self.query("done", 40), here=self.request.url.path, **values,
        )  # fmt: skip
        return HTMLResponse(html, status)

    def go(self, path: str, done: str = "") -> Response:
        """On to another page, after a change."""
        mark = "&" if "?" in path else "?"
        return RedirectResponse(f"{path}{mark}done={done}" if done else path, 303)


View = Callable[[Visit], Response]


@dataclass(frozen=True)
class Guard:
    """Who may, and how the audit calls it."""

    path: str
    methods: tuple[str, ...]
    name: str
    stage: Stage
    roles: frozenset[Role]
    touches: bool = True


def page(path: str, name: str, *roles: Role, methods: tuple[str, ...] = ("GET",), touches: bool = True) -> Callable[[View], View]:
    """A page or change for people with one of these roles, fully signed in.

    Args:
        touches: whether it counts as being at the desk; pages that refresh themselves do not.
    """
    if not roles:
        raise ValueError(f"{path}: name the roles")
    return _guarded(Guard(path, methods, name, "full", frozenset(roles), touches))


def half(path: str, name: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """A page between password and second factor."""
    return _guarded(Guard(path, methods, name, "half", frozenset()))


def together(path: str, name: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """A page that a parent looks at, on the screen of a connector who is signed in."""
    return _guarded(Guard(path, methods, name, "together", frozenset({"connector", "coordinator"})))


def public(path: str, name: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """A page for everybody: the way in, and nothing else."""
    return _guarded(Guard(path, methods, name, "public", frozenset()))


def _guarded(guard: Guard) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.guard = guard  # type: ignore[attr-defined]
        return view

    return mark


def routes_of(desk: Desk, views: list[View]) -> list[Route]:
    """Routes of views.

    Raises:
        ValueError: a view that no decision about who may was made for.
    """
    routes = []
    for view in views:
        guard: Guard | None = getattr(view, "guard", None)
        if guard is None:
            raise ValueError(f"{view.__name__} has no guard")
        routes.append(Route(guard.path, _endpoint(desk, view, guard), methods=list(guard.methods), name=guard.name))
    return routes


def _endpoint(desk: Desk, view: View, guard: Guard) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        fields = FormData()
        if request.method == "POST":
            fields = await request.form(max_files=0, max_fields=MOST_FIELDS)
        return await run_in_threadpool(_answer, desk, view, guard, request, fields)

    endpoint.guard = guard  # type: ignore[attr-defined]
    return endpoint


def _answer(desk: Desk, view: View, guard: Guard, request: Request, fields: FormData) -> Response:
    signed_in = who_is_it(desk.house, request)
    visit = Visit(desk, request, signed_in, fields)
    refusal = _refusal(visit, guard)
    if refusal is not None:
        _write_refused(visit, guard, refusal.status_code)
        return refusal
    try:
        response = view(visit)
    except NotAllowed as error:
        response = visit.page("problem.html", 409, problem=str(error))
    except BadInput as error:
        response = visit.page("problem.html", 400, problem=str(error))
    except HTTPException as error:
        _write_refused(visit, guard, error.status_code)
        raise
    if response.status_code >= 400:
        _write_refused(visit, guard, response.status_code)
    else:
        _after(visit, guard)
    return response


def _refusal(visit: Visit, guard: Guard) -> Response | None:
    signed_in = visit.signed_in
    if guard.stage == "public":
        return None if visit.request.method == "GET" or is_same_site(visit.request) else _forbidden(visit, "stale")
    if signed_in is None:
        return _to_sign_in(visit)
    if visit.request.method == "POST" and not (is_same_site(visit.request) and csrf_fits(visit.fields, signed_in)):
        return _forbidden(visit, "stale")
    if guard.stage == "half":
        return None if signed_in.stage == "password" else visit.go("/desk/")
    if signed_in.stage == "password":
        return visit.go("/desk/second-factor")
    if signed_in.stage == "together" and guard.stage != "together":
        return visit.go("/desk/together/leave")
    if not signed_in.member.may(*guard.roles):
        return _forbidden(visit, "role")
    if signed_in.member.must_change and guard.name not in ("password", "sign-out"):
        return visit.go("/desk/me/password")
    return None


def _to_sign_in(visit: Visit) -> Response:
    path = visit.request.url.path if visit.request.method == "GET" else "/desk/"
    query = f"?{visit.request.url.query}" if visit.request.url.query and visit.request.method == "GET" else ""
    address = f"/desk/sign-in?next={quote(path + query, safe='')}"
    if visit.request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


def _forbidden(visit: Visit, why: str) -> Response:
    problem = {
        "role": "This page is for another role. If you need it for your work, ask an administrator.",
        "stale": "This form was too old or came from another page. Go back, load the page again and repeat what you did.",
    }[why]
    return visit.page("problem.html", 403, problem=problem)


def _write_refused(visit: Visit, guard: Guard, status: int) -> None:
    """A page that was not shown or a change that was not made, and what of a request was opened all the same."""
    if visit.signed_in is None or status < 400:
        return
    detail = f"refused ({status}); {visit.detail}" if visit.detail else f"refused ({status})"
    with visit.house.database.session() as session:
        meant = visit.house.requests.get(session, visit.path("reference")) if visit.path("reference") else None
        # Whoever reads the audit must not learn from an attempt that a reference is a case's.
        name = CASE if meant and meant.kind in CASES else guard.name
        _write(visit, name, session, visit.signed_in.member, detail)


def _write(visit: Visit, name: str, session: Session, who: Member, detail: str) -> None:
    what = name if visit.request.method == "GET" else f"{name} *"
    record_store.audit(session, visit.house.clock.now(), who.id, what, visit.path("reference")[:16], detail)


def _after(visit: Visit, guard: Guard) -> None:
    """Seen just now, and written down; before the page is sent, so that nobody sees what is not in the audit."""
    signed_in, now = visit.signed_in, visit.house.clock.now()
    if signed_in is None or not guard.touches:
        return
    with visit.house.database.session() as session:
        if now - signed_in.seen_at > _TOUCH_EVERY and signed_in.stage != "password":
            session_store.touch(session, signed_in.token_hash, now)
        _write(visit, guard.name, session, signed_in.member, visit.detail)
