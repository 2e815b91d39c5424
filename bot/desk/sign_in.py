"""Signing in: password, second factor, recovery codes, signing out."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from starlette.responses import Response

from bot.base.errors import BadInput
from bot.base.sealing import fingerprint, new_token
from bot.desk.browser import COOKIE
from bot.desk.problems import address_of
from bot.desk.web import Visit, half, page, public
from bot.flows.house import House
from bot.staff import record_store, session_store
from bot.staff import store as staff_store
from bot.staff.credentials import (
    FREE_TRIES,
    WINDOW,
    enrolment,
    hash_recovery,
    matching_step,
    new_recovery_codes,
    new_secret,
    password_fits,
    wait_before_next,
)

_FROM_ONE_ADDRESS = 10
"""So many more failures are allowed for a login name or an address as a whole than for the two together."""


@public("/desk/healthz", "health")
def health(_visit: Visit) -> Response:
    """Whether the desk answers."""
    return Response("ok", media_type="text/plain")


@public("/desk/sign-in", "sign-in")
def show_sign_in(visit: Visit) -> Response:
    """The form. A link from an e-mail comes without the cookie, so who is signed in already can go on from here."""
    return visit.page("sign_in.html", next=_safe_next(visit.query("next", 300)), problem="", login="", going_on=visit.signed_in is None)


@public("/desk/sign-in", "sign-in", methods=("POST",))
def sign_in(visit: Visit) -> Response:
    """Name and password; the answer to a wrong name and a wrong password is the same."""
    house, now = visit.house, visit.house.clock.now()
    login, password = visit.typed("login", 200).lower(), visit.words("password")[:400]
    going_to = _safe_next(visit.typed("next", 300))
    marks = _marks(house, login, address_of(visit.request))
    wait = _wait(house, marks)
    if wait:
        problem = f"Too many wrong tries. Please wait {max(int(wait.total_seconds()), 1)} seconds."
        return visit.page("sign_in.html", 429, next=going_to, problem=problem, login=login, going_on=False)
    with house.database.session() as session:
        found = staff_store.credentials(session, login)
    if not password_fits(found[1] if found else None, password) or found is None:
        with house.database.session() as session:
            for mark in marks:
                session_store.failed(session, mark, now)
        return visit.page("sign_in.html", 401, next=going_to, problem="Name or password is wrong.", login=login, going_on=False)
    member = found[0]
    token = new_token()
    with house.database.session() as session:
        session_store.forgive(session, marks[0])
        session_store.begin(session, fingerprint(token.encode()), member.id, "password", new_token(), now)
    to = "second-factor" if member.two_factor else "second-factor/set-up"
    return _with_cookie(house, visit.go(f"/desk/{to}?next={quote(going_to, safe='')}"), token)


@half("/desk/second-factor", "second-factor")
def show_second_factor(visit: Visit) -> Response:
    """Asks for the code."""
    if not visit.me.two_factor:
        return visit.go("/desk/second-factor/set-up")
    return visit.page("second_factor.html", next=_safe_next(visit.query("next", 300)), problem="")


@half("/desk/second-factor", "second-factor", methods=("POST",))
def second_factor(visit: Visit) -> Response:
    """A code of the app, or a recovery code."""
    going_to = _safe_next(visit.typed("next", 300))
    problem = check_second_factor(visit, visit.typed("code", 40))
    if problem:
        return visit.page("second_factor.html", 401, next=going_to, problem=problem)
    return _fully(visit, going_to)


@half("/desk/second-factor/set-up", "set-up-second-factor")
def show_set_up(visit: Visit) -> Response:
    """The QR code of a new secret, which comes back sealed with the form."""
    if visit.me.two_factor:
        return visit.go("/desk/second-factor")
    return _set_up_page(visit, new_secret(), _safe_next(visit.query("next", 300)))


@half("/desk/second-factor/set-up", "set-up-second-factor", methods=("POST",))
def set_up(visit: Visit) -> Response:
    """A first code proves that the app has the secret; then the recovery codes are shown, once."""
    going_to = _safe_next(visit.typed("next", 300))
    if visit.me.two_factor:
        return visit.go("/desk/second-factor")
    secret = _opened(visit, visit.typed("sealed", 600))
    step = matching_step(secret, visit.typed("code", 40), visit.house.clock.now())
    if step is None:
        return _set_up_page(visit, secret, going_to, "That code does not fit. Wait for the next one and try again.")
    codes, hashes = new_recovery_codes()
    with visit.house.database.session() as session:
        staff_store.set_second_factor(session, visit.me.id, visit.house.sealer.seal(secret), step, hashes)
        record_store.audit(session, visit.house.clock.now(), visit.me.id, "second factor set up")
    response = _fully(visit, going_to)
    shown = visit.page("recovery_codes.html", codes=codes, next=going_to)
    for name, value in response.raw_headers:
        if name == b"set-cookie":
            shown.raw_headers.append((name, value))
    return shown


@page("/desk/sign-out", "sign-out", "connector", "coordinator", "safeguarding_lead", "editor", "administrator", methods=("POST",))
def sign_out(visit: Visit) -> Response:
    """Ends the session here."""
    if visit.signed_in:
        with visit.house.database.session() as session:
            session_store.end(session, visit.signed_in.token_hash)
    response = visit.go("/desk/sign-in?done=signed_out")
    response.delete_cookie(COOKIE, path="/desk")
    return response


def check_second_factor(visit: Visit, code: str) -> str:
    """Nothing when the code fits, else what to tell; throttled, and each code works once."""
    house, now, member = visit.house, visit.house.clock.now(), visit.me
    mark = house.sealer.pseudonym("second factor", member.id)
    with house.database.session() as session:
        number, last = session_store.failures(session, mark, now - WINDOW)
        wait = wait_before_next(number, last, now)
        if wait:
            return f"Too many wrong codes. Please wait {max(int(wait.total_seconds()), 1)} seconds."
        sealed, _step, _left = staff_store.second_factor(session, member.id)
        step = matching_step(house.sealer.open(sealed), code, now) if sealed else None
        if step is not None and staff_store.use_step(session, member.id, step):
            session_store.forgive(session, mark)
            return ""
        if len(code) > 6 and staff_store.use_recovery(session, member.id, hash_recovery(code)):
            record_store.audit(session, now, member.id, "recovery code used")
            session_store.forgive(session, mark)
            return ""
        session_store.failed(session, mark, now)
    return "That code was used already. Wait for the next one." if step is not None else "That code does not fit."


def _fully(visit: Visit, going_to: str) -> Response:
    """A new token for the full session: the one from before the second factor is worth nothing any more."""
    house, now = visit.house, visit.house.clock.now()
    token = new_token()
    with house.database.session() as session:
        if visit.signed_in:
            session_store.end(session, visit.signed_in.token_hash)
        session_store.begin(session, fingerprint(token.encode()), visit.me.id, "full", new_token(), now)
        record_store.audit(session, now, visit.me.id, "signed in")
    return _with_cookie(house, visit.go(going_to), token)


def _set_up_page(visit: Visit, secret: str, going_to: str, problem: str = "") -> Response:
    sealed = visit.house.sealer.seal(f"{visit.me.id}:{secret}")
    status = 401 if problem else 200
    return visit.page(
        "second_factor_set_up.html", status, enrolment=enrolment(secret, visit.me.login), sealed=sealed, next=going_to, problem=problem
    )


def _opened(visit: Visit, sealed: str) -> str:
    try:
        owner, _, secret = visit.house.sealer.open(sealed).partition(":")
    except Exception:  # noqa: BLE001 - whatever came back, it is not ours
        raise BadInput("This page was too old. Please begin again.") from None
    if owner != visit.me.id:
        raise BadInput("This page was too old. Please begin again.")
    return secret


def _marks(house: House, login: str, address: str) -> tuple[str, str, str]:
    return tuple(house.sealer.pseudonym("sign-in", who) for who in (f"{login} {address}", login, f"from {address}"))  # type: ignore[return-value]


def _wait(house: House, marks: tuple[str, str, str]) -> timedelta:
    now = house.clock.now()
    waits = []
    with house.database.session() as session:
        for mark, spare in zip(marks, (0, FREE_TRIES * _FROM_ONE_ADDRESS, FREE_TRIES * _FROM_ONE_ADDRESS)):
            number, last = session_store.failures(session, mark, now - WINDOW)
            waits.append(wait_before_next(number - spare, last, now))
    return max(waits)


def _safe_next(path: str) -> str:
    inside = path.startswith("/desk/") and not path.startswith("/desk/sign") and "\\" not in path and "//" not in path
    return path if inside and path.isprintable() else "/desk/"


def _with_cookie(house: House, response: Response, token: str) -> Response:
    response.set_cookie(COOKIE, token, path="/desk", httponly=True, samesite="strict", secure=house.settings.cookie_secure)
    return response
