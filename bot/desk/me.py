"""One's own settings: hours, languages, notifications, password, second factor, where one is signed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from starlette.responses import Response

from bot.base.errors import BadInput
from bot.base.text import ascii_digits
from bot.callbacks.opening import read_opening_hours
from bot.desk.web import Visit, page
from bot.staff import session_store
from bot.staff import store as staff_store
from bot.staff.credentials import check_password, hash_password, password_fits
from bot.staff.model import Member, Notify, Role

EVERYBODY: tuple[Role, ...] = ("connector", "coordinator", "safeguarding_lead", "editor", "administrator")
DAYS = {"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday", "sun": "Sunday"}


@page("/desk/me", "own settings", *EVERYBODY)
def show_me(visit: Visit) -> Response:
    """The forms."""
    return _form(visit)


@page("/desk/me", "own settings", *EVERYBODY, methods=("POST",))
def save_me(visit: Visit) -> Response:
    """Hours, languages and notifications."""
    try:
        changed = replace(visit.me, works=_hours(visit), languages=_languages(visit), notify=_notify(visit))
    except BadInput as error:
        return _form(visit, 400, str(error))
    with visit.house.database.session() as session:
        staff_store.change_member(session, changed)
    visit.detail = ", ".join(changed_fields(visit.me, changed))
    return visit.go("/desk/me", "saved")


@page("/desk/me/password", "password", *EVERYBODY)
def show_password(visit: Visit) -> Response:
    """The form."""
    return visit.page("password.html", problem="")


@page("/desk/me/password", "password", *EVERYBODY, methods=("POST",))
def save_password(visit: Visit) -> Response:
    """Another password; every other browser is signed out."""
    me, house = visit.me, visit.house
    with house.database.session() as session:
        stored = staff_store.password_hash(session, me.id)
    new = visit.words("new")
    try:
        if not password_fits(stored, visit.words("old")[:400]):
            raise BadInput("The old password is wrong.")
        if new != visit.words("again"):
            raise BadInput("The new password was not typed the same way twice.")
        if new == visit.words("old"):
            raise BadInput("The new password must be another one.")
        check_password(new, me.login, me.name)
    except BadInput as error:
        return visit.page("password.html", 400, problem=str(error))
    with house.database.session() as session:
        staff_store.set_password(session, me.id, hash_password(new))
        session_store.end_all(session, me.id, visit.signed_in.token_hash if visit.signed_in else "")
    return visit.go("/desk/me", "password")


@page("/desk/me/elsewhere", "sign out elsewhere", *EVERYBODY, methods=("POST",))
def sign_out_elsewhere(visit: Visit) -> Response:
    """Every other browser is signed out."""
    with visit.house.database.session() as session:
        session_store.end_all(session, visit.me.id, visit.signed_in.token_hash if visit.signed_in else "")
    return visit.go("/desk/me", "elsewhere")


@page("/desk/help", "help", *EVERYBODY)
def show_help(visit: Visit) -> Response:
    """Keys, and what the words mean."""
    return visit.page("help.html")


def changed_fields(before: Member, after: Member) -> list[str]:
    """Names of what is different, for the audit."""
    names = ("name", "roles", "areas", "languages", "works", "notify", "active")
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def _form(visit: Visit, status: int = 200, problem: str = "") -> Response:
    slots = {day: ", ".join(f"{a}-{b}" for a, b in visit.me.works.get(day, ())) for day in DAYS}
    if problem:
        slots = {day: visit.words(f"works_{day}")[:100] for day in DAYS}
    return visit.page(
        "me.html", status, problem=problem, days=DAYS, slots=slots, languages=[lang for lang in visit.house.languages if lang.code != "en"],
        mail_works=visit.house.settings.smtp is not None, telegram_works=bool(visit.house.settings.staff_telegram_token),
    )  # fmt: skip


def _hours(visit: Visit) -> dict[str, list[list[str]]]:
    """`09:00-12:30, 13:00-17:00` a day; an empty week means whenever the desk is open."""
    found: dict[str, list[list[str]]] = {}
    for day, name in DAYS.items():
        text = visit.typed(f"works_{day}", 100).replace("–", "-")
        slots = [[part.strip() for part in slot.split("-")] for slot in text.split(",") if slot.strip()]
        if any(len(slot) != 2 for slot in slots):
            raise BadInput(f"{name}: write hours like 09:00-12:30, 13:00-17:00.")
        if slots:
            found[day] = slots
    try:
        read_opening_hours(found)
    except ValueError:
        raise BadInput("Write hours like 09:00-12:30, 13:00-17:00, the earlier ones first.") from None
    return found


def _languages(visit: Visit) -> tuple[str, ...]:
    return tuple(code for code in visit.all("languages") if code in visit.house.languages and code != "en")


def _notify(visit: Visit) -> Notify:
    chat = ascii_digits(visit.typed("telegram", 20))
    if chat and not (chat.isascii() and chat.lstrip("-").isdecimal()):
        raise BadInput("The Telegram number is made of digits; the bot tells it to you when you write /start to it.")
    try:
        times = [time.fromisoformat(visit.typed(name, 5) or default).replace(tzinfo=None) for name, default in _TIMES.items()]
    except ValueError:
        raise BadInput("Write times like 09:00.") from None
    return Notify(visit.typed("email", 4) == "yes", chat, visit.typed("how", 10) != "digest", *times)


_TIMES = {"digest_at": "09:00", "quiet_from": "19:00", "quiet_to": "08:00"}
