"""A message to a parent that nobody's message has called for.

The seam between the desk and the channels: the desk says what, a `ParentLine` knows how it gets there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from bot.base.db import Session
from bot.callbacks.model import Request
from bot.delivery import address_store
from bot.flows.house import House
from bot.flows.message_parent import tell
from bot.flows.send_unasked import quiet_until
from bot.replies.model import Reply

Reach = Literal["now", "when_they_write", "never"]


def reach_of(session: Session, request: Request, chat: str | None) -> Reach:
    """When something that nobody has called for may be said to a parent.

    Args:
        chat: where, see `chat_of_request.chat_of`; None when there is none.
    """
    if chat is None:
        return "never"
    address = address_store.address_of(session, chat)
    quiet = request.careful or (address and (address.unreachable or address.stopped_at))
    return "when_they_write" if quiet else "now"


class ParentLine(Protocol):
    """A way to a parent's screen."""

    def send(self, house: House, sender: str, replies: Sequence[Reply]) -> None:
        """Put replies where the parent will see them; stored before it returns, so that nothing is lost."""


class ChatLine:
    """The parent's own chat, on whatever channel: through the outbox, not in quiet hours, never after a STOP."""

    def send(self, house: House, sender: str, replies: Sequence[Reply]) -> None:
        """Store a turn without words of the parent's, and what is to be sent."""
        with house.database.session() as session:
            put_in_chat(house, session, sender, replies)


def put_in_chat(house: House, session: Session, sender: str, replies: Sequence[Reply]) -> bool:
    """What `ChatLine` sends, in the caller's transaction; False when the parent cannot be reached or wants no messages."""
    now = house.clock.now()
    after = quiet_until(house, now)
    address = address_store.address_of(session, sender)
    if address and (address.unreachable or address.stopped_at):
        return False
    channel = address.channel if address else "web"
    tell(house, session, sender, channel, "follow_up", replies, not_before=after if after > now else None)
    return True


def line_to_parents(_house: House) -> ParentLine:
    """The line of this installation."""
    return ChatLine()
