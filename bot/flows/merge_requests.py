"""Two requests of one person become one, the right way round.

What was promised first stays promised, and the work goes on from whichever request is further on (`join_requests`);
the newer request's number, way and wished time win, because the parent may have corrected them; of the safe-contact wishes the
more careful ones hold, an interpreter who is needed for one is needed for both, and both say what they are about; history,
referrals and chats of both stay. A callback and a sign-up are two things to do, and so are sign-ups for two offers: those are
never merged. Nothing is merged by itself, and `part_requests` undoes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.base.db import Session
from bot.base.errors import BadInput
from bot.callbacks import timer_store
from bot.callbacks.model import ALSO_ABOUT, CALL_WANTED, CASES, Contact, Request, Wish
from bot.callbacks.rules import NotAllowed, most_careful
from bot.flows.desk_hours import desk_hours
from bot.flows.fold_request import fold_into
from bot.flows.house import House
from bot.flows.join_requests import carry_timers, further_on, join, most_pressing
from bot.flows.may_work import may_keep
from bot.flows.notify_staff import tell_owner
from bot.flows.set_timers import CLAIM_LASTS
from bot.flows.wished_call import OFFERS
from bot.flows.work_on_request import find
from bot.staff.model import Member

_AGE = "child_age_months"


@dataclass(frozen=True)
class MergePlan:
    """What a merge would do.

    Attributes:
        keep, fold: with their contact details.
        contact, wish, interpreter, also_about: what the request that stays would then hold.
        warnings: what to look at before going on.
    """

    keep: Request
    fold: Request
    contact: Contact | None
    wish: Wish
    interpreter: bool | None
    also_about: tuple[str, ...]
    warnings: tuple[str, ...]


def may_be_one(one: Request, other: Request) -> bool:
    """Whether two requests ask for the same thing, so that one of them may stand for both."""
    return one.kind == other.kind and (one.kind not in OFFERS or one.about == other.about)


def plan(house: House, keep: str, fold: str) -> MergePlan:
    """What would happen; whoever shows it writes down that both were opened.

    Raises:
        BadInput: the same request twice, one that has ended, or two that ask for different things.
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
    _check_same(one, other)
    wish, interpreter = _wish(one, other), one.interpreter or other.interpreter
    return MergePlan(one, other, _contact(one, other), wish, interpreter, _also_about(one, other), _warnings(one, other))


def merge(house: House, keep: str, fold: str, who: Member) -> Request:
    """Fold one request into another."""
    planned = plan(house, keep, fold)
    now = house.clock.now()
    with house.database.session() as session:
        one = replace(find(house, session, keep), contact=planned.keep.contact)
        other = find(house, session, fold)
        for request in (one, other):
            _check_open(request)
        _check_same(one, other)
        joint = join(one, other, _last_call(house, session, one, other))
        owner = one.claimed_by or (other.claimed_by if may_keep(session, other.claimed_by, one) else "")
        values: dict[str, Any] = {**joint.values, "claimed_by": owner, "attempts": one.attempts + other.attempts}
        values |= most_pressing(one, other, joint)
        values |= {"wish": _wish(one, other), "interpreter": one.interpreter or other.interpreter, "details": _details(one, other)}
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


def _check_same(one: Request, other: Request) -> None:
    if not may_be_one(one, other):
        raise NotAllowed(
            "They ask for different things, so each has to be dealt with: the two stay apart, also when they are of one person."
        )


def _last_call(house: House, session: Session, one: Request, other: Request) -> datetime | None:
    """When the one that is further on was last rung or met."""
    further = further_on(one, other)
    calls = [entry.at for entry in house.entries.of(session, further.reference) if entry.kind == "call"]
    return max(calls, default=further.first_tried_at)


def _newer_first(one: Request, other: Request) -> tuple[Request, Request]:
    return (one, other) if one.created_at >= other.created_at else (other, one)


def _wish(one: Request, other: Request) -> Wish:
    newer, older = _newer_first(one, other)
    return newer.wish if newer.wish != Wish() else older.wish


def _also_about(one: Request, other: Request) -> tuple[str, ...]:
    """What the request that stays does not say itself, each once."""
    said = [line for request in (one, other) for line in request.details.get(ALSO_ABOUT, "").split("\n")]
    return tuple(dict.fromkeys(about for about in (other.about, *said) if about and about != one.about))


def _details(one: Request, other: Request) -> dict[str, str]:
    details = {**other.details, **one.details}
    if "yes" in (one.details.get(CALL_WANTED), other.details.get(CALL_WANTED)):
        details[CALL_WANTED] = "yes"
    also = _also_about(one, other)
    return {**details, ALSO_ABOUT: "\n".join(also)} if also else details


def _contact(one: Request, other: Request) -> Contact | None:
    newer, older = _newer_first(one, other)
    if newer.contact is None or older.contact is None:
        return newer.contact or older.contact
    return most_careful(newer.contact, older.contact)


def _warnings(one: Request, other: Request) -> tuple[str, ...]:
    found = _about_reaching_them(one, other)
    if one.language != other.language:
        found.append("The languages differ.")
    if bool(one.interpreter) != bool(other.interpreter):
        found.append("One of them needs an interpreter. That will hold for both.")
    if one.about != other.about:
        found.append("They are about different things. Both will stand on the request that stays.")
    if one.details.get(_AGE) != other.details.get(_AGE):
        found.append("The ages of the children differ. Perhaps it is for two children: then do not merge.")
    if one.claimed_by and other.claimed_by and one.claimed_by != other.claimed_by:
        found.append("Two connectors have these requests. The one whose request stays keeps it; the other is told.")
    return tuple(found)


def _about_reaching_them(one: Request, other: Request) -> list[str]:
    found = []
    first, second = one.contact, other.contact
    if first and second:
        if first.ask_for and second.ask_for and first.ask_for.casefold() != second.ask_for.casefold():
            found.append("The names to ask for differ. A shared telephone is not a shared person: make sure before you merge.")
        if (first.safe_to_call, first.voicemail) != (second.safe_to_call, second.voicemail):
            found.append("The safe-contact wishes differ. The more careful ones will hold.")
        if first.phone and second.phone and first.phone != second.phone:
            found.append("The numbers differ. The newer one will stay.")
    if Wish() not in (one.wish, other.wish) and one.wish != other.wish:
        found.append("The wished times differ. The newer one will hold.")
    return found
