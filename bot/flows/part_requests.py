"""A merge that joined two people is undone, with nothing lost.

What stood before is sealed into the history when two requests are merged. The request that was folded in comes back as it
was, with its history, referrals and timers; a time that has passed in the meantime counts at once. What was done after the
merge stays with the request that it was done for, and what a parent has changed since is not changed back.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.base.db import Session
from bot.callbacks import entry_store, timer_store
from bot.callbacks.model import Contact, Request, State
from bot.callbacks.rules import NotAllowed
from bot.flows.desk_hours import desk_hours
from bot.flows.house import House
from bot.flows.notify_staff import tell_owner
from bot.flows.set_timers import guard_promise
from bot.flows.work_on_request import find
from bot.staff.model import Member

_MOMENTS = ("promised_by", "due_at", "claim_ends_at", "first_tried_at")
_OTHERS = ("state", "claimed_by", "attempts")


@dataclass(frozen=True)
class MergePlan:
    """What a merge would do.

    Attributes:
        keep, fold: with their contact details.
        contact: what the request that stays would then hold.
        warnings: what to look at before going on.
    """

    keep: Request
    fold: Request
    contact: Contact | None
    warnings: tuple[str, ...]


def remember(house: House, session: Session, plan: MergePlan, who: Member) -> None:
    """Seal what stands before a merge into the history, from where `part` reads it; pages and copies do not show it."""
    fold = plan.fold.reference
    kept: dict[str, Any] = {
        "keep": _standing(plan.keep),
        "fold": _standing(plan.fold),
        "contact": asdict(plan.keep.contact) if plan.keep.contact else None,
        "merged_contact": asdict(plan.contact) if plan.contact else None,
        "origins": entry_store.origins_of(session, fold),
        "referrals": entry_store.referral_ids(session, fold),
        "timers": [(timer.kind, timer.due_at.isoformat()) for timer in timer_store.waiting(session, fold)],
    }
    house.entries.put_aside(session, plan.keep.reference, fold, json.dumps(kept), house.clock.now(), who.id)


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
        back = house.requests.reopen(session, other, keep, _values(kept["fold"]))
        entry_store.give_back(session, keep, fold, kept["origins"], kept["referrals"])
        for kind, due_at in kept["timers"]:
            timer_store.set_timer(session, kind, fold, datetime.fromisoformat(due_at))
        _restore(house, session, one, kept)
        house.entries.add(session, keep, "state", "parted_from", now, who.id, fold)
        house.entries.add(session, fold, "state", "parted", now, who.id, keep)
        if back.claimed_by and back.claimed_by != who.id:
            tell_owner(house, session, back, "changed")
        return back


def _what_stood(house: House, session: Session, one: Request, other: Request) -> dict[str, Any]:
    text = house.entries.aside(session, one.reference, other.reference) if other.merged_into == one.reference else ""
    if one.merged_into:
        raise NotAllowed(f"{one.reference} was merged into {one.merged_into} since. Part those two first.")
    if not text:
        raise NotAllowed(f"{other.reference} was not merged into {one.reference}, or it was parted already.")
    stood: dict[str, Any] = json.loads(text)
    return stood


def _restore(house: House, session: Session, one: Request, kept: dict[str, Any]) -> None:
    """The request that stayed, without what came from the other; what has changed since stays."""
    current = house.requests.contact_of(session, one.reference)
    if kept["contact"] and current and asdict(current) == kept["merged_contact"]:
        house.requests.set_contact(session, one.reference, Contact(**kept["contact"]))
    elif not kept["contact"] and current and asdict(current) == kept["merged_contact"]:
        house.requests.clear_contact(session, one.reference)
    if one.tray != "open":
        return
    before, folded, now = _values(kept["keep"]), _values(kept["fold"]), house.clock.now()
    values: dict[str, Any] = {"attempts": max(0, one.attempts - folded["attempts"])}
    for name in ("promised_by", "due_at", "first_tried_at"):
        if getattr(one, name) == folded[name] != before[name]:
            values[name] = before[name]
    state: State = one.state
    if folded["claimed_by"] and one.claimed_by == folded["claimed_by"] and not before["claimed_by"] and one.state == "claimed":
        state, values["claimed_by"], values["claim_ends_at"] = "new", "", None
    changed = house.requests.change(session, one, state, now, **values)
    if changed.first_tried_at is None and changed.promised_by and changed.promised_by > now:
        guard_promise(session, changed, desk_hours(house, session, one.area), now)


def _standing(request: Request) -> dict[str, Any]:
    moments = {name: getattr(request, name) for name in _MOMENTS}
    return {name: at.isoformat() if at else None for name, at in moments.items()} | {name: getattr(request, name) for name in _OTHERS}


def _values(standing: dict[str, Any]) -> dict[str, Any]:
    return standing | {name: datetime.fromisoformat(standing[name]) if standing[name] else None for name in _MOMENTS}
