"""Which button a press means. What a button does stays on this side; outside it is an opaque id."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.base.text import ascii_digits, fold, words
from bot.replies.model import Button


def offered_buttons(tracker: DialogueStateTracker) -> list[Button]:
    """Buttons of the remembered turns, those of the latest reply first, each reply's in their order."""
    bubbles = [event.data.get("buttons") or () for event in tracker.events if isinstance(event, BotUttered)]
    return [Button(b["title"], b["payload"]) for bubble in reversed(bubbles) for b in bubble]


def latest_buttons(tracker: DialogueStateTracker) -> list[Button]:
    """Buttons of the last turn, as they stand on the screen from top to bottom."""
    latest: list[Button] = []
    for event in tracker.events:
        if isinstance(event, UserUttered):
            latest = []
        elif isinstance(event, BotUttered):
            latest += [Button(b["title"], b["payload"]) for b in event.data.get("buttons") or ()]
    return latest


def standing_buttons(keys: Iterable[str]) -> list[Button]:
    """A button for every intent that has a title, with an id but without a title of its own."""
    intents = [key.removeprefix("utter_button_") for key in keys if key.startswith("utter_button_")]
    return [Button("", json.dumps({"intent": intent, "choice": None})) for intent in intents]


def pressed_button(press: str, offered: Sequence[Button], latest: Sequence[Button], id_of: Callable[[str], str]) -> Button | None:
    """The button that was pressed, or None when no such button was offered.

    Args:
        press: an opaque id, a title, or the number of a button of the last turn (1 = first).
        offered: the latest first, see `offered_buttons`; `latest`: see `latest_buttons`.
    """
    wanted = press.strip()
    for button in offered:
        if wanted == id_of(button.payload) or (button.title and fold(wanted) == fold(button.title)):
            return button
    digits = ascii_digits(wanted)
    if digits.isdecimal() and len(digits) < 4 and 1 <= int(digits) <= len(latest):
        return latest[int(digits) - 1]
    return None


def typed_button(text: str, latest: Sequence[Button]) -> Button | None:
    """The button of the last turn whose title a message is, whatever its capitals and punctuation; the lowest of several."""
    said = words(text)
    return next((button for button in reversed(latest) if said and words(button.title) == said), None)


def meaning(button: Button) -> dict[str, Any]:
    """`{"intent": …, "choice": …}`."""
    payload: dict[str, Any] = json.loads(button.payload)
    return payload
