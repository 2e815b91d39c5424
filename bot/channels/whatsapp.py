"""WhatsApp through Meta's Cloud API: a small client on httpx, and the webhook."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
from sanic import Request, Sanic, response
from sanic.response import HTTPResponse

from bot.base.errors import Overloaded, ParentUnreachable, SendError, SendRefused, SendUncertain, StoreUnavailable, TryLater
from bot.base.settings import WhatsAppSettings
from bot.channels.port import Accept, Run
from bot.channels.whatsapp_reading import Report, read_posts
from bot.channels.whatsapp_wording import payload_of, render
from bot.delivery import address_store, outbox_store
from bot.delivery.model import Arrived, Outgoing, Pace
from bot.delivery.templates import WINDOW_HOURS
from bot.flows.house import House
from bot.replies.model import Reply

logger = logging.getLogger(__name__)

PATH = "/webhooks/whatsapp/webhook"
_TIMEOUT = httpx.Timeout(8.0, connect=3.0, pool=10.0)
_TRY_LATER = frozenset({4, 80007, 130429, 131048, 131056, 131057, 133016, 190, 1, 2, 131000, 131016})
_UNREACHABLE = frozenset({131026, 131030, 131031, 131021})
_WINDOW_CLOSED = 131047
"""Source: developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes."""


class WhatsAppChannel:
    """Both ways of the WhatsApp channel."""

    name = "whatsapp"
    pace = Pace(per_second=80, burst=45, one_in_s=6.0)
    window_hours: float | None = WINDOW_HOURS["whatsapp"]
    always_numbered = False

    def __init__(self, settings: WhatsAppSettings, house: House) -> None:
        self._settings, self._house = settings, house
        self._client: httpx.AsyncClient

    async def open(self) -> None:
        """Make the connections' pool."""
        self._client = httpx.AsyncClient(
            base_url=f"{self._settings.graph_url}/{self._settings.phone_number_id}", timeout=_TIMEOUT,
            headers={"Authorization": f"Bearer {self._settings.access_token}"}, limits=httpx.Limits(max_connections=40),
        )  # fmt: skip

    async def close(self) -> None:
        """Give it back."""
        await self._client.aclose()

    def render(self, replies: Sequence[Reply], button_ids: Sequence[Sequence[str]] = ()) -> list[Outgoing]:
        """Buttons, lists or numbered text; see `whatsapp_wording`."""
        return render(replies, button_ids, self._words)

    def outside_window(self, purpose: str, language: str) -> Outgoing | None:
        """The template of the language; it says only that a message waits."""
        template = self._house.templates.of(language)
        return Outgoing("", language, "ltr", template=template.name, template_language=template.locale) if template else None

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
        try:
            answer = await self._client.post("/messages", json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise TryLater("no_connection") from None
        except httpx.HTTPError:
            raise SendUncertain("no_answer") from None
        if answer.status_code >= 300:
            raise _as_ours(answer)
        try:
            given = answer.json()
            return str(given["messages"][0]["id"]) if given.get("messages") else None
        except (ValueError, KeyError, IndexError, TypeError, AttributeError):
            raise SendUncertain("no_sense") from None

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
            found = list(read_posts(json.loads(request.body)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            logger.warning("a post could not be read: %s", type(error).__name__)
            return response.json({"error": "not a webhook of WhatsApp"}, status=400)
        try:
            return self._take(found, accept)
        except (StoreUnavailable, Overloaded):
            return response.json({"error": "busy"}, status=503, headers={"Retry-After": "5"})

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

    def _report(self, report: Report) -> None:
        house = self._house
        key = house.sealer.pseudonym("whatsapp message", report.message_id)
        number = int(report.reference) if report.reference and report.reference.isdigit() else None
        problem = f"code_{report.code}" if report.code != _WINDOW_CLOSED else "window_closed"
        with house.database.session() as session:
            sender = outbox_store.report(session, report.status, house.clock.now(), key, number, problem)
            if sender and report.code in _UNREACHABLE:
                address_store.set_unreachable(session, sender, "gone")

    def _words(self, key: str, language: str) -> str:
        return self._house.catalogue.text(key, language, self._house.facts(language))


def _to(address: str) -> dict[str, str]:
    """A telephone number has digits only; a business-scoped user id begins with a country: `GB.…`."""
    return {"to": address} if address.isdigit() else {"recipient": address}


def _as_ours(answer: httpx.Response) -> SendError:
    """What an error means for sending again."""
    try:
        code = int(answer.json()["error"]["code"])
    except (ValueError, KeyError, TypeError, AttributeError):
        code = 0
    if answer.status_code == 429 or code in _TRY_LATER:
        after = answer.headers.get("retry-after", "")
        return TryLater(f"code_{code or 429}", float(after) if after.isdigit() else None)
    if code == _WINDOW_CLOSED:
        return SendRefused("window_closed")
    if code in _UNREACHABLE:
        return ParentUnreachable("gone")
    if answer.status_code == 504:
        return SendUncertain("no_answer")
    if answer.status_code >= 500 or answer.status_code in (401, 403):
        return TryLater(f"status_{answer.status_code}")
    return SendRefused(f"code_{code or answer.status_code}")
