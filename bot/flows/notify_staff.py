"""Who at the desk hears of what, and when. A notification holds no name, number or word of a parent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta

from bot.base.clock import LONDON
from bot.base.db import Session
from bot.callbacks.model import Request
from bot.flows.desk_hours import team_of
from bot.flows.house import House
from bot.staff import record_store
from bot.staff import store as staff_store
from bot.staff.model import Member, Notice, Notify, Role

KINDS: Mapping[str, str] = {
    "new": "A new request is waiting",
    "assigned": "A request was given to you",
    "withdrawn": "A request of yours was withdrawn: please do not ring",
    "changed": "A parent has changed a request of yours",
    "written": "A parent has answered in the chat",
    "second": "A request needs a second connector before its promised time",
    "escalated": "A request nears its promised time and nobody has tried yet",
    "broken": "A promised time has passed",
    "missed": "A parent says that the call did not reach them",
    "not_yet": "A parent is still waiting for a call",
    "retry": "It is time to try a call again",
    "retry_late": "A call that should have been tried again was not",
    "attempts": "A family could not be reached several times: decide how to go on",
    "follow_up": "A next contact is due",
    "due": "A request is due",
    "unclosed": "A talk was written down: close the request or agree on the next contact",
    "late": "A request was due and nothing was done",
    "number": "A telephone number is wrong: a new one is needed",
    "claim_ended": "A request went back to the queue because nothing was done",
    "away": "Requests went back to the queue because somebody is away",
    "left": "Requests went back to the queue because somebody has left the team",
    "moved": "Requests went back to the queue because somebody has other roles or areas now",
    "safeguarding": "A safeguarding flag is waiting",
    "erased": "Somebody has asked to be forgotten: delete the file that you exported",
}
_URGENT = frozenset({"safeguarding"})
"""Not held back by quiet hours or a daily message."""
_PRESSING = frozenset({"second", "escalated", "broken"})
"""Not held back by a daily message, nor by quiet hours that would end after the promised time."""

MOST_TRIES = 12
"""In about 14 hours; after them a notification waits at the desk until a person has it sent again."""

PROBLEMS: Mapping[str, str] = {
    "email_refused": "The mail server refused it: look at the address, and at the sender and password in the settings (KINLINE_SMTP_…)",
    "email_unreachable": "The mail server could not be reached: look at KINLINE_SMTP_HOST and at the network",
    "telegram_refused": "Telegram refused it: the person has to write to the bot once, or the number of the chat is wrong",
    "telegram_unreachable": "Telegram could not be reached: look at the network",
    "no_way": "Neither e-mail nor Telegram is set up for it, here or on the person’s own page",
    "account_closed": "The account was closed before it left",
}
"""Why a notification has not left, and what helps."""


def tell(
    house: House, session: Session, members: Iterable[Member], kind: str, reference: str, *, before: datetime | None = None
) -> list[Member]:
    """Put a notification on its way to each who wants any; returns whom it can reach as this installation is set up.

    Args:
        before: the promised time, where it is about one.
    """
    now, told = house.clock.now(), []
    for member in members:
        if member.active and (member.notify.email or member.notify.telegram):
            record_store.add_notice(session, member.id, kind, reference, now, send_at(member.notify, kind, now, before))
            told += [member] if _has_a_way(house, member.notify) else []
    return told


def _has_a_way(house: House, notify: Notify) -> bool:
    settings = house.settings
    return bool((notify.email and settings.smtp) or (notify.telegram and settings.staff_telegram_token))


def tell_owner(house: House, session: Session, request: Request, kind: str) -> list[Member]:
    """The connector who has the request, if anybody has; returns as `tell` does."""
    owner = staff_store.member(session, request.claimed_by) if request.claimed_by else None
    return tell(house, session, [owner] if owner else [], kind, request.reference, before=request.promised_by)


def tell_role(
    house: House, session: Session, role: Role, kind: str, reference: str, area: str = "", *, before: datetime | None = None
) -> list[Member]:
    """Everybody with a role, for an area or at all; returns as `tell` does."""
    members = [m for m in staff_store.members(session) if m.may(role) and (not area or not m.areas or area in m.areas)]
    return tell(house, session, members, kind, reference, before=before)


def tell_team(house: House, session: Session, request: Request, kind: str, but: Sequence[str] = ()) -> None:
    """The connectors of the request's area."""
    tell(house, session, [m for m in team_of(session, request.area) if m.id not in but], kind, request.reference)


def send_at(notify: Notify, kind: str, now: datetime, before: datetime | None = None) -> datetime:
    """When a notification may leave: at once, with the day's message, or when quiet hours are over.

    Args:
        before: the promised time, which a pressing notification must not miss.
    """
    if kind in _URGENT:
        return now
    at = now if notify.at_once or kind in _PRESSING else _next(notify.digest_at, now)
    if not is_quiet(notify, at):
        return at
    ends = _next(notify.quiet_to, at)
    return at if kind in _PRESSING and before and before <= ends else ends


def is_quiet(notify: Notify, at: datetime) -> bool:
    """Whether it is a time at which this person wants no message; equal times mean never."""
    clock, first, last = at.astimezone(LONDON).time(), notify.quiet_from, notify.quiet_to
    return first <= clock < last if first <= last else clock >= first or clock < last


def message(house: House, notices: Sequence[Notice]) -> tuple[str, str]:
    """Subject and text of one message about one or several notifications."""
    lines = []
    for kind in dict.fromkeys(n.kind for n in notices):
        references = list(dict.fromkeys(n.reference for n in notices if n.kind == kind and n.reference))
        number = f" ({len(references)})" if len(references) > 1 else ""
        lines.append(f"{KINDS.get(kind, kind)}{number}.")
        lines += [f"  {_link(house, kind, reference)}" for reference in references[:20]]
    subject = KINDS.get(notices[0].kind, "Kinline desk") if len({n.kind for n in notices}) == 1 else f"{len(notices)} things at the desk"
    text = "\n".join([*lines, "", "This message holds nothing about the family. Sign in to the desk to see more."])
    return f"Kinline desk: {subject}", text


def _link(house: House, kind: str, reference: str) -> str:
    page = "safeguarding" if kind == "safeguarding" else "requests"
    address = house.settings.desk_address
    return f"{address}/desk/{page}/{reference}" if address and kind != "erased" else reference


def _next(at: time, now: datetime) -> datetime:
    today = datetime.combine(now.astimezone(LONDON).date(), at, LONDON)
    return today if today >= now else datetime.combine(today.date() + timedelta(days=1), at, LONDON)
