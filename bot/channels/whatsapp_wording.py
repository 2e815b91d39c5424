"""Replies within WhatsApp's limits, and the JSON that the Cloud API takes.

Source: developers.facebook.com/docs/whatsapp/cloud-api, reply buttons and interactive lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.channels.wording import Words, choices_of, ids_or_none, in_parts, with_numbers
from bot.delivery.model import Choice, Outgoing
from bot.delivery.parts import split
from bot.replies.model import Reply

LONGEST_TEXT = 3500
LONGEST_BODY = 1000
MOST_BUTTONS, LONGEST_BUTTON = 3, 20
MOST_ROWS, LONGEST_ROW, LONGEST_DESCRIPTION = 10, 24, 72
LONGEST_LIST_BUTTON = 20


def render(
    replies: Sequence[Reply],
    button_ids: Sequence[Sequence[str]],
    words: Words,
    *,
    always_numbered: bool = False,
    longest: int = LONGEST_TEXT,
) -> list[Outgoing]:
    """Up to three short buttons, a list of up to ten, or numbers in the text that run through all replies of a turn.

    Args:
        longest: of a message that is text alone.
    """
    messages: list[Outgoing] = []
    number = 1
    total = sum(len(reply.buttons) for reply in replies)
    too_many = any(len(reply.buttons) > MOST_ROWS for reply in replies)
    for reply, ids in zip(replies, ids_or_none(replies, button_ids)):
        choices = choices_of(reply, ids)
        if not choices:
            messages += in_parts(reply, longest)
        elif too_many or always_numbered:
            listed = _numbered(reply, choices, number, words, is_last=number + len(choices) > total)
            messages += [replace(part, numbered=True, asks_for=None) for part in in_parts(listed, longest)]
        else:
            messages += _with_choices(reply, choices, words)
        number += len(choices)
    return messages


def _numbered(reply: Reply, choices: Sequence[Choice], first: int, words: Words, is_last: bool) -> Reply:
    ending = f"\n{words('utter_list_write_number', reply.language)}" if is_last else ""
    return replace(reply, text=with_numbers(reply.text, choices, first, reply.direction) + ending)


def _with_choices(reply: Reply, choices: tuple[Choice, ...], words: Words) -> list[Outgoing]:
    parts = in_parts(replace(reply, asks_for=None), LONGEST_BODY)
    if len(parts) > 1:
        # A long text is one bubble, and what is to be chosen stands in a short one below it.
        long = in_parts(replace(reply, asks_for=None), LONGEST_TEXT)
        return [*long, Outgoing(words("utter_list_please_choose", reply.language), reply.language, reply.direction, choices)]
    return [replace(parts[0], choices=choices)] if parts else []


def payload_of(message: Outgoing, words: Words) -> dict[str, Any]:
    """The body of a call, without whom it is for."""
    body: dict[str, Any] = {"messaging_product": "whatsapp"}
    if message.template:
        return body | {"type": "template", "template": {"name": message.template, "language": {"code": message.template_language}}}
    if message.asks_for == "place":
        ask = {
            "type": "location_request_message",
            "body": {"text": split(message.text, LONGEST_BODY)[0]},
            "action": {"name": "send_location"},
        }
        return body | {"type": "interactive", "interactive": ask}
    if not message.choices:
        return body | {"type": "text", "text": {"body": message.text, "preview_url": False}}
    titles = [choice.title for choice in message.choices]
    if len(titles) <= MOST_BUTTONS and all(len(title) <= LONGEST_BUTTON for title in titles) and len(set(titles)) == len(titles):
        buttons = [{"type": "reply", "reply": {"id": c.id, "title": c.title}} for c in message.choices]
        return body | {
            "type": "interactive", "interactive": {"type": "button", "body": {"text": message.text}, "action": {"buttons": buttons}},
        }  # fmt: skip
    action = {"button": words("utter_list_choose", message.language)[:LONGEST_LIST_BUTTON], "sections": [{"rows": _rows(message.choices)}]}
    return body | {"type": "interactive", "interactive": {"type": "list", "body": {"text": message.text}, "action": action}}


def _rows(choices: Sequence[Choice]) -> list[dict[str, str]]:
    """Rows of a list; a title that is too long is cut, and stands in full below."""
    rows: list[dict[str, str]] = []
    for choice in choices:
        title = choice.title if len(choice.title) <= LONGEST_ROW else f"{choice.title[: LONGEST_ROW - 1].rstrip()}…"
        row = {"id": choice.id, "title": title}
        if title != choice.title:
            row["description"] = choice.title[:LONGEST_DESCRIPTION]
        rows.append(row)
    return rows
