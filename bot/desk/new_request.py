"""A request that was made on the phone or at a venue, typed at the desk."""

from __future__ import annotations

from typing import cast

from starlette.responses import Response

from bot.base.errors import BadInput, PhoneNotUsable
from bot.base.phones import read_phone
from bot.callbacks.model import Contact, Kind, PartOfDay, Wish
from bot.desk.queue import topics
from bot.desk.web import Visit, page
from bot.flows.book_callback import book_at_desk
from bot.privacy.numbers import holds_numbers

KINDS: dict[Kind, str] = {
    "callback": "A call or visit",
    "sign_up": "A sign-up",
    "volunteer": "Volunteering",
    "idea": "An idea",
    "wrong_answer": "Something was wrong",
}
_FIELDS = (
    "kind", "area", "language", "topic", "about", "by", "phone", "ask_for", "safe", "safe_words", "voicemail", "place", "interpreter",
    "part_of_day", "weekday",
)  # fmt: skip
_SAFE = ("safe_any_time", "safe_not_sure", "safe_no")
_PHONE_PROBLEMS = {
    "not_a_number": "That is not a telephone number.",
    "incomplete": "The number is too short or too long.",
    "no_such_number": "There is no such number.",
    "foreign": "That is a number of another country. Connectors can ring numbers in the UK.",
    "premium": "That is a number that costs extra or cannot be rung.",
}


@page("/desk/new", "new request", "connector", "coordinator")
def show_new(visit: Visit) -> Response:
    """The form."""
    return _form(visit)


@page("/desk/new", "new request", "connector", "coordinator", methods=("POST",))
def add_new(visit: Visit) -> Response:
    """Store it, with a promised time as if it came from the chat."""
    try:
        request = book_at_desk(
            visit.house, cast(Kind, _one_of(visit, "kind", list(KINDS))), _one_of(visit, "area", list(visit.house.areas)),
            _one_of(visit, "language", [language.code for language in visit.house.languages]), _contact(visit), _wish(visit),
            _about(visit), visit.typed("interpreter", 4) == "yes", visit.me,
        )  # fmt: skip
    except BadInput as error:
        return _form(visit, 400, str(error))
    visit.detail = request.reference
    return visit.go(f"/desk/requests/{request.reference}", "added")


def _form(visit: Visit, status: int = 200, problem: str = "") -> Response:
    areas = [a for a in visit.house.areas.values() if not visit.me.areas or a.id in visit.me.areas]
    values = {name: visit.echo(name, 3_000) for name in _FIELDS}
    return visit.page(
        "new_request.html", status, problem=problem, values=values, kinds=KINDS, areas=areas, languages=list(visit.house.languages),
        topics=topics(visit.house), offers=sorted({o for a in areas for o in a.offers}, key=lambda o: o.id),
    )  # fmt: skip


def _contact(visit: Visit) -> Contact | None:
    by = _one_of(visit, "by", ["phone", "visit", "none"])
    if by == "none":
        if visit.typed("kind", 60) == "callback":
            raise BadInput("Nobody could call or visit without a way to the parent: choose by phone, or a visit.")
        return None
    number = None
    if by == "phone" or visit.typed("phone", 40):
        try:
            number = read_phone(visit.typed("phone", 40)).e164
        except PhoneNotUsable as error:
            raise BadInput(_PHONE_PROBLEMS[error.reason]) from error
    safe = visit.typed("safe_words", 500) or _one_of(visit, "safe", list(_SAFE))
    voicemail = {"yes": True, "no": False}.get(visit.typed("voicemail", 4))
    return Contact(by, number, safe, voicemail, visit.typed("ask_for", 40) or None, visit.typed("place", 500) or None)


def _wish(visit: Visit) -> Wish:
    part = visit.typed("part_of_day", 12)
    weekday = visit.typed("weekday", 2)
    return Wish(
        int(weekday) if weekday in tuple("0123456") else None,
        cast(PartOfDay, part) if part in ("morning", "afternoon", "evening") else None,
    )


def _about(visit: Visit) -> str | None:
    topic = visit.typed("topic", 40)
    words = visit.typed("about", 500)
    offers = {o.id for a in visit.house.areas.values() for o in a.offers}
    if holds_numbers(words):
        raise BadInput(
            "No numbers in what it is about: everybody reads that in the queue. A telephone number has a line of its own; "
            "National Insurance, bank and card numbers are not kept."
        )
    if words:
        return words
    return topic if (topic in topics(visit.house) and topic != "other") or topic in offers else None


def _one_of(visit: Visit, name: str, allowed: list[str]) -> str:
    value = visit.typed(name, 60)
    if value not in allowed:
        raise BadInput(f"Choose one: {name.replace('_', ' ')}.")
    return value
