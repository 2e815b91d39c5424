"""What a parent is shown."""

from __future__ import annotations

from dataclasses import dataclass

from bot.base.languages import Direction


@dataclass(frozen=True)
class Button:
    """A choice below a reply.

    Attributes:
        title: what the parent reads, in their language; at most 40 characters.
        payload: what pressing it means, inside; never shown, never sent out.
    """

    title: str
    payload: str


@dataclass(frozen=True)
class Reply:
    """One bubble.

    Attributes:
        language: BCP-47 code of the words.
        asks_for: `phone` or `place` where the reply asks for one, so that a channel can offer its own way to share it.
    """

    text: str
    language: str
    direction: Direction
    buttons: tuple[Button, ...] = ()
    asks_for: str | None = None
