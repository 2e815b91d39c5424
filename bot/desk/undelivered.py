"""Messages that have not surely arrived, for those who can reach the parent another way."""

from __future__ import annotations

from starlette.responses import Response

from bot.callbacks.queue_store import latest_of_each
from bot.delivery import outbox_store
from bot.delivery.in_words import MEANS, why
from bot.desk.queue import may_see
from bot.desk.web import Visit, page

_SHOWN = 100
_KINDS = {
    "reply": "Answer of the assistant",
    "danger": "Answer of the assistant",
    "person": "Message of a connector",
    "notice": "Note of the assistant",
    "follow_up": "Question after a call",
    "whats_on": "What is on",
}
"""That an answer was one to danger is for the safeguarding lead alone."""
CHANNELS = {"telegram": "Telegram", "whatsapp": "WhatsApp", "web": "Chat page"}


@page("/desk/undelivered", "undelivered", "coordinator")
def show_undelivered(visit: Visit) -> Response:
    """The newest, with the request of the parent where there is one that this person may see; no words of the messages."""
    with visit.house.database.session() as session:
        troubles = outbox_store.troubles(session, _SHOWN)
        requests = latest_of_each(session, sorted({trouble.sender for trouble in troubles}))
    seen = {sender: request.reference for sender, request in requests.items() if may_see(visit.me, request)}
    return visit.page(
        "undelivered.html", troubles=troubles, references=seen, kinds=_KINDS, channels=CHANNELS, means=MEANS, why=why, most=_SHOWN
    )
