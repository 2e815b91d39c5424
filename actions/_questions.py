"""A series of questions that can be left and come back to.

Rasa's form drives it; what has been answered so far is one plain mapping in one slot, so that a
series interrupted by another question, by danger or by "stop" goes on where it was.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping
from typing import Any

from rasa_sdk.events import ActiveLoop, SlotSet

from actions._base import Events, ParentAction
from actions._turn import Turn
from bot.base.text import clean
from bot.flows.answer_words import is_asking
from bot.flows.house import House
from bot.replies.model import Button

Answers = dict[str, Any]

_NOTES = ("asked", "missed", "waits")
"""What stands beside the answers: the question put last, how often its answer was not understood, and whether it is not put again."""

_UNCLEAR = ("utter_unclear_in_questions_0", "utter_unclear_in_questions_1", "utter_unclear_in_questions_2", "utter_unclear_person")
"""What is said to answers that are not understood one after the other; the last two offer a person."""
_HOW_TO_LEAVE = 1
"""Which of these says how to leave: the first that somebody hears who says no where that is no answer."""

A_SENTENCE = 3
"""So many words say more than a name or the title of a button."""
_SLOTS = ("callback", "healthy_start", "word", "sign_up")

NEVER_AN_ANSWER = frozenset(
    {
        "crisis_medical", "crisis_self_harm", "crisis_domestic_abuse", "crisis_child_in_danger", "menu", "start_again",
        "leave", "stop_messages", "delete_my_data", "unreadable",
    }
)  # fmt: skip
"""Intents that always leave or interrupt a series of questions, whatever was asked."""

_SMALL_TALK = frozenset(
    {
        "affirm", "deny", "greet", "thank", "goodbye", "out_of_scope", "refine_search", "show_more", "ask_details",
        "answer_question", "nlu_fallback",
    }
)  # fmt: skip
"""Intents that, in the middle of questions, are an answer that was not understood rather than another request."""


class Series:
    """What is asked, in which order, and how an answer is read.

    Attributes:
        name: the form's name in the domain; the slot with the answers has the same name without `_form`.
    """

    name: str

    @property
    def slot(self) -> str:
        """The slot with the answers."""
        return self.name.removesuffix("_form")

    @abstractmethod
    def begin(self, turn: Turn) -> Answers:
        """What is known before the first question."""

    @abstractmethod
    def next_question(self, turn: Turn, answers: Answers) -> str | None:
        """The next thing to ask; None when there is nothing left."""

    @abstractmethod
    def ask(self, turn: Turn, answers: Answers, question: str) -> None:
        """Put the question."""

    @abstractmethod
    def read(self, turn: Turn, answers: Answers, question: str) -> Answers | None:
        """The answers with what this message says; None when it is no answer to the question."""

    def person(self, turn: Turn) -> Button:
        """The button that leads to a person when the answers are not understood."""
        return turn.button("utter_button_request_callback", "request_callback")

    def answers(self, turn: Turn) -> Answers:
        """What has been answered so far."""
        remembered: Mapping[str, Any] | None = turn.slot(self.slot)
        return dict(remembered) if remembered else self.begin(turn)


class AskQuestion(ParentAction):
    """Puts the next question of a series."""

    def __init__(self, house: House, series: Series) -> None:
        super().__init__(house)
        self._series = series

    def name(self) -> str:
        """The name under which Rasa's form looks for it."""
        return f"action_ask_{self._series.name}_question"

    def answer(self, turn: Turn) -> Events:
        """Ask, and remember what was asked."""
        answers = self._series.answers(turn)
        question = self._series.next_question(turn, answers)
        if question is None:
            return []
        if answers.pop("waits", False):
            # After enough sentences a person stands there alone; the question stays open, but is not put once more.
            return [SlotSet(self._series.slot, answers)]
        self._series.ask(turn, answers, question)
        return [SlotSet(self._series.slot, {**answers, "asked": question}), *_no_longer_asked(turn, but=self._series.slot)]

    def _go_on(self, turn: Turn, events: Events) -> Events:
        return []


class ReadAnswer(ParentAction):
    """Reads the answer to the last question; sets nothing when the message was about something else."""

    def __init__(self, house: House, series: Series) -> None:
        super().__init__(house)
        self._series = series

    def name(self) -> str:
        """The name under which Rasa's form looks for it."""
        return f"validate_{self._series.name}"

    def answer(self, turn: Turn) -> Events:
        """The slot with the answers, and whether a question is left."""
        answers = self._series.answers(turn)
        question = answers.get("asked")
        if question is None:
            left = self._series.next_question(turn, answers)
            return [SlotSet(self._series.slot, answers), SlotSet("requested_slot", "question" if left else None)]
        if turn.intent in NEVER_AN_ANSWER:
            return []
        read = self._series.read(turn, answers, question)
        if read is None:
            return self._not_read(turn, answers)
        for note in _NOTES:
            read.pop(note, None)
        left = self._series.next_question(turn, read)
        return [SlotSet(self._series.slot, read), SlotSet("requested_slot", "question" if left else None)]

    def _not_read(self, turn: Turn, answers: Answers) -> Events:
        """Another request is answered elsewhere, and the question comes again; the rest is asked once more here."""
        # Who asks for a person gets one, except where that is what the questions are about.
        small_talk = turn.intent in _SMALL_TALK or (turn.intent == "request_callback" and self._series.name == "callback_form")
        sure = not turn.metadata.get("unsure")
        if sure and not small_talk:
            return []
        if sure and turn.intent == "thank":
            return [SlotSet(self._series.slot, answers), SlotSet("requested_slot", "question")]
        missed = int(answers.get("missed") or 0)
        if turn.intent == "deny":
            missed = max(missed, _HOW_TO_LEAVE)
        # The last two offer a person, and take turns from then on.
        key = _UNCLEAR[missed if missed < len(_UNCLEAR) else missed % 2 - 2]
        turn.say(key, [self._series.person(turn)] if key in _UNCLEAR[-2:] else [])
        missed += 1
        noted = {**answers, "missed": missed, "waits": missed >= len(_UNCLEAR)}
        return [SlotSet(self._series.slot, noted), SlotSet("requested_slot", "question")]

    def _go_on(self, turn: Turn, events: Events) -> Events:
        return []


_ABOUT_THE_SERVICE = frozenset(
    {"change_language", "ask_privacy", "bot_challenge", "callback_status", "cancel_callback", "report_wrong_info"}
)
_SUBJECTS = ("find_", "healthy_start_", "ask_capabilities")
"""“Help with groups” names what a call is to be about, as “food bank” does."""


def _no_longer_asked(turn: Turn, but: str) -> Events:
    """Another series that was left for this one: what it asked last is no longer open, its answers stay."""
    left = {slot: dict(turn.slot(slot) or {}) for slot in _SLOTS if slot != but}
    return [SlotSet(slot, {k: v for k, v in said.items() if k != "asked"}) for slot, said in left.items() if "asked" in said]


def is_other_request(turn: Turn, *, names_a_subject: bool = False) -> bool:
    """Whether a message to an open question asks for something else instead of answering it.

    Args:
        names_a_subject: whether an answer may be about a service, as that to “what is it about?”; then a sentence is
            another request only when it is put as a question.
    """
    if "?" in turn.text or "؟" in turn.text:
        return True
    if turn.metadata.get("unsure"):
        return False
    if turn.intent.startswith(_SUBJECTS):
        return not names_a_subject or is_asking(turn.text, turn.answer_words)
    return turn.intent in _ABOUT_THE_SERVICE


def own_words(turn: Turn, longest: int, *, names_a_subject: bool = False) -> str | None:
    """What a message says to a question that takes any words; None for a press, a bare yes, no or “maybe”, and another request."""
    said = clean(turn.text)[:longest]
    if not said or turn.intent == "answer_question" or turn.is_plain or is_other_request(turn, names_a_subject=names_a_subject):
        return None
    return said


def choice(turn: Turn, choices: Mapping[str, tuple[str, ...]], plainly: Collection[str] = ()) -> str | None:
    """Which of the choices a message means: a pressed button, or a yes or no that is not in doubt.

    Args:
        choices: choice → intents that stand for it when typed.
        plainly: choices that let something happen which cannot be taken back: typed, they are said in so many words or not at all.
    """
    pressed = turn.value("choice")
    if turn.intent == "answer_question":
        return pressed if pressed in choices else None
    if turn.metadata.get("unsure"):
        return None
    chosen = next((name for name, intents in choices.items() if turn.intent in intents), None)
    return None if chosen in plainly and not turn.is_plain else chosen


def agrees(turn: Turn) -> bool | None:
    """A yes or no by which a parent lets something be done; None when it is neither, or a yes that is only guessed."""
    chosen = choice(turn, YES_NO, plainly=("yes",))
    return None if chosen is None else chosen == "yes"


YES_NO: Mapping[str, tuple[str, ...]] = {"yes": ("affirm",), "no": ("deny",)}


def leave(turn: Turn) -> Events:
    """Leave the open questions; the answers stay, but nothing counts as asked any more."""
    if not turn.open_questions:
        return []
    slot = turn.open_questions.removesuffix("_form")
    answers = {name: value for name, value in (turn.slot(slot) or {}).items() if name not in _NOTES}
    return [ActiveLoop(None), SlotSet("requested_slot", None), SlotSet(slot, answers or None)]
