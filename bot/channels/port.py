"""What a channel with a provider behind it gives to the service."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from typing import Any, Protocol

from sanic import Sanic

from bot.delivery.model import Arrived, Carrier, Outgoing
from bot.replies.model import Reply

Accept = Callable[[Arrived], None]
Run = Callable[[Coroutine[Any, Any, Any]], "Future[Any]"]


class ChannelPort(Carrier, Protocol):
    """A way in and a way out: Telegram, WhatsApp, WhatsApp through Twilio."""

    always_numbered: bool
    """The channel has no buttons: choices stand in the text, and a bare number is an answer."""

    def render(self, replies: Sequence[Reply], button_ids: Sequence[Sequence[str]] = ()) -> list[Outgoing]:
        """Replies within the channel's limits: one for each call of the provider, in order."""

    def add_to(self, app: Sanic, accept: Accept, run: Run) -> None:
        """Add the channel's webhook, or begin to ask its provider for messages.

        Args:
            accept: takes a verified message in; see `PostOffice.accept`.
            run: runs something in the loop in which messages are sent.
        """

    async def noticed(self, arrived: Arrived) -> None:
        """Show the parent that the message has come: typing, read, pressed. May fail without harm."""

    async def open(self) -> None:
        """Make connections, in the loop in which messages are sent."""

    async def close(self) -> None:
        """Give connections back."""
