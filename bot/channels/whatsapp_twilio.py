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

from bot.base.errors import Overloaded, ParentUnreachable, SendError, SendRefused, SendUncertain, StoreUnavailable, TryLater
from bot.base.settings import TwilioSettings
from bot.channels.port import Accept, Run
from bot.channels.whatsapp_wording import render
from bot.channels.wording import with_numbers
from bot.delivery import outbox_store
from bot.delivery.model import Arrived, Outgoing, Pace
from bot.delivery.templates import WINDOW_HOURS
from bot.flows.house import House
from bot.replies.model import Reply

logger = logging.getLogger(__name__)

PATH = "/webhooks/whatsapp/twilio"
LONGEST = 1500
_STATUSES = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed", "undelivered": "failed"}
_UNREACHABLE = frozenset({63024, 21610, 21211})
_WINDOW_CLOSED = 63016


class TwilioChannel:
    """Both ways of a WhatsApp number at Twilio."""

    name = "whatsapp"
    pace = Pace(per_second=60, burst=10, one_in_s=1.0)
    window_hours: float | None = WINDOW_HOURS["whatsapp"]
    always_numbered = True

    def __init__(self, settings: TwilioSettings, public_url: str, house: House) -> None:
        self._settings, self._public_url, self._house = settings, public_url, house
        self._validator = RequestValidator(settings.auth_token)
        self._client: httpx.AsyncClient

    async def open(self) -> None:
        """Make the connections' pool."""
        account = self._settings.account_sid
        self._client = httpx.AsyncClient(
            base_url=f"{self._settings.api_url}/2010-04-01/Accounts/{account}", auth=(account, self._settings.auth_token),
            timeout=httpx.Timeout(8.0, connect=3.0, pool=10.0),
        )  # fmt: skip

    async def close(self) -> None:
        """Give it back."""
        await self._client.aclose()

    def render(self, replies: Sequence[Reply], button_ids: Sequence[Sequence[str]] = ()) -> list[Outgoing]:
        """Text alone, choices as numbers."""
        return render(replies, button_ids, self._words, always_numbered=True)

    def outside_window(self, purpose: str, language: str) -> Outgoing | None:
        """Twilio's templates are registered with Twilio; there is none here, so the desk offers a phone call."""
        return None

    async def send(self, address: str, message: Outgoing, reference: str) -> str | None:
        """One `Messages.json`."""
        text = with_numbers(message.text, message.choices, 1, message.direction) if message.choices else message.text
        form = {"From": f"whatsapp:{self._settings.number}", "To": f"whatsapp:+{address}", "Body": text}
        form["StatusCallback"] = f"{self._public_url}{PATH}/status?reference={reference}"
        try:
            answer = await self._client.post("/Messages.json", data=form)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise TryLater("no_connection") from None
        except httpx.HTTPError:
            raise SendUncertain("no_answer") from None
        if answer.status_code >= 300:
            raise _as_ours(answer)
        try:
            return str(answer.json()["sid"])
        except (ValueError, KeyError, TypeError):
            raise SendUncertain("no_sense") from None

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
        except KeyError as error:
            logger.warning("a post could not be read: %s", type(error).__name__)
            return response.json({"error": "not a message"}, status=400)
        except (StoreUnavailable, Overloaded):
            return response.json({"error": "busy"}, status=503, headers={"Retry-After": "5"})
        return response.text("<Response/>", content_type="text/xml")

    def _arrived(self, form: dict[str, str]) -> Arrived:
        now, address = self._house.clock.now(), form["From"].removeprefix("whatsapp:").lstrip("+")
        if form.get("Latitude") and form.get("Longitude"):
            place = (float(form["Latitude"]), float(form["Longitude"]))
            return Arrived(self.name, form["MessageSid"], address, "place", now, place=place)
        text = form.get("Body", "")
        kind = "text" if text.strip() or form.get("NumMedia", "0") == "0" else "not_text"
        return Arrived(self.name, form["MessageSid"], address, "text" if kind == "text" else "not_text", now, text)

    def _status(self, request: Request) -> HTTPResponse:
        form = self._form(request)
        if form is None:
            return response.json({"error": "wrong signature"}, status=403)
        status, reference = _STATUSES.get(form.get("MessageStatus", "")), request.args.get("reference", "")
        if status and form.get("MessageSid"):
            key = self._house.sealer.pseudonym("whatsapp message", form["MessageSid"])
            number = int(reference) if reference.isdigit() else None
            with self._house.database.session() as session:
                outbox_store.report(session, status, self._house.clock.now(), key, number, f"code_{form.get('ErrorCode', '')}")
        return response.text("")

    def _words(self, key: str, language: str) -> str:
        return self._house.catalogue.text(key, language, self._house.facts(language))


def _as_ours(answer: httpx.Response) -> SendError:
    try:
        code = int(answer.json()["code"])
    except (ValueError, KeyError, TypeError):
        code = 0
    if answer.status_code == 429:
        after = answer.headers.get("retry-after", "")
        return TryLater("status_429", float(after) if after.isdigit() else None)
    if code == _WINDOW_CLOSED:
        return SendRefused("window_closed")
    if code in _UNREACHABLE:
        return ParentUnreachable("gone")
    if answer.status_code == 504:
        return SendUncertain("no_answer")
    if answer.status_code >= 500 or answer.status_code in (401, 403):
        return TryLater(f"status_{answer.status_code}")
    return SendRefused(f"code_{code or answer.status_code}")
