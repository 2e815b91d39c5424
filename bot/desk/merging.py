"""Two requests of one person: side by side, what would stay, and the merge and its undoing."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.callbacks.rules import NotAllowed
from bot.desk.queue import may_see, names_of
from bot.desk.request_page import render
from bot.desk.web import Visit, page
from bot.flows.merge_requests import merge, plan
from bot.flows.part_requests import part


@page("/desk/requests/{reference}/merge/{other}", "merge preview", "connector", "coordinator")
def show_merge(visit: Visit) -> Response:
    """What would happen; the older request stays unless the other way round is chosen."""
    _both_seen(visit)
    planned = plan(visit.house, visit.path("reference"), visit.path("other"))
    visit.detail = f"with {planned.fold.reference}; contact details opened"
    with visit.house.database.session() as session:
        names = names_of(session)
    return visit.page("merge.html", plan=planned, names=names)


@page("/desk/requests/{reference}/merge/{other}", "merge", "connector", "coordinator", methods=("POST",))
def do_merge(visit: Visit) -> Response:
    """Fold the other request into this one."""
    _both_seen(visit)
    merge(visit.house, visit.path("reference"), visit.path("other"), visit.me)
    visit.detail = f"with {visit.path('other')}"[:40]
    return visit.go(f"/desk/requests/{visit.path('reference')}", "merged")


@page("/desk/requests/{reference}/part/{other}", "part", "connector", "coordinator", methods=("POST",))
def do_part(visit: Visit) -> Response:
    """They are two people after all: the other request comes back as it was."""
    _both_seen(visit)
    try:
        part(visit.house, visit.path("reference"), visit.path("other"), visit.me)
    except NotAllowed as error:
        return render(visit, 409, str(error))
    visit.detail = f"from {visit.path('other')}"[:40]
    return visit.go(f"/desk/requests/{visit.path('other')}", "parted")


def _both_seen(visit: Visit) -> None:
    with visit.house.database.session() as session:
        for reference in (visit.path("reference"), visit.path("other")):
            request = visit.house.requests.get(session, reference)
            if request is None or not may_see(visit.me, request) or request.kind in ("danger", "concern"):
                raise HTTPException(404)
