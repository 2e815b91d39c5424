"""Who may work on a request: one rule for claiming, giving, working on and keeping it."""

from __future__ import annotations

from bot.base.db import Session
from bot.callbacks.model import Request
from bot.callbacks.rules import KINDS, NotAllowed
from bot.staff import store as staff_store
from bot.staff.model import Member


def may_work(member: Member, request: Request) -> bool:
    """Whether somebody's account, roles and areas cover a request; to be allowed to look at it is not enough."""
    in_area = not member.areas or request.area in member.areas
    return member.active and in_area and bool(member.roles & KINDS[request.kind].roles)


def check_may_work(member: Member, request: Request) -> None:
    """Stop who may not.

    Raises:
        NotAllowed: the request is for another role or another area.
    """
    if not may_work(member, request):
        raise NotAllowed("This request is for people with another role or of another area.")


def may_keep(session: Session, staff_id: str, request: Request) -> bool:
    """The same of somebody by their id; nobody keeps nothing."""
    member = staff_store.member(session, staff_id) if staff_id else None
    return member is not None and may_work(member, request)
