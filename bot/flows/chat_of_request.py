"""In which chat the person behind a request is written to. After a merge there may be several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone

from bot.base.db import Session
from bot.callbacks import merged_store
from bot.callbacks.model import Request
from bot.delivery import address_store
from bot.delivery import store as turn_store
from bot.delivery.model import Address, Presence
from bot.flows.house import House

Reached = tuple[Address, "Presence | None"]

_NEVER = datetime.min.replace(tzinfo=timezone.utc)


def chat_of(house: House, session: Session, request: Request) -> str | None:
    """Where the parent can be reached and wrote last; None when there is no chat behind the request."""
    return latest_chat(session, house.requests.chats_of(session, request))


def latest_chat(session: Session, chats: Sequence[str], known: Mapping[str, Reached] | None = None) -> str | None:
    """Of several chats of one person the one that can be reached and was used last.

    Args:
        known: where these chats are reached; looked up when None.
    """
    if len(chats) < 2:
        return chats[0] if chats else None
    reached = address_store.reached_among(session, chats) if known is None else known

    def rank(chat: str) -> tuple[bool, datetime]:
        address, _person = reached.get(chat, (None, None))
        shut = address is not None and bool(address.unreachable or address.stopped_at)
        return not shut, (address and address.last_inbound_at) or _NEVER

    best = max(map(rank, chats))
    alike = [chat for chat in chats if rank(chat) == best]
    return alike[0] if len(alike) == 1 else turn_store.spoke_last(session, alike) or alike[0]


def current(house: House, session: Session, reference: str) -> Request | None:
    """The request, or the one that it has gone into, which is kept for longer; None when neither is kept any more."""
    request = house.requests.get(session, reference)
    if request is None:
        kept = merged_store.kept_of(session, reference)
        request = house.requests.get(session, kept) if kept else None
    while request is not None and request.merged_into:
        request = house.requests.get(session, request.merged_into)
    return request
