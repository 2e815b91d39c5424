"""Two requests of one person become one, the right way round.

What was promised first stays promised; the newer request's number and way win, because the parent
may have corrected them; of the safe-contact wishes the more careful ones hold; history and
referrals of both stay. Nothing is merged by itself, and `part_requests` undoes it.
"""

from __future__ import annotations

from bot.base.errors import BadInput
from bot.callbacks import timer_store
from bot.callbacks.model import CASES, Contact, Request
from bot.callbacks.rules import NotAllowed, most_careful
from bot.flows.desk_hours import desk_hours
from bot.flows.house import House
from bot.flows.notify_staff import tell_owner
from bot.flows.part_requests import MergePlan, remember
from bot.flows.set_timers import guard_promise
from bot.flows.work_on_request import find
from bot.staff.model import Member


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
            if read is None or read[0].kind in CASES:
                raise NotAllowed("There is no such request.")
            if read[0].tray != "open":
                raise NotAllowed(f"{reference} has ended, so it cannot be merged.")
            found.append(house.requests.unseal(read[0], read[1]))
    one, other = found
    return MergePlan(one, other, _contact(one, other), _warnings(one, other))


def merge(house: House, keep: str, fold: str, who: Member) -> Request:
    """Fold one request into another."""
    planned = plan(house, keep, fold)
    now = house.clock.now()
    with house.database.session() as session:
        one, other = find(house, session, keep), find(house, session, fold)
        promised = min((r.promised_by for r in (one, other) if r.promised_by), default=None)
        tried = min((r.first_tried_at for r in (one, other) if r.first_tried_at), default=None)
        owner = one.claimed_by or other.claimed_by
        state = one.state if one.claimed_by or not owner else "claimed"
        remember(house, session, planned, who)
        house.requests.change(session, other, "closed", now, outcome="merged", merged_into=keep)
        merged = house.requests.change(
            session, one, state, now, claimed_by=owner, attempts=one.attempts + other.attempts, first_tried_at=tried,
            promised_by=promised, due_at=min(d for d in (one.due_at, other.due_at) if d),
        )  # fmt: skip
        if planned.contact:
            house.requests.set_contact(session, keep, planned.contact)
        timer_store.cancel(session, fold)
        house.entries.add(session, fold, "state", "merged", now, who.id)
        house.entries.move(session, fold, keep)
        house.entries.add(session, keep, "state", "merged_in", now, who.id, fold)
        if tried is None and promised and promised > now:
            guard_promise(session, merged, desk_hours(house, session, one.area), now)
        if other.claimed_by and other.claimed_by not in (who.id, owner):
            tell_owner(house, session, other, "changed")
        return merged


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
