"""What an action sees of a turn, and how it speaks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.base.languages import Language
from bot.flows.answer_words import AnswerWords
from bot.flows.areas import Area
from bot.flows.check_words import CheckWords
from bot.flows.house import House
from bot.replies.model import Button, Reply


class Turn:
    """One message of a parent and the replies to it.

    Attributes:
        intent: the best of the contract's intents, or a plumbing one.
        text: the parent's words, already without numbers that are not ours to keep.
        also: intents of a second request in the same message, as long as it has not been answered.
    """

    def __init__(self, house: House, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        self.house = house
        self._dispatcher = dispatcher
        self._tracker = tracker
        message: Mapping[str, Any] = tracker.latest_message or {}
        self.metadata: Mapping[str, Any] = message.get("metadata") or {}
        self.intent: str = (message.get("intent") or {}).get("name") or ""
        self.text: str = message.get("text") or ""
        self._entities: list[Mapping[str, Any]] = list(message.get("entities") or ())
        self.also: list[str] = list(self.metadata.get("also") or ())
        self.said = 0

    @property
    def facts(self) -> Mapping[str, str]:
        """Values that may be stated today, lengths of time in the parent's language."""
        return self.house.facts(self.language.code)

    @property
    def sender(self) -> str:
        """The parent's pseudonym."""
        return str(self._tracker.sender_id)

    @property
    def language(self) -> Language:
        """The language in which to answer."""
        code = self.value("chat_language") or self.metadata.get("language") or self.slot("language")
        return self.house.languages.get(code)

    @property
    def check_words(self) -> CheckWords:
        """The words by which typed answers about Healthy Start are read in the chat's language; Roman Urdu is Urdu."""
        known = self.house.check_words
        return known.get(self.language.code.split("-", maxsplit=1)[0]) or known["en"]

    @property
    def answer_words(self) -> AnswerWords:
        """Those of them that other questions are read by too."""
        return self.check_words.answers

    @property
    def area(self) -> Area:
        """The area whose services are meant."""
        return self.house.area(self.slot("area") or self.metadata.get("area"))

    def slot(self, name: str) -> Any:
        """A remembered value, or None."""
        return self._tracker.get_slot(name)

    def value(self, entity: str) -> Any:
        """The first value of a kind in this message, or None."""
        return next((e.get("value") for e in self._entities if e.get("entity") == entity), None)

    def values(self, entity: str) -> list[Any]:
        """All values of a kind in this message, in order."""
        return [e.get("value") for e in self._entities if e.get("entity") == entity]

    def sources_of_last_replies(self) -> list[Mapping[str, Any]]:
        """Of the bubbles between the parent's last two messages, in order."""
        found: list[Mapping[str, Any]] = []
        messages = 0
        for event in reversed(self._tracker.events):
            messages += event.get("event") == "user"
            if messages > 1:
                break
            if messages == 1 and event.get("event") == "bot":
                found.insert(0, (event.get("data") or {}).get("custom") or {})
        return found

    @property
    def is_plain(self) -> bool:
        """Whether nothing about it was guessed: a press, or a yes, no, “maybe” or “stop” in so many words."""
        return bool(self.metadata.get("plain"))

    @property
    def open_questions(self) -> str | None:
        """The name of the series of questions that is under way, or None."""
        return (self._tracker.active_loop or {}).get("name")

    def words(self, key: str, **values: object) -> str:
        """A short sentence in the parent's language."""
        return self.house.catalogue.text(key, self.language.code, self.facts, **values)

    def button(self, key: str, intent: str, choice: object = None, **values: object) -> Button:
        """A button whose title is a short sentence and which stands for an intent."""
        return self.titled(self.words(key, **values), intent, choice)

    def titled(self, title: str, intent: str, choice: object = None) -> Button:
        """A button with a title of its own, for names that have no translation."""
        return Button(title, json.dumps({"intent": intent, "choice": choice}, ensure_ascii=False))

    def say(self, key: str, buttons: Iterable[Button] = (), **values: object) -> None:
        """One bubble from the catalogue; nothing when all it says rests on overdue facts."""
        reply = self.house.catalogue.reply(key, self.language.code, self.facts, **values)
        self.show(reply, buttons, {"key": key, "values": {name: str(value) for name, value in values.items()}})

    def show(self, reply: Reply, buttons: Iterable[Button] = (), source: Mapping[str, object] | None = None) -> None:
        """One bubble with ready words.

        Args:
            source: key and values, or topic, from which the English can be made again.
        """
        if not reply.text:
            return
        self.said += 1
        self._dispatcher.utter_message(
            text=reply.text,
            buttons=[{"title": b.title, "payload": b.payload} for b in (*reply.buttons, *buttons)],
            json_message={"language": reply.language, **(source or {})},
        )
