"""A connector writes to a parent in the chat."""

from __future__ import annotations

from bot.base.errors import BadInput
from bot.callbacks.model import Request
from bot.callbacks.rules import NotAllowed
from bot.flows import work_on_request as work
from bot.flows.house import House
from bot.flows.reach_parent import ParentLine
from bot.replies.model import Reply
from bot.staff.model import Member


def write_to_parent(house: House, line: ParentLine, reference: str, who: Member, text: str, *, safe: bool) -> Request:
    """Send the words and write them down as an attempt.

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
    # Written down first: rules and ownership are checked there, and what follows cannot be lost.
    changed = work.log_call(house, reference, who, "messaged", text)
    language = house.languages.get(request.language)
    line.send(house, request.sender, [Reply(f"{who.name.split()[0]}: {text}", language.code, language.direction)])
    return changed
