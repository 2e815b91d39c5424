"""Replies within a channel's limits: long texts in parts, lines that begin on the right side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.base.text import RLM
from bot.delivery.model import Choice, Outgoing
from bot.delivery.parts import split
from bot.replies.fill import start_right_to_left
from bot.replies.model import Reply


def towards(text: str, direction: str) -> str:
    """With a mark before each line of a right-to-left text that would begin on the left."""
    if direction != "rtl":
        return text
    return "\n".join(line if line.startswith(RLM) else start_right_to_left(line) for line in text.split("\n"))


def choices_of(reply: Reply, ids: Sequence[str]) -> tuple[Choice, ...]:
    """Buttons with opaque ids."""
    return tuple(Choice(one, button.title) for one, button in zip(ids, reply.buttons))


def in_parts(reply: Reply, limit: int) -> list[Outgoing]:
    """The text alone; what the reply asks for stands on the last part."""
    texts = split(towards(reply.text, reply.direction), limit)
    last = len(texts) - 1
    return [Outgoing(t, reply.language, reply.direction, asks_for=reply.asks_for if at == last else None) for at, t in enumerate(texts)]


def with_numbers(text: str, choices: Sequence[Choice], first: int, direction: str) -> str:
    """Choices in the text, for channels or lists that have no room for buttons: a parent answers with a number."""
    lines = [f"{first + at}. {choice.title}" for at, choice in enumerate(choices)]
    return towards("\n".join([text, *lines]), direction)


def ids_or_none(replies: Sequence[Reply], button_ids: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """As many lists of ids as there are replies."""
    return button_ids if len(button_ids) == len(replies) else [()] * len(replies)


Words = Callable[[str, str], str]
"""A sentence by its key and language."""
