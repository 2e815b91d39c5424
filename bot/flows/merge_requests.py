"""Two requests of one person become one, the right way round.

What was promised first stays promised, and the work goes on from whichever request is further on (`join_requests`);
the newer request's number and way win, because the parent may have corrected them; of the safe-contact wishes the more
careful ones hold; history, referrals and chats of both stay. Nothing is merged by itself, and `part_requests` undoes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.base.db import Session
from bot.base.errors import BadInput
from bot.callbacks import timer_store
from bot.callbacks.model import CASES, Contact, Request
from bot.callbacks.rules import NotAllowed, most_careful
from bot.flows.desk_hours import desk_hours
from bot.flows.fold_request import fold_into
from bot.flows.house import House
from bot.flows.join_requests import carry_timers, further_on, join, most_pressing
from bot.flows.may_work import may_keep
from bot.flows.notify_staff import tell_owner
from bot.flows.set_timers import CLAIM_LASTS
from bot.flows.work_on_request import find
from bot.staff.model import Member


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


def plan(house: House, keep: str, fold: str) -> MergePlan:
    """What would happen; whoever shows it writes down that both were opened.

    Raises:
        BadInput: the same request twice, or one that has ended.
    """
    if keep == fold:
        raise BadInput("These are the same request.")
    found = []
    with house.database.session() as session:
        for reference in (keep, fold):
            read = house.requests.get_sealed(session, reference)
            if read is None or read.request.kind in CASES:
                raise NotAllowed("There is no such request.")
            _check_open(read.request)
            found.append(house.requests.unseal(read.request, read.sealed))
    one, other = found
    return MergePlan(one, other, _contact(one, other), _warnings(one, other))


def merge(house: House, keep: str, fold: str, who: Member) -> Request:
    """Fold one request into another."""
    planned = plan(house, keep, fold)
    now = house.clock.now()
    with house.database.session() as session:
        one = replace(find(house, session, keep), contact=planned.keep.contact)
        other = find(house, session, fold)
        for request in (one, other):
            _check_open(request)
        joint = join(one, other, _last_call(house, session, one, other))
        owner = one.claimed_by or (other.claimed_by if may_keep(session, other.claimed_by, one) else "")
        values: dict[str, Any] = {**joint.values, "claimed_by": owner, "attempts": one.attempts + other.attempts}
        values |= most_pressing(one, other, joint)
        hours = desk_hours(house, session, one.area)
        if owner and values["state"] in ("new", "claimed"):
            values |= {"state": "claimed", "claim_ends_at": values["claim_ends_at"] or hours.after(now, CLAIM_LASTS)}
        elif values["state"] == "claimed":
            values |= {"state": "new", "claim_ends_at": None}
        theirs = timer_store.waiting(session, fold)
        fold_into(house, session, one, other, replace(one, **values), who.id, contact=planned.contact)
        merged = house.requests.stand(session, one, **values)
        if planned.contact:
            house.requests.set_contact(session, keep, planned.contact)
        carry_timers(session, merged, joint, theirs, hours, now)
        if other.claimed_by and other.claimed_by not in (who.id, owner):
            tell_owner(house, session, other, "changed")
        return merged


def _check_open(request: Request) -> None:
    if request.tray != "open":
        raise NotAllowed(f"{request.reference} has ended, so it cannot be merged.")


def _last_call(house: House, session: Session, one: Request, other: Request) -> datetime | None:
    """When the one that is further on was last rung or met."""
    further = further_on(one, other)
    calls = [entry.at for entry in house.entries.of(session, further.reference) if entry.kind == "call"]
    return max(calls, default=further.first_tried_at)


def _contact(one: Request, other: Request) -> Contact | None:
    newer, older = (one, other) if one.created_at >= other.created_at else (other, one)
    if newer.contact is None or older.contact is None:
        return newer.contact or older.contact
    return most_careful(newer.contact, older.contact)


def _warnings(one: Request, other: Request) -> tuple[str, ...]:
    found = []
    first, second = one.contact, other.contact
    if first and second:
        if first.ask_for and second.ask_for and first.ask_for.casefold() != second.ask_for.casefold():
            found.append("The names to ask for differ. A shared telephone is not a shared person: make sure before you merge.")
        if (first.safe_to_call, first.voicemail) != (second.safe_to_call, second.voicemail):
            found.append("The safe-contact wishes differ. The more careful ones will hold.")
        if first.phone and second.phone and first.phone != second.phone:
            found.append("The numbers differ. The newer one will stay.")
    if one.language != other.language:
        found.append("The languages differ.")
    if one.claimed_by and other.claimed_by and one.claimed_by != other.claimed_by:
        found.append("Two connectors have these requests. The one whose request stays keeps it; the other is told.")
    return tuple(found)
