"""What comes in from a channel, and what goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.base.text import strip_marks
from bot.flows.look_at import Seen
from bot.replies.model import Reply


@dataclass(frozen=True)
class Inbound:
    """One message or one press.

    Attributes:
        sender: the pseudonym.
        press: id, title or number of a button; text is then empty.
        kind: what a channel received: words, or something that cannot be read.
        area, language: as the page or the caller says; both may be None.
        choose_language: a code picked from a menu of languages.
        command: start, help, language, stop or forget; what a channel's own menu offers.
        seen: what was found in the words before they were stored; None when nobody has looked yet.
        danger_said: the reply to danger has gone out already.
        message_id: under which the conversation's memory keeps the words, so that they can be taken back.
    """

    sender: str
    text: str = ""
    press: str | None = None
    kind: Literal["text", "not_text"] = "text"
    area: str | None = None
    language: str | None = None
    choose_language: str | None = None
    command: str | None = None
    seen: Seen | None = None
    danger_said: bool = False
    message_id: str | None = None


@dataclass(frozen=True)
class Outbound:
    """All replies of a turn.

    Attributes:
        said: the parent's words as they may be stored.
        button_ids: opaque ids, per reply, in the order of its buttons.
    """

    language: str
    said: str
    replies: tuple[Reply, ...]
    button_ids: tuple[tuple[str, ...], ...] = ()
    forget: bool = False

    def as_json(self) -> list[dict[str, Any]]:
        """The replies as `talk` and `/chat/turn` give them."""
        return [
            {"text": r.text, "buttons": [b.title for b in r.buttons], "button_ids": list(ids), "dir": r.direction, "lang": r.language}
            for r, ids in zip(self.replies, self.button_ids or ((),) * len(self.replies))
        ]


@dataclass(frozen=True)
class Answered:
    """A turn as it was stored.

    Attributes:
        turn: its number; 0 when it left nothing behind.
        replies: as `Outbound.as_json` gives them.
        forgotten: everything before this turn is deleted.
    """

    turn: int
    language: str
    said: str
    replies: Sequence[Mapping[str, Any]]
    forgotten: bool = False


def plain(text: str) -> str:
    """Without direction marks, for terminals."""
    return strip_marks(text)
