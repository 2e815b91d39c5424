"""A parent answers a connector who wrote in the chat: whoever has the request is told, and the queue shows it until it is read."""

from __future__ import annotations

from collections.abc import Iterable

from bot.base.db import Session
from bot.callbacks import marks_store
from bot.callbacks.model import Request
from bot.delivery.model import Presence
from bot.flows.house import House
from bot.flows.notify_staff import tell_owner, tell_team


def parent_has_written(house: House, session: Session, sender: str) -> None:
    """Words of a parent have come; told once until they are read, also when the assistant is back in the chat and answers them."""
    for request in marks_store.awaiting_answer(session, sender):
        marks_store.set_answer(session, request.reference, "unread")
        if request.claimed_by:
            tell_owner(house, session, request, "written")
        else:
            tell_team(house, session, request, "written")


def words_are_read(house: House, session: Session, request: Request, present: Iterable[Presence]) -> None:
    """Who has the request has seen them; the next words are told again as long as a person is in the chat.

    Args:
        present: who speaks, or spoke, in the chats of the request.
    """
    now = house.clock.now()
    here = any(presence.until > now for presence in present)
    marks_store.set_answer(session, request.reference, "awaited" if here else "")
