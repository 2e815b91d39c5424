"""Safeguarding: flags and concerns, for the safeguarding lead alone; and reports of dangers that were missed."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.base.sealing import new_reference
from bot.callbacks import queue_store
from bot.callbacks.rules import CASE_OUTCOMES, NotAllowed
from bot.desk.queue import names_of
from bot.desk.replies import number
from bot.desk.request_page import latest
from bot.desk.web import CASE, Visit, page
from bot.flows.safeguard import (
    DANGER_KINDS,
    Case,
    add_case_note,
    case_as_text,
    close_case,
    decide_missed,
    open_case,
    report_missed,
    tick,
)
from bot.staff import record_store

_PATH = "/desk/safeguarding/{reference}"
_OPEN, _CLOSED, _MISSED = 40, 20, 20
"""On one page."""
CASE_FILE = "safeguarding case"
"""What the register of exports calls the file of a case; for the lead alone, as the case is."""


@page("/desk/safeguarding", "safeguarding", "safeguarding_lead")
def show_cases(visit: Visit) -> Response:
    """Open flags, the oldest first; what was reported as missed; what is closed; the first two a page at a time."""
    skip, before = number(visit.query("from", 6)), number(visit.query("missed", 9))
    with visit.house.database.session() as session:
        found = queue_store.cases(session, done=False, limit=_OPEN + 1, skip=skip)
        missed = record_store.missed(session, before_id=before, limit=_MISSED + 1)
        values: dict[str, Any] = {"closed": queue_store.cases(session, done=True, limit=_CLOSED), "names": names_of(session)}
    return visit.page(
        "cases.html", kinds=DANGER_KINDS, cases=found[:_OPEN], later=skip + _OPEN if len(found) > _OPEN else 0, skip=skip, before=before,
        missed=missed[:_MISSED], older=missed[_MISSED - 1][0] if len(missed) > _MISSED else 0, **values,
    )  # fmt: skip


@page(_PATH, CASE, "safeguarding_lead")
def show_case(visit: Visit) -> Response:
    """One case, with as much of its history as a page holds; the first look of each person is written down as seen."""
    case, before = _case(visit), number(visit.query("before", 9))
    with visit.house.database.session() as session:
        names = names_of(session)
    history = [entry for entry in case.history if not before or entry.id < before]
    shown = latest(history, lambda entry: len(entry.text))
    older = shown[0].id if len(shown) < len(history) else 0
    return visit.page("case.html", case=case, history_shown=shown, older=older, before=before, names=names, outcomes=CASE_OUTCOMES)


@page(_PATH + "/tick", "case step", "safeguarding_lead", methods=("POST",))
def do_tick(visit: Visit) -> Response:
    """A step of the checklist is done."""
    _case(visit)
    step = visit.typed("step", 40)
    tick(visit.house, visit.path("reference"), visit.me, step)
    visit.detail = step
    return visit.go(f"/desk/safeguarding/{visit.path('reference')}", "ticked")


@page(_PATH + "/note", "case note", "safeguarding_lead", methods=("POST",))
def do_note(visit: Visit) -> Response:
    """What the lead writes down."""
    _case(visit)
    add_case_note(visit.house, visit.path("reference"), visit.me, visit.words("words"))
    return visit.go(f"/desk/safeguarding/{visit.path('reference')}", "noted")


@page(_PATH + "/close", "case close", "safeguarding_lead", methods=("POST",))
def do_close(visit: Visit) -> Response:
    """Put it away with how it ended."""
    _case(visit)
    close_case(visit.house, visit.path("reference"), visit.me, visit.typed("outcome", 40), visit.words("words"))
    visit.detail = visit.typed("outcome", 40)
    return visit.go("/desk/safeguarding", "closed")


@page(_PATH + "/export", "case export", "safeguarding_lead", methods=("POST",))
def export(visit: Visit) -> Response:
    """One case as a text file for a referral; that it left is in the register of exports."""
    case = _case(visit)
    now = visit.house.clock.now()
    export_id = new_reference(10)
    with visit.house.database.session() as session:
        names = names_of(session)
        record_store.add_export(session, export_id, now, visit.me.id, CASE_FILE, [case.request.reference])
    visit.detail = export_id
    text = case_as_text(case, names, now, visit.me.name)
    name = f"case-{case.request.reference}-{export_id}.txt"
    return Response(text, media_type="text/plain; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@page("/desk/missed", "report a missed danger", "connector", "coordinator", "safeguarding_lead", "editor")
def show_missed(visit: Visit) -> Response:
    """The form, for everybody who reads what parents write."""
    return visit.page("missed.html", kinds=DANGER_KINDS, languages=list(visit.house.languages))


@page("/desk/missed", "report a missed danger", "connector", "coordinator", "safeguarding_lead", "editor", methods=("POST",))
def do_missed(visit: Visit) -> Response:
    """To the lead, who decides whether it becomes an example that must be caught."""
    report_missed(visit.house, visit.me, visit.typed("kind", 40), visit.typed("language", 16), visit.words("words"))
    return visit.go("/desk/missed", "reported")


@page("/desk/safeguarding-missed/{number}", "decide a missed danger", "safeguarding_lead", methods=("POST",))
def do_decide(visit: Visit) -> Response:
    """Accept, in the lead's words, or drop."""
    which = visit.path("number")
    if not (which.isascii() and which.isdigit() and len(which) < 10):
        raise HTTPException(404)
    decide_missed(visit.house, int(which), visit.typed("decision", 10) == "accept", visit.words("words"))
    return visit.go("/desk/safeguarding", "decided")


def _case(visit: Visit) -> Case:
    try:
        return open_case(visit.house, visit.path("reference"), visit.me)
    except NotAllowed:
        raise HTTPException(404) from None
