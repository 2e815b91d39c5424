"""Telegram, through python-telegram-bot: the only place that knows it.

Polling when there is a token alone, a webhook when there is a secret as well.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx
from sanic import Request, Sanic, response
from sanic.response import HTTPResponse
from telegram import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

from bot.base.errors import Overloaded, ParentUnreachable, SendError, SendRefused, SendUncertain, StoreUnavailable, TryLater
from bot.base.outside_json import read_json
from bot.base.settings import TelegramSettings
from bot.channels.port import Accept, Run
from bot.channels.reading import UNREADABLE
from bot.channels.telegram_reading import COMMANDS, OtherChat, Reachable, read_update
from bot.channels.wording import choices_of, ids_or_none, in_parts
from bot.delivery import address_store
from bot.delivery.model import Arrived, Outgoing, Pace
from bot.flows.house import House
from bot.replies.model import Reply

logger = logging.getLogger(__name__)

LONGEST = 3500
"""Telegram takes 4096 UTF-16 units a message; the rest is for marks and translations. Source: core.telegram.org/bots/api#sendmessage."""
# The library would rather read updates itself; see `TelegramChannel._updates`.
warnings.filterwarnings("ignore", message=".*getUpdates", category=PTBUserWarning)

UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
_POLL_S = 25
_PAUSE_S = 5.0
_TELEGRAM_CODES = {"ckb": "ku"}


class TelegramChannel:
    """Both ways of the Telegram channel."""

    name = "telegram"
    pace = Pace(per_second=30, burst=5, one_in_s=1.0)
    window_hours: float | None = None
    always_numbered = False

    def __init__(self, settings: TelegramSettings, house: House) -> None:
        self._settings, self._house = settings, house
        self._requests = (HTTPXRequest(read_timeout=_POLL_S + 10), HTTPXRequest(40, read_timeout=10, connect_timeout=3, pool_timeout=10))
        # Never asked who it is at the start: without a network the service has to start all the same.
        self._bot: ExtBot[None] = ExtBot(
            settings.token, base_url=f"{settings.api_url}/bot", get_updates_request=self._requests[0], request=self._requests[1]
        )

    async def open(self) -> None:
        """Make the connections' pools."""
        for request in self._requests:
            await request.initialize()

    async def close(self) -> None:
        """Give them back."""
        for request in self._requests:
            await request.shutdown()

    def render(self, replies: Sequence[Reply], button_ids: Sequence[Sequence[str]] = ()) -> list[Outgoing]:
        """Parts of at most 3500 units; buttons below the last part of each reply."""
        messages: list[Outgoing] = []
        for reply, ids in zip(replies, ids_or_none(replies, button_ids)):
            parts = in_parts(reply, LONGEST)
            if parts and reply.buttons:
                parts[-1] = replace(parts[-1], choices=choices_of(reply, ids))
            messages += parts
        return messages

    def outside_window(self, purpose: str, language: str) -> Outgoing | None:
        """Telegram has no such window."""
        return None

    async def send(self, address: str, message: Outgoing, reference: str) -> str | None:
        """One `sendMessage`."""
        try:
            sent = await self._bot.send_message(
                int(address), message.text, reply_markup=self._markup(message), link_preview_options=LinkPreviewOptions(is_disabled=True)
            )
        except TelegramError as error:
            raise _as_ours(error) from None
        return f"{address}:{sent.message_id}"

    def _markup(self, message: Outgoing) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
        if message.asks_for:
            # Only a key in place of the phone's keyboard can share something, and a message has one kind of keys:
            # what else can be chosen stands below it, and arrives as its title, written out.
            title = self._words(f"utter_button_share_{message.asks_for}", message.language)
            key = KeyboardButton(title, request_contact=message.asks_for == "phone", request_location=message.asks_for == "place")
            rows = [[key], *([KeyboardButton(choice.title)] for choice in message.choices)]
            return ReplyKeyboardMarkup(rows, resize_keyboard=True, one_time_keyboard=True)
        if message.choices:
            return InlineKeyboardMarkup([[InlineKeyboardButton(c.title, callback_data=c.id)] for c in message.choices])
        return None

    async def noticed(self, arrived: Arrived) -> None:
        """“typing …”, or the press answered and the pressed button marked where it stands."""
        try:
            if arrived.notice is None:
                await self._bot.send_chat_action(int(arrived.address), "typing")
                return
            await self._bot.answer_callback_query(arrived.notice["query"])
            chosen = [(title, data) for title, data in arrived.notice["keyboard"] if data == arrived.press and not title.startswith("✓")]
            if chosen and arrived.notice["message"]:
                mark = InlineKeyboardMarkup([[InlineKeyboardButton(f"✓ {chosen[0][0]}", callback_data=chosen[0][1])]])
                await self._bot.edit_message_reply_markup(int(arrived.address), int(arrived.notice["message"]), reply_markup=mark)
        except TelegramError as error:
            raise SendRefused(type(error).__name__) from None

    def add_to(self, app: Sanic, accept: Accept, run: Run) -> None:
        """The webhook, or the loop that asks for messages."""
        if self._settings.webhook_secret:

            async def webhook(request: Request) -> HTTPResponse:
                return self._webhook(request, accept, run)

            app.add_route(webhook, "/webhooks/telegram/webhook", methods=["POST"], name="telegram_webhook")
        else:
            app.register_listener(lambda _app, _loop: run(self._poll(accept, run)), "after_server_start")

    def _webhook(self, request: Request, accept: Accept, run: Run) -> HTTPResponse:
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(given.encode(), self._settings.webhook_secret.encode()):
            return response.json({"error": "wrong secret"}, status=403)
        try:
            self.handle(read_json(request.body), accept, run)
        except (StoreUnavailable, Overloaded):
            # Telegram delivers it again.
            return response.json({"error": "busy"}, status=503, headers={"Retry-After": "5"})
        except UNREADABLE as error:
            logger.warning("an update could not be read: %s", type(error).__name__)
            return response.json({"error": "not an update"}, status=400)
        return response.json({})

    def handle(self, update: Any, accept: Accept, run: Run) -> None:
        """Take in one update.

        Raises:
            StoreUnavailable, Overloaded: to be delivered again.
            one of UNREADABLE: not an update.
        """
        read = read_update(update, self._house.languages)
        if isinstance(read, Arrived):
            accept(read)
        elif isinstance(read, OtherChat):
            run(self._decline(read))
        elif isinstance(read, Reachable):
            sender = self._house.sealer.pseudonym(self.name, read.address)
            with self._house.database.session() as session:
                address_store.set_unreachable(session, sender, "blocked" if read.is_blocked else None)

    async def _decline(self, chat: OtherChat) -> None:
        """Say once that the assistant works in private chats only, and leave."""
        try:
            await self._bot.send_message(chat.chat_id, self._words("utter_no_groups", chat.language or "en"))
            await self._bot.leave_chat(chat.chat_id)
        except TelegramError as error:
            logger.info("a group could not be left: %s", type(error).__name__)

    async def _poll(self, accept: Accept, run: Run) -> None:
        offset: int | None = None
        is_ready = False
        while True:
            try:
                if not is_ready:
                    await self._bot.delete_webhook()
                    await self.register_menu()
                    is_ready = True
                for update in await self._updates(offset):
                    self._handle_polled(update, accept, run)
                    offset = int(update["update_id"]) + 1
            except Conflict:
                logger.error("another process asks Telegram for messages with the same token, or a webhook is set: one only")
                await asyncio.sleep(_PAUSE_S)
            except InvalidToken:
                logger.error("Telegram does not know TELEGRAM_BOT_TOKEN: copy the token from @BotFather into .env and start again")
                await asyncio.sleep(_PAUSE_S)
            except Exception as error:  # noqa: BLE001 - nobody would hear of messages any more if the asking ended
                logger.warning("Telegram is asked again in %.0f s: %s", _PAUSE_S, type(error).__name__)
                await asyncio.sleep(_PAUSE_S)

    async def _updates(self, offset: int | None) -> list[dict[str, Any]]:
        """What has come, as the webhook gets it: the library would refuse all of it for one update that it cannot read."""
        asked: dict[str, Any] = {"timeout": _POLL_S, "allowed_updates": list(UPDATES)} | ({} if offset is None else {"offset": offset})
        return list(await self._bot.do_api_request("getUpdates", asked))

    def _handle_polled(self, update: dict[str, Any], accept: Accept, run: Run) -> None:
        try:
            self.handle(update, accept, run)
        except (StoreUnavailable, Overloaded):
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one, all others stand behind it
            logger.warning("an update could not be read: %s", type(error).__name__)

    async def register_menu(self) -> None:
        """The commands in Telegram's menu, in each language that Telegram has a code for."""
        for language in self._house.languages.offered():
            code = _TELEGRAM_CODES.get(language.code, language.code)
            if len(code) == 2:
                commands = [BotCommand(name, self._words(f"utter_command_{name}", language.code)) for name in COMMANDS]
                await self._bot.set_my_commands(commands, language_code=None if code == "en" else code)

    async def set_webhook(self, public_url: str) -> str:
        """Tell Telegram where to deliver, and write the menu; returns the address.

        Raises:
            SendError: Telegram refuses, or cannot be reached.
        """
        url = f"{public_url}/webhooks/telegram/webhook"
        try:
            await self._bot.set_webhook(url, secret_token=self._settings.webhook_secret, allowed_updates=UPDATES, max_connections=10)
            await self.register_menu()
        except TelegramError as error:
            raise SendRefused(f"Telegram answers: {error.message}") from None
        return url

    def _words(self, key: str, language: str) -> str:
        return self._house.catalogue.text(key, language, self._house.facts(language))


def _as_ours(error: TelegramError) -> SendError:
    """What a failure means for sending again."""
    if isinstance(error, RetryAfter):
        asked: Any = error.retry_after
        return TryLater("429", float(asked.total_seconds() if hasattr(asked, "total_seconds") else asked), is_too_fast=True)
    if isinstance(error, Forbidden):
        return ParentUnreachable("gone" if "deactivated" in error.message else "blocked")
    if isinstance(error, BadRequest):
        return ParentUnreachable("gone") if "chat not found" in error.message.lower() else SendRefused("bad_request")
    if isinstance(error, (InvalidToken, Conflict)):
        return TryLater("token")
    if isinstance(error, NetworkError):
        return _network(error)
    return SendUncertain("no_sense")


def _network(error: NetworkError) -> SendError:
    cause = error.__cause__
    if isinstance(cause, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)):
        return TryLater("no_connection")
    if isinstance(error, TimedOut) or isinstance(cause, httpx.HTTPError) or "gateway time" in error.message.lower():
        # On its way when the line broke: it may have arrived.
        return SendUncertain("no_answer")
    return TryLater("server_error")
