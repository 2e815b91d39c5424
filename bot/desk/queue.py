"""The queue, and the search."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from bot.base.clock import LONDON
from bot.base.db import Session
from bot.base.errors import PhoneNotUsable
from bot.base.phones import read_phone
from bot.base.sealing import REFERENCE_LENGTH
from bot.callbacks import queue_store
from bot.callbacks.model import CASES, Kind, Request
from bot.callbacks.queue_store import QueueQuery, Show
from bot.callbacks.rules import KINDS
from bot.desk.web import Visit, page
from bot.flows.chat_of_request import current
from bot.flows.house import House
from bot.flows.watch_desk import how_much_is_stuck
from bot.staff import store as staff_store
from bot.staff.model import Member

_SHOWS: dict[str, Show] = {"all": "all", "mine": "mine", "unclaimed": "unclaimed", "late": "late", "escalated": "escalated"}
_SHORTEST_REFERENCE = 3


@page("/desk/", "start", "connector", "coordinator", "safeguarding_lead", "editor", "administrator")
def start(visit: Visit) -> Response:
    """The page that each role needs first."""
    if visit.me.may("connector", "coordinator", "editor"):
        return visit.go("/desk/queue")
    return visit.go("/desk/safeguarding" if visit.me.may("safeguarding_lead") else "/desk/accounts")


@page("/desk/queue", "queue", "connector", "coordinator", "editor")
def show_queue(visit: Visit) -> Response:
    """What is due first stands on top."""
    return visit.page("queue.html", **_rows(visit), **counts_for(visit))


@page("/desk/queue/rows", "queue rows", "connector", "coordinator", "editor", touches=False)
def show_rows(visit: Visit) -> Response:
    """The rows alone, for a page that refreshes itself."""
    return visit.page("queue_rows.html", **_rows(visit))


@page("/desk/search", "search", "connector", "coordinator", "safeguarding_lead")
def search(visit: Visit) -> Response:
    """By reference, by the exact number, or by the exact name to ask for; names and numbers are sealed, so nothing else is possible."""
    text = visit.query("q", 80)
    with visit.house.database.session() as session:
        found = [r for r in _search(visit.house, session, text) if may_see(visit.me, r)] if text else []
        names = names_of(session)
    return visit.page("search.html", text=text, found=found, names=names, **counts_for(visit))


def _search(house: House, session: Session, text: str) -> list[Request]:
    phone = None
    with contextlib.suppress(PhoneNotUsable):
        phone = read_phone(text).e164
    letters = "".join(c for c in text.upper() if c.isalnum())
    found = house.requests.by_phone_or_name(session, phone, text)
    if not phone and len(letters) >= _SHORTEST_REFERENCE and text.isascii():
        found += queue_store.by_reference(session, letters)
    if not found and len(letters) == REFERENCE_LENGTH:  # of a request that was merged and has gone before the one that stayed
        merged = current(house, session, letters)
        found = [merged] if merged and merged.kind not in CASES else []
    return list({request.reference: request for request in found}.values())


def may_see(member: Member, request: Request) -> bool:
    """Whether somebody's roles and areas cover a request; the safeguarding lead may look at all but never has them in the queue."""
    if member.areas and request.area not in member.areas:
        return False
    return bool(member.roles & (KINDS[request.kind].roles | {"safeguarding_lead"}))


def kinds_for(member: Member) -> tuple[Kind, ...]:
    """Kinds in somebody's queue; empty means all that are not cases."""
    if member.may("connector", "coordinator"):
        return ()
    return tuple(kind for kind, rules in KINDS.items() if rules.roles & member.roles and "safeguarding_lead" not in rules.roles)


def names_of(session: Session) -> dict[str, str]:
    """Id → name of everybody who has or had an account."""
    return {m.id: m.name for m in staff_store.members(session, active=False)} | {"parent": "Parent", "system": "Kinline"}


def counts_for(visit: Visit) -> dict[str, Any]:
    """What stands behind the words of the menu; of the queue only what this person sees of it."""
    me, now = visit.me, visit.house.clock.now()
    with visit.house.database.session() as session:
        counts = queue_store.queue_counts(session, me.id, now, kinds_for(me), me.areas)
        stuck = how_much_is_stuck(session, now).total if me.may("coordinator", "administrator") else 0
    return {"counts": {**counts, "stuck": stuck}}


def _rows(visit: Visit) -> dict[str, Any]:
    house = visit.house
    chosen = {name: visit.query(name, 40) for name in ("language", "area", "topic", "kind")}
    show = _SHOWS.get(visit.query("show", 20), "all")
    areas = tuple(a for a in visit.me.areas if not chosen["area"] or a == chosen["area"])
    kinds = kinds_for(visit.me)
    query = QueueQuery(
        visit.me.id, house.clock.now(), show, chosen["language"], "" if areas else chosen["area"], chosen["topic"], chosen["kind"],
        kinds, areas, _after(visit.query("after", 60)),
    )  # fmt: skip
    with house.database.session() as session:
        requests, more = queue_store.queue_page(session, query)
        names = names_of(session)
    if visit.me.areas and chosen["area"] and not areas:
        requests, more = [], False
    kept = {"show": show, **{k: v for k, v in chosen.items() if v}}
    last = requests[-1] if requests else None
    after = f"{last.due_at.timestamp()}~{last.reference}" if more and last and last.due_at else ""
    return {
        "requests": requests,
        "names": names,
        "show": show,
        "chosen": chosen,
        "address": urlencode(kept),
        "shows": {name: urlencode({**kept, "show": name}) for name in _SHOWS},
        "next_page": urlencode({**kept, "after": after}) if after else "",
        "is_first": not visit.query("after", 60),
        "languages": list(house.languages),
        "areas": [house.areas[a] for a in (visit.me.areas or house.areas) if a in house.areas],
        "topics": topics(house),
        "kinds": {k: r.label for k, r in KINDS.items() if r.roles & visit.me.roles and k not in ("danger", "concern")},
    }


def topics(house: House) -> list[str]:
    """Subjects that a request can have."""
    keys = (key.removeprefix("utter_button_") for key in house.catalogue.english)
    return [*(key for key in keys if key.startswith(("find_", "healthy_start_"))), "other"]


def _after(text: str) -> tuple[datetime, str] | None:
    at, _, reference = text.partition("~")
    try:
        return (datetime.fromtimestamp(float(at), LONDON), reference) if reference else None
    except (ValueError, OverflowError, OSError):
        return None
