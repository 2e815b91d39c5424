"""A message to a parent that nobody's message has called for.

The seam between the desk and the channels: the desk says what, a `ParentLine` knows how it gets there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.delivery import store as delivery
from bot.flows.exchange import Outbound
from bot.flows.house import House
from bot.replies.model import Reply


class ParentLine(Protocol):
    """A way to a parent's screen."""

    def send(self, house: House, sender: str, replies: Sequence[Reply]) -> None:
        """Put replies where the parent will see them; stored before it returns, so that nothing is lost."""


class WebLine:
    """The web chat: the replies stand there when the page looks for what has come since."""

    def send(self, house: House, sender: str, replies: Sequence[Reply]) -> None:
        """Store a turn without words of the parent's."""
        ids = tuple(tuple(house.sealer.button_id(sender, b.payload) for b in r.buttons) for r in replies)
        out = Outbound(replies[-1].language, "", tuple(replies), ids)
        with house.database.session() as session:
            delivery.add_turn(session, sender, "", out.as_json(), house.clock.now())


def line_to_parents(_house: House) -> ParentLine:
    """The line of this installation."""
    return WebLine()
