"""Asking for a person: the questions, the read-back, the promise."""

from __future__ import annotations

from datetime import date
from typing import Any

from rasa_sdk.events import SlotSet

from actions._base import Events, ParentAction
from actions._menu import menu_buttons
from actions._number_said import number_answer, number_unasked, phone_problem
from actions._questions import A_SENTENCE, Answers, Series, agrees, choice, own_words
from actions._turn import Turn
from actions._way_wished import PARTS_OF_THE_WAY, reached, way_wished
from bot.base.phones import masked, read_phone
from bot.base.text import clean, isolate, words
from bot.callbacks.model import Contact, wish_of
from bot.flows import book_callback
from bot.flows.language_name import language_name
from bot.flows.show_services import Cards
from bot.flows.suggest_connector import team_speaks
from bot.privacy.numbers import phone_tokens
from bot.replies.model import Button

_LONGEST_ABOUT = 500
_LONGEST_NAME = 40
_WAYS = ("phone", "chat", "visit")
_ASKS_FOR_THE_NUMBER = frozenset({"by", "phone"})
_ABOUT_THE_WAY = frozenset({"by", "phone", "safe", "voicemail"})
_WHEN = ("any_time", "morning", "afternoon", "evening")
_SUBJECTS = ("find_", "healthy_start_")
_TO_A_PERSON = "to_a_person"
_PARTS = {
    "part_about": ("about",), "part_by": PARTS_OF_THE_WAY, "part_phone": ("phone",), "part_place": ("place",),
    "part_safe": ("safe",), "part_voicemail": ("voicemail",), "part_ask_for": ("ask_for",), "part_interpreter": ("interpreter", "speak"),
    "part_when": ("when",),
}  # fmt: skip
"""What can be changed at the read-back, and which answers are asked for again then; the part's own answer stands first."""


class CallbackQuestions(Series):
    """What a connector must know to reach a parent safely, and nothing else."""

    name = "callback_form"

    def begin(self, turn: Turn) -> Answers:
        """The subject talked about last, and a number that stood in the first message."""
        answers: Answers = {}
        topic = turn.slot("topic")
        if topic and topic.startswith(_SUBJECTS):
            answers["about"] = topic
        tokens = phone_tokens(turn.text)
        if tokens and phone_problem(turn, tokens[0]) is None:
            answers |= {"by": "phone", "phone": tokens[0]}
        return answers

    def answers(self, turn: Turn) -> Answers:
        """What has been answered so far, with the way that was named when the questions began: “yes but not by phone”."""
        known = super().answers(turn)
        begins = turn.intent == "request_callback" and "asked" not in known
        way = way_wished(turn) if begins and ("by" not in known or turn.value("not_callback_way")) else None
        return reached(known, way) if way else known

    def next_question(self, turn: Turn, answers: Answers) -> str | None:
        """In this order; a question that does not apply is left out."""
        by_phone = answers.get("by") == "phone"
        order = [
            ("about", True), ("by", True), ("phone", by_phone), ("place", answers.get("by") == "visit"), ("safe", by_phone),
            ("voicemail", by_phone), ("ask_for", True), ("interpreter", answers.get("by") != "chat"), ("when", True),
            ("change", "changing" in answers), ("confirmed", True),
        ]  # fmt: skip
        return next((question for question, applies in order if applies and question not in answers), None)

    def ask(self, turn: Turn, answers: Answers, question: str) -> None:
        """One question; a refused number is explained first, and only once."""
        problem = answers.pop("phone_problem", None)
        if question == "phone" and problem:
            turn.say(f"utter_phone_{problem}")
        if question == "confirmed":
            turn.say("utter_ask_callback_confirmed", self._buttons(turn, question, answers), **read_back(turn, answers))
        else:
            turn.say(f"utter_ask_callback_{question}", self._buttons(turn, question, answers), language=turn.language.own_name)

    def _buttons(self, turn: Turn, question: str, answers: Answers) -> list[Button]:
        choices: dict[str, tuple[str, ...]] = {
            "by": tuple(f"by_{way}" for way in _WAYS),
            "phone": ("by_chat",),
            "safe": ("safe_any_time", "safe_not_sure", "safe_no"),
            "voicemail": ("yes", "no"),
            "ask_for": ("no_name",),
            "interpreter": ("interpreter", "my_language", "english_is_fine"),
            "when": _WHEN,
            "change": tuple(part for part, (own, *_) in _PARTS.items() if own in answers),
            "confirmed": ("send_request", "change_request", "do_not_send"),
        }
        return [turn.button(f"utter_button_{c}", "answer_question", c) for c in choices.get(question, ())]

    def person(self, turn: Turn) -> Button:
        """Sends what is known so far, for a connector to answer in the chat."""
        return turn.button("utter_button_request_callback", "answer_question", _TO_A_PERSON)

    def read(self, turn: Turn, answers: Answers, question: str) -> Answers | None:
        """The answers with this one; None when the message is about something else."""
        if turn.intent == "answer_question" and turn.value("choice") == _TO_A_PERSON:
            unasked: Answers = {"about": None, "ask_for": None, "when": {}}
            return {**unasked, **{k: v for k, v in answers.items() if k != "changing"}, "by": "chat"}
        if question in {"change", "confirmed"}:
            return self._read_change(turn, answers) or (self._read_confirmed(turn, answers) if question == "confirmed" else None)
        tokens = phone_tokens(turn.text)
        if tokens and question not in _ASKS_FOR_THE_NUMBER:
            return number_unasked(turn, answers, question, tokens[0], _LONGEST_ABOUT)
        if "by_phone" in turn.values("not_callback_way") and question not in _ABOUT_THE_WAY:
            return reached(answers, way_wished(turn) or "chat")
        read: Answers | None = getattr(self, f"_read_{question}")(turn)
        return None if read is None else {**answers, **read}

    def _read_about(self, turn: Turn) -> Answers | None:
        about = own_words(turn, _LONGEST_ABOUT, names_a_subject=True)
        return {"about": about} if about else None

    def _read_by(self, turn: Turn) -> Answers | None:
        tokens = phone_tokens(turn.text)
        if tokens:
            return number_answer(turn, tokens[0])
        chosen = choice(turn, {f"by_{way}": () for way in _WAYS}) or turn.value("callback_way")
        return {"by": chosen.removeprefix("by_")} if chosen else None

    def _read_phone(self, turn: Turn) -> Answers | None:
        tokens = phone_tokens(turn.text)
        if tokens:
            return number_answer(turn, tokens[0])
        if any(c.isdigit() for c in turn.text):
            return {"phone_problem": "incomplete"}
        in_chat = choice(turn, {"by_chat": ("deny",)}) or turn.value("callback_way") == "by_chat"
        return {"by": "chat"} if in_chat else None

    def _read_place(self, turn: Turn) -> Answers | None:
        place = clean(turn.text)[:_LONGEST_ABOUT] if turn.value("place") else own_words(turn, _LONGEST_ABOUT)
        return {"place": place} if place else None

    def _read_safe(self, turn: Turn) -> Answers | None:
        chosen = choice(turn, {"safe_any_time": ("affirm",), "safe_not_sure": (), "safe_no": ("deny",)}, plainly=("safe_any_time",))
        if chosen == "safe_no":
            return {"by": "chat", "safe": chosen}
        if chosen:
            return {"safe": chosen}
        wish = own_words(turn, _LONGEST_ABOUT)
        return {"safe": wish} if wish else None

    def _read_voicemail(self, turn: Turn) -> Answers | None:
        agreed = agrees(turn)
        return None if agreed is None else {"voicemail": agreed}

    def _read_ask_for(self, turn: Turn) -> Answers | None:
        # “Noor”, “Nina” and “لينا” look like a no to the model; a name is rarely a sentence.
        declines = choice(turn, {"no_name": ("deny",)}, plainly=("no_name",) if len(turn.text.split()) < A_SENTENCE else ())
        if declines:
            return {"ask_for": None}
        name = own_words(turn, _LONGEST_NAME + 1, names_a_subject=True)
        return {"ask_for": name} if name and len(name) <= _LONGEST_NAME else None

    def _read_interpreter(self, turn: Turn) -> Answers | None:
        if turn.intent != "answer_question" and turn.value("spoken_language"):
            return _named_language(turn, str(turn.value("spoken_language")))
        chosen = choice(turn, {"interpreter": ("affirm",), "my_language": (), "english_is_fine": ("deny",)})
        if chosen is None:
            return None
        return {"interpreter": chosen == "interpreter", "speak": "en" if chosen == "english_is_fine" else turn.language.code}

    def _read_when(self, turn: Turn) -> Answers | None:
        chosen = choice(turn, dict.fromkeys(_WHEN, ()))
        if chosen:
            return {"when": {"part_of_day": None if chosen == "any_time" else chosen}}
        # “not tuesday, wednesday”: what is wanted stands last.
        day, part = next(reversed(turn.values("day")), None), turn.value("time_of_day")
        if part or day:
            return {"when": {**_day_of_wish(day or {}), "part_of_day": part}}
        return {"when": {}} if turn.intent == "affirm" else None

    def _read_change(self, turn: Turn, answers: Answers) -> Answers | None:
        """One answer again, or said at once: “no not tuesday, wednesday”; the others stay, and all are read back once more."""
        kept = {name: value for name, value in answers.items() if name != "changing"}
        if turn.intent == "answer_question" or turn.value("other_number"):
            part = "part_phone" if turn.value("other_number") else turn.value("choice")
            return {k: v for k, v in kept.items() if k not in _PARTS[part]} if part in _PARTS else None
        tokens, way = phone_tokens(turn.text), turn.value("callback_way")
        if tokens:
            return {**{k: v for k, v in kept.items() if k != "phone"}, **number_answer(turn, tokens[0])}
        if turn.value("day") or turn.value("time_of_day"):
            return {**kept, **(self._read_when(turn) or {})}
        if turn.value("spoken_language"):
            return {**kept, **_named_language(turn, str(turn.value("spoken_language")))}
        if way and way.removeprefix("by_") != kept.get("by"):
            return reached(kept, way.removeprefix("by_"))
        return kept if "changing" in answers and turn.is_plain and turn.intent == "deny" else None

    def _read_confirmed(self, turn: Turn, answers: Answers) -> Answers | None:
        chosen = choice(
            turn, {"send_request": ("affirm",), "change_request": ("change_callback",), "do_not_send": ("deny", "cancel_callback")},
            plainly=("send_request", "do_not_send"),
        )  # fmt: skip
        if chosen == "change_request":
            return {**answers, "changing": True}
        return {**answers, "confirmed": chosen == "send_request"} if chosen else None


class SubmitCallback(ParentAction):
    """Stores the request and says its reference and the promised time."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_submit_callback"

    def answer(self, turn: Turn) -> Events:
        """Send it, or not."""
        answers: Answers = turn.slot("callback") or {}
        if not answers.get("confirmed"):
            turn.say("utter_callback_not_sent", menu_buttons(turn))
            return [SlotSet("callback", None)]
        request = book_callback.book(
            turn.house, turn.sender, turn.area.id, answers.get("speak") or turn.language.code, _contact(turn, answers),
            wish_of(answers.get("when") or {}), answers.get("about"), answers.get("interpreter"),
        )  # fmt: skip
        cards = Cards(turn.house, turn.language)
        key = "utter_callback_sent" if request.promised_by else "utter_callback_sent_no_time"
        by = cards.moment(request.promised_by) if request.promised_by else ""
        turn.say(key, reference=isolate(request.reference), by=by)
        if not book_callback.desk_is_open(turn.house, turn.area.id):
            turn.say("utter_desk_is_closed")
        return [SlotSet("callback", None), SlotSet("consent", True)]


def read_back(turn: Turn, answers: Answers) -> dict[str, str]:
    """Every answer in words, for the parent to check."""
    about = answers.get("about") or ""
    shown_about = turn.words(f"utter_button_{about}") if about.startswith(_SUBJECTS) else isolate(about)
    phone = answers.get("phone")
    number = read_phone(book_callback.sealed_phone(turn.house, phone, turn.sender) or "") if phone else None
    safe = answers.get("safe") or ""
    when = answers.get("when") or {}
    return {
        "about": shown_about if about else "–",
        "way": _way_in_words(turn, answers),
        "phone": masked(number) if number and answers["by"] == "phone" else "–",
        "safe": turn.words(f"utter_button_{safe}") if safe.startswith("safe_") else isolate(safe) if safe else "–",
        "voicemail": turn.words("utter_button_yes" if answers.get("voicemail") else "utter_button_no") if "voicemail" in answers else "–",
        "name": isolate(answers["ask_for"]) if answers.get("ask_for") else turn.words("utter_button_no_name"),
        "language": _language_in_words(turn, answers.get("speak") or turn.language.code),
        "interpreter": turn.words("utter_button_yes" if answers.get("interpreter") else "utter_button_no"),
        "when": _when_in_words(turn, when),
    }


def _way_in_words(turn: Turn, answers: Answers) -> str:
    way = turn.words(f"utter_button_by_{answers['by']}")
    return f"{way}: {isolate(answers['place'])}" if answers["by"] == "visit" and answers.get("place") else way


def _language_in_words(turn: Turn, code: str) -> str:
    known = turn.house.languages
    return known.get(code).own_name if code in known else isolate(language_name(code))


def _named_language(turn: Turn, code: str) -> Answers:
    """The language that was asked for, with an interpreter where that is said or nobody of the team is known to speak it."""
    if code.split("-", maxsplit=1)[0] == turn.language.code.split("-", maxsplit=1)[0]:
        code = turn.language.code  # Urdu in Latin letters stays that in what is written
    wants = set(words(turn.words("utter_button_interpreter"))) <= set(words(turn.text))
    return {"speak": code, "interpreter": code != "en" and (wants or not team_speaks(turn.house, turn.area.id, code))}


def _when_in_words(turn: Turn, when: dict[str, Any]) -> str:
    parts = []
    if when.get("weekday") is not None:
        parts.append(turn.words(f"utter_weekday_{when['weekday']}"))
    if when.get("not_before"):
        parts.append(Cards(turn.house, turn.language).day(date.fromisoformat(when["not_before"])))
    if when.get("part_of_day"):
        parts.append(turn.words(f"utter_button_{when['part_of_day']}"))
    return ", ".join(parts) or turn.words("utter_button_any_time")


def _contact(turn: Turn, answers: Answers) -> Contact:
    token = answers.get("phone") if answers.get("by") == "phone" else None
    typed = book_callback.sealed_phone(turn.house, token, turn.sender) if token else None
    return Contact(
        by=answers["by"],
        phone=read_phone(typed).e164 if typed else None,
        safe_to_call=answers.get("safe"),
        voicemail=answers.get("voicemail"),
        ask_for=answers.get("ask_for"),
        place=answers.get("place"),
    )


def _day_of_wish(day: dict[str, Any]) -> dict[str, Any]:
    """A weekday stays one, whichever comes first; a date, and the first day of a week or month, is when it may begin."""
    if day.get("weekday") is not None:
        return {"weekday": int(day["weekday"])}
    named = day.get("on") or day.get("from")
    return {"not_before": named} if named else {}
