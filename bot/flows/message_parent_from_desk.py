"""A connector writes to a parent in the chat."""

from __future__ import annotations

from bot.base.errors import BadInput
from bot.callbacks.model import Request
from bot.callbacks.rules import NotAllowed
from bot.flows import work_on_request as work
from bot.flows.house import House
from bot.flows.message_parent import message_parent, reach
from bot.staff.model import Member


def write_to_parent(house: House, reference: str, who: Member, text: str, *, safe: bool) -> Request:
    """Send the words and write them down as an attempt; the assistant is quiet from now on.

    Args:
        safe: the connector has confirmed that a message that comes unasked does no harm; needed where the wishes are careful.

    Raises:
        BadInput: nothing was written.
        NotAllowed: the wishes are careful and nothing was confirmed, or the request is somebody else's or withdrawn.
    """
    if not text:
        raise BadInput("Write the message first.")
    with house.database.session() as session:
        request = work.find(house, session, reference)
    if request.careful and not safe:
        raise NotAllowed("The parent asked to be contacted with care. Read the wishes, then tick that a message is safe now.")
    if len(request.sender) == 1:
        raise NotAllowed("This request was typed at the desk: there is no chat to write to.")
    if reach(house, request.sender).state not in ("open", "template_first"):
        raise NotAllowed("The parent cannot be written to in the chat just now. Please ring, if that is safe.")
    # Written down first: rules and ownership are checked there, and what follows cannot be lost.
    changed = work.log_call(house, reference, who, "messaged", text)
    message_parent(house, request.sender, text, who.name.split()[0], request.language)
    return changed
