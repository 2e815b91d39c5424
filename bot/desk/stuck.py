"""What should have happened by itself and has not, for those who can see to it; nothing of a parent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from bot.base.db import Session
from bot.callbacks import queue_store, timer_store
from bot.desk.queue import may_see, names_of
from bot.desk.web import Visit, page
from bot.flows.notify_staff import KINDS, PROBLEMS
from bot.staff import record_store
from bot.staff.model import Notice

_SHOWN = 100
TIMERS: Mapping[str, str] = {
    "second": "A second connector should have been asked",
    "coordinator": "The coordinator should have been told that a promised time is near",
    "broken": "The parent and the team should have been told that a promised time has passed",
    "claim_ends": "The request should have gone back to the queue",
    "retry": "Somebody should have been reminded to try the call again",
    "retry_late": "The coordinator should have been told that a try or a next contact was forgotten",
    "follow_up": "Somebody should have been reminded of the next contact",
    "due": "Somebody should have been reminded that it is due",
    "late": "The coordinator should have been told that nothing was done",
    "check": "The parent should have been asked whether the call came",
}


@page("/desk/stuck", "stuck", "coordinator", "administrator")
def show_stuck(visit: Visit) -> Response:
    """Timers that should have fired, the oldest first; notifications that did not go out, the newest first."""
    before = visit.house.clock.now() - timer_store.OVERDUE_AFTER
    with visit.house.database.session() as session:
        timers = timer_store.overdue_timers(session, before, _SHOWN)
        notices = record_store.stuck_notices(session, _SHOWN)
        names = names_of(session)
        seen = _may_open(visit, session, {timer.reference for timer in timers} | {notice.reference for notice in notices})
    rows = [_row(visit, notice) for notice in notices]
    given_up = any(notice.state == "failed" for notice in notices)
    return visit.page(
        "stuck.html", timers=timers, whats=TIMERS, notices=rows, names=names, seen=seen, given_up=given_up, most=_SHOWN
    )  # fmt: skip


@page("/desk/stuck/again", "stuck again", "coordinator", "administrator", methods=("POST",))
def again(visit: Visit) -> Response:
    """Once more, when what was in the way is gone."""
    now = visit.house.clock.now()
    with visit.house.database.session() as session:
        timers = timer_store.again(session, now - timer_store.OVERDUE_AFTER)
        notices = record_store.notices_again(session, now)
    visit.detail = f"{timers} timers, {notices} notifications"
    return visit.go("/desk/stuck", "again")


def _may_open(visit: Visit, session: Session, references: set[str]) -> set[str]:
    requests = queue_store.of_references(session, sorted(references - {""}))
    return {request.reference for request in requests if may_see(visit.me, request)}


def _row(visit: Visit, notice: Notice) -> dict[str, Any]:
    """That it was about a safeguarding flag is for the safeguarding lead alone."""
    hidden = notice.kind == "safeguarding" and not visit.me.may("safeguarding_lead")
    return {
        "at": notice.at,
        "to": notice.staff_id,
        "what": "A notification" if hidden else KINDS.get(notice.kind, notice.kind),
        "reference": "" if hidden else notice.reference,
        "is_case": notice.kind == "safeguarding",
        "why": [PROBLEMS.get(problem, problem) for problem in notice.problem.split()],
        "again_at": notice.send_at if notice.state == "waiting" else None,
    }
