"""WhatsApp through Meta's Cloud API: a small client on httpx, and the webhook."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
from sanic import Request, Sanic, response
from sanic.response import HTTPResponse

from bot.base.errors import Overloaded, StoreUnavailable
from bot.base.outside_json import read_json
from bot.base.settings import WhatsAppSettings
from bot.channels.port import Accept, Run
from bot.channels.reading import UNREADABLE
from bot.channels.whatsapp_provider import TIMEOUT, ErrorCodes, Report, WhatsAppProvider, busy
from bot.channels.whatsapp_reading import read_posts
from bot.channels.whatsapp_wording import payload_of, render
from bot.delivery.model import Arrived, Outgoing, Pace
from bot.flows.house import House
from bot.replies.model import Reply

logger = logging.getLogger(__name__)

PATH = "/webhooks/whatsapp/webhook"
_CODES = ErrorCodes(
    # 131031: our own account is locked, which says nothing about the parent.
    try_later=frozenset({131031, 131057, 133016, 190, 1, 2, 131000, 131016}),
    too_fast=frozenset({4, 80007, 130429, 131048, 131056}),
    unreachable=frozenset({131026, 131030, 131021}),
    window_closed=131047,
)
"""Source: developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes."""


class WhatsAppChannel(WhatsAppProvider):
    """Both ways of the WhatsApp channel."""

    codes = _CODES
    pace = Pace(per_second=80, burst=45, one_in_s=6.0)
    always_numbered = False

    def __init__(self, settings: WhatsAppSettings, house: House) -> None:
        super().__init__(house)
        self._settings = settings

    async def open(self) -> None:
        """Make the connections' pool."""
        self._client = httpx.AsyncClient(
            base_url=f"{self._settings.graph_url}/{self._settings.phone_number_id}", timeout=TIMEOUT,
            headers={"Authorization": f"Bearer {self._settings.access_token}"}, limits=httpx.Limits(max_connections=40),
        )  # fmt: skip

    def render(self, replies: Sequence[Reply], button_ids: Sequence[Sequence[str]] = ()) -> list[Outgoing]:
        """Buttons, lists or numbered text; see `whatsapp_wording`."""
        return render(replies, button_ids, self._words)

    async def send(self, address: str, message: Outgoing, reference: str) -> str | None:
        """One `POST /messages`; the reference comes back in the status reports, so that an uncertain one can become certain."""
        body = payload_of(message, self._words) | _to(address) | {"biz_opaque_callback_data": reference}
        return await self._post(body)

    async def noticed(self, arrived: Arrived) -> None:
        """Two blue ticks, and “typing …”."""
        message_id = (arrived.notice or {}).get("id")
        if message_id:
            seen = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id, "typing_indicator": {"type": "text"}}
            await self._post(seen)

    async def _post(self, body: Mapping[str, Any]) -> str | None:
        return await self._call("/messages", lambda refusal: refusal["error"]["code"], _message_id, json=body)

    def add_to(self, app: Sanic, accept: Accept, run: Run) -> None:
        """The webhook: Meta's question whether it is ours, and its posts."""

        async def verify(request: Request) -> HTTPResponse:
            return self._verify(request)

        async def webhook(request: Request) -> HTTPResponse:
            return self._webhook(request, accept)

        app.add_route(verify, PATH, methods=["GET"], name="whatsapp_verify")
        app.add_route(webhook, PATH, methods=["POST"], name="whatsapp_webhook")

    def _verify(self, request: Request) -> HTTPResponse:
        given = request.args.get("hub.verify_token", "")
        if request.args.get("hub.mode") == "subscribe" and hmac.compare_digest(given.encode(), self._settings.verify_token.encode()):
            return response.text(request.args.get("hub.challenge", ""))
        return response.json({"error": "wrong token"}, status=403)

    def _webhook(self, request: Request, accept: Accept) -> HTTPResponse:
        signed = hmac.new(self._settings.app_secret.encode(), request.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(request.headers.get("x-hub-signature-256", "").encode(), f"sha256={signed}".encode()):
            return response.json({"error": "wrong signature"}, status=401)
        try:
            found = list(read_posts(read_json(request.body)))
        except UNREADABLE as error:
            logger.warning("a post could not be read: %s", type(error).__name__)
            return response.json({"error": "not a webhook of WhatsApp"}, status=400)
        try:
            return self._take(found, accept)
        except (StoreUnavailable, Overloaded):
            return busy()

    def _take(self, found: Sequence[Arrived | Report | None], accept: Accept) -> HTTPResponse:
        """Each message on its own: what is stored stays, and is known again when the post comes once more."""
        failed: Exception | None = None
        if None in found:
            logger.warning("%d messages in a post could not be read", found.count(None))
        # Within a post in the order of sending: a turn begins as soon as its message is stored.
        messages = sorted((one for one in found if isinstance(one, Arrived)), key=lambda arrived: arrived.sent_at)
        in_order: list[Arrived | Report] = [*messages, *(one for one in found if isinstance(one, Report))]
        for one in in_order:
            try:
                if isinstance(one, Arrived):
                    accept(one)
                else:
                    self._report(one)
            except (StoreUnavailable, Overloaded) as error:
                failed = error
        if failed:
            raise failed
        return response.json({})


def _to(address: str) -> dict[str, str]:
    """A telephone number has digits only; a business-scoped user id begins with a country: `GB.…`."""
    return {"to": address} if address.isdigit() else {"recipient": address}


def _message_id(answer: Mapping[str, Any]) -> Any:
    """None for a message that only says that another one was read."""
    return answer["messages"][0]["id"] if answer.get("messages") else None
