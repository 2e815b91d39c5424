"""What an update of Telegram means. Knows the wire format alone: `Update` of core.telegram.org/bots/api."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.base.languages import Languages
from bot.channels.pin import pin
from bot.channels.reading import instant
from bot.delivery.model import Arrived

COMMANDS = ("start", "help", "language", "stop", "forget")
_COMMAND = re.compile(r"/([a-z]+)(?:@\w+)?(?:\s+(\S{1,40}))?\s*")
_AREA = re.compile(r"[a-z][a-z_-]{0,39}")
_SERVICE = frozenset(
    {
        "chat_background_set", "chat_owner_changed", "chat_owner_left", "chat_shared", "checklist_tasks_added",
        "checklist_tasks_done", "connected_website", "delete_chat_photo", "direct_message_price_changed", "forum_topic_closed",
        "forum_topic_created", "forum_topic_edited", "forum_topic_reopened", "general_forum_topic_hidden",
        "general_forum_topic_unhidden", "gift", "gift_upgrade_sent", "giveaway_completed", "giveaway_created", "left_chat_member",
        "managed_bot_created", "message_auto_delete_timer_changed", "new_chat_members", "new_chat_photo", "new_chat_title",
        "paid_message_price_changed", "pinned_message", "poll_option_added", "poll_option_deleted", "proximity_alert_triggered",
        "refunded_payment", "suggested_post_approval_failed", "suggested_post_approved", "suggested_post_declined",
        "suggested_post_paid", "suggested_post_refunded", "unique_gift", "users_shared", "video_chat_ended",
        "video_chat_participants_invited", "video_chat_scheduled", "video_chat_started", "web_app_data", "write_access_allowed",
    }
)  # fmt: skip
"""What Telegram itself notes in a chat: nobody has written anything. Source: core.telegram.org/bots/api#message."""
_SAME_LANGUAGE = {"ku": "ckb"}
"""Telegram knows two-letter codes only."""


@dataclass(frozen=True)
class OtherChat:
    """Something in a group or channel, where the assistant does not work."""

    chat_id: int
    language: str | None


@dataclass(frozen=True)
class Reachable:
    """The parent has blocked the bot, or unblocked it."""

    address: str
    is_blocked: bool


Read = Arrived | OtherChat | Reachable | None


def read_update(update: Mapping[str, Any], languages: Languages) -> Read:
    """A message, a press, a block, a group; None for what means nothing here.

    Raises:
        one of UNREADABLE: the update lacks what Telegram always sends.
    """
    if "callback_query" in update:
        return _press(update["callback_query"], languages)
    if "my_chat_member" in update:
        return _membership(update["my_chat_member"], languages)
    message = update.get("message") or update.get("edited_message")
    if not message:
        return None
    who: Mapping[str, Any] = message.get("from") or {}
    if message["chat"]["type"] != "private":
        return OtherChat(int(message["chat"]["id"]), _language(who, languages))
    is_edit = "edited_message" in update
    # A shared location that moves is edited with every step: where it was first is where the parent asked from.
    if who.get("is_bot") or _is_note(message) or (is_edit and message.get("location")):
        return None
    return _message(message, is_edit, languages)


def _is_note(message: Mapping[str, Any]) -> bool:
    """Whether Telegram itself notes something; what is empty counts (`{}`), what is not there does not (`[]`, when polled)."""
    return any(message.get(name) not in (None, False, []) for name in _SERVICE)


def _message(message: Mapping[str, Any], is_edit: bool, languages: Languages) -> Arrived:
    chat, number = int(message["chat"]["id"]), int(message["message_id"])
    at = instant(message.get("edit_date") or message["date"])
    own = f"{chat}:{number}"
    values = _content(message) | {"language": _language(message.get("from") or {}, languages), "order": number}
    if is_edit:
        return Arrived("telegram", f"{own}:{int(message['edit_date'])}", str(chat), sent_at=at, corrects=own, **values)
    if message.get("media_group_id"):
        # Pictures sent together come one by one: those without words are one message, known by the name of the set.
        album = f"{chat}:album:{message['media_group_id']}"
        own, values = (album, values) if values["kind"] == "not_text" else (own, values | {"answers_for": album})
    return Arrived("telegram", own, str(chat), sent_at=at, **values)


def _content(message: Mapping[str, Any]) -> dict[str, Any]:
    text = message.get("text") or message.get("caption")
    if isinstance(text, str):
        return _command(text) or {"kind": "text", "text": text}
    if message.get("location"):
        put = message["location"]
        return {"kind": "place", "place": pin(put["latitude"], put["longitude"])}
    if message.get("contact"):
        # A shared contact is a number in the parent's own words: the open question reads it.
        digits = re.sub(r"\D", "", str(message["contact"]["phone_number"]))
        # Telegram leaves the plus out of what it knows; what stands in the parent's own list of people may begin with 0.
        return {"kind": "text", "text": digits if digits.startswith("0") else f"+{digits}"}
    return {"kind": "not_text"}


def _command(text: str) -> dict[str, Any] | None:
    match = _COMMAND.fullmatch(text.strip().lower())
    if match is None or match.group(1) not in COMMANDS:
        return None
    name, argument = match.group(1), match.group(2)
    found: dict[str, Any] = {"kind": "command", "command": name, "text": text}
    if name == "start" and argument and _AREA.fullmatch(argument):
        found["area"] = argument
    if name == "language" and argument:
        found["choose_language"] = argument
    return found


def _press(query: Mapping[str, Any], languages: Languages) -> Arrived | None:
    message = query.get("message") or {}
    chat = message.get("chat") or {"id": query["from"]["id"], "type": "private"}
    if chat["type"] != "private":
        return None
    notice = {"query": str(query["id"]), "message": message.get("message_id"), "keyboard": _keyboard(message)}
    # Telegram does not say when a button was pressed, only when the message that carries it was sent.
    at = instant(message.get("date") or 0)
    return Arrived(
        "telegram", f"press:{query['id']}", str(chat["id"]), "press", at, press=str(query.get("data") or ""), is_at_least=True,
        order=int(message.get("message_id") or 0), language=_language(query.get("from") or {}, languages), notice=notice,
    )  # fmt: skip


def _keyboard(message: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = (message.get("reply_markup") or {}).get("inline_keyboard") or ()
    return [(str(button.get("text") or ""), str(button.get("callback_data") or "")) for row in rows for button in row]


def _membership(change: Mapping[str, Any], languages: Languages) -> Read:
    status = change["new_chat_member"]["status"]
    chat = change["chat"]
    if chat["type"] == "private":
        return Reachable(str(chat["id"]), status in ("kicked", "left"))
    return OtherChat(int(chat["id"]), _language(change.get("from") or {}, languages)) if status in ("member", "administrator") else None


def _language(who: Mapping[str, Any], languages: Languages) -> str | None:
    code = str(who.get("language_code") or "").split("-")[0]
    code = _SAME_LANGUAGE.get(code, code)
    return code if code in languages and languages.get(code).stage != "draft" else None
