"""What a webhook of WhatsApp means. Knows the wire format alone: developers.facebook.com, WhatsApp webhooks reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.channels.pin import pin
from bot.channels.reading import UNREADABLE, instant
from bot.channels.whatsapp_provider import Report
from bot.delivery.model import Arrived

_IGNORED = frozenset({"system", "reaction", "request_welcome", "ephemeral"})
_STATUSES = frozenset({"sent", "delivered", "read", "failed"})


def read_posts(body: Mapping[str, Any]) -> Iterator[Arrived | Report | None]:
    """Every message and report of a post, each on its own; None for one that cannot be read.

    Raises:
        one of UNREADABLE: the post as a whole is none of WhatsApp's.
    """
    for entry in body["entry"]:
        for change in entry["changes"]:
            value = change["value"]
            contacts = value.get("contacts") or ()
            for message in value.get("messages") or ():
                if message.get("type") not in _IGNORED:
                    yield _safely(lambda m=message, c=contacts: _message(m, c))
            for status in value.get("statuses") or ():
                yield _safely(lambda s=status: _report(s))


def _safely(read: Any) -> Any:
    try:
        return read()
    except UNREADABLE:
        return None


def _message(message: Mapping[str, Any], contacts: Any) -> Arrived:
    phone, user_id = _who(message, contacts)
    address = user_id or phone
    if not address:
        raise KeyError("from")
    known_as = phone if user_id and phone else None
    at = instant(message["timestamp"])
    own = str(message["id"])
    kind = message.get("type")
    values: dict[str, Any]
    if kind == "revoke":
        values = {"kind": "withdrawn", "withdraws": str(message["revoke"]["original_message_id"])}
    elif kind == "edit":
        inner = message["edit"]["message"]
        values = _content(inner) | {"corrects": str(message["edit"]["original_message_id"])}
    else:
        values = _content(message)
    return Arrived("whatsapp", own, address, sent_at=at, known_as=known_as, notice={"id": own}, **values)


def _who(message: Mapping[str, Any], contacts: Any) -> tuple[str | None, str | None]:
    """Telephone number and business-scoped user id; people can hide their number, so they are known by the id where there is one."""
    phone = str(message["from"]) if message.get("from") else None
    user_id = message.get("from_user_id") or message.get("user_id")
    for contact in contacts:
        if len(contacts) == 1 or (phone and contact.get("wa_id") == phone) or (user_id and contact.get("user_id") == user_id):
            phone = phone or (str(contact["wa_id"]) if contact.get("wa_id") else None)
            user_id = user_id or contact.get("user_id")
    return phone, str(user_id) if user_id else None


def _content(message: Mapping[str, Any]) -> dict[str, Any]:
    kind = message.get("type")
    if kind == "text":
        return {"kind": "text", "text": str(message["text"]["body"])}
    if kind == "interactive":
        pressed = message["interactive"].get("button_reply") or message["interactive"].get("list_reply")
        # The answer to a form or to anything else that we have not sent is no press; it is answered like a picture.
        return {"kind": "press", "press": str(pressed["id"])} if pressed else {"kind": "not_text"}
    if kind == "button":
        return {"kind": "text", "text": str(message["button"].get("text") or message["button"]["payload"])}
    if kind == "location":
        put = message["location"]
        return {"kind": "place", "place": pin(put["latitude"], put["longitude"])}
    if kind == "contacts":
        phones = [phone for contact in message["contacts"] for phone in contact.get("phones") or ()]
        return {"kind": "text", "text": str(phones[0]["phone"])} if phones else {"kind": "not_text"}
    caption = (message.get(str(kind)) or {}).get("caption") if kind in ("image", "video", "document") else None
    return {"kind": "text", "text": str(caption)} if caption else {"kind": "not_text"}


def _report(status: Mapping[str, Any]) -> Report | None:
    if status["status"] not in _STATUSES:
        return None
    errors = status.get("errors") or ()
    reference = status.get("biz_opaque_callback_data")
    return Report(
        str(status["id"]), str(status["status"]), str(reference) if reference else None, int(errors[0]["code"]) if errors else None
    )
