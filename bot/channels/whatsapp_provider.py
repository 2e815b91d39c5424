"""What both ways to WhatsApp share: one call whose outcome says whether it may be made again, templates, and reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from sanic import response
from sanic.response import HTTPResponse

from bot.base.errors import ParentUnreachable, SendError, SendRefused, SendUncertain, TryLater, WindowClosed
from bot.delivery import address_store, outbox_store
from bot.delivery.model import WINDOW_CLOSED, Outgoing
from bot.delivery.reference import read_reference
from bot.delivery.templates import WINDOW_HOURS
from bot.flows.house import House

TIMEOUT = httpx.Timeout(8.0, connect=3.0, pool=10.0)


@dataclass(frozen=True)
class ErrorCodes:
    """A provider's own codes.

    Attributes:
        try_later: nothing went out, and it may go later.
        too_fast: the same, because of the provider's limits.
        unreachable: the person has no WhatsApp, or has blocked the number.
        window_closed: more than 24 hours after the person's last message.
    """

    try_later: frozenset[int]
    too_fast: frozenset[int]
    unreachable: frozenset[int]
    window_closed: int

    def problem(self, code: int | None) -> str:
        """How it is called in the outbox."""
        return WINDOW_CLOSED if code == self.window_closed else f"code_{code or 'unknown'}"


@dataclass(frozen=True)
class Report:
    """What became of a message that was sent.

    Attributes:
        status: sent, delivered, read or failed.
        reference: what was sent along; None when it does not come back.
        code: the provider's error code of a failed message, else None.
    """

    message_id: str
    status: str
    reference: str | None
    code: int | None


class WhatsAppProvider:
    """The half of a channel that does not depend on whose service carries WhatsApp.

    Attributes:
        codes: set by each provider.
    """

    name = "whatsapp"
    window_hours: float | None = WINDOW_HOURS["whatsapp"]
    codes: ErrorCodes

    def __init__(self, house: House) -> None:
        self._house = house
        self._client: httpx.AsyncClient

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    def outside_window(self, purpose: str, language: str) -> Outgoing | None:
        """The template of the language; it says only that a message waits."""
        template = self._house.templates.of(language)
        return Outgoing("", language, "ltr", template=template.name, template_language=template.locale) if template else None

    async def _call(self, path: str, read_code: Callable[[Any], Any], read_id: Callable[[Any], Any], **body: Any) -> str | None:
        """One `POST`; returns the provider's id of the message.

        Args:
            read_code: finds the provider's error code in a refusal.
            read_id: finds the id in an answer; an answer in which it fails makes the outcome uncertain.

        Raises:
            TryLater, SendUncertain, SendRefused, ParentUnreachable.
        """
        try:
            answer = await self._client.post(path, **body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise TryLater("no_connection") from None
        except httpx.HTTPError:
            raise SendUncertain("no_answer") from None
        if answer.status_code >= 300:
            raise self._as_ours(answer, read_code)
        try:
            found = read_id(answer.json())
        except (ValueError, KeyError, IndexError, TypeError, AttributeError):
            raise SendUncertain("no_sense") from None
        return None if found is None else str(found)

    def _as_ours(self, answer: httpx.Response, read_code: Callable[[Any], Any]) -> SendError:
        """What an error means for sending again."""
        try:
            code = int(read_code(answer.json()))
        except (ValueError, KeyError, TypeError, AttributeError):
            code = 0
        is_too_fast = answer.status_code == 429 or code in self.codes.too_fast
        if is_too_fast or code in self.codes.try_later:
            after = answer.headers.get("retry-after", "")
            return TryLater(f"code_{code or 429}", float(after) if after.isdigit() else None, is_too_fast=is_too_fast)
        if code == self.codes.window_closed:
            return WindowClosed(WINDOW_CLOSED)
        if code in self.codes.unreachable:
            return ParentUnreachable("gone")
        if answer.status_code == 504:
            return SendUncertain("no_answer")
        if answer.status_code >= 500 or answer.status_code in (401, 403):
            return TryLater(f"status_{answer.status_code}")
        return SendRefused(f"code_{code or answer.status_code}")

    def _report(self, report: Report) -> None:
        """Record what became of a message; whoever cannot be reached is marked so.

        Raises:
            StoreUnavailable: nothing was recorded.
        """
        house = self._house
        key = house.sealer.pseudonym("whatsapp message", report.message_id)
        with house.database.session() as session:
            about = read_reference(session, house.sealer, report.reference)
            sender = outbox_store.report(session, report.status, house.clock.now(), key, about, self.codes.problem(report.code))
            if sender and report.code in self.codes.unreachable:
                address_store.set_unreachable(session, sender, "gone")
            if sender and report.code == self.codes.window_closed and self.window_hours is not None:
                address_store.close_window(session, sender, house.clock.now(), self.window_hours)

    def _words(self, key: str, language: str) -> str:
        return self._house.catalogue.text(key, language, self._house.facts(language))


def busy() -> HTTPResponse:
    """Asks the provider to deliver again."""
    return response.json({"error": "busy"}, status=503, headers={"Retry-After": "5"})
