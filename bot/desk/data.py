"""Data protection at the desk: what will go when, a copy of everything about a person, erasure, demonstration requests."""

from __future__ import annotations

import json
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.base.db import Session
from bot.base.errors import BadInput
from bot.base.sealing import new_reference
from bot.callbacks import queue_store
from bot.callbacks.model import CASES, Request
from bot.desk.web import Visit, page
from bot.flows import demonstration
from bot.flows.chat_of_request import current
from bot.flows.keep_data import copy_of, erase, preview
from bot.privacy import store as privacy_store
from bot.staff import record_store

_WORD = "FORGET"


@page("/desk/data", "data protection", "administrator")
def show_data(visit: Visit) -> Response:
    """Retention, and a person by the reference that they were given."""
    reference = visit.query("reference", 16).upper()
    receipt = visit.query("receipt", 16).upper()
    with visit.house.database.session() as session:
        # A parent may have the reference of a request that was merged and has gone before the one that stayed.
        found = (visit.house.requests.get(session, reference) or current(visit.house, session, reference)) if reference else None
        others = _same_number(visit, session, found) if found and found.kind not in CASES else []
        known = privacy_store.has_receipt(session, receipt) if receipt else None
        demo = len(visit.house.requests.demo_references(session)) if not found else None
    if found and found.kind in CASES:
        found = None
    settings = visit.house.settings
    return visit.page(
        "data.html", reference=reference, found=found, others=others, receipt=receipt, known=known, demo=demo, word=_WORD,
        # Who looks at a person has that person alone before them.
        today={} if found else preview(visit.house), week={} if found else preview(visit.house, timedelta(days=7)),
        kept={"messages": settings.messages_kept_days, "closed": settings.closed_kept_days, "cases": settings.cases_kept_days},
        by_kind=settings.request_kept_days, cases=CASES,
    )  # fmt: skip


@page("/desk/data/copy", "copy of everything about a person", "administrator", methods=("POST",))
def copy(visit: Visit) -> Response:
    """As JSON, to be handed over; in the register of exports."""
    chats, references = _person(visit)
    reference = references[0]
    export_id, now = new_reference(10), visit.house.clock.now()
    with visit.house.database.session() as session:
        record_store.add_export(session, export_id, now, visit.me.id, "copy for a person", references)
    visit.detail = f"{reference} {export_id}"
    text = json.dumps(copy_of(visit.house, *chats, references=references), ensure_ascii=False, indent=2, default=str)
    headers = {"Content-Disposition": f'attachment; filename="copy-{reference}-{export_id}.json"'}
    return Response(text, media_type="application/json", headers=headers)


@page("/desk/data/erase", "erasure", "administrator", methods=("POST",))
def do_erase(visit: Visit) -> Response:
    """On the parent's word, after the word has been typed; gives a receipt."""
    chats, references = _person(visit)
    if visit.typed("word", 20) != _WORD:
        raise BadInput(f"Type {_WORD} to go on. Nothing was deleted.")
    receipt = erase(visit.house, *chats, references=references)
    visit.detail = receipt
    return visit.page("erased.html", receipt=receipt)


@page("/desk/data/demonstration", "demonstration requests", "administrator", methods=("POST",))
def do_demonstration(visit: Visit) -> Response:
    """Load made-up requests, or take them away again."""
    if visit.typed("what", 10) == "remove":
        demonstration.remove(visit.house)
        return visit.go("/desk/data", "demo_removed")
    demonstration.load(visit.house)
    return visit.go("/desk/data", "demo_loaded")


def _person(visit: Visit) -> tuple[list[str], list[str]]:
    """The chats behind the request that was named and those that were ticked beside it, and the requests in which these are now."""
    house = visit.house
    with house.database.session() as session:
        reference = visit.typed("of", 16).upper()
        named = house.requests.get(session, reference)
        offered = {request.reference for request in _same_number(visit, session, named)} if named else set()
        found = [current(house, session, one) for one in (reference, *(also for also in visit.all("also") if also in offered))]
        requests = [request for request in found if request is not None and request.kind not in CASES]
        if not found[0] or found[0].kind in CASES:
            raise HTTPException(404)
        chats = [chat for request in requests for chat in house.requests.chats_of(session, request)]
        return list(dict.fromkeys(chats)), list(dict.fromkeys(request.reference for request in requests))


def _same_number(visit: Visit, session: Session, found: Request) -> list[Request]:
    """What may be of the same person but came in another way: a shared telephone is not a shared person, so somebody has to say so."""
    request = current(visit.house, session, found.reference) if found.merged_into else found
    if request is None:
        return []
    return queue_store.with_number_of(session, request.reference, visit.house.requests.chats_of(session, request))
