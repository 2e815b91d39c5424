"""A merge that joined two people is undone, with nothing lost.

What stood before is sealed into the history when two requests are merged. The request that was folded in comes back as it
was, with its history, referrals and timers; a time that has passed in the meantime counts at once. What was done after the
merge stays with the request that it was done for, and what a parent has changed since is not changed back. A withdrawal
counts for the one whose parent said it, and for nobody else.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.base.db import Session
from bot.callbacks import entry_store, merged_store, timer_store
from bot.callbacks.model import Contact, Request, State
from bot.callbacks.rules import NotAllowed
from bot.flows.desk_hours import desk_hours
from bot.flows.fold_request import standing, values_of
from bot.flows.house import House
from bot.flows.may_work import may_keep
from bot.flows.notify_staff import tell_owner
from bot.flows.set_timers import guard_promise
from bot.flows.work_on_request import back_to_queue, find
from bot.staff.model import Member

_OPEN: dict[str, Any] = {"outcome": None, "merged_into": None, "closed_at": None}


def part(house: House, keep: str, fold: str, who: Member) -> Request:
    """Undo the merge of `fold` into `keep`; returns what was folded in, open again.

    Raises:
        NotAllowed: they were not merged, `keep` was itself folded into another since, or it is somebody else's.
    """
    now = house.clock.now()
    with house.database.session() as session:
        one, other = find(house, session, keep), find(house, session, fold)
        kept = _what_stood(house, session, one, other)
        if one.claimed_by not in ("", who.id, kept["fold"]["claimed_by"]) and not who.may("coordinator"):
            raise NotAllowed("Somebody else has this request. Ask them or the coordinator to part the two.")
        withdrawn = one.state == "withdrawn" and entry_store.says(session, keep, "withdrawn", kept["origins"])
        ended: dict[str, Any] = {"state": "withdrawn", "closed_at": one.closed_at} if withdrawn else {}
        back = house.requests.stand(session, other, **{**values_of(kept["fold"]), **_OPEN, **ended})
        entry_store.give_back(session, keep, fold, kept["origins"], kept["referrals"])
        merged_store.unfold(session, keep, fold, kept["origins"])
        _restore_contact(house, session, one, kept)
        if withdrawn:
            _as_before(house, session, one, kept)
        else:
            _set_timers(session, fold, kept["timers"])
            _restore(house, session, one, kept)
        house.entries.add(session, keep, "state", "parted_from", now, who.id, fold)
        house.entries.add(session, fold, "state", "parted", now, who.id, keep)
        for reference in (keep, fold):
            _from_who_may_not(house, session, reference, who)
        changed = find(house, session, keep if withdrawn else fold)
        if changed.claimed_by and changed.claimed_by != who.id:
            tell_owner(house, session, changed, "changed")
        return back


def _from_who_may_not(house: House, session: Session, reference: str, who: Member) -> None:
    """Whoever had it before the merge may have other roles or areas now."""
    request = house.requests.get(session, reference)
    if request and request.tray == "open" and request.claimed_by and not may_keep(session, request.claimed_by, request):
        back_to_queue(house, session, request, "moved", who.id)


def _what_stood(house: House, session: Session, one: Request, other: Request) -> dict[str, Any]:
    text = house.entries.aside(session, one.reference, other.reference) if other.merged_into == one.reference else ""
    if one.merged_into:
        raise NotAllowed(f"{one.reference} was merged into {one.merged_into} since. Part those two first.")
    if not text:
        raise NotAllowed(f"{other.reference} was not merged into {one.reference}, or it was parted already.")
    stood: dict[str, Any] = json.loads(text)
    return stood


def _restore_contact(house: House, session: Session, one: Request, kept: dict[str, Any]) -> None:
    current = house.requests.contact_of(session, one.reference)
    if kept["contact"] and current and asdict(current) == kept["merged_contact"]:
        house.requests.set_contact(session, one.reference, Contact(**kept["contact"]))
    elif not kept["contact"] and current and asdict(current) == kept["merged_contact"]:
        house.requests.clear_contact(session, one.reference)


def _as_before(house: House, session: Session, one: Request, kept: dict[str, Any]) -> None:
    house.requests.stand(session, one, **{**values_of(kept["keep"]), **_OPEN})
    timer_store.cancel(session, one.reference)
    _set_timers(session, one.reference, kept["keep_timers"])


def _set_timers(session: Session, reference: str, timers: list[tuple[str, str]]) -> None:
    for kind, due_at in timers:
        timer_store.set_timer(session, kind, reference, datetime.fromisoformat(due_at))


def _restore(house: House, session: Session, one: Request, kept: dict[str, Any]) -> None:
    """The request that stayed, without what came from the other; what has changed since stays."""
    if one.tray != "open":
        return
    if standing(one) == kept.get("merged"):
        _as_before(house, session, one, kept)
        return
    before, folded, now = values_of(kept["keep"]), values_of(kept["fold"]), house.clock.now()
    values: dict[str, Any] = {"attempts": max(0, one.attempts - folded["attempts"])}
    for name in ("promised_by", "due_at", "first_tried_at"):
        if getattr(one, name) == folded[name] != before[name]:
            values[name] = before[name]
    merged = values_of(kept["merged"]) if "merged" in kept else {}
    for name in ("wish", "interpreter", "details"):
        if name in before and merged.get(name) == getattr(one, name):
            values[name] = before[name]
    state: State = one.state
    if folded["claimed_by"] and one.claimed_by == folded["claimed_by"] and not before["claimed_by"] and one.state == "claimed":
        state, values["claimed_by"], values["claim_ends_at"] = "new", "", None
    changed = house.requests.change(session, one, state, now, **values)
    if changed.first_tried_at is None:
        guard_promise(session, changed, desk_hours(house, session, one.area), now)
