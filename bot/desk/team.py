"""The team: who has how much, who works when, who is away."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from bot.base.errors import BadInput
from bot.base.text import ascii_digits
from bot.callbacks.queue_store import loads
from bot.desk.web import Visit, page
from bot.flows.go_away import come_back, go_away
from bot.staff import store as staff_store

REASONS = {"holiday": "Holiday", "sick": "Sick", "training": "Training", "other": "Other"}


@page("/desk/team", "team", "coordinator")
def show_team(visit: Visit) -> Response:
    """Connectors with their load, their hours and their absences."""
    with visit.house.database.session() as session:
        members = [m for m in staff_store.members(session) if m.may("connector", "coordinator")]
        load = loads(session, [m.id for m in members])
        away = staff_store.absences(session, visit.house.clock.today())
    return visit.page(
        "team.html", members=members, load=load, away=away, names={m.id: m.name for m in members}, reasons=REASONS,
        today=visit.house.clock.today(),
    )  # fmt: skip


@page("/desk/team/away", "absence", "coordinator", methods=("POST",))
def add_away(visit: Visit) -> Response:
    """Somebody is away: what they have not begun goes back to the queue from the first day on."""
    try:
        first, last = date.fromisoformat(visit.typed("first_on", 10)), date.fromisoformat(visit.typed("last_on", 10))
    except ValueError:
        raise BadInput("Choose the first and the last day.") from None
    reason = visit.typed("reason", 20)
    if reason not in REASONS:
        raise BadInput("Choose a reason.")
    back = go_away(visit.house, visit.typed("staff_id", 16), first, last, reason, visit.me)
    visit.detail = f"{visit.typed('staff_id', 16)} {first}..{last} {reason}, {back} handed back"
    return visit.go("/desk/team", "away")


@page("/desk/team/back", "end of absence", "coordinator", methods=("POST",))
def end_away(visit: Visit) -> Response:
    """Somebody is back earlier."""
    number = ascii_digits(visit.typed("absence", 9))
    if not (number.isascii() and number.isdecimal()):
        raise BadInput("Choose an absence.")
    come_back(visit.house, int(number))
    visit.detail = number
    return visit.go("/desk/team", "back")
