"""The path of a message: danger, numbers, language, meaning, conversation, replies.

The order is the point. Danger is judged on the bare text before anything that can fail; numbers
that are not ours to keep are gone before anything is stored; whatever fails afterwards, the parent
gets an answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.trackers import DialogueStateTracker

from bot.base.errors import AlreadyAnswered, StoreUnavailable
from bot.base.sealing import new_reference
from bot.base.text import clean
from bot.flows.answer_danger import danger_replies
from bot.flows.ask_about_call import OpenQuestion, answer_question, open_question, put_waiting
from bot.flows.exchange import Inbound, Outbound
from bot.flows.house import House
from bot.flows.look_at import Confirm, Seen, danger_in, language_of_danger, look_again, look_at
from bot.privacy import store as privacy_store
from bot.replies.model import Button, Reply
from bot.safety.phrases import KINDS
from bot.safety.rules import Danger
from bot.serve.buttons import latest_buttons, meaning, offered_buttons, pressed_button, standing_buttons, typed_button
from bot.serve.collecting import Collecting
from bot.serve.commands import Commands
from bot.serve.context import Understanding, course_of, in_context
from bot.serve.reading import language_so_far, latest_texts, spoke_last_at, understood, why_unreadable
from bot.serve.tracker_store import ConversationStore

logger = logging.getLogger(__name__)

_COMMANDS = {"help": "ask_capabilities", "stop": "stop_messages", "forget": "delete_my_data"}


class Assistant:
    """Answers messages; one at a time for each parent, parents beside each other.

    Args:
        confirm: the second line of danger, None where there is no model: then the lists decide alone.
    """

    def __init__(self, house: House, agent: Agent, store: ConversationStore, commands: Commands, confirm: Confirm | None = None) -> None:
        self.confirm = confirm
        self._house, self._agent, self._store, self._commands = house, agent, store, commands
        self._busy: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def answer(self, inbound: Inbound, finish: Finish | None = None) -> Outbound:
        """All replies to one message; always at least one.

        Args:
            finish: what else is stored, in the same transaction as the conversation: all of a turn is kept or nothing.

        Raises:
            StoreUnavailable: only with `finish`: the turn left no trace and is to be run again.
            AlreadyAnswered: from `finish`; nothing is stored.
        """
        seen = inbound.seen or look_at(inbound.text or inbound.press or "", self._house.phrases, self._house.sealer, self.confirm)
        lock = self._busy[inbound.sender]
        async with lock:
            try:
                outbound = await self._answer(inbound, seen)
                self._store.commit(inbound.sender, (lambda session: finish(session, outbound)) if finish else None)
            except StoreUnavailable as error:
                if finish:
                    raise
                logger.error("the database is away: %s", error)
                outbound = self.without_store(inbound, seen)
            except AlreadyAnswered:
                raise
            except Exception as error:
                code = new_reference()
                logger.error("a turn failed with %s, shown to the parent as %s", type(error).__name__, code, exc_info=_bare(error))
                outbound = self._broken(inbound, seen, code)
                if finish:
                    self._store.let_go(inbound.sender)
                    self._store.commit(inbound.sender, lambda session: finish(session, outbound))
            finally:
                self._store.let_go(inbound.sender)
        if not lock.locked():
            self._busy.pop(inbound.sender, None)
        return outbound

    def unsay(self, session: Any, sender: str, message_id: str) -> None:
        """The parent has deleted a message: its words leave the memory of the conversation; not during a turn of the same parent."""
        self._store.unsay(session, sender, message_id)

    def steers(self, text: str) -> bool:
        """Whether a whole message is a command to the assistant, whoever else is in the chat."""
        return self._commands.intent(text, in_questions=False) in _STEERS

    async def understand(self, text: str, language: str | None = None) -> dict[str, Any]:
        """Language, danger and intent of a text, without a dialogue: what `parse` prints."""
        return await self._parse(text, language, danger_in(text, self._house.phrases, self.confirm))

    async def _parse(self, text: str, language: str | None, danger: Danger | None, *, own_words: bool = False) -> dict[str, Any]:
        """The same where danger has been looked for; `own_words`: as an answer to a question that takes any words."""
        metadata = {"language_so_far": language, "danger": danger.kind if danger else None, "own_words_asked": own_words}
        return await self._agent.processor.parse_message(UserMessage(text, metadata=metadata))  # type: ignore[union-attr, no-any-return]

    async def _answer(self, inbound: Inbound, seen: Seen) -> Outbound:
        danger = seen.danger
        tracker = await self._store.look_at(inbound.sender)
        so_far = language_so_far(tracker) or inbound.language
        if inbound.seen is None:
            seen = look_again(seen, inbound.text or inbound.press or "", self._house.sealer, latest_texts(tracker))
        self._keep_numbers(seen, inbound.sender)
        asked = open_question(self._house, inbound.sender)
        about_call = await self._about_call(inbound, seen.text, asked, tracker, so_far or "en") if asked and not danger else None
        if about_call:
            return about_call
        inbound = self._typed_press(inbound, seen, tracker)
        read = await self._read(inbound, seen, tracker, so_far)
        language = read.language if read.language in self._house.languages else so_far or "en"
        channel = Collecting(self._house)
        before = self._before(inbound, seen, language)
        metadata = {
            "language": language,
            "area": inbound.area,
            "also": list(read.also),
            "guesses": list(read.guesses),
            "unsure": read.unsure,
            "plain": read.plain,
            "danger": danger.kind if danger else None,
            "in_danger": bool(danger) or read.intent in KINDS,
            "unoffered": read.language if read.language != language else None,
        }
        pressed = self._pressed(inbound, tracker)
        said = (seen.text if inbound.press is None else "") or (
            pressed.title if pressed else seen.text or clean(inbound.choose_language or "")
        )
        parse_data = {
            "text": said,
            "intent": {"name": read.intent, "confidence": read.confidence},
            "entities": [dict(entity) for entity in read.entities],
        }
        try:
            await self._agent.processor.handle_message(  # type: ignore[union-attr]
                UserMessage(
                    said,
                    channel,
                    inbound.sender,
                    parse_data=parse_data,
                    metadata=metadata,
                    input_channel="kinline",
                    message_id=inbound.message_id,
                )
            )
        except StoreUnavailable:
            if not danger:
                raise
            logger.error("a danger reply went out, but the turn could not be stored")
        replies = (*before, *channel.replies) or (self._words("utter_sorry_broken", language),)
        # The same tracker that Rasa has worked on: a language chosen in this turn already holds for what is told about it.
        language = tracker.get_slot("language") or language
        if asked and not asked.told and not danger and tracker.active_loop_name is None:
            late = put_waiting(self._house, inbound.sender, asked, language)
            replies += (late,) if late else ()
        return self._out(inbound, language, said, replies)

    def _before(self, inbound: Inbound, seen: Seen, language: str) -> list[Reply]:
        """What is said before the conversation goes on: danger first, then what was refused."""
        before: list[Reply] = []
        if seen.danger and not inbound.danger_said:
            before += danger_replies(self._house.phrases, self._house.languages, seen.danger.kind, language)
        before += [self._words(f"utter_refused_{kind}", language) for kind in seen.refused]
        if seen.too_long:
            before.append(self._words("utter_too_long", language))
        return before

    async def _about_call(
        self, inbound: Inbound, text: str, asked: OpenQuestion, tracker: DialogueStateTracker, language: str
    ) -> Outbound | None:
        """The answer to “did you get the call?”, which stands outside the dialogue; None when the message is something else."""
        if not asked.told:
            return None
        pressed = inbound.press is not None
        if pressed and self._pressed(inbound, tracker):
            return None
        if not pressed and (tracker.active_loop_name is not None or self._has_moved_on(asked, text, tracker)):
            return None
        meaning = await self._bare_answer(text, language) if text and not pressed else None
        answered = answer_question(self._house, inbound.sender, asked, inbound.press or text, language, pressed=pressed, meaning=meaning)
        return self._out(inbound, language, answered.title if pressed else text, answered.replies) if answered else None

    @staticmethod
    def _has_moved_on(asked: OpenQuestion, text: str, tracker: DialogueStateTracker) -> bool:
        """Whether a bare answer is one to an offer, or a number one of a list, that came after the question about a call."""
        spoke = spoke_last_at(tracker) if tracker.get_slot("pending") or text.strip().isdecimal() else None
        return spoke is not None and asked.asked_at < spoke

    async def _bare_answer(self, text: str, language: str) -> str | None:
        """Affirm or deny for a bare yes or no, in signs or in words; None for everything else."""
        meant = self._commands.intent(text, in_questions=False) or (await self._parse(text, language, None))["intent"]["name"]
        return meant if meant in {"affirm", "deny"} else None

    def _out(self, inbound: Inbound, language: str, said: str, replies: tuple[Reply, ...]) -> Outbound:
        ids = tuple(tuple(self._house.sealer.button_id(inbound.sender, b.payload) for b in r.buttons) for r in replies)
        forget = inbound.sender in self._store.forgotten
        self._store.forgotten.discard(inbound.sender)
        return Outbound(language, said, replies, ids, forget)

    async def _read(self, inbound: Inbound, seen: Seen, tracker: DialogueStateTracker, so_far: str | None) -> Understanding:
        """What the message means, by press, command or words."""
        language = so_far or "en"
        if inbound.press is not None:
            button = self._pressed(inbound, tracker)
            if button is None:
                return await self._read(replace(inbound, press=None), seen, tracker, so_far)
            payload = meaning(button)
            chosen = payload.get("choice")
            entities = ({"entity": "choice", "value": chosen},) if chosen is not None else ()
            return Understanding(language, payload["intent"], 1.0, entities, plain=True)
        if inbound.choose_language in self._house.languages:
            return Understanding(language, "change_language", 1.0, ({"entity": "choice", "value": inbound.choose_language},))
        if inbound.command:
            return Understanding(language, self._commanded(inbound.command, tracker), 1.0, (), plain=True)
        text = seen.text
        unreadable = why_unreadable(inbound, seen)
        command = self._commands.intent(text, tracker.active_loop_name is not None) if text and not seen.danger else None
        if unreadable and not command:
            return Understanding(language, "unreadable", 1.0, ({"entity": "choice", "value": unreadable},))
        course = course_of(tracker.active_loop_name, tracker.get_slot)
        if command and (command not in _PLAIN or unreadable):
            read = Understanding(language, command, 1.0, (), plain=True)
        else:
            read = understood(await self._parse(text, so_far, seen.danger, own_words=course.takes_own_words), so_far)
            # What it means is certain, in which language it was said is not.
            read = replace(read.meaning(command), plain=True) if command else read
        read = self._with_names(read, text, tracker.get_slot("area") or inbound.area)
        return in_context(read, text, course)

    def _with_names(self, read: Understanding, text: str, area: str | None) -> Understanding:
        """With the kinds of service that the words name, and the name of one that only the directory's store knows."""
        directory = self._house.directory
        read = replace(read, named=directory.topics_in(text))
        name = None if read.intent in KINDS or "service_name" in read.kinds else directory.name_said(text, self._house.area(area).id)
        return replace(read, entities=(*read.entities, {"entity": "service_name", "value": name})) if name else read

    def _commanded(self, command: str, tracker: DialogueStateTracker) -> str:
        """The intent behind a channel's own menu; “start” greets once, whether or not the chat is new."""
        if command == "language":
            return "change_language"
        if command != "start":
            return _COMMANDS.get(command, "menu")
        begins = not tracker.applied_events() or self._agent.processor._has_session_expired(tracker)  # type: ignore[union-attr]
        return "menu" if begins else "start_again"

    def _pressed(self, inbound: Inbound, tracker: DialogueStateTracker) -> Button | None:
        if inbound.press is None:
            return None
        latest = latest_buttons(tracker)
        # Buttons that mean the same at any time work however old they are, and below messages that nobody asked for.
        offered = [*offered_buttons(tracker), *standing_buttons(self._house.catalogue.english)]
        found = pressed_button(inbound.press, offered, latest, lambda payload: self._house.sealer.button_id(inbound.sender, payload))
        if found is None or found.title:
            return found
        language = language_so_far(tracker) or inbound.language or "en"
        return replace(found, title=self._words(f"utter_button_{meaning(found)['intent']}", language).text)

    def _typed_press(self, inbound: Inbound, seen: Seen, tracker: DialogueStateTracker) -> Inbound:
        """A title of the last turn's buttons, typed, is a press of that button."""
        if inbound.press is not None or inbound.command or seen.danger:
            return inbound
        button = typed_button(seen.text, latest_buttons(tracker))
        return replace(inbound, press=self._house.sealer.button_id(inbound.sender, button.payload)) if button else inbound

    def _keep_numbers(self, seen: Seen, sender: str) -> None:
        if seen.numbers:
            with self._house.database.session() as session:
                for token, sealed in seen.numbers:
                    privacy_store.keep_number(session, token, sender, sealed, self._house.clock.now())

    def _words(self, key: str, language: str, **values: object) -> Reply:
        return self._house.catalogue.reply(key, language, self._house.facts(language), **values)

    def without_store(self, inbound: Inbound, seen: Seen) -> Outbound:
        """What can be said while the database is away: the danger reply, or that nothing can be saved."""
        if seen.danger:
            language = language_of_danger(seen, inbound.language)
            return Outbound(language, "", danger_replies(self._house.phrases, self._house.languages, seen.danger.kind, language))
        language = inbound.language or "en"
        return Outbound(language, "", (self._words("utter_sorry_store", language),))

    def _broken(self, inbound: Inbound, seen: Seen, code: str) -> Outbound:
        out = self.without_store(inbound, seen)
        if seen.danger and not inbound.danger_said:
            return out
        return replace(out, replies=(self._words("utter_sorry_broken", out.language, code=code),))


Finish = Callable[[Any, Outbound], None]
"""Given the transaction and the replies, stores what belongs to the turn."""

_PLAIN = frozenset({"affirm", "deny", "nlu_fallback"})
"""Commands that are answers in a parent's own language."""

_STEERS = frozenset({"menu", "start_again", "stop_messages", "delete_my_data"})


def _bare(error: Exception) -> Any:
    """The trace without the exception's text, which may hold a parent's words."""
    return (RuntimeError, RuntimeError(type(error).__name__), error.__traceback__)
