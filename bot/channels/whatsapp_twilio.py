"""WhatsApp through Twilio: the same port, without buttons: choices are numbers in the text.

Source: twilio.com/docs/whatsapp/api and twilio.com/docs/usage/webhooks/webhooks-security.
"""

from __future__ import annotations

import logging
import urllib.parse
from collections.abc import Sequence

import httpx
from sanic import Request, Sanic, response
from sanic.response import HTTPResponse
from twilio.request_validator import RequestValidator

from bot.base.errors import Overloaded, StoreUnavailable
from bot.base.settings import TwilioSettings
from bot.channels.pin import pin
from bot.channels.port import Accept, Run
from bot.channels.whatsapp_provider import TIMEOUT, ErrorCodes, Report, WhatsAppProvider, busy
from bot.channels.whatsapp_wording import render
from bot.channels.wording import with_numbers
from bot.delivery.model import Arrived, Outgoing, Pace
from bot.flows.house import House
from bot.replies.model import Reply

logger = logging.getLogger(__name__)

PATH = "/webhooks/whatsapp/twilio"
LONGEST = 1500
"""Twilio refuses a WhatsApp body above 1600 characters. Source: twilio.com/docs/api/errors/21617."""
_STATUSES = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed", "undelivered": "failed"}
_CODES = ErrorCodes(
    try_later=frozenset(), too_fast=frozenset({20429, 63018}), unreachable=frozenset({63024, 21610, 21211}), window_closed=63016
)
"""Source: twilio.com/docs/api/errors."""


class TwilioChannel(WhatsAppProvider):
    """Both ways of a WhatsApp number at Twilio."""

    codes = _CODES
    pace = Pace(per_second=60, burst=10, one_in_s=1.0)
    always_numbered = True

    def __init__(self, settings: TwilioSettings, public_url: str, house: House) -> None:
        super().__init__(house)
        self._settings, self._public_url = settings, public_url
        self._validator = RequestValidator(settings.auth_token)

    async def open(self) -> None:
        """Make the connections' pool."""
        account = self._settings.account_sid
        self._client = httpx.AsyncClient(
            base_url=f"{self._settings.api_url}/2010-04-01/Accounts/{account}", auth=(account, self._settings.auth_token),
            timeout=TIMEOUT,
        )  # fmt: skip

    def render(self, replies: Sequence[Reply], button_ids: Sequence[Sequence[str]] = ()) -> list[Outgoing]:
        """Text alone, choices as numbers."""
        return render(replies, button_ids, self._words, always_numbered=True, longest=LONGEST)

    async def send(self, address: str, message: Outgoing, reference: str) -> str | None:
        """One `Messages.json`; a template goes by the id that Twilio gave it."""
        form = {"From": f"whatsapp:{self._settings.number}", "To": f"whatsapp:+{address}"}
        form["StatusCallback"] = f"{self._public_url}{PATH}/status?reference={reference}"
        if message.template:
            form["ContentSid"] = message.template
        else:
            form["Body"] = with_numbers(message.text, message.choices, 1, message.direction) if message.choices else message.text
        return await self._call("/Messages.json", lambda refusal: refusal["code"], lambda answer: answer["sid"], data=form)

    async def noticed(self, arrived: Arrived) -> None:
        """Twilio shows nothing."""

    def add_to(self, app: Sanic, accept: Accept, run: Run) -> None:
        """The webhook for messages, and the one for what became of ours."""

        async def webhook(request: Request) -> HTTPResponse:
            return self._webhook(request, accept)

        async def status(request: Request) -> HTTPResponse:
            return self._status(request)

        app.add_route(webhook, PATH, methods=["POST"], name="twilio_webhook")
        app.add_route(status, f"{PATH}/status", methods=["POST"], name="twilio_status")

    def _form(self, request: Request) -> dict[str, str] | None:
        """The form, when Twilio's signature is right."""
        # Sanic leaves empty fields out; Twilio signs them.
        form = dict(urllib.parse.parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        query = f"?{request.query_string}" if request.query_string else ""
        signature = request.headers.get("x-twilio-signature", "")
        return form if self._validator.validate(f"{self._public_url}{request.path}{query}", form, signature) else None

    def _webhook(self, request: Request, accept: Accept) -> HTTPResponse:
        form = self._form(request)
        if form is None:
            return response.json({"error": "wrong signature"}, status=403)
        try:
            accept(self._arrived(form))
        except (KeyError, ValueError) as error:
            logger.warning("a post could not be read: %s", type(error).__name__)
            return response.json({"error": "not a message"}, status=400)
        except (StoreUnavailable, Overloaded):
            return busy()
        return response.text("<Response/>", content_type="text/xml")

    def _arrived(self, form: dict[str, str]) -> Arrived:
        now, address = self._house.clock.now(), form["From"].removeprefix("whatsapp:").lstrip("+")
        if not address:
            raise ValueError("from nobody")
        if form.get("Latitude") and form.get("Longitude"):
            place = pin(form["Latitude"], form["Longitude"])
            return Arrived(self.name, form["MessageSid"], address, "place", now, place=place)
        text = form.get("Body", "")
        kind = "text" if text.strip() or form.get("NumMedia", "0") == "0" else "not_text"
        return Arrived(self.name, form["MessageSid"], address, "text" if kind == "text" else "not_text", now, text)

    def _status(self, request: Request) -> HTTPResponse:
        form = self._form(request)
        if form is None:
            return response.json({"error": "wrong signature"}, status=403)
        status, code = _STATUSES.get(form.get("MessageStatus", "")), form.get("ErrorCode", "")
        if status and form.get("MessageSid"):
            reference = request.args.get("reference") or None
            try:
                self._report(Report(form["MessageSid"], status, reference, int(code) if code.isdigit() else None))
            except StoreUnavailable:
                return busy()
        return response.text("")
