"""A connector writes to a parent in the chat: as it is, or with a translation that the connector has seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.base.errors import BadInput
from bot.callbacks import marks_store
from bot.callbacks.model import Request
from bot.callbacks.rules import NotAllowed
from bot.flows import work_on_request as work
from bot.flows.chat_of_request import chat_of
from bot.flows.house import House
from bot.flows.language_name import language_in_english
from bot.flows.message_parent import ReachState, message_parent, reach
from bot.flows.translate_chat import WORKING_LANGUAGE
from bot.replies.machine import isolated, missing
from bot.staff.model import Member

How = Literal["as_written", "translated", "english"]
_NOTES: dict[How, str] = {"translated": "utter_card_machine_made", "english": "utter_person_in_english"}
_LONGEST_TRANSLATION = 5000


@dataclass(frozen=True)
class Message:
    """What a connector sends.

    Attributes:
        words: as the connector wrote them.
        how: in the parent's language already; with the translation; or in English with a line in the parent's language that says so.
        translation: seen by the connector, and perhaps put right.
    """

    words: str
    how: How = "as_written"
    translation: str = ""


def write_to_parent(house: House, reference: str, who: Member, message: Message, *, safe: bool) -> ReachState:
    """Send the words and write them down as an attempt; the assistant is quiet from now on.

    Returns:
        How the parent can be reached, see `message_parent.Reach`: with `template_first` they are asked to write before the words go.

    Args:
        safe: the connector has confirmed that a message that comes unasked does no harm; needed where the wishes are careful.

    Raises:
        BadInput: nothing was written, or the translation lacks a number, time, address or link of the words.
        NotAllowed: the wishes are careful and nothing was confirmed, or the request is somebody else's or withdrawn.
    """
    if not message.words:
        raise BadInput("Write the message first.")
    with house.database.session() as session:
        request = work.find(house, session, reference)
        chat = chat_of(house, session, request)
    if message.how == "translated":
        check_translation(message)
    if request.careful and not safe:
        raise NotAllowed("The parent asked to be contacted with care. Read the wishes, then tick that a message is safe now.")
    if chat is None:
        raise NotAllowed("This request was typed at the desk: there is no chat to write to.")
    state = reach(house, chat).state
    if state not in ("open", "template_first"):
        raise NotAllowed("The parent cannot be written to in the chat just now. Please ring, if that is safe.")
    # Written down first: rules and ownership are checked there, and what follows cannot be lost.
    work.log_call(house, reference, who, "messaged", _as_kept(house, request, message))
    with house.database.session() as session:
        marks_store.set_answer(session, reference, "awaited")
    _send(house, chat, request.language, who, message)
    return state


def check_translation(message: Message) -> None:
    """Whether everything that must not change stands in the translation.

    Raises:
        BadInput: it does not, or there is none.
    """
    if not message.translation:
        raise BadInput("There is no translation to send. Send your English with a note, or try again.")
    if len(message.translation) > _LONGEST_TRANSLATION:
        raise BadInput("The translation is too long. Please send it in two messages.")
    lost = missing(message.words, message.translation)
    if lost:
        raise BadInput(f"This stands in your words, but not in the translation: {'; '.join(lost)}.")


def _send(house: House, chat: str, language: str, who: Member, message: Message) -> None:
    text = message.words
    if message.how == "translated":
        text = isolated(message.translation) if house.languages.get(language).direction == "rtl" else message.translation
    elif message.how == "english":
        language = WORKING_LANGUAGE
    message_parent(house, chat, text, who.name.split()[0], language, note=_NOTES.get(message.how))


def _as_kept(house: House, request: Request, message: Message) -> str:
    if message.how != "translated":
        return message.words
    return f"{message.words}\n\n{language_in_english(house, request.language)}, by a machine:\n{message.translation}"
