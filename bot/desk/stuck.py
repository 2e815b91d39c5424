"""What should have happened by itself and has not, for those who can see to it; nothing of a parent."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from bot.base.db import Session
from bot.callbacks import queue_store
from bot.desk.queue import may_see, names_of
from bot.desk.web import Visit, page
from bot.flows.notify_staff import KINDS, PROBLEMS
from bot.staff import record_store
from bot.staff.model import Notice

_SHOWN = 100


@page("/desk/stuck", "stuck", "coordinator", "administrator")
def show_stuck(visit: Visit) -> Response:
    """Notifications that did not go out, the newest first."""
    with visit.house.database.session() as session:
        notices = record_store.stuck_notices(session, _SHOWN)
        names = names_of(session)
        seen = _may_open(visit, session, {notice.reference for notice in notices})
    rows = [_row(visit, notice) for notice in notices]
    given_up = any(notice.state == "failed" for notice in notices)
    return visit.page("stuck.html", notices=rows, names=names, seen=seen, given_up=given_up, most=_SHOWN)


@page("/desk/stuck/again", "stuck again", "coordinator", "administrator", methods=("POST",))
def again(visit: Visit) -> Response:
    """Once more, when what was in the way is gone."""
    with visit.house.database.session() as session:
        sent_again = record_store.notices_again(session, visit.house.clock.now())
    visit.detail = f"{sent_again} notifications"
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
